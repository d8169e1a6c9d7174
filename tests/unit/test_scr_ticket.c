/* One ticket: golden screens, drafts, presence, conflicts. */
#include "tests/lib/console_test.h"

#include "db/records/conversations.h"
#include "db/records/mails.h"
#include "db/records/outbox.h"
#include "db/records/people.h"
#include "db/records/seat.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_sleep.h"
#include "db/records/tickets.h"

static void
as(struct console_fixture *f, const char *login)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
}

static void
say(struct console_fixture *f, const char *login, int64_t ticket,
    enum comment_kind kind, const char *text)
{
	struct err err = ERR_INIT;
	int64_t id;

	as(f, login);
	assert_int_equal(
	    ticket_comment(f->desk.d, ticket, kind, text, &id, &err), 0);
}

/* A ticket of "operator" with a past. */
static int64_t
make(struct console_fixture *f)
{
	struct change c[] = {
	    {"description", b_text("No hay tono en ninguna extensión.\n"
				   "Empezó el lunes.")},
	    {"category", b_text("telefonía")},
	    {"tags", b_text("vip, urgente")}};
	struct err err = ERR_INIT;
	int64_t id = console_seed_ticket(
	    f, 90, "Avería en la centralita", 4, 4, "Lucía Peña", "operator");

	clock_fake_wall(CONSOLE_FIXTURE_NOW - 60 * US_PER_MINUTE);
	as(f, "operator");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, c, 3, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 50 * US_PER_MINUTE);
	say(f, "mate", id, COMMENT_NOTE, "Ojo: cliente enfadado 😠");
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 40 * US_PER_MINUTE);
	say(f, "operator", id, COMMENT_REPLY, "Vamos esta tarde.");
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 30 * US_PER_MINUTE);
	as(f, "supervisor");
	assert_int_equal(ticket_set_state(f->desk.d, id, 0, TICKET_WAITING,
			     "una placa nueva", 0, &err),
	    0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	return id;
}

static void
ticket__card__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, make(f));
	golden_check(f->ui, "ticket", "card", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "card", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "card", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "ticket", "card", LANG_EN, 40, 10, 0);
}

/* What people called it, wherever its key is kept. */
static void
ticket__category__is_called_as_it_was_declared(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(
		    f, 90, "Sin tono", 4, 4, "Lucía Peña", "operator"),
		category;
	struct change c[] = {{"category", b_text("tel")}};
	struct err err = ERR_INIT;

	as(f, "admin");
	assert_int_equal(ticket_category_new(f->desk.d, "tel",
			     "Telefonía fija", 0, &category, &err),
	    0);
	as(f, "supervisor");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, c, 1, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	assert_true(console_fixture_shows(f, "Category: Telefonía fija"));
	assert_true(console_fixture_shows(f, "→ Telefonía fija"));
}

/*
 * Whom replies go to is chosen by a part of the name, and taken away again.
 * Turned red by an edit that leaves the contact out.
 */
static void
ticket__customer__is_found_by_name(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(
	    f, 90, "Sin tono", 4, 4, "Lucía Peña", "operator");
	struct change nobody = {"contact_id", b_null()};
	struct err err = ERR_INIT;

	as(f, "operator");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, &nobody, 1, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	assert_true(console_fixture_shows(f, "none; i says who"));
	console_fixture_keys(f, "i");
	console_fixture_type(f, "zzz");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Nobody was found"));
	console_fixture_keys(f, "i");
	console_fixture_type(f, "lucia");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "customer", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "customer", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Contact: Lucía Peña"));
	console_fixture_keys(f, "i");
	console_fixture_type(f, "lucia");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "nobody");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "none; i says who"));
}

static void
ticket__hostile_texts__show_as_text(void **state)
{
	struct console_fixture *f = *state;
	struct str text = STR_INIT;
	int64_t id = console_seed_ticket(
	    f, 10, console_hostile, 3, 3, console_hostile, "operator");

	for (int i = 0; i < 40; i++)
		str_add(&text, "una línea muy larga que no cabe; ");
	say(f, "mate", id, COMMENT_REPLY, "\033[2J\033[Hborrado\r\nuno\ndos");
	say(f, "mate", id, COMMENT_NOTE, text.s);
	str_free(&text);
	console_fixture_start(f, "operator", &scr_ticket, id);
	golden_check(f->ui, "ticket", "hostile", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "hostile", LANG_EN, 40, 10, 0);
}

static void
ticket__reply_and_note__look_different(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Ya está arreglado");
	golden_check(f->ui, "ticket", "reply", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "reply", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc N");
	console_fixture_type(f, "Pidió la factura");
	golden_check(f->ui, "ticket", "note", LANG_ES, 80, 24, 0);
	/* The key of a reply does not take a note along. */
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "C-t keeps it"));
	console_fixture_keys(f, "C-t");
	assert_true(console_fixture_shows(f, "The note on ticket 1 is kept"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "Ya está arreglado"));
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "The reply on ticket 1 stays in"));
}

/* The customer has an address, and a channel sends mail. */
static void
give_mail(struct console_fixture *f, int64_t ticket)
{
	const struct mail_sender sender = {"correo", "desk@opdesk.example"};
	struct change c[] = {{"email", b_text("lucia@example.org")}};
	struct err err = ERR_INIT;
	struct ticket t;

	as(f, "supervisor");
	assert_int_equal(ticket_get(f->desk.d, ticket, &t, &err), 0);
	assert_int_equal(
	    contact_edit(f->desk.d, t.contact_id, 0, c, 1, &err), 0);
	ticket_clear(&t);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_int_equal(mail_sender_set(f->desk.d, &sender, &err), 0);
}

/* Its last reply leaves, and the server refuses it with these words. */
static void
refuse_mail(struct console_fixture *f, const char *words)
{
	struct outbox_item *rows;
	struct ticket_sweep sweep;
	struct err err = ERR_INIT;
	size_t n;

	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_int_equal(ticket_sweep(f->desk.d, &sweep, &err), 0);
	as(f, "admin");
	assert_int_equal(outbox_list(f->desk.d, -1, 0, 9, &rows, &n, &err), 0);
	assert_int_equal(n, 1);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	assert_int_equal(
	    outbox_dead(f->desk.d, rows[0].id, 550, words, "", &err), 0);
	outbox_list_free(&rows, n);
}

static void
ticket__reply_by_mail__shows_where_it_goes_and_how_it_went(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	give_mail(f, id);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	golden_check(f->ui, "ticket", "by-mail", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "by-mail", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "by-mail", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "ticket", "by-mail", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	console_fixture_end(f);
	refuse_mail(f, "550 5.1.1 no such mailbox \033[31m");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "G");
	golden_check(f->ui, "ticket", "not-sent", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "not-sent", LANG_EN, 80, 24, 0);
}

static char *
draft_of(struct console_fixture *f, int64_t id, enum draft_slot slot)
{
	struct draft dr = {0};
	struct err err = ERR_INIT;

	as(f, "operator");
	if (draft_get(f->desk.d, RECORD_TICKET, id, slot, &dr, &err) != 0)
		return NULL;
	return dr.body;
}

/*
 * What is answered is read above the editor, and then one's own words.  Red
 * when card_layout() does not go to the end as the editor opens.
 */
static void
ticket__writing__shows_the_last_word(void **state)
{
	struct console_fixture *f = *state;
	char text[32];
	int64_t id = console_seed_ticket(
	    f, 90, "Sin tono", 3, 3, "Lucía Peña", "operator");

	for (int i = 1; i <= 20; i++) {
		str_format(text, sizeof(text), "vez número %d", i);
		say(f, "mate", id, COMMENT_NOTE, text);
	}
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "gg");
	assert_false(console_fixture_shows(f, "vez número 20"));
	console_fixture_keys(f, "N");
	assert_true(console_fixture_shows(f, "vez número 20"));
	console_fixture_type(f, "la última mía");
	console_fixture_keys(f, "PageUp PageUp PageUp PageUp");
	assert_false(console_fixture_shows(f, "vez número 20"));
	assert_true(console_fixture_shows(f, "la última mía"));
	console_fixture_keys(f, "Esc G");
	assert_true(console_fixture_shows(f, "vez número 20"));
	console_fixture_keys(f, "gg N C-t");
	assert_true(console_fixture_shows(f, "la última mía"));
}

static void
ticket__draft__is_kept_after_two_seconds(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);
	char *body;

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "a medias");
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_null(draft_of(f, id, DRAFT_NOTE));
	clock_fake_advance(3 * US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	body = draft_of(f, id, DRAFT_NOTE);
	assert_string_equal(body, "a medias");
	free(body);
	console_fixture_keys(f, "C-t");
	assert_null(draft_of(f, id, DRAFT_NOTE));
}

static void
ticket__closed_while_writing__keeps_the_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);
	char *body;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "r");
	golden_type(f->ui, "sin acabar");
	golden_keys(f->ui, "Esc Esc");
	console_fixture_settle(f);
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	body = draft_of(f, id, DRAFT_REPLY);
	assert_string_equal(body, "sin acabar");
	free(body);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "sin acabar"));
}

static void
ticket__somebody_wrote_meanwhile__asks_first(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Hola");
	say(f, "mate", id, COMMENT_REPLY, "Ya le contesté yo");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "C-s");
	golden_check(f->ui, "ticket", "meanwhile", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "meanwhile", LANG_ES, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Hola"));
	/* What was read is not asked about again, what is newer is. */
	say(f, "mate", id, COMMENT_REPLY, "Y otra vez");
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "mate: Y otra vez"));
	assert_false(console_fixture_shows(f, "mate: Ya le contesté yo"));
	golden_check(f->ui, "ticket", "meanwhile", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "meanwhile", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "The reply on ticket 1 stays in"));
}

/* Reply to it, and see what is asked before it is kept; then insist. */
static void
assert_asked(struct console_fixture *f, const char *sentence)
{
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, sentence));
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "The reply on ticket 1 stays in"));
}

static void
ticket__somebody_is_writing__asks_before_a_second_answer(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = make(f);

	as(f, "mate");
	assert_int_equal(
	    presence_set(f->desk.d, RECORD_TICKET, id, true, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	/* A note is in nobody's way. */
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Ojo");
	console_fixture_keys(f, "C-t");
	assert_true(console_fixture_shows(f, "The note on ticket 1 is kept"));
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Hola");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "C-s");
	golden_check(f->ui, "ticket", "writing", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "writing", LANG_ES, 40, 10, 0);
	console_fixture_keys(f, "Esc Esc");
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "r");
	assert_asked(f, "mate is writing on this ticket right now");
	/* And who took it away may have answered. */
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Otra");
	as(f, "mate");
	assert_int_equal(presence_leave(f->desk.d, &err), 0);
	as(f, "supervisor");
	assert_int_equal(
	    ticket_assign(f->desk.d, id, 0, f->desk.demo.mate, 0, "", &err), 0);
	assert_asked(f, "mate has this ticket now");
}

static void
ticket__customer_wrote_meanwhile__is_read_first(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = console_seed_ticket(
	    f, 90, "Avería", 4, 4, "Lucía Peña", "operator");
	int64_t talk = console_seed_writes(
	    f, 25, "+34600111222", "Lucía Peña", "¿Vienen hoy?");

	as(f, "operator");
	assert_int_equal(
	    conversation_link_ticket(f->desk.d, talk, id, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Sí");
	(void)console_seed_writes(
	    f, 1, "+34600111222", "Lucía Peña", "Ya no hace falta");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "Ya no hace falta"));
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "The reply on ticket 1 goes out"));
}

static void
ticket__others__are_seen(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = make(f);

	as(f, "mate");
	assert_int_equal(
	    presence_set(f->desk.d, RECORD_TICKET, id, true, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	clock_fake_wall(CONSOLE_FIXTURE_NOW + 40 * US_PER_SECOND);
	golden_check(f->ui, "ticket", "others", LANG_ES, 80, 24, 0);
	assert_true(console_fixture_shows(f, "@mate writing 0:40"));
}

static void
ticket__conflict__is_chosen_field_by_field(void **state)
{
	struct console_fixture *f = *state;
	struct change theirs[] = {{"subject", b_text("Centralita muda")},
	    {"category", b_text("redes")}};
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_type(f, " (planta 2)");
	console_fixture_keys(f, "Tab Tab");
	console_fixture_type(f, " fija");
	as(f, "supervisor");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, theirs, 2, &err), 0);
	console_fixture_keys(f, "C-s");
	golden_check(f->ui, "ticket", "conflict", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "conflict", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "j t Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_string_equal(t.subject, "Avería en la centralita (planta 2)");
	assert_string_equal(t.category, "redes");
	ticket_clear(&t);
}

static void
ticket__other_field_changed__needs_no_choice(void **state)
{
	struct console_fixture *f = *state;
	struct change theirs[] = {{"category", b_text("redes")}};
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_type(f, "!");
	as(f, "supervisor");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, theirs, 1, &err), 0);
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_string_equal(t.subject, "Avería en la centralita!");
	assert_string_equal(t.category, "redes");
	ticket_clear(&t);
}

static void
ticket__of_somebody_else__refuses_before_it_opens_anything(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(f, 5, "one", 3, 3, NULL, "supervisor");

	console_fixture_start(f, "operator", &scr_ticket, id);
	for (const char *const *key =
		 (const char *const[]){"e", "s", "a", "x", "m", NULL};
	     *key != NULL; key++) {
		console_fixture_keys(f, *key);
		assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
		assert_true(console_fixture_shows(f, "leave a note with N"));
	}
	console_fixture_keys(f, "N");
	assert_true(console_fixture_shows(f, "Internal note, only for us"));
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_ticket, id);
	console_fixture_keys(f, "e");
	assert_ptr_not_equal(ui_top(f->ui)->ops, &scr_ticket);
}

static void
ticket__timeline__has_messages_links_and_merges(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_link_new call = {
	    .kind = LINK_CALL, .name = "centralita\033[1m-17"};
	int64_t link, other, talk;
	struct err err = ERR_INIT;
	int64_t id = console_seed_ticket(
	    f, 90, "Avería", 4, 4, "Lucía Peña", "operator");

	other = console_seed_ticket(
	    f, 20, "Sigue sin tono", 3, 3, "Lucía Peña", "operator");
	talk = console_seed_writes(
	    f, 25, "+34600111222", "Lucía Peña", "¿Vienen hoy?");
	as(f, "operator");
	assert_int_equal(
	    conversation_link_ticket(f->desk.d, talk, id, &err), 0);
	assert_int_equal(ticket_link(f->desk.d, id, &call, &link, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW + 60 * US_PER_SECOND);
	assert_int_equal(
	    ticket_merge(f->desk.d, other, 0, id, 0, NULL, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	golden_check(f->ui, "ticket", "timeline", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "G");
	golden_check(f->ui, "ticket", "timeline", LANG_EN, 40, 10, 0);
}

static void
ticket__merge__is_chosen_told_and_asked(void **state)
{
	struct console_fixture *f = *state;
	int64_t other, id = make(f);
	struct ticket t = {0};
	struct err err = ERR_INIT;

	other = console_seed_ticket(
	    f, 20, "Sigue sin tono", 3, 3, "Lucía Peña", "operator");
	console_seed_ticket(f, 30, "Otra cosa", 3, 3, "Ana Ruiz", "operator");
	console_fixture_start(f, "operator", &scr_ticket, id);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "M");
	golden_check(f->ui, "ticket", "merge-into", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "M");
	console_fixture_type(f, "sigue");
	golden_check(f->ui, "ticket", "merge-into", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "merge-look", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "M");
	console_fixture_type(f, "sigue");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "merge-look", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	/* Who writes meanwhile would answer with the first letters. */
	console_fixture_keys(f, "M");
	console_fixture_type(f, "sigue");
	console_fixture_keys(f, "Enter N");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_true(console_fixture_shows(f, "M asks again"));
	console_fixture_type(f, "y");
	console_fixture_keys(f, "C-u Esc");
	as(f, "operator");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_int_equal(t.merged_into, 0);
	ticket_clear(&t);
	console_fixture_keys(f, "M");
	console_fixture_type(f, "sigue");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "Ticket 1 is merged into 2"));
	as(f, "operator");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_int_equal(t.merged_into, other);
	ticket_clear(&t);
	clock_fake_wall(CONSOLE_FIXTURE_NOW + 40 * US_PER_SECOND);
	say(f, "mate", id, COMMENT_REPLY, "¿Y bien?");
	say(f, "mate", other, COMMENT_NOTE, "Va aparte");
	ui_notify(f->ui, NOTICE_DATA, 0);
	console_fixture_settle(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "U");
	golden_check(f->ui, "ticket", "unmerge", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "U");
	golden_check(f->ui, "ticket", "unmerge", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "which stay there: 1"));
	console_fixture_keys(f, "Esc");
	as(f, "operator");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_int_equal(t.state, TICKET_WAITING);
	ticket_clear(&t);
}

/* Nothing else says what stays: who writes by then reads it in the bar. */
static void
ticket__unmerge__covers_nothing_opened_meanwhile(void **state)
{
	struct console_fixture *f = *state;
	int64_t other, id = make(f);
	struct err err = ERR_INIT;

	other = console_seed_ticket(
	    f, 20, "Sigue sin tono", 3, 3, "Lucía Peña", "operator");
	as(f, "operator");
	assert_int_equal(
	    ticket_merge(f->desk.d, id, 0, other, 0, NULL, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW + 40 * US_PER_SECOND);
	say(f, "mate", other, COMMENT_NOTE, "Va aparte");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "U");
	console_fixture_keys(f, "y :");
	assert_true(console_fixture_shows(f, "What stays: Comments written"));
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

static void
ticket__split__takes_what_is_marked(void **state)
{
	struct console_fixture *f = *state;
	int64_t talk, made, id = make(f);
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	size_t count;

	talk = console_seed_writes(f, 25, "+34600111222", "Lucía Peña",
	    "¿Y la factura de mayo?\nNo la veo.");
	as(f, "operator");
	assert_int_equal(
	    conversation_link_ticket(f->desk.d, talk, id, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "P");
	/* The message, at which it opens, and the note. */
	console_fixture_keys(f, "Space gg Space G");
	golden_check(f->ui, "ticket", "split", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "split", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "ticket", "split", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "split", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "Factura de mayo");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Ticket 2 is split off ticket 1"));
	as(f, "supervisor");
	assert_int_equal(ticket_by_number(f->desk.d, 2, &t, &err), 0);
	made = t.id;
	assert_string_equal(t.subject, "Factura de mayo");
	assert_non_null(strstr(t.description, "No la veo."));
	ticket_clear(&t);
	assert_int_equal(
	    ticket_comments(f->desk.d, made, &rows, &count, &err), 0);
	assert_int_equal(count, 1);
	ticket_comments_free(&rows, count);
	/* One undo, and all is as it was. */
	console_fixture_keys(f, "u");
	as(f, "supervisor");
	assert_int_equal(
	    ticket_comments(f->desk.d, id, &rows, &count, &err), 0);
	assert_int_equal(count, 2);
	ticket_comments_free(&rows, count);
	assert_int_equal(ticket_get(f->desk.d, made, &t, &err), 0);
	assert_int_not_equal(t.deleted_at, 0);
	ticket_clear(&t);
	/* The first words of what is chosen are proposed as the title. */
	console_fixture_keys(f, "P");
	console_fixture_keys(f, "G Enter");
	assert_true(console_fixture_shows(f, "¿Y la factura de mayo?"));
	console_fixture_keys(f, "Esc Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

static void
ticket__unknown__says_so(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, 4711);
	assert_true(console_fixture_shows(f, "There is no such ticket"));
	console_fixture_keys(f, "r N e a s x Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

static void
ticket__late_answers__break_nothing(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_tickets, 0);
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "Enter");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "e r a s q");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "Enter");
	console_fixture_settle(f);
	model_delay_answers(f->app.model, 0);
	assert_int_equal(ui_top(f->ui)->id, id);
	assert_true(console_fixture_shows(f, "Avería en la centralita"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(ticket__card__in_every_size),
	    SCREEN_TEST(ticket__category__is_called_as_it_was_declared),
	    SCREEN_TEST(ticket__customer__is_found_by_name),
	    SCREEN_TEST(ticket__hostile_texts__show_as_text),
	    SCREEN_TEST(ticket__reply_and_note__look_different),
	    SCREEN_TEST(
		ticket__reply_by_mail__shows_where_it_goes_and_how_it_went),
	    SCREEN_TEST(ticket__writing__shows_the_last_word),
	    SCREEN_TEST(ticket__draft__is_kept_after_two_seconds),
	    SCREEN_TEST(ticket__closed_while_writing__keeps_the_draft),
	    SCREEN_TEST(ticket__somebody_wrote_meanwhile__asks_first),
	    SCREEN_TEST(
		ticket__somebody_is_writing__asks_before_a_second_answer),
	    SCREEN_TEST(ticket__customer_wrote_meanwhile__is_read_first),
	    SCREEN_TEST(ticket__others__are_seen),
	    SCREEN_TEST(ticket__conflict__is_chosen_field_by_field),
	    SCREEN_TEST(ticket__other_field_changed__needs_no_choice),
	    SCREEN_TEST(
		ticket__of_somebody_else__refuses_before_it_opens_anything),
	    SCREEN_TEST(ticket__timeline__has_messages_links_and_merges),
	    SCREEN_TEST(ticket__merge__is_chosen_told_and_asked),
	    SCREEN_TEST(ticket__unmerge__covers_nothing_opened_meanwhile),
	    SCREEN_TEST(ticket__split__takes_what_is_marked),
	    SCREEN_TEST(ticket__unknown__says_so),
	    SCREEN_TEST(ticket__late_answers__break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
