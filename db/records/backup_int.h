/* backup_int - members of an archive, written and read. */
#ifndef DB_RECORDS_BACKUP_INT_H
#define DB_RECORDS_BACKUP_INT_H

#include "common/digest.h"
#include "db/core/op.h"
#include "db/records/backup.h"

enum backup_member { /* stored */
	MEMBER_ABOUT = 'A',
	MEMBER_DESK = 'D',
	MEMBER_FILE = 'F',
	MEMBER_MISSING = 'X', /* a row without its file: no bytes */
	MEMBER_END = 'E',
};

#define MEMBER_NAME 64 /* bytes, ended with NUL unless all are used */
#define MEMBER_HEAD (1 + 8 + MEMBER_NAME)
#define ABOUT_MAX   65536

#define BACKUP_SUFFIX ".backup"

/* Every tenant's trail, into out. */
int restore__check_audit(
    struct desk *d, struct restore_figures *out, struct err *err);
/* A new epoch, what was to be sent held, an audit row in each tenant. */
int restore__tell_desk(struct desk *d, int64_t as_of_us,
    struct restore_figures *out, struct err *err);

/* An audit row of that operation in each tenant, within a batch. */
int backup__note(struct desk *d, enum op_id id, struct err *err);
/* desk_new_epoch, of a database that is no open desk. */
int backup__new_epoch(
    struct db *db, int64_t backup_us, int64_t *held, struct err *err);

/* What SQLite and we put beside a desk's file; ends with NULL. */
extern const char *const backup__suffixes[];
/* Remove path and all that stands beside it. */
void backup__remove_desk(const char *path);

#endif
