/*
 * Memory runs out in the use cases and reads about conversations, messages and
 * the daemon's work: see memory_use.h.
 *
 * Turned red by: is_shaken never set (the search index then counts as damaged),
 * db_rollback that does not reach the engine; on a server as in
 * test_memory_people.c.
 */
#include "common/json.h"
#include "db/core/op.h"
#include "db/records/channels.h"
#include "db/records/files.h"
#include "db/records/jobs.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/tickets.h"
#include "tests/lib/memory_use.h"

static int
do_claim(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_claim(d, s->unowned, 0, err);
}

static int
do_assign(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_assign(d, s->conversation, 0, s->f.demo.mate,
	    s->f.demo.support, "Es tuya", err);
}

static int
do_close(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_close(d, s->conversation, 0, err);
}

static int
do_reopen(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_reopen(d, s->closed, 0, err);
}

static int
do_seen(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_seen(d, s->conversation, true, err);
}

static int
do_note(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;

	(void)seen;
	return conversation_note(d, s->conversation, "Ojo", &id, err);
}

static int
do_link(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return conversation_link_ticket(d, s->conversation, s->ticket, err);
}

static int
do_inbox(struct desk *d, struct str *seen, struct err *err)
{
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = conversation_list(
		 d, VIEW_ALL, "", &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(
		    seen, "%s %s\n", rows[i].contact_name, rows[i].preview);
	free(rows);
	return 0;
}

static int
do_inbox_search(struct desk *d, struct str *seen, struct err *err)
{
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = conversation_list(
		 d, VIEW_ALL, "impr", &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s\n", rows[i].preview);
	free(rows);
	return 0;
}

static int
do_thread(struct desk *d, struct str *seen, struct err *err)
{
	struct message *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = message_thread(
		 d, s->conversation, 0, 0, 50, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %d %s\n", rows[i].body, (int)rows[i].state,
		    rows[i].error_text);
	message_list_free(&rows, count);
	return 0;
}

static int
do_send(struct desk *d, struct str *seen, struct err *err)
{
	struct message_new in = {.conversation_id = s->conversation,
	    .kind = MESSAGE_TEXT,
	    .body = "Vamos para allá"};
	int64_t id;

	(void)seen;
	return message_send(d, &in, &id, err);
}

static int
do_retry(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return message_retry(d, s->failed, err);
}

static int
do_receive(struct desk *d, struct str *seen, struct err *err)
{
	struct inbound_message in = talk_message("wamid.c", "¿Y bien?", 0);
	struct inbound_result r;

	(void)seen;
	return message_receive(d, &in, &r, err);
}

static int
do_receive_new(struct desk *d, struct str *seen, struct err *err)
{
	struct inbound_message in = talk_message("wamid.d", "Hola", 0);
	struct inbound_result r;

	(void)seen;
	in.number = "34677888999";
	return message_receive(d, &in, &r, err);
}

static int
do_batch(struct desk *d, struct str *seen, struct err *err)
{
	struct inbound_message in = talk_message("", "Uno más", 0);
	struct inbound_result r;
	char id[32];
	int rc;

	(void)seen;
	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	for (int i = 0; i < 3 && rc == 0; i++) {
		str_format(id, sizeof(id), "wamid.batch%d", i);
		in.provider_id = id;
		rc = message_receive(d, &in, &r, err);
	}
	if (rc == 0)
		rc = raw_event_done(d, s->raw_event, err);
	if (rc == 0)
		return db_batch_end(d, err);
	db_batch_cancel(d);
	return rc;
}

static int
do_inbound_edit(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return message_edit_inbound(d, TALK_CHANNEL, "wamid.a", INBOUND_EDIT,
	    "Imprime en gris", TALK_T0 + 1, err);
}

static int
do_peer_changed(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return message_peer_changed(
	    d, TALK_CHANNEL, TALK_NUMBER, "34600111333", "", "", err);
}

static int
do_status(struct desk *d, struct str *seen, struct err *err)
{
	struct inbound_status in = {.channel = TALK_CHANNEL,
	    .provider_id = "wamid.unknown",
	    .callback = "",
	    .status = "delivered",
	    .recipient = TALK_NUMBER,
	    .error_text = "",
	    .at_us = TALK_T0};
	bool duplicate;

	(void)seen;
	return message_status(d, &in, &duplicate, err);
}

static int
do_outbox_claim(struct desk *d, struct str *seen, struct err *err)
{
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int64_t next;
	int rc;

	if ((rc = outbox_claim(
		 d, "t", 60, 9, 9, NULL, &rows, &count, &next, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%lld %s\n", (long long)rows[i].record_id,
		    rows[i].intent);
	outbox_list_free(&rows, count);
	return 0;
}

static int
do_outbox_list(struct desk *d, struct str *seen, struct err *err)
{
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = outbox_list(d, -1, 0, 20, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].error_text, rows[i].intent);
	outbox_list_free(&rows, count);
	return 0;
}

static int
do_sent(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;
	int rc;

	(void)seen;
	if ((rc = db_int(d->db, &id,
		 "SELECT id FROM outbox WHERE record_id = $1 AND kind = 1",
		 BINDS(b_int(s->sent)), err)) != 0)
		return rc;
	return outbox_sent(d, id, "wamid.out", "", err);
}

static int
do_event(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;

	(void)seen;
	return raw_event_receive(
	    d, s->f.demo.id, TALK_CHANNEL, "{\"b\":2}", 7, &id, err);
}

static int
do_pending(struct desk *d, struct str *seen, struct err *err)
{
	struct raw_event *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = raw_event_pending(d, 0, 10, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %zu\n", rows[i].body, rows[i].body_len);
	raw_event_list_free(&rows, count);
	return 0;
}

static int
do_event_failed(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return raw_event_failed(d, s->raw_event, "unreadable", err);
}

static int
do_job_claim(struct desk *d, struct str *seen, struct err *err)
{
	struct job *rows = NULL;
	size_t count = 0;
	int64_t next;
	int rc;

	if ((rc = job_claim(d, "t", 60, 9, &rows, &count, &next, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%d %s\n", (int)rows[i].kind, rows[i].args);
	job_list_free(&rows, count);
	return 0;
}

static int
do_channel_state(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return channel_set_state(
	    d, TALK_CHANNEL, CHANNEL_PAUSED, "limit", TALK_T0 + 5, err);
}

static int
do_templates(struct desk *d, struct str *seen, struct err *err)
{
	struct message_template rows[] = {
	    {.name = "hola",
		.lang = "es",
		.category = "UTILITY",
		.status = "APPROVED",
		.body = "Hola {{1}}",
		.components = "[]"},
	    {.name = "adios",
		.lang = "es",
		.category = "UTILITY",
		.status = "PAUSED",
		.body = "Adiós",
		.components = "[]"},
	};

	(void)seen;
	return template_replace_all(d, TALK_CHANNEL, rows, 2, err);
}

static int
do_attach(struct desk *d, struct str *seen, struct err *err)
{
	struct file_writer *w = NULL;
	char name[65], digest[65];
	int64_t size;
	int rc;

	(void)seen;
	if ((rc = file_write_start(d->files_dir, &w, err)) == 0 &&
	    (rc = file_write(w, "bytes", 5, err)) == 0 &&
	    (rc = file_write_finish(w, name, digest, &size, err)) == 0)
		rc = file_attach_to_message(
		    d, s->sent, name, digest, size, "text/plain", "a.txt", err);
	file_write_free(&w);
	return rc;
}

static int
do_token(struct desk *d, struct str *seen, struct err *err)
{
	int rc;

	if ((rc = desk_act_as_token(d, s->token_text, err)) == 0)
		str_addf(seen, "%s\n", d->actor.scopes);
	return rc;
}

static int
do_token_new(struct desk *d, struct str *seen, struct err *err)
{
	char text[TOKEN_SIZE];
	int64_t id;

	(void)seen;
	return token_new(d, "otra", "ticket.new", 0, text, &id, err);
}

static int
do_answer_kept(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return idempotency_keep(d, "k", "h", 201, "{}", err);
}

static const struct memory_work works[] = {
    /* clang-format off */
	{"claim", "operator", do_claim, false},
	{"assign", "supervisor", do_assign, false},
	{"close", "supervisor", do_close, false},
	{"reopen", "supervisor", do_reopen, false},
	{"seen", "supervisor", do_seen, false},
	{"note", "supervisor", do_note, false},
	{"link", "supervisor", do_link, false},
	{"inbox", "supervisor", do_inbox, false},
	{"inbox search", "supervisor", do_inbox_search, false},
	{"thread", "supervisor", do_thread, false},
	{"send", "supervisor", do_send, false},
	{"retry", "supervisor", do_retry, false},
	{"receive", NULL, do_receive, false},
	{"receive from a stranger", NULL, do_receive_new, false},
	{"batch", NULL, do_batch, false},
	{"edited by the customer", NULL, do_inbound_edit, false},
	{"number changed", NULL, do_peer_changed, false},
	{"status", NULL, do_status, false},
	{"outbox claim", NULL, do_outbox_claim, false},
	{"outbox list", "admin", do_outbox_list, false},
	{"sent", NULL, do_sent, false},
	{"event in", NULL, do_event, false},
	{"events pending", NULL, do_pending, false},
	{"event failed", NULL, do_event_failed, false},
	{"job claim", NULL, do_job_claim, false},
	{"channel state", NULL, do_channel_state, false},
	{"templates", NULL, do_templates, false},
	{"file attach", NULL, do_attach, false},
	{"token acts", "admin", do_token, true},
	{"token new", "admin", do_token_new, false},
	{"answer kept", NULL, do_answer_kept, false},
    /* clang-format on */
};

int
main(void)
{
	return memory_use_run(works, sizeof(works) / sizeof(works[0]));
}
