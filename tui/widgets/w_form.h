/*
 * w_form - labelled fields with checks; the error stands below its field.
 *
 * Tab, S-Tab, Up and Down move; Left and Right (or Space) change a choice;
 * C-s, or Enter in the last field, accepts: then every field is checked and
 * the first wrong one gets the focus instead.  Esc cancels.
 */
#ifndef TUI_WIDGETS_W_FORM_H
#define TUI_WIDGETS_W_FORM_H

#include "tui/widgets/w_editor.h"
#include "tui/widgets/w_line.h"
#include "tui/widgets/widget.h"

#define W_FORM_FIELDS 40
#define W_FORM_NARROW 50 /* below this width labels stand above fields */

enum w_field_kind {
	W_FIELD_LINE,
	W_FIELD_TEXT,   /* several lines */
	W_FIELD_CHOICE, /* one of choices */
	W_FIELD_SECRET, /* drawn as dots */
};

struct w_field {
	const char *name;  /* "subject"; for w_form_text and errors */
	const char *label; /* N_(); label_outside: data, not translated */
	bool label_outside;
	enum w_field_kind kind;
	bool required;
	size_t max_bytes;           /* 0: the widget's own */
	int rows;                   /* W_FIELD_TEXT: height, 0: 4 */
	const char *const *choices; /* N_(), NULL-ended; W_FIELD_CHOICE */
	/* NULL, or OD_OK or a code with its sentence. Borrowed value. */
	int (*check)(const char *value, struct err *err);
};

struct w_form {
	const struct w_field *fields; /* borrowed */
	int count, focus;
	/* private */
	struct w_line lines[W_FORM_FIELDS];
	struct w_editor *texts[W_FORM_FIELDS]; /* owned; W_FIELD_TEXT only */
	const char *const *choices[W_FORM_FIELDS];
	int choice[W_FORM_FIELDS];
	bool choices_outside[W_FORM_FIELDS];
	char *errors[W_FORM_FIELDS]; /* owned sentence, or NULL */
	int w, h;
};

/* fields: 1 to W_FORM_FIELDS rows, borrowed for ever. */
void w_form_init(struct w_form *f, const struct w_field *fields, int count);
void w_form_free(struct w_form *f);
/*
 * Other fields from now on: those of a name and kind that are there already
 * keep what was typed, the cursor in it, their choices and their error.
 */
void w_form_change(struct w_form *f, const struct w_field *fields, int count);
void w_form_layout(struct w_form *f, int w, int h);
/* An unknown name is a BUG in all of these. */
void w_form_set_text(struct w_form *f, const char *name, const char *text);
const char *w_form_text(const struct w_form *f, const char *name);
void w_form_set_choice(struct w_form *f, const char *name, int index);
int w_form_choice(const struct w_form *f, const char *name);
/* Choices known at run time: data, not translated; borrowed by f. */
void w_form_set_choices(
    struct w_form *f, const char *name, const char *const *choices);
/* A sentence beside the field (copied; NULL takes it away); focuses it. */
void w_form_set_error(struct w_form *f, const char *name, const char *text);
void w_form_focus(struct w_form *f, const char *name);
/* Run the checks; true when all pass. */
bool w_form_check(struct w_form *f);
/* For the form's own files: a label as it is read. */
const char *w_form__label(const struct w_field *field);
/* Cells of the label column; 0: labels stand above. */
int w_form_label_width(const struct w_form *f);
bool w_form_wants_text(const struct w_form *f);
unsigned w_form_input(
    struct w_form *f, const struct input *in, enum w_event *event);
unsigned w_form_paste(
    struct w_form *f, const char *text, size_t n, enum w_event *event);
void w_form_draw(const struct w_form *f, struct canvas *c);

#endif
