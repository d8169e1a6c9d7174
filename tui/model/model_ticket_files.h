/*
 * model_ticket_files - files between a ticket and the person's own disk.
 *
 * Disks are waited for by the worker only.
 */
#ifndef TUI_MODEL_MODEL_TICKET_FILES_H
#define TUI_MODEL_MODEL_TICKET_FILES_H

#include "tui/model/model.h"

#define FILE_PATH_MAX 1024

struct ticket_file_look {         /* a file that could go along */
	char path[FILE_PATH_MAX]; /* as typed */
	char title[201];
	int64_t size;
	int64_t context; /* as given */
	bool was_kept;   /* with a draft; a toast says so when it is gone */
};
typedef void ticket_file_look_fn(
    struct screen *s, const struct ticket_file_look *look);
/* Whether it can be read and is not too large; a toast says why not. */
void model_ticket_file_look(struct model *m, struct screen *s, const char *path,
    int64_t context, ticket_file_look_fn *fn);
/* The same of each path, one a line, that a draft kept. */
void model_ticket_files_kept(struct model *m, struct screen *s,
    const char *paths, int64_t context, ticket_file_look_fn *fn);

/*
 * Copy one of a ticket to a new file; a folder gets it under its title.  How
 * it went is a toast.
 */
void model_ticket_file_save(struct model *m, struct screen *s,
    int64_t ticket_id, int64_t file_id, const char *path);

#endif
