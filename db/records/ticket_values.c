/* ticket_values - what a ticket says in the tenant's fields; ticket_form.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FOLDED_MAX 200 /* bytes of a value that it is found by */

/* ---- a value as its type says; pure ---- */

/* "-01,50" to "-1.5"; false when it is no number of at most 18 digits. */
static bool
number_value(const char *s, char *out)
{
	bool negative = *s == '-', point = false, digit = false;
	size_t n = 0, digits = 0;

	if (*s == '-' || *s == '+')
		s++;
	if (negative)
		out[n++] = '-';
	while (s[0] == '0' && isdigit((unsigned char)s[1]))
		s++;
	for (; *s != '\0'; s++) {
		if (isdigit((unsigned char)*s)) {
			digit = true;
			if (++digits > 18)
				return false;
			out[n++] = *s;
		} else if ((*s == '.' || *s == ',') && !point && digit) {
			point = true;
			out[n++] = '.';
		} else {
			return false;
		}
	}
	while (point && (out[n - 1] == '0' || out[n - 1] == '.'))
		point = out[--n] != '.';
	out[n] = '\0';
	if (strcmp(out, "-0") == 0)
		str_copy(out, 2, "0");
	return digit;
}

/* One to max digits at *at, which goes behind them, and the mark after them. */
static bool
read_part(const char **at, size_t max, char mark, int *n)
{
	const char *s = *at;

	*n = 0;
	for (; max > 0 && isdigit((unsigned char)*s); max--)
		*n = *n * 10 + (*s++ - '0');
	if (s == *at || *s != mark)
		return false;
	*at = s + (mark != '\0');
	return true;
}

/* "24/12/2026" and "2026-12-24" to the latter. */
static bool
date_value(const char *s, char *out, size_t out_size)
{
	const char *iso = s;
	int year, month, day, m, dd;
	int64_t y;

	if (!(read_part(&iso, 4, '-', &year) &&
		read_part(&iso, 2, '-', &month) &&
		read_part(&iso, 2, '\0', &day)) &&
	    !(read_part(&s, 2, '/', &day) && read_part(&s, 2, '/', &month) &&
		read_part(&s, 4, '\0', &year)))
		return false;
	if (year < 1000 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	clock_date_from_days(
	    clock_days_from_date(year, month, day), &y, &m, &dd);
	if (m != month || dd != day)
		return false;
	return str_format(out, out_size, "%04d-%02d-%02d", year, month, day);
}

static bool
yes_no_value(const char *s, char *out, size_t out_size)
{
	static const char *const yes[] = {"yes", "y", "si", "s", "true", "1"};
	static const char *const no[] = {"no", "n", "false", "0"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (ticket__same_name(yes[i], s))
			return str_copy(out, out_size, "yes");
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (ticket__same_name(no[i], s))
			return str_copy(out, out_size, "no");
	return false;
}

static bool
choice_value(
    const struct ticket_field *f, const char *typed, char *out, size_t out_size)
{
	for (const char *s = f->choices; *s != '\0';) {
		size_t n = strcspn(s, "\n");
		char *choice = xstrndup(s, n);
		bool same = ticket__same_name(choice, typed);

		if (same)
			str_copy(out, out_size, choice);
		free(choice);
		if (same)
			return true;
		s += n + (s[n] == '\n');
	}
	return false;
}

static int
refuse_value(const struct ticket_field *f, const char *typed, struct err *err)
{
	struct str choices = STR_INIT;
	int rc = OD_EDATA;

	switch (f->type) {
	case TICKET_FIELD_NUMBER:
		return err_set(
		    err, rc, "%s: \"%s\" is not a number", f->name, typed);
	case TICKET_FIELD_DATE:
		return err_set(err, rc,
		    "%s: \"%s\" is not a date such as 2026-12-24", f->name,
		    typed);
	case TICKET_FIELD_YES_NO:
		return err_set(err, rc, "%s: \"%s\" is neither yes nor no",
		    f->name, typed);
	case TICKET_FIELD_CHOICE:
		for (const char *s = f->choices; *s != '\0'; s++)
			str_addn(&choices, *s == '\n' ? ", " : s,
			    *s == '\n' ? 2 : 1);
		rc = err_set(err, rc, "%s: \"%s\" is none of its choices: %s",
		    f->name, typed, choices.s);
		str_free(&choices);
		return rc;
	case TICKET_FIELD_TEXT:
	case TICKET_FIELD_TYPE_COUNT:
		break;
	}
	return err_set(err, rc, "%s has no type that is known", f->name);
}

int
ticket_field_value(const struct ticket_field *f, const char *typed,
    char value[TICKET_VALUE_MAX + 1], struct err *err)
{
	char line[TICKET_VALUE_MAX + 1];
	bool ok = false;
	int rc;

	if ((rc = records__fit(f->name, line, sizeof(line), typed, err)) != 0)
		return rc;
	value[0] = '\0';
	if (line[0] == '\0')
		return 0;
	if (f->type == TICKET_FIELD_TEXT)
		ok = str_copy(value, sizeof(line), line);
	else if (f->type == TICKET_FIELD_NUMBER)
		ok = number_value(line, value);
	else if (f->type == TICKET_FIELD_DATE)
		ok = date_value(line, value, sizeof(line));
	else if (f->type == TICKET_FIELD_CHOICE)
		ok = choice_value(f, line, value, sizeof(line));
	else if (f->type == TICKET_FIELD_YES_NO)
		ok = yes_no_value(line, value, sizeof(line));
	return ok ? 0 : refuse_value(f, line, err);
}

/* ---- reading ---- */

void
ticket_values_free(struct ticket_value **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++) {
		ticket_field_clear(&(*rows)[i].field);
		free((*rows)[i].value);
	}
	FREE(rows);
}

static bool
applies(const struct ticket_field *f, const char *category)
{
	return category == NULL || f->category_id == 0 ||
	       strcmp(f->category, category) == 0;
}

/* The fields that a category has, none with a value yet; moved from fields. */
static void
take_fields(struct ticket_field *fields, size_t n, const char *category,
    struct ticket_value **rows, size_t *count)
{
	for (size_t i = 0; i < n; i++) {
		struct ticket_value *v;

		if (!applies(&fields[i], category))
			continue;
		*rows = records__grow(*rows, *count, sizeof(**rows));
		v = &(*rows)[(*count)++];
		v->field = fields[i];
		v->value = xstrdup("");
		fields[i].choices = NULL;
	}
}

static void
fill(struct ticket_value *rows, size_t count, int64_t field_id,
    const char *value)
{
	char clean[TICKET_VALUE_MAX + 1];

	for (size_t i = 0; i < count; i++) {
		struct ticket_value *v = &rows[i];

		if (v->field.id != field_id)
			continue;
		free(v->value);
		v->value = xstrdup(value);
		v->misfit =
		    ticket_field_value(&v->field, value, clean, NULL) != 0;
	}
}

/* As ticket_values, without asking whether the actor may. */
static int
read_values(struct desk *d, int64_t ticket_id, const char *category,
    struct ticket_value **rows, size_t *count, struct err *err)
{
	struct ticket_field *fields;
	struct stmt *st = NULL;
	size_t n;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = ticket__fields(d, &fields, &n, err)) != 0)
		return rc;
	take_fields(fields, n, category, rows, count);
	ticket_field_list_free(&fields, n);
	if (*count == 0 || ticket_id == 0)
		return 0;
	rc = db_query(d->db, &st,
	    "SELECT field_id, value FROM ticket_field_values"
	    " WHERE ticket_id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(ticket_id), b_int(d->actor.tenant_id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		fill(*rows, *count, stmt_int(st, 0), stmt_text(st, 1));
		rc = 0;
	}
	stmt_close(&st);
	if (rc != 0) {
		ticket_values_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
ticket_values(struct desk *d, int64_t ticket_id, const char *category,
    struct ticket_value **rows, size_t *count, struct err *err)
{
	int rc = ticket_id != 0 ? op_read(d, OP_TICKET_READ, ticket_id, err)
	                        : op_may(d, OP_TICKET_READ, 0, err);

	*rows = NULL;
	*count = 0;
	return rc != 0 ? rc
	               : read_values(d, ticket_id, category, rows, count, err);
}

void
ticket_value_json(const struct ticket_value *v, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "key", v->field.key);
	json_out_string(out, "name", v->field.name);
	json_out_string(out, "type", ticket_field_types[v->field.type]);
	json_out_string(out, "value", v->value);
	json_out_bool(out, "misfit", v->misfit);
	json_out_end(out, '}');
}

int
ticket__values_check(struct desk *d, const struct ticket *t, struct err *err)
{
	struct str missing = STR_INIT;
	struct ticket_value *rows;
	size_t count;
	int rc;

	if ((rc = read_values(d, t->id, t->category, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		const struct ticket_value *v = &rows[i];

		if (!v->field.required || (v->value[0] != '\0' && !v->misfit))
			continue;
		str_add(&missing, missing.len > 0 ? ", " : "");
		str_add(&missing, v->field.name);
	}
	if (missing.len > 0)
		rc = err_set(err, OD_EDATA,
		    "Ticket %lld cannot be ended before these fields are"
		    " filled in: %s",
		    (long long)t->number, missing.s);
	str_free(&missing);
	ticket_values_free(&rows, count);
	return rc;
}

/* ---- writing ---- */

/* The beginning of a value, as it is looked for. */
static char *
folded_of(const char *value)
{
	char *folded = records__folded(value);

	folded[utf8_cut(folded, strlen(folded), FOLDED_MAX)] = '\0';
	return folded;
}

static int
insert(struct desk *d, struct op *op, int64_t ticket_id,
    const struct ticket_field *f, const char *value, const char *folded,
    struct err *err)
{
	int64_t id;
	int rc = db_insert(d->db, &id,
	    "INSERT INTO ticket_field_values(tenant_id, ticket_id, field_id,"
	    " value, folded, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $6) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id), b_int(f->id),
		b_text(value), b_text(folded), b_int(op->now_us)),
	    err);

	return rc != 0 ? rc
	               : record_created(d, op, RECORD_FIELD_VALUE, id, err);
}

/* A row for the value is there, perhaps in the trash; 0 when none is. */
static int
find_row(struct desk *d, int64_t ticket_id, int64_t field_id, int64_t *id,
    bool *deleted, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*id = 0;
	rc = db_query(d->db, &st,
	    "SELECT id, deleted_at FROM ticket_field_values"
	    " WHERE ticket_id = $1 AND field_id = $2 AND tenant_id = $3",
	    BINDS(b_int(ticket_id), b_int(field_id), b_int(d->actor.tenant_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*id = stmt_int(st, 0);
		*deleted = !stmt_is_null(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
put_value(struct desk *d, struct op *op, int64_t ticket_id,
    const struct ticket_field *f, const char *value, struct err *err)
{
	char *folded = folded_of(value);
	const struct change c[] = {
	    {"value", b_text(value)}, {"folded", b_text(folded)}};
	bool deleted = false;
	int64_t id;
	int rc;

	rc = find_row(d, ticket_id, f->id, &id, &deleted, err);
	if (rc == 0 && id == 0)
		rc = insert(d, op, ticket_id, f, value, folded, err);
	else if (rc == 0 && deleted)
		rc = record_restore(d, op, RECORD_FIELD_VALUE, id, err);
	if (rc == 0 && id != 0)
		rc = record_update(
		    d, op, RECORD_FIELD_VALUE, id, 0, c, 2, NULL, err);
	free(folded);
	return rc;
}

static struct ticket_value *
find_value(struct ticket_value *rows, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].field.key, key) == 0)
			return &rows[i];
	return NULL;
}

int
ticket__values_put(struct desk *d, struct op *op, int64_t ticket_id,
    const char *category, const struct ticket_given *given, size_t count,
    bool *changed, struct err *err)
{
	char value[TICKET_VALUE_MAX + 1];
	struct ticket_value *rows = NULL;
	size_t n = 0;
	int rc = 0;

	*changed = false;
	if (count > 0)
		rc = read_values(d, ticket_id, category, &rows, &n, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ticket_value *v = find_value(rows, n, given[i].key);

		if (v == NULL) {
			rc = err_set(err, OD_EDATA,
			    "Tickets of this category have no field \"%s\"",
			    given[i].key);
			break;
		}
		/* What does not fit any more stays until it is another one. */
		if (strcmp(v->value, given[i].value) == 0)
			continue;
		rc = ticket_field_value(&v->field, given[i].value, value, err);
		if (rc != 0 || strcmp(v->value, value) == 0)
			continue;
		*changed = true;
		rc = put_value(d, op, ticket_id, &v->field, value, err);
		free(v->value);
		v->value = xstrdup(value);
	}
	ticket_values_free(&rows, n);
	return rc;
}

void
ticket__values_conflict(struct desk *d, int64_t ticket_id,
    const char *category, const struct ticket_given *given, size_t count)
{
	char value[TICKET_VALUE_MAX + 1];
	struct ticket_value *rows;
	bool deleted;
	int64_t id;
	size_t n;

	if (count == 0 ||
	    read_values(d, ticket_id, category, &rows, &n, NULL) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct ticket_value *v = find_value(rows, n, given[i].key);

		if (v == NULL ||
		    ticket_field_value(
			&v->field, given[i].value, value, NULL) != 0 ||
		    strcmp(v->value, value) == 0 ||
		    find_row(d, ticket_id, v->field.id, &id, &deleted, NULL) !=
			0)
			continue;
		conflict_add_own(
		    d, v->field.key, v->field.name, id, value, v->value);
	}
	ticket_values_free(&rows, n);
}
