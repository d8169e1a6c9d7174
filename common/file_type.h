/*
 * file_type - what kind of file some bytes are, from the bytes alone.
 *
 * A name and what its sender says of it do not count.  What a browser would
 * run (HTML, SVG, scripts) is plain text here.  Pure; any thread.
 */
#ifndef COMMON_FILE_TYPE_H
#define COMMON_FILE_TYPE_H

#include <stddef.h>

#define FILE_TYPE_HEAD 4096 /* bytes that are looked at, at most */

/* Of the first n bytes of a file: a literal, "application/octet-stream" else.
 */
const char *file_type(const void *head, size_t n);

#endif
