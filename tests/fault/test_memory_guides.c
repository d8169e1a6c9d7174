/*
 * Memory runs out in what is done with sessions of guides, webhooks and mail
 * that leaves: see memory_use.h.  What of it can be undone is played by
 * test_memory_undoables.c.
 *
 * Turned red by: a step that is noted as sent without its mail, an event that
 * a webhook moves on behind although it was not promised.
 */
#include "common/clock.h"
#include "common/mail_write.h"
#include "db/records/mails.h"
#include "db/records/tenant_settings.h"
#include "db/records/webhooks.h"
#include "kb/session_chat.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/memory_use.h"

#define GUIDES "tests/data/guides/good.json"
#define TOPIC  "screen_flickers"

static int64_t by_mail, by_chat, ended, hook; /* sessions; the webhook */

static int64_t
begin(struct desk_fixture *f, int64_t conversation_id, const char *email)
{
	const struct session_begin in = {.topic = TOPIC,
	    .problem = "la pantalla parpadea",
	    .lang = "es",
	    .threshold = -1,
	    .walker = conversation_id != 0 ? WALKER_CUSTOMER : WALKER_OPERATOR,
	    .conversation_id = conversation_id,
	    .customer_email = email};
	const struct session_given kind = {"kind", "portátil"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(session_begin(f->d, &in, &id, &err));
	assert_ok(session_give(f->d, id, 0, &kind, 1, &err));
	return id;
}

static void
prepare(struct desk_fixture *f)
{
	static const struct mail_sender sender = {
	    "correo", "desk@opdesk.example"};
	const struct webhook_set in = {.name = "all",
	    .url = "https://hooks.example.com/",
	    .events = "",
	    .filter = "guide:" TOPIC,
	    .is_private = -1};
	struct inbound_message no = talk_message("wamid.no", "no", 0);
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	bool more = true;
	int promised;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	guide_data_file(f, GUIDES);
	guide_data_train(f, GUIDES);
	talk_system(f);
	assert_ok(mail_sender_set(f->d, &sender, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(tenant_setting_set(
	    f->d, SETTING_GUIDE_ESCALATIONS, "n2@opdesk.example", &err));
	assert_ok(webhook_new(f->d, &in, &hook, secret, &err));
	by_mail = begin(f, 0, "ana@opdesk.example");
	ended = begin(f, 0, "eva@opdesk.example");
	assert_ok(session_finish(f->d, ended, SESSION_RESOLVED, 0, NULL, &err));
	by_chat = begin(f, s->unowned, NULL); /* nobody's: the guide answers */
	talk_system(f);
	assert_ok(session_send(f->d, by_chat, &err));
	clock_fake_advance(US_PER_SECOND);
	no.number = "34600777666";
	(void)talk_receive(f, &no);
	desk_act_as_system(f->d, 0);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_true(promised > 3);
	clock_fake_advance(US_PER_SECOND);
	/* Some that it was not told yet. */
	(void)begin(f, 0, "leo@opdesk.example");
}

/* ---- sessions ---- */

static int
do_begin(struct desk *d, struct str *seen, struct err *err)
{
	const struct session_begin in = {.problem = "el monitor parpadea",
	    .lang = "es",
	    .threshold = -1,
	    .ticket_id = s->ticket};
	int64_t id;

	(void)seen;
	return session_begin(d, &in, &id, err);
}

static int
do_candidates(struct desk *d, struct str *seen, struct err *err)
{
	struct session_candidate rows[SESSION_CANDIDATES];
	int64_t threshold;
	size_t count = 0;
	int rc = session_candidates(
	    d, "titila el monitor", rows, &count, &threshold, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		str_addf(seen, "%s %lld %s\n", rows[i].topic,
		    (long long)rows[i].score, rows[i].why);
	return rc;
}

static int
do_reply(struct desk *d, struct str *seen, struct err *err)
{
	const struct session_reply in = {.action = PATH_NO, .notes = "nada"};
	bool again;

	(void)seen;
	return session_reply(d, by_mail, &in, &again, err);
}

static int
do_send_mail(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return session_send(d, by_mail, err);
}

static int
do_send_chat(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return session_send(d, by_chat, err);
}

static int
do_chat(struct desk *d, struct str *seen, struct err *err)
{
	int count = 0, rc;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	rc = session_chat_run(d, s->f.demo.id, 10, &count, err);
	if (rc == 0)
		rc = db_batch_end(d, err);
	else
		db_batch_cancel(d);
	str_addf(seen, "%d\n", count);
	return rc;
}

/* Its report, as a note on a new ticket and by mail. */
static int
do_escalate(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return session_finish(d, by_mail, SESSION_ESCALATED, 0, "no va", err);
}

static int
do_feedback(struct desk *d, struct str *seen, struct err *err)
{
	const struct session_feedback in = {
	    .rating = 4, .was_helpful = 1, .text = "Bien"};

	(void)seen;
	return guide_session_feedback(d, ended, &in, err);
}

static int
do_show(struct desk *d, struct str *seen, struct err *err)
{
	struct json_out out;
	struct session it;
	int rc = session_open(d, by_chat, &it, err);

	if (rc != 0)
		return rc;
	rc = session_text(&it, seen, err);
	session_report(&it, seen);
	json_out_init(&out, seen);
	session_json(&it, &out);
	session_close(&it);
	return rc;
}

static int
do_list(struct desk *d, struct str *seen, struct err *err)
{
	const struct guide_session_filter any = {
	    .view = SESSIONS_ALL, .state = -1};
	struct guide_session *rows = NULL;
	size_t count = 0;
	int rc = guide_session_list(d, &any, &first_page, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		str_addf(seen, "%s %d\n", rows[i].topic, (int)rows[i].state);
	guide_session_list_free(&rows, count);
	return rc;
}

/* ---- webhooks ---- */

static int
do_fan_out(struct desk *d, struct str *seen, struct err *err)
{
	bool more = false;
	int promised = 0, rc;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	rc = webhook_fan_out(d, &more, &promised, err);
	if (rc == 0)
		rc = db_batch_end(d, err);
	else
		db_batch_cancel(d);
	str_addf(seen, "%d\n", promised);
	return rc;
}

static int
do_target(struct desk *d, struct str *seen, struct err *err)
{
	struct webhook_target t;
	int rc = webhook_target(d, s->f.demo.id, hook, &t, err);

	if (rc == 0) {
		str_addf(seen, "%s %s\n", t.url, t.lang);
		webhook_target_clear(&t);
	}
	return rc;
}

static int
note(struct desk *d, enum webhook_end end, int status, struct err *err)
{
	const struct webhook_went went = {.outbox_id = 1,
	    .took_us = 1000,
	    .event = "session.started",
	    .error = end == WEBHOOK_TOOK_IT ? "" : "gone",
	    .response = "x",
	    .attempt = 1,
	    .status = status,
	    .end = end};
	bool is_off;

	return webhook_note(d, s->f.demo.id, hook, &went, &is_off, err);
}

static int
do_took(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return note(d, WEBHOOK_TOOK_IT, 200, err);
}

static int
do_gone(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return note(d, WEBHOOK_SAID_GONE, 410, err);
}

static int
do_test(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return webhook_test(d, hook, err);
}

static int
do_hooks(struct desk *d, struct str *seen, struct err *err)
{
	struct webhook *rows = NULL;
	size_t count = 0;
	int rc = webhook_list(d, false, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].name, rows[i].filter);
	webhook_list_free(&rows, count);
	return rc;
}

/* ---- mail ---- */

/* Its boundary is drawn: only how long it is is the same each time. */
static int
do_mail_write(struct desk *d, struct str *seen, struct err *err)
{
	static const char *const refs[] = {"a@opdesk.example"};
	const struct mail_part part = {"foto.png", "image/png", "abc", 3};
	const struct mail_new m = {.from = "desk@opdesk.example",
	    .from_name = "Mesa de ayuda",
	    .to = "ana@opdesk.example",
	    .to_name = "Ana Pérez",
	    .subject = "[#1] La pantalla parpadea ¿ya?",
	    .id = "b@opdesk.example",
	    .refs = refs,
	    .ref_count = 1,
	    .desk_id = "d",
	    .text = "Añada el cable.\nGracias.",
	    .parts = &part,
	    .part_count = 1,
	    .at_us = TALK_T0};
	struct str bytes = STR_INIT;
	int rc = mail_write(&m, &bytes, err);

	(void)d;
	str_addf(seen, "%zu\n", bytes.len);
	str_free(&bytes);
	return rc;
}

static const struct memory_work works[] = {
    /* clang-format off */
	{"session begin", "supervisor", do_begin, false},
	{"session candidates", "operator", do_candidates, false},
	{"session reply", "supervisor", do_reply, false},
	{"session send by mail", "supervisor", do_send_mail, false},
	{"session send by chat", "supervisor", do_send_chat, false},
	{"session chat", NULL, do_chat, false},
	{"session escalate", "supervisor", do_escalate, false},
	{"session feedback", "supervisor", do_feedback, false},
	{"session show", "supervisor", do_show, false},
	{"session list", "supervisor", do_list, false},
	{"webhook fan out", NULL, do_fan_out, false},
	{"webhook target", NULL, do_target, false},
	{"webhook took it", NULL, do_took, false},
	{"webhook gone", NULL, do_gone, false},
	{"webhook test", "admin", do_test, false},
	{"webhook list", "admin", do_hooks, false},
	{"mail write", NULL, do_mail_write, false},
    /* clang-format on */
};

int
main(void)
{
	memory_desk_more = prepare;
	return memory_use_run(works, sizeof(works) / sizeof(works[0]));
}
