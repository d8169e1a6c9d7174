/*
 * op_second - what takes two people: kept as a proposal until another one
 * approves it; see op.h.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/core/op_int.h"
#include "db/core/permit.h"
#include <inttypes.h>
#include <string.h>

#define NAMES_MOST 3 /* of those who could approve, in the sentence */

static void
add_part(struct str *out, const char *s)
{
	str_addf(out, "%zu:", strlen(s));
	str_add(out, s);
	str_addc(out, '\n');
}

void
op_matter_digest(int64_t tenant_id, enum op_id id, int64_t record_id,
    int proposer_kind, int64_t proposer_id, const struct op_matter *m,
    char hex[65])
{
	struct str all = STR_INIT;

	str_addf(&all, "%" PRId64 "\n%" PRId64 "\n%d\n%" PRId64 "\n", tenant_id,
	    record_id, proposer_kind, proposer_id);
	add_part(&all, op_def(id)->name);
	add_part(&all, m->args);
	add_part(&all, m->sentence);
	sha256_hex(all.s, all.len, hex);
	str_free(&all);
}

bool
op_may_decide(struct desk *d, enum op_id id)
{
	return d->actor.kind == ACTOR_OPERATOR &&
	       permit_scope(d, op_def(id)) != SCOPE_NONE;
}

/* ---- a desk of one's own ---- */

int
op_typed(struct desk *d, const char *word, struct err *err)
{
	if (!d->wants_typed || strcmp(word, d->wanted_word) != 0)
		return err_set(err, OD_EDENIED,
		    "That is not \"%s\"; nothing was changed", d->wanted_word);
	str_copy(d->typed, sizeof(d->typed), d->wanted);
	d->wants_typed = false;
	return 0;
}

/* 0 when the owner typed it for this very wish. */
static int
check_typed(struct desk *d, const struct op *op, const struct op_matter *m,
    struct err *err)
{
	const char *name = op_def(op->id)->name;
	bool typed;

	op_matter_digest(d->actor.tenant_id, op->id, op->record_id,
	    (int)d->actor.kind, d->actor.id, m, d->wanted);
	str_copy(d->wanted_word, sizeof(d->wanted_word), name);
	typed = strcmp(d->typed, d->wanted) == 0;
	d->typed[0] = '\0';
	d->wants_typed = !typed;
	if (typed)
		return 0;
	return err_set(err, OD_EDENIED,
	    "There is no second person here, so this has to be confirmed with"
	    " the word \"%s\": %s",
	    name, m->sentence);
}

/* ---- what is kept ---- */

/* The same wish by the same person, which waits already; 0 when none does. */
static int
find_same(struct desk *d, const struct op *op, const char *digest, int64_t *id,
    struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM approvals WHERE tenant_id = $1 AND state = 0"
	    " AND digest = $2 AND expires_us > $3 ORDER BY id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(digest), b_int(op->now_us)),
	    err);

	if (rc != OD_ENOTFOUND)
		return rc;
	*id = 0;
	return 0;
}

static int
insert(struct desk *d, const struct op *op, const struct op_matter *m,
    const char *digest, int64_t *id, struct err *err)
{
	const struct op_def *def = op_def(op->id);

	return db_insert(d->db, id,
	    "INSERT INTO approvals(tenant_id, operation, kind, record_id, args,"
	    " sentence, digest, state, proposer_kind, proposer_id, expires_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,0,$8,$9,$10,$11,$11) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(def->name),
		b_int(def->kind), b_int(op->record_id), b_text(m->args),
		b_text(m->sentence), b_text(digest), b_int(d->actor.kind),
		b_int(d->actor.id),
		b_int(op->now_us + APPROVAL_DAYS * US_PER_DAY),
		b_int(op->now_us)),
	    err);
}

/* Names of those who could approve, a few; how many there are in all. */
static int
who_could(struct desk *d, const struct op_def *def, struct str *names,
    int *count, struct err *err)
{
	struct stmt *st = NULL;
	int64_t me = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT role, full_name FROM operators WHERE tenant_id = $1"
	    " AND enabled = 1 AND deleted_at IS NULL AND id <> $2 ORDER BY id",
	    BINDS(b_int(d->actor.tenant_id), b_int(me)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		int64_t role = stmt_int(st, 0);

		rc = 0;
		if (role < 0 || role >= ROLE_BOT ||
		    def->scope[role] == SCOPE_NONE)
			continue;
		if (*count < NAMES_MOST)
			str_addf(names, "%s%s", *count > 0 ? ", " : "",
			    stmt_text(st, 1));
		++*count;
	}
	stmt_close(&st);
	if (*count > NAMES_MOST)
		str_add(names, ", ...");
	return rc < 0 ? rc : 0;
}

static int
say_who(const struct op_def *def, int64_t id, const char *names, int count,
    struct err *err)
{
	if (count == 0)
		return err_set(err, OD_EWAITS,
		    "It waits for a second person, and there is none who may do"
		    " it (%s): make one first, who then approves number %lld",
		    _(def->label), (long long)id);
	return err_set(err, OD_EWAITS,
	    count == 1 ? N_("It waits for a second person: %s must approve it"
			    " with \"opdesk approval approve %lld\"")
		       : N_("It waits for a second person: one of %s must"
			    " approve it with \"opdesk approval approve"
			    " %lld\""),
	    names, (long long)id);
}

/* The bracket that is open becomes that of proposing. */
static int
propose(
    struct desk *d, struct op *op, const struct op_matter *m, struct err *err)
{
	const struct op_def *def = op_def(op->id);
	struct str names = STR_INIT;
	char digest[SHA256_HEX_SIZE];
	int64_t id = 0;
	int rc, count = 0;

	op_matter_digest(d->actor.tenant_id, op->id, op->record_id,
	    (int)d->actor.kind, d->actor.id, m, digest);
	if ((rc = find_same(d, op, digest, &id, err)) == 0 && id == 0)
		rc = insert(d, op, m, digest, &id, err);
	if (rc == 0)
		rc = who_could(d, def, &names, &count, err);
	op->id = OP_APPROVAL_PROPOSE;
	op_created(op, id);
	op_digest(op, digest, strlen(digest));
	if ((rc = op_end(d, op, rc, err)) == 0) {
		d->proposed = id;
		rc = say_who(def, id, names.s, count, err);
	}
	str_free(&names);
	return rc;
}

static int
check_approved(struct desk *d, const struct op *op, const struct op_matter *m,
    struct err *err)
{
	struct op_approved *a = d->approved;

	if (a->id != op->id || a->record_id != op->record_id || a->used ||
	    strcmp(a->args, m->args) != 0)
		return err_set(err, OD_ECONFLICT,
		    "What was approved is not what would be done now; propose"
		    " it anew");
	a->used = true;
	return 0;
}

int
op_begin_second(struct desk *d, struct op *op, enum op_id id, int64_t record_id,
    const struct op_matter *m, struct err *err)
{
	int rc;

	BUG_ON((op_def(id)->flags & OP_SECOND) == 0);
	d->proposed = 0;
	d->wants_typed = false;
	if ((rc = op__begin_second(d, op, id, record_id, err)) != 0)
		return rc;
	if (d->approved != NULL)
		rc = check_approved(d, op, m, err);
	else if (d->actor.kind == ACTOR_OPERATOR && d->single_user)
		rc = check_typed(d, op, m, err);
	else if (d->actor.kind == ACTOR_HOST || d->actor.kind == ACTOR_SYSTEM)
		rc = err_set(err, OD_EDENIED,
		    "This takes two people who are known by name; say who you"
		    " are with --operator or --login");
	else
		return propose(d, op, m, err);
	return rc == 0 ? 0 : op_end(d, op, rc, err);
}
