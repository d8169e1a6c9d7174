/*
 * Unit tests of kb/guides_desk: files into a desk and out of it.
 *
 * Turned red by: an import without the linter, a refusal that stops the rest,
 * one undo for each guide, a publish that takes another topic's text.
 */
#include "kb/guides_desk.h"
#include "db/core/op.h"
#include "tests/lib/desk_test.h"

static void
import_files(struct desk_fixture *f, const char *const *paths, int n,
    const char *expected)
{
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	struct kb_import done;
	struct kb_guides g;

	assert_ok(kb_guides_read(paths, n, &g, &err));
	assert_ok(kb_guides_import(f->d, &g, false, &done, &err));
	for (int i = 0; i < done.count; i++)
		str_addf(&got, "%s %d;", done.rows[i].topic,
		    done.rows[i].is_refused ? -done.rows[i].line
					    : (int)done.rows[i].put);
	assert_string_equal(got.s, expected);
	str_free(&got);
	kb_import_free(&done);
	kb_guides_free(&g);
}

static void
kb_guides_import__some_bad__the_rest_and_one_undo(void **state)
{
	static const char *const paths[] = {"tests/data/guides/bad/loop.json",
	    "tests/data/guides/bad/type.json",
	    "tests/data/guides/bad/json.json", "tests/data/guides/good.json",
	    "tests/data/guides/older.json"};
	struct desk_fixture *f = *state;
	struct knowledge_version *rows;
	struct err err = ERR_INIT;
	char said[256];
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	import_files(f, paths, 5,
	    "fan_noise -49;fan_noise -64;screen_flickers 1;no_dial_tone 1;"
	    "fax_fails 1;");
	import_files(f, paths + 3, 1, "screen_flickers 0;");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(knowledge_published(f->d, &rows, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(rows[2].topic, "screen_flickers");
	knowledge_version_list_free(&rows, n);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(op_undo(f->d, said, &err));
	assert_ok(knowledge_published(f->d, &rows, &n, &err));
	assert_int_equal(n, 0);
	knowledge_version_list_free(&rows, n);
}

static void
kb_guide_publish__a_draft__checked_and_canonical(void **state)
{
	static const char *const bad[] = {"", "{}",
	    "{\"fax\":{\"problem_title\":\"F\",\"steps\":[{\"step_number\":1,"
	    "\"on_no\":9}]}}",
	    "{\"other\":{\"problem_title\":\"F\",\"steps\":["
	    "{\"step_number\":1}]}}"};
	static const char good[] =
	    "{\"fax\":{\"steps\":[{\"step_number\":1}],\"unknown\":1,"
	    "\"problem_title\":\"The fax\",\"category\":\"phone\"}}";
	struct desk_fixture *f = *state;
	struct knowledge_version v;
	struct err err = ERR_INIT;
	int64_t id, number;
	struct knowledge k;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(knowledge_new_draft(f->d, "fax", "x", &id, &err));
	for (size_t i = 0; i < 4; i++)
		assert_rc(
		    kb_guide_publish(f->d, id, 0, "fax", bad[i], &number, &err),
		    OD_EDATA);
	assert_ok(kb_guide_publish(f->d, id, 0, "fax", good, &number, &err));
	assert_int_equal(number, 1);
	assert_ok(knowledge_version(f->d, id, 0, &v, &err));
	assert_string_equal(v.body,
	    "{\n  \"fax\": {\n    \"language\": \"es\",\n"
	    "    \"problem_title\": \"The fax\",\n"
	    "    \"category\": \"phone\",\n    \"steps\": [\n      {\n"
	    "        \"step_number\": 1,\n        \"on_yes\": \"resolved\",\n"
	    "        \"on_no\": \"next\"\n      }\n    ]\n  }\n}\n");
	knowledge_version_clear(&v);
	assert_ok(knowledge_get(f->d, id, &k, &err));
	assert_string_equal(k.title, "The fax");
	assert_string_equal(k.category, "phone");
	knowledge_clear(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(kb_guides_import__some_bad__the_rest_and_one_undo),
	    DESK_TEST(kb_guide_publish__a_draft__checked_and_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
