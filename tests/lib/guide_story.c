/* guide_story - see guide_story.h. */
#include "tests/lib/guide_story.h"
#include "db/records/guide_sessions.h"
#include "db/records/guide_templates.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"
#include <stdio.h>
#include <string.h>

static int64_t
start(struct desk_fixture *f, int64_t ticket_id, int64_t conversation_id,
    const char *marker, const char *json)
{
	struct guide_session_new in = {.step = 1,
	    .lang = "es",
	    .ticket_id = ticket_id,
	    .conversation_id = conversation_id,
	    .call_name = marker,
	    .external_ticket = marker,
	    .customer_name = marker,
	    .customer_email = marker,
	    .problem = marker,
	    .matched = json,
	    .variables = json};
	struct err err = ERR_INIT;
	int64_t id;

	guide_data_make(f, "story", "{}", &in.knowledge_id, &in.version_id);
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	return id;
}

static void
make_template(struct desk_fixture *f, const char *marker, const char *json)
{
	const struct guide_template_new in = {.name = marker,
	    .title = marker,
	    .description = marker,
	    .category = marker,
	    .variables = json,
	    .steps = json};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(guide_template_new(f->d, &in, &id, &err));
	assert_ok(guide_template_delete(f->d, id, 0, &err));
}

static void
walk(struct desk_fixture *f, int64_t ticket_id, int64_t conversation_id,
    const char *marker)
{
	const struct session_feedback opinion = {
	    .rating = 2, .was_helpful = 0, .text = marker};
	const struct session_end end = {
	    .state = SESSION_RESOLVED, .notes = marker};
	struct err err = ERR_INIT;
	char object[64];
	int64_t id;

	snprintf(object, sizeof(object), "{\"model\":\"%s\"}", marker);
	id = start(f, ticket_id, conversation_id, marker, object);
	assert_ok(guide_session_note(f->d, id, marker, false, &err));
	assert_ok(guide_session_finish(f->d, id, &end, &err));
	assert_ok(guide_session_feedback(f->d, id, &opinion, &err));
}

void
guide_story_write(struct desk_fixture *f, int64_t ticket_id,
    int64_t conversation_id, const char *marker)
{
	char list[64];

	walk(f, ticket_id, conversation_id, marker);
	walk(f, 0, 0, marker);
	snprintf(list, sizeof(list), "[{\"name\":\"%s\"}]", marker);
	make_template(f, marker, list);
}

void
guide_story_told(struct desk_fixture *f, const char *marker)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "INSERT INTO webhook_attempts(tenant_id, webhook_id, outbox_id,"
	    " event, attempt, status, error_text, response, created_at)"
	    " SELECT tenant_id, id, 1, 'session.resolved', 1, 500, $2, $2, $3"
	    " FROM webhooks WHERE tenant_id = $1 ORDER BY id LIMIT 1",
	    BINDS(b_int(f->demo.id), b_text(marker), b_int(clock_wall_us())),
	    NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

void
guide_story_check(struct desk_fixture *f, const char *marker, bool is_there)
{
	static const char *const columns[] = {
	    "SELECT count(*) FROM guide_sessions WHERE tenant_id = $1"
	    " AND problem LIKE $2",
	    "SELECT count(*) FROM guide_sessions WHERE tenant_id = $1"
	    " AND matched LIKE $2",
	    "SELECT count(*) FROM guide_sessions WHERE tenant_id = $1"
	    " AND variables LIKE $2",
	    "SELECT count(*) FROM guide_sessions WHERE tenant_id = $1"
	    " AND customer_email LIKE $2",
	    "SELECT count(*) FROM guide_steps WHERE tenant_id = $1"
	    " AND notes LIKE $2",
	    "SELECT count(*) FROM guide_feedback WHERE tenant_id = $1"
	    " AND body LIKE $2",
	};
	struct err err = ERR_INIT;
	char like[64];
	int64_t n;

	snprintf(like, sizeof(like), "%%%s%%", marker);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		assert_ok(db_int(f->d->db, &n, columns[i],
		    BINDS(b_int(f->demo.id), b_text(like)), &err));
		if ((n > 0) != is_there)
			fail_msg("%d: %s", (int)n, columns[i]);
	}
}
