/* guides_desk - see guides_desk.h. */
#include "kb/guides_desk.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "kb/guide_check.h"
#include <stdlib.h>
#include <string.h>

/* ---- import ---- */

void
kb_import_free(struct kb_import *r)
{
	free(r->rows);
	memset(r, 0, sizeof(*r));
}

struct kb_import_row *
kb_import_add(struct kb_import *out, const char *topic)
{
	struct kb_import_row *row;

	out->rows = xreallocarray(
	    out->rows, (size_t)out->count + 1, sizeof(*out->rows));
	row = &out->rows[out->count++];
	memset(row, 0, sizeof(*row));
	str_copy(row->topic, sizeof(row->topic), topic);
	return row;
}

/* The first error about a topic; NULL: none. */
static const struct guide_finding *
first_error(const struct guide_findings *found, const char *topic)
{
	for (int i = 0; i < found->count; i++)
		if (found->items[i].is_error &&
		    strcmp(found->items[i].topic, topic) == 0)
			return &found->items[i];
	return NULL;
}

static int
import_body(struct desk *d, const char *topic, const char *category,
    const char *title, const char *body, bool take_back, struct kb_import *out,
    struct err *err)
{
	const struct knowledge_new in = {topic, category, title, body};
	enum knowledge_put put;
	int64_t id;
	int rc = knowledge_import(d, &in, take_back, &put, &id, err);

	if (rc != 0)
		return rc;
	kb_import_add(out, topic)->put = put;
	out->changed += put == KNOWLEDGE_MADE || put == KNOWLEDGE_CHANGED;
	return 0;
}

/* What the reader left out has no guide, but its reason. */
static void
tell_unread(const struct guide_file *f, const struct guide_findings *found,
    struct kb_import *out)
{
	const char *before = "";

	for (int i = 0; i < found->count; i++) {
		const struct guide_finding *e = &found->items[i];
		struct kb_import_row *row;

		if (!e->is_error || strcmp(e->topic, before) == 0 ||
		    (f && guide_file_find(f, e->topic)))
			continue;
		before = e->topic;
		row = kb_import_add(out, e->topic);
		row->is_refused = true;
		row->line = e->line;
		str_copy(row->reason, sizeof(row->reason), e->text);
		out->refused++;
	}
}

static int
import_guide(struct desk *d, const struct guide *g,
    const struct guide_findings *checked, bool take_back, struct kb_import *out,
    struct err *err)
{
	const struct guide_finding *wrong = first_error(checked, g->topic);
	struct str body = STR_INIT;
	struct kb_import_row *row;
	int rc;

	if (wrong) {
		row = kb_import_add(out, g->topic);
		row->is_refused = true;
		row->line = wrong->line;
		str_copy(row->reason, sizeof(row->reason), wrong->text);
		out->refused++;
		return 0;
	}
	guide_print(g, &body);
	rc = import_body(d, g->topic, g->category, g->words[g->lang].title,
	    body.s, take_back, out, err);
	str_free(&body);
	return rc;
}

static int
import_companions(struct desk *d, const struct guide_file *f, bool take_back,
    struct kb_import *out, struct err *err)
{
	struct str body = STR_INIT;
	int rc = 0;

	if (f->has_concepts) {
		guide_print_concepts(f, &body);
		rc = import_body(d, "_concepts", NULL, "_concepts", body.s,
		    take_back, out, err);
	}
	if (rc == 0 && f->has_out_of_scope) {
		str_clear(&body);
		guide_print_out_of_scope(f, &body);
		rc = import_body(d, "_out_of_scope", NULL, "_out_of_scope",
		    body.s, take_back, out, err);
	}
	str_free(&body);
	return rc;
}

static int
import_file(struct desk *d, const struct guide_file *f,
    const struct guide_findings *read, bool take_back, struct kb_import *out,
    struct err *err)
{
	struct guide_findings checked = GUIDE_FINDINGS_INIT;
	int rc = 0;

	tell_unread(f, read, out);
	if (!f)
		return 0;
	guide_check(f, &checked);
	for (int i = 0; i < f->count && rc == 0; i++)
		rc = import_guide(
		    d, &f->guides[i], &checked, take_back, out, err);
	guide_findings_free(&checked);
	return rc != 0 ? rc : import_companions(d, f, take_back, out, err);
}

int
kb_guides_import(struct desk *d, const struct kb_guides *g, bool take_back,
    struct kb_import *out, struct err *err)
{
	char sentence[128];
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_together_begin(d, err)) != 0)
		return rc;
	for (int i = 0; i < g->count && rc == 0; i++)
		rc = import_file(
		    d, g->files[i], &g->found[i], take_back, out, err);
	str_format(
	    sentence, sizeof(sentence), _("Imported %d guides"), out->changed);
	if ((rc = op_together_end(d, rc, sentence, err)) != 0)
		kb_import_free(out);
	return rc;
}

/* ---- a draft ---- */

int
kb_guide_publish(struct desk *d, int64_t id, int64_t seen_version,
    const char *topic, const char *text, int64_t *number, struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	const struct guide_finding *wrong;
	struct guide_file *f = NULL;
	struct str body = STR_INIT;
	const struct guide *g;
	int rc;

	*number = 0;
	if ((rc = guide_read_one(text, strlen(text), &f, err)) != 0)
		return rc;
	g = &f->guides[0];
	guide_check(f, &found);
	if (strcmp(g->topic, topic) != 0)
		rc = err_set(err, OD_EDATA,
		    "The text is about \"%s\", the guide about \"%s\"",
		    g->topic, topic);
	else if ((wrong = first_error(&found, g->topic)) != NULL)
		rc = err_set(err, OD_EDATA, "Line %d of the guide: %s",
		    wrong->line, wrong->text);
	if (rc == 0) {
		struct knowledge_new in = {
		    g->topic, g->category, g->words[g->lang].title, NULL};

		guide_print(g, &body);
		in.body = body.s;
		rc = knowledge_publish(d, id, seen_version, &in, number, err);
	}
	str_free(&body);
	guide_findings_free(&found);
	guide_file_free(&f);
	return rc;
}
