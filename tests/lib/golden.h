/*
 * golden - compare a painted stack of screens with a kept file.
 *
 * tests/golden/SCREEN.CASE.LANG.WxH.txt holds the text of the canvas, an
 * empty line, and a grid of role letters (theme.h).  A monochrome file ends
 * in .mono.txt and shows attributes instead: B bold, D dim, U underlined,
 * R reversed, b bold and underlined, r bold and reversed.  A test never
 * writes unless GOLDEN_UPDATE=1: then only what differs, with the difference
 * printed.  Call from the repository's root; fix the clock before.
 */
#ifndef TESTS_LIB_GOLDEN_H
#define TESTS_LIB_GOLDEN_H

#include "common/i18n.h"
#include "tui/screen.h"

enum golden_flags {
	GOLDEN_MONO = 1,
	GOLDEN_PLAIN = 2, /* for screen readers; the file ends in .plain.txt */
};

/*
 * Set the language (telling the screens), paint ui at w x h and compare; a
 * difference fails the running test.  English is set again afterwards.
 */
void golden_check(struct ui *ui, const char *screen, const char *name,
    enum lang lang, int w, int h, unsigned flags);

/* Press keys by name, separated by blanks: "j j Enter gg C-k". */
void golden_keys(struct ui *ui, const char *keys);
/* Type a text, character by character. */
void golden_type(struct ui *ui, const char *text);

#endif
