/* demo_calls - some days of calls, and leads, for the demo desk. */
#ifndef TUI_CLI_DEMO_CALLS_H
#define TUI_CLI_DEMO_CALLS_H

#include "db/core/desk.h"

/* As their operators, before now_us; the wall clock is faked meanwhile. */
/* contacts: the ids of demo_contacts. */
int demo_calls(struct desk *d, const int64_t *contacts, int64_t now_us,
    struct err *err);

#endif
