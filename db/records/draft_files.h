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
/* What stands between a draft and what is put behind it. */
const char *draft_joint(const char *before);
/* Bytes of body before what was put behind it; all when that is not its end. */
size_t draft_before(const char *body, const char *behind);
/*
 * As draft_keep, for what was typed before the draft in the desk was read:
 * that one stays, and body follows it, in the place of what the last call for
 * this editor put there (earlier; NULL: this is the first one).  place tells
 * one editor from others of this session: while the server is away each has a
 * file of its own, written anew with each call, and body follows the draft when
 * that is taken in.
 */
int draft_keep_behind(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, const char *earlier,
    uint64_t place, struct err *err);
/*
 * The acting operator's files of this desk become drafts; *taken tells how
 * many.  A newer draft in the desk is kept, with the file's text behind it.
 * What cannot be read stays where it is and gives OD_EDATA with its name,
 * after all the others were taken.
 */
int draft_files_take(struct desk *d, size_t *taken, struct err *err);

#endif
