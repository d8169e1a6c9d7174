/*
 * Forms, path segments, addresses: any bytes, and what must hold of them.
 */
#include "common/err.h"
#include "syncd/http/address.h"
#include "syncd/http/form.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
parse_form(const char *s, size_t n)
{
	struct form form;

	if (form_parse(s, n, &form, NULL) != 0)
		return;
	BUG_ON(form.count > FORM_FIELDS_MAX);
	for (size_t i = 0; i < form.count; i++) {
		const struct form_field *f = &form.fields[i];

		BUG_ON(!form_is_text(f->name, strlen(f->name)));
		BUG_ON(!form_is_text(f->value, strlen(f->value)));
		BUG_ON(form_get(&form, f->name) == NULL);
	}
	form_clear(&form);
}

static void
parse_segment(const char *s, size_t n)
{
	char *dst = malloc(n + 1);

	if (dst != NULL && form_decode_segment(dst, s, n))
		BUG_ON(strlen(dst) > n || strchr(dst, '/') != NULL);
	free(dst);
}

static void
parse_forwarded(const char *s, size_t n)
{
	const struct address_net any = {.bits = 0};
	struct address a = {{0}}, again;
	char *text = strndup(s, n), printed[ADDRESS_TEXT_SIZE];

	if (text != NULL) {
		address_behind(&a, text, &any, 1);
		address_print(&a, printed);
		BUG_ON(!address_parse(printed, strlen(printed), &again));
		BUG_ON(memcmp(&a, &again, sizeof(a)) != 0);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;

	parse_form(s, size);
	parse_segment(s, size);
	parse_forwarded(s, size);
	return 0;
}
