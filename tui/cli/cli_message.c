/* cli_message - the noun "message", and threads. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/messages.h"
#include "db/records/whatsapp_errors.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_thread.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define VALUES_MAX 32

/* ---- threads ---- */

int
cli_thread_json(struct cli *c, int64_t conversation_id, int64_t before_us,
    int64_t before_id, int limit, struct json_out *out, struct err *err)
{
	struct message *rows = NULL;
	size_t count = 0;
	int rc = message_thread(c->desk, conversation_id, before_us, before_id,
	    limit, &rows, &count, err);

	json_out_array(out, "messages");
	for (size_t i = 0; rc == 0 && i < count; i++)
		message_json(&rows[i], out);
	json_out_end(out, ']');
	message_list_free(&rows, count);
	return rc;
}

static void
print_error(enum channel_kind channel, const struct json *m, struct str *out)
{
	const char *said = json_string(m, "error_text");
	struct str why = STR_INIT;
	int64_t code = 0;

	json_int64(m, "error_code", &code);
	if (code == 0 && (said == NULL || said[0] == '\0'))
		return;
	(void)send_error_say(
	    channel, (int)code, said != NULL ? said : "", &why);
	cli_add_block(out, 4, why.s);
	str_free(&why);
}

/* "< " came in, "> " went out, "# " is a note. */
static void
print_message(const struct cli *c, enum channel_kind channel,
    const struct json *m, struct str *out)
{
	bool is_note = json_bool(m, "is_note");
	const char *kind = json_string(m, "kind");

	cli_add_time(c, m, "at", out);
	if (!is_note && json_bool(m, "inbound")) {
		str_add(out, "  <");
	} else {
		str_add(out, is_note ? "  # " : "  > ");
		cli_add_member(c, m, "operator_name", out);
		if (!is_note) {
			str_add(out, " [");
			cli_add_member(c, m, "state", out);
			str_addc(out, ']');
		}
	}
	if (!is_note && !str_equal(kind, "text"))
		str_addf(out, " (%s)", cli__word(c->verb->noun, "kind", kind));
	str_addc(out, '\n');
	cli_add_block(out, 4, json_string(m, "body"));
	if (!is_note)
		print_error(channel, m, out);
}

void
cli_thread_print(const struct cli *c, const struct json *doc, struct str *out)
{
	const char *name =
	    json_string(json_get(doc, "conversation"), "channel_kind");
	enum channel_kind channel = CHANNEL_WHATSAPP;

	while (channel_kind_names[channel] != NULL &&
	       !str_equal(channel_kind_names[channel], name))
		channel++;
	for (const struct json *m = json_first(json_get(doc, "messages"));
	     m != NULL; m = json_next(m))
		print_message(c, channel, m, out);
}

/* ---- list, show ---- */

static const struct cli_column list_columns[] = {
    {"id", N_("Id"), 0},
    {"at", N_("When"), CLI_TIME},
    {"role", N_("Who"), 0},
    {"kind", N_("Kind"), 0},
    {"state", N_("Status"), 0},
    {"body", N_("Text"), 60},
};

static const struct cli_option list_options[] = {
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("those before this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct message *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int64_t id;
	int rc;

	if ((rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = cli_find_conversation(c, c->args[0], &id, err)) != 0 ||
	    (rc = message_thread(c->desk, id, page.after_key, page.after_id,
		 page.limit, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		message_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_at(c, rows[0].at_us, rows[0].id);
	message_list_free(&rows, count);
	return 0;
}

static int
show_message(struct cli *c, int64_t id, struct err *err)
{
	struct message m = {0};
	int rc = message_get(c->desk, id, &m, err);

	if (rc == 0)
		message_json(&m, cli_value(c));
	message_clear(&m);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show_message(c, id, err);
}

/* ---- send ---- */

static const struct cli_option send_options[] = {
    {"--text", "TEXT", N_("what to say; - is standard input")},
    {"--image", "URL", N_("an image at this https address")},
    {"--video", "URL", N_("a video at this https address")},
    {"--audio", "URL", N_("a sound at this https address")},
    {"--document", "URL", N_("a document at this https address")},
    {"--caption", "TEXT", N_("what to say beside image or document")},
    {"--filename", "NAME", N_("how the document is called")},
    {"--button", "ID=TITLE...", N_("a button below the text; at most 3")},
    {"--template", "NAME", N_("an approved template")},
    {"--template-lang", "LANG", N_("the template's language, such as es")},
    {"--value", "TEXT...", N_("one for each {{n}} of the template")},
    {"--reply-to", "ID", N_("provider's id of the message it answers")},
    {NULL, NULL, NULL},
};

/* What "send" was asked for; values and titles are borrowed from it. */
struct sending {
	struct message_new in;
	struct str text;
	char *ids[3]; /* owned */
	const char *values[VALUES_MAX + 1];
};

static int
read_kind(struct cli *c, struct sending *s, struct err *err)
{
	static const struct {
		const char *option;
		enum message_kind kind;
	} links[] = {{"--image", MESSAGE_IMAGE}, {"--video", MESSAGE_VIDEO},
	    {"--audio", MESSAGE_AUDIO}, {"--document", MESSAGE_DOCUMENT}};
	int kinds = 0;

	s->in.kind = MESSAGE_TEXT;
	for (size_t i = 0; i < COUNT(links); i++)
		if (cli_flag(c, links[i].option)) {
			s->in.kind = links[i].kind;
			s->in.link = cli_option(c, links[i].option);
			kinds++;
		}
	if (cli_flag(c, "--template")) {
		s->in.kind = MESSAGE_TEMPLATE;
		kinds++;
	}
	if (cli_flag(c, "--button")) {
		s->in.kind = MESSAGE_INTERACTIVE;
		kinds++;
	}
	if (kinds > 1)
		return err_set(err, OD_EUSAGE,
		    "One message is one of text, image, video, audio,"
		    " document, buttons and template");
	if (kinds == 0 && !cli_flag(c, "--text"))
		return err_set(err, OD_EUSAGE,
		    "What is to be sent? Name --text, --template, or one of"
		    " the others in --help");
	return 0;
}

static int
read_buttons(struct cli *c, struct sending *s, struct err *err)
{
	const char *b;

	for (int i = 0; (b = cli_option_nth(c, "--button", i)) != NULL; i++) {
		const char *equals = strchr(b, '=');

		if (i == 3)
			return err_set(
			    err, OD_EUSAGE, "There are at most 3 buttons");
		if (equals == NULL)
			return err_set(err, OD_EUSAGE,
			    "A button is ID=TITLE, not \"%s\"", b);
		s->ids[i] = xasprintf("%.*s", (int)(equals - b), b);
		s->in.buttons[i][0] = s->ids[i];
		s->in.buttons[i][1] = equals + 1;
	}
	return 0;
}

static int
read_values(struct cli *c, struct sending *s, struct err *err)
{
	for (int i = 0; cli_option_nth(c, "--value", i) != NULL; i++) {
		if (i == VALUES_MAX)
			return err_set(err, OD_EUSAGE,
			    "There are at most %d values", VALUES_MAX);
		s->values[i] = cli_option_nth(c, "--value", i);
	}
	s->in.template_name = cli_option(c, "--template");
	s->in.template_lang = cli_option(c, "--template-lang");
	s->in.template_values = s->values;
	return 0;
}

static int
send_it(struct cli *c, struct sending *s, int64_t *id, struct err *err)
{
	int rc;

	if ((rc = read_kind(c, s, err)) != 0 ||
	    (rc = read_buttons(c, s, err)) != 0 ||
	    (rc = read_values(c, s, err)) != 0 ||
	    (rc = cli_option_text(c,
		 cli_flag(c, "--caption") ? "--caption" : "--text", &s->text,
		 err)) != 0 ||
	    (rc = cli_find_conversation(
		 c, c->args[0], &s->in.conversation_id, err)) != 0)
		return rc;
	s->in.body = s->text.s;
	s->in.reply_to = cli_option(c, "--reply-to");
	s->in.filename = cli_option(c, "--filename");
	return message_send(c->desk, &s->in, id, err);
}

static int
run_send(struct cli *c, struct err *err)
{
	struct sending s = {.text = STR_INIT};
	int64_t id = 0;
	int rc = send_it(c, &s, &id, err);

	for (size_t i = 0; i < COUNT(s.ids); i++)
		free(s.ids[i]);
	str_free(&s.text);
	return rc != 0 ? rc : show_message(c, id, err);
}

static int
run_retry(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = message_retry(c->desk, id, err)) != 0)
		return rc;
	return show_message(c, id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"message", "list", "CONVERSATION", 1, 1, list_options, CLI_OPERATOR, true, run_list,
	    N_("List the newest messages of a conversation, oldest first.")},
	{"message", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show one message.")},
	{"message", "send", "CONVERSATION", 1, 1, send_options, CLI_OPERATOR, false, run_send,
	    N_("Send a message to a customer.")},
	{"message", "retry", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_retry,
	    N_("Send a failed message again.")},
};
/* clang-format on */

const struct cli_table cli_message_table = {rows, COUNT(rows)};
