/* demo_calls - some days of calls for the demo desk. */
#ifndef TUI_CLI_DEMO_CALLS_H
#define TUI_CLI_DEMO_CALLS_H

#include "db/core/desk.h"

/* As their operators, before now_us; the wall clock is faked meanwhile. */
int demo_calls(struct desk *d, int64_t now_us, struct err *err);

#endif
