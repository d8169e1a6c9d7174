/*
 * json_rows - a file of JSON objects, read one at a time: a list of them, or
 * one after another as in a file of one object a line.
 *
 * However long the file, only one object is in memory.  One that cannot be
 * read is an error that names its line, and the next call goes on behind it:
 * at the next line that begins with an object.  Not thread-safe.
 */
#ifndef COMMON_JSON_ROWS_H
#define COMMON_JSON_ROWS_H

#include "common/json.h"
#include <stdio.h>

#define JSON_ROW_MAX (1024 * 1024) /* bytes of an object */

struct json_rows;

/* Reads in from where it stands; in is borrowed until json_rows_free. */
struct json_rows *json_rows_open(FILE *in);
void json_rows_free(struct json_rows **rows);

/*
 * The next object, which lives until the next call; *line is where it begins,
 * from 1 on.  OD_ENOTFOUND at the end, without a sentence; OD_EDATA for what
 * cannot be read and for a list that the file cuts off, OD_ELIMIT for an
 * object that is too long, both with *line set; OD_EIO: it cannot be read on.
 */
int json_rows_next(struct json_rows *rows, int64_t *line,
    const struct json **object, struct err *err);

#endif
