/* tenant_settings - see tenant_settings.h. */
#include "db/records/tenant_settings.h"
#include "common/i18n.h"
#include "common/mail_write.h"
#include "db/core/op.h"
#include "db/core/setting.h"
#include "db/records/call_settings.h"
#include "db/records/seat.h"
#include "db/records/ticket_sleep.h"
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct tenant_setting_def defs[TENANT_SETTINGS] = {
	[SETTING_GUIDE_ON_TICKET] = {"guide.on_ticket", N_("A new ticket whose words match a guide begins a session, and its customer gets the first step"), SETTING_SWITCH, 0, 0, 1},
	[SETTING_GUIDE_THRESHOLD] = {"guide.threshold", N_("How sure it must be, from 0 to 1, that a text is about a guide, for it to be named or a session to begin with it"), SETTING_SHARE, 500, 0, 1000},
	[SETTING_GUIDE_IDLE_DAYS] = {"guide.idle_days", N_("Days after which a guide session that nobody touched is abandoned"), SETTING_DAYS, 14, 1, 365},
	[SETTING_GUIDE_ESCALATIONS] = {"guide.escalations", N_("The mail address that the path of each escalated session goes to; none: nobody's"), SETTING_MAIL, 0, 0, 0},
	[SETTING_OFFER_PRODUCT] = {"hint.product", N_("What is sold on calls, as cards and models say it; an operator may say it otherwise for a call"), SETTING_TEXT, 0, 0, 0},
	[SETTING_OFFER_PRICE] = {"hint.price", N_("What that costs, as cards say it"), SETTING_TEXT, 0, 0, 0},
	[SETTING_TICKET_REOPEN_DAYS] = {"ticket.reopen_days", N_("Days in which what a customer says opens a solved or closed ticket again"), SETTING_DAYS, REOPEN_WINDOW_DAYS, 0, 3650},
	[SETTING_TICKET_CLOSE_WAITING_DAYS] = {"ticket.close_waiting_days", N_("Days after the reminder in which a waiting ticket is closed; 0: never"), SETTING_DAYS, WAIT_GRACE_DAYS, 0, 3650},
	[SETTING_BOARD_PAUSE] = {"board.pause_minutes", N_("Minutes of a pause after which the board marks it; it stands out after twice that"), SETTING_DAYS, 15, 1, 1440},
	[SETTING_BOARD_HOLD] = {"board.hold_minutes", N_("Minutes on hold after which the board marks a call; it stands out after twice that"), SETTING_DAYS, 2, 1, 1440},
	[SETTING_BOARD_CHAT] = {"board.chat_minutes", N_("Minutes a chat may wait for an answer before the board marks it; it stands out after twice that"), SETTING_DAYS, 10, 1, 1440},
	[SETTING_AGENT_SILENT] = {"agent.silent_days", N_("Days without a word after which an inventory agent is silent"), SETTING_DAYS, 3, 1, 365},
	[SETTING_CALL_RECORD] = {"call.record", N_("Which calls are recorded: never, ondemand, all or forced; while nothing is set each console's configuration says it"), SETTING_RECORD, CALL_RECORD_ONDEMAND, CALL_RECORD_NEVER, CALL_RECORD_FORCED},
};
/* clang-format on */

const struct tenant_setting_def *
tenant_setting_def(enum tenant_setting s)
{
	BUG_ON(s < 0 || s >= TENANT_SETTINGS);
	return &defs[s];
}

int
tenant_setting_by_name(
    const char *name, enum tenant_setting *out, struct err *err)
{
	for (int s = 0; s < TENANT_SETTINGS; s++)
		if (str_equal(defs[s].name, name)) {
			*out = (enum tenant_setting)s;
			return 0;
		}
	return err_set(err, OD_ENOTFOUND,
	    "There is no setting \"%s\"; \"opdesk tenant settings\" shows"
	    " those that there are",
	    name);
}

void
tenant_setting_text(
    const struct tenant_setting_def *def, int64_t value, char out[32])
{
	switch (def->kind) {
	case SETTING_SWITCH:
		str_copy(out, 32, value != 0 ? "on" : "off");
		return;
	case SETTING_DAYS:
		str_format(out, 32, "%lld", (long long)value);
		return;
	case SETTING_SHARE:
		str_format(out, 32, "%g", (double)value / 1000);
		return;
	case SETTING_MAIL:
	case SETTING_TEXT:
		out[0] = '\0';
		return;
	case SETTING_RECORD:
		str_copy(out, 32, call_record_names[value]);
		return;
	}
}

static bool
has_no_number(const struct tenant_setting_def *def)
{
	return def->kind == SETTING_MAIL || def->kind == SETTING_TEXT;
}

static bool
parse(const struct tenant_setting_def *def, const char *text, int64_t *value)
{
	double share;
	char *end;

	*value = 0;
	switch (def->kind) {
	case SETTING_SWITCH:
		*value = str_equal(text, "on");
		return *value == 1 || str_equal(text, "off");
	case SETTING_DAYS:
		return str_to_int64(text, def->min, def->max, value);
	case SETTING_SHARE:
		share = strtod(text, &end);
		if (end == text || *end != '\0' || !(share >= 0 && share <= 1))
			return false;
		*value = (int64_t)(share * 1000 + 0.5);
		return true;
	case SETTING_MAIL:
		return strlen(text) < TENANT_SETTING_MAX &&
		       mail_address_ok(text);
	case SETTING_TEXT:
		return strlen(text) < TENANT_SETTING_MAX &&
		       strpbrk(text, "\r\n") == NULL;
	case SETTING_RECORD:
		for (*value = def->max; *value >= def->min; (*value)--)
			if (str_equal(call_record_names[*value], text))
				return true;
		return false;
	}
	return false;
}

int
tenant_setting(struct desk *d, enum tenant_setting s, int64_t *value,
    bool *is_set, struct err *err)
{
	const struct tenant_setting_def *def = tenant_setting_def(s);
	char *text = NULL;
	bool own;
	int rc = setting_read(d, 0, def->name, &text, err);

	/* What cannot be read was not set by this program. */
	own = rc == 0 && text[0] != '\0' && parse(def, text, value);
	if (!own)
		*value = def->usual;
	if (is_set != NULL)
		*is_set = own;
	free(text);
	return rc;
}

int
tenant_setting_line(
    struct desk *d, enum tenant_setting s, char **line, struct err *err)
{
	return setting_read(d, 0, tenant_setting_def(s)->name, line, err);
}

static int
read_row(struct desk *d, struct tenant_setting_row *r, struct err *err)
{
	const struct tenant_setting_def *def = tenant_setting_def(r->which);
	char *line = NULL, text[32];
	int64_t value;
	int rc;

	if (has_no_number(def)) {
		if ((rc = tenant_setting_line(d, r->which, &line, err)) == 0)
			str_copy(r->text, sizeof(r->text), line);
		r->is_set = rc == 0 && line[0] != '\0';
		free(line);
		return rc;
	}
	rc = tenant_setting(d, r->which, &value, &r->is_set, err);
	tenant_setting_text(def, value, text);
	str_copy(r->text, sizeof(r->text), text);
	return rc;
}

int
tenant_setting_list(struct desk *d,
    struct tenant_setting_row rows[TENANT_SETTINGS], struct err *err)
{
	int rc = op_may(d, OP_SETTING_READ, 0, err);

	for (int s = 0; rc == 0 && s < TENANT_SETTINGS; s++) {
		rows[s].which = (enum tenant_setting)s;
		rc = read_row(d, &rows[s], err);
	}
	return rc;
}

void
tenant_setting_json(const struct tenant_setting_row *r, struct json_out *out)
{
	const struct tenant_setting_def *def = tenant_setting_def(r->which);
	char usual[32];

	json_out_object(out, NULL);
	json_out_string(out, "setting", def->name);
	json_out_string(out, "holds", _(def->label));
	json_out_string(out, "value", r->text);
	tenant_setting_text(def, def->usual, usual);
	json_out_string(out, "default", usual);
	json_out_bool(out, "is_set", r->is_set);
	json_out_end(out, '}');
}

static int
refuse(const struct tenant_setting_def *def, struct err *err)
{
	switch (def->kind) {
	case SETTING_SWITCH:
		return err_set(
		    err, OD_EDATA, "%s is \"on\" or \"off\"", def->name);
	case SETTING_DAYS:
		return err_set(err, OD_EDATA,
		    "%s is a number of days from %lld to %lld", def->name,
		    (long long)def->min, (long long)def->max);
	case SETTING_MAIL:
		return err_set(err, OD_EDATA,
		    "%s is a mail address such as desk@example.com", def->name);
	case SETTING_RECORD:
		return err_set(err, OD_EDATA,
		    "%s is \"never\", \"ondemand\", \"all\" or \"forced\"",
		    def->name);
	case SETTING_TEXT:
		return err_set(err, OD_EDATA,
		    "%s is one line of less than %d bytes", def->name,
		    TENANT_SETTING_MAX);
	case SETTING_SHARE:
		break;
	}
	return err_set(err, OD_EDATA, "%s is a number from 0 to 1, such as 0.6",
	    def->name);
}

int
tenant_setting_set(
    struct desk *d, enum tenant_setting s, const char *text, struct err *err)
{
	const struct tenant_setting_def *def = tenant_setting_def(s);
	int64_t value = 0;
	char canonical[32] = "";

	if (text[0] != '\0' && !parse(def, text, &value))
		return refuse(def, err);
	if (text[0] != '\0')
		tenant_setting_text(def, value, canonical);
	return setting_set_tenant(
	    d, def->name, has_no_number(def) ? text : canonical, err);
}
