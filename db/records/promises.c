/* promises - what is promised to whom; see calendars.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/calendars.h"
#include "db/records/records_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_US (3660 * US_PER_DAY)

static void
read_row(struct stmt *st, void *row)
{
	struct promise *p = row;

	memset(p, 0, sizeof(*p));
	p->id = stmt_int(st, 0);
	p->version = stmt_int(st, 1);
	p->company_id = stmt_int(st, 2);
	p->calendar_id = stmt_int(st, 3);
	p->first_us = stmt_int(st, 4);
	p->next_us = stmt_int(st, 5);
	p->resolution_us = stmt_int(st, 6);
	p->priority = (int)stmt_int(st, 7);
	str_copy(p->name, sizeof(p->name), stmt_text(st, 8));
	str_copy(p->company_name, sizeof(p->company_name), stmt_text(st, 9));
	str_copy(p->calendar_name, sizeof(p->calendar_name), stmt_text(st, 10));
}

int
promise_list(
    struct desk *d, struct promise **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CALENDAR_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT p.id, p.version, p.company_id, p.calendar_id, p.first_us,"
	    " p.next_us, p.resolution_us, p.priority, p.name, m.name, c.name"
	    " FROM service_policies p"
	    " LEFT JOIN companies m ON m.id = p.company_id"
	    " AND m.tenant_id = p.tenant_id"
	    " LEFT JOIN calendars c ON c.id = p.calendar_id"
	    " AND c.tenant_id = p.tenant_id"
	    " WHERE p.tenant_id = $1 AND p.deleted_at IS NULL"
	    " ORDER BY p.company_id IS NULL, m.name, p.priority DESC, p.id",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

void
promise_json(const struct promise *p, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", p->id);
	json_out_string(out, "name", p->name);
	records__json_ref(out, "company_id", p->company_id);
	json_out_string(out, "company_name", p->company_name);
	json_out_int(out, "priority", p->priority);
	json_out_int(out, "first_s", p->first_us / US_PER_SECOND);
	json_out_int(out, "next_s", p->next_us / US_PER_SECOND);
	json_out_int(out, "resolution_s", p->resolution_us / US_PER_SECOND);
	records__json_ref(out, "calendar_id", p->calendar_id);
	json_out_string(out, "calendar", p->calendar_name);
	json_out_int(out, "version", p->version);
	json_out_end(out, '}');
}

static int
check(const struct promise *in, struct err *err)
{
	const int64_t spans[] = {in->first_us, in->next_us, in->resolution_us};

	if (in->priority < 0 || in->priority > 5)
		return err_set(err, OD_EDATA,
		    "A promise is for a priority from 1 to 5, or 0 for any");
	for (size_t i = 0; i < 3; i++)
		if (spans[i] < 0 || spans[i] > LONGEST_US)
			return err_set(err, OD_EDATA,
			    "A promise is between nothing and ten years");
	return 0;
}

static int
insert(struct desk *d, struct op *op, const struct promise *in,
    const char *name, int64_t *id, struct err *err)
{
	int rc = db_insert(d->db, id,
	    "INSERT INTO service_policies(tenant_id, name, company_id,"
	    " priority, first_us, next_us, resolution_us, calendar_id,"
	    " created_at, updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$9)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name),
		b_ref(in->company_id), b_int(in->priority), b_int(in->first_us),
		b_int(in->next_us), b_int(in->resolution_us),
		b_ref(in->calendar_id), b_int(op->now_us)),
	    err);

	if (rc != 0)
		return rc;
	op_created(op, *id);
	return record_created(d, op, RECORD_POLICY, *id, err);
}

static int
put(struct desk *d, struct op *op, const struct promise *in, const char *name,
    int64_t *id, struct err *err)
{
	struct change c[] = {{"first_us", b_int(in->first_us)},
	    {"next_us", b_int(in->next_us)},
	    {"resolution_us", b_int(in->resolution_us)},
	    {"calendar_id", b_ref(in->calendar_id)}, {"name", b_text(name)}};
	int rc;

	if (in->company_id != 0 &&
	    (rc = records__exists(d, RECORD_COMPANY, in->company_id, err)) != 0)
		return rc;
	if (in->calendar_id != 0 && (rc = records__exists(d, RECORD_CALENDAR,
					 in->calendar_id, err)) != 0)
		return rc;
	rc = db_int(d->db, id,
	    "SELECT id FROM service_policies WHERE tenant_id = $1"
	    " AND COALESCE(company_id, 0) = $2 AND priority = $3"
	    " AND deleted_at IS NULL ORDER BY id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(in->company_id),
		b_int(in->priority)),
	    err);
	if (rc == OD_ENOTFOUND && name[0] == '\0')
		return err_set(err, OD_EDATA, "A new promise needs a name");
	if (rc == OD_ENOTFOUND)
		return insert(d, op, in, name, id, err);
	return rc != 0 ? rc
	               : record_update(d, op, RECORD_POLICY, *id, 0, c,
			     name[0] != '\0' ? 5 : 4, NULL, err);
}

int
promise_set(
    struct desk *d, const struct promise *in, int64_t *id, struct err *err)
{
	char name[65];
	struct op op;
	int rc;

	if ((rc = check(in, err)) != 0 ||
	    (rc = records__fit(_("Name"), name, sizeof(name), in->name, err)) !=
		0)
		return rc;
	if ((rc = op_begin(d, &op, OP_PROMISE_SET, 0, err)) != 0)
		return rc;
	op_sentence(&op, _("Changed a promise"));
	rc = put(d, &op, in, name, id, err);
	return op_end(d, &op, rc, err);
}

int
promise_delete(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_PROMISE_DELETE, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Deleted a promise"));
	rc = record_delete(d, &op, RECORD_POLICY, id, 0, err);
	return op_end(d, &op, rc, err);
}

/* ---- spans ---- */

static bool
number(const char **at, int64_t *out)
{
	int64_t n = 0;
	int digits = 0;

	for (; isdigit((unsigned char)**at) && digits < 8; (*at)++, digits++)
		n = n * 10 + (**at - '0');
	*out = n;
	return digits > 0;
}

int
promise_parse_span(const char *text, int64_t *us, struct err *err)
{
	const char *at = text + strspn(text, " ");
	int64_t n, minutes = 0;

	if (!number(&at, &n))
		goto bad;
	at += strspn(at, " ");
	if (*at == 'h' || *at == 'H') {
		minutes = n * 60;
		at++;
		at += strspn(at, " ");
		if (*at == '\0')
			goto done;
		if (!number(&at, &n))
			goto bad;
		at += strspn(at, " ");
	}
	minutes += n;
	if (strcmp(at, "m") == 0 || strcmp(at, "min") == 0)
		at = "";
done:
	if (*at != '\0')
		goto bad;
	*us = minutes * US_PER_MINUTE;
	return 0;
bad:
	return err_set(err, OD_EDATA,
	    "\"%s\" is no span of time; write it as 90m, 1h30 or 8h", text);
}

void
promise_format_span(int64_t us, char out[32])
{
	long long minutes = (us < 0 ? -us : us) / US_PER_MINUTE;
	const char *sign = us < 0 && minutes > 0 ? "-" : "";

	if (minutes < 60)
		str_format(out, 32, "%s%lld min", sign, minutes);
	else if (minutes % 60 == 0)
		str_format(out, 32, "%s%lld h", sign, minutes / 60);
	else
		str_format(out, 32, "%s%lld h %lld min", sign, minutes / 60,
		    minutes % 60);
}
