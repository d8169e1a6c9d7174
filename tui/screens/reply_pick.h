/*
 * reply_pick - canned replies while one writes: ";" at the start of a word.
 *
 * The picker is a dialog over the screen with the editor.  Whatever it ends
 * with, the editor gets text for it: the reply, filled in as far as is known,
 * or what was typed.
 */
#ifndef TUI_SCREENS_REPLY_PICK_H
#define TUI_SCREENS_REPLY_PICK_H

#include "tui/screen.h"
#include "tui/widgets/w_editor.h"

/* Whether this key is the one, in this editor and for this operator. */
bool reply_pick_begins(
    const struct screen *s, const struct w_editor *e, const struct input *in);
/* kind and id: what is written about, see reply_values_read. */
void reply_pick_push(struct screen *s, enum record_kind kind, int64_t id,
    screen_result_fn *done, int64_t context);
/*
 * The result of the picker, into the editor at the cursor as one step of its
 * undo; the cursor goes to what is still to be filled in.  False: it did not
 * fit, which is said.
 */
bool reply_pick_take(
    struct ui *ui, struct w_editor *e, const struct screen_result *r);
/*
 * Something in the text was not filled in: it is said, and the cursor goes
 * there.
 */
bool reply_pick_stops(struct ui *ui, struct w_editor *e);

#endif
