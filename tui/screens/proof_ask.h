/*
 * proof_ask - who is about to do something grave shows once more that it is
 * really him.
 */
#ifndef TUI_SCREENS_PROOF_ASK_H
#define TUI_SCREENS_PROOF_ASK_H

#include "db/records/login.h"
#include "tui/screen.h"

/*
 * Ask for what proof wants; login is what is typed with PROOF_TYPED.  The
 * result's text goes with the next try.  When there is nothing that could be
 * asked for, that is said, and done is not called.
 */
void proof_ask(struct ui *ui, struct screen *s, const char *title,
    enum login_proof proof, const char *login, screen_result_fn *done,
    int64_t context);

#endif
