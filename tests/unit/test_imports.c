/*
 * Unit tests of db/records/imports: the same file twice, half of it, changed,
 * damaged, taken back; what an imported ticket is, and that nobody hears of it.
 *
 * Turned red by: a mark that is not written, a digest without the comments, a
 * row without its savepoint, the counter left where it was, clocks that begin
 * when the ticket was made, an undo that does not ask who made the record.
 */
#include "db/records/imports.h"
#include "common/clock.h"
#include "db/core/op.h"
#include "db/core/ticket_clock.h"
#include "db/records/employees.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

struct heard {
	struct str lines; /* "LINE field outcome;" */
	int64_t stop_after, seen;
};

static void
tell(const struct import_told *t, void *data)
{
	struct heard *h = data;

	str_addf(&h->lines, "%lld %s %s;", (long long)t->line, t->field,
	    import_outcome_names[t->outcome]);
	assert_true(t->reason[0] != '\0');
}

static bool
stop(void *data)
{
	struct heard *h = data;

	return h->stop_after > 0 && ++h->seen > h->stop_after;
}

static const char *
put(struct desk_fixture *f, const char *name, const char *text)
{
	const char *path = tmp_path(&f->tmp, name);
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	return path;
}

/* Import and say how it went: "made updated unchanged kept refused". */
static void
take(struct desk_fixture *f, struct import_options o, struct heard *h,
    const char *expected)
{
	struct import_result *r = calloc(1, sizeof(*r));
	struct heard none = {.lines = STR_INIT};
	struct err err = ERR_INIT;
	char got[100];

	o.tell = tell;
	o.stop = stop;
	o.data = h != NULL ? h : &none;
	assert_ok(import_run(f->d, &o, r, &err));
	str_format(got, sizeof(got), "%d %d %d %d %d", (int)r->made,
	    (int)r->updated, (int)r->unchanged, (int)r->kept, (int)r->refused);
	if (strcmp(got, expected) != 0)
		fail_msg("%s, not %s: %s", got, expected,
		    ((struct heard *)o.data)->lines.s);
	import_result_clear(r);
	free(r);
	str_free(&none.lines);
}

static void
assert_heard(struct heard *h, const char *expected)
{
	assert_string_equal(h->lines.s != NULL ? h->lines.s : "", expected);
	str_free(&h->lines);
}

static int64_t
count_of(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n, sql, NO_BINDS, &err));
	return n;
}

static void
read_ticket(struct desk_fixture *f, int64_t number, struct ticket *t)
{
	struct err err = ERR_INIT;

	memset(t, 0, sizeof(*t));
	assert_ok(ticket_by_number(f->d, number, t, &err));
}

static const char three[] =
    "id;asunto;estado;prioridad;solicitante;correo;empresa;fecha_creacion;"
    "comentario\n"
    "1001;No imprime;abierto;alta;Ana Ejemplo;ana@cliente.example;Ejemplo;"
    "2024-03-31 09:15;Se cambió\n"
    "1002;Sin red;cerrado;5;Luis Muestra;;Ejemplo;2024-04-01 10:00;\n"
    "1003;Otra;en espera;;Luis Muestra;;Ejemplo;02/04/2024;\n";

static void
import_run__twice__changes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = put(f, "old.csv", three)};
	char *before, *after;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	take(f, o, NULL, "3 0 0 0 0");
	before = desk_fixture_dump(f);
	take(f, o, NULL, "0 0 3 0 0");
	/* Under another name it is the same one all the same. */
	o.path = put(f, "renamed.csv", three);
	take(f, o, NULL, "0 0 3 0 0");
	after = desk_fixture_dump(f);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
import_run__stopped_or_cut_off__is_completed(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS, .source = "old"};
	struct heard h = {.stop_after = 2, .lines = STR_INIT};
	struct str text = STR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	str_add(&text, "id,subject\n");
	for (int i = 1; i <= 300; i++)
		str_addf(&text, "%d,Ticket %d\n", i, i);
	o.path = put(f, "all.csv", text.s);
	take(f, o, &h, "128 0 0 0 0");
	assert_heard(&h, "");
	/* Cut in the middle of a row. */
	str_trunc(&text, text.len - 700);
	o.path = put(f, "half.csv", text.s);
	str_free(&text);
	take(f, o, NULL, "126 0 128 0 0");
	o.path = tmp_path(&f->tmp, "all.csv");
	take(f, o, NULL, "46 1 253 0 0");
	assert_int_equal(
	    count_of(f, "SELECT count(*) FROM tickets WHERE subject LIKE"
			" 'Ticket %'"),
	    300);
}

static void
import_run__dry__says_the_same_and_changes_nothing(void **state)
{
	static const char text[] = "id,title,status,created,phone,name\n"
				   "1,One,open,2024-01-01,101,Ana\n"
				   "2,,open,2024-01-01,,\n"
				   "3,Three,half open,2024-01-01,,\n"
				   "4,Four,open,2099-01-01,,\n"
				   "5,Five,open,31/31/2024,,\n"
				   "1,Again,open,2024-01-01,,\n"
				   "7,\"broken\"x,open,2024-01-01,,\n"
				   "8,Too,many,2024-01-01,,,9,9\n"
				   "9,Nine,open,2024-01-01,,\n";
	static const char expected[] =
	    "2 phone note;3 subject refused;4 status refused;"
	    "5 created refused;6 created refused;7  refused;8  refused;"
	    "9  refused;";
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS,
	    .path = put(f, "bad.csv", text),
	    .dry_run = true};
	struct heard h = {.lines = STR_INIT};
	char *before, *after;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	before = desk_fixture_dump(f);
	take(f, o, &h, "2 0 0 0 7");
	assert_heard(&h, expected);
	after = desk_fixture_dump(f);
	assert_string_equal(before, after);
	f->d->readonly = true;
	take(f, o, NULL, "2 0 0 0 7");
	f->d->readonly = false;
	o.dry_run = false;
	take(f, o, &h, "2 0 0 0 7");
	assert_heard(&h, expected);
	free(before);
	free(after);
}

static void
import_run__a_changed_row__updates_unless_it_was_changed_here(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS, .source = "old"};
	struct change c = {"subject", b_text("Ours")};
	struct heard h = {.lines = STR_INIT};
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	o.path = put(f, "a.csv", "id,subject,status\n1,One,open\n2,Two,open\n");
	take(f, o, NULL, "2 0 0 0 0");
	read_ticket(f, 2, &t);
	assert_ok(ticket_edit(f->d, t.id, t.version, &c, 1, &err));
	ticket_clear(&t);
	o.path =
	    put(f, "b.csv", "id,subject,status\n1,Uno,closed\n2,Dos,closed\n");
	take(f, o, &h, "0 1 0 1 0");
	assert_heard(&h, "3  kept;");
	read_ticket(f, 1, &t);
	assert_string_equal(t.subject, "Uno");
	assert_int_equal(t.state, TICKET_CLOSED);
	assert_true(t.closed_us != 0);
	ticket_clear(&t);
	read_ticket(f, 2, &t);
	assert_string_equal(t.subject, "Ours");
	ticket_clear(&t);
	o.overwrite = true;
	take(f, o, NULL, "0 1 1 0 0");
	read_ticket(f, 2, &t);
	assert_string_equal(t.subject, "Dos");
	ticket_clear(&t);
}

static void
import_run__a_ticket__is_what_it_was(void **state)
{
	static const char text[] =
	    "[{\"number\": 2001, \"title\": \"Jam\", \"status\": \"open\","
	    " \"priority\": \"high\", \"assigned_to\": \"mate\","
	    " \"requester\": {\"name\": \"Pat\", \"email\": \"P@c.example\"},"
	    " \"created_at\": \"2024-05-01T08:00:00Z\", \"tags\": [\"a\","
	    " \"b c\"], \"external_id\": \"X-1\", \"comments\": ["
	    "{\"author\": \"Pat\", \"body\": \"It jams\","
	    " \"at\": \"2024-05-01T08:01:00Z\"},"
	    "{\"author\": \"mate\", \"body\": \"Looked\", \"kind\": \"note\","
	    " \"at\": \"2024-05-02T09:00:00Z\"}]}]";
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = put(f, "one.json", text)};
	struct ticket_comment *comments;
	struct ticket_clock *clocks;
	struct err err = ERR_INIT;
	char at[RFC3339_SIZE];
	struct contact who;
	struct ticket t;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	int64_t events = count_of(f, "SELECT count(*) FROM events");

	take(f, o, NULL, "1 0 0 0 0");
	read_ticket(f, 2001, &t);
	assert_string_equal(t.subject, "Jam");
	assert_int_equal(t.state, TICKET_OPEN);
	assert_int_equal(t.priority, 4);
	assert_int_equal(ticket_priority(t.urgency, t.impact), 4);
	assert_string_equal(t.tags, "a, b c");
	assert_string_equal(t.external_id, "X-1");
	assert_int_equal(t.operator_id, f->demo.mate);
	clock_format_rfc3339(at, t.created_at);
	assert_string_equal(at, "2024-05-01T08:00:00Z");
	clock_format_rfc3339(at, t.updated_at);
	assert_string_equal(at, "2024-05-02T09:00:00Z");
	assert_ok(contact_get(f->d, t.contact_id, &who, &err));
	assert_string_equal(who.full_name, "Pat");
	contact_clear(&who);
	assert_ok(ticket_comments(f->d, t.id, &comments, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(comments[0].body, "It jams");
	assert_int_equal(comments[1].kind, COMMENT_NOTE);
	assert_int_equal(comments[1].operator_id, f->demo.mate);
	ticket_comments_free(&comments, n);
	/* Its promises begin with the import, not years ago. */
	assert_ok(ticket_clocks_read(f->d, t.id, &clocks, &n, &err));
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		assert_true(clocks[i].started_us > t.updated_at + US_PER_DAY);
		assert_int_equal(clocks[i].noticed, 0);
	}
	ticket_clocks_free(&clocks, n);
	ticket_clear(&t);
	/* Nobody is told. */
	assert_int_equal(count_of(f, "SELECT count(*) FROM events"), events);
	assert_int_equal(count_of(f, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(
	    count_of(f, "SELECT count(*) FROM audit WHERE operation ="
			" 'import.run'"),
	    1);
}

static void
import_run__a_number_that_is_taken__gets_one_of_its_own(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS};
	struct heard h = {.lines = STR_INIT};
	struct err err = ERR_INIT;
	struct ticket_new in = {.subject = "Next"};
	struct ticket *rows, t;
	struct ticket_filter by = {
	    .view = TICKETS_ALL, .state = -1, .match = "taken"};
	int64_t id, number;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	(void)desk_fixture_ticket(f, "First here");
	o.path = put(f, "old.csv",
	    "number,subject\n1,It is taken\n500,Far\nTK-007,Word\n");
	take(f, o, &h, "3 0 0 0 0");
	assert_heard(&h, "2 number note;");
	read_ticket(f, 500, &t);
	assert_string_equal(t.subject, "Far");
	ticket_clear(&t);
	read_ticket(f, 7, &t);
	assert_string_equal(t.external_id, "TK-007");
	ticket_clear(&t);
	assert_ok(ticket_list(f->d, &by, NULL, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].external_id, "old:1");
	ticket_list_free(&rows, n);
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_int_equal(number, 501);
	take(f, o, NULL, "0 0 3 0 0");
}

static void
import_run__requesters__are_found_or_made_once(void **state)
{
	static const char text[] =
	    "id,subject,requester,email,phone,employee,company\n"
	    "1,a,,ANA@c.example,,,\n"
	    "2,b,Ana,ana@c.example,,,\n"
	    "3,c,,,+34 600 111 222,,\n"
	    "4,d,Luis,,,,Sol\n"
	    "5,e,LUIS,,,,Sol\n"
	    "6,f,Luis,,,,Luna\n"
	    "7,g,,,,E-1,\n"
	    "8,h,,,,E-9,\n"
	    "9,i,,,,,\n";
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_EMPLOYEES};
	struct heard h = {.lines = STR_INIT};
	int64_t contacts[10] = {0}, known;
	struct err err = ERR_INIT;
	struct employee e;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	known = desk_fixture_contact(f, "Eva", "600111222");
	/* Without the country's digits it is another number. */
	known = desk_fixture_contact(f, "Eva", "34600111222");
	o.path = put(f, "people.csv",
	    "code,name,apellidos,email,jefe\n"
	    "E-1,Marta,Ríos,m@c.example,Jorge\n,,,,\n");
	take(f, o, NULL, "1 0 0 0 1");
	assert_ok(employee_by_code(f->d, "E-1", &e, &err));
	assert_string_equal(e.full_name, "Marta Ríos");
	employee_clear(&e);
	o.kind = IMPORT_TICKETS;
	o.path = put(f, "old.csv", text);
	take(f, o, &h, "9 0 0 0 0");
	assert_heard(&h, "9 employee note;");
	for (int i = 1; i <= 9; i++) {
		struct ticket t;

		read_ticket(f, i, &t);
		contacts[i] = t.contact_id;
		ticket_clear(&t);
	}
	assert_true(contacts[1] != 0 && contacts[1] == contacts[2]);
	assert_int_equal(contacts[3], known);
	assert_true(contacts[4] != 0 && contacts[4] == contacts[5]);
	assert_true(contacts[6] != 0 && contacts[6] != contacts[4]);
	assert_true(contacts[7] != 0);
	assert_int_equal(contacts[8], 0);
	assert_int_equal(contacts[9], 0);
	assert_int_equal(
	    count_of(f, "SELECT count(*) FROM contacts WHERE full_name ="
			" 'Marta Ríos'"),
	    1);
}

static void
import_run__contacts__fill_no_address_twice(void **state)
{
	static const char text[] =
	    "nombre;apellidos;correo;telefono;empresa;idioma;notas\n"
	    "Tom;Sample;tom@c.example;101;Sol;en;x\n"
	    "Tom;Again;TOM@c.example;;;klingon;\n"
	    "Eva;;;600 111 222;;;\n"
	    ";;;;;;nobody\n";
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_CONTACTS,
	    .path = put(f, "people.csv", text),
	    .dry_run = true};
	struct heard h = {.lines = STR_INIT};

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	(void)desk_fixture_contact(f, "Eva", "600111222");
	take(f, o, &h, "1 0 2 0 1");
	assert_heard(&h, "2 telefono note;3 idioma note;5 name refused;");
	o.dry_run = false;
	take(f, o, NULL, "1 0 2 0 1");
	take(f, o, NULL, "0 0 3 0 1");
	assert_int_equal(
	    count_of(f, "SELECT count(*) FROM contacts WHERE notes LIKE"
			" '%101%' AND phone_number = ''"),
	    1);
}

static void
import_undo__then_again__gives_it_back(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = put(f, "old.csv", three)};
	struct import_undone undone;
	struct change c = {"subject", b_text("Ours")};
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	take(f, o, NULL, "3 0 0 0 0");
	read_ticket(f, 1002, &t);
	assert_ok(ticket_edit(f->d, t.id, t.version, &c, 1, &err));
	ticket_clear(&t);
	assert_rc(import_undo(f->d, "nothing", &undone, &err), OD_ENOTFOUND);
	assert_ok(import_undo(f->d, "old", &undone, &err));
	assert_int_equal(undone.trashed, 2);
	assert_int_equal(undone.kept, 1);
	read_ticket(f, 1001, &t);
	assert_true(t.deleted_at != 0);
	ticket_clear(&t);
	take(f, o, NULL, "0 2 1 0 0");
	read_ticket(f, 1001, &t);
	assert_int_equal(t.deleted_at, 0);
	assert_string_equal(t.subject, "No imprime");
	ticket_clear(&t);
}

static void
import_undo__of_people__leaves_who_was_there_or_is_needed(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_CONTACTS, .source = "crm"};
	struct import_undone undone;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	(void)desk_fixture_contact(f, "Eva", "600111222");
	o.path = put(f, "people.csv",
	    "name,email,phone\nEva,,600111222\nTom,tom@c.example,\n"
	    "Kim,kim@c.example,600111333\n");
	take(f, o, NULL, "2 0 1 0 0");
	o.kind = IMPORT_TICKETS;
	o.source = "desk";
	o.path = put(f, "t.csv", "id,subject,email\n77,x,tom@c.example\n");
	take(f, o, NULL, "1 0 0 0 0");
	assert_ok(import_undo(f->d, "crm", &undone, &err));
	assert_int_equal(undone.trashed, 1);
	assert_int_equal(undone.kept, 2);
	o.kind = IMPORT_CONTACTS;
	o.source = "crm";
	o.path = tmp_path(&f->tmp, "people.csv");
	take(f, o, NULL, "0 1 2 0 0");
	assert_int_equal(
	    count_of(f, "SELECT count(*) FROM contact_points WHERE value"
			" IN ('600111333', 'kim@c.example')"
			" AND deleted_at IS NULL"),
	    2);
}

static void
import_run__who_may_not__is_denied(void **state)
{
	static const char *const logins[] = {
	    "operator", "technician", "auditor", "bot"};
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = put(f, "old.csv", three)};
	struct import_result *r = calloc(1, sizeof(*r));
	struct import_undone undone;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		desk_fixture_act(f, FIXTURE_TENANT, logins[i]);
		for (int dry = 0; dry < 2; dry++) {
			o.dry_run = dry == 1;
			assert_rc(import_run(f->d, &o, r, &err), OD_EDENIED);
		}
		assert_rc(import_undo(f->d, "old", &undone, &err), OD_EDENIED);
	}
	/* What one tenant imported is nothing to another one. */
	o.dry_run = false;
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	take(f, o, NULL, "3 0 0 0 0");
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(import_undo(f->d, "old", &undone, &err), OD_ENOTFOUND);
	take(f, o, NULL, "3 0 0 0 0");
	free(r);
}

static void
import_run__words_and_maps__are_taken(void **state)
{
	static const char *const maps[] = {
	    "Lo que pasa=subject", "Cuándo=created", "Estado="};
	static const char *const words[] = {"priority:P1=urgent"};
	static const char *const bad_maps[] = {"x=colour"};
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS,
	    .maps = maps,
	    .map_count = 3,
	    .words = words,
	    .word_count = 1,
	    .dates = DATES_MONTH_FIRST};
	struct import_result *r = calloc(1, sizeof(*r));
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	o.path = put(f, "x.csv",
	    "\xef\xbb\xbfno\tlo que pasa\tcuando\testado\tprioridad\n"
	    "3\tUno\t12/31/2023\traro\tp1\n");
	take(f, o, NULL, "1 0 0 0 0");
	read_ticket(f, 3, &t);
	assert_int_equal(t.priority, 5);
	assert_int_equal(t.state, TICKET_NEW);
	assert_true(t.created_at > 0 && t.created_at < 1704153600000000);
	ticket_clear(&t);
	o.maps = bad_maps;
	o.map_count = 1;
	assert_rc(import_run(f->d, &o, r, &err), OD_EUSAGE);
	o.map_count = 0;
	o.path = put(f, "y.csv", "colour,size\nred,4\n");
	assert_rc(import_run(f->d, &o, r, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "colour, size"));
	o.path = put(f, "z.csv", "");
	assert_rc(import_run(f->d, &o, r, &err), OD_EDATA);
	o.path = tmp_path(&f->tmp, "none.csv");
	assert_rc(import_run(f->d, &o, r, &err), OD_ENOTFOUND);
	o.path = "/dev/null";
	assert_rc(import_run(f->d, &o, r, &err), OD_EUSAGE);
	free(r);
}

static void
import_run__another_encoding__is_recognised(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {.kind = IMPORT_TICKETS};
	struct import_result *r = calloc(1, sizeof(*r));
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	o.path = put(f, "l.csv", "id;asunto\n5;Impresi\xf3n\n");
	assert_rc(import_run(f->d, &o, r, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "--encoding windows-1252"));
	o.encoding = ENCODING_WINDOWS_1252;
	take(f, o, NULL, "1 0 0 0 0");
	read_ticket(f, 5, &t);
	assert_string_equal(t.subject, "Impresión");
	ticket_clear(&t);
	/* One bad line among good ones is that line's. */
	o.encoding = ENCODING_UTF8;
	o.path = put(f, "m.csv", "id;asunto\n6;Impresi\xf3n\n7;Año\n8;Niño\n");
	take(f, o, NULL, "2 0 0 0 1");
	free(r);
}

static void
import_run__after_an_error_in_the_middle__goes_on(void **state)
{
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = put(f, "old.csv", three)};
	struct import_result *r = calloc(1, sizeof(*r));
	struct err err = ERR_INIT;
	int rc, failed = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	for (int n = 1;; n += 7) {
		db_fail_after(f->d->db, n, OD_EUNAVAIL);
		rc = import_run(f->d, &o, r, &err);
		db_fail_after(f->d->db, 0, 0);
		import_result_clear(r);
		if (rc == 0)
			break;
		assert_int_equal(rc, OD_EUNAVAIL);
		failed++;
		assert_int_equal(
		    count_of(f, "SELECT count(*) FROM import_marks"), 0);
		assert_int_equal(
		    count_of(f, "SELECT count(*) FROM tickets"), 0);
	}
	assert_true(failed > 3);
	take(f, o, NULL, "0 0 3 0 0");
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(import_run__twice__changes_nothing),
	    DESK_TEST(import_run__stopped_or_cut_off__is_completed),
	    DESK_TEST(import_run__dry__says_the_same_and_changes_nothing),
	    DESK_TEST(
		import_run__a_changed_row__updates_unless_it_was_changed_here),
	    DESK_TEST(import_run__a_ticket__is_what_it_was),
	    DESK_TEST(import_run__a_number_that_is_taken__gets_one_of_its_own),
	    DESK_TEST(import_run__requesters__are_found_or_made_once),
	    DESK_TEST(import_run__contacts__fill_no_address_twice),
	    DESK_TEST(import_undo__then_again__gives_it_back),
	    DESK_TEST(
		import_undo__of_people__leaves_who_was_there_or_is_needed),
	    DESK_TEST(import_run__who_may_not__is_denied),
	    DESK_TEST(import_run__words_and_maps__are_taken),
	    DESK_TEST(import_run__another_encoding__is_recognised),
	    DESK_TEST(import_run__after_an_error_in_the_middle__goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
