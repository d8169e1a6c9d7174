/*
 * ticket_do - what a person does to a ticket, from the list and the card:
 * the dialogs before it and the action in the model.
 */
#ifndef TUI_SCREENS_TICKET_DO_H
#define TUI_SCREENS_TICKET_DO_H

#include "db/records/ticket_bulk.h"
#include "db/records/tickets.h"
#include "tui/model/model_tickets.h"
#include "tui/screen.h"

enum ticket_deed {
	DEED_ASSIGN,
	DEED_TAKE,
	DEED_STATE,
	DEED_FIELDS,
	DEED_DELETE,
	DEED_RESTORE,
	DEED_TAG,
	DEED_PRIORITY,
	DEED_CONTACT,
};

#define TICKET_WORD_MAX 200 /* bytes of a reason, note or tag */

/*
 * What a dialog is about while it is open.  The data of the screens that call
 * ticket_do (scr_tickets, scr_ticket) begins with one.
 */
struct ticket_aim {
	int64_t id, version, number;
	enum ticket_state state; /* that it has, then that it is to have */
	int64_t status_id;
	char status[41]; /* the tenant's word for that, or "" for ours */
	/* Instead, those that are marked, and what was chosen for them. */
	int64_t *many; /* owned by the screen */
	size_t many_count;
	struct ticket_bulk bulk;
	char word[TICKET_WORD_MAX + 1]; /* of bulk: reason, note or tag */
	int64_t chosen; /* whom to assign to: as in assign_chosen */
	/* What it had, as stored, and what was wished when others were faster. */
	struct {
		char state[24], status_id[24], operator_id[24], team_id[24];
	} was;
	struct ticket_action again;
	bool dropped;
};

#define TICKET_MANY_ASKED 3 /* from so many up it is asked first */

/* The same for all of ids (copied), in one step. */
void ticket_do_many(struct ui *ui, struct screen *s, enum ticket_deed deed,
    const int64_t *ids, size_t count);
void ticket_aim_clear(struct ticket_aim *aim);
/* Those that the aim has, as its bulk says; asked first when they are many. */
void ticket_do_bulk(struct screen *s);

/* t is read now and not kept. */
void ticket_do(struct ui *ui, struct screen *s, enum ticket_deed deed,
    const struct ticket *t);
/* Open the form for a new one. */
void ticket_do_new(struct ui *ui, struct screen *s);
/* Open the form for changes. */
void ticket_do_edit(struct ui *ui, struct screen *s, const struct ticket *t);

/* Open the form of the tenant's own fields that t has. */
void ticket_do_fields(struct ui *ui, struct screen *s, const struct ticket *t);

/* ticket_contact.c: of the ticket that s aims at. */
void ticket_contact_ask(struct screen *s);

/* ticket_again.c */
/* What t has, for the question whether somebody else was faster. */
void ticket_again_note(struct ticket_aim *aim, const struct ticket *t);
/*
 * model_ticket_act for status and owner: what somebody else made of them
 * meanwhile is shown beside what was wished, and chosen.
 */
void ticket_again_act(struct screen *s, const struct ticket_action *a);

/* Whose t is; NULL: false. */
bool ticket_do_owner(const struct ticket *t, struct screen_owner *out);

/*
 * The ticket under the cursor of a list (scr_tickets), NULL when there is
 * none, and the marked ones (borrowed; none: *count is 0).
 */
const struct ticket *ticket_list_of(
    const struct screen *list, const int64_t **marks, size_t *count);

/* No ticket is marked any more; nothing on another screen. */
void ticket_list_unmark(struct screen *list);

/* The ticket that a card (scr_ticket) shows; NULL until it is read. */
const struct ticket *ticket_card_of(const struct screen *card);
/* All of it; borrowed until the next turn, NULL until it is read. */
struct ticket_card;
const struct ticket_card *ticket_card_shown(const struct screen *card);
/* The one that a list (scr_tickets) has selected, or that a card shows. */
const struct ticket *ticket_under(const struct screen *s);

#endif
