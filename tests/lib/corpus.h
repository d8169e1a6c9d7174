/*
 * corpus - cases kept as lines of text, one exact expectation each.
 *
 * tests/data/corpus/KIND/FILE.txt holds one case a line:
 *
 *	expected<TAB>name<TAB>input
 *
 * Empty lines and lines that begin with '#' are comments.  All three parts
 * are written with these escapes, and otherwise stand for themselves:
 *
 *	\r \n \t \\	as in C
 *	\xHH		one byte, always two hex digits
 *	\*N{text}	text N times; text may hold the escapes above
 *
 * A name stands once in a file.  To add a case, add a line and run the test.
 */
#ifndef TESTS_LIB_CORPUS_H
#define TESTS_LIB_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

struct corpus_case {
	const char *expected, *name; /* decoded, NUL-terminated */
	const char *input;           /* decoded; NUL-terminated as well */
	size_t len;                  /* of input, which may hold NUL bytes */
	int line;
};

/* What came of a case: written into got, which is compared with expected. */
typedef void (*corpus_fn)(
    const struct corpus_case *c, char *got, size_t got_size);

/*
 * Run fn on every case of tests/data/corpus/FILE.txt; file is "json/texts".
 * Each difference is printed with file and line; the running test fails when
 * there was one, when a line cannot be read, or with fewer cases than least.
 */
void corpus_run(const char *file, size_t least, corpus_fn fn);

#endif
