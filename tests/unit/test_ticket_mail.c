/*
 * Unit tests of db/records/ticket_mail: where a mail goes, once, and what is
 * kept of it.
 *
 * Turned red by: is_known always false, may_write always 1, the target of a
 * merge not asked for, ticket_heard for what no person wrote, files that stay
 * on the disk when nothing was taken in.
 */
#include "db/records/ticket_mail.h"
#include "common/clock.h"
#include "db/records/people.h"
#include "db/records/ticket_files.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "tests/lib/desk_test.h"
#include <dirent.h>
#include <unistd.h>

/* A mail in; headers end with a line end each. */
static int
take(struct desk_fixture *f, const char *headers, const char *body,
    struct ticket_mail *out)
{
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;
	struct ticket_mail_in in = {0};
	struct mail m;
	int rc;

	str_addf(&bytes, "%s\n%s", headers, body);
	assert_ok(mail_read(bytes.s, bytes.len, &m, &err));
	in.mail = &m;
	in.bytes = bytes.s;
	in.n = bytes.len;
	desk_act_as_system(f->d, f->demo.id);
	rc = ticket_mail(f->d, &in, out, &err);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	mail_free(&m);
	str_free(&bytes);
	return rc;
}

static struct ticket_mail
taken(struct desk_fixture *f, const char *headers, const char *body,
    enum ticket_mail_what what)
{
	struct err err = ERR_INIT;
	struct ticket_mail out;

	assert_ok(take(f, headers, body, &out));
	assert_int_equal(out.what, what);
	return out;
}

static struct ticket
card(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct ticket t;

	assert_ok(ticket_get(f->d, id, &t, &err));
	return t;
}

static enum ticket_state
state_of(struct desk_fixture *f, int64_t id)
{
	struct ticket t = card(f, id);

	ticket_clear(&t);
	return t.state;
}

static int64_t
count(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(f->demo.id)), &err));
	return n;
}

/* Files on the disk. */
static int
files_in(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char path[1024];

		if (e->d_name[0] == '.')
			continue;
		str_format(path, sizeof(path), "%s/%s", dir, e->d_name);
		n += e->d_type == DT_DIR ? files_in(path)
		                         : strlen(e->d_name) == 32;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

#define ANA   "From: Ana <Ana@example.org>\nSubject: Impresora\n"
#define FIRST ANA "Message-ID: <1@x>\n"

static void
mail__from_nobody_known__makes_contact_and_ticket(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_mail a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE);
	struct ticket t = card(f, a.ticket_id);
	struct err err = ERR_INIT;
	int64_t contact;

	assert_string_equal(t.subject, "Impresora");
	assert_string_equal(t.description, "Hola");
	assert_string_equal(t.contact_name, "Ana");
	assert_int_equal(t.source, SOURCE_MAIL);
	assert_int_equal(t.priority, 3);
	assert_ok(contact_by_address(
	    f->d, POINT_MAIL, "ana@example.org", &contact, &err));
	assert_int_equal(contact, t.contact_id);
	ticket_clear(&t);
	/* The same mail; another one of hers. */
	a = taken(f, FIRST, "Hola", TICKET_MAIL_KNOWN);
	assert_int_equal(a.number, 1);
	a = taken(f, ANA, "Otra", TICKET_MAIL_MADE);
	t = card(f, a.ticket_id);
	assert_int_equal(t.contact_id, contact);
	ticket_clear(&t);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM contacts WHERE tenant_id = $1"), 1);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM mail_ids WHERE tenant_id = $1"), 2);
	assert_int_equal(files_in(f->d->files_dir), 2);
}

static void
mail__from_a_typed_address__is_that_contacts(void **state)
{
	struct desk_fixture *f = *state;
	const struct contact_new in = {
	    .full_name = "Ana Ruiz", .email = "ANA@example.org"};
	struct err err = ERR_INIT;
	struct ticket_mail a;
	struct ticket t;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_new(f->d, &in, &id, &err));
	a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE);
	t = card(f, a.ticket_id);
	assert_int_equal(t.contact_id, id);
	assert_string_equal(t.contact_name, "Ana Ruiz");
	ticket_clear(&t);
}

static void
reply__by_reference_or_number__is_heard(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_mail a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE), b;
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_set_state(
	    f->d, a.ticket_id, 0, TICKET_SOLVED, NULL, 0, &err));
	b = taken(f, ANA "Message-ID: <2@x>\nReferences: <0@x> <1@x>\n",
	    "Sigue igual\n\n> Hola\n", TICKET_MAIL_HEARD);
	assert_int_equal(b.ticket_id, a.ticket_id);
	assert_int_equal(state_of(f, a.ticket_id), TICKET_OPEN);
	taken(f,
	    "From: ana@example.org\nSubject: Re: [#1] Impresora\n"
	    "Message-ID: <3@x>\nIn-Reply-To: <unknown@x>\n",
	    "Y otra", TICKET_MAIL_HEARD);
	assert_ok(ticket_comments(f->d, a.ticket_id, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].body, "Sigue igual");
	assert_string_equal(rows[0].author, "Ana");
	assert_int_equal(rows[0].operator_id, 0);
	assert_int_equal(rows[0].kind, COMMENT_REPLY);
	ticket_comments_free(&rows, n);
	/* A short thanks opens nothing. */
	assert_ok(ticket_set_state(
	    f->d, a.ticket_id, 0, TICKET_SOLVED, NULL, 0, &err));
	taken(f, ANA "Message-ID: <4@x>\nIn-Reply-To: <1@x>\n",
	    "Muchas gracias\n\n> Hola\n", TICKET_MAIL_HEARD);
	assert_int_equal(state_of(f, a.ticket_id), TICKET_SOLVED);
}

static void
reply__of_no_person__is_a_note_that_wakes_nothing(void **state)
{
	static const char *const heads[] = {
	    "Auto-Submitted: auto-replied\n",
	    "Precedence: bulk\n",
	    "Return-Path: <>\n",
	    "X-Autoreply: yes\n",
	};
	struct desk_fixture *f = *state;
	struct ticket_mail a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE);
	struct err err = ERR_INIT;
	struct ticket t;

	assert_ok(ticket_set_state(
	    f->d, a.ticket_id, 0, TICKET_SOLVED, NULL, 0, &err));
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		char head[256];

		str_format(head, sizeof(head),
		    "%sFrom: auto@example.org\nMessage-ID: <n%zu@x>\n"
		    "In-Reply-To: <1@x>\n",
		    heads[i], i);
		taken(f, head, "No estoy", TICKET_MAIL_NOTED);
	}
	assert_int_equal(state_of(f, a.ticket_id), TICKET_SOLVED);
	/* By a number alone it could be anybody's. */
	a = taken(f,
	    "From: auto@example.org\nSubject: [#1]\nMessage-ID: <m@x>\n"
	    "Auto-Submitted: auto-generated\n",
	    "No estoy", TICKET_MAIL_MADE);
	t = card(f, a.ticket_id);
	assert_string_equal(t.tags, "automatic");
	assert_int_equal(t.priority, 1);
	ticket_clear(&t);
}

static void
reply__of_a_stranger__makes_a_linked_ticket(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_mail a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE), b;
	struct ticket_link *links;
	struct err err = ERR_INIT;
	size_t n;

	b = taken(f,
	    "From: otro@example.org\nSubject: Re: [#1]\nMessage-ID: <2@x>\n",
	    "Cierren", TICKET_MAIL_MADE);
	assert_int_equal(b.meant, a.number);
	assert_ok(ticket_links(f->d, b.ticket_id, &links, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(links[0].number, a.number);
	assert_int_equal(links[0].relation, LINK_RELATED);
	free(links);
	/* Even with the reference. */
	b = taken(f,
	    "From: otro@example.org\nSubject: Re\nMessage-ID: <3@x>\n"
	    "In-Reply-To: <1@x>\n",
	    "Cierren", TICKET_MAIL_MADE);
	assert_int_equal(b.meant, a.number);
}

static void
reply__of_a_colleague__is_heard(void **state)
{
	struct desk_fixture *f = *state;
	const struct company_new co = {.name = "Hotel"};
	struct contact_new in = {
	    .full_name = "Ana", .email = "ana@example.org"};
	struct err err = ERR_INIT;
	int64_t company, id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(company_new(f->d, &co, &company, &err));
	assert_ok(
	    division_new(f->d, company, "Sala", "", &in.division_id, &err));
	assert_ok(contact_new(f->d, &in, &id, &err));
	in.full_name = "Eva";
	in.email = "eva@example.org";
	assert_ok(contact_new(f->d, &in, &id, &err));
	taken(f, FIRST, "Hola", TICKET_MAIL_MADE);
	taken(f,
	    "From: eva@example.org\nSubject: Re: [#1]\nMessage-ID: <2@x>\n",
	    "A mi tambien", TICKET_MAIL_HEARD);
}

static void
reply__to_merged_trashed_or_old__goes_where_it_should(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_mail a = taken(f, FIRST, "Hola", TICKET_MAIL_MADE), b, c;
	struct err err = ERR_INIT;
	struct ticket_link *links;
	size_t n;

	clock_fake_wall(1764000000000000);
	b = taken(f, ANA "Message-ID: <2@x>\n", "Otra", TICKET_MAIL_MADE);
	assert_ok(
	    ticket_merge(f->d, a.ticket_id, 0, b.ticket_id, 0, NULL, &err));
	c = taken(f, ANA "Message-ID: <3@x>\nIn-Reply-To: <1@x>\n", "Tarde",
	    TICKET_MAIL_HEARD);
	assert_int_equal(c.ticket_id, b.ticket_id);
	assert_int_equal(c.number, b.number);
	/* Ended long ago: a new one that follows it. */
	assert_ok(ticket_set_state(
	    f->d, b.ticket_id, 0, TICKET_CLOSED, NULL, 0, &err));
	clock_fake_advance(8 * US_PER_DAY);
	c = taken(f, ANA "Message-ID: <4@x>\nIn-Reply-To: <2@x>\n", "De nuevo",
	    TICKET_MAIL_MADE);
	assert_int_equal(c.meant, b.number);
	assert_ok(ticket_links(f->d, c.ticket_id, &links, &n, &err));
	assert_int_equal(links[0].relation, LINK_FOLLOW_UP);
	free(links);
	/* Thrown away: nobody would see it there. */
	assert_ok(ticket_delete(f->d, c.ticket_id, 0, &err));
	a = taken(f, ANA "Message-ID: <5@x>\nIn-Reply-To: <4@x>\n",
	    "Hay alguien", TICKET_MAIL_MADE);
	assert_int_equal(a.meant, 0);
	clock_fake_wall(0);
}

static void
mail__with_files__keeps_them_with_who_may_read(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_file *rows;
	struct err err = ERR_INIT;
	struct ticket_mail a;
	struct ticket t;
	size_t n;
	int fd;

	a = taken(f, FIRST "Content-Type: multipart/mixed; boundary=b\n",
	    "--b\n\nHola\n--b\nContent-Type: image/png; name=a.png\n"
	    "Content-Transfer-Encoding: base64\n\nAAEC\n--b--\n",
	    TICKET_MAIL_MADE);
	assert_int_equal(a.files, 1);
	assert_ok(ticket_files(f->d, a.ticket_id, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].file.title, "mail.eml");
	assert_string_equal(rows[1].file.title, "a.png");
	assert_int_equal(rows[1].file.size, 3);
	assert_ok(file_open(f->d, &rows[1].file, &fd, &err));
	close(fd);
	t = card(f, a.ticket_id);
	assert_non_null(strstr(t.description, "a.png"));
	ticket_clear(&t);
	free(rows);
	desk_fixture_act(f, FIXTURE_OTHER, "supervisor");
	assert_rc(
	    ticket_files(f->d, a.ticket_id, &rows, &n, &err), OD_ENOTFOUND);
}

static void
mail__that_cannot_be_kept__leaves_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_mail out;

	/* An own one that came back. */
	char own[200];

	str_format(own, sizeof(own), FIRST "X-Opdesk-Desk: %s\n", f->d->id);
	taken(f, own, "Hola", TICKET_MAIL_OWN);
	f->d->readonly = true;
	assert_rc(take(f, FIRST, "Hola", &out), OD_EDENIED);
	f->d->readonly = false;
	assert_int_equal(files_in(f->d->files_dir), 0);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM tickets WHERE tenant_id = $1"), 0);
	taken(f, FIRST, "Hola", TICKET_MAIL_MADE);
}

static void
mail__very_long__is_cut_and_kept_whole(void **state)
{
	struct desk_fixture *f = *state;
	struct str body = STR_INIT;
	struct ticket_mail a;
	struct ticket t;

	while (body.len < 200000)
		str_add(&body, "añadido ");
	a = taken(f, FIRST "Content-Type: text/plain; charset=utf-8\n", body.s,
	    TICKET_MAIL_MADE);
	t = card(f, a.ticket_id);
	assert_true(strlen(t.description) < 65536);
	assert_non_null(strstr(t.description, "mail.eml"));
	ticket_clear(&t);
	str_free(&body);
	assert_int_equal(files_in(f->d->files_dir), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(mail__from_nobody_known__makes_contact_and_ticket),
	    DESK_TEST(mail__from_a_typed_address__is_that_contacts),
	    DESK_TEST(reply__by_reference_or_number__is_heard),
	    DESK_TEST(reply__of_no_person__is_a_note_that_wakes_nothing),
	    DESK_TEST(reply__of_a_stranger__makes_a_linked_ticket),
	    DESK_TEST(reply__of_a_colleague__is_heard),
	    DESK_TEST(reply__to_merged_trashed_or_old__goes_where_it_should),
	    DESK_TEST(mail__with_files__keeps_them_with_who_may_read),
	    DESK_TEST(mail__that_cannot_be_kept__leaves_nothing),
	    DESK_TEST(mail__very_long__is_cut_and_kept_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
