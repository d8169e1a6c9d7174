/* ticket_wish - a ticket made and changed as a body says; see tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/token_scope.h"
#include "db/records/ticket_form.h"
#include "syncd/api/tickets.h"
#include <stdlib.h>
#include <string.h>

#define GIVEN_MAX 64

void
ticket_wish_take(const struct api_call *c, struct ticket_wish *w)
{
	*w = (struct ticket_wish){
	    .subject = api_text(api_body(c, "subject"), NULL),
	    .description = api_text(api_body(c, "description"), NULL),
	    .category = api_text(api_body(c, "category"), NULL),
	    .tags = api_text(api_body(c, "tags"), NULL),
	    .external_id = api_text(api_body(c, "external_id"), NULL),
	    .waiting_reason = api_text(api_body(c, "waiting_reason"), NULL),
	    .priority_reason = api_text(api_body(c, "priority_reason"), NULL),
	    .status = api_text(api_body(c, "status"), NULL),
	    .fields = api_body(c, "fields"),
	    .urgency = api_body(c, "urgency"),
	    .impact = api_body(c, "impact"),
	    .priority = api_body(c, "priority"),
	    .state = api_body(c, "state"),
	    .contact_id = api_body(c, "contact_id"),
	    .company_id = api_body(c, "company_id"),
	    .operator_id = api_body(c, "operator_id"),
	    .team_id = api_body(c, "team_id"),
	    .waiting_until = api_body(c, "waiting_until"),
	};
}

static bool
is_there(const struct api_value *v)
{
	return v != NULL && v->is_there;
}

static int64_t
number_of(const struct api_value *v)
{
	return v != NULL ? api_number(v, 0) : 0;
}

/* The object's end moves behind one more member. */
static void
add_fields(struct str *out, const struct ticket_value *rows, size_t count)
{
	struct json_out w;

	str_trunc(out, out->len - 1);
	str_add(out, ",\"fields\":");
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	for (size_t i = 0; i < count; i++)
		json_out_string(&w, rows[i].field.key, rows[i].value);
	json_out_end(&w, '}');
	str_addc(out, '}');
}

void
ticket_sample(struct json_out *out)
{
	const struct ticket t = {0};

	ticket_json(&t, out);
	add_fields(out->out, NULL, 0);
}

int
ticket_answer(
    struct api_call *c, struct desk *d, const struct ticket *t, struct err *err)
{
	struct ticket_value *values;
	struct json_out w;
	size_t count;
	int rc = ticket_values(d, t->id, t->category, &values, &count, err);

	if (rc != 0)
		return rc;
	str_clear(&c->out);
	json_out_init(&w, &c->out);
	ticket_json(t, &w);
	add_fields(&c->out, values, count);
	ticket_values_free(&values, count);
	c->version = t->version;
	return 0;
}

/* Anew, as the next step has to find it. */
static int
read_again(struct desk *d, struct ticket *t, struct err *err)
{
	int64_t id = t->id;

	ticket_clear(t);
	return ticket_get(d, id, t, err);
}

/* 412: what it is now goes with it. */
static int
refuse_stale(
    struct api_call *c, struct desk *d, struct ticket *t, struct err *err)
{
	int rc;

	if ((rc = read_again(d, t, err)) != 0 ||
	    (rc = ticket_answer(c, d, t, err)) != 0)
		return rc;
	c->status = 412;
	c->more = "current";
	return err_set(err, OD_ECONFLICT,
	    "Ticket %lld was changed meanwhile; look at what it is now",
	    (long long)t->number);
}

int
ticket_of_path(
    struct api_call *c, struct desk *d, struct ticket *t, struct err *err)
{
	int rc = ticket_by_number(d, c->record, t, err);

	if (rc != 0)
		return rc;
	c->is_found = true;
	return api_matches(c, t->version) ? 0 : refuse_stale(c, d, t, err);
}

/* Somebody was faster after all, on a server that others write to. */
static int
settle(struct api_call *c, struct desk *d, struct ticket *t, int rc,
    struct err *err)
{
	if (rc == OD_ECONFLICT && c->if_match[0] != '\0' &&
	    d->conflict.count > 0)
		return refuse_stale(c, d, t, err);
	return rc != 0 ? rc : ticket_answer(c, d, t, err);
}

/* ---- values of the tenant's fields, as texts ---- */

struct given {
	struct ticket_given list[GIVEN_MAX];
	char *texts[GIVEN_MAX]; /* owned; what list borrows */
	size_t count;
};

static void
given_clear(struct given *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->texts[i]);
	g->count = 0;
}

static char *
value_text(const struct json *v)
{
	struct str out = STR_INIT;

	if (json_type(v) == JSON_STRING)
		return xstrdup(json_as_string(v));
	if (json_type(v) == JSON_NULL)
		return xstrdup("");
	json_print(v, &out);
	return str_take(&out);
}

static int
take_given(struct given *g, const struct api_value *fields, struct err *err)
{
	g->count = 0;
	if (!is_there(fields))
		return 0;
	if (json_size(fields->map) > GIVEN_MAX)
		return err_set(
		    err, OD_EDATA, "fields has at most %d members", GIVEN_MAX);
	for (const struct json *m = json_first(fields->map); m != NULL;
	     m = json_next(m)) {
		if (json_type(m) == JSON_OBJECT || json_type(m) == JSON_ARRAY)
			return err_set(err, OD_EDATA,
			    "%s is a text, a number, true, false or null",
			    json_name(m));
		g->texts[g->count] = value_text(m);
		g->list[g->count] =
		    (struct ticket_given){json_name(m), g->texts[g->count]};
		g->count++;
	}
	return 0;
}

/* ---- steps of a change, each with an operation of its own ---- */

static int
edit(struct api_call *c, struct desk *d, const struct ticket_wish *w,
    struct ticket *t, struct err *err)
{
	const struct {
		const char *column, *text;
	} texts[] = {{"subject", w->subject}, {"description", w->description},
	    {"category", w->category}, {"tags", w->tags},
	    {"external_id", w->external_id},
	    {"priority_reason", w->priority_reason}};
	const struct {
		const char *column;
		const struct api_value *v;
	} numbers[] = {{"urgency", w->urgency}, {"impact", w->impact},
	    {"priority", w->priority}, {"contact_id", w->contact_id},
	    {"company_id", w->company_id}};
	struct change changes[sizeof(texts) / sizeof(texts[0]) +
			      sizeof(numbers) / sizeof(numbers[0])];
	struct given given;
	size_t n = 0;
	int rc;

	if ((rc = take_given(&given, w->fields, err)) != 0)
		goto out;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].text != NULL)
			changes[n++] = (struct change){
			    texts[i].column, b_text(texts[i].text)};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (is_there(numbers[i].v))
			changes[n++] = (struct change){
			    numbers[i].column, b_ref(number_of(numbers[i].v))};
	if (n == 0 && given.count == 0)
		goto out;
	c->tried = OP_TICKET_EDIT;
	rc = ticket_edit_form(
	    d, t->id, t->version, changes, n, given.list, given.count, err);
	if (rc == 0)
		rc = read_again(d, t, err);
out:
	given_clear(&given);
	return rc;
}

static int
assign(struct api_call *c, struct desk *d, const struct ticket_wish *w,
    struct ticket *t, struct err *err)
{
	int64_t operator_id = t->operator_id, team_id = t->team_id;
	int rc;

	if (!is_there(w->operator_id) && !is_there(w->team_id))
		return 0;
	if (is_there(w->operator_id))
		operator_id = number_of(w->operator_id);
	if (is_there(w->team_id))
		team_id = number_of(w->team_id);
	c->tried = OP_TICKET_ASSIGN;
	rc = ticket_assign(
	    d, t->id, t->version, operator_id, team_id, NULL, err);
	return rc != 0 ? rc : read_again(d, t, err);
}

/* Which label and state it is to have; status->id 0: no label of its own. */
static int
wanted_status(struct desk *d, const struct ticket_wish *w,
    const struct ticket *t, struct ticket_status *status, struct err *err)
{
	memset(status, 0, sizeof(*status));
	status->state = t->state;
	if (w->status != NULL && is_there(w->state))
		return err_set(
		    err, OD_EDATA, "Give either a status or a state");
	if (w->status != NULL)
		return ticket_status_by_name(d, w->status, status, err);
	if (is_there(w->state))
		status->state = (enum ticket_state)w->state->i;
	return 0;
}

static int
set_state(struct api_call *c, struct desk *d, const struct ticket_wish *w,
    struct ticket *t, struct err *err)
{
	bool waits = w->waiting_reason != NULL || is_there(w->waiting_until);
	int64_t until = is_there(w->waiting_until) ? number_of(w->waiting_until)
	                                           : t->waiting_until_us;
	const char *reason =
	    w->waiting_reason != NULL ? w->waiting_reason : t->waiting_reason;
	struct ticket_status status;
	int rc;

	if ((rc = wanted_status(d, w, t, &status, err)) != 0)
		return rc;
	if (!waits && status.id == 0 && status.state == t->state)
		return 0;
	if (waits && status.state != TICKET_WAITING)
		return err_set(err, OD_EDATA,
		    "waiting_reason and waiting_until go with the state"
		    " waiting");
	c->tried = OP_TICKET_STATE;
	rc = status.id != 0 ? ticket_set_status(d, t->id, t->version, status.id,
				  reason, until, err)
	                    : ticket_set_state(d, t->id, t->version,
				  status.state, reason, until, err);
	return rc != 0 ? rc : read_again(d, t, err);
}

int
ticket_wish_change(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		if ((rc = edit(c, d, w, &t, err)) == 0 &&
		    (rc = assign(c, d, w, &t, err)) == 0)
			rc = set_state(c, d, w, &t, err);
		rc = settle(c, d, &t, rc, err);
	}
	ticket_clear(&t);
	return rc;
}

/* A token that may make tickets, yet not read them, learns its number. */
static void
print_number(struct api_call *c, int64_t number)
{
	struct json_out w;

	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_int(&w, "id", number);
	json_out_int(&w, "number", number);
	json_out_end(&w, '}');
}

/* What a new ticket cannot be given at once. */
static int
finish_new(struct api_call *c, struct desk *d, const struct ticket_wish *w,
    int64_t id, int64_t number, struct err *err)
{
	const struct ticket_wish later = {.priority = w->priority,
	    .priority_reason = w->priority_reason,
	    .status = w->status,
	    .state = w->state,
	    .waiting_reason = w->waiting_reason,
	    .waiting_until = w->waiting_until};
	struct ticket t = {.id = id};
	int rc;

	if (!is_there(w->priority) && !is_there(w->state) &&
	    !is_there(w->waiting_until) && w->waiting_reason == NULL &&
	    w->status == NULL &&
	    !token_scopes_cover(
		d->actor.scopes, op_def(OP_TICKET_READ)->name)) {
		print_number(c, number);
		return 0;
	}
	if ((rc = read_again(d, &t, err)) == 0 &&
	    (rc = edit(c, d, &later, &t, err)) == 0 &&
	    (rc = set_state(c, d, &later, &t, err)) == 0)
		rc = ticket_answer(c, d, &t, err);
	ticket_clear(&t);
	return rc;
}

int
ticket_wish_make(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err)
{
	struct given given;
	struct ticket_new in = {.subject = w->subject,
	    .description = w->description,
	    .category = w->category,
	    .tags = w->tags,
	    .external_id = w->external_id,
	    .urgency = (int)number_of(w->urgency),
	    .impact = (int)number_of(w->impact),
	    .source = SOURCE_API,
	    .contact_id = number_of(w->contact_id),
	    .company_id = number_of(w->company_id),
	    .conversation_id = number_of(w->conversation_id),
	    .operator_id = number_of(w->operator_id),
	    .team_id = number_of(w->team_id)};
	int64_t id, number;
	int rc;

	c->tried = OP_TICKET_NEW;
	if ((rc = take_given(&given, w->fields, err)) == 0) {
		in.given = given.list;
		in.given_count = given.count;
		rc = ticket_new(d, &in, &id, &number, err);
	}
	given_clear(&given);
	if (rc != 0)
		return rc;
	str_format(c->location, sizeof(c->location), "/api/tickets/%lld",
	    (long long)number);
	return finish_new(c, d, w, id, number, err);
}

int
ticket_to_trash(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		c->tried = OP_TICKET_DELETE;
		rc = ticket_delete(d, t.id, t.version, err);
		if (rc == 0)
			rc = read_again(d, &t, err);
		rc = settle(c, d, &t, rc, err);
	}
	ticket_clear(&t);
	return rc;
}
