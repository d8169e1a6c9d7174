/* ticket_rows - one row in each table that belongs to tickets. */
#ifndef TESTS_LIB_TICKET_ROWS_H
#define TESTS_LIB_TICKET_ROWS_H

#include "tests/lib/desk_fixture.h"

/*
 * Rows of a ticket of the demo tenant that has a comment; each of its texts is
 * the marker.
 */
void ticket_rows_write(
    struct desk_fixture *f, int64_t ticket_id, const char *marker);

#endif
