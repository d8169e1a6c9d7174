/*
 * files - attachments: a row, and bytes under a random name.
 *
 * A path is never made from outside text: DIR/ab/abcdef....  The bytes are
 * synced before the row is committed.
 */
#ifndef DB_RECORDS_FILES_H
#define DB_RECORDS_FILES_H

#include "common/json.h"
#include "db/core/desk.h"

enum file_kind { FILE_ATTACHMENT = 1, FILE_RECORDING = 2 }; /* stored */

struct file_row {
	int64_t id, size, created_at;
	enum file_kind kind;
	char name[65], digest[65], mime[129], title[201];
};

/*
 * A new temporary file in files_dir (a desk's), made when it is not there.
 * Needs no database: any thread, one at a time.  OD_ELIMIT when the disk has
 * no room for files any more (fs_room).
 */
struct file_writer;
int file_write_start(
    const char *files_dir, struct file_writer **w, struct err *err);
int file_write(struct file_writer *w, const void *p, size_t n, struct err *err);
/* OD_ELIMIT when none may be begun; the disk's state is unknown: 0. */
int file_check_room(const char *files_dir, struct err *err);
/* Sync, rename, sync the directory; digest_hex and size are filled. */
int file_write_finish(struct file_writer *w, char name[65], char digest_hex[65],
    int64_t *size, struct err *err);
void file_write_free(struct file_writer **w); /* removes what is unfinished */
/*
 * For who writes a file by other means: the directory of a name, and the mode
 * of a new file in it, as files_dir is shared or not.
 */
int file_make_dir(const char *files_dir, const char *name, struct err *err);
void file_share_mode(const char *files_dir, int fd);
/* Whether it is one that a file can have. */
bool file_is_name(const char *name);
/* A finished file that gets no row; any thread. */
void file_discard(const char *files_dir, const char *name);

/* Inside an open op: the row for a finished file. title is cleaned here. */
int file_row_new(struct desk *d, struct op *op, enum file_kind kind,
    const char *name, const char *digest, int64_t size, const char *mime,
    const char *title, int64_t *id, struct err *err);
/* OP_FILE_NEW: the row, and the message it belongs to, in one commit. */
int file_attach_to_message(struct desk *d, int64_t message_id, const char *name,
    const char *digest, int64_t size, const char *mime, const char *title,
    struct err *err);
/*
 * The file of a message, for who may read its conversation.  OD_ENOTFOUND
 * when the message has none (yet), or is another tenant's.
 */
int file_of_message(
    struct desk *d, int64_t message_id, struct file_row *out, struct err *err);
/* Descriptor open for reading, and the size checked. */
int file_open(
    struct desk *d, const struct file_row *f, int *fd, struct err *err);

/*
 * Copy it to a new file of whoever runs the program, that nobody else reads.
 * OD_ECONFLICT when there is one of that name.
 */
int file_save(
    struct desk *d, const struct file_row *f, const char *path, struct err *err);

/* ---- files_place.c: of the whole desk, for its host ---- */

struct files_count {
	int64_t looked_at; /* the newest files, at most 100 */
	int64_t present;   /* of these, where they should be */
};
int files_count(struct desk *d, struct files_count *out, struct err *err);
/*
 * Mark the place of the desk's files (db/core/desk_files.h).  OD_EDATA when
 * there are files, but not there; OD_ECONFLICT when it is another desk's.
 */
int files_adopt(struct desk *d, struct err *err);

void file_json(const struct file_row *f, struct json_out *out);

#endif
