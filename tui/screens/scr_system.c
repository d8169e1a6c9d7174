/*
 * scr_system - the daemon, its channels, failed events and the outbox.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"

static void
system_draw(const struct screen *s, struct canvas *c)
{
	(void)s;
	canvas_text(c, 1, 0, -1, ROLE_HEADER, _("System"));
}

const struct screen_ops scr_system = {
    .name = "system",
    .title = N_("System"),
    .data_size = 1,
    .draw = system_draw,
};

static unsigned
run_reload(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)s, (void)cmd;
	return REACT_REFRESH;
}

/* clang-format off */
const struct command system_commands[] = {
	{"system.reload", N_("Read again"), N_("Ask the desk for everything again."),
	    "system:R", NULL, 0, NULL, NAV_NONE, 0, run_reload},
};
/* clang-format on */
const size_t system_commands_count =
    sizeof(system_commands) / sizeof(system_commands[0]);
