/* guide_words - what states and actions of guide sessions are called. */
#ifndef TUI_SCREENS_GUIDE_WORDS_H
#define TUI_SCREENS_GUIDE_WORDS_H

#include "db/records/guide_sessions.h"
#include "tui/term/theme.h"

/* "P paused"; translated. */
const char *guide_state_word(enum guide_session_state state);
enum role guide_state_role(enum guide_session_state state);
/* "no", "sent"; translated. */
const char *guide_action_word(enum path_action action);
/* What the categories of shipped guides and cards are called; others as they are. */
const char *guide_category_word(const char *category);

#endif
