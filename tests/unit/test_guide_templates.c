/*
 * Unit tests of db/records/guide_templates: made, changed, deleted, by name;
 * what is wrong with one is said.
 *
 * Turned red by: a name that is not looked at, JSON that is no list taken, a
 * list of another tenant's, a change of what was changed meanwhile.
 */
#include "db/records/guide_templates.h"
#include "db/core/op.h"
#include "tests/lib/desk_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define VARIABLES "[{\"name\":\"model\"}]"
#define STEPS     "[{\"title\":\"Restart the {{model}}\"}]"

static const struct guide_template_new router = {.name = "router",
    .title = "New router",
    .description = "What to do",
    .category = "network",
    .variables = VARIABLES,
    .steps = STEPS};

static int64_t
make(struct desk_fixture *f, const struct guide_template_new *in)
{
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_template_new(f->d, in, &id, &err));
	return id;
}

static void
guide_template_new__whole__is_read_as_it_was_made(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_template t = {.id = 0};
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json_out out;
	int64_t id = make(f, &router);

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(guide_template_get(f->d, "router", &t, &err));
	assert_int_equal(t.id, id);
	assert_int_equal(t.version, 1);
	assert_string_equal(t.title, router.title);
	assert_string_equal(t.category, router.category);
	assert_string_equal(t.description, router.description);
	json_out_init(&out, &text);
	guide_template_json(&t, &out);
	assert_non_null(strstr(
	    text.s, "\"template_id\":\"router\",\"name\":\"New router\""));
	assert_non_null(strstr(text.s, "\"variables\":" VARIABLES));
	assert_non_null(strstr(text.s, "\"steps_template\":" STEPS));
	guide_template_clear(&t);
	str_free(&text);
}

static void
guide_template_new__wrong__says_so(void **state)
{
	static const char *const names[] = {
	    NULL, "", "Router", "a b", "../x", "ñ"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct guide_template_new in;
	char name[67];
	int64_t id;

	make(f, &router);
	assert_rc(guide_template_new(f->d, &router, &id, &err), OD_ECONFLICT);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		in = router;
		in.name = names[i];
		assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	}
	memset(name, 'a', 65);
	name[65] = '\0';
	in = router;
	in.name = name;
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	name[64] = '\0'; /* as long as it may be */
	assert_ok(guide_template_new(f->d, &in, &id, &err));
	in = router;
	in.name = "other";
	in.title = " ";
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	in.title = router.title;
	in.variables = "{}";
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	in.variables = "[";
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	in.variables = VARIABLES;
	in.steps = "3";
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.steps = STEPS;
	assert_rc(guide_template_new(f->d, &in, &id, &err), OD_EDENIED);
}

static void
guide_template_edit__seen_version__guards_it(void **state)
{
	const struct change title = {"title", b_text("Old router")};
	const struct change steps = {"steps", b_text("{}")};
	const struct change name = {"name", b_text("x")};
	struct desk_fixture *f = *state;
	struct guide_template t = {.id = 0};
	struct err err = ERR_INIT;
	int64_t id = make(f, &router);

	assert_ok(guide_template_edit(f->d, id, 1, &title, 1, &err));
	assert_rc(guide_template_edit(f->d, id, 1,
		      &(struct change){"title", b_text("Third")}, 1, &err),
	    OD_ECONFLICT);
	assert_rc(guide_template_edit(f->d, id, 2, &steps, 1, &err), OD_EDATA);
	assert_rc(guide_template_edit(f->d, id, 2, &name, 1, &err), OD_EDATA);
	assert_ok(guide_template_get(f->d, "router", &t, &err));
	assert_string_equal(t.title, "Old router");
	assert_string_equal(t.steps, STEPS);
	guide_template_clear(&t);
}

static void
guide_template_delete__undone__is_back(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_template t = {.id = 0}, *rows;
	struct guide_template_new in = router;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id = make(f, &router);
	size_t count;

	in.name = "access";
	make(f, &in);
	assert_ok(guide_template_delete(f->d, id, 0, &err));
	assert_rc(guide_template_get(f->d, "router", &t, &err), OD_ENOTFOUND);
	assert_rc(guide_template_delete(f->d, id, 0, &err), OD_ENOTFOUND);
	assert_ok(guide_template_list(f->d, &rows, &count, &err));
	assert_int_equal(count, 1);
	guide_template_list_free(&rows, count);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(guide_template_list(f->d, &rows, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].name, "access");
	assert_string_equal(rows[1].name, "router");
	guide_template_list_free(&rows, count);
}

static void
guide_template__of_another_tenant__is_not_there(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_template t = {.id = 0}, *rows;
	struct err err = ERR_INIT;
	int64_t id = make(f, &router);
	size_t count;

	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(guide_template_get(f->d, "router", &t, &err), OD_ENOTFOUND);
	assert_rc(guide_template_delete(f->d, id, 0, &err), OD_ENOTFOUND);
	assert_ok(guide_template_list(f->d, &rows, &count, &err));
	assert_int_equal(count, 0);
	guide_template_list_free(&rows, count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(guide_template_new__whole__is_read_as_it_was_made),
	    DESK_TEST(guide_template_new__wrong__says_so),
	    DESK_TEST(guide_template_edit__seen_version__guards_it),
	    DESK_TEST(guide_template_delete__undone__is_back),
	    DESK_TEST(guide_template__of_another_tenant__is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
