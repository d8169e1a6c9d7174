/* guide_story - a guide that was walked, with a marker in each of its texts. */
#ifndef TESTS_LIB_GUIDE_STORY_H
#define TESTS_LIB_GUIDE_STORY_H

#include "tests/lib/desk_fixture.h"

/*
 * A session of the ticket and its conversation that was walked, resolved and
 * rated, another one of neither, and a template in the trash.  As the acting
 * operator, whose role is then another one.
 */
void guide_story_write(struct desk_fixture *f, int64_t ticket_id,
    int64_t conversation_id, const char *marker);
/* The first webhook of the tenant was told of it, and answered. */
void guide_story_told(struct desk_fixture *f, const char *marker);
/* Every column that a text of it goes into has it, or none has. */
void guide_story_check(
    struct desk_fixture *f, const char *marker, bool is_there);

#endif
