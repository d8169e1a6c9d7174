/* plans_calls - what a desk asks of its calls, for test_plans. */
#ifndef TESTS_LIB_PLANS_CALLS_H
#define TESTS_LIB_PLANS_CALLS_H

#include "tests/lib/desk_fixture.h"

/* So many calls that are over, each with its rows, and what was asked. */
void plans_called(struct desk_fixture *f, int count);
/* d acts as an administrator afterwards. */
void plans_calls(struct desk *d);

#endif
