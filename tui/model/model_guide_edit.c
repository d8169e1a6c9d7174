/* model_guide_edit - see model_guide_edit.h. */
#include "tui/model/model_guide_edit.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/knowledge.h"
#include "db/records/seat.h"
#include "kb/draft.h"
#include "kb/hint_desk.h"
#include "tui/model/model_int.h"
#include "tui/model/model_learn.h"

#include <stdlib.h>
#include <string.h>

/* ---- the text ---- */

struct text_args {
	struct guide_text t;
	guide_text_fn *fn;
};

void
guide_text_clear(struct guide_text *t)
{
	free(t->draft);
	free(t->body);
	free(t->mine);
	memset(t, 0, sizeof(*t));
}

const char *
guide_text_stands(const struct guide_text *t)
{
	return t->draft[0] != '\0' ? t->draft : t->body;
}

/* The body of a version, "" for number 0; caller frees. */
static int
read_body(
    struct desk *d, int64_t id, int64_t number, char **body, struct err *err)
{
	struct knowledge_version v = {.id = 0};
	int rc = number != 0 ? knowledge_version(d, id, number, &v, err) : 0;

	*body = rc == 0 ? xstrdup(v.body != NULL ? v.body : "") : NULL;
	knowledge_version_clear(&v);
	return rc;
}

/* One that cannot be read must not be taken for none, and written over. */
static int
read_mine(struct desk *d, struct guide_text *t, struct err *err)
{
	struct draft mine = {.id = 0};
	int rc =
	    draft_get(d, RECORD_KNOWLEDGE, t->id, DRAFT_FORM, &mine, err);

	if (rc == 0) {
		t->mine = xstrdup(mine.body);
		t->mine_seen = mine.seen_version;
	}
	draft_clear(&mine);
	return model__unless_gone(rc);
}

static int
text_run(struct desk *d, void *data, struct err *err)
{
	struct text_args *a = data;
	struct guide_text *t = &a->t;
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, t->id, &k, err);

	if (rc == 0 && k.deleted_at != 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "\"%s\" was deleted meanwhile", k.topic);
	if (rc == 0 &&
	    (rc = read_body(d, k.id, k.published, &t->body, err)) == 0) {
		t->kind = k.kind;
		t->version = k.version;
		t->published = k.published;
		str_copy(t->topic, sizeof(t->topic), k.topic);
		t->draft = xstrdup(k.draft);
		rc = read_mine(d, t, err);
	}
	knowledge_clear(&k);
	return rc;
}

static void
text_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct text_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->t, answer);
}

static void
text_free(void *data)
{
	struct text_args *a = data;

	guide_text_clear(&a->t);
	free(a);
}

void
model_guide_text(
    struct model *m, struct screen *s, int64_t id, guide_text_fn *fn)
{
	static const struct model_question q = {
	    .run = text_run, .done = text_done, .free_args = text_free};
	struct text_args *a = xcalloc(1, sizeof(*a));

	a->t.id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what is wrong ---- */

struct check_args {
	enum knowledge_kind kind;
	char *text, topic[65];
	struct guide_findings found;
	unsigned revision;
	enum lang lang;
	guide_checked_fn *fn;
};

static int
check_run(struct desk *d, void *data, struct err *err)
{
	struct check_args *a = data;

	(void)d, (void)err;
	i18n_set_thread(a->lang);
	kb_draft_check(a->kind, a->text, strlen(a->text), a->topic, &a->found);
	i18n_clear_thread();
	return 0;
}

static void
check_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct check_args *a = data;

	(void)ui, (void)answer;
	if (s != NULL)
		a->fn(s, &a->found, a->revision, a->lang);
}

static void
check_free(void *data)
{
	struct check_args *a = data;

	guide_findings_free(&a->found);
	free(a->text);
	free(a);
}

void
model_guide_check(struct model *m, struct screen *s, enum knowledge_kind kind,
    const char *text, const char *topic, unsigned revision,
    guide_checked_fn *fn)
{
	static const struct model_question q = {
	    .run = check_run, .done = check_done, .free_args = check_free};
	struct check_args *a = xcalloc(1, sizeof(*a));

	a->kind = kind;
	a->text = xstrdup(text);
	str_copy(a->topic, sizeof(a->topic), topic);
	a->revision = revision;
	a->lang = i18n_lang();
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what differs ---- */

struct compare_args {
	struct guide_compare c;
	guide_compared_fn *fn;
};

void
guide_compare_clear(struct guide_compare *c)
{
	free(c->lines);
	free(c->text);
	free(c->a);
	free(c->b);
	memset(c, 0, sizeof(*c));
}

/* The text to compare, and whether it may be published. */
static int
lay_out(struct desk *d, struct guide_compare *c, struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	struct knowledge k = {.id = 0};
	struct str out = STR_INIT;
	int rc = knowledge_get(d, c->id, &k, err);

	if (rc == 0 && c->text == NULL) {
		c->text = xstrdup(k.draft);
		c->from = k.published;
	}
	if (rc == 0) {
		kb_draft_check(
		    k.kind, c->text, strlen(c->text), k.topic, &found);
		c->errors = found.errors;
		kb_draft_print(k.kind, c->text, &out);
		c->b = str_take(&out);
	}
	guide_findings_free(&found);
	knowledge_clear(&k);
	return rc;
}

static int
compare_run(struct desk *d, void *data, struct err *err)
{
	struct compare_args *a = data;
	struct guide_compare *c = &a->c;
	int rc = c->to != 0 ? read_body(d, c->id, c->to, &c->b, err)
	                    : lay_out(d, c, err);

	if (rc == 0)
		rc = read_body(d, c->id, c->from, &c->a, err);
	if (rc == 0)
		c->count = line_diff(c->a, c->b, 2, &c->lines);
	return rc;
}

static void
compare_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct compare_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, &a->c, answer);
}

static void
compare_free(void *data)
{
	struct compare_args *a = data;

	guide_compare_clear(&a->c);
	free(a);
}

void
model_guide_compare(struct model *m, struct screen *s,
    const struct guide_compare *c, guide_compared_fn *fn)
{
	static const struct model_question q = {.run = compare_run,
	    .done = compare_done,
	    .free_args = compare_free};
	struct compare_args *a = xcalloc(1, sizeof(*a));

	a->c = *c;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- versions ---- */

struct versions_args {
	struct guide_versions v;
	guide_versions_fn *fn;
};

static int
versions_run(struct desk *d, void *data, struct err *err)
{
	struct versions_args *a = data;
	struct guide_versions *v = &a->v;
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, v->id, &k, err);

	if (rc == 0) {
		v->published = k.published;
		v->has_draft = k.draft[0] != '\0';
		rc = knowledge_versions(d, v->id, &v->rows, &v->count, err);
	}
	knowledge_clear(&k);
	return rc;
}

static void
versions_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct versions_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, &a->v, answer);
}

static void
versions_free(void *data)
{
	struct versions_args *a = data;

	knowledge_version_list_free(&a->v.rows, a->v.count);
	free(a);
}

void
model_guide_versions(
    struct model *m, struct screen *s, int64_t id, guide_versions_fn *fn)
{
	static const struct model_question q = {.run = versions_run,
	    .done = versions_done,
	    .free_args = versions_free};
	struct versions_args *a = xcalloc(1, sizeof(*a));

	a->v.id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct edit_args {
	struct model *m; /* borrowed */
	struct guide_edit_action a;
	guide_edit_fn *fn;
};

static int
begin(struct desk *d, struct guide_edit_action *a, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	kb_draft_begin(a->kind, a->topic, a->lang, &text);
	rc = knowledge_new_draft_of(d, a->kind, a->topic, text.s, &a->id, err);
	str_free(&text);
	return rc;
}

/* What was typed is the draft now, or gone. */
static int
forget_mine(struct desk *d, const struct guide_edit_action *a, struct err *err)
{
	return draft_save(
	    d, RECORD_KNOWLEDGE, a->id, DRAFT_FORM, "", 0, 0, err);
}

static int
keep(struct desk *d, struct guide_edit_action *a, struct err *err)
{
	int rc = knowledge_save_draft(
	    d, a->id, a->version, a->text, &a->version, err);

	return rc != 0 ? rc : forget_mine(d, a, err);
}

/* First it is the draft: who takes the version back has that again. */
static int
publish(struct desk *d, struct guide_edit_action *a, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc = knowledge_save_draft(
	    d, a->id, a->version, a->text, &a->version, err);

	if (rc == 0 && (rc = knowledge_get(d, a->id, &k, err)) == 0)
		rc = kb_draft_publish(
		    d, &k, a->version, a->text, &a->number, err);
	knowledge_clear(&k);
	return rc != 0 ? rc : forget_mine(d, a, err);
}

/* Those that come with opdesk; what was deleted here stays so. */
static int
import(struct desk *d, struct guide_edit_action *a, struct err *err)
{
	struct kb_import done = {.count = 0};
	struct kb_guides g = {.count = 0};
	int rc;

	if (a->kind != KNOWLEDGE_GUIDE)
		rc = kb_texts_import(d, a->kind, NULL, 0, false, &done, err);
	else if ((rc = kb_guides_shipped(&g, err)) == 0)
		rc = kb_guides_import(d, &g, false, &done, err);
	a->number = done.changed;
	kb_guides_free(&g);
	kb_import_free(&done);
	return rc;
}

static int
discard(struct desk *d, struct guide_edit_action *a, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, a->id, &k, err);

	if (rc == 0 && k.published == 0)
		rc = knowledge_delete(d, a->id, a->version, err);
	else if (rc == 0 && k.draft[0] != '\0')
		rc = knowledge_save_draft(
		    d, a->id, a->version, "", &a->version, err);
	knowledge_clear(&k);
	return rc != 0 ? rc : forget_mine(d, a, err);
}

static int
edit_run(struct desk *d, void *data, struct err *err)
{
	struct edit_args *args = data;
	struct guide_edit_action *a = &args->a;

	switch (a->deed) {
	case GUIDE_EDIT_BEGIN:
		return begin(d, a, err);
	case GUIDE_EDIT_KEEP:
		return keep(d, a, err);
	case GUIDE_EDIT_PUBLISH:
		return publish(d, a, err);
	case GUIDE_EDIT_DISCARD:
		return discard(d, a, err);
	case GUIDE_EDIT_DELETE:
		return knowledge_delete(d, a->id, a->version, err);
	case GUIDE_EDIT_RESTORE:
		return knowledge_restore(d, a->id, err);
	case GUIDE_EDIT_IMPORT:
		return import(d, a, err);
	}
	BUG("no such deed: %d", (int)a->deed);
}

static void
edit_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct edit_args *args = data;

	if (answer->rc != 0 && answer->rc != OD_ECONFLICT)
		ui_toast_err(ui, answer->err);
	if (answer->rc == 0 && args->a.deed >= GUIDE_EDIT_PUBLISH)
		model_learn(args->m, args->a.kind);
	if (s != NULL)
		args->fn(s, &args->a, answer);
}

static void
edit_free(void *data)
{
	struct edit_args *args = data;

	free(args->a.text);
	free(args);
}

void
model_guide_edit(struct model *m, struct screen *s,
    const struct guide_edit_action *action, guide_edit_fn *fn)
{
	static const struct model_question q = {.run = edit_run,
	    .done = edit_done,
	    .free_args = edit_free,
	    .writes = true};
	struct edit_args *args = xcalloc(1, sizeof(*args));

	args->m = m;
	args->a = *action;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
