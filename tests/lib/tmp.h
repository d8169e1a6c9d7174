/*
 * tmp - a directory of its own for each test, mode 0700, below TMPDIR or /tmp.
 */
#ifndef TESTS_LIB_TMP_H
#define TESTS_LIB_TMP_H

#include <stddef.h>

#define TMP_SIZE 256

struct tmp {
	char dir[64];
	char path[TMP_SIZE]; /* of the last tmp_path */
	char uri[TMP_SIZE];  /* of the last tmp_desk */
};

/* Makes BELOW/opdesk-NAME-XXXXXX; its path, of at most size bytes, into dir. */
void tmp_new(const char *name, char *dir, size_t size);
void tmp_make(struct tmp *t);
/* dir/name; valid until the next call. */
const char *tmp_path(struct tmp *t, const char *name);
/*
 * The URI of the desk of that name, on the engine that the tests run on (see
 * tests/lib/engine.h); valid until the next call.
 */
const char *tmp_desk(struct tmp *t, const char *name);
void tmp_remove(struct tmp *t); /* with all that is in it */

#endif
