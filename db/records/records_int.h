/*
 * records_int - private to db/records: what the use cases share.
 *
 * Lines from outside are cleaned and cut here before they are stored; bodies
 * stay literal and are only checked.
 */
#ifndef DB_RECORDS_RECORDS_INT_H
#define DB_RECORDS_RECORDS_INT_H

#include "common/json.h"
#include "db/core/op.h"
#include "db/core/query.h"
#include "db/core/search.h"
#include "db/records/page.h"

/*
 * Room for one more row after *count rows of size bytes; the new one is
 * zeroed.  Returns the array, which may have moved.
 */
void *records__grow(void *rows, size_t count, size_t size);
/* Reads the row that a statement stands on into the struct at row. */
typedef void records_read_fn(struct stmt *st, void *row);
/*
 * Append all rows of a query, which went as *rc says, to *count of size bytes
 * each, and close it.  Returns the array, which may have moved; *rc is 0 at the
 * end, else OD_* behind what was read before.
 */
void *records__rows(void *rows, struct stmt **st, size_t size,
    records_read_fn *read, size_t *count, int *rc, struct err *err);
/*
 * The same from the first row on, for rows that own nothing: where *rc is not
 * 0 at the end there are none of them.  The array is the caller's.
 */
void *records__all(struct stmt **st, size_t size, records_read_fn *read,
    size_t *count, int *rc, struct err *err);
bool records__is_among(int64_t id, const int64_t *ids, size_t n);
/* 1 and the first row of a query in *out, 0 when it has none, else OD_*. */
int records__first(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, records_read_fn *read, void *out, struct err *err);

/*
 * A line as it is stored: safe, without blanks around it, cut between
 * clusters to fit dst.  NULL gives "".
 */
void records__line(char *dst, size_t dst_size, const char *s);
/*
 * The same for what a person or program gave as a field of a record: what does
 * not fit is OD_EDATA, with label in its sentence, and never cut.
 */
int records__fit(const char *label, char *dst, size_t dst_size, const char *s,
    struct err *err);
/* A body is kept as it is: UTF-8, at most max bytes, else OD_EDATA. */
int records__body(
    const char *label, const char *s, size_t max, struct err *err);
/* Folded for sorting and prefix search; owned by the caller. */
char *records__folded(const char *s);
/* For LIKE $? ESCAPE '!': a folded word, of which 256 bytes are looked for, as
 * "%word%"; % and _ are letters like any other.  Appended. */
void records__pattern(const char *word, size_t n, struct str *out);
/*
 * Add a column (a literal) as utf8_fold has it, as far as SQL can: what is
 * typed with accents or without finds both, on any engine.
 */
void records__add_folded(struct query *q, const char *column);
/* Digits of a number, at most 32; "" when it has none. */
void records__digits(char *dst, size_t dst_size, const char *s);

/* Folded texts that start with the same: from <= text < to. */
struct prefix {
	char *from, *to; /* owned; NULL: everything */
};
void records__prefix(struct prefix *p, const char *match);
void records__prefix_free(struct prefix *p);
/* Add " AND COLUMN ..." to a query, which then borrows p. */
void records__prefix_add(
    struct query *q, const char *column, const struct prefix *p);
/* What every record ends with outside: version and its times. */
void records__json_life(struct json_out *out, int64_t version,
    int64_t created_at, int64_t updated_at, int64_t deleted_at);
/* An id of another record: null when 0. */
void records__json_ref(struct json_out *out, const char *name, int64_t id);

/* Page size: 50 when not given, 1000 at most. */
int records__limit(const struct page *page);
/* Turn an array around, for pages that were read backwards. */
void records__reverse(void *rows, size_t count, size_t size);

/* Whether a live record of this tenant has that id; OD_ENOTFOUND if not. */
int records__exists(
    struct desk *d, enum record_kind kind, int64_t id, struct err *err);
/*
 * OD_ECONFLICT when another live record of this tenant than but_id has that
 * CRM id in its column; "" is nobody's.
 */
int records__crm_id(struct desk *d, enum record_kind kind, const char *column,
    const char *crm_id, int64_t but_id, struct err *err);
/*
 * The id of the only record whose name (of 32 hexadecimal digits) begins with
 * at least four of them; else OD_ENOTFOUND with the sentence none, or OD_EDATA
 * with the sentence several.  Both are marked by N_.
 */
int records__find_name(struct desk *d, enum record_kind kind, const char *name,
    const char *none, const char *several, int64_t *id, struct err *err);
/* 1 when a query has a row, 0 when not, else OD_*. */
int records__any(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct err *err);

/* An update's changes on their way into record_update. */
#define RECORDS_CHANGES_MAX 24
struct edits {
	struct change list[RECORDS_CHANGES_MAX];
	char *texts[RECORDS_CHANGES_MAX]; /* owned; what list borrows */
	size_t count;
};

/*
 * Take over the caller's changes: every column must be among allowed
 * (NULL-ended), else OD_EDATA; lines are cleaned and cut to the field's
 * limit.  records__edits_free in every case.
 */
int records__edits(struct edits *e, enum record_kind kind,
    const char *const *allowed, const struct change *changes, size_t count,
    struct err *err);
void records__edits_free(struct edits *e);
/* The value a column gets, or NULL. */
const struct bind *records__edit(const struct edits *e, const char *column);
/* One more change; a text is copied. */
void records__edit_add(struct edits *e, const char *column, struct bind value);
/* When from is among them, its folded text goes into to. */
void records__edit_fold(struct edits *e, const char *from, const char *to);

/* records__crm_id of what the column gets, if it is among them. */
int records__edit_crm_id(struct desk *d, const struct edits *e,
    enum record_kind kind, const char *column, int64_t id, struct err *err);

/*
 * Records whose text matches, newest first, a batch at a time: few for a page,
 * more when that does not do, since each asking costs as much as its rows.
 */
#define MATCHES_FIRST 64
#define MATCHES_BATCH 512
struct matches {
	struct desk *desk;
	enum record_kind kind;
	const char *text; /* borrowed */
	struct search_hit hits[MATCHES_BATCH];
	size_t asked, count, next;
	int64_t before;
	int left; /* hits that may still be looked at */
};

/* after_id: start behind that record (0: at the newest). */
int records__matches(struct matches *m, struct desk *d, enum record_kind kind,
    const char *text, int64_t after_id, struct err *err);
/* 1 and the next record id; 0 at the end; else OD_*. */
int records__match(struct matches *m, int64_t *id, struct err *err);
/* The next ones, at most max; fewer only at the end. */
int records__match_some(struct matches *m, int64_t *ids, size_t max,
    size_t *count, struct err *err);
/*
 * A fragment with so many "$?" in an IN, which ids fill; where there are fewer
 * one of them stands in.  So few texts serve any number of ids.
 */
void records__in(struct query *q, const char *fragment, size_t marks,
    const int64_t *ids, size_t count);

#endif
