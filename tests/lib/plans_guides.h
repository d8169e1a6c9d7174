/* plans_guides - what a desk asks of its guides, for test_plans. */
#ifndef TESTS_LIB_PLANS_GUIDES_H
#define TESTS_LIB_PLANS_GUIDES_H

#include "tests/lib/desk_fixture.h"

/* So many sessions of a guide, resolved. */
void plans_walked(struct desk_fixture *f, int count);
/* d acts as an administrator afterwards. */
void plans_guides(struct desk *d);

#endif
