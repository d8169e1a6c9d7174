/*
 * search_words - words in a folded text, as the engines' indexes see them; for
 * texts that were found some other way.
 */
#ifndef DB_ENGINE_SEARCH_WORDS_H
#define DB_ENGINE_SEARCH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a word begins with so many bytes; whole: and ends there. */
bool search_has_word(const char *text, const char *word, size_t n, bool whole);
/*
 * Whether a text has all words of a query, the last one as far as it is typed.
 * Both are folded; false when the query has no word.
 */
bool search_has_words(const char *text, const char *folded);

#endif
