/*
 * dispositions - how a tenant's calls end, and why its operators pause: keys
 * with labels in both languages, hot keys and, for calls, flags from which
 * figures are made.
 *
 * What a call or a pause was closed with is kept for ever: nothing is deleted
 * here that was used, it is only not in use any more.
 */
#ifndef DB_RECORDS_DISPOSITIONS_H
#define DB_RECORDS_DISPOSITIONS_H

#include "common/json.h"
#include "db/core/desk.h"

enum call_code_kind { CODE_DISPOSITION, CODE_PAUSE_REASON };

struct call_code {
	int64_t id, version, position;
	char key[9]; /* "SALE": capitals, digits and -; never changes */
	char label_es[41], label_en[41];
	char hot_key[5]; /* one character, or "" */
	bool active;
	/* Of dispositions only. */
	bool is_sale, is_human, is_callback, is_do_not_call, is_answered;
};
/* In the language that _() speaks. */
const char *call_code_label(const struct call_code *c);

/* By position; the caller frees rows.  all: also those not in use any more. */
int call_code_list(struct desk *d, enum call_code_kind kind, bool all,
    struct call_code **rows, size_t *count, struct err *err);
/*
 * By its key in any case, else by its hot key, among those in use.
 * OD_ENOTFOUND with the keys that there are.
 */
int call_code_find(struct desk *d, enum call_code_kind kind, const char *word,
    struct call_code *out, struct err *err);

/* position 0: behind the others.  OD_ECONFLICT: the key or hot key is taken. */
int call_code_new(struct desk *d, enum call_code_kind kind,
    const struct call_code *in, int64_t *id, struct err *err);
/*
 * label_es, label_en, hot_key, position, active, and of a disposition its
 * flags; any other column is OD_EDATA.
 */
int call_code_edit(struct desk *d, enum call_code_kind kind, int64_t id,
    int64_t seen_version, const struct change *changes, size_t count,
    struct err *err);
void call_code_json(
    const struct call_code *c, enum call_code_kind kind, struct json_out *out);

#endif
