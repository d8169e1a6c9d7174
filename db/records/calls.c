/* calls - read; see calls.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/mask.h"
#include <stdlib.h>
#include <string.h>

const char *const call_direction_names[] = {"in", "out", NULL};
const char *const call_consent_names[] = {
    "not_asked", "yes", "announced", "refused", NULL};

void
call_clear(struct call *c)
{
	FREE(&c->notes);
	FREE(&c->stop_override);
}

void
call_list_free(struct call **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		call_clear(&(*rows)[i]);
	FREE(rows);
}

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_texts(struct stmt *st, struct call *c)
{
	TAKE(st, 31, c->name);
	TAKE(st, 32, c->provider);
	TAKE(st, 33, c->provider_call);
	TAKE(st, 34, c->extension);
	TAKE(st, 35, c->number);
	TAKE(st, 36, c->number_folded);
	TAKE(st, 37, c->currency);
	TAKE(st, 38, c->disposition);
	TAKE(st, 39, c->label_es);
	TAKE(st, 40, c->label_en);
	TAKE(st, 41, c->contact_name);
	TAKE(st, 42, c->operator_login);
	TAKE(st, 43, c->operator_name);
	TAKE(st, 44, c->team_name);
	TAKE(st, 45, c->session_name);
	TAKE(st, 46, c->transferred_to);
	c->notes = stmt_dup(st, 47);
	c->stop_override = stmt_dup(st, 48);
	c->lead_id = stmt_int(st, 49);
}

void
call__read(struct stmt *st, void *row)
{
	struct call *c = row;

	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->created_at = stmt_int(st, 2);
	c->updated_at = stmt_int(st, 3);
	c->direction = (enum call_direction)stmt_int(st, 4);
	c->state = (enum call_state)stmt_int(st, 5);
	c->contact_id = stmt_int(st, 6);
	c->operator_id = stmt_int(st, 7);
	c->team_id = stmt_int(st, 8);
	c->operator_team_id = stmt_int(st, 9);
	c->ticket_id = stmt_int(st, 10);
	c->ticket_number = stmt_int(st, 11);
	c->conversation_id = stmt_int(st, 12);
	c->session_id = stmt_int(st, 13);
	c->callback_id = stmt_int(st, 14);
	c->disposition_id = stmt_int(st, 15);
	c->started_us = stmt_int(st, 16);
	c->answered_us = stmt_int(st, 17);
	c->ended_us = stmt_int(st, 18);
	c->wrapped_us = stmt_int(st, 19);
	c->wrap_until_us = stmt_int(st, 20);
	c->wrap_extended = stmt_int(st, 21) != 0;
	c->state_us = stmt_int(st, 22);
	if (stmt_is_null(st, 22))
		c->state_us = c->wrapped_us;
	c->ring_us = stmt_int(st, 23);
	c->talk_us = stmt_int(st, 24);
	c->hold_us = stmt_int(st, 25);
	c->wrap_us = stmt_int(st, 26);
	c->sale_cents = stmt_int(st, 27);
	c->consent = (enum call_consent)stmt_int(st, 28);
	c->consent_us = stmt_int(st, 29);
	c->is_sale = stmt_int(st, 30) != 0;
	read_texts(st, c);
}

void
call__mask(struct desk *d, struct call *c)
{
	const struct op_owner own = {
	    c->operator_id, c->team_id, c->operator_team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(c->number, sizeof(c->number));
	mask_address(c->number_folded, sizeof(c->number_folded));
	mask_name(c->contact_name, sizeof(c->contact_name));
}

static int
read_one(struct desk *d, const char *sql, const struct bind *binds, size_t n,
    struct call *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d, sql, binds, n, call__read, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such call");
	return rc == 1 ? 0 : rc;
}

int
call__load(struct desk *d, int64_t id, struct call *out, struct err *err)
{
	return read_one(d,
	    CALL_COLUMNS " WHERE c.tenant_id = $1 AND c.id = $2"
			 " AND c.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), out, err);
}

int
call_get(struct desk *d, int64_t id, struct call *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_CALL_READ, id, err)) != 0 ||
	    (rc = call__load(d, id, out, err)) != 0)
		return rc;
	call__mask(d, out);
	return 0;
}

int
call_by_name(
    struct desk *d, const char *name, struct call *out, struct err *err)
{
	int64_t id = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__find_name(d, RECORD_CALL, name,
	    N_("There is no such call"),
	    N_("More than one call begins with that; write more of its name"),
	    &id, err);
	if (rc != 0)
		return rc;
	return call_get(d, id, out, err);
}

int
call__of_provider(
    struct desk *d, const char *provider_call, int64_t *id, struct err *err)
{
	char kept[129];
	int rc;

	/* As it was kept when the call began. */
	if ((rc = records__fit(_("The provider's call"), kept, sizeof(kept),
		 provider_call, err)) != 0)
		return rc;
	rc = db_int(d->db, id,
	    "SELECT id FROM calls WHERE tenant_id = $1 AND provider_call = $2"
	    " AND provider_call <> ''",
	    BINDS(b_int(d->actor.tenant_id), b_text(kept)), err);
	if (rc != OD_ENOTFOUND)
		return rc;
	*id = 0;
	return 0;
}

int
call_by_provider(struct desk *d, const char *provider_call, struct call *out,
    struct err *err)
{
	int64_t id;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = call__of_provider(d, provider_call, &id, err)) != 0)
		return rc;
	if (id == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such call");
	return call_get(d, id, out, err);
}

int
call__of_operator(
    struct desk *d, int64_t operator_id, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM calls WHERE operator_id = $1 AND tenant_id = $2"
	    " AND operator_id IS NOT NULL AND state < 4 AND deleted_at IS NULL",
	    BINDS(b_int(operator_id), b_int(d->actor.tenant_id)), err);

	if (rc != OD_ENOTFOUND)
		return rc;
	*id = 0;
	return 0;
}

int
call_current(
    struct desk *d, int64_t operator_id, struct call *out, struct err *err)
{
	int64_t id;
	int rc;

	memset(out, 0, sizeof(*out));
	if (operator_id == 0)
		operator_id = d->actor.id;
	if ((rc = call__of_operator(d, operator_id, &id, err)) != 0)
		return rc;
	if (id == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no call now; \"opdesk call start\" begins one");
	return call_get(d, id, out, err);
}

/* ---- intervals ---- */

static void
read_interval(struct stmt *st, void *row)
{
	struct call_interval *i = row;

	i->state = (enum call_state)stmt_int(st, 0);
	i->begun_us = stmt_int(st, 1);
	i->ended_us = stmt_int(st, 2);
}

int
call_intervals(struct desk *d, int64_t id, struct call_interval **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_CALL_READ, id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT state, begun_us, ended_us FROM call_intervals"
	    " WHERE call_id = $1 AND tenant_id = $2 ORDER BY id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), err);
	*rows =
	    records__all(&st, sizeof(**rows), read_interval, count, &rc, err);
	return rc;
}

/* ---- as JSON ---- */

static void
text_or_null(struct json_out *out, const char *name, const char *s)
{
	json_out_string(out, name, s != NULL && s[0] != '\0' ? s : NULL);
}

/* To the millisecond. */
static double
seconds(int64_t us)
{
	int64_t ms = us / US_PER_MS;

	return (double)ms / 1000.0;
}

static void
json_times(const struct call *c, struct json_out *out)
{
	json_out_time(out, "started_at", c->started_us);
	json_out_time(out, "answered_at", c->answered_us);
	json_out_time(out, "ended_at", c->ended_us);
	json_out_time(out, "closed_at", c->wrapped_us);
	json_out_time(out, "wrap_up_until", c->wrap_until_us);
	json_out_time(out, "state_since", c->state_us);
	json_out_double(out, "ring_s", seconds(c->ring_us));
	json_out_double(out, "talk_s", seconds(c->talk_us));
	json_out_double(out, "hold_s", seconds(c->hold_us));
	json_out_double(out, "wrap_up_s", seconds(c->wrap_us));
}

void
call_json(const struct call *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "call_id", c->name);
	json_out_string(out, "direction", call_direction_names[c->direction]);
	json_out_string(out, "state", call_state_names[c->state]);
	text_or_null(out, "number", c->number);
	records__json_ref(out, "contact_id", c->contact_id);
	text_or_null(out, "contact_name", c->contact_name);
	text_or_null(out, "operator", c->operator_login);
	text_or_null(out, "operator_name", c->operator_name);
	text_or_null(out, "team", c->team_name);
	text_or_null(out, "extension", c->extension);
	text_or_null(out, "provider", c->provider);
	text_or_null(out, "provider_call", c->provider_call);
	json_times(c, out);
	text_or_null(out, "disposition", c->disposition);
	json_out_bool(out, "sale", c->is_sale);
	json_out_int(out, "sale_cents", c->sale_cents);
	text_or_null(out, "currency", c->currency);
	text_or_null(out, "notes", c->notes);
	text_or_null(out, "transferred_to", c->transferred_to);
	text_or_null(out, "override", c->stop_override);
	records__json_ref(out, "ticket", c->ticket_number);
	records__json_ref(out, "conversation_id", c->conversation_id);
	text_or_null(out, "session", c->session_name);
	records__json_ref(out, "lead_id", c->lead_id);
	records__json_ref(out, "callback_id", c->callback_id);
	json_out_string(out, "consent", call_consent_names[c->consent]);
	json_out_time(out, "consent_at", c->consent_us);
	json_out_int(out, "version", c->version);
	json_out_end(out, '}');
}
