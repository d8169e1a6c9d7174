/*
 * call_settings - how a tenant's calls are made: a row of settings each.
 */
#ifndef DB_RECORDS_CALL_SETTINGS_H
#define DB_RECORDS_CALL_SETTINGS_H

#include "common/json.h"
#include "db/core/desk.h"

enum call_record {              /* which calls are recorded */
	CALL_RECORD_UNSET = -1, /* as the console's configuration says */
	CALL_RECORD_NEVER,
	CALL_RECORD_ONDEMAND,
	CALL_RECORD_ALL,    /* it begins by itself; the operator may end it */
	CALL_RECORD_FORCED, /* it ends with the call */
};
/* As in the configuration; NULL-ended. */
extern const char *const call_record_names[];

struct call_settings {
	int64_t wrap_us;   /* for what is done after a call */
	int64_t extend_us; /* once more, when it is asked for */
	bool forced;       /* a call is closed with a disposition only */
	int64_t idle_us; /* on a shift so long without doing anything: asked */
	int64_t
	    answer_us;    /* without an answer the shift ends at the last act */
	char country[5];  /* "34": of numbers without one; "" for none */
	char currency[4]; /* "EUR" */
	enum call_record record;
};

#define CALL_IDLE_US (4 * US_PER_HOUR)

/*
 * What the tenant set, else 60 s, 30 s, forced, 4 h, 30 min, "", "EUR",
 * unset.
 */
int call_settings_get(
    struct desk *d, struct call_settings *out, struct err *err);
struct call_setting_def {
	const char *name; /* "wrap_up": seconds, yes/no or a text */
	const char *help; /* N_() */
};
extern const struct call_setting_def call_setting_defs[]; /* name NULL ends */
/*
 * OD_EDATA when there is no such setting, or the value is none of its kind;
 * else as setting_set_tenant.  The value "none" takes the country away.
 */
int call_settings_set(
    struct desk *d, const char *name, const char *value, struct err *err);
void call_settings_json(const struct call_settings *s, struct json_out *out);

#endif
