/*
 * form - query strings and urlencoded bodies, strictly.
 */
#include "syncd/http/form.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FORM_TEXT_MAX ((size_t)16 * 1024 * 1024)

bool
form_is_text(const char *s, size_t n)
{
	return memchr(s, '\0', n) == NULL && utf8_valid(s, n);
}

/* Decode into dst, at most n bytes and a NUL; SIZE_MAX for a bad escape. */
static size_t
unescape(char *dst, const char *s, size_t n, bool plus_is_space)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '+' && plus_is_space)
			c = ' ';
		else if (c == '%') {
			if (n - i < 3 || !hex_decode(&c, 1, s + i + 1, 2))
				return SIZE_MAX;
			i += 2;
		}
		dst[len++] = c;
	}
	dst[len] = '\0';
	return len;
}

bool
form_decode_segment(char *dst, const char *s, size_t n)
{
	size_t len = unescape(dst, s, n, false);

	if (len == SIZE_MAX || !form_is_text(dst, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)dst[i];

		if (c < 0x20 || c == 0x7f || c == '/')
			return false;
	}
	return strcmp(dst, ".") != 0 && strcmp(dst, "..") != 0;
}

/* Decode one name or value to *at, and move *at behind its NUL. */
static const char *
take_text(char **at, const char *s, size_t n)
{
	char *text = *at;
	size_t len = unescape(text, s, n, true);

	if (len == SIZE_MAX || !form_is_text(text, len))
		return NULL;
	*at += len + 1;
	return text;
}

static int
add_field(
    struct form *form, char **at, const char *s, size_t n, struct err *err)
{
	const char *equals = memchr(s, '=', n);
	size_t name_len = equals == NULL ? n : (size_t)(equals - s);
	struct form_field field = {NULL, ""};

	if (form->count == FORM_FIELDS_MAX)
		return err_set(err, OD_ELIMIT,
		    "a form may have at most %d fields", FORM_FIELDS_MAX);
	field.name = take_text(at, s, name_len);
	if (equals != NULL)
		field.value = take_text(at, equals + 1, n - name_len - 1);
	if (field.name == NULL || field.value == NULL)
		return err_set(err, OD_EDATA,
		    "field %zu of the form is not well encoded",
		    form->count + 1);
	form->fields[form->count++] = field;
	return 0;
}

int
form_parse(const char *s, size_t n, struct form *form, struct err *err)
{
	char *at;
	size_t i = 0;
	int rc = 0;

	*form = (struct form)FORM_INIT;
	if (n > FORM_TEXT_MAX)
		return err_set(err, OD_ELIMIT, "the form is too large");
	/* Decoding never grows; each field adds two ends, '&' and '=' go. */
	form->text = xmalloc(n + 2);
	form->fields = xcalloc(FORM_FIELDS_MAX, sizeof(*form->fields));
	at = form->text;
	while (i < n && rc == 0) {
		const char *end = memchr(s + i, '&', n - i);
		size_t len = end == NULL ? n - i : (size_t)(end - (s + i));

		if (len > 0)
			rc = add_field(form, &at, s + i, len, err);
		i += len + 1;
	}
	if (rc != 0)
		form_clear(form);
	return rc;
}

void
form_clear(struct form *form)
{
	free(form->fields);
	free(form->text);
	*form = (struct form)FORM_INIT;
}

const char *
form_get(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return form->fields[i].value;
	return NULL;
}
