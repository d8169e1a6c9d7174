/* demo_rules - how the demo's company works: hours, labels, fields, habits. */
#ifndef TUI_CLI_DEMO_RULES_H
#define TUI_CLI_DEMO_RULES_H

#include "db/core/desk.h"

/*
 * Open hours and holidays, labels of the states, categories with their fields,
 * and the replies, macros, views and checklists that everybody has at hand, of
 * the actor's tenant.
 * Everything that may go wrong in a use case: an error, and the desk is to be
 * thrown away.
 */
int demo_rules(struct desk *d, struct err *err);

#endif
