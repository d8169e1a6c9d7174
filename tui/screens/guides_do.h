/*
 * guides_do - guides from other screens: those that a ticket or a conversation
 * is about, and what goes on with them already.
 */
#ifndef TUI_SCREENS_GUIDES_DO_H
#define TUI_SCREENS_GUIDES_DO_H

#include "tui/model/model_guides.h"

/*
 * Find a guide for what the subject says; the session that is started belongs
 * to it.  One that goes on already is opened instead.
 */
unsigned guides_find_for(struct ui *ui, const struct guide_subject *subject);

#endif
