/*
 * model_app - what the console itself asks for: figures of the title bar,
 * undo and redo.
 */
#ifndef TUI_MODEL_MODEL_APP_H
#define TUI_MODEL_MODEL_APP_H

#include "tui/model/model.h"

#define WAITING_CAP 1000
struct waiting { /* what waits for the operator */
	int mine_unread;	   /* conversations, counted to WAITING_CAP */
	int unassigned;		   /* the same */
	int64_t newest_inbound_us; /* in either */
	bool daemon_alive;
};

/* fn gets the figures on the loop; not called when they could not be read. */
void model_waiting(struct model *m,
    void (*fn)(const struct waiting *w, void *data), void *data);

/* A reply came back: what it said, which is a draft again. */
typedef void recalled_fn(struct ui *ui, int64_t ticket_id, const char *body);
/* The result is shown as a toast; then fn, if that was a reply. */
void model_undo(struct model *m, recalled_fn *fn);
void model_redo(struct model *m);

#endif
