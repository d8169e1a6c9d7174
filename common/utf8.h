/*
 * utf8 - decoding, cell widths, grapheme clusters and folding.
 *
 * Widths are those that ncurses uses (wcwidth); LC_CTYPE must be a UTF-8
 * locale, see utf8_locale_init.  Nothing here allocates unless it says so.
 */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDu

/* Set LC_CTYPE from the environment; C.UTF-8 when that is not UTF-8. */
void utf8_locale_init(void);

/*
 * Decode one code point of s[0..n).  Returns the bytes used (1 to 4) and
 * fills *cp; a byte that starts no valid sequence (overlong, surrogate,
 * above U+10FFFF, cut) gives 1 and UTF8_REPLACEMENT.  n must be above 0.
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* Encode cp into out; returns 1 to 4.  An invalid cp gives U+FFFD. */
size_t utf8_encode(uint32_t cp, char out[4]);
bool utf8_valid(const char *s, size_t n);

/* C0, DEL or C1. */
bool utf8_cp_is_control(uint32_t cp);
/*
 * Draws nothing, or turns the text around it: direction marks, zero-width
 * characters (also ZWJ, which is welcome inside emoji), fillers, tags, line
 * and paragraph separators.
 */
bool utf8_cp_is_invisible(uint32_t cp);
/* U+FFFE, U+FFFF and their like, which no text may hold. */
bool utf8_cp_is_noncharacter(uint32_t cp);
/* Combining marks, and Hangul vowels and finals, which join what they follow. */
bool utf8_cp_is_mark(uint32_t cp);
/* Emoji and their like, which ZWJ may join and U+FE0F may colour. */
bool utf8_cp_is_pictograph(uint32_t cp);
/* Letters, marks and digits of any script. */
bool utf8_cp_is_word(uint32_t cp);
/*
 * Cells of a code point: 0, 1 or 2; -1 for a control character.  One that
 * the system's table does not know counts 1.
 */
int utf8_cp_width(uint32_t cp);
/*
 * One grapheme cluster (base plus marks, ZWJ sequences, flags): bytes used,
 * and its cells (0 to 2): the sum of its code points' widths.  Where that
 * would be more than 2 the cluster ends earlier, but for emoji with a skin
 * colour or joined by ZWJ: they are one cluster of 2 cells, and a terminal
 * that cannot join them must be given the first one only.  A control
 * character is a cluster of 0 cells.  n above 0.
 */
size_t utf8_cluster(const char *s, size_t n, int *cells);
/* Cells of a whole string (controls count 0). */
int utf8_width(const char *s, size_t n);
/*
 * Longest prefix of whole clusters, in bytes, that fits into max_cells;
 * *cells gets its width.
 */
size_t utf8_fit(const char *s, size_t n, int max_cells, int *cells);
/*
 * Where the cluster before / after byte offset at begins (for editors); 0
 * and n at the ends.  utf8_prev reads from the start of its line.
 */
size_t utf8_prev(const char *s, size_t n, size_t at);
size_t utf8_next(const char *s, size_t n, size_t at);
/* Largest length <= max that does not cut a UTF-8 sequence. */
size_t utf8_cut(const char *s, size_t n, size_t max);

/*
 * Append the folded form of s: NFKD, case folded, marks stripped, so that
 * "CONEXIÓN Ñandú" gives "conexion nandu".  Invalid bytes become spaces.
 */
void utf8_fold(struct str *out, const char *s, size_t n);
/*
 * Whether a database server takes it: valid, and without a NUL.  What came
 * from outside is not refused for that, so utf8_mend appends it as it would
 * be shown.
 */
bool utf8_is_text(const char *s, size_t n);
void utf8_mend(struct str *out, const char *s, size_t n);

#endif
