/*
 * w_bar - title, hints, notices.
 */
#include "tui/widgets/w_bar.h"

#include "common/i18n.h"
#include "common/text.h"
#include "tui/widgets/textpos.h"

#include <string.h>

#define TOAST_ROWS 3

/*
 * Drop from the end what does not fit in so many cells, of parts with two
 * blanks between them; the first one stays, cut or not.  Returns its cells.
 */
static int
keep_whole(char *text, int cells)
{
	char *last = NULL;
	int all;

	for (char *p = strstr(text, "  "); p != NULL; p = strstr(p + 2, "  ")) {
		if (canvas_cells(text, (size_t)(p - text)) > cells)
			break;
		last = p;
	}
	if (last != NULL)
		*last = '\0';
	all = canvas_cells(text, strlen(text));
	return all < cells ? all : cells;
}

void
w_bar_title(struct canvas *c, int y, const char *left, const char *right,
    bool rehearsal)
{
	char safe[512], title[512];
	int x = 1, room, most;

	canvas_fill(c, 0, y, c->w, ROLE_TITLE);
	if (rehearsal) {
		const char *badge = _("REHEARSAL");

		canvas_char(c, 0, y, ROLE_REHEARSAL, ' ');
		x += canvas_text(c, 1, y, -1, ROLE_REHEARSAL, badge);
		canvas_char(c, x, y, ROLE_REHEARSAL, ' ');
		x += 2;
	}
	text_safe_buf(safe, sizeof safe, right);
	text_safe_buf(title, sizeof title, left);
	room = canvas_cells(safe, strlen(safe));
	/* Half of it, or what the title leaves. */
	most = c->w - x - 2 - canvas_cells(title, strlen(title));
	if (most < c->w / 2)
		most = c->w / 2;
	if (room > most)
		room = keep_whole(safe, most);
	if (room > 0)
		canvas_field(c, c->w - room - 1, y, room, ALIGN_RIGHT,
		    ROLE_TITLE, safe, true);
	canvas_text(c, x, y, c->w - x - room - 2, ROLE_TITLE, title);
}

/* What a key does in a dialog is to take what it asks for. */
static const char *
label_of(const struct ui *ui, const struct command *cmd)
{
	const struct screen *top = ui_top(ui);
	const char *now = top != NULL && top->ops->label != NULL
	                      ? top->ops->label(top, cmd)
	                      : NULL;

	if (now != NULL)
		return now;
	if (cmd->nav == NAV_OPEN && top != NULL && top->ops->modal)
		return _("Accept");
	/* Lists are filtered, a page of text is searched. */
	if (cmd->nav == NAV_FILTER && top != NULL && top->ops->modal)
		return _("Search");
	if (cmd->nav == NAV_NEXT && top != NULL && top->ops->modal)
		return _("Next field");
	return _(cmd->label);
}

/* "n New ticket  "; false when it does not fit before limit. */
static bool
draw_hint(struct ui *ui, struct canvas *c, int *x, int limit, int y,
    const struct command *cmd)
{
	char keys[KEY_NAME_SIZE * 2];
	const char *label = label_of(ui, cmd);
	int need;

	ui_keys_of(ui, cmd->name, keys, sizeof keys);
	if (keys[0] == '\0' || ui_types(ui, keys))
		return true;
	need = canvas_cells(keys, strlen(keys)) + 1 +
	       canvas_cells(label, strlen(label)) + 2;
	if (*x + need > limit)
		return false;
	*x += canvas_outside(c, *x, y, -1, ROLE_KEY, keys, strlen(keys)) + 1;
	*x += canvas_text(c, *x, y, -1, ROLE_HINT, label) + 2;
	return true;
}

static int
cells_of(struct ui *ui, const char *name)
{
	const struct command *cmd = commands_get(ui_commands(ui), name);
	char keys[KEY_NAME_SIZE * 2];
	const char *label;

	if (cmd == NULL)
		return 0;
	label = label_of(ui, cmd);
	ui_keys_of(ui, name, keys, sizeof keys);
	return canvas_cells(keys, strlen(keys)) +
	       canvas_cells(label, strlen(label)) + 3;
}

/*
 * What every screen has: dialog and gate have neither help nor palette; in text
 * "?" is only a character.
 */
static size_t
general_hints(const struct screen *top, const char *const **names)
{
	static const char *const general[] = {"help.show", "palette.open"};
	static const char *const typing[] = {"move.back", "palette.open"};

	*names = general;
	if (top == NULL || top->ops->modal || top->ops->gate)
		return 0;
	if (top->ops->wants_text != NULL && top->ops->wants_text(top))
		*names = typing;
	return 2;
}

void
w_bar_hints(struct ui *ui, struct canvas *c, int y)
{
	const struct screen *top = ui_top(ui);
	const char *const *general, *names = NULL;
	size_t general_count = general_hints(top, &general);
	int x = 1, limit = c->w;
	char name[64];

	canvas_fill(c, 0, y, c->w, ROLE_HINT);
	for (size_t i = 0; i < general_count; i++)
		limit -= cells_of(ui, general[i]);
	if (top != NULL && top->ops->hints != NULL)
		names = top->ops->hints(top);
	while (names != NULL && *names != '\0') {
		const struct command *cmd;
		size_t n;

		names += strspn(names, " ");
		n = strcspn(names, " ");
		str_format(name, sizeof name, "%.*s", (int)n, names);
		names += n;
		cmd = commands_get(ui_commands(ui), name);
		if (cmd == NULL || ui_refusal(ui, cmd) != NULL)
			continue;
		if (!draw_hint(ui, c, &x, limit, y, cmd))
			break;
	}
	for (size_t i = 0; i < general_count; i++) {
		const struct command *cmd =
		    commands_get(ui_commands(ui), general[i]);

		if (cmd != NULL)
			draw_hint(ui, c, &x, c->w + 1, y, cmd);
	}
}

void
w_bar_toast(struct canvas *c, int y, enum toast kind, const char *text)
{
	static const enum role roles[] = {
	    [TOAST_INFO] = ROLE_INFO,
	    [TOAST_OK] = ROLE_OK,
	    [TOAST_WARNING] = ROLE_WARNING,
	    [TOAST_ERROR] = ROLE_ERROR,
	};
	size_t n = strlen(text), at = 0, next, len;
	int w = c->w - 2, rows;

	if (n == 0 || w < 1)
		return;
	rows = (int)wrap_count(text, n, w);
	if (rows > TOAST_ROWS)
		rows = TOAST_ROWS;
	for (int i = 0; i < rows && at < n; i++) {
		int row = y - rows + 1 + i;

		len = wrap_row(text + at, n - at, w, &next);
		/* The last row shows by its ellipsis that more follows. */
		if (i == rows - 1)
			len = n - at;
		canvas_fill(c, 0, row, c->w, roles[kind]);
		canvas_textn(c, 1, row, w, roles[kind], text + at, len);
		at += next;
	}
}
