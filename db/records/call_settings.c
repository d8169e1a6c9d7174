/* call_settings - see call_settings.h. */
#include "db/records/call_settings.h"
#include "common/i18n.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include <stdlib.h>
#include <string.h>

const char *const call_record_names[] = {
    "never", "ondemand", "all", "forced", NULL};

const struct call_setting_def call_setting_defs[] = {
    {"wrap_up", N_("Seconds for what is done after a call (60).")},
    {"extend", N_("Seconds that one more moment gives (30).")},
    {"forced", N_("Whether a call is closed with a disposition only (yes).")},
    {"idle", N_("Minutes on a shift without doing anything until somebody is "
		"asked whether he is still there (240).")},
    {"answer", N_("Minutes that this question waits for its answer (30).")},
    {"country", N_("Code of the country before numbers without one (none).")},
    {"currency", N_("Of sales, three letters (EUR).")},
    {"record", N_("Which calls are recorded: never, ondemand, all (the "
		  "operator may end it) or forced (as the console's "
		  "configuration says).")},
    {NULL, NULL},
};

static const struct call_settings defaults = {
    .wrap_us = 60 * US_PER_SECOND,
    .extend_us = 30 * US_PER_SECOND,
    .forced = true,
    .idle_us = CALL_IDLE_US,
    .answer_us = 30 * US_PER_MINUTE,
    .country = "",
    .currency = "EUR",
    .record = CALL_RECORD_UNSET,
};

enum limits { SECONDS_MAX = 3600, MINUTES_MAX = 24 * 60 };

/* Into *out; false when it is none of its kind. */
static bool
take(struct call_settings *s, const char *name, const char *value)
{
	char *end = NULL;
	long n = strtol(value, &end, 10);
	bool number = value[0] >= '0' && value[0] <= '9' && *end == '\0';

	if (strcmp(name, "wrap_up") == 0 || strcmp(name, "extend") == 0) {
		int64_t *us = name[0] == 'w' ? &s->wrap_us : &s->extend_us;

		*us = (int64_t)n * US_PER_SECOND;
		return number && n <= SECONDS_MAX;
	}
	if (strcmp(name, "idle") == 0 || strcmp(name, "answer") == 0) {
		int64_t *us = name[0] == 'i' ? &s->idle_us : &s->answer_us;

		*us = (int64_t)n * US_PER_MINUTE;
		return number && n >= 1 && n <= MINUTES_MAX;
	}
	if (strcmp(name, "forced") == 0) {
		s->forced = strcmp(value, "yes") == 0;
		return s->forced || strcmp(value, "no") == 0;
	}
	if (strcmp(name, "country") == 0) {
		if (strcmp(value, "none") == 0)
			value = "";
		str_copy(s->country, sizeof(s->country), value);
		return strlen(value) <= 4 && value[0] != '0' &&
		       strspn(value, "0123456789") == strlen(value);
	}
	if (strcmp(name, "record") == 0) {
		int at = 0;

		while (call_record_names[at] != NULL &&
		       strcmp(call_record_names[at], value) != 0)
			at++;
		s->record = (enum call_record)at;
		return call_record_names[at] != NULL;
	}
	str_copy(s->currency, sizeof(s->currency), value);
	return strlen(value) == 3 &&
	       strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static bool
is_known(const char *name)
{
	for (size_t i = 0; call_setting_defs[i].name != NULL; i++)
		if (strcmp(call_setting_defs[i].name, name) == 0)
			return true;
	return false;
}

int
call_settings_get(struct desk *d, struct call_settings *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT name, value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name >= 'call.' AND name < 'call/'",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*out = defaults;
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		const char *name = stmt_text(st, 0) + strlen("call.");
		struct call_settings one = *out;

		if (is_known(name) && take(&one, name, stmt_text(st, 1)))
			*out = one;
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
call_settings_set(
    struct desk *d, const char *name, const char *value, struct err *err)
{
	struct call_settings unused = defaults;
	char full[65];

	if (!is_known(name))
		return err_set(err, OD_EDATA,
		    "There is no such setting of calls: %s", name);
	if (!take(&unused, name, value))
		return err_set(err, OD_EDATA, "%s cannot be \"%s\"; %s", name,
		    value,
		    _("\"opdesk call settings\" shows what each of them is"));
	str_format(full, sizeof(full), "call.%s", name);
	return setting_set_tenant(d, full, value, err);
}

void
call_settings_json(const struct call_settings *s, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "wrap_up", s->wrap_us / US_PER_SECOND);
	json_out_int(out, "extend", s->extend_us / US_PER_SECOND);
	json_out_bool(out, "forced", s->forced);
	json_out_int(out, "idle", s->idle_us / US_PER_MINUTE);
	json_out_int(out, "answer", s->answer_us / US_PER_MINUTE);
	json_out_string(out, "country", s->country);
	json_out_string(out, "currency", s->currency);
	json_out_string(out, "record",
	    s->record != CALL_RECORD_UNSET ? call_record_names[s->record] : "");
	json_out_end(out, '}');
}
