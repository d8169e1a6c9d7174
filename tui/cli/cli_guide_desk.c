/*
 * cli_guide_desk - the guides of a desk: read, imported, written; and by the
 * same verbs of the noun "hint" its cards of objections and prompts.
 */
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/line_diff.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "kb/draft.h"
#include "kb/guide_walk.h"
#include "kb/guides_desk.h"
#include "kb/hint_desk.h"
#include "kb/matcher.h"
#include "tui/cli/cli_guide.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum knowledge_kind
kind_of(const struct cli *c)
{
	if (strcmp(c->verb->noun, "hint") != 0)
		return KNOWLEDGE_GUIDE;
	return cli_flag(c, "--prompt") ? KNOWLEDGE_PROMPT : KNOWLEDGE_CARD;
}

static int
find(struct cli *c, struct knowledge *k, struct err *err)
{
	return knowledge_find_of(c->desk, kind_of(c), c->args[0], k, err);
}

static int
learn(struct cli *c, struct err *err)
{
	return matcher_learn_of(c->desk, kind_of(c), NULL, err);
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(c->desk, id, &k, err);

	if (rc == 0)
		knowledge_json(&k, cli_value(c));
	knowledge_clear(&k);
	return rc;
}

/* ---- list ---- */

static const struct cli_column columns[] = {
    {"topic", N_("Topic"), 0},
    {"title", N_("Title"), 40},
    {"category", N_("Category"), 16},
    {"published", N_("Version"), 0},
    {"has_draft", N_("Draft"), 0},
    {"updated_at", N_("Changed"), CLI_TIME},
};

const struct cli_option cli_guide_list_options[] = {
    {"--trash", NULL, N_("those in the trash instead")},
    {"--all", NULL, N_("also what is no guide: concepts, phrases of nothing")},
    {NULL, NULL, NULL},
};

int
cli_guide_list(struct cli *c, struct err *err)
{
	struct knowledge *rows = NULL;
	size_t count = 0;
	int rc = knowledge_list_of(c->desk, kind_of(c),
	    cli_flag(c, "--trash") ? KNOWLEDGE_TRASH
	    : cli_flag(c, "--all") ? KNOWLEDGE_ALL
				   : KNOWLEDGE_GUIDES,
	    &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		knowledge_json(&rows[i], cli_row(c));
	knowledge_list_free(&rows, count);
	return 0;
}

/* ---- show, export ---- */

const struct cli_option cli_guide_show_options[] = {
    {"--version", "N", N_("an older version")},
    {"--draft", NULL, N_("the draft")},
    {NULL, NULL, NULL},
};

/*
 * The text that is meant: the draft, a version, or the published one; caller
 * frees.  *number: of the version, 0 for the draft.
 */
static int
text_of(struct cli *c, const struct knowledge *k, char **text, int64_t *number,
    struct err *err)
{
	struct knowledge_version v = {.id = 0};
	int rc;

	*text = NULL;
	*number = 0;
	if (cli_flag(c, "--draft")) {
		*text = xstrdup(k->draft);
		return k->draft[0] != '\0'
		           ? 0
		           : err_set(err, OD_ENOTFOUND, "\"%s\" has no draft",
				 k->topic);
	}
	if ((rc = cli_option_int(
		 c, "--version", 1, INT64_MAX, 0, number, err)) == 0)
		rc = knowledge_version(c->desk, k->id, *number, &v, err);
	if (rc == 0) {
		*number = v.number;
		*text = xstrdup(v.body);
	}
	knowledge_version_clear(&v);
	return rc;
}

/* As one line of JSON; a draft that is none stays a text. */
static void
put_guide(struct json_out *out, const char *text)
{
	static const struct json_limits limits = {
	    KNOWLEDGE_MAX_BODY, 12, 400000, 64 * 1024};
	struct str line = STR_INIT;
	struct json *doc = NULL;

	if (json_parse(text, strlen(text), &limits, &doc, NULL) != 0) {
		json_out_string(out, "guide", text);
		return;
	}
	json_print(doc, &line);
	json_out_raw(out, "guide", line.s);
	str_free(&line);
	json_free(&doc);
}

static const char *
in_braces(void *arg, const char *name)
{
	char *buf = arg;

	str_format(buf, GUIDE_MAX_NAME + 5, "{{%s}}", name);
	return buf;
}

static void
add_branch(const struct guide *g, const struct guide_step *step,
    const struct guide_branch *b, const char *answer, struct str *out)
{
	struct guide_place p = guide_walk_branch(g, step, b);

	str_addf(out, "  %s: ", answer);
	if (p.end == GUIDE_GOES_ON)
		str_addf(out, _("Step %d"), p.step);
	else
		str_add(out,
		    p.end == GUIDE_RESOLVED ? _("resolved") : _("escalate"));
	str_addc(out, '\n');
}

static void
add_guide(const struct guide *g, enum lang lang, struct str *out)
{
	char name[GUIDE_MAX_NAME + 5];
	const struct guide_values values = {in_braces, name};
	struct guide_words w;

	guide_words(g, lang, &w);
	str_addf(out, "%s\n%s\n%s · %s\n", w.title, w.description,
	    w.estimated_time, w.difficulty);
	for (int i = 0; i < g->n_steps; i++) {
		str_addc(out, '\n');
		guide_step_text(
		    g, g->steps[i].number, lang, &values, out, NULL);
		add_branch(g, &g->steps[i], &g->steps[i].on_yes, _("yes"), out);
		add_branch(g, &g->steps[i], &g->steps[i].on_no, _("no"), out);
	}
	for (int i = 0; i < w.escalation_criteria.count; i++)
		str_addf(out, "%s- %s\n", i == 0 ? _("\nEscalate when:\n") : "",
		    w.escalation_criteria.items[i]);
}

static void
print_guide(const struct cli *c, const struct json *doc, struct str *out)
{
	struct guide_file *f = NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	(void)c;
	json_print(json_get(doc, "guide"), &text);
	if (json_string(doc, "guide"))
		str_add(out, json_string(doc, "guide"));
	else if (guide_read_one(text.s, text.len, &f, &err) == 0)
		add_guide(&f->guides[0], i18n_lang(), out);
	else
		str_add(out, err.text);
	str_free(&text);
	guide_file_free(&f);
}

/* The guide as its file would hold it. */
static void
print_file(const struct cli *c, const struct json *doc, struct str *out)
{
	struct guide_file *f = NULL;
	struct str text = STR_INIT;

	json_print(doc, &text);
	if (kind_of(c) != KNOWLEDGE_GUIDE ||
	    guide_file_read(text.s, text.len, NULL, &f, NULL) != 0) {
		kb_text_lay_out(doc, out);
		return str_free(&text);
	}
	for (int i = 0; i < f->count; i++)
		guide_print(&f->guides[i], out);
	if (f->has_concepts)
		guide_print_concepts(f, out);
	if (f->has_out_of_scope)
		guide_print_out_of_scope(f, out);
	str_free(&text);
	guide_file_free(&f);
}

int
cli_guide_show(struct cli *c, struct err *err)
{
	struct knowledge k = {.id = 0};
	char *text = NULL;
	int64_t number;
	int rc;

	if ((rc = find(c, &k, err)) == 0 &&
	    (rc = text_of(c, &k, &text, &number, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_int(out, "id", k.id);
		json_out_string(out, "topic", k.topic);
		json_out_string(out, "title", k.title);
		json_out_int(out, "version", k.version);
		json_out_int(out, "published", k.published);
		json_out_int(out, "number", number);
		put_guide(out, text);
		json_out_end(out, '}');
		cli_people(c, print_guide);
	}
	free(text);
	knowledge_clear(&k);
	return rc;
}

const struct cli_option cli_guide_export_options[] = {
    {"--draft", NULL, N_("the draft")},
    {"--version", "N", N_("an older version")},
    {"--dir", "DIRECTORY", N_("a file for each guide that is published")},
    {NULL, NULL, NULL},
};

static int
export_all(struct cli *c, const char *dir, struct err *err)
{
	struct knowledge_version *rows = NULL;
	struct str path = STR_INIT;
	size_t n = 0;
	int rc;

	if ((rc = knowledge_published_of(
		 c->desk, kind_of(c), &rows, &n, err)) != 0)
		return rc;
	cli_list(c, columns, 1);
	for (size_t i = 0; i < n && rc == 0; i++) {
		char name[80];

		str_clear(&path);
		str_format(name, sizeof(name), "%s.json", rows[i].topic);
		if ((rc = fs_join(&path, dir, name, err)) == 0 &&
		    (rc = fs_write_atomic(path.s, rows[i].body,
			 strlen(rows[i].body), 0644, err)) == 0) {
			FREE(&rows[i].body);
			knowledge_version_json(&rows[i], cli_row(c));
		}
	}
	str_free(&path);
	knowledge_version_list_free(&rows, n);
	return rc;
}

int
cli_guide_export(struct cli *c, struct err *err)
{
	const char *dir = cli_option(c, "--dir");
	struct knowledge k = {.id = 0};
	struct str line = STR_INIT;
	struct json *doc = NULL;
	char *text = NULL;
	int64_t number;
	int rc;

	if ((dir != NULL) == (c->nargs == 1))
		return err_set(err, OD_EUSAGE,
		    "Say which guide to print, or with --dir where all go");
	if (dir)
		return export_all(c, dir, err);
	if ((rc = find(c, &k, err)) == 0 &&
	    (rc = text_of(c, &k, &text, &number, err)) == 0 &&
	    (rc = json_parse(text, strlen(text),
		 &(const struct json_limits){
		     KNOWLEDGE_MAX_BODY, 12, 400000, 64 * 1024},
		 &doc, err)) == 0) {
		json_print(doc, &line);
		json_out_raw(cli_value(c), NULL, line.s);
		cli_people(c, print_file);
	}
	str_free(&line);
	json_free(&doc);
	free(text);
	knowledge_clear(&k);
	return rc;
}

/* ---- import ---- */

const struct cli_option cli_guide_import_options[] = {
    {"--take-back", NULL, N_("also those that were deleted here")},
    {NULL, NULL, NULL},
};

static const struct cli_column import_columns[] = {
    {"topic", N_("Topic"), 0},
    {"result", N_("Result"), 0},
    {"line", N_("Line"), 0},
    {"reason", N_("Reason"), 0},
};

static const char *
result_of(const struct kb_import_row *r)
{
	static const char *const names[] = {
	    [KNOWLEDGE_SAME] = "same",
	    [KNOWLEDGE_MADE] = "made",
	    [KNOWLEDGE_CHANGED] = "changed",
	    [KNOWLEDGE_IN_TRASH] = "in_trash",
	};

	return r->is_refused ? "refused" : names[r->put];
}

static int
import_guides(struct cli *c, struct kb_import *done, struct err *err)
{
	struct kb_guides g;
	int rc;

	rc = c->nargs > 0 ? kb_guides_read(c->args, c->nargs, &g, err)
	                  : kb_guides_shipped(&g, err);
	if (rc == 0)
		rc = kb_guides_import(
		    c->desk, &g, cli_flag(c, "--take-back"), done, err);
	kb_guides_free(&g);
	return rc;
}

int
cli_guide_import(struct cli *c, struct err *err)
{
	struct kb_import done = {.count = 0};
	int rc = kind_of(c) == KNOWLEDGE_GUIDE
	             ? import_guides(c, &done, err)
	             : kb_texts_import(c->desk, kind_of(c), c->args, c->nargs,
			   cli_flag(c, "--take-back"), &done, err);

	if (rc != 0)
		return rc;
	cli_list(c, import_columns, COUNT(import_columns));
	cli_keep_rows(c);
	for (int i = 0; i < done.count; i++) {
		const struct kb_import_row *r = &done.rows[i];
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "topic", r->topic);
		json_out_string(out, "result", result_of(r));
		if (r->line > 0)
			json_out_int(out, "line", r->line);
		else
			json_out_null(out, "line");
		json_out_string(out, "reason", r->reason);
		json_out_end(out, '}');
	}
	if (done.refused > 0 && kind_of(c) != KNOWLEDGE_GUIDE)
		rc = err_set(err, OD_EDATA,
		    "%d files were refused, %d imported; the list says why",
		    done.refused, done.changed);
	else if (done.refused > 0)
		rc = err_set(err, OD_EDATA,
		    "%d guides were refused, %d imported; \"opdesk guide "
		    "check\" tells all that is wrong",
		    done.refused, done.changed);
	if (rc == 0 && done.changed > 0)
		rc = learn(c, err);
	kb_import_free(&done);
	return rc;
}

/* ---- edit, publish ---- */

const struct cli_option cli_guide_edit_options[] = {
    {"--file", "FILE", N_("the draft's text")},
    {"--discard", NULL, N_("throw the draft away")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static void
tell_findings(struct cli *c, const char *text)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;

	kb_draft_check(kind_of(c), text, strlen(text), c->args[0], &found);
	for (int i = 0; i < found.count; i++)
		cli_say(c, _("Line %d: %s"), found.items[i].line,
		    found.items[i].text);
	guide_findings_free(&found);
}

static int
save_draft(struct cli *c, const char *text, int64_t *id, struct err *err)
{
	struct knowledge k = {.id = 0};
	int64_t seen;
	int rc = find(c, &k, err);

	if ((rc == OD_ENOTFOUND || (rc == 0 && k.deleted_at != 0)) &&
	    text[0] != '\0' && !cli_flag(c, "--if-version")) {
		rc = knowledge_new_draft_of(
		    c->desk, kind_of(c), c->args[0], text, id, err);
	} else if (rc == 0 && (rc = cli_option_int(c, "--if-version", 1,
				   INT64_MAX, k.version, &seen, err)) == 0) {
		*id = k.id;
		rc = knowledge_save_draft(c->desk, k.id, seen, text, NULL, err);
	}
	knowledge_clear(&k);
	return rc;
}

int
cli_guide_edit(struct cli *c, struct err *err)
{
	const char *path = cli_option(c, "--file");
	struct str text = STR_INIT;
	int64_t id = 0;
	int rc = 0;

	if ((path != NULL) == cli_flag(c, "--discard"))
		return cli_nothing(err);
	if (path)
		rc = fs_read(path, KNOWLEDGE_MAX_BODY, &text, err);
	if (rc == 0 && (rc = save_draft(c, text.s, &id, err)) == 0 &&
	    (rc = show(c, id, err)) == 0 && path)
		tell_findings(c, text.s);
	str_free(&text);
	return rc;
}

const struct cli_option cli_guide_publish_options[] = {
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

int
cli_guide_publish(struct cli *c, struct err *err)
{
	struct knowledge k = {.id = 0};
	int64_t seen, number;
	int rc;

	if ((rc = find(c, &k, err)) == 0 && k.draft[0] == '\0')
		rc = err_set(err, OD_ENOTFOUND, "\"%s\" has no draft", k.topic);
	if (rc == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, k.version,
		 &seen, err)) == 0 &&
	    (rc = kb_draft_publish(c->desk, &k, seen, k.draft, &number, err)) ==
		0 &&
	    (rc = learn(c, err)) == 0)
		rc = show(c, k.id, err);
	knowledge_clear(&k);
	return rc;
}

int
cli_guide_delete(struct cli *c, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc;

	if ((rc = find(c, &k, err)) == 0 &&
	    (rc = knowledge_delete(c->desk, k.id, k.version, err)) == 0 &&
	    (rc = learn(c, err)) == 0)
		rc = show(c, k.id, err);
	knowledge_clear(&k);
	return rc;
}

int
cli_guide_restore(struct cli *c, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc;

	if ((rc = find(c, &k, err)) == 0 &&
	    (rc = knowledge_restore(c->desk, k.id, err)) == 0 &&
	    (rc = learn(c, err)) == 0)
		rc = show(c, k.id, err);
	knowledge_clear(&k);
	return rc;
}

int
cli_guide_train(struct cli *c, struct err *err)
{
	struct json_out *out;
	bool learnt;
	int rc;

	if ((rc = op_may(c->desk, OP_GUIDE_TRAIN, 0, err)) != 0 ||
	    (rc = matcher_learn(c->desk, &learnt, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_bool(out, "learnt", learnt);
	json_out_end(out, '}');
	return 0;
}

/* ---- versions, diff ---- */

static const struct cli_column version_columns[] = {
    {"number", N_("Version"), 0},
    {"created_at", N_("Published"), CLI_TIME},
    {"author", N_("By"), 30},
    {"digest", N_("Digest"), 12},
};

int
cli_guide_versions(struct cli *c, struct err *err)
{
	struct knowledge_version *rows = NULL;
	struct knowledge k = {.id = 0};
	size_t n = 0;
	int rc;

	if ((rc = find(c, &k, err)) == 0)
		rc = knowledge_versions(c->desk, k.id, &rows, &n, err);
	if (rc == 0)
		cli_list(c, version_columns, COUNT(version_columns));
	for (size_t i = 0; rc == 0 && i < n; i++)
		knowledge_version_json(&rows[i], cli_row(c));
	knowledge_version_list_free(&rows, n);
	knowledge_clear(&k);
	return rc;
}

const struct cli_option cli_guide_diff_options[] = {
    {"--from", "N", N_("a version [the one before]")},
    {"--to", "N", N_("a version [the draft, else the published one]")},
    {NULL, NULL, NULL},
};

static int
body_of(struct cli *c, const struct knowledge *k, int64_t number, char **text,
    struct err *err)
{
	struct knowledge_version v = {.id = 0};
	int rc = knowledge_version(c->desk, k->id, number, &v, err);

	*text = v.body;
	return rc;
}

/* Both sides; 0 is the draft. */
static int
sides(struct cli *c, const struct knowledge *k, int64_t *from, int64_t *to,
    struct err *err)
{
	bool draft = k->draft[0] != '\0';
	int rc = cli_option_int(
	    c, "--to", 1, INT64_MAX, draft ? 0 : k->published, to, err);

	if (rc != 0)
		return rc;
	rc = cli_option_int(c, "--from", 1, INT64_MAX,
	    *to == 0 ? k->published : *to - 1, from, err);
	if (rc == 0 && *from == 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "There is nothing before that to compare with");
	return rc;
}

static void
print_diff(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *l = json_first(json_get(doc, "lines"));

	(void)c;
	for (; l; l = json_next(l)) {
		if (json_bool(l, "skips"))
			str_add(out, "...\n");
		str_addf(out, "%s%s\n", json_string(l, "sign"),
		    json_string(l, "text"));
	}
}

/* A draft as it would be published, so that only words differ. */
static char *
laid_out(const struct knowledge *k)
{
	struct str out = STR_INIT;

	kb_draft_print(k->kind, k->draft, &out);
	return str_take(&out);
}

static void
put_diff(struct json_out *out, const char *a, const char *b)
{
	struct diff_line *lines = NULL;
	size_t n = line_diff(a, b, 2, &lines);

	json_out_array(out, "lines");
	for (size_t i = 0; i < n; i++) {
		const char sign[2] = {lines[i].sign, '\0'};

		json_out_object(out, NULL);
		json_out_string(out, "sign", sign);
		json_out_int(out, "line", lines[i].number);
		json_out_stringn(out, "text", lines[i].text, lines[i].len);
		json_out_bool(out, "skips", lines[i].skips);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	free(lines);
}

int
cli_guide_diff(struct cli *c, struct err *err)
{
	struct knowledge k = {.id = 0};
	char *a = NULL, *b = NULL;
	int64_t from, to;
	int rc;

	if ((rc = find(c, &k, err)) == 0 &&
	    (rc = sides(c, &k, &from, &to, err)) == 0 &&
	    (rc = body_of(c, &k, from, &a, err)) == 0) {
		if (to == 0)
			b = laid_out(&k);
		else
			rc = body_of(c, &k, to, &b, err);
	}
	if (rc == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_string(out, "topic", k.topic);
		json_out_int(out, "from", from);
		if (to == 0)
			json_out_null(out, "to");
		else
			json_out_int(out, "to", to);
		put_diff(out, a, b);
		json_out_end(out, '}');
		cli_people(c, print_diff);
	}
	free(a);
	free(b);
	knowledge_clear(&k);
	return rc;
}
