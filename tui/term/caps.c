/* caps - see caps.h. */
#include "tui/term/caps.h"

#include <ncurses.h>
#include <string.h>
#include <term.h>

static const char *
capability(const char *name)
{
	const char *s = tigetstr(name);

	return s == NULL || s == (const char *)-1 ? "" : s;
}

/* But for the pauses that real terminals once needed: "$<5>". */
static bool
is_like(const char *s, const char *wanted)
{
	while (*s != '\0') {
		if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL) {
			s = strchr(s, '>') + 1;
			continue;
		}
		if (*s++ != *wanted++)
			return false;
	}
	return *wanted == '\0';
}

static bool
is_like_with(const char *name, int a, int b, const char *wanted)
{
	const char *s = capability(name);

	return s[0] != '\0' && is_like(tiparm(s, a, b), wanted);
}

static bool
moves_and_erases(void)
{
	return is_like_with("cup", 4, 9, "\033[5;10H") &&
	       is_like_with("cuf", 7, 0, "\033[7C") &&
	       is_like(capability("el"), "\033[K") &&
	       is_like(capability("ed"), "\033[J") &&
	       is_like(capability("cr"), "\r") &&
	       is_like(capability("ind"), "\n") &&
	       (!tigetflag("am") || tigetflag("xenl"));
}

static bool
has_colours(enum theme_depth depth)
{
	if (depth == THEME_MONO)
		return true;
	return is_like_with("setaf", 5, 0, "\033[35m") &&
	       is_like_with("setab", 5, 0, "\033[45m") &&
	       is_like(capability("op"), "\033[39;49m") &&
	       (depth != THEME_256 ||
		   (is_like_with("setaf", 200, 0, "\033[38;5;200m") &&
		       is_like_with("setab", 200, 0, "\033[48;5;200m")));
}

static unsigned
attributes(void)
{
	return (is_like(capability("bold"), "\033[1m") ? ATTR_BOLD : 0u) |
	       (is_like(capability("dim"), "\033[2m") ? ATTR_DIM : 0u) |
	       (is_like(capability("smul"), "\033[4m") ? ATTR_UNDERLINE : 0u) |
	       (is_like(capability("rev"), "\033[7m") ? ATTR_REVERSE : 0u);
}

bool
caps_for_paint(enum theme_depth depth, struct paint_options *o)
{
	const char *show = capability("cnorm"), *hide = capability("civis");

	if (!moves_and_erases() || !has_colours(depth) ||
	    strstr(show, "$<") != NULL || strstr(hide, "$<") != NULL)
		return false;
	*o = (struct paint_options){.depth = depth,
	    .attrs = attributes(),
	    .erases_colour = tigetflag("bce") > 0,
	    .erases_cells = is_like_with("ech", 7, 0, "\033[7X"),
	    .scrolls = is_like_with("csr", 4, 9, "\033[5;10r") &&
	               is_like(capability("ri"), "\033M"),
	    .show = show,
	    .hide = hide};
	return true;
}
