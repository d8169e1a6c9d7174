/*
 * search_postgres - full text with tsvector and a GIN index.
 *
 * The index is on a column that the server makes from scope and text, so
 * there is nothing to keep beside the rows.  Words of a query are quoted
 * lexemes: nothing in them can be an operator.
 *
 * The index knows no order: a word that a tenth of all rows have is read for
 * all of them before the newest is known.  So the newest rows are looked
 * through first, and the index is asked for what fills no page there, which
 * then is rare.  A sum in ORDER BY keeps the server from guessing which of
 * the two it is: it guesses once for all words, and thinks that new rows are
 * like old ones.  A place is a record's number among its kind, whose unique
 * index gives them in that order, and a row's number among all.
 */
#include "common/utf8.h"
#include "db/engine/engine.h"
#include <string.h>

#define WORDS_MAX 16 /* of one query; what comes after is ignored */

static void
quote(struct str *out, const char *word, size_t n)
{
	str_addc(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '\'' || word[i] == '\\')
			str_addc(out, word[i]);
		str_addc(out, word[i]);
	}
	str_addc(out, '\'');
}

/* A prefix of one letter would read the whole index. */
static bool
may_be_prefix(const char *word, size_t n)
{
	uint32_t cp;

	return utf8_decode(word, n, &cp) < n;
}

/*
 * As the schema makes the index: a to z, digits, and letters beyond ASCII but
 * not its punctuation and pictures.
 */
static bool
is_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
	return (cp >= 0xc0 && cp < 0x2000) || (cp >= 0x2c00 && cp < 0x3000) ||
	       (cp >= 0x3040 && cp < 0xfe00) ||
	       (cp >= 0xfe10 && cp < 0x1f000) || cp >= 0x1fb00;
}

static size_t
word_len(const char *s)
{
	size_t n = 0;
	uint32_t cp;

	while (s[n] != '\0') {
		size_t step = utf8_decode(s + n, strlen(s + n), &cp);

		if (!is_word(cp))
			break;
		n += step;
	}
	return n;
}

static bool
has_no_word(const char *s)
{
	while (*s != '\0' && word_len(s) == 0)
		s++;
	return *s == '\0';
}

static void
add_scope(struct str *out, const char *scope)
{
	str_add(out, "'@");
	str_add(out, scope); /* letters and digits */
	str_addc(out, '\'');
}

static void
pattern(
    struct str *out, const char *scope, const char *folded, size_t prefix_max)
{
	const char *s = folded;
	int words = 0;

	str_clear(out);
	add_scope(out, scope);
	while (*s != '\0' && words < WORDS_MAX) {
		size_t n = word_len(s);
		size_t skip = n > 0 ? n : 1;

		if (n > 0) {
			bool last = has_no_word(s + n);

			if (last && prefix_max > 0 && n > prefix_max)
				n = prefix_max;
			str_add(out, " & ");
			quote(out, s, n);
			if (last && may_be_prefix(s, n))
				str_add(out, ":*");
			words++;
		}
		s += skip;
	}
	if (words == 0) { /* finds nothing */
		str_add(out, " & !");
		add_scope(out, scope);
	}
}

#define FOUND "SELECT kind, record_id, "

const struct engine_search engine_search_postgres = {
    .find = {FOUND "id, text FROM search_texts WHERE tenant_id = $4 "
		   "AND words @@ CAST($1 AS tsquery) AND id + 0 < $2 "
		   "ORDER BY id + 0 DESC LIMIT $3",
	FOUND "record_id, text FROM search_texts WHERE tenant_id = $4 "
	      "AND words @@ CAST($1 AS tsquery) AND record_id + 0 < $2 "
	      "ORDER BY record_id + 0 DESC LIMIT $3"},
    .find_recent = {FOUND "id, text FROM (SELECT * FROM search_texts "
			  "WHERE id < $2 ORDER BY id DESC LIMIT $5) newest "
			  "WHERE tenant_id = $4 "
			  "AND words @@ (SELECT CAST($1 AS tsquery)) "
			  "ORDER BY id DESC LIMIT $3",
	FOUND "record_id, text FROM (SELECT * FROM search_texts "
	      "WHERE kind = $6 AND record_id < $2 "
	      "ORDER BY record_id DESC LIMIT $5) newest "
	      "WHERE tenant_id = $4 AND words @@ (SELECT CAST($1 AS tsquery)) "
	      "ORDER BY record_id DESC LIMIT $3"},
    .has = "EXISTS (SELECT 1 FROM search_texts x WHERE x.kind = $? "
	   "AND x.record_id = t.id AND x.tenant_id = t.tenant_id "
	   "AND x.words @@ CAST($? AS tsquery))",
    .place = "SELECT record_id FROM search_texts "
	     "WHERE tenant_id = $1 AND kind = $2 AND record_id = $3",
    .pattern = pattern,
};
