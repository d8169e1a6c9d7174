/* replies_fill - variables in canned replies; see replies.h. */
#include "common/str.h"
#include "db/records/replies.h"
#include <string.h>

const char *const reply_variables[] = {
    [REPLY_CONTACT_NAME] = "contact.name",
    [REPLY_COMPANY_NAME] = "company.name",
    [REPLY_TICKET_NUMBER] = "ticket.number",
    [REPLY_TICKET_SUBJECT] = "ticket.subject",
    [REPLY_OPERATOR_NAME] = "operator.name",
    [REPLY_VARIABLE_COUNT] = NULL,
};

const char *
reply_variable_next(const char *text, const char **end)
{
	const char *open = strstr(text, "{{"), *close;

	if (open == NULL || (close = strstr(open + 2, "}}")) == NULL)
		return NULL;
	/* "{{ a {{b}}": the innermost one is meant. */
	for (const char *p = open + 1; p + 1 < close; p++)
		if (p[0] == '{' && p[1] == '{')
			open = p;
	*end = close + 2;
	return open;
}

/* Blanks around the name do not count. */
static const char *
value_of(const char *open, const char *end,
    const char *const values[REPLY_VARIABLE_COUNT])
{
	const char *from = open + 2, *to = end - 2;

	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	for (int i = 0; i < REPLY_VARIABLE_COUNT; i++)
		if (strlen(reply_variables[i]) == (size_t)(to - from) &&
		    memcmp(reply_variables[i], from, (size_t)(to - from)) == 0)
			return values[i];
	return NULL;
}

void
reply_fill(const char *body, const char *const values[REPLY_VARIABLE_COUNT],
    struct str *out)
{
	const char *open, *end, *value;

	while ((open = reply_variable_next(body, &end)) != NULL) {
		str_addn(out, body, (size_t)(open - body));
		value = value_of(open, end, values);
		if (value != NULL && value[0] != '\0')
			str_add(out, value);
		else
			str_addn(out, open, (size_t)(end - open));
		body = end;
	}
	str_add(out, body);
}

void
reply_fill_from(
    const char *body, const struct reply_values *values, struct str *out)
{
	const char *of[REPLY_VARIABLE_COUNT];

	for (int i = 0; i < REPLY_VARIABLE_COUNT; i++)
		of[i] = values->of[i];
	reply_fill(body, of, out);
}

bool
reply_unfilled(const char *text, size_t *at, struct str *names)
{
	const char *p = text, *open, *end;
	bool found = false;

	while ((open = reply_variable_next(p, &end)) != NULL) {
		struct str name = STR_INIT;

		str_addn(&name, open, (size_t)(end - open));
		if (!found)
			*at = (size_t)(open - text);
		if (!found || strstr(names->s, name.s) == NULL) {
			str_add(names, found ? ", " : "");
			str_add(names, name.s);
		}
		found = true;
		str_free(&name);
		p = end;
	}
	return found;
}
