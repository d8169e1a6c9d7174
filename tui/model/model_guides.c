/* model_guides - see model_guides.h. */
#include "tui/model/model_guides.h"

#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/guide_bodies.h"
#include "db/records/knowledge.h"
#include "db/records/messages.h"
#include "db/records/tickets.h"
#include "db/records/tenant_settings.h"
#include "kb/matcher.h"
#include "kb/session.h"

#include <stdlib.h>
#include <string.h>

#define SAID_MESSAGES 8    /* of a conversation: the customer's last ones */
#define SAID_BYTES    2000 /* of a subject */

struct shelf_args {
	struct guide_shelf shelf;
	struct guide_subject subject;
	guide_shelf_fn *fn;
};

void
guide_shelf_clear(struct guide_shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			free(shelf->rows[i].words[l].description);
			free(shelf->rows[i].words[l].folded);
		}
	free(shelf->rows);
	free(shelf->text);
	match_model_free(&shelf->matcher);
	memset(shelf, 0, sizeof(*shelf));
}

const struct guide_row *
guide_shelf_row(const struct guide_shelf *shelf, int64_t id)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (shelf->rows[i].id == id)
			return &shelf->rows[i];
	return NULL;
}

/* ---- guides ---- */

static void
take_guide(struct guide_row *row, const struct guide *g)
{
	struct guide_words words;

	str_copy(row->category, sizeof(row->category),
	    g->category != NULL ? g->category : "");
	row->steps = g->n_steps;
	for (int l = 0; l < LANG_COUNT; l++) {
		struct guide_row_words *w = &row->words[l];
		struct str folded = STR_INIT;

		guide_words(g, (enum lang)l, &words);
		str_copy(w->title, sizeof(w->title), words.title);
		str_copy(w->time, sizeof(w->time), words.estimated_time);
		str_copy(
		    w->difficulty, sizeof(w->difficulty), words.difficulty);
		w->description = xstrdup(words.description);
		utf8_fold(&folded, w->title, strlen(w->title));
		w->folded = str_take(&folded);
	}
}

/* A guide of which there is but a draft; its topic, where that is no guide. */
static int
take_draft(struct desk *d, struct guide_row *row, int64_t id, struct err *err)
{
	struct guide_file *file = NULL;
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, id, &k, err);

	if (rc == 0 &&
	    guide_read_one(k.draft, strlen(k.draft), &file, NULL) == 0)
		take_guide(row, &file->guides[0]);
	for (int l = 0; rc == 0 && l < LANG_COUNT; l++) {
		struct guide_row_words *w = &row->words[l];

		if (w->title[0] == '\0')
			str_copy(w->title, sizeof(w->title), row->topic);
		if (w->description == NULL)
			w->description = xstrdup("");
		if (w->folded == NULL)
			w->folded = xstrdup(row->topic);
	}
	guide_file_free(&file);
	knowledge_clear(&k);
	return rc;
}

/* Marks those that have a draft, and adds those that are nothing else. */
static int
read_drafts(struct desk *d, struct guide_shelf *shelf,
    const struct knowledge *all, size_t count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct guide_row *row;

		if (!all[i].has_draft || all[i].topic[0] == '_')
			continue;
		for (size_t k = 0; k < shelf->count; k++)
			if (shelf->rows[k].id == all[i].id)
				shelf->rows[k].has_draft = true;
		if (all[i].published != 0)
			continue;
		shelf->rows = xreallocarray(
		    shelf->rows, shelf->count + 1, sizeof(shelf->rows[0]));
		row = &shelf->rows[shelf->count++];
		memset(row, 0, sizeof(*row));
		row->id = all[i].id;
		row->has_draft = true;
		str_copy(row->topic, sizeof(row->topic), all[i].topic);
		rc = take_draft(d, row, all[i].id, err);
	}
	return rc;
}

/* What the rows are made from, without reading it all. */
static void
stamp_of(struct desk *d, const struct knowledge *all, size_t count,
    char stamp[SHA256_HEX_SIZE])
{
	struct str s = STR_INIT;
	char learnt[SHA256_HEX_SIZE] = "";

	(void)knowledge_model_digest_of(d, KNOWLEDGE_GUIDE, learnt, NULL);
	str_add(&s, learnt);
	for (size_t i = 0; i < count; i++)
		str_addf(&s, " %lld.%lld", (long long)all[i].id,
		    (long long)all[i].version);
	sha256_hex(s.s, s.len, stamp);
	str_free(&s);
}

static int
read_guides(struct desk *d, struct guide_shelf *shelf, struct err *err)
{
	struct guide_body *bodies;
	size_t count;
	int rc;

	if ((rc = guide_bodies(d, &bodies, &count, err)) != 0)
		return rc;
	shelf->rows = xcalloc(count + 1, sizeof(shelf->rows[0]));
	for (size_t i = 0; i < count; i++) {
		struct guide_row *row = &shelf->rows[shelf->count];
		struct guide_file *file;

		if (bodies[i].topic[0] == '_')
			continue; /* what the matcher learns from beside them */
		if (guide_read_one(bodies[i].body, strlen(bodies[i].body),
			&file, NULL) != 0) {
			shelf->broken++;
			continue;
		}
		row->id = bodies[i].knowledge_id;
		row->published = bodies[i].number;
		str_copy(row->topic, sizeof(row->topic), bodies[i].topic);
		take_guide(row, &file->guides[0]);
		guide_file_free(&file);
		shelf->count++;
	}
	guide_bodies_free(&bodies, count);
	return 0;
}

/* ---- what the subject says ---- */

static int
read_ticket(
    struct desk *d, struct shelf_args *a, struct str *said, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_get(d, a->subject.ticket_id, &t, err);

	if (rc == 0) {
		a->shelf.number = t.number;
		str_add(said, t.subject);
		if (t.description != NULL && t.description[0] != '\0')
			str_addf(said, ". %s", t.description);
	}
	ticket_clear(&t);
	return rc;
}

/* What the customer said last, oldest first. */
static int
read_messages(struct desk *d, const struct shelf_args *a, struct str *said,
    struct err *err)
{
	struct message *rows = NULL;
	size_t count = 0, from, taken = 0;
	int rc;

	rc = message_thread(
	    d, a->subject.conversation_id, 0, 0, 50, &rows, &count, err);
	for (from = count; from > 0 && taken < SAID_MESSAGES; from--)
		taken += rows[from - 1].inbound && !rows[from - 1].is_note;
	for (size_t i = from; i < count; i++)
		if (rows[i].inbound && !rows[i].is_note)
			str_addf(
			    said, said->len > 0 ? ". %s" : "%s", rows[i].body);
	message_list_free(&rows, count);
	return rc;
}

static int
read_going_on(struct desk *d, struct shelf_args *a, struct err *err)
{
	struct guide_session_filter f = {.view = SESSIONS_OPEN,
	    .state = -1,
	    .ticket_id = a->subject.ticket_id,
	    .conversation_id =
		a->subject.ticket_id == 0 ? a->subject.conversation_id : 0};
	struct page page = {.limit = 1};
	struct guide_session *rows = NULL;
	size_t count = 0;
	int rc = guide_session_list(d, &f, &page, &rows, &count, err);

	if (rc == 0 && count > 0)
		a->shelf.going_on = rows[0].id;
	guide_session_list_free(&rows, count);
	return rc == OD_EDENIED ? 0 : rc;
}

static int
read_subject(struct desk *d, struct shelf_args *a, struct err *err)
{
	struct str said = STR_INIT, safe = STR_INIT;
	int rc = 0;

	if (a->subject.ticket_id != 0)
		rc = read_ticket(d, a, &said, err);
	else if (a->subject.conversation_id != 0)
		rc = read_messages(d, a, &said, err);
	if (rc == 0 && said.len > 0)
		rc = read_going_on(d, a, err);
	text_safe(&safe, said.s != NULL ? said.s : "",
	    said.len < SAID_BYTES ? said.len : SAID_BYTES, TEXT_LINE);
	a->shelf.text = str_take(&safe);
	str_free(&said);
	return rc;
}

/* Rows, unless they are those of the stamp that was asked with. */
static int
read_rows(struct desk *d, struct guide_shelf *shelf, struct err *err)
{
	struct knowledge *all = NULL;
	char stamp[SHA256_HEX_SIZE];
	size_t count = 0;
	int rc = knowledge_list(d, KNOWLEDGE_ALL, &all, &count, err);

	if (rc == 0) {
		stamp_of(d, all, count, stamp);
		shelf->is_same = str_equal(stamp, shelf->stamp);
		str_copy(shelf->stamp, sizeof(shelf->stamp), stamp);
	}
	if (rc == 0 && !shelf->is_same &&
	    (rc = read_guides(d, shelf, err)) == 0 &&
	    op_may(d, OP_GUIDE_EDIT, 0, NULL) == 0)
		rc = read_drafts(d, shelf, all, count, err);
	knowledge_list_free(&all, count);
	return rc;
}

static int
shelf_run(struct desk *d, void *data, struct err *err)
{
	struct shelf_args *a = data;
	int rc;

	if ((rc = read_rows(d, &a->shelf, err)) != 0 || a->shelf.is_same ||
	    (rc = read_subject(d, a, err)) != 0 ||
	    (rc = tenant_setting(d, SETTING_GUIDE_THRESHOLD,
		 &a->shelf.threshold, NULL, err)) != 0)
		return rc;
	/* Without one, guides are found by their titles. */
	(void)matcher_of_desk(d, &a->shelf.matcher, NULL);
	return 0;
}

static void
shelf_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct shelf_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->shelf, answer);
}

static void
shelf_free(void *data)
{
	struct shelf_args *a = data;

	guide_shelf_clear(&a->shelf);
	free(a);
}

void
model_guide_shelf(struct model *m, struct screen *s,
    const struct guide_subject *subject, const char *stamp, guide_shelf_fn *fn)
{
	static const struct model_question q = {
	    .run = shelf_run, .done = shelf_done, .free_args = shelf_free};
	struct shelf_args *a = xcalloc(1, sizeof(*a));

	a->subject = *subject;
	str_copy(a->shelf.stamp, sizeof(a->shelf.stamp), stamp);
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- sessions ---- */

struct list_args {
	struct guide_sessions list;
	guide_sessions_fn *fn;
};

void
guide_sessions_clear(struct guide_sessions *list)
{
	guide_session_list_free(&list->rows, list->count);
	memset(list, 0, sizeof(*list));
}

/* At most so many; *more: there are others beyond them. */
static int
read_part(struct desk *d, struct guide_sessions *w, const struct page *place,
    size_t want, struct guide_session **rows, size_t *count, bool *more,
    struct err *err)
{
	struct guide_session_filter f = {.view = w->view, .state = -1};
	struct page page = *place;
	size_t over;
	int rc;

	page.limit = (int)want + 1;
	if ((rc = guide_session_list(d, &f, &page, rows, count, err)) != 0)
		return rc;
	*more = *count > want;
	if (!*more)
		return 0;
	over = page.backwards ? 0 : --*count;
	guide_session_clear(&(*rows)[over]);
	if (page.backwards)
		memmove(*rows, *rows + 1, --*count * sizeof(**rows));
	return 0;
}

static void
put_before(
    struct guide_sessions *w, const struct guide_session *before, size_t n)
{
	if (n == 0)
		return;
	w->rows = xreallocarray(w->rows, w->count + n, sizeof(w->rows[0]));
	memmove(w->rows + n, w->rows, w->count * sizeof(w->rows[0]));
	memcpy(w->rows, before, n * sizeof(w->rows[0]));
	w->count += n;
}

static int
read_around(struct desk *d, struct guide_sessions *w, struct err *err)
{
	size_t half = w->want.count / 2, n = 0;
	struct guide_session *before = NULL;
	/* From just above the row, so that it comes along itself. */
	struct page at = {
	    .after_key = w->around_key, .after_id = w->want.id + 1};
	struct page above = {.after_key = w->around_key,
	    .after_id = w->want.id,
	    .backwards = true};
	int rc;

	if ((rc = read_part(d, w, &at, half, &w->rows, &w->count, &w->has_after,
		 err)) != 0 ||
	    (rc = read_part(
		 d, w, &above, half, &before, &n, &w->has_before, err)) != 0)
		return rc;
	put_before(w, before, n);
	free(before);
	return 0;
}

static int
list_run(struct desk *d, void *data, struct err *err)
{
	struct list_args *a = data;
	struct guide_sessions *w = &a->list;
	const struct page from = {.backwards = w->want.what == WANT_LAST};

	if (w->want.what == WANT_AROUND && w->around_key != 0)
		return read_around(d, w, err);
	return read_part(d, w, &from, w->want.count, &w->rows, &w->count,
	    from.backwards ? &w->has_before : &w->has_after, err);
}

static void
list_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct list_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->list, answer);
}

static void
list_free(void *data)
{
	struct list_args *a = data;

	guide_sessions_clear(&a->list);
	free(a);
}

void
model_guide_sessions(struct model *m, struct screen *s,
    const struct guide_sessions *ask, guide_sessions_fn *fn)
{
	static const struct model_question q = {
	    .run = list_run, .done = list_done, .free_args = list_free};
	struct list_args *a = xcalloc(1, sizeof(*a));

	a->list.turn = ask->turn;
	a->list.view = ask->view;
	a->list.want = ask->want;
	a->list.around_key = ask->around_key;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
