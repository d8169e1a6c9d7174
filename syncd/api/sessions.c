/*
 * sessions - guided troubleshooting for programs: a session is started for a
 * problem, answered step by step, rated; figures and templates.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/guide_figures.h"
#include "db/records/tenant_days.h"
#include "db/records/tickets.h"
#include "kb/session.h"
#include "syncd/api/call.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define PAGE      50
#define BASE      "/api/support/troubleshooting"
#define BODY_SIZE 65536

/* ---- what they answer ---- */

static void
sample_session(struct json_out *out)
{
	const struct guide_session s = {
	    .score = SESSION_SCORE / 2, .threshold = SESSION_SCORE / 2};

	json_out_object(out, NULL);
	guide_session_members(&s, out);
	json_out_int(out, "total_steps", 0);
	json_out_null(out, "current_step");
	json_out_null(out, "message");
	json_out_array(out, "missing");
	json_out_end(out, ']');
	json_out_array(out, "trail");
	json_out_end(out, ']');
	json_out_array(out, "path");
	json_out_end(out, ']');
	json_out_end(out, '}');
}

static void
sample_row(struct json_out *out)
{
	const struct guide_session s = {
	    .score = SESSION_SCORE / 2, .threshold = SESSION_SCORE / 2};

	guide_session_json(&s, out);
}

static const struct api_shape session_shape = {
    "GuideSession", NULL, sample_session, API_PAGE_NONE};
static const struct api_shape page_shape = {
    "GuideSessionRow", "sessions", sample_row, API_PAGE_CURSOR};

static int
print_session(
    struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct session s;
	struct json_out w;
	int rc;

	if ((rc = session_open(d, id, &s, err)) != 0)
		return rc;
	str_clear(&c->out);
	json_out_init(&w, &c->out);
	session_json(&s, &w);
	c->version = s.s.version;
	session_close(&s);
	return 0;
}

/* The session of the path; what is missing from then on is another thing. */
static int
of_path(struct api_call *c, struct desk *d, struct guide_session *s,
    struct err *err)
{
	int rc = guide_session_by_name(d, c->session, s, err);

	if (rc == 0) {
		c->record = s->id;
		c->is_found = true;
	}
	return rc;
}

static int
id_of_path(struct api_call *c, struct desk *d, int64_t *id, struct err *err)
{
	struct guide_session s;
	int rc = of_path(c, d, &s, err);

	*id = s.id;
	guide_session_clear(&s);
	return rc;
}

/* ---- what they take ---- */

/* clang-format off */
static const struct api_field start_body[] = {
    {"problem_description", API_TEXT, API_REQUIRED, 1, 8192, NULL, "What the customer says; the guide is found from it."},
    {"customer_email", API_TEXT, 0, 0, 200, NULL, "The customer's address."},
    {"customer_name", API_TEXT, 0, 0, 200, NULL, "What the customer is called."},
    {"ticket_id", API_TEXT, 0, 0, 128, NULL, "The number of a ticket of this desk, or what another system calls its own, such as TKT-12345."},
    {"problem_id", API_TEXT, 0, 0, 64, NULL, "The guide's topic, when it is known already."},
    {"language", API_WORD, 0, 0, 0, (const char *const[]){"es", "en", NULL}, "Of the steps; the contact's, else the tenant's, unless it is given."},
    {"conversation_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "The conversation that it is about."},
    {"contact_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "The customer, when the desk knows him."},
    {"variables", API_MAP, 0, 0, 0, NULL, "Values of the guide's variables by their names."},
    {"send", API_FLAG, 0, 0, 0, NULL, "Whether the first step is sent to the customer."},
};
static const struct api_field step_body[] = {
    {"success", API_FLAG, 0, 0, 0, NULL, "Whether the step did what it should; or answer."},
    {"answer", API_WORD, 0, 0, 0, (const char *const[]){"yes", "no", "skip", "back", "restart", NULL}, "Instead of success: also to skip the step (with notes), to go back, or to begin again."},
    {"step_number", API_NUMBER, 0, 1, 999, NULL, "The step that is answered: a conflict when the session is at another one. The same answer once more is done once."},
    {"notes", API_TEXT, 0, 0, SESSION_NOTES_MAX, NULL, "What there is to say about it."},
};
static const struct api_field feedback_body[] = {
    {"rating", API_NUMBER, API_REQUIRED, 1, 5, NULL, "1 to 5."},
    {"feedback_text", API_TEXT, 0, 0, SESSION_NOTES_MAX, NULL, "In the customer's words."},
    {"was_helpful", API_FLAG, 0, 0, 0, NULL, "Whether the guide helped."},
};
static const struct api_field end_body[] = {
    {"reason", API_TEXT, 0, 0, SESSION_NOTES_MAX, NULL, "Why."},
};
static const struct api_field list_query[] = {
    {"view", API_WORD, 0, 0, 0, guide_session_view_names, "All unless it says otherwise."},
    {"status", API_WORD, 0, 0, 0, guide_session_state_names, "Only of that status."},
    {"since", API_TIME, 0, 0, 0, NULL, "Started at this time or later."},
    {"until", API_TIME, 0, 0, 0, NULL, "Started before this time."},
    {"limit", API_NUMBER, 0, 1, 1000, NULL, "At most so many; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
static const struct api_field days_query[] = {
    {"days", API_NUMBER, 0, 1, GUIDE_FIGURES_DAYS_MAX, NULL, "Of the last so many days; 30 unless it says otherwise."},
};
/* clang-format on */

/* ---- starting ---- */

/* A number of ours is a ticket when the token may read it; else a name. */
static int
take_ticket(struct api_call *c, struct desk *d, struct session_begin *in,
    struct err *err)
{
	const char *text = api_text(api_body(c, "ticket_id"), "");
	struct ticket t = {.id = 0};
	int64_t number;
	int rc;

	if (text[0] == '\0')
		return 0;
	if (str_to_int64(text, 1, INT64_MAX, &number)) {
		rc = ticket_by_number(d, number, &t, err);
		in->ticket_id = t.id;
		ticket_clear(&t);
		if (rc != OD_EDENIED && rc != OD_ENOTFOUND)
			return rc;
	}
	in->external_ticket = text;
	return 0;
}

static int
give(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	const struct api_value *v = api_body(c, "variables");
	struct session_given given[GUIDE_MAX_VARIABLES];
	size_t count = 0;

	if (!v->is_there)
		return 0;
	for (const struct json *m = json_first(v->map);
	     m != NULL && count < GUIDE_MAX_VARIABLES; m = json_next(m)) {
		if (json_as_string(m) == NULL)
			return err_set(err, OD_EDATA,
			    "The value of %s is a text", json_name(m));
		given[count++] =
		    (struct session_given){json_name(m), json_as_string(m)};
	}
	return session_give(d, id, 0, given, count, err);
}

static int
start_run(struct api_call *c, struct desk *d, struct err *err)
{
	static const char *const langs[] = {"es", "en"};
	const struct api_value *lang = api_body(c, "language");
	struct session_begin in = {.threshold = -1,
	    .walker = WALKER_PROGRAM,
	    .problem = api_text(api_body(c, "problem_description"), ""),
	    .topic = api_text(api_body(c, "problem_id"), NULL),
	    .lang = lang->is_there ? langs[lang->i] : NULL,
	    .customer_name = api_text(api_body(c, "customer_name"), NULL),
	    .customer_email = api_text(api_body(c, "customer_email"), NULL),
	    .conversation_id = api_number(api_body(c, "conversation_id"), 0),
	    .contact_id = api_number(api_body(c, "contact_id"), 0)};
	int64_t id;
	int rc;

	c->tried = OP_SESSION_START;
	if ((rc = take_ticket(c, d, &in, err)) != 0 ||
	    (rc = session_begin(d, &in, &id, err)) != 0 ||
	    (rc = give(c, d, id, err)) != 0 ||
	    (api_number(api_body(c, "send"), 0) == 1 &&
		(rc = session_send(d, id, err)) != 0))
		return rc;
	return print_session(c, d, id, err);
}

/* ---- going on ---- */

static int
get_run(struct api_call *c, struct desk *d, struct err *err)
{
	int64_t id;
	int rc = id_of_path(c, d, &id, err);

	return rc != 0 ? rc : print_session(c, d, id, err);
}

static int
take_answer(struct api_call *c, struct session_reply *in, struct err *err)
{
	static const enum path_action actions[] = {PATH_YES, PATH_NO,
	    PATH_SKIPPED, PATH_BACK, PATH_RESTARTED};
	const struct api_value *success = api_body(c, "success");
	const struct api_value *answer = api_body(c, "answer");

	if (success->is_there == answer->is_there)
		return err_set(err, OD_EDATA,
		    "Say success (true or false), or answer");
	in->action = answer->is_there ? actions[answer->i]
	             : success->i == 1 ? PATH_YES
	                               : PATH_NO;
	in->step = api_number(api_body(c, "step_number"), 0);
	in->notes = api_text(api_body(c, "notes"), NULL);
	return 0;
}

static int
step_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct session_reply in = {.seen_version = 0};
	int64_t id;
	bool again;
	int rc;

	if ((rc = id_of_path(c, d, &id, err)) != 0)
		return rc;
	c->tried = OP_SESSION_ANSWER;
	if ((rc = take_answer(c, &in, err)) != 0 ||
	    (rc = session_reply(d, id, &in, &again, err)) != 0)
		return rc;
	return print_session(c, d, id, err);
}

static int
feedback_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct api_value *helped = api_body(c, "was_helpful");
	struct session_feedback in = {
	    .rating = api_number(api_body(c, "rating"), 0),
	    .text = api_text(api_body(c, "feedback_text"), NULL),
	    .was_helpful = helped->is_there ? (int)helped->i : -1};
	int64_t id;
	int rc;

	if ((rc = id_of_path(c, d, &id, err)) != 0)
		return rc;
	c->tried = OP_SESSION_FEEDBACK;
	if ((rc = guide_session_feedback(d, id, &in, err)) != 0)
		return rc;
	return print_session(c, d, id, err);
}

static int
end_run(struct api_call *c, struct desk *d, enum op_id op,
    enum guide_session_state state, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = id_of_path(c, d, &id, err)) != 0)
		return rc;
	c->tried = op;
	if ((rc = session_finish(d, id, state, 0,
		 api_text(api_body(c, "reason"), NULL), err)) != 0)
		return rc;
	return print_session(c, d, id, err);
}

static int
escalate_run(struct api_call *c, struct desk *d, struct err *err)
{
	return end_run(c, d, OP_SESSION_ESCALATE, SESSION_ESCALATED, err);
}

static int
resolve_run(struct api_call *c, struct desk *d, struct err *err)
{
	return end_run(c, d, OP_SESSION_RESOLVE, SESSION_RESOLVED, err);
}

static int
abandon_run(struct api_call *c, struct desk *d, struct err *err)
{
	return end_run(c, d, OP_SESSION_ABANDON, SESSION_ABANDONED, err);
}

/* ---- lists and figures ---- */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct guide_session_filter f = {
	    .view = (enum guide_session_view)api_number(
		api_query(c, "view"), SESSIONS_ALL),
	    .state = (int)api_number(api_query(c, "status"), -1),
	    .from_us = api_number(api_query(c, "since"), 0),
	    .to_us = api_number(api_query(c, "until"), 0)};
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	char cursor[API_CURSOR_SIZE] = "";
	struct guide_session *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = guide_session_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)page.limit)
		api_cursor(
		    cursor, rows[count - 1].created_at, rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "sessions");
	for (size_t i = 0; i < count; i++)
		guide_session_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
	guide_session_list_free(&rows, count);
	return 0;
}

static int
print_by(struct desk *d, struct guide_figures_ask *ask,
    enum guide_figures_by by, const char *name, struct guide_sum *total,
    struct json_out *w, struct err *err)
{
	struct guide_figure *rows = NULL;
	size_t count = 0;
	int rc;

	ask->by = by;
	if ((rc = guide_figures(d, ask, &rows, &count, total, err)) != 0)
		return rc;
	json_out_array(w, name);
	for (size_t i = 0; i < count && (by == FIGURES_BY_DAY || i < 10); i++)
		guide_figure_json(&rows[i], w);
	json_out_end(w, ']');
	free(rows);
	return 0;
}

/* Flat, and once more as a summary: two generations of callers. */
static int
analytics_run(struct api_call *c, struct desk *d, struct err *err)
{
	int days = (int)api_number(api_query(c, "days"), 30);
	struct guide_figures_ask ask = {.to_us = clock_wall_us() + 1};
	struct guide_sum total = {0};
	struct json_out w;
	int rc;

	if ((rc = tenant_day_start(d, days - 1, &ask.from_us, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_int(&w, "days", days);
	json_out_time(&w, "from_at", ask.from_us);
	if ((rc = print_by(d, &ask, FIGURES_BY_DAY, "daily", &total, &w,
		 err)) != 0 ||
	    (rc = print_by(d, &ask, FIGURES_BY_GUIDE, "top_problems", &total,
		 &w, err)) != 0)
		return rc;
	guide_sum_members(&total, &w);
	json_out_object(&w, "summary");
	guide_sum_members(&total, &w);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	return 0;
}

static int
realtime_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct guide_realtime now;
	struct json_out w;
	int rc;

	if ((rc = guide_realtime(d, &now, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_time(&w, "at", clock_wall_us());
	guide_realtime_members(&now, &w);
	json_out_end(&w, '}');
	return 0;
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, BASE path, max, ROUTE_SCOPE, scope, api_handle,      \
	    summary}
#define BODY(fields)  .body = (fields), .body_count = COUNT(fields)
#define QUERY(fields) .query = (fields), .query_count = COUNT(fields)
#define WRITES        (API_WRITES | API_KEY)

static const struct api_route routes[] = {
    {ROUTE("POST", "/start", BODY_SIZE, "session.start",
	 N_("Find the guide for a problem and start to walk it")),
	.flags = WRITES, BODY(start_body), .shape = &session_shape,
	.status = 201, .run = start_run, .also = "session.read"},
    {ROUTE("GET", "", 0, "session.read", N_("List guide sessions")),
	QUERY(list_query), .shape = &page_shape, .status = 200,
	.run = list_run},
    {ROUTE("GET", "/{session_id}", 0, "session.read",
	 N_("A guide session with its step and path")),
	.shape = &session_shape, .status = 200, .run = get_run},
    {ROUTE("POST", "/{session_id}/step", BODY_SIZE, "session.answer",
	 N_("Answer the present step of a guide session")),
	.flags = WRITES, BODY(step_body), .shape = &session_shape,
	.status = 200, .run = step_run, .also = "session.read"},
    {ROUTE("POST", "/{session_id}/feedback", BODY_SIZE, "session.feedback",
	 N_("Keep what the customer thinks of a guide session, once")),
	.flags = WRITES, BODY(feedback_body), .shape = &session_shape,
	.status = 200, .run = feedback_run, .also = "session.read"},
    {ROUTE("POST", "/{session_id}/escalate", BODY_SIZE, "session.escalate",
	 N_("Give a guide session to a person: its path becomes a note")),
	.flags = WRITES, BODY(end_body), .shape = &session_shape,
	.status = 200, .run = escalate_run, .also = "session.read"},
    {ROUTE("POST", "/{session_id}/resolve", BODY_SIZE, "session.resolve",
	 N_("The problem of a guide session is solved")),
	.flags = WRITES, BODY(end_body), .shape = &session_shape,
	.status = 200, .run = resolve_run, .also = "session.read"},
    {ROUTE("POST", "/{session_id}/abandon", BODY_SIZE, "session.abandon",
	 N_("End a guide session without an outcome")),
	.flags = WRITES, BODY(end_body), .shape = &session_shape,
	.status = 200, .run = abandon_run, .also = "session.read"},
    {ROUTE("GET", "/analytics", 0, "session.read",
	 N_("Figures of guides over some days, in percent")),
	QUERY(days_query), .status = 200, .run = analytics_run},
    {ROUTE("GET", "/realtime", 0, "session.read",
	 N_("Figures of guides right now")),
	.status = 200, .run = realtime_run},
};

void
sessions_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
