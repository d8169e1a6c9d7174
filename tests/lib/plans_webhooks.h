/* plans_webhooks - what is asked because of webhooks, for test_plans. */
#ifndef TESTS_LIB_PLANS_WEBHOOKS_H
#define TESTS_LIB_PLANS_WEBHOOKS_H

#include "db/core/desk.h"

/* By an administrator and by the daemon; who acts afterwards is the system. */
void plans_webhooks(struct desk *d);

#endif
