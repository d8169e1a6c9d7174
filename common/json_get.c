/*
 * json_get - reading a parsed document, and printing it again.
 */
#include "common/json_int.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum json_type
json_type(const struct json *v)
{
	return v ? (enum json_type)v->type : JSON_NULL;
}

const struct json *
json_get(const struct json *v, const char *name)
{
	size_t n = strlen(name);

	if (!v || v->type != JSON_OBJECT)
		return NULL;
	for (v = json_first(v); v; v = json_next(v))
		if (v->name_len == n && memcmp(v->name, name, n) == 0)
			return v;
	return NULL;
}

const struct json *
json_path(const struct json *v, ...)
{
	const char *name;
	va_list ap;

	va_start(ap, v);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is started */
	while (v && (name = va_arg(ap, const char *)) != NULL)
		v = json_get(v, name);
	va_end(ap);
	return v;
}

const char *
json_as_string(const struct json *v)
{
	return v && v->type == JSON_STRING ? v->text : NULL;
}

bool
json_as_int64(const struct json *v, int64_t *out)
{
	return v && v->type == JSON_NUMBER &&
	       str_to_int64(v->text, INT64_MIN, INT64_MAX, out);
}

const char *
json_string(const struct json *v, const char *name)
{
	return json_as_string(json_get(v, name));
}

bool
json_as_bool(const struct json *v)
{
	return v && v->type == JSON_BOOL && v->is_true;
}

bool
json_bool(const struct json *v, const char *name)
{
	return json_as_bool(json_get(v, name));
}

bool
json_int64(const struct json *v, const char *name, int64_t *out)
{
	return json_as_int64(json_get(v, name), out);
}

bool
json_double(const struct json *v, const char *name, double *out)
{
	v = json_get(v, name);
	if (!v || v->type != JSON_NUMBER)
		return false;
	*out = strtod(v->text, NULL);
	return true;
}

bool
json_lax_int64(const struct json *v, const char *name, int64_t *out)
{
	v = json_get(v, name);
	return v && (v->type == JSON_NUMBER || v->type == JSON_STRING) &&
	       str_to_int64(v->text, INT64_MIN, INT64_MAX, out);
}

size_t
json_size(const struct json *v)
{
	return v ? v->count : 0;
}

const struct json *
json_first(const struct json *v)
{
	return v && v->count > 0 ? v + 1 : NULL;
}

const struct json *
json_next(const struct json *element)
{
	return element->next ? element + element->next : NULL;
}

const char *
json_name(const struct json *member)
{
	return member->name;
}

/* As deep as the limits let a document be. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
print(struct json_out *w, const char *name, const struct json *v)
{
	const struct json *child;

	switch ((enum json_type)v->type) {
	case JSON_NULL:
		json_out_null(w, name);
		return;
	case JSON_BOOL:
		json_out_bool(w, name, v->is_true);
		return;
	case JSON_NUMBER:
		json_out_raw(w, name, v->text);
		return;
	case JSON_STRING:
		json_out_stringn(w, name, v->text, v->len);
		return;
	case JSON_ARRAY:
		json_out_array(w, name);
		break;
	case JSON_OBJECT:
		json_out_object(w, name);
		break;
	}
	/* As deep as the reader allowed. */
	for (child = json_first(v); child; child = json_next(child))
		print(w, child->name, child);
	json_out_end(w, v->type == JSON_OBJECT ? '}' : ']');
}

void
json_print(const struct json *v, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	print(&w, NULL, v);
}
