/* import_ticket_put - an imported ticket, written; see import_int.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/reach.h"
#include "db/core/search_text.h"
#include "db/core/tags.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

static int
read_number(struct importing *im, struct err *err)
{
	int rc;

	if (im->number >= 0)
		return 0;
	rc = db_int(im->d->db, &im->number,
	    "SELECT value FROM counters WHERE tenant_id = $1"
	    " AND name = 'ticket'",
	    BINDS(b_int(im->d->actor.tenant_id)), err);
	if (rc == OD_ENOTFOUND)
		im->number = 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
import__numbers_keep(struct importing *im, struct err *err)
{
	bool moved = im->number_moved;
	int64_t number = im->number;

	im->number_moved = false;
	im->number = -1;
	if (!moved)
		return 0;
	return db_exec(im->d->db,
	    "INSERT INTO counters(tenant_id, name, value)"
	    " VALUES($1, 'ticket', $2) ON CONFLICT(tenant_id, name)"
	    " DO UPDATE SET value = excluded.value",
	    BINDS(b_int(im->d->actor.tenant_id), b_int(number)), NULL, err);
}

/* Its own when no other ticket has it, else the next one. */
static int
choose_number(struct importing *im, struct import_ticket *t, struct err *err)
{
	int rc = read_number(im, err);

	if (rc != 0)
		return rc;
	if (t->number == 0)
		t->number = im->number + 1;
	if (t->number > im->number) {
		im->number = t->number;
		im->number_moved = true;
	}
	return 0;
}

/* ---- comments ---- */

static void
comment_key(const struct import_in *in, const struct import_comment *c,
    char key[KEY_SIZE])
{
	struct digest *sum = digest_start();
	uint8_t bytes[SHA256_SIZE];
	char hex[33];

	digest_add(sum, in->key, strlen(in->key) + 1);
	digest_add(sum, &c->at_us, sizeof(c->at_us));
	digest_add(sum, c->author, strlen(c->author) + 1);
	digest_add(sum, c->body, strlen(c->body));
	digest_finish(&sum, bytes);
	hex_encode(hex, bytes, 16);
	str_format(key, KEY_SIZE, "m:%s", hex);
}

static int
put_comment(struct importing *im, const struct import_in *in, int64_t ticket_id,
    int64_t contact_id, const struct import_comment *c, struct err *err)
{
	char key[KEY_SIZE];
	struct mark mark;
	int64_t id;
	int rc;

	comment_key(in, c, key);
	if ((rc = import__mark(im, key, &mark, err)) != 0)
		return rc < 0 ? rc : 0;
	rc = db_insert(im->d->db, &id,
	    "INSERT INTO ticket_comments(tenant_id, ticket_id, kind,"
	    " operator_id, author, body, at_us, created_at, updated_at,"
	    " inbound, contact_id)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$7,$7,$8,$9) RETURNING id",
	    BINDS(b_int(im->d->actor.tenant_id), b_int(ticket_id),
		b_int(c->kind), b_ref(c->operator_id), b_text(c->author),
		b_text(c->body), b_int(c->at_us), b_int(c->inbound),
		c->inbound ? b_ref(contact_id) : b_null()),
	    err);
	return rc != 0 ? rc
	               : import__mark_put(im, key, RECORD_TICKET, ticket_id,
			     in->digest, err);
}

static int
put_comments(struct importing *im, const struct import_in *in,
    const struct import_ticket *t, int64_t ticket_id, int64_t contact_id,
    struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->comment_count; i++)
		rc = put_comment(
		    im, in, ticket_id, contact_id, &t->comments[i], err);
	return rc;
}

/* ---- tickets ---- */

int
import__ticket_insert(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	struct desk *d = im->d;
	int64_t contact, company, id;
	bool changed;
	int rc;

	if ((rc = choose_number(im, t, err)) != 0 ||
	    (rc = import__who_find(im, &t->who, &contact, &company, err)) != 0)
		return rc;
	rc = db_insert(d->db, &id,
	    "INSERT INTO tickets(tenant_id, number, subject, description,"
	    " state, priority, urgency, impact, category, tags, source,"
	    " external_id, contact_id, company_id, operator_id, team_id,"
	    " created_at, updated_at, reach, status_id, priority_reason,"
	    " solved_us, closed_us)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,"
	    "$17,$18, " REACH_SQL(
		"$1", "$15", "$16") ",$19,$20,$21,$22) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->number),
		b_text(t->subject), b_text(t->description.s), b_int(t->state),
		b_int(t->priority), b_int(t->urgency), b_int(t->impact),
		b_text(t->category), b_text(t->tags), b_int(t->source),
		b_text(t->reference), b_ref(contact), b_ref(company),
		b_ref(t->operator_id), b_ref(t->team_id), b_int(t->created_us),
		b_int(t->updated_us), b_ref(t->status_id),
		b_text(t->priority_reason), b_ref(t->solved_us),
		b_ref(t->closed_us)),
	    err);
	if (rc != 0 || (rc = tags_put(d, id, t->tags, err)) != 0 ||
	    (rc = put_comments(im, in, t, id, contact, err)) != 0 ||
	    /* Its clocks begin now, and see what was said in it. */
	    (rc = record_created(d, im->op, RECORD_TICKET, id, err)) != 0 ||
	    (rc = import__mark_put(
		 im, in->key, RECORD_TICKET, id, in->digest, err)) != 0)
		return rc;
	if (t->given_count > 0 &&
	    (rc = ticket__values_put(d, im->op, id, t->category, t->given,
		 t->given_count, &changed, err)) != 0)
		return rc;
	return search_refresh(d, RECORD_TICKET, id, err);
}

/* What the row leaves empty stays as it is. */
static size_t
list_changes(const struct import_in *in, const struct import_ticket *t,
    int64_t contact, int64_t company, struct change c[17])
{
	const char *const *v = in->value;
	bool has_level = v[IN_PRIORITY][0] != '\0' ||
	                 v[IN_URGENCY][0] != '\0' || v[IN_IMPACT][0] != '\0';
	bool has_state = v[IN_STATE][0] != '\0' || v[IN_SOLVED][0] != '\0' ||
	                 v[IN_CLOSED][0] != '\0';
	const struct {
		bool is_told;
		struct change change;
	} all[] = {
	    {true, {"subject", b_text(t->subject)}},
	    {t->description.len > 0, {"description", b_text(t->description.s)}},
	    {has_state, {"state", b_int(t->state)}},
	    {has_state, {"status_id", b_ref(t->status_id)}},
	    {has_state, {"solved_us", b_ref(t->solved_us)}},
	    {has_state, {"closed_us", b_ref(t->closed_us)}},
	    {has_level, {"priority", b_int(t->priority)}},
	    {has_level, {"urgency", b_int(t->urgency)}},
	    {has_level, {"impact", b_int(t->impact)}},
	    {has_level, {"priority_reason", b_text(t->priority_reason)}},
	    {t->category[0] != '\0', {"category", b_text(t->category)}},
	    {t->tags[0] != '\0', {"tags", b_text(t->tags)}},
	    {t->operator_id != 0, {"operator_id", b_int(t->operator_id)}},
	    {t->team_id != 0, {"team_id", b_int(t->team_id)}},
	    {t->reference[0] != '\0', {"external_id", b_text(t->reference)}},
	    {contact != 0, {"contact_id", b_int(contact)}},
	    {company != 0, {"company_id", b_int(company)}},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].is_told)
			c[n++] = all[i].change;
	return n;
}

int
import__ticket_update(struct importing *im, const struct import_in *in,
    struct import_ticket *t, const struct mark *mark, struct err *err)
{
	struct desk *d = im->d;
	struct change c[17];
	int64_t contact, company;
	bool changed;
	size_t n;
	int rc;

	if ((rc = import__restore(im, mark, err)) != 0 ||
	    (rc = import__who_find(im, &t->who, &contact, &company, err)) != 0)
		return rc;
	n = list_changes(in, t, contact, company, c);
	if ((rc = put_comments(im, in, t, mark->record_id, contact, err)) !=
		0 ||
	    (rc = record_update(d, im->op, RECORD_TICKET, mark->record_id, 0, c,
		 n, NULL, err)) != 0 ||
	    (rc = import__mark_put(im, in->key, RECORD_TICKET, mark->record_id,
		 in->digest, err)) != 0)
		return rc;
	if (t->given_count > 0 &&
	    (rc = ticket__values_put(d, im->op, mark->record_id, t->category,
		 t->given, t->given_count, &changed, err)) != 0)
		return rc;
	return search_refresh(d, RECORD_TICKET, mark->record_id, err);
}

/* ---- what becomes of a row ---- */

static int
ticket_by(struct importing *im, const char *sql, struct bind value, int64_t *id,
    struct err *err)
{
	int rc = db_int(im->d->db, id, sql,
	    BINDS(b_int(im->d->actor.tenant_id), value), err);

	if (rc == OD_ENOTFOUND)
		*id = 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/*
 * The number of another ticket: the same row under another source's name is
 * that ticket; else this one gets a number of its own and keeps the other as
 * its reference.
 */
static int
check_number(struct importing *im, const struct import_in *in,
    struct import_ticket *t, enum import_step *step, struct err *err)
{
	bool is_twice = false;
	char key[32];
	int64_t id;
	int rc;

	if (t->number == 0)
		return 0;
	if (in->value[IN_ID][0] != '\0' && in->value[IN_NUMBER][0] != '\0') {
		str_format(key, sizeof(key), "n:%lld", (long long)t->number);
		is_twice = !import__seen_add(&im->seen, key);
	}
	rc = ticket_by(im,
	    "SELECT id FROM tickets WHERE tenant_id = $1 AND number = $2",
	    b_int(t->number), &id, err);
	if (rc != 0 || (id == 0 && !is_twice))
		return rc;
	rc = id == 0 ? 0
	             : import__same_row(im, RECORD_TICKET, id, in->digest, err);
	if (rc < 0)
		return rc;
	if (rc == 1) {
		*step = STEP_UNCHANGED;
		return 0;
	}
	if (t->reference[0] == '\0')
		str_format(t->reference, sizeof(t->reference), "%s:%lld",
		    im->out->source, (long long)t->number);
	import__note(im, in->value[IN_NUMBER][0] != '\0' ? IN_NUMBER : IN_ID,
	    _("Another ticket has the number %lld; this one gets one of its"
	      " own, and keeps \"%s\" as its external id"),
	    (long long)t->number, t->reference);
	t->number = 0;
	return 0;
}

static int
check_reference(struct importing *im, const struct import_in *in,
    const struct import_ticket *t, int64_t but_id, enum import_step *step,
    struct err *err)
{
	int64_t id;
	int rc;

	if (t->reference[0] == '\0')
		return 0;
	rc = ticket_by(im,
	    "SELECT id FROM tickets WHERE tenant_id = $1 AND external_id = $2"
	    " AND external_id <> ''",
	    b_text(t->reference), &id, err);
	if (rc != 0 || id == 0 || id == but_id)
		return rc;
	rc = import__same_row(im, RECORD_TICKET, id, in->digest, err);
	if (rc == 1) {
		*step = STEP_UNCHANGED;
		return 0;
	}
	return rc < 0 ? rc
	              : import__fault(im, IN_REFERENCE,
			    err_set(err, OD_ECONFLICT,
				"Another ticket has the external id \"%s\";"
				" name the same --source if it is the same one",
				t->reference));
}

int
import__ticket(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err)
{
	struct import_ticket *t = xcalloc(1, sizeof(*t));
	struct mark mark;
	int rc;

	rc = import__step(im, in, RECORD_TICKET, &mark, step, err);
	if (rc != 0 || *step == STEP_UNCHANGED || *step == STEP_KEPT)
		goto out;
	if ((rc = import__ticket_parse(im, in, t, err)) != 0)
		goto out;
	if (*step == STEP_NEW && (rc = check_number(im, in, t, step, err)) != 0)
		goto out;
	if (*step != STEP_UNCHANGED &&
	    (rc = check_reference(im, in, t, mark.record_id, step, err)) != 0)
		goto out;
	if (im->op == NULL || *step == STEP_UNCHANGED)
		goto out;
	rc = *step == STEP_NEW ? import__ticket_insert(im, in, t, err)
	                       : import__ticket_update(im, in, t, &mark, err);
out:
	import__ticket_clear(t);
	free(t);
	return rc;
}
