/*
 * guide_edit_int - what the files of the editor share, of guides and of the
 * cards and prompts that are written like them.
 *
 *	scr_guide_edit.c   the screen: the text, keys, answers
 *	guide_edit_do.c    what is done with it: kept, published, thrown away
 *	guide_edit_pane.c  what the linter says, beside it
 *	scr_guide_diff.c   what differs, on a page
 *	guide_versions.c   a new one asked for, and the versions of one
 */
#ifndef TUI_SCREENS_GUIDE_EDIT_INT_H
#define TUI_SCREENS_GUIDE_EDIT_INT_H

#include "tui/model/model_guide_edit.h"
#include "tui/widgets/w_editor.h"
#include "tui/widgets/w_text.h"

struct guide_edit {
	struct guide_text stands; /* the desk's, as it was last read */
	bool known;
	struct w_editor editor;
	unsigned kept;       /* revision that is the draft */
	unsigned typed_kept; /* revision that is kept as typed */
	unsigned seen;       /* revision of the last look */
	int64_t changed_us;  /* monotonic; the last change */
	int64_t unkept_us;   /* the first one that is not kept as typed */
	bool busy;           /* something is being done with it */
	bool leaving;        /* close it when it is kept */
	bool over;           /* it is gone: nothing is to be kept any more */
	bool overtaken;      /* somebody else changed what stands */
	char by[201];        /* who, "" when unknown */

	struct guide_findings found;
	unsigned checked; /* revision that found is about; 0: none yet */
	enum lang lang;   /* of its sentences */
	bool checking;
	int jump; /* to a finding when they are known: -1, 0, 1 */
	int at;   /* finding of the cursor's line; -1: none */
	struct w_text pane;
	int pane_rows; /* 0 where but one finding is shown */
	int few_rows;  /* for that one */
	int gutter;    /* cells */
	char *sought;  /* owned; what is looked for in the text, or NULL */
};

/* ---- guide_edit_pane.c ---- */

/* Other findings, or another one is the cursor's. */
void guide_edit__pane(struct guide_edit *d);
/* The cursor is on another line, perhaps. */
void guide_edit__pane_follow(struct guide_edit *d);
/* To the next finding, or the one before; false: there is none. */
bool guide_edit__jump(struct guide_edit *d, int by);
/* To the first word of a line. */
void guide_edit__go_line(struct guide_edit *d, int line);
void guide_edit__pane_draw(const struct screen *s, struct canvas *c);

/* ---- guide_edit_do.c ---- */

bool guide_edit__is_kept(const struct guide_edit *d);
/* What was typed, where nobody else sees it; due_only: after a pause. */
void guide_edit__keep_typed(struct screen *s, bool due_only);
/* As the draft of everybody who may edit; leave: and then close. */
unsigned guide_edit__keep(struct screen *s, bool leave);
unsigned guide_edit__publish(struct screen *s);
unsigned guide_edit__discard(struct screen *s);

/* ---- scr_guide_edit.c ---- */

void guide_edit__check(struct screen *s);
/* The text, the cursor where it was. */
void guide_edit__set(struct guide_edit *d, const char *text);

/* ---- scr_guide_diff.c ---- */

struct guide_diff_args {
	const char *title; /* ours */
	const char *yes;   /* word of the action, or NULL: to look at only */
	const struct diff_line *lines; /* copied */
	size_t count;
};
/* result: accepted when the action was chosen; done may be NULL. */
void guide_diff_push(struct screen *parent, const struct guide_diff_args *args,
    screen_result_fn *done, int64_t context);

/* ---- guide_versions.c ---- */

/* "Guide", "Card", "Prompt"; translated. */
const char *guide_kind_word(enum knowledge_kind kind);
/*
 * Ask for the short name of a new one; fn comes after it was begun, also when
 * that failed.  One dialog at a time.
 */
void guide_begin_ask(
    struct screen *s, enum knowledge_kind kind, guide_edit_fn *fn);
/* A list of the versions, and what the chosen one changed. */
void guide_versions_show(struct screen *s, int64_t id);

#endif
