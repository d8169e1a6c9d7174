/* inbox_fixture - see inbox_fixture.h. */
#include "tests/lib/inbox_fixture.h"

#include "db/records/channels.h"
#include "db/records/seat.h"

#include <stdio.h>

static int sequence;

void
inbox_fixture_at(int minutes_ago)
{
	clock_fake_wall(
	    CONSOLE_FIXTURE_NOW - minutes_ago * (int64_t)US_PER_MINUTE);
}

static void
act_as(struct console_fixture *f, const char *login)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
}

int64_t
inbox_fixture_receives(
    struct console_fixture *f, struct inbound_message *in, int minutes_ago)
{
	char id[32];
	struct inbound_result r;

	inbox_fixture_at(minutes_ago);
	snprintf(id, sizeof(id), "wamid.in%d", ++sequence);
	if (in->provider_id == NULL)
		in->provider_id = id;
	r = talk_receive(&f->desk, in);
	inbox_fixture_at(0);
	return r.conversation_id;
}

int64_t
inbox_fixture_says(struct console_fixture *f, const char *number,
    const char *name, const char *body, int minutes_ago)
{
	struct inbound_message in = talk_message(NULL, body, 0);

	in.number = number;
	in.name = name;
	return inbox_fixture_receives(f, &in, minutes_ago);
}

int64_t
inbox_fixture_answers(struct console_fixture *f, const char *login,
    int64_t conversation, const char *body, int minutes_ago)
{
	int64_t id;

	inbox_fixture_at(minutes_ago);
	act_as(f, login);
	id = talk_send(&f->desk, conversation, body);
	inbox_fixture_at(0);
	return id;
}

void
inbox_fixture_status(struct console_fixture *f, int64_t message,
    const char *status, int code, const char *text)
{
	struct outbox_item *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;
	char provider_id[32];
	int64_t next;

	snprintf(provider_id, sizeof(provider_id), "wamid.out%lld",
	    (long long)message);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_ok(outbox_claim(
	    f->desk.d, "test", 60, 50, 50, NULL, &rows, &count, &next, &err));
	for (size_t i = 0; i < count; i++) {
		char other[32];

		snprintf(other, sizeof(other), "wamid.out%lld",
		    (long long)rows[i].record_id);
		assert_ok(outbox_sent(f->desk.d, rows[i].id, other, "", &err));
	}
	outbox_list_free(&rows, count);
	struct inbound_status in = {.channel = TALK_CHANNEL,
	    .provider_id = provider_id,
	    .callback = "",
	    .status = status,
	    .recipient = TALK_NUMBER,
	    .error_code = code,
	    .error_text = text,
	    .at_us = clock_wall_us()};
	bool duplicate;

	assert_ok(message_status(f->desk.d, &in, &duplicate, &err));
}

void
inbox_fixture_note(struct console_fixture *f, const char *login,
    int64_t conversation, const char *body, int minutes_ago)
{
	struct err err = ERR_INIT;
	int64_t id;

	inbox_fixture_at(minutes_ago);
	act_as(f, login);
	assert_ok(conversation_note(f->desk.d, conversation, body, &id, &err));
	inbox_fixture_at(0);
}

void
inbox_fixture_assign(struct console_fixture *f, int64_t conversation,
    int64_t operator_id, int64_t team_id)
{
	struct err err = ERR_INIT;

	act_as(f, "supervisor");
	assert_ok(conversation_assign(
	    f->desk.d, conversation, 0, operator_id, team_id, "", &err));
}

void
inbox_fixture_templates(struct console_fixture *f)
{
	struct message_template rows[] = {
	    {.name = "aviso_averia",
		.lang = "es",
		.category = "UTILITY",
		.status = "APPROVED",
		.parameters = 2,
		.body = "Hola {{1}}, seguimos con la avería de {{2}}. Le"
			" escribimos en cuanto haya novedades."},
	    {.name = "bienvenida",
		.lang = "es",
		.category = "UTILITY",
		.status = "APPROVED",
		.parameters = 0,
		.body = "Gracias por escribir. ¿En qué le ayudamos?"},
	    {.name = "oferta",
		.lang = "es",
		.category = "MARKETING",
		.status = "REJECTED",
		.parameters = 0,
		.body = "Rebajas"},
	};
	struct err err = ERR_INIT;

	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_ok(template_replace_all(f->desk.d, TALK_CHANNEL, rows, 3, &err));
	assert_ok(channel_set_state(
	    f->desk.d, TALK_CHANNEL, CHANNEL_OK, "", 0, &err));
}

struct desk *
inbox_fixture_other(struct console_fixture *f, const char *login,
    int64_t conversation, bool typing)
{
	struct desk *d = desk_fixture_open(&f->desk);
	struct err err = ERR_INIT;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, login, &err));
	assert_ok(
	    presence_set(d, RECORD_CONVERSATION, conversation, typing, &err));
	return d;
}

int64_t
inbox_fixture_list(struct console_fixture *f)
{
	const struct fixture_tenant *t = &f->desk.demo;
	struct err err = ERR_INIT;
	int64_t lucia, id;

	id = inbox_fixture_says(f, "34600000006", "Obras Ríos",
	    "Gracias, ya está resuelto", 60 * 26);
	inbox_fixture_assign(f, id, t->operators[ROLE_OPERATOR], 0);
	assert_ok(conversation_close(f->desk.d, id, 0, &err));
	id = inbox_fixture_says(f, "34600000005", "Beatriz Olmedo",
	    "¿Se sabe algo de la instalación?", 60 * 5);
	inbox_fixture_assign(f, id, t->mate, t->support);
	inbox_fixture_says(f, "819012345678", "日本語の長い名前のお客さま",
	    "ネットが繋がりません", 95);
	inbox_fixture_says(f, "34600000003",
	    "María de los Ángeles Fernández-Villaverde y Ruiz de Alarcón",
	    "Buenos días, quería saber por qué me cobran dos veces la misma"
	    " factura este mes",
	    42);
	id = inbox_fixture_says(f, "34600000002",
	    "👩‍🔧 Ana \xe2\x80\xaegnp", "foto\033[31m roja 👍🏽",
	    12);
	inbox_fixture_assign(f, id, t->operators[ROLE_OPERATOR], 0);
	lucia = inbox_fixture_says(f, "34600111222", "Lucía Peña", "Hola", 4);
	inbox_fixture_says(
	    f, "34600111222", "Lucía Peña", "No tengo internet desde ayer", 3);
	inbox_fixture_assign(f, lucia, t->operators[ROLE_OPERATOR], 0);
	return lucia;
}

static void
kinds(struct console_fixture *f)
{
	static const struct {
		enum message_kind kind;
		const char *word, *body, *detail;
	} rows[] = {
	    {MESSAGE_LOCATION, "location", "📍 Calle Mayor 3 (40.4, -3.7)",
		"{}"},
	    {MESSAGE_CONTACTS, "contacts", "👤 Pedro Gil: +34600999888", "{}"},
	    {MESSAGE_ORDER, "order", "🛒 2 × ROUTER-6 (49.9 EUR)", "{}"},
	    {MESSAGE_INTERACTIVE, "interactive", "Sí, por la mañana", "{}"},
	    {MESSAGE_UNSUPPORTED, "unsupported", "", "{}"},
	    {MESSAGE_OTHER, "poll_creation", "", "{}"},
	    {MESSAGE_SYSTEM, "system", "Lucía cambió de número", "{}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct inbound_message in = talk_message(NULL, rows[i].body, 0);

		in.name = "Lucía Peña";
		in.kind = rows[i].kind;
		in.kind_name = rows[i].word;
		in.detail = rows[i].detail;
		inbox_fixture_receives(f, &in, 100 - (int)i);
	}
}

static void
pictures(struct console_fixture *f)
{
	struct inbound_message in = talk_message(NULL, "Así está la luz", 0);

	in.name = "Lucía Peña";
	in.kind = MESSAGE_IMAGE;
	in.kind_name = "image";
	in.media_id = "123";
	in.media_mime = "image/jpeg";
	inbox_fixture_receives(f, &in, 90);
	in = talk_message(NULL, "", 0);
	in.name = "Lucía Peña";
	in.kind = MESSAGE_DOCUMENT;
	in.kind_name = "document";
	in.media_id = "124";
	in.media_mime = "application/pdf";
	in.media_filename = "factura.pdf";
	in.detail = "{\"filename\":\"factura.pdf\"}";
	inbox_fixture_receives(f, &in, 89);
}

/* A quote, a reaction, an edit and what was taken back. */
static void
changes(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	struct inbound_message in =
	    talk_message("wamid.quoting", "Eso mismo", 0);

	in.reply_to = "wamid.first";
	in.name = "Lucía Peña";
	inbox_fixture_receives(f, &in, 80);
	in = talk_message(NULL, "👍", 0);
	in.kind = MESSAGE_REACTION;
	in.kind_name = "reaction";
	in.reply_to = "wamid.quoting";
	in.name = "Lucía Peña";
	inbox_fixture_receives(f, &in, 79);
	in = talk_message("wamid.edited", "Vivo en el 3 A", 0);
	in.name = "Lucía Peña";
	inbox_fixture_receives(f, &in, 78);
	in = talk_message("wamid.revoked", "secreto", 0);
	in.name = "Lucía Peña";
	inbox_fixture_receives(f, &in, 77);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_ok(message_edit_inbound(f->desk.d, TALK_CHANNEL, "wamid.edited",
	    INBOUND_EDIT, "Vivo en el 3 B", clock_wall_us(), &err));
	assert_ok(message_edit_inbound(f->desk.d, TALK_CHANNEL, "wamid.revoked",
	    INBOUND_REVOKE, "", clock_wall_us(), &err));
}

int64_t
inbox_fixture_thread(struct console_fixture *f)
{
	struct inbound_message in =
	    talk_message("wamid.first", "Hola, no tengo internet", 0);
	int64_t id, sent, delivered, read, failed;

	in.name = "Lucía Peña";
	id = inbox_fixture_receives(f, &in, 60 * 20);
	inbox_fixture_assign(
	    f, id, f->desk.demo.operators[ROLE_OPERATOR], f->desk.demo.support);
	kinds(f);
	pictures(f);
	changes(f);
	inbox_fixture_note(
	    f, "mate", id, "El router es el modelo viejo.\nOjo.", 70);
	read = inbox_fixture_answers(
	    f, "operator", id, "¿Se enciende alguna luz?", 60);
	delivered = inbox_fixture_answers(f, "operator", id, "¿Y ahora?", 50);
	sent = inbox_fixture_answers(f, "operator", id, "¿Sigue ahí?", 40);
	failed = inbox_fixture_answers(f, "operator", id, "Le llamamos", 30);
	inbox_fixture_status(f, sent, "sent", 0, "");
	inbox_fixture_status(f, delivered, "delivered", 0, "");
	inbox_fixture_status(f, read, "read", 0, "");
	inbox_fixture_status(
	    f, failed, "failed", 131026, "Message undeliverable");
	inbox_fixture_answers(f, "operator", id, "Un momento, por favor", 1);
	act_as(f, "admin");
	return id;
}
