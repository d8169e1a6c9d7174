/* plans_guides - see plans_guides.h. */
#include "kb/matcher.h"
#include "tests/lib/plans_guides.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"
#include <stdio.h>

void
plans_walked(struct desk_fixture *f, int count)
{
	static const char *const rows[] = {
	    "INSERT INTO guide_steps(tenant_id, session_id, step, action,"
	    " begun_us, created_at) VALUES($1, $2, 1, 1, 1, 1)",
	    "INSERT INTO guide_feedback(tenant_id, session_id, rating,"
	    " created_at) VALUES($1, $2, 5, 1)",
	};
	int64_t guide, version, id;
	struct err err = ERR_INIT;
	char name[48];

	guide_data_make(f, "walked", "{}", &guide, &version);
	assert_ok(db_begin(f->d->db, "fill", &err));
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%032d", i);
		assert_ok(db_insert(f->d->db, &id,
		    "INSERT INTO guide_sessions(tenant_id, name, knowledge_id,"
		    " version_id, lang, state, step, step_since_us, created_at,"
		    " updated_at) VALUES($1, $2, $3, $4, 'es', 2, 1, $5, $5,"
		    " $5) RETURNING id",
		    BINDS(b_int(f->demo.id), b_text(name), b_int(guide),
			b_int(version), b_int(i + 1)),
		    &err));
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			assert_ok(db_exec(f->d->db, rows[k],
			    BINDS(b_int(f->demo.id), b_int(id)), NULL, &err));
	}
	assert_ok(db_commit(f->d->db, &err));
}

/* Each view, on and back, from the start and behind a row. */
static void
lists_of_sessions(struct desk *d)
{
	struct guide_session_filter f = {.state = -1};
	struct guide_session *rows;
	struct err err = ERR_INIT;
	size_t n;

	for (int v = 0; v < SESSION_VIEW_COUNT; v++)
		for (int way = 0; way < 4; way++) {
			const struct page page = {.after_key = 100,
			    .after_id = way / 2 * 100,
			    .backwards = way % 2 != 0,
			    .limit = 20};

			f.view = (enum guide_session_view)v;
			assert_ok(
			    guide_session_list(d, &f, &page, &rows, &n, &err));
			guide_session_list_free(&rows, n);
		}
}

void
plans_guides(struct desk *d)
{
	struct knowledge_new in = {"plans", "c", "t", "one"};
	struct knowledge_version *versions, v;
	char digest[SHA256_HEX_SIZE];
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;
	enum knowledge_put put;
	struct knowledge *rows;
	int64_t id, number;
	size_t n;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err));
	lists_of_sessions(d);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	lists_of_sessions(d);
	assert_ok(knowledge_import(d, &in, false, &put, &id, &err));
	assert_ok(knowledge_save_draft(d, id, 0, "two", NULL, &err));
	in.body = "two";
	assert_ok(knowledge_publish(d, id, 0, &in, &number, &err));
	for (int which = 0; which <= KNOWLEDGE_TRASH; which++) {
		assert_ok(knowledge_list(
		    d, (enum knowledge_which)which, &rows, &n, &err));
		knowledge_list_free(&rows, n);
	}
	assert_ok(knowledge_versions(d, id, &versions, &n, &err));
	knowledge_version_list_free(&versions, n);
	assert_ok(knowledge_version(d, id, 0, &v, &err));
	knowledge_version_clear(&v);
	assert_ok(knowledge_version(d, id, 1, &v, &err));
	id = v.id;
	knowledge_version_clear(&v);
	assert_ok(knowledge_version_by_id(d, id, &v, &err));
	id = v.knowledge_id;
	knowledge_version_clear(&v);
	assert_ok(knowledge_published(d, &versions, &n, &err));
	knowledge_version_list_free(&versions, n);
	assert_ok(knowledge_digest(d, digest, &err));
	assert_ok(knowledge_model_save(d, digest, "m", 1, &err));
	assert_ok(knowledge_model_get(d, digest, &bytes, &err));
	str_free(&bytes);
	assert_ok(matcher_state(d, digest, &err));
	assert_ok(knowledge_delete(d, id, 0, &err));
	assert_ok(knowledge_restore(d, id, &err));
}
