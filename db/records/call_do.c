/* call_do - what is done with a call; see calls.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "db/records/call_int.h"
#include "db/records/callbacks.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_links.h"
#include <string.h>

static const enum op_id ops[CALL_EVENT_COUNT] = {OP_CALL_ANSWER, OP_CALL_HOLD,
    OP_CALL_RESUME, OP_CALL_END, OP_CALL_CLOSE, OP_CALL_FACT};

/* A call that nobody has becomes that of who answers it. */
static int
take(struct desk *d, struct call *c, struct err *err)
{
	int64_t other;
	int rc;

	if (c->operator_id != 0 || d->actor.kind != ACTOR_OPERATOR)
		return 0;
	if ((rc = call__of_operator(d, d->actor.id, &other, err)) != 0)
		return rc;
	if (other != 0)
		return err_set(err, OD_ECONFLICT,
		    "You are at another call; end and close it first");
	c->operator_id = d->actor.id;
	c->team_id = d->actor.team_id;
	return 0;
}

static int
happen(struct desk *d, int64_t id, enum call_event event, bool reported,
    struct err *err)
{
	struct call_work w;
	int rc;

	if ((rc = call__begin(d, &w, ops[event], id, err)) != 0)
		return rc;
	if (event == CALL_ANSWERED)
		rc = take(d, &w.c, err);
	if (rc == 0)
		rc = call__move(d, &w.op, &w.c, event, reported, err);
	if (rc == 1) {
		call__nothing(&w.op);
		rc = 0;
	}
	return call__finish(d, &w, rc, err);
}

int
call_answer(struct desk *d, int64_t id, struct err *err)
{
	return happen(d, id, CALL_ANSWERED, false, err);
}

int
call_hold(struct desk *d, int64_t id, struct err *err)
{
	return happen(d, id, CALL_HELD, false, err);
}

int
call_resume(struct desk *d, int64_t id, struct err *err)
{
	return happen(d, id, CALL_RESUMED, false, err);
}

int
call_end(struct desk *d, int64_t id, struct err *err)
{
	return happen(d, id, CALL_HUNG_UP, false, err);
}

/* Its start comes later, or never. */
static int
keep_ended(
    struct desk *d, const char *provider_call, int64_t *id, struct err *err)
{
	char name[33], clean[129];
	struct op op;
	int rc;

	if ((rc = records__fit(_("The provider's call"), clean, sizeof(clean),
		 provider_call, err)) != 0)
		return rc;
	if (clean[0] == '\0')
		return err_set(err, OD_ENOTFOUND, "There is no such call");
	if ((rc = op_begin(d, &op, OP_CALL_END, 0, err)) != 0)
		return rc;
	random_hex(name, 32);
	rc = db_insert(d->db, id,
	    "INSERT INTO calls(tenant_id, name, direction, provider,"
	    " provider_call, state, started_us, ended_us, wrapped_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,0,'http',$3,4,$4,$4,$4,$4,$4) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_text(clean),
		b_int(op.now_us)),
	    err);
	if (rc == 0)
		op_created(&op, *id);
	return op_end(d, &op, rc, err);
}

int
call_report(struct desk *d, const char *provider_call, enum call_event event,
    int64_t *id, struct err *err)
{
	int rc;

	if (event >= CALL_CLOSED)
		return err_set(err, OD_EDATA,
		    "An exchange says that a call was answered, held, resumed"
		    " or hung up");
	if ((rc = call__of_provider(d, provider_call, id, err)) != 0)
		return rc;
	if (*id == 0 && event == CALL_HUNG_UP)
		return keep_ended(d, provider_call, id, err);
	if (*id == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such call");
	return happen(d, *id, event, true, err);
}

/* ---- closing ---- */

struct closing {
	const struct call_close *in;
	struct call_settings settings;
	struct call_code code; /* id 0: none */
	char currency[4];
};

static int
check_closing(struct desk *d, struct closing *k, struct err *err)
{
	const struct call_close *in = k->in;
	int rc;

	if ((rc = call_settings_get(d, &k->settings, err)) != 0)
		return rc;
	if (in->disposition != NULL && in->disposition[0] != '\0' &&
	    (rc = call_code_find(
		 d, CODE_DISPOSITION, in->disposition, &k->code, err)) != 0)
		return rc;
	if (k->code.id == 0 && k->settings.forced)
		return err_set(err, OD_EDATA,
		    "A call is closed with a disposition, such as SALE or NA");
	if (in->sale_cents < 0 || (in->sale_cents > 0 && !k->code.is_sale))
		return err_set(err, OD_EDATA,
		    "An amount belongs to a disposition that is a sale");
	if (in->sale_cents > CALL_SALE_CENTS_MAX)
		return err_set(err, OD_EDATA,
		    "No sale is that large: at most %lld in cents",
		    (long long)CALL_SALE_CENTS_MAX);
	if (k->code.is_callback && in->callback_us == 0)
		return err_set(
		    err, OD_EDATA, "When is the customer to be called back?");
	str_copy(k->currency, sizeof(k->currency),
	    in->currency != NULL && in->currency[0] != '\0'
		? in->currency
		: k->settings.currency);
	if (strlen(k->currency) != 3 ||
	    strspn(k->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return err_set(
		    err, OD_EDATA, "A currency has three letters, such as EUR");
	return in->notes == NULL
	           ? 0
	           : records__body(_("Notes"), in->notes, CALL_NOTES_MAX, err);
}

static int
promise(struct desk *d, struct call_work *w, const struct closing *k,
    struct err *err)
{
	struct callback_new in = {.contact_id = w->c.contact_id,
	    .number = w->c.number,
	    .due_us = k->in->callback_us,
	    .operator_id = k->in->callback_pool ? 0 : w->c.operator_id,
	    .team_id = k->in->callback_pool ? w->c.team_id : 0,
	    .pool = k->in->callback_pool,
	    .note = k->in->callback_note,
	    .call_id = w->c.id};
	int64_t id;

	return callback__insert(d, &w->op, &in, &id, err);
}

static int
write_closing(struct desk *d, struct call_work *w, const struct closing *k,
    struct err *err)
{
	struct change c[4] = {{"disposition_id", b_ref(k->code.id)},
	    {"sale_cents", b_int(k->in->sale_cents)},
	    {"currency", b_text(k->code.is_sale ? k->currency : "")}};
	size_t n = 3;
	int64_t id;
	int rc;

	if (k->in->notes != NULL)
		c[n++] = (struct change){"notes", b_text(k->in->notes)};
	rc = record_update(d, &w->op, RECORD_CALL, w->c.id, 0, c, n, NULL, err);
	if (rc == 0 && k->code.is_do_not_call && w->c.number_folded[0] != '\0')
		rc = do_not_call__put(d, &w->op, w->c.number,
		    call_code_label(&k->code), 0, w->c.id, &id, err);
	if (rc == 0 && k->code.is_callback)
		rc = promise(d, w, k, err);
	return rc;
}

static int
close_it(
    struct desk *d, struct call_work *w, struct closing *k, struct err *err)
{
	int rc;

	if (k->in->seen_version != 0 && k->in->seen_version != w->c.version)
		return err_set(err, OD_ECONFLICT,
		    "Somebody changed the call %.8s meanwhile; look at it"
		    " again",
		    w->c.name);
	rc = call__move(d, &w->op, &w->c, CALL_CLOSED, false, err);
	if (rc != 0 && rc != 1)
		return rc;
	op_sentence(&w->op, _("Closed the call %.8s as %s"), w->c.name,
	    k->code.id != 0 ? k->code.key : "-");
	return write_closing(d, w, k, err);
}

int
call_close(
    struct desk *d, int64_t id, const struct call_close *in, struct err *err)
{
	struct closing k = {.in = in};
	struct call_work w;
	int rc;

	if ((rc = call__begin(d, &w, OP_CALL_CLOSE, id, err)) != 0)
		return rc;
	if ((rc = check_closing(d, &k, err)) == 0)
		rc = close_it(d, &w, &k, err);
	return call__finish(d, &w, rc, err);
}

/* ---- small things ---- */

int
call_extend(struct desk *d, int64_t id, struct err *err)
{
	struct call_settings s;
	struct call_work w;
	int rc;

	if ((rc = call__begin(d, &w, OP_CALL_EXTEND, id, err)) != 0)
		return rc;
	if (w.c.state != CALL_WRAP_UP)
		rc = err_set(err, OD_ECONFLICT,
		    "The call %.8s is not being wrapped up", w.c.name);
	else if (w.c.wrap_extended)
		rc = err_set(err, OD_ECONFLICT,
		    "There was more time for the call %.8s already", w.c.name);
	if (rc == 0 && (rc = call_settings_get(d, &s, err)) == 0)
		rc = db_exec(d->db,
		    "UPDATE calls SET wrap_until_us = wrap_until_us + $1,"
		    " wrap_extended = 1, updated_at = $2,"
		    " version = version + 1 WHERE id = $3 AND tenant_id = $4",
		    BINDS(b_int(s.extend_us), b_int(w.op.now_us), b_int(id),
			b_int(d->actor.tenant_id)),
		    NULL, err);
	return call__finish(d, &w, rc, err);
}

static int
update(struct desk *d, enum op_id op, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	struct call_work w;
	int rc;

	if ((rc = call__begin(d, &w, op, id, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Changed the call %.8s"), w.c.name);
	rc = record_update(
	    d, &w.op, RECORD_CALL, id, seen_version, changes, count, NULL, err);
	return call__finish(d, &w, rc, err);
}

int
call_transfer(struct desk *d, int64_t id, const char *to, struct err *err)
{
	struct change c = {"transferred_to", b_null()};
	char clean[201];
	int rc;

	if ((rc = records__fit(
		 _("Transferred to"), clean, sizeof(clean), to, err)) != 0)
		return rc;
	if (clean[0] == '\0')
		return err_set(err, OD_EDATA, "To whom was it transferred?");
	c.value = b_text(clean);
	return update(d, OP_CALL_TRANSFER, id, 0, &c, 1, err);
}

int
call_consent_set(
    struct desk *d, int64_t id, enum call_consent consent, struct err *err)
{
	struct change c[] = {{"consent", b_int(consent)},
	    {"consent_us", consent == CONSENT_NOT_ASKED
			       ? b_null()
			       : b_int(clock_wall_us())}};

	if (consent < 0 || consent >= CONSENT_COUNT)
		return err_set(err, OD_EDATA, "There is no such consent");
	return update(d, OP_CALL_CONSENT, id, 0, c, 2, err);
}

int
call_notes_set(struct desk *d, int64_t id, int64_t seen_version,
    const char *notes, struct err *err)
{
	struct change c = {"notes", b_text(notes)};
	int rc = records__body(_("Notes"), notes, CALL_NOTES_MAX, err);

	return rc != 0 ? rc
	               : update(d, OP_CALL_NOTE, id, seen_version, &c, 1, err);
}

/* ---- links ---- */

static void
add_link(struct change *c, size_t *n, const char *column, int64_t id)
{
	if (id != 0)
		c[(*n)++] =
		    (struct change){column, id > 0 ? b_int(id) : b_null()};
}

/* The ticket's card shows it. */
static int
link_ticket(struct desk *d, struct op *op, const struct call *c,
    int64_t ticket_id, struct err *err)
{
	const struct ticket_link_new link = {
	    .kind = LINK_CALL, .relation = LINK_RELATED, .name = c->name};
	int64_t id;
	int rc;

	if (ticket_id <= 0 || ticket_id == c->ticket_id)
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM ticket_links WHERE tenant_id = $1"
	    " AND ticket_id = $2 AND kind = 2 AND record_name = $3"
	    " AND deleted_at IS NULL",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(ticket_id), b_text(c->name)),
	    err);
	if (rc != 0)
		return rc == 1 ? 0 : rc;
	return ticket__link_insert(d, op, ticket_id, &link, &id, err);
}

static int
link_to(struct desk *d, struct op *op, const struct call *c,
    const struct call_links *to, struct err *err)
{
	struct change changes[5];
	size_t n = 0;
	int rc;

	add_link(changes, &n, "contact_id", to->contact_id);
	add_link(changes, &n, "ticket_id", to->ticket_id);
	add_link(changes, &n, "conversation_id", to->conversation_id);
	add_link(changes, &n, "session_id", to->session_id);
	add_link(changes, &n, "lead_id", to->lead_id);
	rc = record_update(d, op, RECORD_CALL, c->id, 0, changes, n, NULL, err);
	return rc != 0 ? rc : link_ticket(d, op, c, to->ticket_id, err);
}

int
call__about(struct desk *d, struct op *op, int64_t call_id,
    const struct call_links *made, struct err *err)
{
	struct call c = {0};
	int rc;

	if ((rc = op_may(d, OP_CALL_LINK, call_id, err)) == 0 &&
	    (rc = call__load(d, call_id, &c, err)) == 0)
		rc = link_to(d, op, &c, made, err);
	call_clear(&c);
	return rc;
}

/* Whoever names a record can read it. */
static int
check_links(struct desk *d, const struct call_links *links, struct err *err)
{
	const struct {
		enum op_id read;
		int64_t id;
	} named[] = {{OP_CONTACT_READ, links->contact_id},
	    {OP_TICKET_READ, links->ticket_id},
	    {OP_CONVERSATION_READ, links->conversation_id},
	    {OP_SESSION_READ, links->session_id},
	    {OP_LEAD_READ, links->lead_id}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].id > 0)
			rc = op_may(d, named[i].read, named[i].id, err);
	return rc;
}

int
call_link(
    struct desk *d, int64_t id, const struct call_links *links, struct err *err)
{
	struct call_work w;
	int rc;

	if ((rc = call__begin(d, &w, OP_CALL_LINK, id, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Linked the call %.8s"), w.c.name);
	if ((rc = check_links(d, links, err)) == 0)
		rc = link_to(d, &w.op, &w.c, links, err);
	return call__finish(d, &w, rc, err);
}
