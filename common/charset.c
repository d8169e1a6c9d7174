/* charset - see charset.h. */
#include "common/charset.h"
#include "common/utf8.h"
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* clang-format off */
static const struct {
	const char *name; /* as mails say it */
	const char *set;  /* as the C library says it */
} sets[] = {
	{"ansi_x3.4-1968", "WINDOWS-1252"}, {"ascii", "WINDOWS-1252"},
	{"big5", "BIG5-HKSCS"}, {"big5-hkscs", "BIG5-HKSCS"},
	{"cp1250", "WINDOWS-1250"}, {"cp1251", "WINDOWS-1251"},
	{"cp1252", "WINDOWS-1252"}, {"cp437", "IBM437"},
	{"cp850", "IBM850"}, {"cp852", "IBM852"}, {"cp866", "IBM866"},
	{"cp932", "CP932"}, {"cp936", "GBK"}, {"cp949", "UHC"},
	{"euc-jp", "EUC-JP"}, {"euc-kr", "UHC"}, {"gb18030", "GB18030"},
	{"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"ibm437", "IBM437"},
	{"ibm850", "IBM850"}, {"ibm852", "IBM852"},
	{"iso-2022-jp", "ISO-2022-JP"}, {"iso-2022-kr", "ISO-2022-KR"},
	{"iso-8859-1", "WINDOWS-1252"}, {"iso-8859-10", "ISO-8859-10"},
	{"iso-8859-11", "TIS-620"}, {"iso-8859-13", "ISO-8859-13"},
	{"iso-8859-14", "ISO-8859-14"}, {"iso-8859-15", "ISO-8859-15"},
	{"iso-8859-16", "ISO-8859-16"}, {"iso-8859-2", "ISO-8859-2"},
	{"iso-8859-3", "ISO-8859-3"}, {"iso-8859-4", "ISO-8859-4"},
	{"iso-8859-5", "ISO-8859-5"}, {"iso-8859-6", "ISO-8859-6"},
	{"iso-8859-7", "ISO-8859-7"}, {"iso-8859-8", "ISO-8859-8"},
	{"iso-8859-8-i", "ISO-8859-8"}, {"iso-8859-9", "WINDOWS-1254"},
	{"koi8-r", "KOI8-R"}, {"koi8-u", "KOI8-U"},
	{"ks_c_5601-1987", "UHC"}, {"latin1", "WINDOWS-1252"},
	{"macintosh", "MACINTOSH"}, {"shift_jis", "CP932"},
	{"tis-620", "TIS-620"}, {"unicode-1-1-utf-7", "UTF-7"},
	{"us-ascii", "WINDOWS-1252"}, {"utf-16", "UTF-16"},
	{"utf-16be", "UTF-16BE"}, {"utf-16le", "UTF-16LE"},
	{"utf-7", "UTF-7"}, {"windows-1250", "WINDOWS-1250"},
	{"windows-1251", "WINDOWS-1251"}, {"windows-1252", "WINDOWS-1252"},
	{"windows-1253", "WINDOWS-1253"}, {"windows-1254", "WINDOWS-1254"},
	{"windows-1255", "WINDOWS-1255"}, {"windows-1256", "WINDOWS-1256"},
	{"windows-1257", "WINDOWS-1257"}, {"windows-1258", "WINDOWS-1258"},
	{"windows-31j", "CP932"}, {"windows-874", "CP874"},
	{"x-mac-roman", "MACINTOSH"}, {"x-sjis", "CP932"},
};
/* clang-format on */

static const char *
find_set(const char *charset)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strcasecmp(sets[i].name, charset) == 0)
			return sets[i].set;
	return NULL;
}

/* Names that mean UTF-8, and those that mean nothing. */
static bool
is_utf8(const char *charset)
{
	return strcasecmp(charset, "utf-8") == 0 ||
	       strcasecmp(charset, "utf8") == 0 ||
	       strcasecmp(charset, "unicode-1-1-utf-8") == 0;
}

/* What is not of the set is skipped byte by byte. */
static bool
convert(struct str *out, iconv_t cd, const char *s, size_t n)
{
	char *in = (char *)(uintptr_t)s;

	while (n > 0) {
		char piece[4096], *to = piece;
		size_t room = sizeof(piece);
		size_t rc = iconv(cd, &in, &n, &to, &room);
		size_t made = sizeof(piece) - room;

		if (!str_try_reserve(out, made + sizeof(REPLACEMENT)))
			return false;
		str_addn(out, piece, made);
		if (rc == (size_t)-1 && errno != E2BIG) {
			str_add(out, REPLACEMENT);
			in++;
			n--;
		}
	}
	return true;
}

/* Valid, and without NUL, from here to its end. */
static bool
mend(struct str *out, size_t from)
{
	struct str whole = STR_INIT;

	if (utf8_is_text(out->s + from, out->len - from))
		return true;
	if (!str_try_reserve(&whole, (out->len - from) * 3 + 4))
		return false;
	utf8_mend(&whole, out->s + from, out->len - from);
	str_trunc(out, from);
	if (!str_try_reserve(out, whole.len)) {
		str_free(&whole);
		return false;
	}
	str_addn(out, whole.s, whole.len);
	str_free(&whole);
	return true;
}

static bool
add_as_it_is(struct str *out, const char *s, size_t n)
{
	if (!str_try_reserve(out, n))
		return false;
	str_addn(out, s, n);
	return true;
}

bool
charset_add(struct str *out, const char *charset, const char *s, size_t n)
{
	const char *name = charset != NULL ? charset : "";
	const char *set = find_set(name);
	size_t from = out->len;
	iconv_t cd;
	bool ok;

	if (is_utf8(name) || ((set == NULL || strstr(name, "asc") != NULL ||
				  strstr(name, "ASC") != NULL) &&
				 utf8_valid(s, n))) {
		ok = add_as_it_is(out, s, n);
	} else {
		cd = iconv_open("UTF-8", set != NULL ? set : "WINDOWS-1252");
		if (cd == (iconv_t)-1) {
			ok = add_as_it_is(out, s, n);
		} else {
			ok = convert(out, cd, s, n);
			iconv_close(cd);
		}
	}
	if (ok && mend(out, from))
		return true;
	str_trunc(out, from);
	return false;
}
