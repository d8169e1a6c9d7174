/* import_who - who a row is about; see import_int.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/contact_int.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* An extension is no number by which anybody else is known. */
#define PHONE_DIGITS 5

/* ---- what the row says ---- */

static int
fit(struct importing *im, const struct import_in *in, enum import_field field,
    const char *label, char *dst, size_t size, struct err *err)
{
	return import__fault(
	    im, field, records__fit(label, dst, size, in->value[field], err));
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* "Given" and "family" names in columns of their own are one. */
static int
take_name(struct importing *im, const struct import_in *in, struct who *out,
    struct err *err)
{
	char last[201];
	size_t n;
	int rc;

	if ((rc = fit(im, in, IN_NAME, _("Name"), out->name, sizeof(out->name),
		 err)) != 0 ||
	    (rc = fit(im, in, IN_LAST_NAME, _("Name"), last, sizeof(last),
		 err)) != 0)
		return rc;
	n = strlen(out->name);
	if (last[0] != '\0' && !str_format(out->name + n, sizeof(out->name) - n,
				   "%s%s", n > 0 ? " " : "", last))
		return import__fault(im, IN_LAST_NAME,
		    err_set(err, OD_EDATA,
			"The name is too long: at most %d bytes",
			(int)sizeof(out->name) - 1));
	return 0;
}

static void
read_employee(struct stmt *st, void *row)
{
	struct who *who = row;

	str_copy(who->name, sizeof(who->name), stmt_text(st, 0));
	str_copy(who->email, sizeof(who->email), stmt_text(st, 1));
	str_copy(who->phone, sizeof(who->phone), stmt_text(st, 2));
}

static void
fill(char *dst, size_t size, const char *from)
{
	if (dst[0] == '\0')
		str_copy(dst, size, from);
}

static int
take_employee(struct importing *im, struct who *out, struct err *err)
{
	struct who known = {.name = ""};
	int rc;

	if (out->employee[0] == '\0')
		return 0;
	rc = records__first(im->d,
	    "SELECT full_name, email, phone_number FROM employees"
	    " WHERE tenant_id = $1 AND code = $2 AND code <> ''"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(out->employee)),
	    read_employee, &known, err);
	if (rc == 0)
		import__note(im, IN_EMPLOYEE,
		    _("No employee has the code \"%s\"; import the employees"
		      " first"),
		    out->employee);
	if (rc == 1) {
		fill(out->name, sizeof(out->name), known.name);
		fill(out->email, sizeof(out->email), known.email);
		fill(out->phone, sizeof(out->phone), known.phone);
	}
	return rc < 0 ? rc : 0;
}

int
import__who(struct importing *im, const struct import_in *in, struct who *out,
    struct err *err)
{
	char digits[33];
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = take_name(im, in, out, err)) != 0 ||
	    (rc = fit(im, in, IN_EMAIL, _("Email"), out->email,
		 sizeof(out->email), err)) != 0 ||
	    (rc = fit(im, in, IN_PHONE, _("Phone"), out->phone,
		 sizeof(out->phone), err)) != 0 ||
	    (rc = fit(im, in, IN_CRM, _("CRM id"), out->crm, sizeof(out->crm),
		 err)) != 0 ||
	    (rc = fit(im, in, IN_COMPANY, _("Company"), out->company,
		 sizeof(out->company), err)) != 0 ||
	    (rc = fit(im, in, IN_EMPLOYEE, _("Employee"), out->employee,
		 sizeof(out->employee), err)) != 0 ||
	    (rc = take_employee(im, out, err)) != 0)
		return rc;
	records__digits(digits, sizeof(digits), out->phone);
	if (im->o->kind != IMPORT_EMPLOYEES && out->phone[0] != '\0' &&
	    strlen(digits) < PHONE_DIGITS)
		import__note(im, IN_PHONE,
		    _("\"%s\" is no number that can be called from outside;"
		      " nobody is looked for by it"),
		    out->phone);
	if (out->name[0] == '\0')
		str_copy(out->name, sizeof(out->name),
		    out->email[0] != '\0' ? out->email : out->phone);
	return 0;
}

/* ---- who is there ---- */

static int
one(struct importing *im, const char *sql, const struct bind *binds, size_t n,
    int64_t *id, struct err *err)
{
	int rc = db_int(im->d->db, id, sql, binds, n, err);

	if (rc == OD_ENOTFOUND)
		*id = 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
by_point(struct importing *im, enum contact_point_kind kind, const char *value,
    int64_t *id, struct err *err)
{
	return one(im,
	    "SELECT contact_id FROM contact_points WHERE tenant_id = $1"
	    " AND kind = $2 AND value = $3 AND deleted_at IS NULL",
	    BINDS(b_int(im->d->actor.tenant_id), b_int(kind), b_text(value)),
	    id, err);
}

int
import__who_known(
    struct importing *im, const struct who *who, int64_t *id, struct err *err)
{
	char digits[33], email[201];
	int rc = 0;

	*id = 0;
	records__digits(digits, sizeof(digits), who->phone);
	str_copy(email, sizeof(email), who->email);
	lower(email);
	if (who->crm[0] != '\0')
		rc = one(im,
		    "SELECT id FROM contacts WHERE tenant_id = $1"
		    " AND crm_contact_id = $2 AND crm_contact_id <> ''"
		    " AND deleted_at IS NULL",
		    BINDS(b_int(im->d->actor.tenant_id), b_text(who->crm)), id,
		    err);
	if (rc == 0 && *id == 0 && email[0] != '\0')
		rc = by_point(im, POINT_MAIL, email, id, err);
	if (rc == 0 && *id == 0 && strlen(digits) >= PHONE_DIGITS)
		rc = by_point(im, POINT_PHONE, digits, id, err);
	return rc;
}

bool
import__who_twice(struct importing *im, const struct who *who)
{
	char digits[33], key[256];
	bool twice = false;

	records__digits(digits, sizeof(digits), who->phone);
	if (who->crm[0] != '\0') {
		str_format(key, sizeof(key), "r:%s", who->crm);
		twice |= !import__seen_add(&im->seen, key);
	}
	if (who->email[0] != '\0') {
		str_format(key, sizeof(key), "a:%s", who->email);
		lower(key);
		twice |= !import__seen_add(&im->seen, key);
	}
	if (strlen(digits) >= PHONE_DIGITS) {
		str_format(key, sizeof(key), "p:%s", digits);
		twice |= !import__seen_add(&im->seen, key);
	}
	return twice;
}

/* The mark of whom a name alone stood for before. */
static void
who_key(const struct who *who, char key[KEY_SIZE])
{
	char name[96], company[96];

	import_fold(name, sizeof(name), who->name);
	import_fold(company, sizeof(company), who->company);
	str_format(key, KEY_SIZE, "w:%s|%s", name, company);
}

/* The only contact of that name, in that company when one is told. */
static int
by_name(
    struct importing *im, const struct who *who, int64_t *id, struct err *err)
{
	char *name = records__folded(who->name);
	char *company = records__folded(who->company);
	struct stmt *st = NULL;
	int rc, n = 0;

	*id = 0;
	rc = db_query(im->d->db, &st,
	    "SELECT c.id FROM contacts c JOIN divisions v"
	    " ON v.id = c.division_id AND v.tenant_id = c.tenant_id"
	    " JOIN companies o ON o.id = v.company_id"
	    " AND o.tenant_id = v.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.name_folded = $2"
	    " AND c.deleted_at IS NULL AND ($3 = '' OR o.name_folded = $3)"
	    " LIMIT 2",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(name), b_text(company)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*id = stmt_int(st, 0);
		n++;
		rc = 0;
		if (n == 2)
			break;
	}
	stmt_close(&st);
	free(name);
	free(company);
	if (n != 1)
		*id = 0;
	return rc;
}

/* ---- whom nobody knows yet ---- */

static int
make_company(struct importing *im, const char *name, const char *folded,
    int64_t *id, struct err *err)
{
	struct desk *d = im->d;
	int rc = db_insert(d->db, id,
	    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
	    " updated_at) VALUES($1, $2, $3, $4, $4) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_text(folded),
		b_int(im->op->now_us)),
	    err);

	if (rc == 0)
		rc = record_created(d, im->op, RECORD_COMPANY, *id, err);
	return rc != 0 ? rc : search_refresh(d, RECORD_COMPANY, *id, err);
}

static int
make_division(
    struct importing *im, int64_t company_id, int64_t *id, struct err *err)
{
	struct desk *d = im->d;
	int rc = db_insert(d->db, id,
	    "INSERT INTO divisions(tenant_id, company_id, name, created_at,"
	    " updated_at) VALUES($1, $2, $3, $4, $4) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(company_id),
		b_text(_("General")), b_int(im->op->now_us)),
	    err);

	return rc != 0 ? rc
	               : record_created(d, im->op, RECORD_DIVISION, *id, err);
}

int
import__division(struct importing *im, const char *company,
    int64_t *division_id, int64_t *company_id, struct err *err)
{
	struct bind tenant = b_int(im->d->actor.tenant_id);
	char *folded = records__folded(company);
	int rc;

	*division_id = *company_id = 0;
	if (company[0] == '\0') {
		free(folded);
		return 0;
	}
	rc = one(im,
	    "SELECT id FROM companies WHERE tenant_id = $1"
	    " AND name_folded = $2 AND deleted_at IS NULL ORDER BY id LIMIT 1",
	    BINDS(tenant, b_text(folded)), company_id, err);
	if (rc == 0 && *company_id == 0)
		rc = make_company(im, company, folded, company_id, err);
	free(folded);
	if (rc == 0)
		rc = one(im,
		    "SELECT id FROM divisions WHERE tenant_id = $1"
		    " AND company_id = $2 AND deleted_at IS NULL"
		    " ORDER BY id LIMIT 1",
		    BINDS(tenant, b_int(*company_id)), division_id, err);
	if (rc == 0 && *division_id == 0)
		rc = make_division(im, *company_id, division_id, err);
	return rc;
}

int
import__mail_point(struct importing *im, int64_t contact_id, const char *email,
    struct err *err)
{
	char value[201];
	int64_t whose;
	int rc;

	str_copy(value, sizeof(value), email);
	lower(value);
	if (value[0] == '\0')
		return 0;
	rc = by_point(im, POINT_MAIL, value, &whose, err);
	if (rc != 0 || whose != 0)
		return rc;
	return contact__point_add(
	    im->d, im->op, contact_id, POINT_MAIL, value, "", "", err);
}

int
import__contact_make(struct importing *im, const struct who *who,
    const char *lang, const char *notes, int64_t *id, struct err *err)
{
	struct contact_new in = {.full_name = who->name,
	    .email = who->email,
	    .phone_number = who->phone,
	    .crm_id = who->crm,
	    .lang = lang,
	    .notes = notes};
	struct str extended = STR_INIT;
	char digits[33];
	int64_t company;
	int rc;

	records__digits(digits, sizeof(digits), who->phone);
	if (who->phone[0] != '\0' && strlen(digits) < PHONE_DIGITS) {
		str_addf(&extended, "%s: %s%s%s", _("Phone"), who->phone,
		    notes[0] != '\0' ? "\n" : "", notes);
		in.phone_number = "";
		in.notes = extended.s;
	}
	if ((rc = import__division(
		 im, who->company, &in.division_id, &company, err)) == 0 &&
	    (rc = contact__insert(im->d, im->op, &in, id, err)) == 0 &&
	    (rc = import__mail_point(im, *id, who->email, err)) == 0)
		rc = search_new_contact(im->d, *id, err);
	str_free(&extended);
	return rc;
}

/* By a name alone: whom it stood for, or the only one of that name. */
static int
find_by_name(struct importing *im, const struct who *who, const char *key,
    int64_t *id, struct err *err)
{
	struct mark mark;
	int rc = import__mark(im, key, &mark, err);

	*id = 0;
	if (rc < 0)
		return rc;
	if (rc == 1) {
		rc = one(im,
		    "SELECT id FROM contacts WHERE tenant_id = $1 AND id = $2"
		    " AND deleted_at IS NULL",
		    BINDS(b_int(im->d->actor.tenant_id), b_int(mark.record_id)),
		    id, err);
		if (rc != 0 || *id != 0)
			return rc;
	}
	return by_name(im, who, id, err);
}

static int
find_or_make(
    struct importing *im, const struct who *who, int64_t *id, struct err *err)
{
	bool by_name_alone = who->crm[0] == '\0' && who->email[0] == '\0' &&
	                     who->phone[0] == '\0';
	char key[KEY_SIZE];
	int rc;

	if ((rc = import__who_known(im, who, id, err)) != 0 || *id != 0)
		return rc;
	who_key(who, key);
	if (by_name_alone && (rc = find_by_name(im, who, key, id, err)) != 0)
		return rc;
	if (*id == 0)
		rc = import__contact_make(im, who, "", "", id, err);
	if (rc == 0 && by_name_alone)
		rc = import__mark_put(im, key, RECORD_CONTACT, *id, "-", err);
	return rc;
}

static uint64_t
hash_of(const struct who *who)
{
	const char *parts[] = {
	    who->name, who->email, who->phone, who->crm, who->company};
	uint64_t h = 14695981039346656037ULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (const char *p = parts[i]; *p != '\0'; p++)
			h = (h ^ (unsigned char)*p) * 1099511628211ULL;
		h = (h ^ 0xff) * 1099511628211ULL;
	}
	return h | 1;
}

static int
company_of(
    struct importing *im, int64_t contact_id, int64_t *id, struct err *err)
{
	return one(im,
	    "SELECT v.company_id FROM contacts c JOIN divisions v"
	    " ON v.id = c.division_id AND v.tenant_id = c.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.id = $2 AND v.unclassified = 0",
	    BINDS(b_int(im->d->actor.tenant_id), b_int(contact_id)), id, err);
}

int
import__who_find(struct importing *im, const struct who *who,
    int64_t *contact_id, int64_t *company_id, struct err *err)
{
	uint64_t hash = hash_of(who);
	size_t slot = (size_t)(hash >> 32) % WHO_CACHE;
	int64_t division;
	int rc;

	*contact_id = *company_id = 0;
	if (who->name[0] == '\0')
		return import__division(
		    im, who->company, &division, company_id, err);
	if (im->who[slot].hash == hash) {
		*contact_id = im->who[slot].contact_id;
		*company_id = im->who[slot].company_id;
		return 0;
	}
	if ((rc = find_or_make(im, who, contact_id, err)) != 0 ||
	    (rc = company_of(im, *contact_id, company_id, err)) != 0)
		return rc;
	if (*company_id == 0 && (rc = import__division(im, who->company,
				     &division, company_id, err)) != 0)
		return rc;
	im->who[slot].hash = hash;
	im->who[slot].contact_id = *contact_id;
	im->who[slot].company_id = *company_id;
	return 0;
}
