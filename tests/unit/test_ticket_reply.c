/*
 * Unit tests of db/records/ticket_reply and mails: which way a reply goes,
 * when, once, what it says, and how far it came.
 *
 * Turned red by: source not set when it left (it leaves twice), restored_us
 * not asked for, a route that does not look at who wrote last.
 */
#include "common/mail.h"
#include "db/records/backup_int.h"
#include "db/records/mails.h"
#include "db/records/outbox.h"
#include "db/records/people.h"
#include "db/records/ticket_mail.h"
#include "db/records/ticket_recall.h"
#include "db/records/ticket_reply.h"
#include "db/records/ticket_sleep.h"
#include "db/records/ticket_timeline.h"
#include "tests/lib/talk_test.h"

#define NOW TALK_T0

static int
setup(void **state)
{
	clock_fake_wall(NOW);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

static void
send_by(struct desk_fixture *f, const char *channel)
{
	struct mail_sender sender = {.from = "desk@opdesk.example"};
	struct err err = ERR_INIT;

	str_copy(sender.channel, sizeof(sender.channel), channel);
	talk_system(f);
	assert_ok(mail_sender_set(f->d, &sender, &err));
}

static int64_t
contact(struct desk_fixture *f, const char *address)
{
	struct contact_new in = {.full_name = "Ana Pérez", .email = address};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_new(f->d, &in, &id, &err));
	return id;
}

static int64_t
ticket(struct desk_fixture *f, int64_t contact_id)
{
	struct ticket_new in = {
	    .subject = "Impresora", .contact_id = contact_id};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static int64_t
reply(struct desk_fixture *f, int64_t ticket_id, const char *body)
{
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(
	    ticket_comment(f->d, ticket_id, COMMENT_REPLY, body, &id, &err));
	return id;
}

static int
sweep(struct desk_fixture *f, int64_t at_us)
{
	struct ticket_sweep s;
	struct err err = ERR_INIT;

	clock_fake_wall(at_us);
	talk_system(f);
	assert_ok(ticket_sweep(f->d, &s, &err));
	return s.replied;
}

static enum reply_way
route(struct desk_fixture *f, int64_t ticket_id, const char *sentence)
{
	struct reply_route r;
	struct err err = ERR_INIT;
	char said[400];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_reply_route(f->d, ticket_id, &r, &err));
	ticket_reply_sentence(&r, said, sizeof(said));
	assert_string_equal(said, sentence);
	return r.way;
}

static struct outbox_item *
rows(struct desk_fixture *f, size_t expected)
{
	struct outbox_item *list;
	struct err err = ERR_INIT;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_list(f->d, -1, 0, 50, &list, &n, &err));
	assert_int_equal(n, expected);
	return list;
}

static struct ticket_comment
comment_of(struct desk_fixture *f, int64_t ticket_id, int64_t id)
{
	struct ticket_comment *list, found = {0};
	struct err err = ERR_INIT;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_comments(f->d, ticket_id, &list, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			found = list[i];
	ticket_comments_free(&list, n);
	found.body = NULL;
	return found;
}

static void
assert_went(struct desk_fixture *f, int64_t ticket_id, int64_t id,
    enum reply_way way, enum reply_went went)
{
	struct ticket_comment c = comment_of(f, ticket_id, id);

	assert_int_equal(c.way, way);
	assert_int_equal(c.went, went);
}

static void
reply__by_mail__leaves_once_after_its_time(void **state)
{
	struct desk_fixture *f = *state;
	int64_t t = ticket(f, contact(f, "ana@example.org"));
	struct err err = ERR_INIT;
	struct outbox_item *list;
	int64_t id;

	send_by(f, "correo");
	assert_int_equal(sweep(f, NOW), 0);
	assert_int_equal(
	    route(f, t, "goes by mail to a***@example.org"), REPLY_BY_MAIL);
	id = reply(f, t, "Hola, Ana");
	assert_int_equal(sweep(f, NOW + REPLY_HOLD_US - 1), 0);
	list = rows(f, 0);
	outbox_list_free(&list, 0);
	assert_went(f, t, id, REPLY_UNDECIDED, REPLY_WENT_NOWHERE);
	assert_int_equal(sweep(f, NOW + REPLY_HOLD_US), 1);
	assert_int_equal(sweep(f, NOW + REPLY_HOLD_US), 0);
	assert_int_equal(sweep(f, NOW + 2 * US_PER_HOUR), 0);
	list = rows(f, 1);
	assert_int_equal(list[0].kind, OUTBOX_MAIL);
	assert_int_equal(list[0].record_id, id);
	assert_string_equal(list[0].channel, "correo");
	assert_non_null(strstr(list[0].intent, "\"ana@example.org\""));
	assert_non_null(strstr(list[0].intent, "Re: Impresora [#1]"));
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_QUEUED);
	talk_system(f);
	assert_ok(
	    outbox_dead(f->d, list[0].id, 550, "no such mailbox", "", &err));
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_FAILED);
	assert_string_equal(comment_of(f, t, id).problem, "no such mailbox");
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_replay(f->d, list[0].id, &err));
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_QUEUED);
	talk_system(f);
	assert_ok(outbox_sent(f->d, list[0].id, "", "", &err));
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_SENT);
	outbox_list_free(&list, 1);
}

static void
reply__that_was_recalled__does_not_leave(void **state)
{
	struct desk_fixture *f = *state;
	int64_t t = ticket(f, contact(f, "ana@example.org"));
	struct ticket_recalled r;
	struct err err = ERR_INIT;
	struct outbox_item *list;
	char said[256];

	send_by(f, "correo");
	reply(f, t, "No");
	assert_ok(ticket_undo(f->d, said, &r, &err));
	assert_true(r.ticket_id == t);
	ticket_recalled_clear(&r);
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE), 0);
	list = rows(f, 0);
	/* Done again, it leaves as late as the first time. */
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(op_redo(f->d, said, &err));
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE + US_PER_SECOND), 0);
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE + REPLY_HOLD_US), 1);
	outbox_list_free(&list, 0);
	list = rows(f, 1);
	outbox_list_free(&list, 1);
}

static void
reply__nobody_swept_for_days__leaves_then(void **state)
{
	struct desk_fixture *f = *state;
	int64_t t = ticket(f, contact(f, "ana@example.org"));
	struct outbox_item *list;

	send_by(f, "correo");
	assert_int_equal(sweep(f, NOW), 0);
	reply(f, t, "Hola");
	assert_int_equal(sweep(f, NOW + 3 * US_PER_DAY), 1);
	list = rows(f, 1);
	outbox_list_free(&list, 1);
	/* A clock that was put back loses none either. */
	clock_fake_wall(NOW + US_PER_DAY);
	reply(f, t, "Otra");
	assert_int_equal(sweep(f, NOW + US_PER_DAY + US_PER_MINUTE), 1);
	list = rows(f, 2);
	outbox_list_free(&list, 2);
}

static void
reply__without_a_way__stays_and_says_why(void **state)
{
	struct desk_fixture *f = *state;
	int64_t bare = ticket(f, 0), t, id;
	struct outbox_item *list;

	assert_int_equal(
	    route(f, bare, "stays in the desk: the ticket has no contact"),
	    REPLY_STAYS);
	t = ticket(f, contact(f, "ana@example.org"));
	assert_int_equal(
	    route(f, t, "stays in the desk: no channel sends mail"),
	    REPLY_STAYS);
	id = reply(f, t, "Hola");
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE), 1);
	assert_went(f, t, id, REPLY_STAYS, REPLY_WENT_NOWHERE);
	/* A channel that comes later does not send what stayed. */
	send_by(f, "correo");
	assert_int_equal(sweep(f, NOW + 2 * US_PER_MINUTE), 0);
	list = rows(f, 0);
	outbox_list_free(&list, 0);
	send_by(f, "");
	route(f, t, "stays in the desk: no channel sends mail");
}

static void
reply__where_the_customer_chats__goes_there(void **state)
{
	struct desk_fixture *f = *state;
	struct timeline_place newest = {.id = 0};
	struct timeline_item *items;
	struct err err = ERR_INIT;
	struct outbox_item *list;
	int64_t talk, t, number, id, later;
	size_t n, messages = 0;

	send_by(f, "correo");
	talk = talk_says(f, "wamid.1", "No va");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_from_conversation(
	    f->d, talk, "Impresora", &t, &number, &err));
	assert_int_equal(route(f, t, "goes by WhatsApp"), REPLY_BY_CHAT);
	id = reply(f, t, "Apague y encienda");
	assert_int_equal(sweep(f, NOW + REPLY_HOLD_US), 1);
	list = rows(f, 1);
	assert_int_equal(list[0].kind, OUTBOX_MESSAGE);
	assert_non_null(strstr(list[0].intent, "Apague y encienda"));
	assert_went(f, t, id, REPLY_BY_CHAT, REPLY_QUEUED);
	talk_system(f);
	assert_ok(outbox_sent(f->d, list[0].id, "wamid.9", "", &err));
	assert_went(f, t, id, REPLY_BY_CHAT, REPLY_SENT);
	outbox_list_free(&list, 1);
	/* It is told once, as the comment that it is. */
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_timeline(f->d, t, &newest, 50, &items, &n, &err));
	for (size_t i = 0; i < n; i++)
		messages += items[i].kind == TIMELINE_MESSAGE;
	assert_int_equal(messages, 1);
	timeline_free(&items, n);
	/* After the window there is no way; with an address there is. */
	clock_fake_wall(NOW + WHATSAPP_WINDOW_US);
	route(f, t,
	    "stays in the desk: the contact has no mail address, and no"
	    " conversation that can be answered");
	later = reply(f, t, "¿Va ya?");
	assert_int_equal(sweep(f, NOW + WHATSAPP_WINDOW_US + US_PER_MINUTE), 1);
	assert_went(f, t, later, REPLY_STAYS, REPLY_WENT_NOWHERE);
}

static void
reply__too_long_for_a_chat__takes_the_other_way(void **state)
{
	struct desk_fixture *f = *state;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct outbox_item *list;
	int64_t talk, t, number, id;

	talk = talk_says(f, "wamid.1", "No va");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_from_conversation(
	    f->d, talk, "Impresora", &t, &number, &err));
	while (text.len < 20000)
		str_add(&text, "muy largo ");
	id = reply(f, t, text.s);
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE), 1);
	assert_went(f, t, id, REPLY_STAYS, REPLY_WENT_NOWHERE);
	list = rows(f, 0);
	outbox_list_free(&list, 0);
	str_free(&text);
}

static void
mail__that_answers_a_reply__comes_to_its_ticket(void **state)
{
	struct desk_fixture *f = *state;
	int64_t t = ticket(f, contact(f, "ana@example.org"));
	struct ticket_mail_in in = {0};
	struct str bytes = STR_INIT;
	struct outbox_item *list;
	struct err err = ERR_INIT;
	struct ticket_mail out;
	struct json *doc;
	struct mail m;

	send_by(f, "correo");
	reply(f, t, "Hola");
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE), 1);
	list = rows(f, 1);
	assert_ok(json_parse(list[0].intent, strlen(list[0].intent),
	    &json_limits_webhook, &doc, &err));
	str_addf(&bytes,
	    "From: Ana <ana@example.org>\nTo: desk@opdesk.example\n"
	    "Message-ID: <answer@example.org>\nSubject: Re: otra cosa\n"
	    "In-Reply-To: <%s>\n\nYa va, gracias.\n",
	    json_string(doc, "id"));
	json_free(&doc);
	outbox_list_free(&list, 1);
	assert_ok(mail_read(bytes.s, bytes.len, &m, &err));
	in.mail = &m;
	in.bytes = bytes.s;
	in.n = bytes.len;
	clock_fake_wall(NOW + US_PER_MINUTE + US_PER_SECOND);
	talk_system(f);
	assert_ok(ticket_mail(f->d, &in, &out, &err));
	assert_int_equal(out.what, TICKET_MAIL_HEARD);
	assert_true(out.ticket_id == t);
	mail_free(&m);
	str_free(&bytes);
	/* The next reply answers that one. */
	reply(f, t, "De nada");
	assert_int_equal(sweep(f, NOW + 2 * US_PER_MINUTE), 1);
	list = rows(f, 2);
	assert_non_null(strstr(list[0].intent, "\"answer@example.org\"]"));
	outbox_list_free(&list, 2);
}

static void
reply__written_before_a_restore__is_held(void **state)
{
	struct desk_fixture *f = *state;
	int64_t t = ticket(f, contact(f, "ana@example.org")), id, held;
	struct err err = ERR_INIT;
	struct outbox_item *list;

	send_by(f, "correo");
	assert_int_equal(sweep(f, NOW), 0);
	id = reply(f, t, "Hola");
	clock_fake_wall(NOW + US_PER_SECOND);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(backup__new_epoch(f->d->db, NOW, &held, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(sweep(f, NOW + US_PER_MINUTE), 1);
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_HELD);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_release_held(f->d, &err));
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_QUEUED);
	list = rows(f, 1);
	outbox_list_free(&list, 1);
	id = reply(f, t, "Y después");
	assert_int_equal(sweep(f, NOW + 2 * US_PER_MINUTE), 1);
	assert_went(f, t, id, REPLY_BY_MAIL, REPLY_QUEUED);
}

static void
promise__that_cannot_be__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct mail_promise in = {
	    .to = "ana@example.org", .subject = "Paso 1", .body = "Reinicie"};
	struct err err = ERR_INIT;
	struct outbox_item *list;
	struct op op;
	int64_t id;

	talk_system(f);
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_rc(mail_promise(f->d, &op, &in, &id, &err), OD_EUNAVAIL);
	(void)op_end(f->d, &op, OD_ECANCEL, &err);
	send_by(f, "correo");
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	in.to = "ana@example.org\r\nBcc: x@y";
	assert_rc(mail_promise(f->d, &op, &in, &id, &err), OD_EDATA);
	in.to = "ana@example.org";
	in.is_automatic = true;
	assert_ok(mail_promise(f->d, &op, &in, &id, &err));
	assert_ok(mail_promise(f->d, &op, &in, NULL, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
	list = rows(f, 2);
	assert_true(list[1].id == id);
	assert_null(strstr(list[1].intent, "[#"));
	/* Two without a record do not stand in each other's way. */
	talk_system(f);
	assert_ok(outbox_dead(f->d, id, 550, "no", "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_replay(f->d, id, &err));
	outbox_list_free(&list, 2);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(reply__by_mail__leaves_once_after_its_time),
	    TEST(reply__that_was_recalled__does_not_leave),
	    TEST(reply__nobody_swept_for_days__leaves_then),
	    TEST(reply__without_a_way__stays_and_says_why),
	    TEST(reply__where_the_customer_chats__goes_there),
	    TEST(reply__too_long_for_a_chat__takes_the_other_way),
	    TEST(mail__that_answers_a_reply__comes_to_its_ticket),
	    TEST(reply__written_before_a_restore__is_held),
	    TEST(promise__that_cannot_be__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
