/*
 * scr_ticket - one ticket: its fields, and all that happened to it in order.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/ticket_do.h"
#include "tui/widgets/w_text.h"

struct card {
	struct ticket_aim aim; /* first, see ticket_do.h */
	struct w_text text;
};

const struct ticket *
ticket_card_of(const struct screen *card)
{
	(void)card;
	return NULL;
}

static int
card_open(struct screen *s, const void *args, struct err *err)
{
	struct card *d = s->data;

	(void)args, (void)err;
	w_text_init(&d->text);
	return 0;
}

static void
card_close(struct screen *s)
{
	struct card *d = s->data;

	w_text_free(&d->text);
}

static void
card_draw(const struct screen *s, struct canvas *c)
{
	const struct card *d = s->data;

	w_text_draw(&d->text, c, true);
}

const struct screen_ops scr_ticket = {
    .name = "ticket",
    .title = N_("Ticket"),
    .data_size = sizeof(struct card),
    .open = card_open,
    .close = card_close,
    .draw = card_draw,
};

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket *t = ticket_card_of(s);

	(void)cmd;
	if (t == NULL)
		return REACT_BEEP;
	ticket_do_edit(ui, s, t);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command ticket_commands[] = {
	{"ticket.edit", N_("Change"), N_("Change the ticket's fields."),
	    "ticket:e", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, 0, run_edit},
};
/* clang-format on */
const size_t ticket_commands_count =
    sizeof(ticket_commands) / sizeof(ticket_commands[0]);
