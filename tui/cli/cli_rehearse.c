/*
 * cli_rehearse - training and trying out: never with a real tenant.
 */
#include "common/clock.h"
#include "common/http_client.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "db/core/desk_files.h"
#include "db/records/tenants.h"
#include "kb/guides_desk.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/demo.h"
#include "tui/cli/fill.h"
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_ours(const struct cli *c, const struct conf_section *s)
{
	int64_t id;

	return desk_find_tenant(c->desk, conf_tenant(c->conf, s), &id, NULL) ==
	           0 &&
	       id == c->desk->actor.tenant_id;
}

/*
 * The first WhatsApp channel of the acting tenant (before there is a desk: of
 * any), or the one that is named; never another tenant's, which may be a real
 * one.
 */
static int
find_channel(struct cli *c, const char *name, const struct conf_section **out,
    struct err *err)
{
	const struct conf_section *s = NULL;

	while ((s = conf_next(c->conf, CONF_CHANNEL, s)) != NULL) {
		if (strcmp(conf_string(s, "kind"), "whatsapp") != 0 ||
		    (c->desk != NULL && !is_ours(c, s)))
			continue;
		if (name == NULL || strcmp(conf_section_id(s), name) == 0) {
			*out = s;
			return 0;
		}
	}
	return err_set(err, OD_ENOTFOUND,
	    "The configuration has no such WhatsApp channel; \"opdesk channel"
	    " list\" shows what there is");
}

/* The acting tenant, when it is one for rehearsals. */
static int
rehearsal_tenant(struct desk *d, struct tenant *t, struct err *err)
{
	int rc;

	if ((rc = tenant_get(d, d->actor.tenant_id, t, err)) != 0)
		return rc;
	return t->rehearsal ? 0
	                    : err_set(err, OD_EDENIED,
				  "\"%s\" is a real tenant; rehearsals are"
				  " for rehearsal tenants only",
				  t->name);
}

/* ---- demo ---- */

/* There is no desk yet, so none of its commands can tell what is missing. */
static int
no_channel(const struct cli *c, struct err *err)
{
	struct str path = STR_INIT;

	if (c->in->config != NULL)
		str_add(&path, c->in->config);
	else
		conf_find(&path);
	err_set(err, OD_ENOTFOUND,
	    "The invented customers write through a WhatsApp channel, and there"
	    " is none in %s: add a section [channel NAME] with kind = whatsapp"
	    " and phone_number_id, as \"opdesk config example\" shows it",
	    path.s);
	str_free(&path);
	return OD_ENOTFOUND;
}

/* Those that come with opdesk; a program that stands alone has none. */
static int
fill_guides(struct desk *d, struct err *err)
{
	struct kb_import done;
	struct kb_guides g;
	int rc;

	if ((rc = desk_act_as_host(d, "demo", err)) != 0)
		return rc;
	if (kb_guides_shipped(&g, NULL) != 0)
		return 0;
	rc = kb_guides_import(d, &g, false, &done, err);
	kb_import_free(&done);
	kb_guides_free(&g);
	return rc;
}

static int
run_demo(struct cli *c, struct err *err)
{
	const struct conf_section *channel;
	struct str uri = STR_INIT;
	struct desk_options o = {
	    .files = conf_string(conf_section(c->conf, CONF_DESK), "files")};
	int rc;

	if (find_channel(c, NULL, &channel, NULL) != 0)
		return no_channel(c, err);
	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	if ((rc = desk_make(&o, &c->desk, err)) == 0 &&
	    (rc = desk_act_as_host(c->desk, NULL, err)) == 0)
		rc = demo_fill(c->desk, conf_section_id(channel), err);
	if (rc == 0 && (rc = fill_guides(c->desk, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_string(out, "database", db_uri(c->desk->db));
		json_out_string(out, "channel", conf_section_id(channel));
		json_out_end(out, '}');
	}
	str_free(&uri);
	return rc;
}

/* ---- fill ---- */

static const struct cli_option fill_options[] = {
    {"--tickets", "N", N_("how many tickets [1000]")},
    {"--messages", "N", N_("how many messages [1000]")},
    {"--seed", "N", N_("the same seed makes the same desk [1]")},
    {NULL, NULL, NULL},
};

static void
show_progress(int64_t done, int64_t all, void *data)
{
	cli_progress(data, _("Filling the desk"), done, all);
}

static int
run_fill(struct cli *c, struct err *err)
{
	struct fill_options o = {.progress = show_progress, .data = c};
	struct json_out *out;
	struct tenant t;
	int rc;

	if ((rc = rehearsal_tenant(c->desk, &t, err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--tickets", 0, 10000000, 1000, &o.tickets, err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--messages", 0, 10000000, 1000, &o.messages, err)) != 0 ||
	    (rc = cli_option_int(c, "--seed", 1, INT64_MAX, 1, &o.seed, err)) !=
		0 ||
	    (rc = fill_desk(c->desk, &o, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "tickets", o.tickets);
	json_out_int(out, "messages", o.messages);
	json_out_end(out, '}');
	return 0;
}

/* ---- whatsapp ---- */

static const struct cli_option whatsapp_options[] = {
    {"--from", "NUMBER", N_("the customer's number, digits only")},
    {"--name", "NAME", N_("the customer's name")},
    {"--text", "TEXT", N_("what the customer writes; - is standard input")},
    {"--type", "TYPE",
	N_("text, image, audio, document, location, contact, button, reply,"
	   " list, reaction, revoke, edit or unsupported [text]")},
    {"--channel", "NAME", N_("the channel; else the first one")},
    {"--reply-to", "ID", N_("provider's id of the message it is about")},
    {NULL, NULL, NULL},
};

struct post {
	int status;
	char error[256];
};

static void
on_posted(const struct http_response *r, void *data)
{
	struct post *p = data;

	p->status = r->status;
	str_copy(p->error, sizeof(p->error), r->error);
}

static int
post_signed(struct cli *c, const struct conf_section *channel,
    const struct str *body, struct err *err)
{
	const char *listen =
	    conf_string(conf_section(c->conf, CONF_DAEMON), "listen");
	char signature[REHEARSAL_SIGNATURE_SIZE];
	const char *const headers[] = {
	    "Content-Type: application/json", signature, NULL};
	char *url = xasprintf("http://%s/whatsapp", listen);
	struct post result = {0};
	struct http_request request = {.method = "POST",
	    .url = url,
	    .headers = headers,
	    .body = body->s,
	    .body_len = body->len,
	    .loopback_only = true,
	    .done = on_posted,
	    .data = &result};
	struct http_client *client = NULL;
	uv_loop_t loop;
	int rc;

	rehearsal_sign(signature, conf_secret(channel, "app_secret", 0),
	    body->s, body->len);
	uv_loop_init(&loop);
	if ((rc = http_client_global_init(err)) == 0 &&
	    (rc = http_client_new(&loop, &client, err)) == 0 &&
	    (rc = http_client_send(client, &request, NULL, err)) == 0)
		uv_run(&loop, UV_RUN_DEFAULT);
	http_client_free(&client);
	(void)loop_finish(&loop);
	free(url);
	if (rc == 0 && result.status == 0)
		rc = err_set(err, OD_EUNAVAIL,
		    "The daemon does not answer at %s: %s", listen,
		    result.error);
	else if (rc == 0 && result.status != 200)
		rc = err_set(err, OD_EUNAVAIL,
		    "The daemon refused the message with status %d",
		    result.status);
	return rc;
}

static int
message_type(const char *name, enum rehearsal_type *type, struct err *err)
{
	for (int i = 0; rehearsal_type_names[i] != NULL; i++) {
		if (strcmp(rehearsal_type_names[i], name) == 0) {
			*type = (enum rehearsal_type)i;
			return 0;
		}
	}
	return err_set(err, OD_EUSAGE, "There is no message type \"%s\"", name);
}

static int
run_whatsapp(struct cli *c, struct err *err)
{
	const struct conf_section *channel;
	const char *type = cli_option(c, "--type");
	struct rehearsal_message m = {.from = cli_option(c, "--from"),
	    .name = cli_option(c, "--name"),
	    .reply_to = cli_option(c, "--reply-to")};
	struct str body = STR_INIT, text = STR_INIT;
	char id[REHEARSAL_ID_SIZE];
	struct tenant t;
	int rc;

	/* It is the daemon that writes it down. */
	if ((rc = cli_check_change(c, err)) != 0)
		return rc;
	if (m.from == NULL)
		return err_set(err, OD_EUSAGE,
		    "--from is missing: the customer's number, digits only");
	if ((rc = rehearsal_tenant(c->desk, &t, err)) != 0 ||
	    (rc = find_channel(c, cli_option(c, "--channel"), &channel, err)) !=
		0 ||
	    (rc = message_type(type != NULL ? type : "text", &m.type, err)) !=
		0 ||
	    (rc = cli_option_text(c, "--text", &text, err)) != 0)
		goto out;
	m.text = text.s;
	m.number_id = conf_string(channel, "phone_number_id");
	rehearsal_message(&m, &body, id);
	if ((rc = post_signed(c, channel, &body, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_string(out, "id", id);
		json_out_end(out, '}');
	}
out:
	str_free(&body);
	str_free(&text);
	return rc;
}

/* ---- provider ---- */

static const struct cli_option provider_options[] = {
    {"--listen", "ADDRESS:PORT",
	N_("where; else the api_base of the first rehearsal channel")},
    {NULL, NULL, NULL},
};

/* The daemon's program stands beside this one. */
static int
run_provider(struct cli *c, struct err *err)
{
	char self[PATH_MAX], *program;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *args[8];
	int k = 0;

	if (n < 0)
		return err_set(
		    err, OD_EIO, "opdesk does not know where it is installed");
	self[n] = '\0';
	program = xasprintf("%s/opdesk-syncd", dirname(self));
	args[k++] = program;
	args[k++] = "--rehearsal-provider";
	if (c->in->config != NULL) {
		args[k++] = "--config";
		args[k++] = c->in->config;
	}
	if (cli_flag(c, "--listen")) {
		args[k++] = "--listen";
		args[k++] = cli_option(c, "--listen");
	}
	args[k] = NULL;
	execv(program, (char *const *)(uintptr_t)args);
	err_set(
	    err, OD_EIO, "%s cannot be started: %s", program, strerror(errno));
	free(program);
	return OD_EIO;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"rehearse", "demo", "", 0, 0, NULL, CLI_NOBODY, false, run_demo,
	    N_("Make a desk with a small invented company in it.")},
	{"rehearse", "whatsapp", "", 0, 0, whatsapp_options, CLI_OPERATOR, true, run_whatsapp,
	    N_("Send a message to the desk as a customer would.")},
	{"rehearse", "provider", "", 0, 0, provider_options, CLI_NOBODY, true, run_provider,
	    N_("Stand in for WhatsApp on this machine.")},
	{"rehearse", "fill", "", 0, 0, fill_options, CLI_OPERATOR, false, run_fill,
	    N_("Add many invented tickets and messages.")},
};
/* clang-format on */

const struct cli_table cli_rehearse_table = {rows, COUNT(rows)};
