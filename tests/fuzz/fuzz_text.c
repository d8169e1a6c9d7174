/*
 * Fuzz target: the text gate and the walks over UTF-8.  Any input may come;
 * what is promised in text.h and utf8.h must hold, or it aborts.
 */
#include "common/err.h"
#include "common/text.h"
#include "common/utf8.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_safe(const struct str *safe, enum text_kind kind)
{
	uint32_t cp;

	BUG_ON(!utf8_valid(safe->s, safe->len));
	for (size_t at = 0; at < safe->len;) {
		at += utf8_decode(safe->s + at, safe->len - at, &cp);
		if (cp == '\n' && kind == TEXT_BLOCK)
			continue;
		BUG_ON(utf8_cp_is_control(cp));
		BUG_ON(utf8_cp_is_noncharacter(cp));
		BUG_ON(cp != 0x200D && utf8_cp_is_invisible(cp));
	}
}

static void
check_gate(const char *s, size_t n, enum text_kind kind)
{
	struct str once = STR_INIT, twice = STR_INIT;
	char cell[24];
	unsigned flags, again;

	flags = text_safe(&once, s, n, kind);
	BUG_ON(once.len > 4 * n + 4);
	BUG_ON(strlen(once.s) != once.len);
	check_safe(&once, kind);
	again = text_safe(&twice, once.s, once.len, kind);
	BUG_ON(strcmp(once.s, twice.s) != 0);
	/* Only what is still to be seen is still reported. */
	BUG_ON(again != (flags & TEXT_MIXED_SCRIPT));
	text_safe_buf(cell, sizeof(cell), once.s);
	BUG_ON(!utf8_valid(cell, strlen(cell)));
	str_free(&once);
	str_free(&twice);
}

static void
check_fold(const char *s, size_t n)
{
	struct str once = STR_INIT, twice = STR_INIT;

	utf8_fold(&once, s, n);
	BUG_ON(!utf8_valid(once.s, once.len));
	utf8_fold(&twice, once.s, once.len);
	BUG_ON(strcmp(once.s, twice.s) != 0);
	str_free(&once);
	str_free(&twice);
}

static void
check_walk(const char *s, size_t n)
{
	int total = 0, cells, fit_cells;
	size_t at = 0, fit;

	while (at < n) {
		size_t len = utf8_cluster(s + at, n - at, &cells);

		BUG_ON(len == 0 || len > n - at);
		BUG_ON(cells < 0 || cells > 2);
		BUG_ON(utf8_next(s, n, at) != at + len);
		/* Going back is a walk from the line's start: short ones. */
		if (n <= 256)
			BUG_ON(utf8_prev(s, n, at + len) != at);
		at += len;
		total += cells;
	}
	BUG_ON(utf8_width(s, n) != total);
	fit = utf8_fit(s, n, total / 2, &fit_cells);
	BUG_ON(fit > n || fit_cells > total / 2);
	BUG_ON(utf8_width(s, fit) != fit_cells);
	BUG_ON(utf8_fit(s, n, total, &fit_cells) != n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_set_up;
	const char *s = (const char *)data;
	char *number;
	char masked[32];

	if (!is_set_up) {
		utf8_locale_init();
		is_set_up = true;
	}
	check_gate(s, size, TEXT_LINE);
	check_gate(s, size, TEXT_BLOCK);
	check_fold(s, size);
	check_walk(s, size);
	BUG_ON(utf8_valid(s, size) && !utf8_valid(s, utf8_cut(s, size, 9)));
	number = strndup(s, size);
	text_mask_number(masked, sizeof(masked), number);
	BUG_ON(!utf8_valid(masked, strlen(masked)));
	free(number);
	return 0;
}
