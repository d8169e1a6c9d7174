/* input - what a request brings, checked against its row; see call.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "syncd/api/call.h"
#include <string.h>
#include <strings.h>

static int
fail(struct api_fault *f, int status, const char *name, const char *field)
{
	f->status = status;
	f->name = name;
	(void)str_copy(f->field, sizeof(f->field), field);
	return OD_EUSAGE;
}

static const struct api_value *
find(const struct api_value *values, const struct api_field *fields,
    size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &values[i];
	BUG("no field %s", name);
}

const struct api_value *
api_query(const struct api_call *c, const char *name)
{
	return find(c->query, c->route->query, c->route->query_count, name);
}

const struct api_value *
api_body(const struct api_call *c, const char *name)
{
	return find(c->body, c->route->body, c->route->body_count, name);
}

const char *
api_text(const struct api_value *v, const char *otherwise)
{
	return v->is_there && v->s != NULL ? v->s : otherwise;
}

int64_t
api_number(const struct api_value *v, int64_t otherwise)
{
	return v->is_there && !v->is_null ? v->i : otherwise;
}

/* ---- one value ---- */

static int
take_words(
    const struct api_field *f, const char *s, int64_t *out, struct err *err)
{
	struct str all = STR_INIT;

	for (int64_t i = 0; f->words[i] != NULL; i++) {
		if (strcmp(f->words[i], s) == 0) {
			*out = i;
			str_free(&all);
			return 0;
		}
		str_addf(&all, i > 0 ? ", %s" : "%s", f->words[i]);
	}
	err_set(err, OD_EDATA, "%s is one of: %s", f->name, all.s);
	str_free(&all);
	return OD_EDATA;
}

static int
check_length(const struct api_field *f, const char *s, struct err *err)
{
	size_t n = strlen(s);

	if (n > (size_t)f->max)
		return err_set(err, OD_EDATA, "%s has at most %lld bytes",
		    f->name, (long long)f->max);
	if (n < (size_t)f->min)
		return err_set(err, OD_EDATA, "%s is empty", f->name);
	return 0;
}

static int
check_range(const struct api_field *f, int64_t i, struct err *err)
{
	if (i >= f->min && i <= f->max)
		return 0;
	return err_set(err, OD_EDATA, "%s is a whole number from %lld to %lld",
	    f->name, (long long)f->min, (long long)f->max);
}

static int
refuse_list(const struct api_field *f, struct err *err)
{
	return err_set(err, OD_EDATA,
	    "%s is a JSON array of %lld to %lld whole numbers", f->name,
	    (long long)f->min, (long long)f->max);
}

static int
check_list(const struct api_field *f, const struct json *list, struct err *err)
{
	int64_t unused;

	if (json_type(list) != JSON_ARRAY ||
	    (int64_t)json_size(list) < f->min ||
	    (int64_t)json_size(list) > f->max)
		return refuse_list(f, err);
	for (const struct json *e = json_first(list); e != NULL;
	     e = json_next(e))
		if (!json_as_int64(e, &unused))
			return refuse_list(f, err);
	return 0;
}

static int
refuse_flag(const struct api_field *f, struct err *err)
{
	return err_set(err, OD_EDATA, "%s is true or false", f->name);
}

static int
refuse_items(const struct api_field *f, struct err *err)
{
	return err_set(err, OD_EDATA,
	    "%s is a JSON array of %lld to %lld values", f->name,
	    (long long)f->min, (long long)f->max);
}

/* From a query, a form, or a JSON string. */
static int
take_text(const struct api_field *f, const char *s, struct api_value *v,
    struct err *err)
{
	switch (f->type) {
	case API_TEXT:
		v->s = s;
		return check_length(f, s, err);
	case API_TIME:
		if (clock_parse_rfc3339(s, &v->i) == 0)
			return 0;
		return err_set(err, OD_EDATA,
		    "%s is a time like 2026-11-21T09:30:00Z", f->name);
	case API_WORD:
		return take_words(f, s, &v->i, err);
	case API_NUMBER:
		if (!str_to_int64(s, INT64_MIN, INT64_MAX, &v->i))
			v->i = f->min > INT64_MIN ? f->min - 1 : f->max;
		return check_range(f, v->i, err);
	case API_MAP:
		return err_set(err, OD_EDATA, "%s is a JSON object", f->name);
	case API_LIST:
		return refuse_list(f, err);
	case API_FLAG:
		v->i = strcmp(s, "true") == 0;
		return v->i == 1 || strcmp(s, "false") == 0
		           ? 0
		           : refuse_flag(f, err);
	case API_ITEMS:
		return refuse_items(f, err);
	}
	return 0;
}

/* In JSON a number is a number and a flag a flag. */
static int
take_json(const struct api_field *f, const struct json *j, struct api_value *v,
    struct err *err)
{
	const char *s = json_as_string(j);

	if (json_type(j) == JSON_NULL && (f->flags & API_NULL) != 0) {
		v->is_null = true;
		return 0;
	}
	switch (f->type) {
	case API_NUMBER:
		if (!json_as_int64(j, &v->i))
			return err_set(err, OD_EDATA,
			    "%s is a whole number from %lld to %lld", f->name,
			    (long long)f->min, (long long)f->max);
		return check_range(f, v->i, err);
	case API_MAP:
		v->map = j;
		if (json_type(j) != JSON_OBJECT)
			return err_set(
			    err, OD_EDATA, "%s is a JSON object", f->name);
		return 0;
	case API_LIST:
		v->map = j;
		return check_list(f, j, err);
	case API_FLAG:
		v->i = json_as_bool(j);
		return json_type(j) == JSON_BOOL ? 0 : refuse_flag(f, err);
	case API_ITEMS:
		v->map = j;
		return json_type(j) == JSON_ARRAY &&
		               (int64_t)json_size(j) >= f->min &&
		               (int64_t)json_size(j) <= f->max
		           ? 0
		           : refuse_items(f, err);
	case API_TEXT:
	case API_TIME:
	case API_WORD:
		break;
	}
	if (s == NULL)
		return err_set(err, OD_EDATA, "%s is a text", f->name);
	return take_text(f, s, v, err);
}

static int
check_all(const struct api_field *fields, size_t count,
    const struct api_value *values, struct api_fault *f, int status,
    struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if ((fields[i].flags & API_REQUIRED) == 0 || values[i].is_there)
			continue;
		err_set(err, OD_EDATA, "%s is missing", fields[i].name);
		return fail(f, status, status == 422 ? "bad-data" : "usage",
		    fields[i].name);
	}
	return 0;
}

/* Index of a name, -1 for one that is not known. */
static int
index_of(const struct api_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int
refuse_unknown(
    struct api_fault *f, int status, const char *name, struct err *err)
{
	err_set(err, OD_EDATA, "%s is not known here", name);
	return fail(f, status, status == 422 ? "bad-data" : "usage", name);
}

/* ---- query and form ---- */

/* In the form's own text. */
static void
unix_lines(const struct form *form, const char *value)
{
	char *to = form->text + (value - form->text);

	for (const char *p = to; *p != '\0'; p++)
		if (p[0] != '\r' || p[1] != '\n')
			*to++ = *p;
	*to = '\0';
}

static int
take_form(const struct form *form, const struct api_field *fields, size_t count,
    struct api_value *values, struct api_fault *f, int status, struct err *err)
{
	const char *name = status == 422 ? "bad-data" : "usage";

	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *ff = &form->fields[i];
		int at = index_of(fields, count, ff->name);

		if (at < 0)
			return refuse_unknown(f, status, ff->name, err);
		if (values[at].is_there) {
			err_set(err, OD_EDATA, "%s is there twice", ff->name);
			return fail(f, status, name, ff->name);
		}
		/* An input of a page that was left empty. */
		if (status == 422 && ff->value[0] == '\0' &&
		    fields[at].type != API_TEXT)
			continue;
		values[at].is_there = true;
		/* A browser ends lines in its own way. */
		if (status == 422)
			unix_lines(form, ff->value);
		if (take_text(&fields[at], ff->value, &values[at], err) != 0)
			return fail(f, status, name, ff->name);
	}
	return check_all(fields, count, values, f, status, err);
}

int
api_take_query(
    struct api_call *c, const char *text, struct api_fault *f, struct err *err)
{
	if (form_parse(text, strlen(text), &c->query_form, err) != 0)
		return fail(f, 400, "malformed", "");
	return take_form(&c->query_form, c->route->query, c->route->query_count,
	    c->query, f, 400, err);
}

/* ---- body ---- */

static bool
is_type(const char *type, const char *wanted)
{
	size_t n = strlen(wanted);

	return type != NULL && strncasecmp(type, wanted, n) == 0 &&
	       strchr(" \t;", type[n]) != NULL;
}

static int
take_object(struct api_call *c, struct api_fault *f, struct err *err)
{
	const struct api_route *r = c->route;

	if (json_type(c->doc) != JSON_OBJECT) {
		err_set(err, OD_EDATA, "The body is a JSON object");
		return fail(f, 422, "bad-data", "");
	}
	for (const struct json *m = json_first(c->doc); m != NULL;
	     m = json_next(m)) {
		const char *name = json_name(m);
		int at = index_of(r->body, r->body_count, name);

		if (at < 0)
			return refuse_unknown(f, 422, name, err);
		c->body[at].is_there = true;
		if (take_json(&r->body[at], m, &c->body[at], err) != 0)
			return fail(f, 422, "bad-data", name);
	}
	return check_all(r->body, r->body_count, c->body, f, 422, err);
}

static int
parse_json(struct api_call *c, const void *body, size_t len,
    struct api_fault *f, struct err *err)
{
	int rc = json_parse(body, len, &json_limits_api, &c->doc, err);

	if (rc == OD_ELIMIT)
		return fail(f, 413, "content-too-large", "");
	return rc != 0 ? fail(f, 400, "malformed", "") : take_object(c, f, err);
}

int
api_take_body(struct api_call *c, const char *type, const void *body,
    size_t len, struct api_fault *f, struct err *err)
{
	const struct api_route *r = c->route;

	if (r->route.body_max == 0)
		return 0;
	if (len == 0 && type == NULL)
		return check_all(r->body, r->body_count, c->body, f, 422, err);
	if (is_type(type, "application/json"))
		return parse_json(c, body, len, f, err);
	if ((r->flags & API_FORM) == 0 ||
	    !is_type(type, "application/x-www-form-urlencoded")) {
		err_set(err, OD_EUSAGE,
		    "Send the body as Content-Type: application/json");
		return fail(f, 415, "unsupported-media-type", "");
	}
	if (form_parse(body, len, &c->form, err) != 0)
		return fail(f, 400, "malformed", "");
	return take_form(
	    &c->form, r->body, r->body_count, c->body, f, 422, err);
}

/* ---- If-Match ---- */

/* The next of "1", W/"2", "x"; false at what is none.  *s moves behind it. */
static bool
next_tag(const char **s, bool *is_weak, const char **tag, size_t *n)
{
	const char *p = *s + strspn(*s, " \t,");

	*is_weak = strncmp(p, "W/", 2) == 0;
	p += *is_weak ? 2 : 0;
	if (*p != '"')
		return false;
	*tag = ++p;
	*n = strcspn(p, "\"");
	if (p[*n] != '"')
		return false;
	p += *n + 1;
	p += strspn(p, " \t");
	if (*p != ',' && *p != '\0')
		return false;
	*s = p;
	return true;
}

bool
api_if_match_is_good(const char *header)
{
	const char *tag;
	bool is_weak;
	size_t n;

	if (strcmp(header, "*") == 0)
		return true;
	do
		if (!next_tag(&header, &is_weak, &tag, &n))
			return false;
	while (header[strspn(header, " \t,")] != '\0');
	return true;
}

bool
api_matches(const struct api_call *c, int64_t version)
{
	const char *s = c->if_match, *tag;
	char wanted[24];
	bool is_weak;
	size_t n;

	if (s[0] == '\0' || strcmp(s, "*") == 0)
		return true;
	str_format(wanted, sizeof(wanted), "%lld", (long long)version);
	while (next_tag(&s, &is_weak, &tag, &n))
		if (!is_weak && n == strlen(wanted) &&
		    memcmp(tag, wanted, n) == 0)
			return true;
	return false;
}

/* ---- where a list goes on ---- */

void
api_cursor(char out[API_CURSOR_SIZE], int64_t key, int64_t id)
{
	str_format(out, API_CURSOR_SIZE, "%llx-%llx", (unsigned long long)key,
	    (unsigned long long)id);
}

static bool
take_hex(const char **s, int64_t *out)
{
	uint64_t v = 0;
	size_t n = strspn(*s, "0123456789abcdef");

	if (n == 0 || n > 16)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = (*s)[i];

		v = v * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*out = (int64_t)v;
	*s += n;
	return v <= INT64_MAX;
}

int
api_cursor_read(
    const struct api_value *v, int64_t *key, int64_t *id, struct err *err)
{
	const char *s = v->s;

	*key = *id = 0;
	if (!v->is_there)
		return 0;
	if (take_hex(&s, key) && *s++ == '-' && take_hex(&s, id) && *s == '\0')
		return 0;
	return err_set(err, OD_EUSAGE,
	    "cursor is what next_cursor said; begin without one");
}
