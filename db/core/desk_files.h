/*
 * desk_files - whether the place of a desk's files is the right one.
 *
 * A desk on a server has its files in a directory that all hosts mount, and
 * where nothing is mounted there is often an empty directory.  So a file in
 * it, FILES_MARKER, holds the desk's id: every program looks at it before it
 * works, and the daemon before it writes.  Beside a desk in a file there is
 * none.  Any thread.
 */
#ifndef DB_CORE_DESK_FILES_H
#define DB_CORE_DESK_FILES_H

#include "db/core/desk.h"

#define FILES_MARKER ".opdesk-desk"

enum files_state {
	FILES_RIGHT,    /* marked as this desk's, or a desk in a file */
	FILES_MISSING,  /* no such directory, or it cannot be read */
	FILES_UNMARKED, /* nobody's */
	FILES_FOREIGN,  /* marked as another desk's */
};

/* The id that the place has to be marked with; "" when it needs no mark. */
const char *desk_files_id(const struct desk *d);
/* id "" is always right. */
enum files_state desk_files_state(const char *dir, const char *id);
/* OD_EUNAVAIL unless that is FILES_RIGHT, with what to do. */
int desk_files_check(const char *dir, const char *id, struct err *err);
/*
 * Mark a place, which is made when it is not there; nothing for id "".
 * OD_ECONFLICT when it is another desk's.
 */
int desk_files_mark(const char *dir, const char *id, struct err *err);

/*
 * A new desk, open, with the place of its files made and marked; the actor is
 * as after desk_open.  OD_ECONFLICT when there is a desk, or the place is
 * another one's.
 */
int desk_make(
    const struct desk_options *options, struct desk **desk, struct err *err);

#endif
