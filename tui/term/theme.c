/*
 * theme - the role tables.
 */
#include "tui/term/theme.h"

#define DEF (-1)

struct role_row {
	char letter;
	const char *name;
	struct theme_style style[THEME_DEPTH_COUNT]; /* mono, 8, 256 */
};

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

#define B ATTR_BOLD
#define D ATTR_DIM
#define U ATTR_UNDERLINE
#define R ATTR_REVERSE

/* clang-format off */
static const struct role_row rows[ROLE_COUNT] = {
	[ROLE_NORMAL] = {'.', "normal",
	    {{DEF, DEF, 0}, {DEF, DEF, 0}, {DEF, DEF, 0}}},
	[ROLE_TITLE] = {'T', "title",
	    {{DEF, DEF, R}, {WHITE, BLUE, B}, {255, 24, B}}},
	[ROLE_HEADER] = {'H', "header",
	    {{DEF, DEF, U}, {CYAN, DEF, B}, {110, DEF, B}}},
	[ROLE_SELECTED] = {'S', "selected",
	    {{DEF, DEF, R}, {BLACK, CYAN, 0}, {255, 25, 0}}},
	[ROLE_SELECTED_DIM] = {'s', "selected-dim",
	    {{DEF, DEF, U}, {DEF, DEF, U}, {DEF, 238, 0}}},
	[ROLE_MARKED] = {'m', "marked",
	    {{DEF, DEF, B}, {YELLOW, DEF, B}, {221, DEF, B}}},
	[ROLE_UNREAD] = {'U', "unread",
	    {{DEF, DEF, B}, {WHITE, DEF, B}, {231, DEF, B}}},
	[ROLE_MUTED] = {'-', "muted",
	    {{DEF, DEF, D}, {DEF, DEF, D}, {245, DEF, 0}}},
	[ROLE_STRONG] = {'G', "strong",
	    {{DEF, DEF, B}, {DEF, DEF, B}, {DEF, DEF, B}}},
	[ROLE_LINK] = {'L', "link",
	    {{DEF, DEF, U}, {CYAN, DEF, U}, {74, DEF, U}}},
	[ROLE_MATCH] = {'M', "match",
	    {{DEF, DEF, R}, {BLACK, YELLOW, 0}, {16, 220, 0}}},
	[ROLE_OK] = {'o', "ok",
	    {{DEF, DEF, 0}, {GREEN, DEF, 0}, {114, DEF, 0}}},
	[ROLE_INFO] = {'i', "info",
	    {{DEF, DEF, 0}, {CYAN, DEF, 0}, {110, DEF, 0}}},
	[ROLE_WARNING] = {'w', "warning",
	    {{DEF, DEF, B}, {YELLOW, DEF, B}, {214, DEF, B}}},
	[ROLE_DANGER] = {'D', "danger",
	    {{DEF, DEF, B | U}, {RED, DEF, B}, {203, DEF, B}}},
	[ROLE_ERROR] = {'E', "error",
	    {{DEF, DEF, R | B}, {WHITE, RED, B}, {231, 124, B}}},
	[ROLE_INCOMING] = {'c', "incoming",
	    {{DEF, DEF, 0}, {DEF, DEF, 0}, {252, DEF, 0}}},
	[ROLE_OUTGOING] = {'u', "outgoing",
	    {{DEF, DEF, 0}, {CYAN, DEF, 0}, {117, DEF, 0}}},
	[ROLE_NOTE] = {'n', "note",
	    {{DEF, DEF, U}, {YELLOW, DEF, 0}, {222, DEF, 0}}},
	[ROLE_REPLY] = {'r', "reply",
	    {{DEF, DEF, 0}, {GREEN, DEF, 0}, {157, DEF, 0}}},
	[ROLE_BORDER] = {'b', "border",
	    {{DEF, DEF, 0}, {BLUE, DEF, 0}, {240, DEF, 0}}},
	[ROLE_BORDER_FOCUS] = {'B', "border-focus",
	    {{DEF, DEF, B}, {CYAN, DEF, B}, {75, DEF, 0}}},
	[ROLE_NOTE_BORDER] = {'N', "note-border",
	    {{DEF, DEF, R}, {YELLOW, DEF, B}, {214, DEF, B}}},
	[ROLE_REPLY_BORDER] = {'R', "reply-border",
	    {{DEF, DEF, B}, {GREEN, DEF, B}, {77, DEF, B}}},
	[ROLE_KEY] = {'k', "key",
	    {{DEF, DEF, B}, {YELLOW, DEF, B}, {179, DEF, B}}},
	[ROLE_HINT] = {'h', "hint",
	    {{DEF, DEF, 0}, {DEF, DEF, 0}, {250, DEF, 0}}},
	[ROLE_STATUS] = {'t', "status",
	    {{DEF, DEF, R}, {BLACK, WHITE, 0}, {252, 236, 0}}},
	[ROLE_FIELD] = {'f', "field",
	    {{DEF, DEF, U}, {DEF, DEF, U}, {252, 236, 0}}},
	[ROLE_FIELD_FOCUS] = {'F', "field-focus",
	    {{DEF, DEF, U | B}, {DEF, DEF, U | B}, {231, 239, 0}}},
	[ROLE_RECORDING] = {'*', "recording",
	    {{DEF, DEF, R | B}, {WHITE, RED, B}, {231, 160, B}}},
	[ROLE_REHEARSAL] = {'!', "rehearsal",
	    {{DEF, DEF, R | B}, {BLACK, YELLOW, 0}, {16, 214, B}}},
	[ROLE_BADGE] = {'#', "badge",
	    {{DEF, DEF, R}, {BLACK, GREEN, 0}, {16, 114, 0}}},
};
/* clang-format on */

const struct theme_style *
theme_style(enum theme_depth depth, enum role role)
{
	return &rows[role].style[depth];
}

char
theme_letter(enum role role)
{
	return rows[role].letter;
}

const char *
theme_role_name(enum role role)
{
	return rows[role].name;
}
