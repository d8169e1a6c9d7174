/* card_fill - see card_fill.h. */
#include "kb/card_fill.h"
#include "kb/guide.h"
#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct variable {
	const char *name, *label;
	size_t at; /* in struct card_values */
} variables[] = {
	{"product", N_("product"), offsetof(struct card_values, product)},
	{"price", N_("price"), offsetof(struct card_values, price)},
	{"contact", N_("customer's name"), offsetof(struct card_values, contact)},
	{"company", N_("customer's company"), offsetof(struct card_values, company)},
	{"operator", N_("your name"), offsetof(struct card_values, operator_name)},
};
/* clang-format on */

static const struct variable *
find(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (strlen(variables[i].name) == n &&
		    memcmp(variables[i].name, name, n) == 0)
			return &variables[i];
	return NULL;
}

bool
card_variable_known(const char *name, size_t n)
{
	return find(name, n) != NULL;
}

static const char *
value_of(const struct card_values *values, const struct variable *v)
{
	const char *s = NULL;

	if (values != NULL && v != NULL)
		memcpy(&s, (const char *)values + v->at, sizeof(s));
	return s != NULL ? s : "";
}

int
card_fill(const char *text, const struct card_values *values, enum lang lang,
    struct str *out)
{
	size_t at = 0, from = 0, begin, n;
	const char *name;
	int gaps = 0;

	while (guide_next_variable(text, &at, &begin, &name, &n)) {
		const struct variable *v = find(name, n);
		const char *value = value_of(values, v);
		size_t line;

		value += strspn(value, " \t\r\n");
		line = strcspn(value, "\r\n");
		str_addn(out, text + from, begin - from);
		from = at;
		if (line > 0) {
			str_addn(out, value, line);
			continue;
		}
		str_addc(out, '[');
		if (v != NULL)
			str_add(out, tr(lang, v->label));
		else
			str_addn(out, name, n);
		str_addc(out, ']');
		gaps++;
	}
	str_add(out, text + from);
	return gaps;
}
