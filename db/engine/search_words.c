/* search_words - see search_words.h. */
#include "db/engine/search_words.h"
#include "common/utf8.h"
#include <string.h>

/* Whether a word may begin after cp: what is no letter and no digit. */
static bool
ends_word(uint32_t cp)
{
	if (cp < 0x80)
		return !((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9'));
	return cp < 0xc0 || (cp >= 0x2000 && cp < 0x2070);
}

bool
search_has_word(const char *text, const char *word, size_t n, bool whole)
{
	for (const char *at = text;
	     (at = memmem(at, strlen(at), word, n)) != NULL; at += n) {
		size_t here = (size_t)(at - text), back = here;
		uint32_t cp = ' ';

		while (back > 0 && (back == here || ((unsigned char)text[back] &
							0xc0) == 0x80))
			back--;
		if (here > 0)
			utf8_decode(text + back, here - back, &cp);
		if (!ends_word(cp))
			continue;
		if (!whole || at[n] == '\0')
			return true;
		utf8_decode(at + n, strlen(at + n), &cp);
		if (ends_word(cp))
			return true;
	}
	return false;
}

static bool
is_no_word(const char *s, size_t n)
{
	uint32_t cp;

	for (size_t i = 0; i < n; i += utf8_decode(s + i, n - i, &cp)) {
		utf8_decode(s + i, n - i, &cp);
		if (!ends_word(cp))
			return false;
	}
	return true;
}

bool
search_has_words(const char *text, const char *folded)
{
	static const char spaces[] = " \t\r\n\f\v";
	int words = 0;
	uint32_t cp;

	for (const char *w = folded + strspn(folded, spaces); *w != '\0';) {
		size_t n = strcspn(w, spaces);
		const char *next = w + n + strspn(w + n, spaces);
		bool begun = *next == '\0' && utf8_decode(w, n, &cp) < n;

		if (!is_no_word(w, n)) {
			if (!search_has_word(text, w, n, !begun))
				return false;
			words++;
		}
		w = next;
	}
	return words > 0;
}
