/* model_ticket_card - see model_ticket_card.h. */
#include "tui/model/model_ticket_card.h"

#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/people.h"
#include "db/records/staff.h"
#include "db/records/ticket_form.h"
#include "tui/model/model_int.h"

#include <stdlib.h>
#include <string.h>

struct card_args {
	struct ticket_card card;
	int64_t id;
	ticket_card_fn *fn;
};

void
ticket_card_clear(struct ticket_card *card)
{
	ticket_clear(&card->t);
	ticket_comments_free(&card->comments, card->comment_count);
	history_free(&card->history, card->history_count);
	timeline_free(&card->items, card->item_count);
	free(card->checks);
	free(card->files);
	free(card->times);
	free(card->others);
	guide_session_list_free(&card->sessions, card->session_count);
	for (size_t i = 0; i < 2; i++) {
		draft_clear(&card->drafts[i]);
		draft_clear(&card->draft_files[i]);
	}
	memset(card, 0, sizeof(*card));
}

int64_t
ticket_card_newest(const struct ticket_card *card)
{
	int64_t newest = 0;

	for (size_t i = 0; i < card->comment_count; i++)
		if (card->comments[i].id > newest)
			newest = card->comments[i].id;
	return newest;
}

/* A reference's name in fresh memory; *name is NULL when it is gone. */
static int
name_of(struct desk *d, const char *column, int64_t id, char **name,
    struct err *err)
{
	struct contact contact = {0};
	struct company company = {0};
	struct ticket_status label;
	struct operator o;
	struct team team;
	int rc = 0;

	*name = NULL;
	if (str_equal(column, "status_id")) {
		if ((rc = ticket_status_get(d, id, &label, err)) == 0)
			*name = xstrdup(label.name);
	} else if (str_equal(column, "operator_id")) {
		if ((rc = operator_get(d, id, &o, err)) == 0)
			*name = xstrdup(o.full_name);
	} else if (str_equal(column, "team_id")) {
		if ((rc = team_get(d, id, &team, err)) == 0)
			*name = xstrdup(team.name);
	} else if (str_equal(column, "contact_id")) {
		if ((rc = contact_get(d, id, &contact, err)) == 0)
			*name = xstrdup(contact.full_name);
		contact_clear(&contact);
	} else if (str_equal(column, "company_id")) {
		if ((rc = company_get(d, id, &company, err)) == 0)
			*name = xstrdup(company.name);
		company_clear(&company);
	}
	return model__unless_gone(rc);
}

/* What a category of that key is called; the key for one that is none. */
static int
category_name(struct desk *d, const char *key, char dst[65], struct err *err)
{
	struct ticket_category c;
	int rc;

	str_copy(dst, 65, key);
	if (key[0] == '\0')
		return 0;
	if ((rc = ticket_category_find(d, key, &c, err)) == 0)
		str_copy(dst, 65, c.name);
	return model__unless_gone(rc);
}

static int
put_category(struct desk *d, char **value, struct err *err)
{
	char name[65];
	int rc;

	if (*value == NULL || (*value)[0] == '\0')
		return 0;
	if ((rc = category_name(d, *value, name, err)) != 0)
		return rc;
	free(*value);
	*value = xstrdup(name);
	return 0;
}

static int
put_name(struct desk *d, const char *column, char **value, struct err *err)
{
	int64_t id;
	char *name;
	int rc;

	if (*value == NULL || !str_to_int64(*value, 1, INT64_MAX, &id))
		return 0;
	rc = name_of(d, column, id, &name, err);
	if (name != NULL) {
		free(*value);
		*value = name;
	}
	return rc;
}

/* Keys and ids of the change become names. */
static int
name_change(struct desk *d, struct history_row *r, struct err *err)
{
	const struct record_def *def = record_def(RECORD_TICKET);
	int f = record_field(def, r->field), rc;

	if (str_equal(r->field, "category"))
		return (rc = put_category(d, &r->before, err)) != 0
		           ? rc
		           : put_category(d, &r->after, err);
	if (f < 0 || def->fields[f].type != FIELD_REF)
		return 0;
	rc = put_name(d, r->field, &r->before, err);
	return rc != 0 ? rc : put_name(d, r->field, &r->after, err);
}

static int
read_history(struct desk *d, struct ticket_card *card, struct err *err)
{
	int rc = record_history(d, RECORD_TICKET, card->t.id,
	    TICKET_HISTORY_MOST, &card->history, &card->history_count, err);

	for (size_t i = 0; rc == 0 && i < card->history_count; i++)
		rc = name_change(d, &card->history[i], err);
	return rc;
}

/* Messages, links and merges, among the newest of all that happened. */
static int
read_items(struct desk *d, struct ticket_card *card, struct err *err)
{
	struct timeline_place newest = {0};
	struct timeline_item *rows = NULL, other;
	size_t count = 0, kept = 0;
	int rc = ticket_timeline(
	    d, card->t.id, &newest, TICKET_HISTORY_MOST, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (rows[i].kind == TIMELINE_COMMENT ||
		    rows[i].kind == TIMELINE_CHANGE)
			continue;
		other = rows[kept];
		rows[kept++] = rows[i];
		rows[i] = other;
	}
	/* What is not kept stands behind; the whole is freed as it came. */
	card->items = rows;
	card->item_count = count;
	card->items_kept = kept;
	return rc;
}

static int
read_conversation(struct desk *d, struct ticket_card *card, struct err *err)
{
	int rc = card->t.conversation_id != 0
	             ? conversation_get(
			   d, card->t.conversation_id, &card->conversation, err)
	             : conversation_by_ticket(
			   d, card->t.id, &card->conversation, err);

	card->has_conversation = rc == 0;
	/* One that this person may not read is not shown. */
	return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
}

/* Guides walked for it; none where this person may not read sessions. */
static int
read_sessions(struct desk *d, struct ticket_card *card, struct err *err)
{
	struct guide_session_filter f = {
	    .view = SESSIONS_ALL, .state = -1, .ticket_id = card->t.id};
	struct page page = {.limit = TICKET_SESSIONS_MOST};
	int rc = guide_session_list(
	    d, &f, &page, &card->sessions, &card->session_count, err);

	return rc == OD_EDENIED ? 0 : rc;
}

static int
read_drafts(struct desk *d, struct ticket_card *card, struct err *err)
{
	int rc = 0;

	for (int slot = DRAFT_REPLY; slot <= DRAFT_NOTE && rc == 0; slot++) {
		rc = draft_get(d, RECORD_TICKET, card->t.id,
		    (enum draft_slot)slot, &card->drafts[slot], err);
		if (rc == 0 || rc == OD_ENOTFOUND)
			rc = draft_get(d, RECORD_TICKET, card->t.id,
			    (enum draft_slot)(slot + DRAFT_REPLY_FILES),
			    &card->draft_files[slot], err);
		if (rc == OD_ENOTFOUND)
			rc = 0;
	}
	return rc;
}

static int
card_run(struct desk *d, void *data, struct err *err)
{
	struct card_args *a = data;
	struct ticket_card *c = &a->card;
	int rc;

	if ((rc = ticket_get(d, a->id, &c->t, err)) != 0 ||
	    (rc = category_name(d, c->t.category, c->category, err)) != 0 ||
	    (rc = ticket_comments(
		 d, a->id, &c->comments, &c->comment_count, err)) != 0 ||
	    (rc = read_history(d, c, err)) != 0 ||
	    (rc = read_items(d, c, err)) != 0 ||
	    (rc = ticket_checks(d, a->id, &c->checks, &c->check_count, err)) !=
		0 ||
	    (rc = ticket_files(d, a->id, &c->files, &c->file_count, err)) !=
		0 ||
	    (rc = ticket_times(d, a->id, &c->times, &c->time_count, err)) !=
		0 ||
	    (rc = model_ticket_clock_lines(
		 d, a->id, c->clocks, &c->clock_count, err)) != 0 ||
	    (rc = read_sessions(d, c, err)) != 0 ||
	    (rc = read_conversation(d, c, err)) != 0 ||
	    (rc = ticket_reply_route(d, a->id, &c->route, err)) != 0 ||
	    (rc = read_drafts(d, c, err)) != 0)
		return rc;
	return presence_list(
	    d, RECORD_TICKET, a->id, &c->others, &c->other_count, err);
}

static void
card_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct card_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->card, answer);
}

static void
card_free(void *data)
{
	struct card_args *a = data;

	ticket_card_clear(&a->card);
	free(a);
}

void
model_ticket_card(struct model *m, struct screen *s, uint64_t turn, int64_t id,
    ticket_card_fn *fn)
{
	static const struct model_question q = {
	    .run = card_run, .done = card_done, .free_args = card_free};
	struct card_args *a = xcalloc(1, sizeof(*a));

	a->card.turn = turn;
	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
