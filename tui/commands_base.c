/*
 * commands_base - movement, editing, and what every screen has.
 */
#include "common/i18n.h"
#include "tui/screen.h"
#include "tui/screens/dialogs.h"

static unsigned
help_show(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	help_push(ui);
	return REACT_HANDLED;
}

static unsigned
palette_open(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	palette_push(ui);
	return REACT_HANDLED;
}

static unsigned
screen_close(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	return ui_screen(ui, 1) == NULL ? REACT_QUIT : REACT_POP;
}

static unsigned
app_quit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	(void)s;
	(void)cmd;
	return REACT_QUIT;
}

static unsigned
screen_redraw(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	ui_redraw_all(ui);
	return REACT_REFRESH;
}

static unsigned
mouse_toggle(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	ui_toast(ui, TOAST_INFO, "%s",
	    ui_mouse_toggle(ui)
		? _("The mouse belongs to opdesk; the same key gives it back")
		: _("The mouse selects text again"));
	return REACT_REDRAW;
}

static unsigned
app_suspend(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	ui_suspend(ui);
	return REACT_REFRESH;
}

/* clang-format off */
const struct command base_commands[] = {
    {.name = "help.show", .label = N_("Help"), .keys = "global:?",
	.help = N_("Show every key that works here"), .run = help_show},
    {.name = "palette.open", .label = N_("Commands"),
	.keys = "global:: global:C-k",
	.help = N_("Find any command by its name and run it"),
	.run = palette_open},
    {.name = "screen.close", .label = N_("Close"), .keys = "global:q",
	.help = N_("Go back to the screen before; the last one ends opdesk"),
	.run = screen_close},
    {.name = "app.quit", .label = N_("Quit"), .keys = "global:C-q",
	.help = N_("End opdesk; drafts are kept"), .run = app_quit},
    {.name = "screen.redraw", .label = N_("Draw again"),
	.keys = "global:C-l",
	.help = N_("Ask the desk again and send the whole screen"),
	.run = screen_redraw},
    {.name = "mouse.toggle", .label = N_("Mouse on or off"),
	.keys = "global:%",
	.help = N_("Let opdesk or the terminal have the mouse"),
	.run = mouse_toggle},
    {.name = "app.suspend", .label = N_("Suspend"), .keys = "global:C-z",
	.help = N_("Stop opdesk and go to the shell; fg brings it back"),
	.run = app_suspend},
    {.name = "move.up", .label = N_("Up"), .help = N_("Up"),
	.keys = "global:k global:Up", .nav = NAV_UP},
    {.name = "move.down", .label = N_("Down"), .help = N_("Down"),
	.keys = "global:j global:Down", .nav = NAV_DOWN},
    {.name = "move.left", .label = N_("Left"),
	.help = N_("Left, or the pane before"),
	.keys = "global:h global:Left", .nav = NAV_LEFT},
    {.name = "move.right", .label = N_("Right"),
	.help = N_("Right, or the pane after"),
	.keys = "global:l global:Right", .nav = NAV_RIGHT},
    {.name = "move.top", .label = N_("First row"), .help = N_("First row"),
	.keys = "global:gg", .nav = NAV_TOP},
    {.name = "move.bottom", .label = N_("Last row"), .help = N_("Last row"),
	.keys = "global:G", .nav = NAV_BOTTOM},
    {.name = "move.page-up", .label = N_("Page up"), .help = N_("Page up"),
	.keys = "global:PageUp global:C-b", .nav = NAV_PAGE_UP},
    {.name = "move.page-down", .label = N_("Page down"),
	.help = N_("Page down"),
	.keys = "global:PageDown global:C-f", .nav = NAV_PAGE_DOWN},
    {.name = "move.home", .label = N_("Beginning"),
	.help = N_("Beginning of the line or list"),
	.keys = "global:Home edit:C-a", .nav = NAV_HOME},
    {.name = "move.end", .label = N_("End"),
	.help = N_("End of the line or list"),
	.keys = "global:End edit:C-e", .nav = NAV_END},
    {.name = "move.open", .label = N_("Open"),
	.help = N_("Open the selected row, or take what was typed"),
	.keys = "global:Enter", .nav = NAV_OPEN},
    {.name = "move.back", .label = N_("Back"),
	.help = N_("Leave the field, the filter or the screen"),
	.keys = "global:Esc", .nav = NAV_BACK},
    {.name = "move.next", .label = N_("Next pane or field"),
	.help = N_("Next pane or field"), .keys = "global:Tab",
	.nav = NAV_NEXT},
    {.name = "move.previous", .label = N_("Pane or field before"),
	.help = N_("Pane or field before"), .keys = "global:S-Tab",
	.nav = NAV_PREV},
    {.name = "move.mark", .label = N_("Mark"),
	.help = N_("Mark the row, to act on several at once"),
	.keys = "global:Space", .nav = NAV_MARK},
    {.name = "move.filter", .label = N_("Filter"),
	.help = N_("Filter or search as you type; it stays until cleared"),
	.keys = "global:/", .nav = NAV_FILTER},
    {.name = "move.find-next", .label = N_("Next match"),
	.help = N_("Next match"), .keys = "global:C-n",
	.nav = NAV_FIND_NEXT},
    {.name = "move.find-previous", .label = N_("Match before"),
	.help = N_("Match before"), .keys = "global:C-p",
	.nav = NAV_FIND_PREV},
    {.name = "edit.accept", .label = N_("Send or save"),
	.help = N_("Take the text or form as it is"), .keys = "edit:C-s",
	.nav = NAV_ACCEPT},
    {.name = "edit.word-left", .label = N_("Word left"),
	.help = N_("Word left"), .keys = "edit:C-Left edit:M-b",
	.nav = NAV_WORD_LEFT},
    {.name = "edit.word-right", .label = N_("Word right"),
	.help = N_("Word right"), .keys = "edit:C-Right edit:M-f",
	.nav = NAV_WORD_RIGHT},
    {.name = "edit.backspace", .label = N_("Delete before"),
	.help = N_("Delete the character before the cursor"),
	.keys = "edit:Backspace edit:C-h", .nav = NAV_BACKSPACE},
    {.name = "edit.delete", .label = N_("Delete"),
	.help = N_("Delete the character under the cursor"),
	.keys = "edit:Delete edit:C-d", .nav = NAV_DELETE},
    {.name = "edit.delete-word", .label = N_("Delete word"),
	.help = N_("Delete the word before the cursor"), .keys = "edit:C-w",
	.nav = NAV_DELETE_WORD},
    {.name = "edit.delete-line", .label = N_("Delete to the beginning"),
	.help = N_("Delete the line before the cursor"), .keys = "edit:C-u",
	.nav = NAV_DELETE_LINE},
    {.name = "edit.undo", .label = N_("Undo typing"),
	.help = N_("Take back the last change of the text"),
	.keys = "edit:C-_", .nav = NAV_UNDO},
    {.name = "edit.redo", .label = N_("Redo typing"),
	.help = N_("Bring back what was undone in the text"),
	.keys = "edit:C-y", .nav = NAV_REDO},
};
/* clang-format on */

const size_t base_commands_count =
    sizeof base_commands / sizeof base_commands[0];
