/* cli_channel - channels of the configuration, their state and events. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/channels.h"
#include "db/records/conversations.h"
#include "db/records/raw_events.h"
#include "db/records/tenants.h"
#include "tui/cli/cli_tables.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- list, show ---- */

static const struct cli_column list_columns[] = {
    {"name", N_("Channel"), 20},
    {"kind", N_("Kind"), 0},
    {"number", N_("Number"), 20},
    {"state", N_("Status"), 0},
    {"last_in_at", N_("Last in"), CLI_TIME},
    {"last_out_at", N_("Last out"), CLI_TIME},
    {"reason", N_("Reason"), 40},
};

/* 0 when the channel is the acting tenant's, 1 when it is another's. */
static int
whose(struct cli *c, const struct conf_section *s, struct err *err)
{
	int64_t id;
	int rc;

	rc = desk_find_tenant(c->desk, conf_tenant(c->conf, s), &id, err);
	if (rc != 0) {
		err_prefix(err, "[channel %s]", conf_section_id(s));
		return OD_EDATA;
	}
	return id == c->desk->actor.tenant_id ? 0 : 1;
}

static int
find_channel(struct cli *c, const char *name, const struct conf_section **out,
    struct err *err)
{
	const struct conf_section *s = conf_named(c->conf, CONF_CHANNEL, name);
	int rc = s != NULL ? whose(c, s, err) : 1;

	if (rc < 0)
		return rc;
	if (rc == 1)
		return err_set(err, OD_ENOTFOUND,
		    "The configuration has no channel \"%s\"; \"opdesk channel"
		    " list\" shows what there is",
		    name);
	*out = s;
	return 0;
}

/* How the world knows it. */
static const char *
address_of(const struct conf_section *s)
{
	return strcmp(conf_string(s, "kind"), "mail") == 0
	           ? conf_string(s, "from")
	           : conf_string(s, "phone_number_id");
}

static int
put_channel(struct cli *c, const struct conf_section *s, struct json_out *out,
    struct err *err)
{
	struct channel_status status;
	struct tenant t;
	int rc = channel_status_get(c->desk, conf_section_id(s), &status, err);

	if (rc == 0)
		rc = tenant_get(c->desk, c->desk->actor.tenant_id, &t, err);
	if (rc != 0)
		return rc;
	json_out_object(out, NULL);
	json_out_string(out, "name", conf_section_id(s));
	json_out_string(out, "kind", conf_string(s, "kind"));
	json_out_string(out, "tenant", t.slug);
	json_out_string(out, "number", address_of(s));
	json_out_string(out, "state", channel_state_names[status.state]);
	json_out_string(out, "reason", status.reason);
	json_out_time(out, "paused_until", status.paused_until_us);
	json_out_time(out, "last_in_at", status.last_in_us);
	json_out_time(out, "last_out_at", status.last_out_us);
	json_out_time(out, "tested_at", status.tested_us);
	json_out_string(out, "test_result", status.test_result);
	json_out_end(out, '}');
	return 0;
}

/* Of nobody, so that no daemon starts with it: everybody may see why. */
static void
put_nobodys(struct cli *c, const struct conf_section *s, const char *why)
{
	struct json_out *out = cli_row(c);

	json_out_object(out, NULL);
	json_out_string(out, "name", conf_section_id(s));
	json_out_string(out, "kind", conf_string(s, "kind"));
	json_out_null(out, "tenant");
	json_out_string(out, "number", address_of(s));
	json_out_string(out, "state", "wrong");
	json_out_string(out, "reason", why);
	json_out_end(out, '}');
}

static int
run_list(struct cli *c, struct err *err)
{
	const struct conf_section *s = NULL;
	struct err why = ERR_INIT;
	int rc = 0;

	cli_list(c, list_columns, COUNT(list_columns));
	while (rc == 0 && (s = conf_next(c->conf, CONF_CHANNEL, s)) != NULL) {
		int is_other = whose(c, s, &why);

		if (is_other < 0)
			put_nobodys(c, s, why.text);
		else if (is_other == 0)
			rc = put_channel(c, s, cli_row(c), err);
	}
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	const struct conf_section *s;
	int rc = find_channel(c, c->args[0], &s, err);

	return rc != 0 ? rc : put_channel(c, s, cli_value(c), err);
}

/* ---- test, resume ---- */

static const struct cli_option test_options[] = {
    {"--wait", "SECONDS", N_("how long to wait for the daemon [20]")},
    {NULL, NULL, NULL},
};

static int
daemon_is_there(struct cli *c, struct err *err)
{
	struct daemon_row *rows = NULL;
	size_t count = 0;
	bool alive = false;
	int rc = daemon_list(c->desk, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		alive |= rows[i].stopped_us == 0;
	free(rows);
	if (rc == 0 && !alive)
		rc = err_set(err, OD_EUNAVAIL,
		    "No daemon serves this desk; start opdesk-syncd");
	return rc;
}

static int
run_test(struct cli *c, struct err *err)
{
	const char *name = c->args[0];
	const struct conf_section *s;
	struct channel_status status;
	int64_t wait_s, before, deadline;
	int rc;

	if ((rc = find_channel(c, name, &s, err)) != 0 ||
	    (rc = cli_option_int(c, "--wait", 0, 600, 20, &wait_s, err)) != 0 ||
	    (rc = daemon_is_there(c, err)) != 0 ||
	    (rc = channel_status_get(c->desk, name, &status, err)) != 0)
		return rc;
	before = status.tested_us;
	if ((rc = channel_ask_test(c->desk, name, err)) != 0)
		return rc;
	deadline = clock_mono_us() + wait_s * US_PER_SECOND;
	while (status.tested_us == before && clock_mono_us() < deadline) {
		(void)poll(NULL, 0, 100);
		rc = channel_status_get(c->desk, name, &status, err);
		if (rc != 0)
			return rc;
	}
	if (status.tested_us == before && wait_s > 0)
		return err_set(err, OD_EUNAVAIL,
		    "The daemon did not answer within %lld seconds; its"
		    " answer will be in \"opdesk channel show %s\"",
		    (long long)wait_s, name);
	return put_channel(c, s, cli_value(c), err);
}

static int
run_resume(struct cli *c, struct err *err)
{
	const struct conf_section *s;
	int rc;

	if ((rc = find_channel(c, c->args[0], &s, err)) != 0 ||
	    (rc = channel_resume(c->desk, c->args[0], err)) != 0)
		return rc;
	return put_channel(c, s, cli_value(c), err);
}

/* ---- templates ---- */

static const struct cli_column template_columns[] = {
    {"name", N_("Template"), 32},
    {"lang", N_("Language"), 8},
    {"category", N_("Category"), 14},
    {"status", N_("Status"), 0},
    {"parameters", N_("Values"), 6},
    {"body", N_("Text"), 50},
};

static const struct cli_option template_options[] = {
    {"--approved", NULL, N_("only those that can be sent")},
    {NULL, NULL, NULL},
};

static int
run_templates(struct cli *c, struct err *err)
{
	struct message_template *rows = NULL;
	const struct conf_section *s;
	size_t count = 0;
	int rc;

	if ((rc = find_channel(c, c->args[0], &s, err)) != 0 ||
	    (rc = template_list(c->desk, c->args[0], cli_flag(c, "--approved"),
		 &rows, &count, err)) != 0)
		return rc;
	cli_list(c, template_columns, COUNT(template_columns));
	for (size_t i = 0; i < count; i++)
		template_json(&rows[i], cli_row(c));
	template_list_free(&rows, count);
	return 0;
}

static int
run_fetch(struct cli *c, struct err *err)
{
	const struct conf_section *s;
	int rc;

	if ((rc = find_channel(c, c->args[0], &s, err)) != 0 ||
	    (rc = daemon_is_there(c, err)) != 0 ||
	    (rc = channel_ask_templates(c->desk, c->args[0], err)) != 0)
		return rc;
	return put_channel(c, s, cli_value(c), err);
}

/* ---- events that could not be read ---- */

static const struct cli_column event_columns[] = {
    {"id", N_("Id"), 0},
    {"channel", N_("Channel"), 16},
    {"received_at", N_("Received"), CLI_TIME},
    {"state", N_("Status"), 0},
    {"size", N_("Bytes"), 0},
    {"reason", N_("Reason"), 60},
};

static const struct cli_option event_options[] = {
    {"--state", "STATE", N_("new, done, failed or all [failed]")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_events(struct cli *c, struct err *err)
{
	static const char *const states[] = {
	    "new", "done", "failed", "all", NULL};
	struct raw_event *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int state, rc;

	if ((rc = cli_option_word(
		 c, "--state", states, RAW_EVENT_FAILED, &state, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = raw_event_list(c->desk, state > RAW_EVENT_FAILED ? -1 : state,
		 page.after_id, page.limit, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, event_columns, COUNT(event_columns));
	for (size_t i = 0; i < count; i++)
		raw_event_json(&rows[i], false, cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	raw_event_list_free(&rows, count);
	return 0;
}

static int
show_event(struct cli *c, int64_t id, bool with_body, struct err *err)
{
	struct raw_event e = {0};
	int rc = raw_event_get(c->desk, id, &e, err);

	if (rc == 0)
		raw_event_json(&e, with_body, cli_value(c));
	raw_event_clear(&e);
	return rc;
}

static int
run_event(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show_event(c, id, true, err);
}

static int
run_replay(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = raw_event_replay(c->desk, id, err)) != 0)
		return rc;
	return show_event(c, id, false, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"channel", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_list,
	    N_("List the tenant's channels and how they are.")},
	{"channel", "show", "CHANNEL", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show one channel.")},
	{"channel", "test", "CHANNEL", 1, 1, test_options, CLI_OPERATOR, false, run_test,
	    N_("Let the daemon ask the provider whether all is well.")},
	{"channel", "resume", "CHANNEL", 1, 1, NULL, CLI_OPERATOR, false, run_resume,
	    N_("Let a stopped channel go on.")},
	{"channel", "templates", "CHANNEL", 1, 1, template_options, CLI_OPERATOR, true, run_templates,
	    N_("List a channel's templates.")},
	{"channel", "fetch", "CHANNEL", 1, 1, NULL, CLI_OPERATOR, false, run_fetch,
	    N_("Let the daemon fetch the templates from the provider.")},
	{"channel", "events", "", 0, 0, event_options, CLI_OPERATOR, true, run_events,
	    N_("List what was received and could not be read.")},
	{"channel", "event", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_event,
	    N_("Show one event as it was received.")},
	{"channel", "replay", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_replay,
	    N_("Read a failed event once more.")},
};
/* clang-format on */

const struct cli_table cli_channel_table = {rows, COUNT(rows)};
