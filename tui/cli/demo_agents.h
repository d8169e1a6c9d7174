/* demo_agents - inventory agents for the demo desk. */
#ifndef TUI_CLI_DEMO_AGENTS_H
#define TUI_CLI_DEMO_AGENTS_H

#include "db/core/desk.h"

/* Leaves the system acting, and the clock where the last one spoke. */
int demo_agents(struct desk *d, int64_t now_us, struct err *err);

#endif
