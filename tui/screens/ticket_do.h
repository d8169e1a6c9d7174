/*
 * ticket_do - what a person does to a ticket, from the list and the card:
 * the dialogs before it and the action in the model.
 */
#ifndef TUI_SCREENS_TICKET_DO_H
#define TUI_SCREENS_TICKET_DO_H

#include "db/records/tickets.h"
#include "tui/screen.h"

enum ticket_deed {
	DEED_ASSIGN,
	DEED_TAKE,
	DEED_STATE,
	DEED_FIELDS,
	DEED_DELETE,
	DEED_RESTORE,
};

/*
 * What a dialog is about while it is open.  The data of the screens that call
 * ticket_do (scr_tickets, scr_ticket) begins with one.
 */
struct ticket_aim {
	int64_t id, version, number;
	enum ticket_state state; /* that it has, then that it is to have */
	int64_t status_id;
	char status[41]; /* the tenant's word for that, or "" for ours */
};

/* t is read now and not kept. */
void ticket_do(struct ui *ui, struct screen *s, enum ticket_deed deed,
    const struct ticket *t);
/* Open the form for a new one. */
void ticket_do_new(struct ui *ui, struct screen *s);
/* Open the form for changes. */
void ticket_do_edit(struct ui *ui, struct screen *s, const struct ticket *t);

/* Open the form of the tenant's own fields that t has. */
void ticket_do_fields(struct ui *ui, struct screen *s, const struct ticket *t);

/* Whose t is; NULL: false. */
bool ticket_do_owner(const struct ticket *t, struct screen_owner *out);

/* The ticket that a card (scr_ticket) shows; NULL until it is read. */
const struct ticket *ticket_card_of(const struct screen *card);

#endif
