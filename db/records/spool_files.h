/*
 * spool_files - events that a daemon kept in files while its desk could not
 * take them in: DESK.spool/TIME-RANDOM.event.
 *
 * A file is "opdesk-spool 1", a line "TENANT CHANNEL" for each target, an
 * empty line, and the body as it came.  Any thread.
 */
#ifndef DB_RECORDS_SPOOL_FILES_H
#define DB_RECORDS_SPOOL_FILES_H

#include "db/core/desk.h"

#define SPOOL_TARGETS_MAX 64         /* of one event */
#define SPOOL_BYTES_MAX   (8u << 20) /* of a file that is read */

struct spool_target { /* whose event it is */
	int64_t tenant_id;
	char channel[65];
};

struct spool_event {
	struct spool_target targets[SPOOL_TARGETS_MAX];
	size_t count;
	const char *body; /* borrowed from the text */
	size_t n;
};

struct spool_names {
	char **names; /* owned; those that arrived first come first */
	size_t count;
};

/* The directory of a desk's spool. */
void spool_files_dir(const char *uri, struct str *dir);
/*
 * None, and 0, when there is no such directory; on an error it is not known
 * which there are.  Free with the call below.
 */
int spool_files_list(const char *dir, struct spool_names *out, struct err *err);
void spool_files_free(struct spool_names *names);
/* Add what a file holds to text. */
void spool_files_format(struct str *text, const struct spool_target *targets,
    size_t count, const void *body, size_t n);
/* False when it is anything else; text is changed. */
bool spool_files_parse(struct str *text, struct spool_event *out);
/*
 * Into the raw events, one for each target; those that are there already stay
 * one.  The desk acts as system from then on.
 */
int spool_files_take(
    struct desk *d, const struct spool_event *event, struct err *err);

#endif
