/* restore_int - what the files of restore share. */
#ifndef DB_RECORDS_RESTORE_INT_H
#define DB_RECORDS_RESTORE_INT_H

#include "db/records/backup_int.h"

struct restoring {
	const struct restore_options *o;
	struct restore_figures *out;
	struct archive_reader *r;
	struct desk *desk; /* owned: the one in scratch */
	int fd;
	int lock_fd; /* of scratch: who holds it is alive */
	int64_t all;
	struct str target, target_files;        /* "" when only looking */
	struct str scratch, path, files, whole; /* what is made in it */
	struct {
		enum backup_member kind;
		char name[MEMBER_NAME + 1];
		int64_t size;
		char digest[SHA256_HEX_SIZE]; /* after its bytes were read */
	} member;
	int64_t last_file, seen; /* id of the last one; of rows not deleted */
	char made[256][3];       /* directories below files */
	int made_count;
	uint8_t buffer[65536];
};

/* ---- restore_places.c ---- */

/* Where it goes; OD_ECONFLICT when there is something. */
int restore__find_target(struct restoring *m, struct err *err);
int restore__make_scratch(struct restoring *m, struct err *err);
/* Everything that was made there, and nothing else. */
void restore__remove_scratch(struct restoring *m);
/* All of it is durable and has its name. */
int restore__give_names(struct restoring *m, struct err *err);

/* Instead, of one that goes to a server. */
int restore__to_server(struct restoring *m, struct err *err);

#endif
