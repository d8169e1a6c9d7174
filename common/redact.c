/* redact - see redact.h. */
#include "common/redact.h"
#include <stdbool.h>
#include <string.h>

#define DIGITS_MIN 7 /* the shortest telephone number that is kept back */
#define GAP_MAX    2 /* between two digits of one number: ") " */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

static bool
is_local(char c)
{
	return is_letter(c) || is_digit(c) || (c != '\0' && strchr("._%+-", c));
}

static bool
is_domain(char c)
{
	return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

/* The bytes of the address that begins here, 0 if none does. */
static size_t
mail_at(const char *s, size_t n)
{
	size_t i = 0, domain, dot = 0;

	while (i < n && is_local(s[i]))
		i++;
	if (i == 0 || i == n || s[i] != '@')
		return 0;
	domain = ++i;
	while (i < n && is_domain(s[i]))
		i++;
	while (i > domain && (s[i - 1] == '.' || s[i - 1] == '-'))
		i--;
	for (size_t k = domain + 1; k < i; k++)
		if (s[k] == '.')
			dot = k;
	return dot != 0 ? i : 0;
}

/* As mail_at, of a number. */
static size_t
number_at(const char *s, size_t n)
{
	size_t i = 0, digits = 0, end = 0, gap = 0;

	if (s[0] == '+' || s[0] == '(')
		i++;
	else if (!is_digit(s[0]))
		return 0;
	for (; i < n && gap <= GAP_MAX; i++)
		if (is_digit(s[i])) {
			digits++;
			end = i + 1;
			gap = 0;
		} else if (strchr(" .-()", s[i]) != NULL && s[i] != '\0') {
			gap++;
		} else {
			break;
		}
	return digits >= DIGITS_MIN ? end : 0;
}

void
redact(struct str *out, const char *s, size_t n)
{
	size_t i = 0, span;
	char before = ' ';

	while (i < n) {
		const char *word = NULL;

		if (!is_local(before) && (span = mail_at(s + i, n - i)) > 0)
			word = "[mail]";
		else if (!is_digit(before) &&
			 (span = number_at(s + i, n - i)) > 0)
			word = "[number]";
		if (word != NULL) {
			str_add(out, word);
			i += span;
		} else {
			str_addc(out, s[i++]);
		}
		before = s[i - 1];
	}
}
