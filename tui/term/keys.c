/*
 * keys - names of keys.
 */
#include "tui/term/keys.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/text.h"
#include "common/utf8.h"

#include <string.h>

struct key_name {
	const char *name;
	enum key_code code;
	uint32_t cp;
	unsigned mods;
};

/* A code's first row is the name that is written. */
static const struct key_name names[] = {
    {"Enter", KC_ENTER, 0, 0},
    {"Esc", KC_ESC, 0, 0},
    {"Tab", KC_TAB, 0, 0},
    {"Space", KC_CHAR, ' ', 0},
    {"Backspace", KC_BACKSPACE, 0, 0},
    {"Delete", KC_DELETE, 0, 0},
    {"Insert", KC_INSERT, 0, 0},
    {"Up", KC_UP, 0, 0},
    {"Down", KC_DOWN, 0, 0},
    {"Left", KC_LEFT, 0, 0},
    {"Right", KC_RIGHT, 0, 0},
    {"Home", KC_HOME, 0, 0},
    {"End", KC_END, 0, 0},
    {"PageUp", KC_PAGE_UP, 0, 0},
    {"PageDown", KC_PAGE_DOWN, 0, 0},
    {"Less", KC_CHAR, '<', 0}, /* these two inside sequences only */
    {"Greater", KC_CHAR, '>', 0},
};

struct key
key_char(uint32_t cp)
{
	return (struct key){.cp = cp, .code = KC_CHAR};
}

struct key
key_named(enum key_code code, unsigned mods)
{
	return (struct key){.code = code, .mods = mods};
}

bool
key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->cp == b->cp && a->mods == b->mods;
}

bool
key_is_text(const struct key *k)
{
	return k->code == KC_CHAR && (k->mods & (KM_CTRL | KM_META)) == 0 &&
	       k->cp >= 0x20 && k->cp != 0x7f &&
	       !(k->cp >= 0x80 && k->cp < 0xa0);
}

static bool
find_named(const char *s, size_t n, struct key *out)
{
	int64_t number;
	char digits[4];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strlen(names[i].name) != n ||
		    memcmp(names[i].name, s, n) != 0)
			continue;
		*out = (struct key){names[i].cp, names[i].code, names[i].mods};
		return true;
	}
	if (n < 2 || n > 3 || s[0] != 'F')
		return false;
	memcpy(digits, s + 1, n - 1);
	digits[n - 1] = '\0';
	if (!str_to_int64(digits, 1, 12, &number))
		return false;
	*out = key_named((enum key_code)(KC_F1 + number - 1), 0);
	return true;
}

/* Ctrl takes what a terminal can send with it: letters and [ \ ] ^ _ Space. */
static bool
ctrl_fits(const struct key *k)
{
	if (k->code != KC_CHAR)
		return true;
	return (k->cp >= 'a' && k->cp <= 'z') || k->cp == ' ' ||
	       (k->cp >= '[' && k->cp <= '_');
}

static bool
parse_n(const char *s, size_t n, struct key *out)
{
	unsigned mods = 0;
	uint32_t cp;

	while (n > 2 && s[1] == '-') {
		unsigned mod;

		if (s[0] == 'C')
			mod = KM_CTRL;
		else if (s[0] == 'M')
			mod = KM_META;
		else if (s[0] == 'S')
			mod = KM_SHIFT;
		else
			break;
		if ((mods & mod) != 0)
			return false;
		mods |= mod;
		s += 2;
		n -= 2;
	}
	if (n == 0)
		return false;
	if (utf8_decode(s, n, &cp) == n) {
		*out = key_char(cp);
		if (cp <= ' ' || !key_is_text(out) ||
		    (cp == UTF8_REPLACEMENT && n == 1))
			return false;
		if ((mods & KM_CTRL) != 0 && cp >= 'A' && cp <= 'Z')
			out->cp = cp + ('a' - 'A');
	} else if (!find_named(s, n, out)) {
		return false;
	}
	out->mods = mods;
	if ((mods & KM_SHIFT) != 0 && out->code == KC_CHAR)
		return false;
	if ((mods & KM_CTRL) != 0 && !ctrl_fits(out))
		return false;
	return true;
}

static int
bad_key(struct err *err, const char *s)
{
	char safe[64];

	text_safe_buf(safe, sizeof safe, s);
	return err_set(err, OD_EDATA,
	    "\"%s\" is no key; write it like j, C-k, F2, Enter or gg", safe);
}

int
key_parse(const char *s, struct key *out, struct err *err)
{
	if (!parse_n(s, strlen(s), out))
		return bad_key(err, s);
	return 0;
}

static void
format_bare(const struct key *k, char *out, size_t size)
{
	char utf8[5];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].code != k->code || names[i].cp != k->cp ||
		    k->cp == '<' || k->cp == '>')
			continue;
		str_copy(out, size, names[i].name);
		return;
	}
	if (k->code >= KC_F1 && k->code <= KC_F12) {
		str_format(out, size, "F%d", (int)k->code - (int)KC_F1 + 1);
		return;
	}
	if (k->code != KC_CHAR) {
		str_copy(out, size, "");
		return;
	}
	utf8[utf8_encode(k->cp, utf8)] = '\0';
	str_copy(out, size, utf8);
}

void
key_format(const struct key *k, char out[KEY_NAME_SIZE])
{
	char bare[16];

	format_bare(k, bare, sizeof bare);
	str_format(out, KEY_NAME_SIZE, "%s%s%s%s",
	    (k->mods & KM_CTRL) != 0 ? "C-" : "",
	    (k->mods & KM_META) != 0 ? "M-" : "",
	    (k->mods & KM_SHIFT) != 0 ? "S-" : "", bare);
}

int
key_parse_sequence(
    const char *s, struct key out[KEY_SEQUENCE_MAX], size_t *n, struct err *err)
{
	size_t len = strlen(s), count = 0, i = 0;

	if (parse_n(s, len, &out[0])) {
		*n = 1;
		return 0;
	}
	while (i < len) {
		const char *end;
		uint32_t cp;
		size_t used;

		if (count == KEY_SEQUENCE_MAX)
			return bad_key(err, s);
		end = s[i] == '<' ? memchr(s + i, '>', len - i) : NULL;
		if (end != NULL && end > s + i + 1) {
			if (!parse_n(s + i + 1, (size_t)(end - s) - i - 1,
				&out[count]))
				return bad_key(err, s);
			i = (size_t)(end - s) + 1;
		} else {
			used = utf8_decode(s + i, len - i, &cp);
			if (!parse_n(s + i, used, &out[count]))
				return bad_key(err, s);
			i += used;
		}
		count++;
	}
	/* A misspelt name ("Entr") must not become four letters. */
	if (count == 0 || (count > 2 && strchr(s, '<') == NULL))
		return bad_key(err, s);
	*n = count;
	return 0;
}

/* "gg", unless that would read as one key ("F1") or as no sequence. */
static bool
can_be_bare(const struct key *keys, size_t n)
{
	char joined[2 * 4 + 1], utf8[5];
	struct key one;

	if (n != 2)
		return false;
	joined[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const struct key *k = &keys[i];

		if (k->code != KC_CHAR || k->mods != 0 || k->cp == ' ' ||
		    k->cp == '<' || k->cp == '>')
			return false;
		utf8[utf8_encode(k->cp, utf8)] = '\0';
		memcpy(joined + strlen(joined), utf8, strlen(utf8) + 1);
	}
	return !parse_n(joined, strlen(joined), &one);
}

void
key_format_sequence(
    const struct key *keys, size_t n, char *out, size_t out_size)
{
	char name[KEY_NAME_SIZE];
	bool bare = n == 1 || can_be_bare(keys, n);
	size_t at = 0;

	str_copy(out, out_size, "");
	for (size_t i = 0; i < n; i++) {
		key_format(&keys[i], name);
		if (!bare && (keys[i].cp == '<' || keys[i].cp == '>'))
			str_format(name, sizeof name, "%s%s",
			    (keys[i].mods & KM_META) != 0 ? "M-" : "",
			    keys[i].cp == '<' ? "Less" : "Greater");
		str_format(out + at, out_size - at, bare ? "%s" : "<%s>", name);
		at += strlen(out + at);
	}
}
