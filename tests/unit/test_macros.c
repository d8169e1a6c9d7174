/*
 * Unit tests of db/records/macros: what is kept, whose they are, what one
 * would change on a ticket, and that it does all of it or nothing.
 *
 * Turned red by: a plan that does not look whether a field changed its type,
 * a run outside of op_together, no look at what was seen, a key of another
 * owner that wins, an empty variable that is written as nothing.
 */
#include "db/core/op.h"
#include "db/records/macros.h"
#include "tests/lib/desk_test.h"

#define ALL                                                                    \
	"[{\"do\":\"reply\",\"text\":\"Hola {{contact.name}}\"},"              \
	"{\"do\":\"note\",\"text\":\"Caso {{ticket.number}}\"},"               \
	"{\"do\":\"status\",\"status\":\"Taller\"},"                           \
	"{\"do\":\"category\",\"category\":\"Hardware\"},"                     \
	"{\"do\":\"field\",\"field\":\"metres\",\"value\":\"1,50\"},"          \
	"{\"do\":\"urgency\",\"level\":5},"                                    \
	"{\"do\":\"tag\",\"tag\":\"vip\"},"                                    \
	"{\"do\":\"untag\",\"tag\":\"avería\"},"                              \
	"{\"do\":\"take\"}]"

struct given {
	int64_t label, category, field, ticket, macro;
};

static int64_t
make_macro(struct desk_fixture *f, const char *login, const char *name,
    const char *actions, const char *bound)
{
	struct macro_new in = {
	    .name = name, .actions = actions, .bound = bound};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	in.operator_id = f->d->actor.id;
	if (macro_new(f->d, &in, &id, &err) != 0)
		fail_msg("%s", err.text);
	return id;
}

static int64_t
make_ticket(struct desk_fixture *f, const char *contact)
{
	struct ticket_new in = {.subject = "Broken", .tags = "Averia, loud"};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	if (contact != NULL)
		in.contact_id = desk_fixture_contact(f, contact, "");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

/* A macro that does everything, and a ticket for it. */
static struct given
prepare(struct desk_fixture *f)
{
	struct ticket_field_new field = {
	    .name = "Metres", .type = TICKET_FIELD_NUMBER};
	struct err err = ERR_INIT;
	struct given g;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(
	    ticket_status_new(f->d, "Taller", TICKET_OPEN, 0, &g.label, &err));
	assert_ok(
	    ticket_category_new(f->d, NULL, "Hardware", 0, &g.category, &err));
	field.category_id = g.category;
	assert_ok(ticket_field_new(f->d, &field, &g.field, &err));
	g.ticket = make_ticket(f, "Lucía");
	g.macro = make_macro(f, "operator", "Taller", ALL, "x");
	return g;
}

/* "label: before > after" of all lines, joined by "; ". */
static void
assert_plan(struct desk_fixture *f, const struct given *g, const char *expected)
{
	struct str got = STR_INIT;
	struct err err = ERR_INIT;
	struct macro_plan p;

	if (macro_look(f->d, g->macro, g->ticket, &p, &err) != 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < p.count; i++)
		str_addf(&got, "%s%s: %s > %s", i > 0 ? "; " : "",
		    p.lines[i].label, p.lines[i].before, p.lines[i].after);
	str_addf(&got, "; %s; %s", p.reply != NULL ? p.reply : "-",
	    p.note != NULL ? p.note : "-");
	macro_plan_clear(&p);
	assert_string_equal(got.s, expected);
	str_free(&got);
}

static void
macro_look__tells__what_would_change(void **state)
{
	struct desk_fixture *f = *state;
	struct given g = prepare(f);
	char *before = desk_fixture_dump(f), *after;

	assert_plan(f, &g,
	    "Status: new > Taller; Category:  > hardware; Owner:  > operator;"
	    " Metres:  > 1.5; Urgency: 3 > 5; Priority: 3 > 4;"
	    " Tags: Averia, loud > loud, vip; Hola Lucía; Caso 1");
	after = desk_fixture_dump(f);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
macro_run__all_of_it__is_one_step(void **state)
{
	struct desk_fixture *f = *state;
	struct given g = prepare(f);
	char *before = desk_fixture_dump(f), *now, said[256], undone[256];
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	struct ticket t;
	size_t n;

	if (macro_run(f->d, g.macro, g.ticket, NULL, said, &err) != 0)
		fail_msg("%s", err.text);
	assert_ok(ticket_get(f->d, g.ticket, &t, &err));
	assert_int_equal(t.status_id, g.label);
	assert_string_equal(t.category, "hardware");
	assert_string_equal(t.tags, "loud, vip");
	assert_int_equal(t.priority, 4);
	assert_int_equal(t.operator_id, f->d->actor.id);
	ticket_clear(&t);
	assert_ok(ticket_comments(f->d, g.ticket, &rows, &n, &err));
	assert_int_equal(n, 2);
	ticket_comments_free(&rows, n);
	/* Once more it only says the same again. */
	assert_plan(f, &g, "; Hola Lucía; Caso 1");
	assert_ok(op_undo(f->d, undone, &err));
	assert_string_equal(undone, said);
	assert_string_equal(said, "Ran the macro \"Taller\" on ticket 1");
	now = desk_fixture_dump(f);
	assert_string_equal(now, before);
	free(now);
	free(before);
}

/* Nothing is changed, and the sentence has these words in it. */
static void
assert_stops(struct desk_fixture *f, const struct given *g, const char *words)
{
	struct err err = ERR_INIT;
	struct macro_plan p;
	char *before = desk_fixture_dump(f), *after;

	assert_int_not_equal(
	    macro_look(f->d, g->macro, g->ticket, &p, &err), 0);
	assert_non_null(strstr(err.text, words));
	err = (struct err)ERR_INIT;
	assert_int_not_equal(
	    macro_run(f->d, g->macro, g->ticket, NULL, NULL, &err), 0);
	if (strstr(err.text, words) == NULL)
		fail_msg("%s lacks %s", err.text, words);
	after = desk_fixture_dump(f);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
macro_run__on_what_changed_since__changes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct given g = prepare(f);
	struct change number[] = {{"type", b_int(TICKET_FIELD_NUMBER)}};
	struct change text[] = {{"type", b_int(TICKET_FIELD_TEXT)}};
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_field_edit(f->d, g.field, 0, text, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_stops(f, &g, "\"Metres\" has another type");
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_field_edit(f->d, g.field, 0, number, 1, &err));
	assert_ok(ticket_field_delete(f->d, g.field, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_stops(f, &g, "the field \"metres\" was deleted");
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_category_new(f->d, NULL, "Other", 0, &g.field, &err));
	assert_ok(ticket_category_delete(f->d, g.category, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_stops(f, &g, "the category \"hardware\" was deleted");
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_status_delete(f->d, g.label, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_stops(f, &g, "the status label \"Taller\" was deleted");
	g.ticket = make_ticket(f, NULL);
	assert_stops(f, &g, "{{contact.name}} is not known for ticket 2");
	assert_ok(ticket_delete(f->d, g.ticket, 0, &err));
	assert_stops(f, &g, "in the trash");
}

static void
macro_run__refused_part__takes_the_rest_back(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_field_new field = {.name = "Serial", .required = true};
	struct given g = {.label = 0};
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_field_new(f->d, &field, &g.field, &err));
	g.ticket = make_ticket(f, NULL);
	g.macro = make_macro(f, "operator", "End",
	    "[{\"do\":\"reply\",\"text\":\"Bye\"},"
	    "{\"do\":\"status\",\"status\":\"solved\"}]",
	    NULL);
	assert_rc(
	    macro_run(f->d, g.macro, g.ticket, NULL, NULL, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "Serial"));
	{
		struct ticket_comment *rows;
		size_t n;

		assert_ok(ticket_comments(f->d, g.ticket, &rows, &n, &err));
		assert_int_equal(n, 0);
		ticket_comments_free(&rows, n);
	}
}

static void
macro_run__not_what_was_shown__asks_to_look_again(void **state)
{
	struct desk_fixture *f = *state;
	struct given g = prepare(f);
	struct change c[] = {{"subject", b_text("Other")}};
	struct change name[] = {{"name", b_text("New")}};
	struct err err = ERR_INIT;
	struct macro_plan p;

	assert_ok(macro_look(f->d, g.macro, g.ticket, &p, &err));
	assert_ok(ticket_edit(f->d, g.ticket, 0, c, 1, &err));
	assert_rc(
	    macro_run(f->d, g.macro, g.ticket, &p, NULL, &err), OD_ECONFLICT);
	macro_plan_clear(&p);
	assert_ok(macro_look(f->d, g.macro, g.ticket, &p, &err));
	assert_ok(macro_edit(f->d, g.macro, 0, name, 1, &err));
	assert_rc(
	    macro_run(f->d, g.macro, g.ticket, &p, NULL, &err), OD_ECONFLICT);
	macro_plan_clear(&p);
	assert_ok(macro_look(f->d, g.macro, g.ticket, &p, &err));
	assert_ok(macro_run(f->d, g.macro, g.ticket, &p, NULL, &err));
	macro_plan_clear(&p);
}

static void
macro_run_many__marked_ones__are_one_step(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ids[3], macro;
	char said[256], *before, *now;

	for (size_t i = 0; i < 3; i++)
		ids[i] = make_ticket(f, i == 1 ? NULL : "Ana");
	macro = make_macro(f, "operator", "Loud",
	    "[{\"do\":\"untag\",\"tag\":\"LOUD\"}]", NULL);
	before = desk_fixture_dump(f);
	assert_ok(macro_run_many(f->d, macro, ids, 3, said, &err));
	assert_string_equal(said, "Ran the macro \"Loud\" on 3 tickets");
	assert_rc(
	    macro_run_many(f->d, macro, ids, 3, said, &err), OD_ECONFLICT);
	assert_ok(op_undo(f->d, said, &err));
	now = desk_fixture_dump(f);
	assert_string_equal(now, before);
	free(now);
	macro = make_macro(f, "operator", "Hello",
	    "[{\"do\":\"reply\",\"text\":\"{{contact.name}}\"}]", NULL);
	free(before);
	before = desk_fixture_dump(f);
	assert_rc(macro_run_many(f->d, macro, ids, 3, said, &err), OD_EDATA);
	now = desk_fixture_dump(f);
	assert_string_equal(now, before);
	free(now);
	free(before);
}

static void
macros__keys__run_the_nearest_one(void **state)
{
	static const char take[] = "[{\"do\":\"take\"}]";
	struct desk_fixture *f = *state;
	struct macro_new in = {.name = "all's", .actions = take, .bound = "x"};
	struct change key[] = {{"bound", b_text("x")}};
	struct err err = ERR_INIT;
	struct macro m;
	int64_t id, other;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(macro_new(f->d, &in, &id, &err));
	in.name = "team's";
	in.team_id = f->demo.support;
	assert_ok(macro_new(f->d, &in, &id, &err));
	(void)make_macro(f, "operator", "mine", take, "x");
	other = make_macro(f, "operator", "other", take, "y");
	assert_ok(macro_by_key(f->d, "x", &m, &err));
	assert_string_equal(m.name, "mine");
	macro_clear(&m);
	assert_rc(macro_edit(f->d, other, 0, key, 1, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(macro_by_key(f->d, "x", &m, &err));
	assert_string_equal(m.name, "team's");
	macro_clear(&m);
	assert_rc(macro_by_key(f->d, "y", &m, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	assert_ok(macro_by_key(f->d, "x", &m, &err));
	assert_string_equal(m.name, "all's");
	macro_clear(&m);
}

static void
macro_new__bad_actions__are_refused(void **state)
{
	static const char *const cases[] = {"", "{}", "[]", "[1]",
	    "[{\"do\":\"fly\"}]", "[{\"do\":\"reply\"}]",
	    "[{\"do\":\"urgency\",\"level\":6}]",
	    "[{\"do\":\"urgency\",\"level\":\"5\"}]",
	    "[{\"do\":\"take\"},{\"do\":\"release\"}]",
	    ("[{\"do\":\"reply\",\"text\":\"a\"},"
	     "{\"do\":\"reply\",\"text\":\"b\"}]"),
	    "[{\"do\":\"status\",\"status\":\"merged\"}]",
	    "[{\"do\":\"tag\",\"tag\":\"a,b\"}]",
	    "[{\"do\":\"tag\",\"tag\":\"a\"}]x"};
	static const char *const unknown[] = {
	    "[{\"do\":\"status\",\"status\":\"nowhere\"}]",
	    "[{\"do\":\"status\",\"status_id\":999}]",
	    "[{\"do\":\"field\",\"field\":\"nothing\",\"value\":\"x\"}]",
	    "[{\"do\":\"assign\",\"operator\":\"nobody\"}]",
	    "[{\"do\":\"assign_team\",\"team_id\":999}]"};
	struct desk_fixture *f = *state;
	struct macro_new in = {.name = "x"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.operator_id = f->d->actor.id;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		in.actions = cases[i];
		assert_rc(macro_new(f->d, &in, &id, &err), OD_EDATA);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		in.actions = unknown[i];
		assert_rc(macro_new(f->d, &in, &id, &err), OD_ENOTFOUND);
	}
	in.actions = "[{\"do\":\"take\"}]";
	in.name = " ";
	assert_rc(macro_new(f->d, &in, &id, &err), OD_EDATA);
	in.name = "x";
	in.operator_id = f->demo.mate;
	assert_rc(macro_new(f->d, &in, &id, &err), OD_EDENIED);
	in.operator_id = 0;
	assert_rc(macro_new(f->d, &in, &id, &err), OD_EDENIED);
	in.team_id = f->demo.support;
	assert_rc(macro_new(f->d, &in, &id, &err), OD_EDENIED);
}

static void
macro_print__what_was_parsed__reads_the_same(void **state)
{
	struct str out = STR_INIT, again = STR_INIT;
	struct macro_part *parts;
	struct err err = ERR_INIT;
	size_t n;

	(void)state;
	assert_ok(macro_parse(ALL, &parts, &n, &err));
	assert_int_equal(n, 9);
	macro_print(parts, n, &out);
	macro_parts_free(&parts, n);
	assert_string_equal(out.s, ALL);
	assert_ok(macro_parse(out.s, &parts, &n, &err));
	macro_print(parts, n, &again);
	macro_parts_free(&parts, n);
	assert_string_equal(again.s, out.s);
	str_free(&out);
	str_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(macro_look__tells__what_would_change),
	    DESK_TEST(macro_run__all_of_it__is_one_step),
	    DESK_TEST(macro_run__on_what_changed_since__changes_nothing),
	    DESK_TEST(macro_run__refused_part__takes_the_rest_back),
	    DESK_TEST(macro_run__not_what_was_shown__asks_to_look_again),
	    DESK_TEST(macro_run_many__marked_ones__are_one_step),
	    DESK_TEST(macros__keys__run_the_nearest_one),
	    DESK_TEST(macro_new__bad_actions__are_refused),
	    cmocka_unit_test(macro_print__what_was_parsed__reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
