/*
 * ticket_files_do - the files of a ticket's card: chosen and saved, or added
 * to what is being written there.
 */
#ifndef TUI_SCREENS_TICKET_FILES_DO_H
#define TUI_SCREENS_TICKET_FILES_DO_H

#include "db/records/ticket_attach.h"
#include "tui/model/model_ticket_card.h"
#include "tui/screen.h"
#include "tui/widgets/w_text.h"

struct ticket_going { /* files that go with what is written */
	struct {
		char *path; /* owned; as typed */
		char title[201];
		int64_t size;
	} list[ATTACH_FILES_MAX];
	size_t count;
};
void ticket_going_clear(struct ticket_going *g);
/* "carta.txt (12 KB), foto.png (1 MB)" */
void ticket_going_text(const struct ticket_going *g, struct str *out);

/* Choose one of the card's and where it goes; card is read now. */
void ticket_files_ask(struct screen *s, const struct ticket_card *card);
/* A path, for what is being written on the card. */
void ticket_attach_ask(struct screen *s);
/* Those that the drafts of this card kept; once, when it is first read. */
void ticket_attach_kept(struct screen *s, const struct ticket_card *card);
/* Those of a comment (0: that came with the ticket itself), a line each. */
void ticket_files_fill(
    struct w_text *t, const struct ticket_card *card, int64_t comment_id);

#endif
