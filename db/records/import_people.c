/* import_people - rows of contacts and of employees; see import_int.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/contact_int.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

/* Columns of notes, and what has no field of its own, under their headings. */
static int
take_notes(struct importing *im, const struct import_in *in, struct str *notes,
    struct err *err)
{
	int rc;

	if (im->o->kind == IMPORT_EMPLOYEES && in->value[IN_MANAGER][0] != '\0')
		str_addf(
		    notes, "%s: %s\n", _("Manager"), in->value[IN_MANAGER]);
	for (size_t i = 0; i < in->extra_count; i++) {
		if (in->extra_count > 1)
			str_addf(notes, "%s: ", in->extra[i].heading);
		str_addf(notes, "%s\n", in->extra[i].text);
	}
	if (notes->len > 0)
		str_trunc(notes, notes->len - 1);
	rc = records__body(_("Notes"), notes->s, BODY_MAX, err);
	if (rc != 0)
		im->bad_field = in->extra_count > 0
		                    ? in->extra[0].heading
		                    : import_field_name(IN_NOTES);
	return rc;
}

/* ---- contacts ---- */

static int
insert_contact(struct importing *im, const struct import_in *in,
    const struct who *who, const char *lang, const char *notes, struct err *err)
{
	int64_t id;
	int rc;

	rc = import__contact_make(im, who, lang, notes, &id, err);
	return rc != 0 ? rc
	               : import__mark_put(
			     im, in->key, RECORD_CONTACT, id, in->digest, err);
}

static int
update_contact(struct importing *im, const struct import_in *in,
    const struct who *who, const char *lang, const char *notes,
    const struct mark *mark, struct err *err)
{
	char *folded = records__folded(who->name), *phone = NULL;
	struct change c[7];
	int64_t division, company;
	size_t n = 0;
	int rc;

	if ((rc = import__restore(im, mark, err)) != 0 ||
	    (rc = import__division(
		 im, who->company, &division, &company, err)) != 0 ||
	    (rc = db_text(im->d->db, &phone,
		 "SELECT phone_number FROM contacts"
		 " WHERE tenant_id = $1 AND id = $2",
		 BINDS(b_int(im->d->actor.tenant_id), b_int(mark->record_id)),
		 err)) != 0)
		goto out;
	c[n++] = (struct change){"full_name", b_text(who->name)};
	c[n++] = (struct change){"name_folded", b_text(folded)};
	if (division != 0)
		c[n++] = (struct change){"division_id", b_int(division)};
	if (who->email[0] != '\0')
		c[n++] = (struct change){"email", b_text(who->email)};
	if (who->phone[0] != '\0')
		c[n++] = (struct change){"phone_number", b_text(who->phone)};
	if (lang[0] != '\0')
		c[n++] = (struct change){"lang", b_text(lang)};
	if (notes[0] != '\0')
		c[n++] = (struct change){"notes", b_text(notes)};
	if ((rc = record_update(im->d, im->op, RECORD_CONTACT, mark->record_id,
		 0, c, n, NULL, err)) != 0)
		goto out;
	/* Out of the trash its number is to be found again. */
	if (who->phone[0] != '\0')
		rc = contact__phone_moved(im->d, im->op, mark->record_id,
		    mark->digest[0] == '\0' ? "" : phone, who->phone, err);
	if (rc == 0)
		rc = import__mail_point(im, mark->record_id, who->email, err);
	if (rc == 0)
		rc = import__mark_put(im, in->key, RECORD_CONTACT,
		    mark->record_id, in->digest, err);
	if (rc == 0)
		rc =
		    search_refresh(im->d, RECORD_CONTACT, mark->record_id, err);
out:
	free(folded);
	free(phone);
	return rc;
}

int
import__contact(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err)
{
	struct str notes = STR_INIT;
	const char *lang = "";
	struct who who;
	struct mark mark;
	int64_t known;
	int rc;

	rc = import__step(im, in, RECORD_CONTACT, &mark, step, err);
	if (rc != 0 || *step == STEP_UNCHANGED || *step == STEP_KEPT)
		return rc;
	if ((rc = import__who(im, in, &who, err)) != 0 ||
	    (rc = take_notes(im, in, &notes, err)) != 0)
		goto out;
	if (who.name[0] == '\0') {
		rc = import__fault(im, IN_NAME,
		    err_set(err, OD_EDATA, "The contact needs a name"));
		goto out;
	}
	if (in->value[IN_LANG][0] != '\0' &&
	    !import_lang(in->value[IN_LANG], &lang))
		import__note(im, IN_LANG,
		    _("\"%s\" is neither Spanish nor English; no language was"
		      " noted"),
		    in->value[IN_LANG]);
	/* Somebody who is here already is left as he is, and known by this. */
	if (*step == STEP_NEW &&
	    (rc = import__who_known(im, &who, &known, err)) == 0 &&
	    (known != 0 || (im->op == NULL && import__who_twice(im, &who)))) {
		*step = STEP_UNCHANGED;
		rc = im->op == NULL
		         ? 0
		         : import__mark_put(im, in->key, RECORD_CONTACT, known,
			       in->digest, err);
		goto out;
	}
	if (rc != 0 || im->op == NULL)
		goto out;
	rc = *step == STEP_NEW
	         ? insert_contact(
		       im, in, &who, lang, notes.s != NULL ? notes.s : "", err)
	         : update_contact(im, in, &who, lang,
		       notes.s != NULL ? notes.s : "", &mark, err);
out:
	str_free(&notes);
	return rc;
}

/* ---- employees ---- */

struct employee_in {
	char code[65], name[201], email[201], phone[65], department[201],
	    job[201];
	struct str notes; /* owned */
};

static int
parse_employee(struct importing *im, const struct import_in *in,
    struct employee_in *e, struct err *err)
{
	const struct {
		enum import_field field;
		const char *label;
		char *dst;
		size_t size;
	} lines[] = {
	    {IN_CODE, _("Code"), e->code, sizeof(e->code)},
	    {IN_DEPARTMENT, _("Department"), e->department,
		sizeof(e->department)},
	    {IN_JOB, _("Job title"), e->job, sizeof(e->job)},
	};
	struct who who;
	int rc;

	if ((rc = import__who(im, in, &who, err)) != 0)
		return rc;
	str_copy(e->name, sizeof(e->name), who.name);
	str_copy(e->email, sizeof(e->email), who.email);
	str_copy(e->phone, sizeof(e->phone), who.phone);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if ((rc = import__fault(im, lines[i].field,
			 records__fit(lines[i].label, lines[i].dst,
			     lines[i].size, in->value[lines[i].field], err))) !=
		    0)
			return rc;
	if (e->name[0] == '\0')
		return import__fault(im, IN_NAME,
		    err_set(err, OD_EDATA, "The employee needs a name"));
	return take_notes(im, in, &e->notes, err);
}

static int
insert_employee(struct importing *im, const struct import_in *in,
    const struct employee_in *e, struct err *err)
{
	char *folded = records__folded(e->name);
	int64_t id;
	int rc = db_insert(im->d->db, &id,
	    "INSERT INTO employees(tenant_id, code, full_name, name_folded,"
	    " email, phone_number, department, job, notes, created_at,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$10)"
	    " RETURNING id",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(e->code),
		b_text(e->name), b_text(folded), b_text(e->email),
		b_text(e->phone), b_text(e->department), b_text(e->job),
		b_text(e->notes.s != NULL ? e->notes.s : ""),
		b_int(im->op->now_us)),
	    err);

	free(folded);
	if (rc == 0)
		rc = record_created(im->d, im->op, RECORD_EMPLOYEE, id, err);
	return rc != 0 ? rc
	               : import__mark_put(
			     im, in->key, RECORD_EMPLOYEE, id, in->digest, err);
}

static int
update_employee(struct importing *im, const struct import_in *in,
    const struct employee_in *e, const struct mark *mark, struct err *err)
{
	char *folded = records__folded(e->name);
	const struct change all[] = {
	    {"full_name", b_text(e->name)},
	    {"name_folded", b_text(folded)},
	    {"code", b_text(e->code)},
	    {"email", b_text(e->email)},
	    {"phone_number", b_text(e->phone)},
	    {"department", b_text(e->department)},
	    {"job", b_text(e->job)},
	    {"notes", b_text(e->notes.s)},
	};
	struct change c[sizeof(all) / sizeof(all[0])];
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value.kind == BIND_TEXT && all[i].value.n > 0)
			c[n++] = all[i];
	if ((rc = import__restore(im, mark, err)) == 0 &&
	    (rc = record_update(im->d, im->op, RECORD_EMPLOYEE, mark->record_id,
		 0, c, n, NULL, err)) == 0)
		rc = import__mark_put(im, in->key, RECORD_EMPLOYEE,
		    mark->record_id, in->digest, err);
	free(folded);
	return rc;
}

/* One that was made some other way, or by another source, has the code. */
static int
by_code(struct importing *im, const char *code, struct mark *mark,
    enum import_step *step, struct err *err)
{
	int rc;

	if (code[0] == '\0')
		return 0;
	rc = db_int(im->d->db, &mark->record_id,
	    "SELECT id FROM employees WHERE tenant_id = $1 AND code = $2"
	    " AND code <> '' AND deleted_at IS NULL",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(code)), err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	*step = STEP_CHANGED;
	mark->kind = RECORD_EMPLOYEE;
	str_copy(mark->digest, sizeof(mark->digest), "-");
	return 0;
}

int
import__employee(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err)
{
	struct employee_in e = {.code = ""};
	struct mark mark;
	int rc;

	rc = import__step(im, in, RECORD_EMPLOYEE, &mark, step, err);
	if (rc != 0 || *step == STEP_UNCHANGED || *step == STEP_KEPT)
		return rc;
	str_init(&e.notes);
	rc = parse_employee(im, in, &e, err);
	if (rc == 0 && *step == STEP_NEW)
		rc = by_code(im, e.code, &mark, step, err);
	if (rc == 0 && im->op != NULL)
		rc = *step == STEP_NEW
		         ? insert_employee(im, in, &e, err)
		         : update_employee(im, in, &e, &mark, err);
	str_free(&e.notes);
	return rc;
}
