/*
 * Unit tests of db/records/knowledge: versions of guides, drafts, what is
 * published, and the model.
 *
 * Turned red by: an import that makes a version of the same text, a publish
 * that keeps the draft, a version number taken from what is published (after
 * undo it is taken), a digest that forgets the topic.
 */
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/knowledge.h"
#include "tests/lib/desk_test.h"

static int64_t
import_body(struct desk_fixture *f, const char *topic, const char *body,
    enum knowledge_put expected)
{
	const struct knowledge_new in = {topic, "cat", topic, body};
	struct err err = ERR_INIT;
	enum knowledge_put put;
	int64_t id;

	assert_ok(knowledge_import(f->d, &in, false, &put, &id, &err));
	assert_int_equal(put, expected);
	return id;
}

/* Published version, its body, and the draft: "2 body|draft". */
static void
assert_guide(struct desk_fixture *f, int64_t id, const char *expected)
{
	struct knowledge_version v;
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	struct knowledge k;
	int rc;

	assert_ok(knowledge_get(f->d, id, &k, &err));
	rc = knowledge_version(f->d, id, 0, &v, &err);
	assert_int_equal(rc, k.published != 0 ? 0 : OD_ENOTFOUND);
	str_addf(&got, "%lld %s|%s", (long long)k.published,
	    rc == 0 ? v.body : "-", k.draft);
	assert_int_equal(k.has_draft, k.draft[0] != '\0');
	assert_string_equal(got.s, expected);
	str_free(&got);
	knowledge_version_clear(&v);
	knowledge_clear(&k);
}

static void
knowledge_import__same_text__no_new_version(void **state)
{
	struct desk_fixture *f = *state;
	struct knowledge_version *rows;
	struct err err = ERR_INIT;
	size_t n;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = import_body(f, "vpn", "one", KNOWLEDGE_MADE);
	assert_guide(f, id, "1 one|");
	assert_int_equal(import_body(f, "vpn", "one", KNOWLEDGE_SAME), id);
	assert_int_equal(import_body(f, "vpn", "two", KNOWLEDGE_CHANGED), id);
	assert_guide(f, id, "2 two|");
	assert_ok(knowledge_versions(f->d, id, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].number, 2);
	assert_null(rows[0].body);
	assert_string_not_equal(rows[0].author, "");
	assert_string_not_equal(rows[0].digest, rows[1].digest);
	knowledge_version_list_free(&rows, n);
	import_body(f, "_concepts", "{}", KNOWLEDGE_MADE);
}

static void
knowledge_import__deleted_here__stays_so_unless_told(void **state)
{
	const struct knowledge_new in = {"fax", NULL, "Fax", "one"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	enum knowledge_put put;
	struct knowledge *rows;
	struct knowledge k;
	int64_t id, same;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = import_body(f, "fax", "one", KNOWLEDGE_MADE);
	assert_ok(knowledge_delete(f->d, id, 0, &err));
	assert_int_equal(import_body(f, "fax", "two", KNOWLEDGE_IN_TRASH), id);
	assert_ok(knowledge_list(f->d, KNOWLEDGE_TRASH, &rows, &n, &err));
	assert_int_equal(n, 1);
	knowledge_list_free(&rows, n);
	assert_ok(knowledge_import(f->d, &in, true, &put, &same, &err));
	assert_int_equal(put, KNOWLEDGE_CHANGED);
	assert_int_equal(same, id);
	assert_ok(knowledge_find(f->d, "fax", &k, &err));
	assert_int_equal(k.deleted_at, 0);
	assert_int_equal(k.published, 1);
	knowledge_clear(&k);
	assert_rc(
	    knowledge_new_draft(f->d, "fax", "x", &same, &err), OD_ECONFLICT);
	assert_ok(knowledge_delete(f->d, id, 0, &err));
	assert_ok(knowledge_new_draft(f->d, "fax", "x", &same, &err));
	assert_int_equal(same, id);
	assert_guide(f, id, "0 -|x");
}

static void
knowledge_draft__published__becomes_the_next_version(void **state)
{
	struct desk_fixture *f = *state;
	struct knowledge_new in = {"modem", "net", "The modem", "final"};
	struct err err = ERR_INIT;
	int64_t id, number, v1, v2;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(knowledge_new_draft(f->d, "modem", "d1", &id, &err));
	assert_guide(f, id, "0 -|d1");
	assert_ok(knowledge_save_draft(f->d, id, 1, "d2", &v1, &err));
	assert_rc(knowledge_save_draft(f->d, id, 1, "other", &v2, &err),
	    OD_ECONFLICT);
	assert_int_equal(f->d->conflict.count, 1);
	assert_rc(
	    knowledge_publish(f->d, id, 1, &in, &number, &err), OD_ECONFLICT);
	assert_guide(f, id, "0 -|d2");
	assert_ok(knowledge_publish(f->d, id, v1, &in, &number, &err));
	assert_int_equal(number, 1);
	assert_guide(f, id, "1 final|");
	assert_rc(
	    knowledge_publish(f->d, id, 0, &in, &number, &err), OD_ECONFLICT);
	in.body = "better";
	assert_ok(knowledge_publish(f->d, id, 0, &in, &number, &err));
	assert_guide(f, id, "2 better|");
	assert_ok(op_undo(f->d, said, &err));
	assert_guide(f, id, "1 final|");
	/* The number of the one that was taken back is not given again. */
	in.body = "best";
	assert_ok(knowledge_publish(f->d, id, 0, &in, &number, &err));
	assert_int_equal(number, 3);
	in.topic = "other";
	assert_rc(knowledge_publish(f->d, id, 0, &in, &number, &err), OD_EDATA);
	assert_ok(knowledge_save_draft(f->d, id, 0, "x", NULL, &err));
	assert_ok(knowledge_save_draft(f->d, id, 0, "", NULL, &err));
	assert_guide(f, id, "3 best|");
}

static void
knowledge_published__live_ones__by_topic_with_one_digest(void **state)
{
	struct desk_fixture *f = *state;
	char first[SHA256_HEX_SIZE], second[SHA256_HEX_SIZE];
	struct knowledge_version *rows, v;
	struct knowledge *list;
	struct err err = ERR_INIT;
	int64_t b, id;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	b = import_body(f, "b", "B", KNOWLEDGE_MADE);
	import_body(f, "a", "A", KNOWLEDGE_MADE);
	import_body(f, "_concepts", "C", KNOWLEDGE_MADE);
	assert_ok(knowledge_new_draft(f->d, "c", "draft", &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(knowledge_published(f->d, &rows, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].topic, "_concepts");
	assert_string_equal(rows[1].topic, "a");
	assert_string_equal(rows[2].body, "B");
	assert_ok(knowledge_version_by_id(f->d, rows[2].id, &v, &err));
	assert_int_equal(v.knowledge_id, b);
	knowledge_version_clear(&v);
	knowledge_version_list_free(&rows, n);
	assert_ok(knowledge_list(f->d, KNOWLEDGE_GUIDES, &list, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(list[0].topic, "a");
	knowledge_list_free(&list, n);
	assert_ok(knowledge_list(f->d, KNOWLEDGE_ALL, &list, &n, &err));
	assert_int_equal(n, 4);
	knowledge_list_free(&list, n);
	assert_ok(knowledge_digest(f->d, first, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(knowledge_delete(f->d, b, 0, &err));
	assert_ok(knowledge_digest(f->d, second, &err));
	assert_string_not_equal(first, second);
	import_body(f, "d", "B", KNOWLEDGE_MADE); /* the same text, elsewhere */
	assert_ok(knowledge_digest(f->d, second, &err));
	assert_string_not_equal(first, second);
}

static void
knowledge_model__saved_twice__the_last_one(void **state)
{
	struct desk_fixture *f = *state;
	char digest[SHA256_HEX_SIZE];
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(
	    knowledge_model_get(f->d, digest, &bytes, &err), OD_ENOTFOUND);
	assert_ok(knowledge_model_save(f->d, "d1", "one", 3, &err));
	assert_ok(knowledge_model_save(f->d, "d2", "t\0wo", 4, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(knowledge_model_get(f->d, digest, &bytes, &err));
	assert_string_equal(digest, "d2");
	assert_int_equal(bytes.len, 4);
	assert_memory_equal(bytes.s, "t\0wo", 4);
	str_free(&bytes);
	desk_fixture_act(f, FIXTURE_OTHER, NULL);
	assert_rc(
	    knowledge_model_get(f->d, digest, &bytes, &err), OD_ENOTFOUND);
}

static void
knowledge__other_tenant__sees_and_changes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct knowledge_new in = {"vpn", NULL, "x", "x"};
	struct knowledge_version v, *rows;
	struct err err = ERR_INIT;
	struct knowledge k;
	int64_t id, number;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	id = import_body(f, "vpn", "one", KNOWLEDGE_MADE);
	desk_fixture_act(f, FIXTURE_OTHER, NULL);
	assert_rc(knowledge_get(f->d, id, &k, &err), OD_ENOTFOUND);
	assert_rc(knowledge_find(f->d, "vpn", &k, &err), OD_ENOTFOUND);
	assert_rc(knowledge_version(f->d, id, 1, &v, &err), OD_ENOTFOUND);
	assert_ok(knowledge_versions(f->d, id, &rows, &n, &err));
	assert_int_equal(n, 0);
	free(rows);
	assert_rc(
	    knowledge_save_draft(f->d, id, 0, "x", NULL, &err), OD_ENOTFOUND);
	assert_rc(
	    knowledge_publish(f->d, id, 0, &in, &number, &err), OD_ENOTFOUND);
	assert_rc(knowledge_delete(f->d, id, 0, &err), OD_ENOTFOUND);
	import_body(f, "vpn", "two", KNOWLEDGE_MADE);
}

static void
knowledge__what_it_cannot_keep__refused(void **state)
{
	static const char *const topics[] = {"", "A", "ñ", "a b", "1a", "a/b",
	    ("a_topic_of_which_nobody_can_remember_how_it_is_written_in_"
	     "sixty_five")};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *large = xcalloc(1, KNOWLEDGE_MAX_BODY + 2);
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		assert_rc(knowledge_new_draft(f->d, topics[i], "x", &id, &err),
		    OD_EDATA);
	memset(large, 'x', KNOWLEDGE_MAX_BODY);
	assert_ok(knowledge_new_draft(f->d, "large", large, &id, &err));
	large[0] = 'y';
	assert_ok(knowledge_save_draft(f->d, id, 0, large, NULL, &err));
	large[KNOWLEDGE_MAX_BODY] = 'x';
	assert_rc(
	    knowledge_save_draft(f->d, id, 0, large, NULL, &err), OD_EDATA);
	free(large);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(
	    knowledge_save_draft(f->d, id, 0, "x", NULL, &err), OD_EDENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(knowledge_import__same_text__no_new_version),
	    DESK_TEST(knowledge_import__deleted_here__stays_so_unless_told),
	    DESK_TEST(knowledge_draft__published__becomes_the_next_version),
	    DESK_TEST(knowledge_published__live_ones__by_topic_with_one_digest),
	    DESK_TEST(knowledge_model__saved_twice__the_last_one),
	    DESK_TEST(knowledge__other_tenant__sees_and_changes_nothing),
	    DESK_TEST(knowledge__what_it_cannot_keep__refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
