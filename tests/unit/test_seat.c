/* Unit tests of db/records/seat_*: drafts, presence, settings. */
#include "db/records/seat.h"
#include "common/clock.h"
#include "db/core/op.h"
#include "tests/lib/desk_test.h"
#include <unistd.h>

static void
draft__save_again__replaces_and_empty_removes(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr, *rows;
	int64_t ticket;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(draft_save(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "Dear Ana\n\x1b", 3, 7, &err));
	assert_ok(draft_save(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "Dear Ana,\n\x1b", 5, 8, &err));
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_NOTE, "note", 0, 0, &err));
	assert_ok(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err));
	assert_string_equal(dr.body, "Dear Ana,\n\x1b");
	assert_int_equal(dr.cursor_at, 5);
	assert_int_equal(dr.seen_version, 8);
	draft_clear(&dr);
	assert_ok(draft_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 2);
	draft_list_free(&rows, n);
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "", 0, 0, &err));
	assert_rc(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err),
	    OD_ENOTFOUND);
}

/* They are listed by themselves only, and go with the words. */
static void
draft__files__belong_to_words(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr, *rows;
	char preview[DRAFT_PREVIEW_SIZE];
	int64_t ticket, words;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(draft_save(f->d, RECORD_TICKET, ticket, DRAFT_REPLY_FILES,
	    "~/carta.txt\n/tmp/foto.png", 0, 0, &err));
	assert_ok(draft_save(f->d, RECORD_TICKET, ticket, DRAFT_SENT_FILES,
	    "~/otra.txt", 0, 0, &err));
	assert_ok(draft_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 1);
	draft_preview(&rows[0], preview, sizeof(preview));
	assert_string_equal(preview, "+ carta.txt, foto.png");
	draft_list_free(&rows, n);
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "Va", 0, 0, &err));
	assert_ok(draft_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].slot, DRAFT_REPLY);
	words = rows[0].id;
	draft_list_free(&rows, n);
	assert_ok(draft_delete(f->d, words, &err));
	assert_rc(draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY_FILES, &dr,
		      &err),
	    OD_ENOTFOUND);
	assert_ok(draft_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 0);
	draft_list_free(&rows, n);
}

static void
db_batch_cancel__after_operations__leaves_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr;
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "lost", 0, 0, &err));
	db_batch_cancel(f->d);
	assert_rc(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err),
	    OD_ENOTFOUND);
	/* and the desk goes on */
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "kept", 0, 0, &err));
	assert_ok(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err));
	draft_clear(&dr);
}

static void
draft__of_another__is_not_found(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr;
	int64_t ticket, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "mine", 0, 0, &err));
	assert_ok(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err));
	id = dr.id;
	draft_clear(&dr);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_rc(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err),
	    OD_ENOTFOUND);
	assert_rc(draft_delete(f->d, id, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_rc(draft_save(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "x", 0,
		      0, &err),
	    OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(draft_delete(f->d, id, &err));
}

static void
draft__of_a_new_record__needs_no_id(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(
	    draft_save(f->d, RECORD_TICKET, 0, DRAFT_FORM, "{}", 0, 0, &err));
	assert_ok(draft_get(f->d, RECORD_TICKET, 0, DRAFT_FORM, &dr, &err));
	draft_clear(&dr);
	assert_rc(
	    draft_save(f->d, RECORD_TICKET, 0, DRAFT_FORM, "\xff", 0, 0, &err),
	    OD_EDATA);
	desk_act_as_system(f->d, f->demo.id);
	assert_rc(
	    draft_save(f->d, RECORD_TICKET, 0, DRAFT_FORM, "x", 0, 0, &err),
	    OD_EDENIED);
}

static void
draft_preview__form__is_what_was_written(void **state)
{
	static const struct {
		enum draft_slot slot;
		const char *body, *shown;
	} cases[] = {
	    {DRAFT_REPLY, "Le llamo", "Le llamo"},
	    {DRAFT_NOTE, "{\"subject\":\"x\"}", "{\"subject\":\"x\"}"},
	    {DRAFT_FORM, "{\"subject\":\"Sin red\",\"subject_was\":\"\"}",
		"Sin red"},
	    {DRAFT_FORM,
		"{\"subject\":\"\",\"subject_was\":\"Sin red\","
		"\"description\":\"Desde hoy\"}",
		"Desde hoy"},
	    {DRAFT_FORM, "{\"subject\":\"\",\"subject_was\":\"Sin red\"}",
		"Subject: \"\""},
	    {DRAFT_FORM, "{\"urgency\":4,\"urgency_was\":3}", "Urgency: 4"},
	    {DRAFT_FORM, "{}", ""},
	    {DRAFT_FORM, "[1]", ""},
	    {DRAFT_FORM, "cut", "cut"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct draft dr = {.kind = RECORD_TICKET,
		    .slot = cases[i].slot,
		    .body = (char *)(uintptr_t)cases[i].body};
		char shown[DRAFT_PREVIEW_SIZE], little[6];

		draft_preview(&dr, shown, sizeof(shown));
		assert_string_equal(shown, cases[i].shown);
		draft_preview(&dr, little, sizeof(little));
		assert_memory_equal(little, cases[i].shown, strlen(little));
	}
}

static size_t
others(struct desk *d, int64_t ticket, struct presence *first)
{
	struct err err = ERR_INIT;
	struct presence *rows;
	size_t n;

	assert_ok(presence_list(d, RECORD_TICKET, ticket, &rows, &n, &err));
	if (n > 0)
		*first = rows[0];
	free(rows);
	return n;
}

static void
presence__others__seen_until_the_lease_ends(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *mate = desk_fixture_open(f);
	struct err err = ERR_INIT;
	struct presence p;
	int64_t ticket, left;

	assert_ok(desk_act_as_operator(mate, FIXTURE_TENANT, "mate", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	clock_fake_wall(1000 * US_PER_DAY);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, false, &err));
	assert_int_equal(others(f->d, ticket, &p), 0);
	assert_int_equal(others(mate, ticket, &p), 1);
	assert_string_equal(p.name, "operator");
	assert_false(p.typing);
	clock_fake_advance(US_PER_SECOND);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	assert_int_equal(others(mate, ticket, &p), 1);
	assert_true(p.typing);
	assert_int_equal(p.since_us, 1000 * US_PER_DAY);
	clock_fake_advance(PRESENCE_LEASE_US - 1);
	assert_int_equal(others(mate, ticket, &p), 1);
	clock_fake_advance(1);
	assert_int_equal(others(mate, ticket, &p), 0);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	assert_int_equal(others(mate, ticket, &p), 1);
	assert_ok(presence_leave(f->d, &err));
	assert_int_equal(others(mate, ticket, &p), 0);
	/* A killed session's row is swept away by the next who comes. */
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	clock_fake_advance(2 * US_PER_DAY);
	assert_ok(presence_set(mate, RECORD_TICKET, ticket, true, &err));
	assert_ok(db_int(
	    mate->db, &left, "SELECT count(*) FROM presence", NO_BINDS, &err));
	assert_int_equal(left, 1);
	clock_fake_wall(0);
	desk_close(&mate);
}

static void
presence__own_or_dead_session__is_nobody(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *mate = desk_fixture_open(f);
	struct desk *own = desk_fixture_open(f);
	struct err err = ERR_INIT;
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND, ticket;
	struct presence p;

	assert_ok(desk_act_as_operator(mate, FIXTURE_TENANT, "mate", &err));
	assert_ok(desk_act_as_operator(own, FIXTURE_TENANT, "operator", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(presence_set(mate, RECORD_TICKET, ticket, true, &err));
	assert_ok(presence_set(own, RECORD_TICKET, ticket, true, &err));
	assert_int_equal(others(f->d, ticket, &p), 1);
	assert_string_equal(p.name, "mate");
	/* Neither console takes leave: their processes are gone. */
	desk_close(&own);
	desk_close(&mate);
	/* A server learns of it a moment later. */
	while (others(f->d, ticket, &p) != 0 && clock_mono_us() < until)
		usleep(1000);
	assert_int_equal(others(f->d, ticket, &p), 0);
}

static void
presence__unchanged__is_not_written_again(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *mate = desk_fixture_open(f);
	struct err err = ERR_INIT;
	int64_t at = 1000 * US_PER_DAY, ticket, before, after;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	clock_fake_wall(at);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	assert_ok(db_change_token(mate->db, &before, &err));
	clock_fake_wall(at += PRESENCE_LEASE_US / 3);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	assert_ok(db_change_token(mate->db, &after, &err));
	assert_int_equal(before, after);
	clock_fake_wall(at += PRESENCE_LEASE_US / 3);
	assert_ok(presence_set(f->d, RECORD_TICKET, ticket, true, &err));
	assert_ok(db_change_token(mate->db, &after, &err));
	assert_int_not_equal(before, after);
	clock_fake_wall(0);
	desk_close(&mate);
}

static void
setting__own__hides_the_tenants(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *value;

	assert_ok(setting_set_tenant(f->d, "ui.theme", "dark", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(setting_set_tenant(f->d, "ui.theme", "x", &err), OD_EDENIED);
	assert_ok(setting_get(f->d, "ui.theme", &value, &err));
	assert_string_equal(value, "dark");
	free(value);
	assert_ok(setting_set(f->d, "ui.theme", "light", &err));
	assert_ok(setting_get(f->d, "ui.theme", &value, &err));
	assert_string_equal(value, "light");
	free(value);
	assert_ok(setting_set(f->d, "ui.theme", "", &err));
	assert_ok(setting_get(f->d, "ui.theme", &value, &err));
	assert_string_equal(value, "dark");
	free(value);
	assert_ok(setting_get(f->d, "nothing", &value, &err));
	assert_string_equal(value, "");
	free(value);
	assert_rc(setting_set(f->d, "Wrong name", "x", &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_ok(setting_get(f->d, "ui.theme", &value, &err));
	assert_string_equal(value, "");
	free(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(draft__save_again__replaces_and_empty_removes),
	    DESK_TEST(draft__files__belong_to_words),
	    DESK_TEST(db_batch_cancel__after_operations__leaves_nothing),
	    DESK_TEST(draft__of_another__is_not_found),
	    DESK_TEST(draft__of_a_new_record__needs_no_id),
	    cmocka_unit_test(draft_preview__form__is_what_was_written),
	    DESK_TEST(presence__others__seen_until_the_lease_ends),
	    DESK_TEST(presence__own_or_dead_session__is_nobody),
	    DESK_TEST(presence__unchanged__is_not_written_again),
	    DESK_TEST(setting__own__hides_the_tenants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
