/*
 * json_out - the writer of common/json.h.
 */
#include "common/json.h"
#include "common/clock.h"
#include "common/utf8.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add_quoted(struct str *out, const char *s, size_t n)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char into[] = "\"\\bfnrt";
	size_t plain = 0, i = 0;

	str_addc(out, '"');
	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		uint32_t cp;
		size_t used = 1;
		const char *hit;

		if (c >= 0x80)
			used = utf8_decode(s + i, n - i, &cp);
		if ((c >= 0x20 && c < 0x80 && c != '"' && c != '\\') ||
		    used > 1) {
			i += used;
			continue;
		}
		str_addn(out, s + plain, i - plain);
		hit = c ? strchr(from, c) : NULL;
		if (c >= 0x80)
			str_add(out, "\xEF\xBF\xBD");
		else if (hit)
			str_addf(out, "\\%c", into[hit - from]);
		else
			str_addf(out, "\\u%04x", c);
		plain = ++i;
	}
	str_addn(out, s + plain, n - plain);
	str_addc(out, '"');
}

/* The comma and the name that come before a value. */
static void
begin(struct json_out *w, const char *name)
{
	uint64_t bit = UINT64_C(1) << w->depth;

	BUG_ON((name != NULL) != ((w->is_object & bit) != 0));
	if (w->has_item & bit) {
		BUG_ON(w->depth == 0); /* a second document */
		str_addc(w->out, ',');
	}
	w->has_item |= bit;
	if (name) {
		add_quoted(w->out, name, strlen(name));
		str_addc(w->out, ':');
	}
}

static void
open_level(struct json_out *w, const char *name, char opening)
{
	uint64_t bit;

	begin(w, name);
	BUG_ON(w->depth >= JSON_MAX_DEPTH);
	str_addc(w->out, opening);
	bit = UINT64_C(1) << ++w->depth;
	w->has_item &= ~bit;
	w->is_object &= ~bit;
	if (opening == '{')
		w->is_object |= bit;
}

void
json_out_init(struct json_out *w, struct str *out)
{
	w->out = out;
	w->depth = 0;
	w->has_item = 0;
	w->is_object = 0;
}

void
json_out_object(struct json_out *w, const char *name)
{
	open_level(w, name, '{');
}

void
json_out_array(struct json_out *w, const char *name)
{
	open_level(w, name, '[');
}

void
json_out_end(struct json_out *w, char closing)
{
	bool is_object = (w->is_object & (UINT64_C(1) << w->depth)) != 0;

	BUG_ON(w->depth == 0);
	BUG_ON(closing != (is_object ? '}' : ']'));
	str_addc(w->out, closing);
	w->depth--;
}

void
json_out_string(struct json_out *w, const char *name, const char *s)
{
	json_out_stringn(w, name, s, s ? strlen(s) : 0);
}

void
json_out_stringn(struct json_out *w, const char *name, const char *s, size_t n)
{
	if (!s) {
		json_out_null(w, name);
		return;
	}
	begin(w, name);
	add_quoted(w->out, s, n);
}

void
json_out_int(struct json_out *w, const char *name, int64_t v)
{
	begin(w, name);
	str_addf(w->out, "%" PRId64, v);
}

void
json_out_double(struct json_out *w, const char *name, double v)
{
	char digits[40];

	if (!isfinite(v)) {
		json_out_null(w, name);
		return;
	}
	begin(w, name);
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, v);
		/* the same bits, so that -0 stays -0 */
		/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*) */
		if (memcmp(&(double){strtod(digits, NULL)}, &v, sizeof(v)) == 0)
			break;
	}
	str_add(w->out, digits);
}

void
json_out_bool(struct json_out *w, const char *name, bool v)
{
	begin(w, name);
	str_add(w->out, v ? "true" : "false");
}

void
json_out_null(struct json_out *w, const char *name)
{
	begin(w, name);
	str_add(w->out, "null");
}

void
json_out_time(struct json_out *w, const char *name, int64_t us)
{
	char text[RFC3339_SIZE];

	if (us == 0) {
		json_out_null(w, name);
		return;
	}
	clock_format_rfc3339(text, us);
	json_out_string(w, name, text);
}

void
json_out_raw(struct json_out *w, const char *name, const char *json)
{
	begin(w, name);
	str_add(w->out, json);
}

void
json_tame(struct str *out, const char *json, size_t n)
{
	const char *at = json, *end = json + n;

	while (at < end) {
		uint32_t cp;
		size_t len = utf8_decode(at, (size_t)(end - at), &cp);
		bool plain = cp < 0x7f || (!utf8_cp_is_control(cp) &&
					      !utf8_cp_is_invisible(cp));

		if (plain)
			str_addn(out, at, len);
		else if (cp < 0x10000)
			str_addf(out, "\\u%04x", cp);
		else
			str_addf(out, "\\u%04x\\u%04x",
			    0xd800u + ((cp - 0x10000) >> 10),
			    0xdc00u + ((cp - 0x10000) & 0x3ff));
		at += len;
	}
}
