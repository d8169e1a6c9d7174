/*
 * golden - kept screens.
 */
#include "tests/lib/golden.h"

#include "common/fsutil.h"
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOLDEN_DIR "tests/golden"
#define FILE_MAX   (1024 * 1024)

static char
mono_letter(enum role role)
{
	switch (theme_style(THEME_MONO, role)->attrs) {
	case 0:
		return '.';
	case ATTR_BOLD:
		return 'B';
	case ATTR_DIM:
		return 'D';
	case ATTR_UNDERLINE:
		return 'U';
	case ATTR_REVERSE:
		return 'R';
	case ATTR_BOLD | ATTR_UNDERLINE:
		return 'b';
	case ATTR_BOLD | ATTR_REVERSE:
		return 'r';
	default:
		return '?';
	}
}

static void
dump_mono(const struct canvas_grid *grid, struct str *out)
{
	int w, h;

	canvas_grid_size(grid, &w, &h);
	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++)
			str_addc(out,
			    mono_letter(
				(enum role)canvas_grid_cell(grid, x, y)->role));
		str_addc(out, '\n');
	}
}

/* Lines that differ, with their numbers, old and new. */
static void
print_difference(const char *path, const char *old, const char *new)
{
	printf("%s\n", path);
	for (int line = 1; *old != '\0' || *new != '\0'; line++) {
		size_t a = strcspn(old, "\n"), b = strcspn(new, "\n");

		if (a != b || memcmp(old, new, a) != 0)
			printf("%4d - %.*s\n     + %.*s\n", line, (int)a, old,
			    (int)b, new);
		old += a + (old[a] == '\n' ? 1 : 0);
		new += b + (new[b] == '\n' ? 1 : 0);
	}
	fflush(stdout);
}

static void
compare(const char *path, const struct str *now)
{
	const char *update = getenv("GOLDEN_UPDATE");
	struct str kept;
	struct err err = ERR_INIT;
	bool same;

	str_init(&kept);
	if (fs_read(path, FILE_MAX, &kept, &err) != 0)
		str_clear(&kept);
	same = str_equal(kept.s, now->s);
	if (!same)
		print_difference(path, kept.s, now->s);
	str_free(&kept);
	if (same)
		return;
	if (update == NULL || !str_equal(update, "1"))
		fail_msg("%s differs; make golden-update rewrites it", path);
	if (fs_write_atomic(path, now->s, now->len, 0644, &err) != 0)
		fail_msg("%s", err.text);
}

void
golden_check(struct ui *ui, const char *screen, const char *name,
    enum lang lang, int w, int h, unsigned flags)
{
	struct canvas_grid *grid = canvas_grid_new(
	    w, h, (flags & GOLDEN_PLAIN) != 0 ? CANVAS_PLAIN : 0);
	struct str now;
	char path[256];
	int x, y;

	i18n_set_process(lang);
	ui_notify(ui, NOTICE_LANG, 0);
	ui_paint(ui, grid);
	str_init(&now);
	canvas_dump_text(grid, &now);
	str_addc(&now, '\n');
	if ((flags & GOLDEN_MONO) != 0)
		dump_mono(grid, &now);
	else
		canvas_dump_roles(grid, &now);
	if (canvas_grid_cursor(grid, &x, &y))
		str_addf(&now, "\ncursor %d,%d\n", x, y);
	str_format(path, sizeof path, GOLDEN_DIR "/%s.%s.%s.%dx%d%s%s.txt",
	    screen, name, lang_code(lang), w, h,
	    (flags & GOLDEN_MONO) != 0 ? ".mono" : "",
	    (flags & GOLDEN_PLAIN) != 0 ? ".plain" : "");
	canvas_grid_free(&grid);
	i18n_set_process(LANG_EN);
	ui_notify(ui, NOTICE_LANG, 0);
	compare(path, &now);
	str_free(&now);
}

void
golden_keys(struct ui *ui, const char *keys)
{
	char word[64];

	while (*keys != '\0') {
		struct key seq[KEY_SEQUENCE_MAX];
		struct err err = ERR_INIT;
		size_t n = strcspn(keys, " "), count;

		str_format(word, sizeof word, "%.*s", (int)n, keys);
		keys += n;
		keys += strspn(keys, " ");
		if (key_parse_sequence(word, seq, &count, &err) != 0)
			fail_msg("%s", err.text);
		for (size_t i = 0; i < count; i++)
			ui_key(ui, &seq[i]);
	}
}

void
golden_type(struct ui *ui, const char *text)
{
	size_t n = strlen(text), at = 0;

	while (at < n) {
		uint32_t cp;
		struct key k;

		at += utf8_decode(text + at, n - at, &cp);
		k = key_char(cp);
		ui_key(ui, &k);
	}
}
