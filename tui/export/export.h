/*
 * export - a list taken away in a file.
 *
 * What comes is what the actor's role may take (export.*), at most as far as
 * it may read.  It is asked for page by page, so that whoever runs it does
 * something else in between.  The audit trail has a row when it begins and one
 * with the number of rows when it is whole; only then the file has its name.
 * The desk's thread.
 */
#ifndef TUI_EXPORT_EXPORT_H
#define TUI_EXPORT_EXPORT_H

#include "db/core/desk.h"
#include "db/core/op.h"
#include "tui/export/sheet.h"

struct export_ask {
	const char *list;       /* "tickets" */
	int64_t from_us, to_us; /* in [from, to); 0: any */
	const char *filter;     /* "" or NULL: all */
	enum sheet_format format;
	const char *path;
	bool replace;
	const struct zone *zone;
};

struct export;

extern const char *const export_names[]; /* NULL-ended */
/* The operation behind it; OP_COUNT when there is no such list. */
enum op_id export_operation(const char *list);

/*
 * OD_ENOTFOUND: no such list; OD_EDATA: a filter that cannot be read; else as
 * op_begin and sheet_open.  The ask's texts are copied.
 */
int export_begin(struct desk *d, const struct export_ask *ask,
    struct export **e, struct err *err);
/* One more page; *more: there may be others. */
int export_step(struct desk *d, struct export *e, bool *more, struct err *err);
int64_t export_rows(const struct export *e);
/* How many there will be, about; 0: not known. */
int64_t export_total(const struct export *e);
/* The file is there; *e is gone in any case. */
int export_end(struct desk *d, struct export **e, struct err *err);
void export_cancel(struct export **e); /* NULL is fine */

#endif
