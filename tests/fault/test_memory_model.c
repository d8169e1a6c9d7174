/*
 * Memory runs out at every place of what the console's screens ask of the
 * model, on the loop and on the worker: as in memory_use.h.  An answer is a
 * success only when all of it is on the desk, and always comes.
 *
 * Turned red by: an answer that always says that it worked.
 */
#include "common/fsutil.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "tests/lib/memory_desk.h"
#include "tui/model/model_desk.h"
#include "tui/model/model_inbox.h"
#include "tui/model/model_inbox_act.h"
#include "tui/model/model_system.h"
#include "tui/model/model_ticket_card.h"
#include "tui/model/model_tickets.h"
#include <glob.h>

/* ---- a model on a loop ---- */

static const struct memory_seed *const seed = &memory_seed;
static uv_loop_t loop;
static struct ui *ui;
static struct screen *screen;
static struct model *m;
static char drafts_dir[512];
static bool is_stopped, is_there;
static int rc_there;
static struct err err_there;
static struct str *seen_there;

static const struct screen_ops plain_ops = {.name = "plain", .title = "Plain"};

static void
nothing(void *data)
{
	(void)data;
}

static void
note(const struct model_answer *a)
{
	is_there = true;
	rc_there = a->rc;
	err_there = *a->err;
}

static int
await(struct str *seen, struct err *err)
{
	seen_there = seen;
	is_there = false;
	while (!is_there)
		uv_run(&loop, UV_RUN_ONCE);
	*err = err_there;
	return rc_there;
}

static int
nothing_run(struct desk *d, void *args, struct err *err)
{
	(void)d, (void)args, (void)err;
	return 0;
}

static void
nothing_done(struct ui *u, struct screen *of, void *args,
    const struct model_answer *answer)
{
	(void)u, (void)of, (void)args;
	note(answer);
}

static void
ask_nothing(void)
{
	const struct model_question q = {
	    .run = nothing_run, .done = nothing_done};
	struct err err = ERR_INIT;

	model_ask(m, screen, &q, xmalloc(1));
	assert_ok(await(NULL, &err));
}

static void
model_begin(const char *login)
{
	static const struct ui_hooks none;
	struct model_options o = {.loop = &loop,
	    .desk = desk_fixture_open(&memory_seed.f),
	    .uri = seed->f.uri,
	    .changed = nothing};
	struct err err = ERR_INIT;

	loop_global_init();
	uv_loop_init(&loop);
	assert_ok(desk_act_as_operator(o.desk, FIXTURE_TENANT, login, &err));
	op_stepped_up(o.desk);
	str_copy(drafts_dir, sizeof(drafts_dir), o.desk->drafts_dir);
	o.ui = ui = ui_new(&none, NULL);
	m = model_new(&o, &err);
	assert_non_null(m);
	assert_ok(ui_push(ui, &plain_ops, 1, NULL, &err));
	screen = ui_top(ui);
	/* The worker runs, and has rested once. */
	ask_nothing();
	ask_nothing();
}

static void
on_stopped(void *data)
{
	(void)data;
	is_stopped = true;
}

static void
model_end(void)
{
	is_stopped = false;
	model_stop(m, on_stopped, NULL);
	while (!is_stopped)
		uv_run(&loop, UV_RUN_ONCE);
	ui_free(&ui);
	assert_int_equal(loop_finish(&loop), 0);
}

/* ---- what the inbox does ---- */

static void
on_act(
    struct screen *of, struct inbox_act *act, const struct model_answer *answer)
{
	(void)of, (void)act;
	note(answer);
}

static int
inbox(struct inbox_act *act, struct str *seen, struct err *err)
{
	model_inbox_act(m, screen, act, on_act);
	return await(seen, err);
}

static int
do_claim(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return inbox(inbox_act_new(INBOX_CLAIM, seed->unowned), seen, err);
}

static int
do_assign(struct desk *d, struct str *seen, struct err *err)
{
	struct inbox_act *act = inbox_act_new(INBOX_ASSIGN, seed->conversation);

	(void)d;
	act->operator_id = seed->f.demo.mate;
	act->team_id = seed->f.demo.support;
	act->text = xstrdup("Es tuya");
	return inbox(act, seen, err);
}

static int
do_close(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return inbox(inbox_act_new(INBOX_CLOSE, seed->conversation), seen, err);
}

static int
do_reopen(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return inbox(inbox_act_new(INBOX_REOPEN, seed->closed), seen, err);
}

static int
do_ticket_from(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return inbox(
	    inbox_act_new(INBOX_TICKET, seed->conversation), seen, err);
}

static int
do_retry(struct desk *d, struct str *seen, struct err *err)
{
	struct inbox_act *act = inbox_act_new(INBOX_RETRY, seed->conversation);

	(void)d;
	act->message = seed->failed;
	return inbox(act, seen, err);
}

static int
do_note(struct desk *d, struct str *seen, struct err *err)
{
	struct inbox_act *act = inbox_act_new(INBOX_NOTE, seed->conversation);

	(void)d;
	act->text = xstrdup("Ojo");
	return inbox(act, seen, err);
}

static int
do_reply(struct desk *d, struct str *seen, struct err *err)
{
	struct inbox_act *act = inbox_act_new(INBOX_REPLY, seed->conversation);

	(void)d;
	act->text = xstrdup("Ahora mismo");
	return inbox(act, seen, err);
}

static void
on_draft(struct screen *of, const struct inbox_draft *draft,
    const struct model_answer *answer)
{
	(void)of, (void)draft;
	note(answer);
}

/* A server that cannot be asked is away: then a file has the draft. */
static bool
take_draft_file(void)
{
	struct str pattern = STR_INIT, text = STR_INIT;
	bool has_it = false;
	glob_t found = {0};

	str_addf(&pattern, "%s/*.draft", drafts_dir);
	if (glob(pattern.s, 0, NULL, &found) == 0) {
		has_it =
		    fs_read(found.gl_pathv[0], 1 << 16, &text, NULL) == 0 &&
		    strstr(text.s, "Buenos") != NULL;
		fs_remove(found.gl_pathv[0]);
	}
	globfree(&found);
	str_free(&pattern);
	str_free(&text);
	return has_it;
}

static int
keep_draft(uint64_t behind, struct str *seen, struct err *err)
{
	int rc;

	model_inbox_draft_save(m, screen, 1, seed->conversation, DRAFT_REPLY,
	    "Buenos", 6, behind, behind != 0 ? "Bue" : NULL, on_draft);
	rc = await(seen, err);
	if (rc == 0 && take_draft_file())
		return err_set(err, OD_EUNAVAIL, "A file has it, the desk not");
	return rc;
}

static int
do_draft(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return keep_draft(0, seen, err);
}

static int
do_draft_behind(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	return keep_draft(1, seen, err);
}

/* ---- what tickets' screens do ---- */

static void
on_ticket(struct screen *of, const struct ticket_action *action,
    const struct model_answer *answer)
{
	(void)of, (void)action;
	note(answer);
}

static int
ticket(const struct ticket_action *action, struct str *seen, struct err *err)
{
	model_ticket_act(m, screen, action, on_ticket);
	return await(seen, err);
}

static int
do_ticket_new(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket_action a = {.act = TICKET_ACT_NEW,
	    .subject = "No arranca",
	    .tags = "urgente",
	    .contact_id = seed->contact,
	    .description = xstrdup("Desde ayer")};

	(void)d;
	return ticket(&a, seen, err);
}

static int
do_ticket_assign(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket_action a = {.act = TICKET_ACT_ASSIGN,
	    .id = seed->ticket,
	    .operator_id = seed->f.demo.mate,
	    .team_id = seed->f.demo.support};

	(void)d;
	return ticket(&a, seen, err);
}

static int
do_ticket_delete(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket_action a = {.act = TICKET_ACT_DELETE, .id = seed->ticket};

	(void)d;
	return ticket(&a, seen, err);
}

static int
do_ticket_comment(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket_action a = {.act = TICKET_ACT_COMMENT,
	    .id = seed->ticket,
	    .kind = COMMENT_NOTE,
	    .body = xstrdup("Visto")};

	(void)d;
	return ticket(&a, seen, err);
}

/* ---- what is read ---- */

static void
on_inbox(struct screen *of, struct inbox_window *w,
    const struct model_answer *answer)
{
	(void)of;
	for (size_t i = 0; answer->rc == 0 && i < w->count; i++)
		str_addf(seen_there, "%s\n", w->rows[i].preview);
	note(answer);
}

static int
do_inbox(struct desk *d, struct str *seen, struct err *err)
{
	struct inbox_ask ask = {.view = VIEW_ALL, .want = {.count = 20}};

	(void)d;
	model_inbox_window(m, screen, &ask, on_inbox);
	return await(seen, err);
}

static void
on_thread(struct screen *of, struct inbox_thread *t,
    const struct model_answer *answer)
{
	(void)of;
	for (size_t i = 0; answer->rc == 0 && i < t->count; i++)
		str_addf(seen_there, "%s\n", t->rows[i].body);
	note(answer);
}

static int
do_thread(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	model_inbox_thread(m, screen, 1, seed->conversation, 50, on_thread);
	return await(seen, err);
}

static void
on_day(struct screen *of, uint64_t turn, struct desk_day *day,
    const struct model_answer *answer)
{
	(void)of, (void)turn;
	for (size_t i = 0; answer->rc == 0 && i < day->count; i++)
		str_addf(seen_there, "%s %s\n", day->rows[i].title,
		    day->rows[i].text);
	note(answer);
}

static int
do_day(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	model_desk_day(m, screen, 1, on_day);
	return await(seen, err);
}

static void
on_card(struct screen *of, struct ticket_card *card,
    const struct model_answer *answer)
{
	(void)of;
	if (answer->rc == 0)
		str_addf(seen_there, "%s %zu\n", card->t.subject,
		    card->history_count);
	note(answer);
}

static int
do_card(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	model_ticket_card(m, screen, 1, seed->ticket, on_card);
	return await(seen, err);
}

static void
on_system(struct screen *of, uint64_t turn, struct system_view *v,
    const struct model_answer *answer)
{
	(void)of, (void)turn;
	if (answer->rc == 0)
		str_addf(seen_there, "%zu %zu %zu\n", v->channel_count,
		    v->event_count, v->item_count);
	note(answer);
}

static int
do_system(struct desk *d, struct str *seen, struct err *err)
{
	(void)d;
	model_system_view(m, screen, 1, on_system);
	return await(seen, err);
}

static const struct memory_work works[] = {
    /* clang-format off */
	{"claim", "supervisor", do_claim, false},
	{"assign", "supervisor", do_assign, false},
	{"close", "supervisor", do_close, false},
	{"reopen", "supervisor", do_reopen, false},
	{"ticket from conversation", "supervisor", do_ticket_from, false},
	{"retry", "supervisor", do_retry, false},
	{"note", "supervisor", do_note, false},
	{"reply", "supervisor", do_reply, false},
	{"draft", "operator", do_draft, false},
	{"draft behind", "operator", do_draft_behind, false},
	{"ticket new", "operator", do_ticket_new, false},
	{"ticket assign", "supervisor", do_ticket_assign, false},
	{"ticket delete", "supervisor", do_ticket_delete, false},
	{"ticket comment", "supervisor", do_ticket_comment, false},
	{"inbox", "supervisor", do_inbox, false},
	{"thread", "supervisor", do_thread, false},
	{"day", "supervisor", do_day, false},
	{"card", "supervisor", do_card, false},
	{"system", "supervisor", do_system, false},
    /* clang-format on */
};

static void
questions__no_memory__are_answered_truly(void **state)
{
	static const struct memory_side model = {model_begin, model_end};

	(void)state;
	memory_works_beside(works, sizeof(works) / sizeof(works[0]), &model);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(questions__no_memory__are_answered_truly),
	};

	return cmocka_run_group_tests(
	    tests, memory_desk_setup, memory_desk_teardown);
}
