/*
 * demo - a tiny application on the console's base: a long list, a form, an
 * editor.  Golden screens and the terminal's tests show the widgets with it.
 */
#ifndef TESTS_LIB_DEMO_H
#define TESTS_LIB_DEMO_H

#include "tui/screen.h"

struct app {          /* what tests look at */
	int64_t rows; /* of the list: ids 1 to rows */
	int64_t gone; /* an id that was deleted, 0: none */
	bool late;    /* answers wait for demo_answer */
	bool read_only;
	bool waits; /* an answer is on its way, always */
	int bells, quits, moved;
	char saved[256]; /* subject of the form that was accepted */
	int64_t deleted; /* id that was confirmed */
	char answer[64]; /* of the prompt */
	int64_t chosen;
	struct term *term; /* borrowed, or NULL in unit tests */
};

extern const struct screen_ops demo_list_ops, demo_form_ops, demo_editor_ops;

/* A user interface with the list on it, keys bound. */
struct ui *demo_ui(struct app *app);
/* Late answers arrive now. */
void demo_answer(struct ui *ui);

#endif
