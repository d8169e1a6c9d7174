/*
 * search - folded full text over records, newest first.
 *
 * Written by use cases themselves, inside their op.  Each engine has its own
 * statements; the words are quoted here, so a query cannot be a syntax error.
 */
#ifndef DB_CORE_SEARCH_H
#define DB_CORE_SEARCH_H

#include "db/core/desk.h"
#include "db/engine/search_words.h"

/*
 * Replace what is searchable of a record; text "" removes it.  Inside an op;
 * text is what people wrote (folded here), of which 128 KiB are kept.  The
 * record keeps its place in time, whatever is put later.
 */
int search_put(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t at_us, const char *text, struct err *err);

/* The same for a record that was made just now: nothing is there yet. */
int search_add(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t at_us, const char *text, struct err *err);

/*
 * Inside a batch: one step of bringing the index into fewer pieces.
 * *goes_on: there is more to do.
 */
int search_merge(struct desk *d, bool *goes_on, struct err *err);

/*
 * Inside a transaction, after texts were taken out: one step of writing the
 * index without what it still has of them; first: the first of them.
 */
int search_expunge(
    struct desk *d, bool first, bool *goes_on, struct err *err);

/*
 * Inside a batch new texts are stored at once and indexed here, before its
 * commit; until then search_find does not see them.
 */
int search_flush(struct desk *d, struct err *err);

struct search_hit {
	enum record_kind kind;
	int64_t record_id;
	int64_t position; /* pass the last one as before to go on */
};
/*
 * All words must be there, the last one is a prefix; kind RECORD_NONE means
 * any.  before 0 starts at the newest.  A text without words gives no hits, a
 * last word of one letter is no prefix yet.  hits has room for limit; *count
 * is how many were found.
 */
int search_find(struct desk *d, enum record_kind kind, const char *text,
    int64_t before, size_t limit, struct search_hit *hits, size_t *count,
    struct err *err);
/*
 * Whether a text has all words of a query, as a condition on tickets t
 * (db/core/query.h), whose values are their kind and what search_pattern makes
 * of the query; the caller owns that.
 */
const char *search_has(const struct desk *d);
char *search_pattern(
    const struct desk *d, enum record_kind kind, const char *text);
/* A record's position among its kind; 0 when it is not searchable. */
int search_place(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t *place, struct err *err);

#endif
