/* console_seed - see console_seed.h. */
#include "tests/lib/console_seed.h"

#include "db/records/messages.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char console_hostile[] = "\033[31mred\033[0m \033]0;owned\007 "
			       "\xe2\x80\xae"
			       "desrever\xe2\x80\xac \xff\xfe zero"
			       "\xe2\x80\x8b"
			       "width";

static void
must(int rc, const struct err *err, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "console_seed: %s: %d %s\n", what, rc, err->text);
	abort();
}

static void
ago(int minutes)
{
	clock_fake_wall(CONSOLE_FIXTURE_NOW - minutes * US_PER_MINUTE);
}

static int64_t
id_of(struct console_fixture *f, const char *login)
{
	struct err err = ERR_INIT;
	struct operator o;

	must(operator_by_login(f->desk.d, login, &o, &err), &err, login);
	return o.id;
}

int64_t
console_seed_ticket(struct console_fixture *f, int minutes, const char *subject,
    int urgency, int impact, const char *contact, const char *owner)
{
	struct ticket_new in = {
	    .subject = subject, .urgency = urgency, .impact = impact};
	struct err err = ERR_INIT;
	int64_t id, number;

	ago(minutes);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	if (contact != NULL)
		in.contact_id = desk_fixture_contact(&f->desk, contact, NULL);
	if (owner != NULL)
		in.operator_id = id_of(f, owner);
	must(ticket_new(f->desk.d, &in, &id, &number, &err), &err, subject);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	return id;
}

void
console_seed_tickets(struct console_fixture *f)
{
	static const char *const subjects[] = {
	    "Avería en la línea de la señora Núñez",
	    "日本語 チケット: プリンターが動きません",
	    "👍 No se puede imprimir 🖨️ desde el almacén",
	    "Invoice missing", console_hostile,
	    "El teléfono se corta cada vez que alguien enciende el horno de la "
	    "cocina, desde hace tres semanas y solo por las mañanas"};
	static const char *const people[] = {
	    "Lucía Peña", "田中 太郎", "José Ángel Muñoz de la Torre"};
	static const char *const owners[] = {
	    "operator", NULL, "mate", "operator"};
	struct err err = ERR_INIT;

	for (int i = 0; i < 30; i++) {
		int64_t id =
		    console_seed_ticket(f, 47 * (31 - i), subjects[i % 6],
			1 + i % 5, 1 + i * 2 % 5, people[i % 3], owners[i % 4]);

		ago(47 * (31 - i) - 3);
		desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
		if (i % 5 == 2)
			must(ticket_set_state(f->desk.d, id, 0, TICKET_WAITING,
				 "piezas", 0, &err),
			    &err, "waiting");
		else if (i % 5 == 3)
			must(ticket_set_state(
				 f->desk.d, id, 0, TICKET_OPEN, "", 0, &err),
			    &err, "open");
	}
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
}

int64_t
console_seed_writes(struct console_fixture *f, int minutes, const char *number,
    const char *name, const char *text)
{
	static int count;
	char provider_id[32];
	struct inbound_message in = {.channel = "soporte",
	    .channel_kind = CHANNEL_WHATSAPP,
	    .provider_id = provider_id,
	    .number = number,
	    .user_id = "",
	    .name = name,
	    .kind = MESSAGE_TEXT,
	    .kind_name = "text",
	    .body = text,
	    .detail = "",
	    .reply_to = ""};
	struct inbound_result r;
	struct err err = ERR_INIT;

	ago(minutes);
	snprintf(provider_id, sizeof(provider_id), "wamid.%d", ++count);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(message_receive(f->desk.d, &in, &r, &err), &err, "receive");
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	return r.conversation_id;
}

void
console_seed_claim(
    struct console_fixture *f, int64_t conversation, const char *login)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
	must(conversation_claim(f->desk.d, conversation, 0, &err), &err,
	    "claim");
}

void
console_seed_send(struct console_fixture *f, int64_t conversation,
    const char *login, const char *text, int outbox_state)
{
	struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = text};
	struct outbox_item *rows;
	struct err err = ERR_INIT;
	size_t count;
	int64_t id, next_us, row;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
	must(message_send(f->desk.d, &in, &id, &err), &err, "send");
	if (outbox_state == OUTBOX_DUE)
		return;
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(outbox_claim(f->desk.d, "seed", 60, 1, 1, NULL, &rows, &count,
		 &next_us, &err),
	    &err, "claim");
	if (count != 1)
		abort();
	row = rows[0].id;
	outbox_list_free(&rows, count);
	if (outbox_state == OUTBOX_UNCERTAIN)
		must(outbox_uncertain(f->desk.d, row,
			 "No hubo respuesta del proveedor", &err),
		    &err, "uncertain");
	else
		must(outbox_dead(f->desk.d, row, 131026,
			 "El número no tiene WhatsApp", "{\"error\":131026}",
			 &err),
		    &err, "dead");
}

void
console_seed_event(struct console_fixture *f, int minutes, const char *body,
    const char *reason)
{
	struct err err = ERR_INIT;
	int64_t id;

	ago(minutes);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(raw_event_receive(f->desk.d, f->desk.demo.id, "soporte", body,
		 strlen(body), &id, &err),
	    &err, "event");
	must(raw_event_failed(f->desk.d, id, reason, &err), &err, "failed");
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
}
