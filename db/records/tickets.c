/* tickets - see tickets.h: one ticket, made, read, changed. */
#include "db/records/tickets.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/audit_chain.h"
#include "db/core/reach.h"
#include "db/core/search_text.h"
#include "db/core/tags.h"
#include "db/records/call_int.h"
#include "db/records/checklists_int.h"
#include "db/records/mask.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

const char *const ticket_state_names[] = {N_("new"), N_("open"), N_("waiting"),
    N_("solved"), N_("closed"), N_("merged"), NULL};
const char *const ticket_source_names[] = {"desk", "whatsapp", "telegram",
    "web", "mail", "call", "api", "agent", NULL};

int
ticket_priority(int urgency, int impact)
{
	static const char matrix[5][5] = {
	    {1, 1, 2, 2, 2},
	    {1, 2, 2, 3, 3},
	    {2, 2, 3, 4, 4},
	    {2, 3, 4, 4, 5},
	    {2, 3, 4, 5, 5},
	};

	BUG_ON(urgency < 1 || urgency > 5 || impact < 1 || impact > 5);
	return matrix[urgency - 1][impact - 1];
}

static int
check_level(const char *label, int64_t level, struct err *err)
{
	if (level < 1 || level > 5)
		return err_set(err, OD_EDATA, "%s goes from 1 to 5", label);
	return 0;
}

static int
check_external(
    struct desk *d, const char *external_id, int64_t but_id, struct err *err)
{
	int64_t number;
	int rc;

	if (external_id[0] == '\0')
		return 0;
	rc = db_int(d->db, &number,
	    "SELECT number FROM tickets WHERE tenant_id = $1"
	    " AND external_id = $2 AND external_id <> '' AND id <> $3",
	    BINDS(
		b_int(d->actor.tenant_id), b_text(external_id), b_int(but_id)),
	    err);
	if (rc == 0)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld has the external id %s already",
		    (long long)number, external_id);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Every record that the new ticket names must be of this tenant. */
static int
check_refs(struct desk *d, const struct ticket_new *in, struct err *err)
{
	const struct {
		enum record_kind kind;
		int64_t id;
	} refs[] = {{RECORD_CONTACT, in->contact_id},
	    {RECORD_COMPANY, in->company_id},
	    {RECORD_CONVERSATION, in->conversation_id},
	    {RECORD_OPERATOR, in->operator_id}, {RECORD_TEAM, in->team_id}};

	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		int rc = refs[i].id == 0 ? 0
		                         : records__exists(d, refs[i].kind,
					       refs[i].id, err);

		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
company_of(
    struct desk *d, int64_t contact_id, int64_t *company_id, struct err *err)
{
	int rc;

	*company_id = 0;
	if (contact_id == 0)
		return 0;
	/* The place of unknown contacts is nobody's company. */
	rc = db_int(d->db, company_id,
	    "SELECT v.company_id FROM contacts c"
	    " JOIN divisions v ON v.id = c.division_id"
	    " AND v.tenant_id = c.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.id = $2 AND v.unclassified = 0",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id)), err);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* A priority that differs from what urgency and impact give needs one. */
static int
check_reason(const char *reason, int computed, struct err *err)
{
	if (reason[0] != '\0')
		return 0;
	return err_set(err, OD_EDATA,
	    "Urgency and impact give the priority %d; say why it is to"
	    " be another one",
	    computed);
}

/* Of a new one: that of urgency and impact, or another one with its reason. */
static int
first_priority(const struct ticket_new *in, int computed, int *priority,
    char reason[201], struct err *err)
{
	int rc;

	*priority = in->priority != 0 ? in->priority : computed;
	reason[0] = '\0';
	if (*priority == computed)
		return 0;
	if ((rc = check_level(_("Priority"), *priority, err)) != 0 ||
	    (rc = records__fit(_("Reason"), reason, 201, in->priority_reason,
		 err)) != 0)
		return rc;
	return check_reason(reason, computed, err);
}

struct lines {
	char subject[201], category[65], tags[201], external_id[129];
	char reason[201];
};

static int
clean(struct lines *l, const struct ticket_new *in, struct err *err)
{
	int rc;

	if (records__fit("", l->subject, sizeof(l->subject), in->subject,
		NULL) != 0)
		return err_set(err, OD_EDATA,
		    "The subject is too long: at most %d bytes; the rest"
		    " belongs into the description",
		    (int)sizeof(l->subject) - 1);
	if (l->subject[0] == '\0')
		return err_set(err, OD_EDATA, "The ticket needs a subject");
	if ((rc = records__fit(_("Category"), l->category, sizeof(l->category),
		 in->category, err)) != 0 ||
	    (rc = records__fit(
		 _("Tags"), l->tags, sizeof(l->tags), in->tags, err)) != 0 ||
	    (rc = records__fit(_("External id"), l->external_id,
		 sizeof(l->external_id), in->external_id, err)) != 0)
		return rc;
	return records__body(_("Description"), in->description, 65536, err);
}

int
ticket__insert(struct desk *d, struct op *op, const struct ticket_new *in,
    int64_t *id, int64_t *number, struct err *err)
{
	int urgency = in->urgency != 0 ? in->urgency : 3;
	int impact = in->impact != 0 ? in->impact : 3;
	int64_t company = in->company_id;
	bool by_operator = d->actor.kind == ACTOR_OPERATOR;
	int priority, rc;
	char category[65];
	bool changed;
	struct lines l;

	if ((rc = clean(&l, in, err)) != 0 ||
	    (rc = ticket__category(d, l.category, category, err)) != 0 ||
	    (rc = check_level(_("Urgency"), urgency, err)) != 0 ||
	    (rc = check_level(_("Impact"), impact, err)) != 0 ||
	    (rc = first_priority(in, ticket_priority(urgency, impact),
		 &priority, l.reason, err)) != 0 ||
	    (rc = check_refs(d, in, err)) != 0 ||
	    (rc = check_external(d, l.external_id, 0, err)) != 0)
		return rc;
	if (company == 0 &&
	    (rc = company_of(d, in->contact_id, &company, err)) != 0)
		return rc;
	if ((rc = counter_next(d, "ticket", number, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO tickets(tenant_id, number, subject, description,"
	    " state, priority, urgency, impact, category, tags, source,"
	    " external_id, contact_id, company_id, conversation_id,"
	    " operator_id, team_id, created_by, created_at, updated_at, reach,"
	    " priority_reason)"
	    " VALUES($1,$2,$3,$4,0,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,"
	    "$17,$18,$18, " REACH_SQL("$1", "$15", "$16") ", $19) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(*number), b_text(l.subject),
		b_text(in->description != NULL ? in->description : ""),
		b_int(priority), b_int(urgency),
		b_int(impact), b_text(category), b_text(l.tags),
		b_int(in->source), b_text(l.external_id), b_ref(in->contact_id),
		b_ref(company), b_ref(in->conversation_id),
		b_ref(in->operator_id), b_ref(in->team_id),
		by_operator ? b_int(d->actor.id) : b_null(), b_int(op->now_us),
		b_text(l.reason)),
	    err);
	if (rc != 0 || (rc = tags_put(d, *id, l.tags, err)) != 0)
		return rc;
	op_created(op, *id);
	op_sentence(op, _("Made ticket %lld"), (long long)*number);
	if ((rc = record_created(d, op, RECORD_TICKET, *id, err)) != 0 ||
	    (rc = ticket__values_put(d, op, *id, category, in->given,
		 in->given_count, &changed, err)) != 0 ||
	    (rc = checklist__follow_category(d, op, *id, category, err)) != 0)
		return rc;
	if (in->call_id != 0 &&
	    (rc = call__about(d, op, in->call_id,
		 &(struct call_links){.ticket_id = *id}, err)) != 0)
		return rc;
	return search_refresh(d, RECORD_TICKET, *id, err);
}

int
ticket_new(struct desk *d, const struct ticket_new *in, int64_t *id,
    int64_t *number, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_NEW, 0, err)) != 0)
		return rc;
	if ((rc = ticket__insert(d, &op, in, id, number, err)) == 0)
		op_gave_away(d, OP_TICKET_READ, *id);
	return op_end(d, &op, rc, err);
}

void
ticket__read(struct stmt *st, void *row)
{
	struct ticket *t = row;

	memset(t, 0, sizeof(*t));
	t->id = stmt_int(st, 0);
	t->version = stmt_int(st, 1);
	t->number = stmt_int(st, 2);
	t->created_at = stmt_int(st, 3);
	t->updated_at = stmt_int(st, 4);
	t->deleted_at = stmt_int(st, 5);
	t->contact_id = stmt_int(st, 6);
	t->company_id = stmt_int(st, 7);
	t->conversation_id = stmt_int(st, 8);
	t->operator_id = stmt_int(st, 9);
	t->team_id = stmt_int(st, 10);
	t->solved_us = stmt_int(st, 11);
	t->closed_us = stmt_int(st, 12);
	t->waiting_until_us = stmt_int(st, 13);
	t->merged_into = stmt_int(st, 14);
	t->state = (enum ticket_state)stmt_int(st, 15);
	t->source = (enum ticket_source)stmt_int(st, 16);
	t->priority = (int)stmt_int(st, 17);
	t->urgency = (int)stmt_int(st, 18);
	t->impact = (int)stmt_int(st, 19);
	str_copy(t->subject, sizeof(t->subject), stmt_text(st, 20));
	str_copy(t->category, sizeof(t->category), stmt_text(st, 21));
	str_copy(t->tags, sizeof(t->tags), stmt_text(st, 22));
	str_copy(t->external_id, sizeof(t->external_id), stmt_text(st, 23));
	str_copy(t->contact_name, sizeof(t->contact_name), stmt_text(st, 24));
	str_copy(t->company_name, sizeof(t->company_name), stmt_text(st, 25));
	str_copy(
	    t->operator_login, sizeof(t->operator_login), stmt_text(st, 26));
	str_copy(t->operator_name, sizeof(t->operator_name), stmt_text(st, 27));
	str_copy(t->team_name, sizeof(t->team_name), stmt_text(st, 28));
	t->description = stmt_dup(st, 29);
	t->waiting_reason = stmt_dup(st, 30);
	t->operator_team_id = stmt_int(st, 31);
	t->due_us = stmt_int(st, 32);
	t->status_id = stmt_int(st, 33);
	str_copy(
	    t->priority_reason, sizeof(t->priority_reason), stmt_text(st, 34));
	str_copy(t->status, sizeof(t->status), stmt_text(st, 35));
	t->warn_us = stmt_int(st, 36);
	t->snoozed_until_us = stmt_int(st, 37);
	t->snooze_until_reply = stmt_int(st, 38) != 0;
}

void
ticket__mask(struct desk *d, struct ticket *t)
{
	const struct op_owner own = {
	    t->operator_id, t->team_id, t->operator_team_id};

	if (!mask_sees(d, &own))
		mask_name(t->contact_name, sizeof(t->contact_name));
}

static int
read_one(struct desk *d, const char *sql, int64_t key, struct ticket *out,
    struct err *err)
{
	int rc =
	    records__first(d, sql, BINDS(b_int(d->actor.tenant_id), b_int(key)),
		ticket__read, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such ticket");
	if (rc == 1)
		ticket__mask(d, out);
	return rc == 1 ? 0 : rc;
}

int
ticket__load(struct desk *d, int64_t id, struct ticket *out, struct err *err)
{
	return read_one(d,
	    TICKET_COLUMNS " WHERE t.tenant_id = $1 AND t.id = $2", id, out,
	    err);
}

int
ticket_get(struct desk *d, int64_t id, struct ticket *out, struct err *err)
{
	int rc;

	if ((rc = op_read(d, OP_TICKET_READ, id, err)) != 0)
		return rc;
	return ticket__load(d, id, out, err);
}

int
ticket_by_number(
    struct desk *d, int64_t number, struct ticket *out, struct err *err)
{
	int rc;

	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0 ||
	    (rc = read_one(d,
		 TICKET_COLUMNS " WHERE t.tenant_id = $1 AND t.number = $2",
		 number, out, err)) != 0)
		return rc;
	if ((rc = op_read(d, OP_TICKET_READ, out->id, err)) != 0) {
		ticket_clear(out);
		memset(out, 0, sizeof(*out));
	}
	return rc;
}

/*
 * One that differs from what urgency and impact give needs its reason, which
 * goes when it does not differ any more.
 */
static int
settle_reason(const struct ticket *now, struct edits *e, int priority,
    int computed, struct err *err)
{
	const struct bind *given = records__edit(e, "priority_reason");
	const char *reason = given == NULL         ? now->priority_reason
	                     : given->kind == BIND_TEXT ? given->p
	                                                : "";

	if (priority != computed)
		return check_reason(reason, computed, err);
	if (reason[0] == '\0')
		return 0;
	if (given != NULL)
		return err_set(err, OD_EDATA,
		    "The priority is what urgency and impact give (%d); there"
		    " is nothing to give a reason for",
		    computed);
	records__edit_add(e, "priority_reason", b_text(""));
	return 0;
}

/* Levels in range; the priority follows them unless it is given. */
static int
settle_priority(const struct ticket *now, struct edits *e, struct err *err)
{
	static const char *const names[] = {"urgency", "impact", "priority"};
	int levels[] = {now->urgency, now->impact, now->priority};
	bool given[3] = {false, false, false};
	int rc, computed;

	for (size_t i = 0; i < 3; i++) {
		const struct bind *b = records__edit(e, names[i]);
		const struct record_def *def = record_def(RECORD_TICKET);
		const char *label =
		    _(def->fields[record_field(def, names[i])].label);

		if (b == NULL)
			continue;
		rc = check_level(label, b->kind == BIND_INT ? b->i : 0, err);
		if (rc != 0)
			return rc;
		levels[i] = (int)b->i;
		given[i] = true;
	}
	computed = ticket_priority(levels[0], levels[1]);
	if ((given[0] || given[1]) && !given[2]) {
		records__edit_add(e, "priority", b_int(computed));
		levels[2] = computed;
	} else if (!given[2] && records__edit(e, "priority_reason") == NULL) {
		return 0;
	}
	return settle_reason(now, e, levels[2], computed, err);
}

/* The category as it is kept, and as it is from now on into key. */
static int
settle_category(struct desk *d, const struct ticket *now, struct edits *e,
    char key[65], struct err *err)
{
	int rc;

	str_copy(key, 65, now->category);
	for (size_t i = 0; i < e->count; i++) {
		struct bind *b = &e->list[i].value;

		if (strcmp(e->list[i].column, "category") != 0 ||
		    b->kind != BIND_TEXT || str_equal(b->p, now->category))
			continue;
		if ((rc = ticket__category(d, b->p, key, err)) != 0)
			return rc;
		free(e->texts[i]);
		e->texts[i] = xstrdup(key);
		*b = b_text(e->texts[i]);
	}
	return 0;
}

/* Only the values changed: it is a change of the ticket all the same. */
static int
touch(struct desk *d, const struct op *op, int64_t id, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE tickets SET updated_at = $1, version = version + 1"
	    " WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_int(op->now_us), b_int(d->actor.tenant_id), b_int(id)),
	    NULL, err);
}

static int
edit_ticket(struct desk *d, struct op *op, const struct ticket *now,
    int64_t seen_version, struct edits *e, const struct ticket_given *given,
    size_t given_count, struct err *err)
{
	const struct bind *external = records__edit(e, "external_id");
	const struct bind *contact = records__edit(e, "contact_id");
	int64_t company, version = now->version;
	char category[65];
	bool changed;
	int rc;

	if ((rc = settle_priority(now, e, err)) != 0 ||
	    (rc = settle_category(d, now, e, category, err)) != 0)
		return rc;
	if (external != NULL && external->kind == BIND_TEXT &&
	    (rc = check_external(d, external->p, now->id, err)) != 0)
		return rc;
	if (contact != NULL && records__edit(e, "company_id") == NULL) {
		if ((rc = company_of(d, contact->i, &company, err)) != 0)
			return rc;
		if (company != 0)
			records__edit_add(e, "company_id", b_int(company));
	}
	op_sentence(op, _("Changed ticket %lld"), (long long)now->number);
	rc = record_update(d, op, RECORD_TICKET, now->id, seen_version, e->list,
	    e->count, &version, err);
	if (rc == OD_ECONFLICT && d->conflict.kind == RECORD_TICKET)
		ticket__values_conflict(
		    d, now->id, category, given, given_count);
	if (rc == 0)
		rc = ticket__values_put(d, op, now->id, category, given,
		    given_count, &changed, err);
	if (rc == 0 && !str_equal(category, now->category))
		rc = checklist__follow_category(d, op, now->id, category, err);
	if (rc == 0 && changed && version == now->version)
		rc = touch(d, op, now->id, err);
	return rc != 0 ? rc : search_refresh(d, RECORD_TICKET, now->id, err);
}

int
ticket_edit_form(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count,
    const struct ticket_given *given, size_t given_count, struct err *err)
{
	static const char *const allowed[] = {"subject", "description",
	    "priority", "priority_reason", "urgency", "impact", "category", "tags", "external_id",
	    "contact_id", "company_id", NULL};
	struct ticket now = {0};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_TICKET, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	if ((rc = op_begin(d, &op, OP_TICKET_EDIT, id, err)) != 0)
		goto out;
	if ((rc = ticket__load(d, id, &now, err)) == 0)
		rc = edit_ticket(d, &op, &now, seen_version, &e, given,
		    given_count, err);
	rc = op_end(d, &op, rc, err);
out:
	ticket_clear(&now);
	records__edits_free(&e);
	return rc;
}

int
ticket_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	return ticket_edit_form(
	    d, id, seen_version, changes, count, NULL, 0, err);
}

int
ticket_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_DELETE, id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, id, &t, err)) == 0) {
		op_sentence(&op, _("Moved ticket %lld to the trash"),
		    (long long)t.number);
		rc =
		    record_delete(d, &op, RECORD_TICKET, id, seen_version, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket_restore(struct desk *d, int64_t id, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_RESTORE, id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, id, &t, err)) == 0) {
		op_sentence(&op, _("Took ticket %lld out of the trash"),
		    (long long)t.number);
		rc = record_restore(d, &op, RECORD_TICKET, id, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

void
ticket_clear(struct ticket *t)
{
	FREE(&t->description);
	FREE(&t->waiting_reason);
}

void
ticket_list_free(struct ticket **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		ticket_clear(&(*rows)[i]);
	FREE(rows);
}

void
ticket_json(const struct ticket *t, struct json_out *out)
{
	json_out_object(out, NULL);
	/* Outside, a ticket is known by its number only. */
	json_out_int(out, "id", t->number);
	json_out_int(out, "number", t->number);
	json_out_string(out, "subject", t->subject);
	json_out_string(
	    out, "description", t->description != NULL ? t->description : "");
	json_out_string(out, "state", ticket_state_names[t->state]);
	json_out_string(out, "status", t->status);
	json_out_int(out, "priority", t->priority);
	json_out_string(out, "priority_reason", t->priority_reason);
	json_out_int(out, "urgency", t->urgency);
	json_out_int(out, "impact", t->impact);
	json_out_string(out, "category", t->category);
	json_out_string(out, "tags", t->tags);
	json_out_string(out, "source", ticket_source_names[t->source]);
	json_out_string(out, "external_id", t->external_id);
	records__json_ref(out, "contact_id", t->contact_id);
	json_out_string(out, "contact_name", t->contact_name);
	records__json_ref(out, "company_id", t->company_id);
	json_out_string(out, "company_name", t->company_name);
	records__json_ref(out, "conversation_id", t->conversation_id);
	records__json_ref(out, "operator_id", t->operator_id);
	json_out_string(out, "operator", t->operator_login);
	json_out_string(out, "operator_name", t->operator_name);
	records__json_ref(out, "team_id", t->team_id);
	json_out_string(out, "team", t->team_name);
	json_out_string(out, "waiting_reason",
	    t->waiting_reason != NULL ? t->waiting_reason : "");
	json_out_time(out, "waiting_until", t->waiting_until_us);
	json_out_time(out, "due_at", t->due_us == INT64_MAX ? 0 : t->due_us);
	json_out_time(out, "snoozed_until",
	    t->snoozed_until_us == TICKET_UNTIL_REPLY ? 0
						      : t->snoozed_until_us);
	json_out_bool(out, "snoozed_until_reply", t->snooze_until_reply);
	json_out_time(out, "solved_at", t->solved_us);
	json_out_time(out, "closed_at", t->closed_us);
	records__json_life(
	    out, t->version, t->created_at, t->updated_at, t->deleted_at);
	json_out_end(out, '}');
}
