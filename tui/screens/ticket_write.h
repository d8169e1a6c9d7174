/*
 * ticket_write - the editor below a ticket's card: a reply or a note.
 *
 * The two differ in border, title and key that sends, so that a note never
 * leaves as a reply.  What is typed is a draft 2 s after the last key, and at
 * once when the editor closes or is hidden.
 */
#ifndef TUI_SCREENS_TICKET_WRITE_H
#define TUI_SCREENS_TICKET_WRITE_H

#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tui/model/model_ticket_guard.h"
#include "tui/screens/ticket_files_do.h"
#include "tui/widgets/w_editor.h"

struct ticket_write {
	bool open, sending;
	bool due;      /* begun before the card was read ... */
	bool away;     /* ... as the desk could not be asked */
	bool left;     /* ... and kept behind the draft that it may have */
	char *behind;  /* owned; what is kept so */
	bool send_due; /* asked for before that, too */
	enum comment_kind kind;
	struct w_editor editor;
	int64_t ticket_id, version, number;
	struct ticket_guard guard; /* as of when the editor was opened */
	struct reply_route route;  /* which way a reply would go now */
	unsigned saved;       /* revision that is kept as a draft */
	unsigned seen;        /* revision at the last look */
	int64_t changed_us;   /* monotonic time of the last change */
	char *kept[2];        /* owned; drafts by kind, NULL: none */
	bool kept_known;      /* the desk's drafts were read */
	struct ticket_going files[2]; /* by kind */
	struct ticket_going sent; /* with the last reply, until the next */
};

void ticket_write_init(struct ticket_write *w);
void ticket_write_free(struct ticket_write *w);
/*
 * A card was read: which way a reply would go, and the drafts that the desk
 * has, taken over the first time only, with the files that go with them.
 */
void ticket_write_read(
    struct screen *s, struct ticket_write *w, const struct ticket_card *card);
/*
 * Before the card of ticket is read: what is typed goes into the editor, and
 * stands behind the draft that comes with the card.
 */
void ticket_write_begin(
    struct ticket_write *w, int64_t ticket, enum comment_kind kind);
/* The card could not be read yet; it is asked for again when it can be. */
void ticket_write_wait(struct ticket_write *w);
/* card is read now: what it shows is known to who writes. */
void ticket_write_open(struct ticket_write *w, const struct ticket_card *card,
    enum comment_kind kind);
/* A reply was taken back: its words are before what is written now. */
void ticket_write_back(struct ticket_write *w, const char *body);
/* The same on a card, which opens its editor unless a note is in it. */
void ticket_card_back(struct screen *card, const char *body);
/* Keep the draft and close; says so when there is one. */
void ticket_write_close(struct screen *s, struct ticket_write *w);
/* Keep what is not kept yet; due_only: only 2 s after the last key. */
void ticket_write_keep(struct screen *s, struct ticket_write *w, bool due_only);
/* Typed within the last seconds. */
bool ticket_write_is_typing(const struct ticket_write *w);
unsigned ticket_write_input(
    struct screen *s, struct ticket_write *w, const struct input *in);
unsigned ticket_write_paste(
    struct screen *s, struct ticket_write *w, const char *text, size_t n);
/*
 * The key for kind was pressed.  done is called when it is kept; the editor
 * is closed then.
 */
unsigned ticket_write_send(
    struct screen *s, struct ticket_write *w, enum comment_kind kind);
/* Rows that it takes of a screen of h rows; 0: closed. */
int ticket_write_rows(const struct ticket_write *w, int h);
void ticket_write_layout(struct ticket_write *w, int width, int rows);
void ticket_write_draw(
    const struct ticket_write *w, struct canvas *c, bool focused);

/* The writer of a card, for answers that come later. */
struct ticket_write *ticket_card_write(struct screen *card);

#endif
