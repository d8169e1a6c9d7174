/* guide_template - see guide_template.h. */
#include "kb/guide_template.h"
#include "common/i18n.h"
#include "kb/guide_gap.h"
#include "kb/guide_value.h"
#include <string.h>

#define TEMPLATE_VARIABLES GUIDE_MAX_VARIABLES

static int
parse(const char *text, const char *label, struct json **doc, struct err *err)
{
	const char *s = text != NULL && text[0] != '\0' ? text : "[]";
	int rc = json_parse(s, strlen(s), &json_limits_api, doc, err);

	if (rc == 0 && json_type(*doc) != JSON_ARRAY) {
		json_free(doc);
		rc = err_set(err, OD_EDATA, "%s are a JSON list", label);
	}
	return rc;
}

/* Both documents. */
struct parsed {
	struct json *variables, *steps; /* owned */
};

static void
parsed_free(struct parsed *p)
{
	json_free(&p->variables);
	json_free(&p->steps);
}

static bool
is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= GUIDE_MAX_NAME && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static const struct json *
variable(const struct json *variables, const char *name, size_t n)
{
	for (const struct json *v = json_first(variables); v != NULL;
	     v = json_next(v)) {
		const char *s = json_string(v, "name");

		if (s != NULL && strlen(s) == n && memcmp(s, name, n) == 0)
			return v;
	}
	return NULL;
}

static enum guide_variable_type
type_of(const struct json *v)
{
	const char *type = json_string(v, "type");

	return type == NULL || type[0] == '\0' ? GUIDE_TEXT
	                                       : guide_value_type(type);
}

static int
check_variable(
    const struct json *variables, const struct json *v, struct err *err)
{
	const char *name = json_string(v, "name");

	if (name == NULL || !is_name(name))
		return err_set(err, OD_EDATA,
		    "A variable needs a name of letters a-z, digits and"
		    " \"_\", a letter first");
	if (variable(variables, name, strlen(name)) != v)
		return err_set(
		    err, OD_EDATA, "The variable %s is there twice", name);
	if (type_of(v) == GUIDE_TYPE_COUNT)
		return err_set(err, OD_EDATA,
		    "The variable %s is of no type that there is: text,"
		    " number, date, email, phone, choice, yes_no",
		    name);
	if (type_of(v) == GUIDE_CHOICE && json_size(json_get(v, "choices")) < 2)
		return err_set(err, OD_EDATA,
		    "The variable %s needs choices, two at least", name);
	return 0;
}

/* Every {{name}} of a value and of what is in it, as deep as was read. */
static int
/* NOLINTNEXTLINE(misc-no-recursion) */
check_texts(
    const struct json *variables, const struct json *value, struct err *err)
{
	const char *text = json_as_string(value), *name;
	size_t at = 0, begin = 0, n = 0;
	int rc = 0;

	while (
	    text != NULL && guide_next_variable(text, &at, &begin, &name, &n))
		if (variable(variables, name, n) == NULL)
			return err_set(err, OD_EDATA,
			    "{{%.*s}} is none of the variables",
			    (int)(n < 60 ? n : 60), name);
	for (const struct json *e = json_first(value); rc == 0 && e != NULL;
	     e = json_next(e))
		rc = check_texts(variables, e, err);
	return rc;
}

static int
check(const struct parsed *p, struct err *err)
{
	int rc = 0;

	if (json_size(p->variables) > TEMPLATE_VARIABLES)
		return err_set(err, OD_ELIMIT,
		    "A template has at most %d variables", TEMPLATE_VARIABLES);
	for (const struct json *v = json_first(p->variables);
	     rc == 0 && v != NULL; v = json_next(v))
		rc = check_variable(p->variables, v, err);
	if (rc == 0 && json_size(p->steps) == 0)
		rc = err_set(err, OD_EDATA, "The template needs steps");
	return rc != 0 ? rc : check_texts(p->variables, p->steps, err);
}

static int
read_both(
    const char *variables, const char *steps, struct parsed *p, struct err *err)
{
	int rc;

	p->variables = p->steps = NULL;
	if ((rc = parse(variables, _("Variables"), &p->variables, err)) == 0 &&
	    (rc = parse(steps, _("Steps"), &p->steps, err)) == 0)
		rc = check(p, err);
	if (rc != 0)
		parsed_free(p);
	return rc;
}

int
template_check(const char *variables, const char *steps, struct err *err)
{
	struct parsed p;
	int rc = read_both(variables, steps, &p, err);

	if (rc == 0)
		parsed_free(&p);
	return rc;
}

/* ---- with values ---- */

struct render {
	const struct json *variables;
	const struct template_value *values;
	size_t count;
	struct json_out out;
};

/* "" also for one of blanks alone, which says as little. */
static const char *
value_of(const struct render *r, const char *name, size_t n)
{
	for (size_t i = r->count; i > 0; i--) {
		const char *value = r->values[i - 1].value;

		if (strlen(r->values[i - 1].name) == n &&
		    memcmp(r->values[i - 1].name, name, n) == 0)
			return value[strspn(value, " \t\r\n")] != '\0' ? value
			                                               : "";
	}
	return "";
}

static bool
is_choice(const struct json *v, const char *value)
{
	for (const struct json *c = json_first(json_get(v, "choices"));
	     c != NULL; c = json_next(c))
		if (str_equal(json_as_string(c), value))
			return true;
	return false;
}

static bool
is_yes_no(const char *value)
{
	static const char *const words[] = {"yes", "no", "sí", "si"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], value) == 0)
			return true;
	return false;
}

static bool
fits(const struct json *v, const char *value)
{
	switch (type_of(v)) {
	case GUIDE_CHOICE:
		return is_choice(v, value);
	case GUIDE_YES_NO:
		return is_yes_no(value);
	case GUIDE_TEXT:
	case GUIDE_NUMBER:
	case GUIDE_DATE:
	case GUIDE_EMAIL:
	case GUIDE_PHONE:
	case GUIDE_TYPE_COUNT:
		break;
	}
	return guide_value_is(type_of(v), value);
}

static int
check_values(const struct render *r, struct err *err)
{
	for (size_t i = 0; i < r->count; i++)
		if (variable(r->variables, r->values[i].name,
			strlen(r->values[i].name)) == NULL)
			return err_set(err, OD_EDATA,
			    "This template has no variable \"%s\"",
			    r->values[i].name);
	for (const struct json *v = json_first(r->variables); v != NULL;
	     v = json_next(v)) {
		const char *name = json_string(v, "name");
		const char *value = value_of(r, name, strlen(name));

		if (value[0] == '\0' && json_bool(v, "required"))
			return err_set(err, OD_EDATA,
			    "\"%s\" is needed and not filled in", name);
		if (value[0] != '\0' && !fits(v, value))
			return err_set(err, OD_EDATA, "\"%s\" wants %s", name,
			    guide_value_words(type_of(v)));
	}
	return 0;
}

static void
put_text(struct render *r, const char *name, const char *text)
{
	size_t at = 0, done = 0, begin = 0, n = 0;
	struct str filled = STR_INIT;
	const char *word;

	while (guide_next_variable(text, &at, &begin, &word, &n)) {
		const char *value = value_of(r, word, n);

		str_addn(&filled, text + done, begin - done);
		str_add(&filled, value);
		done = at;
		if (value[0] == '\0')
			done += guide_close_gap(&filled, text + at);
		at = done;
	}
	str_add(&filled, text + done);
	json_out_string(&r->out, name, filled.s != NULL ? filled.s : "");
	str_free(&filled);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as was read */
put(struct render *r, const char *name, const struct json *value)
{
	struct str plain = STR_INIT;

	switch (json_type(value)) {
	case JSON_STRING:
		put_text(r, name, json_as_string(value));
		return;
	case JSON_ARRAY:
	case JSON_OBJECT: {
		bool list = json_type(value) == JSON_ARRAY;

		if (list)
			json_out_array(&r->out, name);
		else
			json_out_object(&r->out, name);
		for (const struct json *e = json_first(value); e != NULL;
		     e = json_next(e))
			put(r, json_name(e), e);
		json_out_end(&r->out, list ? ']' : '}');
		return;
	}
	case JSON_NULL:
	case JSON_BOOL:
	case JSON_NUMBER:
		break;
	}
	json_print(value, &plain);
	json_out_raw(&r->out, name, plain.s);
	str_free(&plain);
}

int
template_render(const char *variables, const char *steps,
    const struct template_value *values, size_t count, struct str *out,
    struct err *err)
{
	struct render r = {.values = values, .count = count};
	struct parsed p;
	int rc;

	if ((rc = read_both(variables, steps, &p, err)) != 0)
		return rc;
	r.variables = p.variables;
	if ((rc = check_values(&r, err)) == 0) {
		json_out_init(&r.out, out);
		put(&r, NULL, p.steps);
	}
	parsed_free(&p);
	return rc;
}
