/*
 * scr_desk - my day: what waits for me, each opened by Enter.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"

static void
desk_draw(const struct screen *s, struct canvas *c)
{
	(void)s;
	canvas_text(c, 1, 0, -1, ROLE_HEADER, _("My day"));
}

const struct screen_ops scr_desk = {
    .name = "desk",
    .title = N_("My day"),
    .data_size = 1,
    .draw = desk_draw,
};

static unsigned
run_reload(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)s, (void)cmd;
	return REACT_REFRESH;
}

/* clang-format off */
const struct command desk_commands[] = {
	{"desk.reload", N_("Read again"), N_("Ask the desk for everything again."),
	    "desk:R", NULL, 0, NULL, NAV_NONE, 0, run_reload},
};
/* clang-format on */
const size_t desk_commands_count =
    sizeof(desk_commands) / sizeof(desk_commands[0]);
