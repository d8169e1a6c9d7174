/* hint_desk - see hint_desk.h. */
#include "kb/hint_desk.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "kb/matcher.h"
#include <stdlib.h>
#include <string.h>

static const struct json_limits limits = {
    .max_bytes = OBJECTION_MAX_BYTES,
    .max_depth = 8,
    .max_nodes = 40000,
    .max_string = PROMPT_MAX_TEXT,
};

/* ---- one text ---- */

/* A text a line, so that versions can be compared by lines. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader allows */
lay_out(const struct json *v, int depth, struct str *out)
{
	bool is_list = json_type(v) == JSON_ARRAY;
	const char *between = "";

	if ((!is_list && json_type(v) != JSON_OBJECT) || json_size(v) == 0) {
		json_print(v, out);
		return;
	}
	str_addc(out, is_list ? '[' : '{');
	for (const struct json *m = json_first(v); m; m = json_next(m)) {
		str_addf(out, "%s\n%*s", between, 2 * depth + 2, "");
		if (!is_list) {
			struct json_out w;

			json_out_init(&w, out);
			json_out_string(&w, NULL, json_name(m));
			str_add(out, ": ");
		}
		lay_out(m, depth + 1, out);
		between = ",";
	}
	str_addf(out, "\n%*s%c", 2 * depth, "", is_list ? ']' : '}');
}

void
kb_text_lay_out(const struct json *v, struct str *out)
{
	lay_out(v, 0, out);
	str_addc(out, '\n');
}

static int
read_card(const char *s, size_t n, struct kb_text *out, struct err *err)
{
	struct objection *o;
	int rc = objection_read(s, n, &o, err);

	if (rc != 0)
		return rc;
	str_copy(out->id, sizeof(out->id), o->id);
	str_copy(out->category, sizeof(out->category), o->category);
	str_copy(out->title, sizeof(out->title), o->words[o->lang].title);
	objection_free(&o);
	return 0;
}

static int
read_prompt(const char *s, size_t n, struct kb_text *out, struct err *err)
{
	struct prompt *p;
	int rc = prompt_read(s, n, &p, err);

	if (rc != 0)
		return rc;
	str_copy(out->id, sizeof(out->id), p->id);
	str_copy(out->title, sizeof(out->title), p->words[p->lang].title);
	prompt_free(&p);
	return 0;
}

/* Concepts, or phrases of nothing: as among guides. */
static int
read_companion(const char *name, const char *s, size_t n, struct kb_text *out,
    struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	struct guide_file *f = NULL;
	int rc = guide_file_read(s, n, &found, &f, err);

	if (rc == 0 && found.count > 0)
		rc = err_set(err, OD_EDATA, "%s", found.items[0].text);
	str_copy(out->id, sizeof(out->id), name);
	str_copy(out->title, sizeof(out->title), name);
	guide_findings_free(&found);
	guide_file_free(&f);
	return rc;
}

int
kb_text_read(enum knowledge_kind kind, const char *s, size_t n,
    struct kb_text *out, struct err *err)
{
	struct json *doc = NULL;
	const char *name;
	int rc;

	memset(out, 0, sizeof(*out));
	str_init(&out->body);
	if ((rc = json_parse(s, n, &limits, &doc, err)) != 0)
		return rc;
	name = json_size(doc) > 0 ? json_name(json_first(doc)) : NULL;
	if (kind == KNOWLEDGE_CARD && name != NULL && name[0] == '_')
		rc = read_companion(name, s, n, out, err);
	else if (kind == KNOWLEDGE_CARD)
		rc = read_card(s, n, out, err);
	else
		rc = read_prompt(s, n, out, err);
	if (rc == 0) {
		kb_text_lay_out(doc, &out->body);
	}
	json_free(&doc);
	return rc;
}

void
kb_text_clear(struct kb_text *t)
{
	str_free(&t->body);
}

/* ---- import ---- */

static int
import_text(struct desk *d, enum knowledge_kind kind, const char *path,
    bool take_back, struct kb_import *out, struct err *err)
{
	struct str text = STR_INIT;
	struct err why = ERR_INIT;
	struct kb_import_row *row;
	struct kb_text t = {.body = STR_INIT};
	const char *slash = strrchr(path, '/');
	int64_t id;
	int rc = fs_read(path, OBJECTION_MAX_BYTES, &text, err);

	if (rc != 0)
		goto out;
	rc = kb_text_read(kind, text.s, text.len, &t, &why);
	row = kb_import_add(out, rc == 0         ? t.id
				 : slash != NULL ? slash + 1
						 : path);
	if (rc != 0) {
		row->is_refused = true;
		out->refused++;
		str_copy(row->reason, sizeof(row->reason), why.text);
		rc = 0;
	} else {
		const struct knowledge_new in = {
		    t.id, t.category, t.title, t.body.s};

		rc = knowledge_import_of(
		    d, kind, &in, take_back, &row->put, &id, err);
		out->changed +=
		    row->put == KNOWLEDGE_MADE || row->put == KNOWLEDGE_CHANGED;
	}
out:
	kb_text_clear(&t);
	str_free(&text);
	return rc;
}

int
kb_texts_import(struct desk *d, enum knowledge_kind kind,
    const char *const *paths, int count, bool take_back, struct kb_import *out,
    struct err *err)
{
	bool is_card = kind == KNOWLEDGE_CARD;
	char **shipped = NULL, sentence[128];
	int n = 0, rc;

	memset(out, 0, sizeof(*out));
	if (count == 0 &&
	    (rc = kb_shipped_files(
		 is_card ? "objections" : "prompts", &shipped, &n, err)) != 0)
		goto out;
	if (count == 0) {
		paths = (const char *const *)shipped;
		count = n;
	}
	if ((rc = op_together_begin(d, err)) != 0)
		goto out;
	for (int i = 0; i < count && rc == 0; i++)
		rc = import_text(d, kind, paths[i], take_back, out, err);
	str_format(sentence, sizeof(sentence),
	    is_card ? _("Imported %d cards") : _("Imported %d prompts"),
	    out->changed);
	if ((rc = op_together_end(d, rc, sentence, err)) != 0)
		kb_import_free(out);
out:
	kb_shipped_files_free(&shipped, n);
	return rc;
}

/* ---- what is published ---- */

static int
take_companion(
    struct kb_guides *g, const struct knowledge_version *v, struct err *err)
{
	int read = guide_file_read(v->body, strlen(v->body),
	    &g->found[g->count], &g->files[g->count], err);

	g->names[g->count++] = xstrdup(v->topic);
	return read == OD_EUNAVAIL ? read : 0;
}

int
kb_cards_of_desk(struct desk *d, struct kb_objections *out, struct err *err)
{
	struct knowledge_version *rows = NULL;
	struct kb_guides *more = &out->companions;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = knowledge_published_of(d, KNOWLEDGE_CARD, &rows, &n, err)) !=
	    0)
		return rc;
	out->items = xcalloc(n + 1, sizeof(struct objection *));
	more->files = xcalloc(n + 1, sizeof(struct guide_file *));
	more->names = xcalloc(n + 1, sizeof(char *));
	more->found = xcalloc(n + 1, sizeof(*more->found));
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (rows[i].topic[0] == '_')
			rc = take_companion(more, &rows[i], err);
		else if (objection_read(rows[i].body, strlen(rows[i].body),
			     &out->items[out->count], NULL) == 0)
			out->count++;
	}
	knowledge_version_list_free(&rows, n);
	if (rc != 0 || out->count == 0) {
		kb_objections_free(out);
		return rc != 0 ? rc : kb_objections_shipped(out, err);
	}
	return 0;
}

static int
shipped_prompt(const char *id, struct prompt **out, struct err *err)
{
	struct str text = STR_INIT;
	char **paths, name[GUIDE_MAX_TOPIC + 8];
	int count, rc;

	str_format(name, sizeof(name), "/%s.json", id);
	rc = kb_shipped_files("prompts", &paths, &count, err);
	for (int i = 0; rc == 0 && i < count; i++) {
		const char *slash = strrchr(paths[i], '/');

		if (strcmp(slash, name) != 0)
			continue;
		if ((rc = fs_read(paths[i], PROMPT_MAX_BYTES, &text, err)) == 0)
			rc = prompt_read(text.s, text.len, out, err);
		break;
	}
	kb_shipped_files_free(&paths, count);
	str_free(&text);
	if (rc == 0 && *out == NULL)
		rc = err_set(err, OD_ENOTFOUND,
		    "No prompt \"%s\" comes with opdesk; install it again", id);
	return rc;
}

int
kb_prompt_of_desk(struct desk *d, const char *id, struct prompt **out,
    int64_t *version_id, struct err *err)
{
	struct knowledge_version v = {.id = 0};
	struct knowledge k = {.id = 0};
	int rc = d != NULL ? knowledge_find_of(d, KNOWLEDGE_PROMPT, id, &k, err)
	                   : OD_ENOTFOUND;

	*out = NULL;
	*version_id = 0;
	if (rc == 0 && k.deleted_at == 0 && k.published > 0 &&
	    (rc = knowledge_version(d, k.id, 0, &v, err)) == 0 &&
	    prompt_read(v.body, strlen(v.body), out, NULL) == 0)
		*version_id = v.id;
	knowledge_version_clear(&v);
	knowledge_clear(&k);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	return *out != NULL ? 0 : shipped_prompt(id, out, err);
}

/* ---- what is learnt ---- */

int
kb_learn_behind(struct desk *d, struct err *err)
{
	int rc = matcher_follow_of(d, KNOWLEDGE_GUIDE, err);

	return rc == 0 ? matcher_follow_of(d, KNOWLEDGE_CARD, err) : rc;
}

/* A card that was deleted, or is only a draft, is named no more. */
static int
hide_what_is_gone(struct desk *d, struct match_model *m, struct err *err)
{
	struct knowledge *rows = NULL;
	size_t n = 0;
	int rc = knowledge_list_of(
	    d, KNOWLEDGE_CARD, KNOWLEDGE_GUIDES, &rows, &n, err);

	for (size_t i = 0; rc == 0 && n > 0 && i < match_topic_count(m); i++) {
		size_t k = 0;

		while (
		    k < n && (strcmp(rows[k].topic, match_topic(m, i)) != 0 ||
				 rows[k].published == 0))
			k++;
		if (k == n)
			match_hide(m, i);
	}
	knowledge_list_free(&rows, n);
	return rc;
}

int
matcher_cards_of_desk(struct desk *d, struct match_model **out, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	struct str bytes = STR_INIT;
	int rc;

	*out = NULL;
	rc = knowledge_model_get_of(d, KNOWLEDGE_CARD, digest, &bytes, err);
	if (rc == 0)
		rc = match_model_take(&bytes, out, err);
	str_free(&bytes);
	if (rc == OD_ENOTFOUND || rc == OD_EDATA)
		rc = matcher_shipped_objections(out, err);
	if (rc == 0 && (rc = hide_what_is_gone(d, *out, err)) != 0)
		match_model_free(out);
	return rc;
}
