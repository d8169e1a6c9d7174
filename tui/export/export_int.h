/* export_int - shared by the files of this folder. */
#ifndef TUI_EXPORT_EXPORT_INT_H
#define TUI_EXPORT_EXPORT_INT_H

#include "common/json.h"
#include "common/str.h"
#include "db/records/page.h"
#include "db/records/ticket_where.h"
#include "tui/export/export.h"

#define EXPORT_PAGE 1000 /* rows */

struct export_list {
	const char *name, *noun;
	const char *title; /* N_() */
	enum op_id op;
	const struct sheet_column *columns;
	size_t count;
	/* Reads the filter and counts; NULL: there is nothing to prepare. */
	int (*begin)(struct desk *d, struct export *e, struct err *err);
	/* The next rows by export__row; e->more stays true until the last. */
	int (*page)(struct desk *d, struct export *e, struct err *err);
};

struct export
{
	const struct export_list *list;
	struct sheet *sheet;
	struct str filter, json;
	int64_t from_us, to_us; /* to_us is INT64_MAX for any */
	struct page page;
	int part; /* of lists that come in several */
	bool more;
	int64_t total;
	enum sheet_format format;
	struct ticket_where *where; /* owned */
};

extern const struct export_list export__lists[]; /* ends with a NULL name */

/* Begin a row; export__row writes it after X_json. */
struct json_out *export__json(struct export *e, struct json_out *out);
int export__row(struct export *e, struct err *err);
/* Whether a time is in what was asked for. */
bool export__covers(const struct export *e, int64_t us);

#endif
