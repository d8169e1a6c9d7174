/*
 * tenant_settings - what a tenant decides about the work of its desk, one
 * value each: how sure a guide has to be, after how many days a session is
 * given up.  Where it says nothing the usual value holds.
 */
#ifndef DB_RECORDS_TENANT_SETTINGS_H
#define DB_RECORDS_TENANT_SETTINGS_H

#include "common/json.h"
#include "db/core/desk.h"

enum tenant_setting {
	SETTING_GUIDE_ON_TICKET,
	SETTING_GUIDE_THRESHOLD,
	SETTING_GUIDE_IDLE_DAYS,
	SETTING_GUIDE_ESCALATIONS,
	SETTING_OFFER_PRODUCT,
	SETTING_OFFER_PRICE,
	SETTING_TICKET_REOPEN_DAYS,
	SETTING_TICKET_CLOSE_WAITING_DAYS,
	SETTING_BOARD_PAUSE,
	SETTING_BOARD_HOLD,
	SETTING_BOARD_CHAT,
	SETTING_AGENT_SILENT,
	SETTING_CALL_RECORD, /* also a row of call_settings */
	TENANT_SETTINGS
};

enum setting_kind {
	SETTING_SWITCH, /* 0 or 1; written "off", "on" */
	SETTING_DAYS,   /* a whole number; so are minutes */
	SETTING_SHARE,  /* thousandths; written "0.5" */
	SETTING_MAIL,   /* an address, or ""; it has no number */
	SETTING_TEXT,   /* a line, or ""; the same */
	SETTING_RECORD, /* enum call_record; written as call_record_names */
};

struct tenant_setting_def {
	const char *name;  /* stored, and what the command line calls it */
	const char *label; /* N_() */
	enum setting_kind kind;
	int64_t usual, min, max;
};
const struct tenant_setting_def *tenant_setting_def(enum tenant_setting s);
/* OD_ENOTFOUND with those that there are. */
int tenant_setting_by_name(
    const char *name, enum tenant_setting *out, struct err *err);
/* How a value is written; "" for what has no number. */
void tenant_setting_text(
    const struct tenant_setting_def *def, int64_t value, char out[32]);

/*
 * The value that holds for the acting tenant; no permission is asked.  is_set
 * (may be NULL): the tenant's own.
 */
int tenant_setting(struct desk *d, enum tenant_setting s, int64_t *value,
    bool *is_set, struct err *err);

/* The same of what has no number; the caller frees; "" for none. */
int tenant_setting_line(
    struct desk *d, enum tenant_setting s, char **line, struct err *err);

#define TENANT_SETTING_MAX 256
struct tenant_setting_row {
	enum tenant_setting which;
	char text[TENANT_SETTING_MAX]; /* as it is written */
	bool is_set;                   /* by the tenant; else the usual one */
};
int tenant_setting_list(struct desk *d,
    struct tenant_setting_row rows[TENANT_SETTINGS], struct err *err);
void tenant_setting_json(
    const struct tenant_setting_row *r, struct json_out *out);
/*
 * "" takes it away.  OD_EDATA: it is not of that kind, or outside of the
 * limits; OD_ECONFLICT: that is what it is.
 */
int tenant_setting_set(
    struct desk *d, enum tenant_setting s, const char *text, struct err *err);

#endif
