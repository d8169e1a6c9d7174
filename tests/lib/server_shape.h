/*
 * server_shape - what a desk on a server is made of, by the server's own word,
 * and what is in it.
 */
#ifndef TESTS_LIB_SERVER_SHAPE_H
#define TESTS_LIB_SERVER_SHAPE_H

#include "common/str.h"
#include "db/core/db.h"

/*
 * Columns (type, collation, default, identity), indexes, constraints, row
 * policies, triggers, functions, owners and grants: a line each, in order.
 */
void server_shape(struct db *db, struct str *out);
/* A line for each table: its name, the number of its rows, their digest. */
void server_rows(struct db *db, struct str *out);
/* The first line in which they differ, for messages; "" when they do not. */
void server_difference(
    const struct str *a, const struct str *b, char *out, size_t size);

#endif
