/*
 * draft_files - drafts that a program keeps when it is too old to write into
 * the desk, and that the next one takes in; or when the server is away, until
 * it is back.
 *
 * One file a draft, mode 0600, in drafts/ beside a desk that is one person's
 * own, else below the person's own data directory.  Each is durable before it
 * counts as kept, and is taken in exactly once: its random id goes into the
 * desk with the text, and then the file goes.
 */
#ifndef DB_RECORDS_DRAFT_FILES_H
#define DB_RECORDS_DRAFT_FILES_H

#include "db/records/seat.h"

/*
 * As draft_save; when the desk says that this program is too old, or its
 * server is away, the draft goes into its file instead.
 */
int draft_keep(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, int64_t cursor_at,
    int64_t seen_version, struct err *err);
/*
 * The acting operator's files of this desk become drafts; *taken tells how
 * many.  A newer draft in the desk is kept, with the file's text behind it.
 * What cannot be read stays where it is and gives OD_EDATA with its name,
 * after all the others were taken.
 */
int draft_files_take(struct desk *d, size_t *taken, struct err *err);

#endif
