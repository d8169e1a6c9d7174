/* undo_walks - see undo_walks.h. */
#include "tests/lib/undo_walks.h"
#include "db/records/guide_sessions.h"
#include "db/records/guide_templates.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"

static const struct session_report report = {
    "No VPN", "Answered: yes, no.\nTime: 3 min."};

int
undo_run_session_start(struct desk *d, const struct given *g, struct err *err)
{
	const struct guide_session_new in = {.knowledge_id = g->walked,
	    .version_id = g->walked_version,
	    .lang = "en",
	    .step = 1,
	    .ticket_id = g->second};
	int64_t id;

	return guide_session_start(d, &in, &id, err);
}

int
undo_run_session_answer(struct desk *d, const struct given *g, struct err *err)
{
	const struct session_answer in = {
	    .action = PATH_NO, .from_step = 1, .to_step = 2};
	bool again;

	return guide_session_answer(d, g->session, &in, &again, err);
}

int
undo_run_session_fill(struct desk *d, const struct given *g, struct err *err)
{
	return guide_session_fill(
	    d, g->session, 0, "{\"program\":\"x\"}", "program", err);
}

int
undo_run_session_pause(struct desk *d, const struct given *g, struct err *err)
{
	return guide_session_pause(d, g->session, 0, "lunch", err);
}

int
undo_run_session_assign(struct desk *d, const struct given *g, struct err *err)
{
	const struct session_handover in = {.team_id = g->team};

	return guide_session_assign(d, g->session, &in, err);
}

static int
finish(struct desk *d, const struct given *g, enum guide_session_state state,
    struct err *err)
{
	const struct session_end in = {
	    .state = state, .notes = "why", .report = report};

	return guide_session_finish(d, g->session, &in, err);
}

int
undo_run_session_resolve(struct desk *d, const struct given *g, struct err *err)
{
	return finish(d, g, SESSION_RESOLVED, err);
}

int
undo_run_session_escalate(
    struct desk *d, const struct given *g, struct err *err)
{
	return finish(d, g, SESSION_ESCALATED, err);
}

int
undo_run_session_abandon(struct desk *d, const struct given *g, struct err *err)
{
	return finish(d, g, SESSION_ABANDONED, err);
}

static int
make_template(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	const struct guide_template_new in = {.name = name,
	    .title = "New router",
	    .variables = "[]",
	    .steps = "[]"};

	return guide_template_new(d, &in, id, err);
}

int
undo_run_template_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return make_template(d, "another", &id, err);
}

int
undo_run_template_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct change c = {"title", b_text("Old router")};

	return guide_template_edit(d, g->pattern, 0, &c, 1, err);
}

int
undo_run_template_delete(struct desk *d, const struct given *g, struct err *err)
{
	return guide_template_delete(d, g->pattern, 0, err);
}

void
undo_prepare_walks(struct desk_fixture *f, struct given *g)
{
	struct guide_session_new in = {.lang = "en", .step = 1};
	struct err err = ERR_INIT;

	guide_data_make(f, "walked", "{}", &g->walked, &g->walked_version);
	in.knowledge_id = g->walked;
	in.version_id = g->walked_version;
	in.ticket_id = g->ticket;
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_start(f->d, &in, &g->session, &err));
	assert_ok(make_template(f->d, "router", &g->pattern, &err));
}
