/* oracle - see oracle.h. */
#include "tests/lib/oracle.h"
#include "common/utf8.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SEQUENCE_MAX 256

static bool
wrong(struct oracle *o, const char *what, const char *s, size_t n, size_t at)
{
	char shown[64];
	size_t k = 0, from = at > 8 ? at - 8 : 0;

	for (size_t i = from; i < n && i < at + 12 && k < sizeof(shown) - 5;
	     i++)
		k += (size_t)snprintf(shown + k, sizeof(shown) - k,
		    s[i] >= ' ' && s[i] < 127 ? "%c" : "\\%02x",
		    (unsigned char)s[i]);
	snprintf(
	    o->fault, sizeof(o->fault), "%s at byte %zu: %s", what, at, shown);
	return false;
}

/* Characters that are never drawn: they change how others are shown. */
static bool
is_invisible(uint32_t c)
{
	return c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
	       c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F) ||
	       (c >= 0xFFF9 && c <= 0xFFFB);
}

/* Length of an operating system command up to its end; 0: it has none. */
static size_t
command_length(const char *s, size_t n)
{
	for (size_t i = 2; i < n && i < SEQUENCE_MAX; i++) {
		if (s[i] == '\a')
			return i + 1;
		if (s[i] == '\033')
			return i + 1 < n && s[i + 1] == '\\' ? i + 2 : 0;
	}
	return 0;
}

/* Length of a control sequence of a known kind; 0: it is none. */
static size_t
control_length(const char *s, size_t n)
{
	size_t i = 2;

	while (i < n && i < SEQUENCE_MAX &&
	       strchr("0123456789;:?>!$\"' ", s[i]) != NULL && s[i] != '\0')
		i++;
	if (i < n && s[i] != '\0' &&
	    strchr("@ABCDEFGHJKLMPSTXZ`abcdefghlmnpqrtux", s[i]) != NULL)
		return i + 1;
	return 0;
}

static size_t
sequence_length(const char *s, size_t n)
{
	if (n < 2)
		return 0;
	switch (s[1]) {
	case '[':
		return control_length(s, n);
	case ']':
		return command_length(s, n);
	case '(':
	case ')':
		return n > 2 && strchr("0AB", s[2]) != NULL ? 3 : 0;
	case '=':
	case '>':
	case '7':
	case '8':
	case 'M':
	case 'D':
	case 'E':
	case 'c':
		return 2;
	default:
		return 0;
	}
}

static bool
holds(const char *s, size_t n, const char *marker)
{
	return marker != NULL && memmem(s, n, marker, strlen(marker)) != NULL;
}

bool
oracle_read(struct oracle *o, const char *s, size_t n, bool plain)
{
	uint32_t before = 0;
	size_t i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		size_t len;

		if (c == '\033') {
			len = sequence_length(s + i, n - i);
			if (plain || len == 0)
				return wrong(o, "a strange sequence", s, n, i);
			if (holds(s + i, len, o->marker))
				return wrong(
				    o, "payload in a sequence", s, n, i);
			o->sequences++;
			i += len;
			continue;
		}
		if (c < ' ' || c == 127) {
			if (strchr(plain ? "\n\t\r" : "\a\b\t\n\r\016\017",
				c) == NULL ||
			    c == '\0')
				return wrong(o, "a control", s, n, i);
			i++;
			continue;
		}
		uint32_t cp = 0;

		len = utf8_decode(s + i, n - i, &cp);
		if (len == 0 || (len == 1 && c >= 128))
			return wrong(o, "no UTF-8", s, n, i);
		/* A joiner belongs into an emoji, and nowhere else. */
		if ((cp >= 0x80 && cp < 0xA0) ||
		    (is_invisible(cp) && !(cp == 0x200D && before >= 0x2600)))
			return wrong(o, "an invisible character", s, n, i);
		if (o->is_whole && cp == UTF8_REPLACEMENT)
			return wrong(o, "came past the gate", s, n, i);
		before = cp;
		o->characters++;
		i += len;
	}
	return true;
}
