/* call_start - a call begins; see calls.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/call_providers.h"
#include "db/records/do_not_call.h"
#include <string.h>

struct start {
	struct call_new in;
	struct call_settings settings;
	char number[65], folded[CALL_NUMBER_SIZE];
	char extension[33], provider[33], provider_call[129],
	    stop_override[201];
	int64_t team_id;
};

static int
take_texts(struct start *n, const struct call_new *in, struct err *err)
{
	int rc;

	n->in = *in;
	if ((rc = records__fit(_("Number"), n->number, sizeof(n->number),
		 in->number, err)) != 0 ||
	    (rc = records__fit(_("Extension"), n->extension,
		 sizeof(n->extension), in->extension, err)) != 0 ||
	    (rc = records__fit(_("Provider"), n->provider, sizeof(n->provider),
		 in->provider, err)) != 0 ||
	    (rc = records__fit(_("The provider's call"), n->provider_call,
		 sizeof(n->provider_call), in->provider_call, err)) != 0)
		return rc;
	if (n->provider[0] == '\0')
		str_copy(n->provider, sizeof(n->provider),
		    call_provider_manual.name);
	return records__fit(_("Reason"), n->stop_override,
	    sizeof(n->stop_override), in->stop_override, err);
}

/* An extension that nobody has yet is a call that nobody has. */
static int
find_operator(struct desk *d, struct start *n, struct err *err)
{
	struct stmt *st = NULL;
	int rc = 0;

	if (n->in.operator_id == 0 && n->extension[0] != '\0') {
		rc = db_int(d->db, &n->in.operator_id,
		    "SELECT id FROM operators WHERE tenant_id = $1"
		    " AND extension = $2 AND extension <> ''"
		    " AND deleted_at IS NULL",
		    BINDS(b_int(d->actor.tenant_id), b_text(n->extension)),
		    err);
		if (rc == OD_ENOTFOUND)
			rc = 0;
	} else if (n->in.operator_id == 0 && d->actor.kind == ACTOR_OPERATOR) {
		n->in.operator_id = d->actor.id;
	}
	if (rc != 0 || n->in.operator_id == 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT team_id FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(n->in.operator_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		n->team_id = stmt_int(st, 0);
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such operator");
	}
	stmt_close(&st);
	return rc;
}

static int
check_reach(
    struct desk *d, const struct start *n, enum op_id id, struct err *err)
{
	const struct op_owner own = {n->in.operator_id, n->team_id, n->team_id};

	if (op_reaches(op_def(id), op_scope(d, id), &d->actor, &own))
		return 0;
	return err_set(err, OD_EDENIED,
	    "You may start calls for yourself, a supervisor for the team");
}

static int
find_other_end(struct desk *d, struct start *n, struct err *err)
{
	int rc = 0;

	if (n->number[0] == '\0' && n->in.contact_id != 0)
		rc = call__contact_number(d, n->in.contact_id, n->number, err);
	else if (n->in.contact_id != 0)
		rc = records__exists(d, RECORD_CONTACT, n->in.contact_id, err);
	if (rc != 0)
		return rc;
	if (n->number[0] == '\0' && n->in.direction == CALL_OUT &&
	    !n->in.reported)
		return err_set(err, OD_EDATA,
		    "Which number is to be called? Give one, or a contact who"
		    " has one");
	if (n->number[0] != '\0' &&
	    !call_number_fold(n->number, n->settings.country, n->folded)) {
		if (!n->in.reported)
			return err_set(err, OD_EDATA,
			    "\"%s\" is no telephone number", n->number);
		n->folded[0] = '\0'; /* a name, or a number withheld */
	}
	if (n->in.contact_id == 0)
		rc = call__contact_of(
		    d, n->folded, n->settings.country, &n->in.contact_id, err);
	return rc;
}

static int
check_links(struct desk *d, const struct start *n, struct err *err)
{
	const struct {
		enum op_id read;
		int64_t id;
	} links[] = {{OP_TICKET_READ, n->in.ticket_id},
	    {OP_CONVERSATION_READ, n->in.conversation_id},
	    {OP_SESSION_READ, n->in.session_id},
	    {OP_CALLBACK_READ, n->in.callback_id}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].id != 0)
			rc = op_may(d, links[i].read, links[i].id, err);
	return rc;
}

/* The refusal is kept in the audit trail: op_refused. */
static int
check_stopped(struct desk *d, struct op *op, const struct start *n, bool *stop,
    struct err *err)
{
	struct do_not_call row;
	char since[RFC3339_SIZE];
	int rc;

	*stop = false;
	if (n->in.direction != CALL_OUT || n->folded[0] == '\0' ||
	    n->in.stop_override != NULL)
		return 0;
	if ((rc = do_not_call_check(d, n->number, &row, err)) != 1)
		return rc;
	clock_format_rfc3339(since, row.created_at);
	since[10] = '\0'; /* the date */
	op_refused(op, "do_not_call");
	*stop = true;
	(void)err_set(err, OD_EDENIED,
	    "This number is not to be called: %s (since %s)",
	    row.reason[0] != '\0' ? row.reason : _("no reason was given"),
	    since);
	return 0;
}

/* A person is told; what an exchange says ends the call before. */
static int
make_room(struct desk *d, struct op *op, const struct start *n, struct err *err)
{
	struct call before;
	int64_t id;
	int rc;

	if (n->in.operator_id == 0)
		return 0;
	if ((rc = call__of_operator(d, n->in.operator_id, &id, err)) != 0 ||
	    id == 0)
		return rc;
	if ((rc = call__load(d, id, &before, err)) != 0)
		return rc;
	if (n->in.reported) {
		rc = call__move(d, op, &before, CALL_REPLACED, true, err);
		rc = rc == 1 ? 0 : rc;
	} else if (before.state == CALL_WRAP_UP) {
		rc = err_set(err, OD_ECONFLICT,
		    "The call %.8s is not closed yet; close it first",
		    before.name);
	} else {
		rc = err_set(err, OD_ECONFLICT,
		    "There is the call %.8s already; end it first",
		    before.name);
	}
	call_clear(&before);
	return rc;
}

static int
insert(struct desk *d, struct op *op, struct start *n, char name[33],
    int64_t *id, struct err *err)
{
	random_hex(name, 32);
	return db_insert(d->db, id,
	    "INSERT INTO calls(tenant_id, name, direction, provider,"
	    " provider_call, number, number_folded, contact_id, operator_id,"
	    " team_id, extension, state, started_us, stop_override, ticket_id,"
	    " conversation_id, session_id, callback_id, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,"
	    "$17,$18,$13,$13) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name),
		b_int(n->in.direction), b_text(n->provider),
		b_text(n->provider_call), b_text(n->number), b_text(n->folded),
		b_ref(n->in.contact_id), b_ref(n->in.operator_id),
		b_ref(n->team_id), b_text(n->extension),
		b_int(n->in.rings ? CALL_RINGING : CALL_TALKING),
		b_int(op->now_us), b_text(n->stop_override),
		b_ref(n->in.ticket_id), b_ref(n->in.conversation_id),
		b_ref(n->in.session_id), b_ref(n->in.callback_id)),
	    err);
}

/* An end came before it, or it is told twice: what was not known is now. */
static int
fill_in(struct desk *d, struct op *op, const struct start *n, int64_t id,
    struct err *err)
{
	call__nothing(op);
	return db_exec(d->db,
	    "UPDATE calls SET number = $1, number_folded = $2,"
	    " contact_id = COALESCE(contact_id, $3),"
	    " operator_id = COALESCE(operator_id, $4),"
	    " team_id = COALESCE(team_id, $5), direction = $6,"
	    " extension = $7, provider = $8, updated_at = $9,"
	    " version = version + 1"
	    " WHERE id = $10 AND tenant_id = $11 AND number = ''"
	    " AND state = 4",
	    BINDS(b_text(n->number), b_text(n->folded), b_ref(n->in.contact_id),
		b_ref(n->in.operator_id), b_ref(n->team_id),
		b_int(n->in.direction), b_text(n->extension),
		b_text(n->provider), b_int(op->now_us), b_int(id),
		b_int(d->actor.tenant_id)),
	    NULL, err);
}

static int
start(struct desk *d, struct op *op, struct start *n, int64_t *id,
    struct err *err)
{
	struct call c = {.state = n->in.rings ? CALL_RINGING : CALL_TALKING,
	    .operator_id = n->in.operator_id,
	    .team_id = n->team_id};
	char name[33];
	int rc;

	if ((rc = check_links(d, n, err)) != 0 ||
	    (rc = make_room(d, op, n, err)) != 0 ||
	    (rc = insert(d, op, n, name, id, err)) != 0)
		return rc;
	c.id = *id;
	op_created(op, *id);
	op_sentence(op, _("Started the call %.8s"), name);
	if ((rc = call__begin_intervals(d, op, &c, err)) == 0 &&
	    n->in.callback_id != 0)
		rc = callback__done(d, op, n->in.callback_id, *id, err);
	return rc;
}

static int
start_or_know(struct desk *d, struct op *op, struct start *n, int64_t *id,
    bool *again, bool *stop, struct err *err)
{
	int rc;

	*id = 0;
	if ((rc = call_settings_get(d, &n->settings, err)) != 0 ||
	    (rc = find_operator(d, n, err)) != 0 ||
	    (rc = check_reach(d, n, op->id, err)) != 0)
		return rc;
	if (n->provider_call[0] != '\0' &&
	    (rc = call__of_provider(d, n->provider_call, id, err)) != 0)
		return rc;
	if ((rc = find_other_end(d, n, err)) != 0)
		return rc;
	*again = *id != 0;
	if (*again)
		return fill_in(d, op, n, *id, err);
	if ((rc = check_stopped(d, op, n, stop, err)) != 0 || *stop)
		return rc;
	return start(d, op, n, id, err);
}

int
call_start(struct desk *d, const struct call_new *in, int64_t *id, bool *again,
    struct err *err)
{
	struct start n = {.team_id = 0};
	bool known = false, stop = false;
	struct op op;
	int rc;

	if ((rc = take_texts(&n, in, err)) != 0)
		return rc;
	if (in->stop_override != NULL && n.stop_override[0] == '\0')
		return err_set(err, OD_EDATA,
		    "Say why a number that is not to be called is called");
	if ((rc = op_begin(d, &op,
		 in->stop_override != NULL ? OP_CALL_OVERRIDE : OP_CALL_START,
		 0, err)) != 0)
		return rc;
	rc = start_or_know(d, &op, &n, id, &known, &stop, err);
	rc = op_end(d, &op, rc, err);
	if (again != NULL)
		*again = known;
	return rc == 0 && stop ? OD_EDENIED : rc;
}
