/*
 * inbox_form - the form of a template: which one, one field a variable, and
 * how it will read.  Used where the window is closed, and to write first.
 */
#ifndef TUI_SCREENS_INBOX_FORM_H
#define TUI_SCREENS_INBOX_FORM_H

#include "tui/model/model_inbox_act.h"
#include "tui/widgets/w_form.h"
#include "tui/widgets/w_text.h"

struct template_form {                 /* zero to begin */
	struct message_template *rows; /* owned; approved ones */
	size_t count;
	bool loaded;
	bool fetching;  /* the daemon was asked to fetch them */
	size_t at;      /* the one shown */
	char **choices; /* owned names, NULL-ended */
	struct w_field fields[INBOX_VALUES + 1];
	char labels[INBOX_VALUES][24];
	struct w_form form;
	bool form_made;
	struct w_text preview;
	int w, h; /* of the last layout */
};

void inbox__form_free(struct template_form *f); /* zeroes it */
/*
 * Take the rows of an answer; those with more variables than fields are left
 * out.  When there are none they are fetched once, if this actor may.  A form
 * that has some stays as it is.
 */
void inbox__form_take(struct screen *s, struct template_form *f,
    struct inbox_templates *t, const struct model_answer *answer);
/* There are none yet: the desk changed, so ask for them again. */
bool inbox__form_wants_rows(const struct template_form *f);
bool inbox__form_is_ready(const struct template_form *f);
/* Every field is filled in; else the first that is not gets the focus. */
bool inbox__form_check(struct template_form *f);
void inbox__form_fill_act(const struct template_form *f, struct inbox_act *act);
/* Rows it would like to have at this width. */
int inbox__form_rows(const struct template_form *f, int w);
void inbox__form_layout(struct template_form *f, int w, int h);
unsigned inbox__form_input(
    struct template_form *f, const struct input *in, enum w_event *event);
unsigned inbox__form_paste(
    struct template_form *f, const char *text, size_t n, enum w_event *event);
void inbox__form_draw(const struct template_form *f, struct canvas *c);

#endif
