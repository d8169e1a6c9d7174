/* cli_webhook - the noun "webhook": who outside is told of events. */
#include "common/clock.h"
#include "common/conf.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/webhooks.h"
#include "tui/cli/cli_ask.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 24},
    {"kind", N_("Type"), 8},
    {"state", N_("Status"), 12},
    {"host", N_("Host"), 30},
    {"failing_since", N_("Failing since"), CLI_TIME},
    {"last_attempt_at", N_("Last attempt"), CLI_TIME},
    {"last_status", N_("Answer"), 6},
};

static const struct cli_option list_options[] = {
    {"--trash", NULL, N_("those in the trash instead")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct webhook *rows = NULL;
	size_t count = 0;
	int rc =
	    webhook_list(c->desk, cli_flag(c, "--trash"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		webhook_json(&rows[i], cli_row(c));
	webhook_list_free(&rows, count);
	return 0;
}

/* By id, else by name; the caller clears it. */
static int
find(struct cli *c, int index, struct webhook *out, struct err *err)
{
	const char *word = c->args[index];
	int64_t id;

	memset(out, 0, sizeof(*out));
	if (str_to_int64(word, 1, INT64_MAX, &id))
		return webhook_get(c->desk, id, out, err);
	return webhook_by_name(c->desk, word, out, err);
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct webhook w;
	int rc = webhook_get(c->desk, id, &w, err);

	if (rc == 0)
		webhook_json(&w, cli_value(c));
	webhook_clear(&w);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct webhook w;
	int rc = find(c, 0, &w, err);

	if (rc == 0)
		webhook_json(&w, cli_value(c));
	webhook_clear(&w);
	return rc;
}

/* ---- events ---- */

static const struct cli_column event_columns[] = {
    {"event", N_("Event"), 40},
    {"operation", N_("Operation"), 24},
};

static int
run_events(struct cli *c, struct err *err)
{
	(void)err;
	cli_list(c, event_columns, COUNT(event_columns));
	for (int i = 0; i < OP_COUNT; i++) {
		const struct op_def *def = op_def((enum op_id)i);
		struct json_out *out;

		if (def->event == NULL)
			continue;
		out = cli_row(c);
		json_out_object(out, NULL);
		json_out_string(out, "event", def->event);
		json_out_string(out, "operation", def->name);
		json_out_end(out, '}');
	}
	return 0;
}

/* ---- making and changing ---- */

/* clang-format off */
#define SET_OPTIONS \
    {"--url", "URL", N_("where to; other users of this machine may see it here, so better:")}, \
    {"--url-file", "FILE", N_("a file that only you can read, with the address; - is standard input")}, \
    {"--events", "EVENTS", N_("what it is told of, such as \"ticket.* message.received\"; * for all")}, \
    {"--filter", "FILTER", N_("only what it is about: \"team:Soporte priority>=4 status:escalated guide:vpn_fails -channel:whatsapp\"; \"\" for no more")}, \
    {"--text", "TEXT", N_("what Slack is told, with {{type}}, {{data.number}} and so on; - is standard input")}, \
    {"--secret-file", "FILE", N_("a file with its secret instead of a new one; of kestra: the header Authorization")}, \
    {"--private", NULL, N_("it may be in your own network, and without https")}

static const struct cli_option new_options[] = {
    SET_OPTIONS,
    {"--kind", "KIND", N_("standard, slack or kestra [standard]")},
    {NULL, NULL, NULL},
};

static const struct cli_option edit_options[] = {
    SET_OPTIONS,
    {"--public", NULL, N_("it may not be in your own network any more")},
    {"--name", "NAME", N_("its name")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};
/* clang-format on */

struct wish { /* what the options say, and what they borrow */
	struct webhook_set set;
	struct str text;
	char url[WEBHOOK_URL_MAX + 2], secret[WEBHOOK_SECRET_MAX + 1];
};

static void
wish_clear(struct wish *w)
{
	str_free(&w->text);
	explicit_bzero(w->url, sizeof(w->url));
	explicit_bzero(w->secret, sizeof(w->secret));
}

/* The configuration's, or that of the older systems' variable. */
static int
configured_url(struct cli *c, int kind, struct wish *w, struct err *err)
{
	const char *key =
	    kind == WEBHOOK_SLACK ? "slack_webhook_url" : "kestra_webhook_url";
	const char *path = conf_path(c->conf);
	const char *url = NULL;
	struct conf *conf = NULL;
	int rc = 0;

	if (kind == WEBHOOK_STANDARD)
		return 0;
	conf_use_env(true);
	rc = path[0] != '\0' ? conf_load(path, &conf, err)
	                     : conf_parse("", 0, "opdesk.conf", &conf, err);
	conf_use_env(false);
	if (rc == 0 && conf_secret_count(conf_section(conf, CONF_DAEMON), key))
		url = conf_secret(conf_section(conf, CONF_DAEMON), key, 0);
	if (url != NULL && str_copy(w->url, sizeof(w->url), url))
		w->set.url = w->url;
	conf_free(&conf);
	return rc;
}

static int
read_wish(struct cli *c, struct wish *w, struct err *err)
{
	const char *file = cli_option(c, "--url-file");
	const char *secret = cli_option(c, "--secret-file");
	int rc = 0;

	memset(w, 0, sizeof(*w));
	str_init(&w->text);
	w->set.is_private = cli_flag(c, "--private") ? 1 : -1;
	w->set.kind = -1;
	w->set.url = cli_option(c, "--url");
	w->set.events = cli_option(c, "--events");
	w->set.filter = cli_option(c, "--filter");
	if (file != NULL && w->set.url != NULL)
		return err_set(err, OD_EUSAGE,
		    "Give --url or --url-file, not both of them");
	if (file != NULL) {
		rc = cli_secret_line(file, 0, w->url, sizeof(w->url), err);
		w->set.url = w->url;
	}
	if (rc == 0 && secret != NULL) {
		rc = cli_secret_line(
		    secret, 0, w->secret, sizeof(w->secret), err);
		w->set.secret = w->secret;
	}
	if (rc == 0 && cli_flag(c, "--text")) {
		rc = cli_option_text(c, "--text", &w->text, err);
		w->set.body_template = w->text.s;
	}
	return rc;
}

/* With its secret, which is shown this once. */
static int
show_secret(struct cli *c, int64_t id, const char *secret, struct err *err)
{
	struct json_out *out;
	struct webhook w;
	int rc = webhook_get(c->desk, id, &w, err);

	if (rc == 0) {
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_int(out, "id", w.id);
		json_out_string(out, "name", w.name);
		json_out_string(out, "kind", webhook_kind_names[w.kind]);
		json_out_string(out, "state", webhook_state_names[w.state]);
		json_out_string(out, "host", w.host);
		if (secret[0] != '\0')
			json_out_string(out, "secret", secret);
		json_out_end(out, '}');
		if (secret[0] != '\0')
			cli_say(c, _("Keep the secret now; it is not shown"
				     " again."));
	}
	webhook_clear(&w);
	return rc;
}

static int
run_new(struct cli *c, struct err *err)
{
	char secret[WEBHOOK_SECRET_MAX] = "";
	struct wish w;
	int64_t id = 0;
	int rc;

	if ((rc = read_wish(c, &w, err)) == 0 &&
	    (rc = cli_option_word(c, "--kind", webhook_kind_names,
		 WEBHOOK_STANDARD, &w.set.kind, err)) == 0 &&
	    w.set.url == NULL)
		rc = configured_url(c, w.set.kind, &w, err);
	w.set.name = c->args[0];
	if (rc == 0 &&
	    (rc = webhook_new(c->desk, &w.set, &id, secret, err)) == 0)
		rc =
		    show_secret(c, id, w.set.secret != NULL ? "" : secret, err);
	explicit_bzero(secret, sizeof(secret));
	wish_clear(&w);
	return rc;
}

static int
run_edit(struct cli *c, struct err *err)
{
	struct webhook now = {.id = 0};
	struct wish w;
	int64_t seen;
	int rc;

	if ((rc = read_wish(c, &w, err)) != 0 ||
	    (rc = find(c, 0, &now, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) != 0)
		goto out;
	if (cli_flag(c, "--public"))
		w.set.is_private = 0;
	w.set.name = cli_option(c, "--name");
	rc = webhook_edit(c->desk, now.id, seen, &w.set, err);
	if (rc == 0)
		rc = show(c, now.id, err);
out:
	wish_clear(&w);
	webhook_clear(&now);
	return rc;
}

static int
turn(struct cli *c, bool on, struct err *err)
{
	struct webhook w;
	int rc;

	if ((rc = find(c, 0, &w, err)) == 0 &&
	    (rc = webhook_switch(c->desk, w.id, w.version, on, err)) == 0)
		rc = show(c, w.id, err);
	webhook_clear(&w);
	return rc;
}

static int
run_on(struct cli *c, struct err *err)
{
	return turn(c, true, err);
}

static int
run_off(struct cli *c, struct err *err)
{
	return turn(c, false, err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct webhook w;
	int rc;

	if ((rc = find(c, 0, &w, err)) == 0 &&
	    (rc = webhook_delete(c->desk, w.id, w.version, err)) == 0)
		webhook_json(&w, cli_value(c));
	webhook_clear(&w);
	return rc;
}

static int
run_restore(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = webhook_restore(c->desk, id, err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_rotate(struct cli *c, struct err *err)
{
	char secret[WEBHOOK_SECRET_MAX] = "";
	struct webhook w;
	int rc;

	if ((rc = find(c, 0, &w, err)) == 0 &&
	    (rc = webhook_rotate(c->desk, w.id, secret, err)) == 0)
		rc = show_secret(c, w.id, secret, err);
	explicit_bzero(secret, sizeof(secret));
	webhook_clear(&w);
	return rc;
}

/* ---- sending ---- */

static int
run_test(struct cli *c, struct err *err)
{
	struct json_out *out;
	struct webhook w;
	int rc;

	if ((rc = find(c, 0, &w, err)) == 0 &&
	    (rc = webhook_test(c->desk, w.id, err)) == 0) {
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_string(out, "name", w.name);
		json_out_bool(out, "queued", true);
		json_out_end(out, '}');
		cli_say(c, _("The daemon sends it; opdesk webhook attempts"
			     " shows how it went."));
	}
	webhook_clear(&w);
	return rc;
}

static const struct cli_column attempt_columns[] = {
    {"id", N_("Id"), 0},
    {"at", N_("When"), CLI_TIME},
    {"webhook", N_("Webhook"), 20},
    {"event", N_("Event"), 24},
    {"attempt", N_("Try"), 0},
    {"status", N_("Answer"), 6},
    {"took_ms", N_("Took (ms)"), 0},
    {"error", N_("Error"), 50},
};

static const struct cli_option attempt_options[] = {
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_attempts(struct cli *c, struct err *err)
{
	struct webhook_attempt *rows = NULL;
	struct webhook w = {.id = 0};
	struct page page = {0};
	size_t count = 0;
	int rc = 0;

	if (c->nargs > 0)
		rc = find(c, 0, &w, err);
	webhook_clear(&w);
	if (rc != 0 || (rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = webhook_attempts(c->desk, w.id, page.after_id, page.limit,
		 &rows, &count, err)) != 0)
		return rc;
	cli_list(c, attempt_columns, COUNT(attempt_columns));
	for (size_t i = 0; i < count; i++)
		webhook_attempt_json(&rows[i], cli_row(c));
	if (count > 0 && count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	free(rows);
	return 0;
}

static const struct cli_option replay_options[] = {
    {"--row", "ID", N_("only this row of the outbox")},
    {"--since", "TIME", N_("only what was given up since then")},
    {NULL, NULL, NULL},
};

static int
run_replay(struct cli *c, struct err *err)
{
	int64_t row, since, count = 0;
	struct json_out *out;
	struct webhook w;
	int rc;

	if ((rc = find(c, 0, &w, err)) == 0 &&
	    (rc = cli_option_int(c, "--row", 1, INT64_MAX, 0, &row, err)) ==
		0 &&
	    (rc = cli_option_time(c, "--since", &since, err)) == 0 &&
	    (rc = webhook_replay(c->desk, w.id, row, since, &count, err)) ==
		0) {
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_string(out, "name", w.name);
		json_out_int(out, "replayed", count);
		json_out_end(out, '}');
	}
	webhook_clear(&w);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"webhook", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List who is told of events, by name.")},
	{"webhook", "show", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a webhook; neither its address nor its secret.")},
	{"webhook", "events", "", 0, 0, NULL, CLI_OPERATOR, true, run_events,
	    N_("List the events that a webhook can be told of.")},
	{"webhook", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a webhook; its secret is printed once.")},
	{"webhook", "edit", "WEBHOOK", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a webhook.")},
	{"webhook", "on", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, false, run_on,
	    N_("Switch a webhook on; it is told of what happens from now on.")},
	{"webhook", "off", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, false, run_off,
	    N_("Switch a webhook off; what waits for it is given up.")},
	{"webhook", "delete", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move a webhook to the trash.")},
	{"webhook", "restore", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take a webhook out of the trash.")},
	{"webhook", "rotate", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, false, run_rotate,
	    N_("Give a webhook a new secret, printed once; for a day the one before signs too.")},
	{"webhook", "test", "WEBHOOK", 1, 1, NULL, CLI_OPERATOR, false, run_test,
	    N_("Send the event webhook.test to a webhook.")},
	{"webhook", "attempts", "[WEBHOOK]", 0, 1, attempt_options, CLI_OPERATOR, true, run_attempts,
	    N_("List what was sent to a webhook, or to all, and what it answered, the newest first.")},
	{"webhook", "replay", "WEBHOOK", 1, 1, replay_options, CLI_OPERATOR, false, run_replay,
	    N_("Send again what was given up, as it was.")},
};
/* clang-format on */

const struct cli_table cli_webhook_table = {rows, COUNT(rows)};
