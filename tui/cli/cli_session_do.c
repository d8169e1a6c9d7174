/* cli_session_do - what is done in a guide session. */
#include "common/i18n.h"
#include "tui/cli/cli_session.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define IF_VERSION                                                             \
	{                                                                      \
		"--if-version", "N", N_("only when it still has this version") \
	}

/* The session, and the version that the caller saw (0: any). */
static int
take(struct cli *c, int64_t *id, int64_t *seen, struct err *err)
{
	struct guide_session s;
	int rc;

	*seen = 0;
	if ((rc = cli_session_arg(c, &s, err)) == 0) {
		*id = s.id;
		rc = cli_option_int(
		    c, "--if-version", 1, INT64_MAX, 0, seen, err);
	}
	guide_session_clear(&s);
	return rc;
}

/* ---- answers ---- */

static const struct cli_option answer_options[] = {
    {"--step", "N", N_("the step that is answered [the present one]")},
    {"--notes", "TEXT", N_("what there is to say about it")},
    IF_VERSION,
    {NULL, NULL, NULL},
};

static int
reply(struct cli *c, enum path_action action, struct err *err)
{
	struct session_reply in = {
	    .action = action, .notes = cli_option(c, "--notes")};
	int64_t id;
	bool again;
	int rc;

	if ((rc = take(c, &id, &in.seen_version, err)) != 0 ||
	    (rc = cli_option_int(c, "--step", 1, 999, 0, &in.step, err)) != 0 ||
	    (rc = session_reply(c->desk, id, &in, &again, err)) != 0)
		return rc;
	if (again)
		cli_say(
		    c, _("That step was given this answer before; nothing was"
			 " done."));
	return cli_session_show(c, id, err);
}

static int
run_answer(struct cli *c, struct err *err)
{
	static const char *const words[] = {"yes", "no", "skip", NULL};
	int which, rc;

	if ((rc = cli_word(_("Answer"), c->args[1], words, &which, err)) != 0)
		return rc;
	return reply(c,
	    which == 0   ? PATH_YES
	    : which == 1 ? PATH_NO
			 : PATH_SKIPPED,
	    err);
}

static int
run_back(struct cli *c, struct err *err)
{
	return reply(c, PATH_BACK, err);
}

static int
run_restart(struct cli *c, struct err *err)
{
	return reply(c, PATH_RESTARTED, err);
}

/* ---- without moving ---- */

static int
id_of(struct cli *c, int64_t *id, struct err *err)
{
	struct guide_session s;
	int rc = cli_session_arg(c, &s, err);

	*id = s.id;
	guide_session_clear(&s);
	return rc;
}

static int
run_note(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = id_of(c, &id, err)) != 0 ||
	    (rc = guide_session_note(c->desk, id, c->args[1], false, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

static const struct cli_option version_options[] = {
    IF_VERSION,
    {NULL, NULL, NULL},
};

static int
run_set(struct cli *c, struct err *err)
{
	struct session_given given[GUIDE_MAX_VARIABLES];
	char names[GUIDE_MAX_VARIABLES][GUIDE_MAX_NAME + 1];
	size_t count = 0;
	int64_t id, seen;
	int rc;

	if ((rc = take(c, &id, &seen, err)) != 0)
		return rc;
	for (int i = 1; i < c->nargs && count < GUIDE_MAX_VARIABLES; i++) {
		const char *eq = strchr(c->args[i], '=');

		if (eq == NULL || eq == c->args[i] ||
		    eq - c->args[i] > GUIDE_MAX_NAME)
			return err_set(err, OD_EUSAGE,
			    "Write a variable and its value as NAME=VALUE");
		str_format(names[count], sizeof(names[count]), "%.*s",
		    (int)(eq - c->args[i]), c->args[i]);
		given[count] = (struct session_given){names[count], eq + 1};
		count++;
	}
	if ((rc = session_give(c->desk, id, seen, given, count, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

static int
run_send(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = id_of(c, &id, err)) != 0 ||
	    (rc = session_send(c->desk, id, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

/* ---- whose it is ---- */

static const struct cli_option pause_options[] = {
    {"--reason", "TEXT", N_("why")},
    IF_VERSION,
    {NULL, NULL, NULL},
};

static int
run_pause(struct cli *c, struct err *err)
{
	int64_t id, seen;
	int rc;

	if ((rc = take(c, &id, &seen, err)) != 0 ||
	    (rc = guide_session_pause(
		 c->desk, id, seen, cli_option(c, "--reason"), err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

static int
run_resume(struct cli *c, struct err *err)
{
	int64_t id, seen;
	int rc;

	if ((rc = take(c, &id, &seen, err)) != 0 ||
	    (rc = guide_session_resume(c->desk, id, seen, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

static const struct cli_option assign_options[] = {
    {"--to", "LOGIN", N_("who goes on with it")},
    {"--team", "TEAM", N_("which team goes on with it")},
    {"--note", "TEXT", N_("what they should know")},
    IF_VERSION,
    {NULL, NULL, NULL},
};

static int
run_assign(struct cli *c, struct err *err)
{
	struct session_handover in = {.note = cli_option(c, "--note")};
	int64_t id;
	int rc;

	if ((rc = take(c, &id, &in.seen_version, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--to"), &in.operator_id, err)) != 0 ||
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) != 0 ||
	    (rc = guide_session_assign(c->desk, id, &in, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

/* ---- ends ---- */

static int
finish(struct cli *c, enum guide_session_state state, struct err *err)
{
	int64_t id, seen;
	int rc;

	if ((rc = take(c, &id, &seen, err)) != 0 ||
	    (rc = session_finish(c->desk, id, state, seen,
		 cli_option(c, "--reason"), err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

static int
run_resolve(struct cli *c, struct err *err)
{
	return finish(c, SESSION_RESOLVED, err);
}

static int
run_escalate(struct cli *c, struct err *err)
{
	return finish(c, SESSION_ESCALATED, err);
}

static int
run_abandon(struct cli *c, struct err *err)
{
	return finish(c, SESSION_ABANDONED, err);
}

static const struct cli_option feedback_options[] = {
    {"--text", "TEXT", N_("in the customer's words")},
    {"--helped", "yes|no", N_("whether the guide helped")},
    {NULL, NULL, NULL},
};

static int
run_feedback(struct cli *c, struct err *err)
{
	static const char *const words[] = {"no", "yes", NULL};
	struct session_feedback in = {
	    .was_helpful = -1, .text = cli_option(c, "--text")};
	struct guide_session s;
	int rc;

	if ((rc = cli_arg_int(c, 1, &in.rating, err)) != 0 ||
	    (rc = cli_option_word(
		 c, "--helped", words, -1, &in.was_helpful, err)) != 0 ||
	    (rc = cli_session_arg(c, &s, err)) != 0)
		return rc;
	guide_session_clear(&s);
	if ((rc = guide_session_feedback(c->desk, s.id, &in, err)) != 0)
		return rc;
	return cli_session_show(c, s.id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"session", "answer", "SESSION yes|no|skip", 2, 2, answer_options, CLI_OPERATOR, false, run_answer,
	    N_("Answer the present step; a skip needs --notes.")},
	{"session", "back", "SESSION", 1, 1, answer_options, CLI_OPERATOR, false, run_back,
	    N_("Go back to the step before.")},
	{"session", "restart", "SESSION", 1, 1, answer_options, CLI_OPERATOR, false, run_restart,
	    N_("Begin the guide from its first step again.")},
	{"session", "note", "SESSION TEXT", 2, 2, NULL, CLI_OPERATOR, false, run_note,
	    N_("Write a note about the present step.")},
	{"session", "set", "SESSION NAME=VALUE...", 2, 31, version_options, CLI_OPERATOR, false, run_set,
	    N_("Fill in variables of the guide; an empty value takes one away.")},
	{"session", "send", "SESSION", 1, 1, NULL, CLI_OPERATOR, false, run_send,
	    N_("Send the present step to the customer.")},
	{"session", "pause", "SESSION", 1, 1, pause_options, CLI_OPERATOR, false, run_pause,
	    N_("Pause a session; its time stops.")},
	{"session", "resume", "SESSION", 1, 1, version_options, CLI_OPERATOR, false, run_resume,
	    N_("Go on with a session that is paused.")},
	{"session", "assign", "SESSION", 1, 1, assign_options, CLI_OPERATOR, false, run_assign,
	    N_("Hand a session over; without --to and --team to nobody.")},
	{"session", "resolve", "SESSION", 1, 1, pause_options, CLI_OPERATOR, false, run_resolve,
	    N_("The problem is solved; its path is told on the ticket.")},
	{"session", "escalate", "SESSION", 1, 1, pause_options, CLI_OPERATOR, false, run_escalate,
	    N_("Give it to the second line; its path is told on the ticket, and one is opened when there is none.")},
	{"session", "abandon", "SESSION", 1, 1, pause_options, CLI_OPERATOR, false, run_abandon,
	    N_("End a session without an outcome.")},
	{"session", "feedback", "SESSION 1..5", 2, 2, feedback_options, CLI_OPERATOR, false, run_feedback,
	    N_("Keep what the customer thinks of it, once.")},
};
/* clang-format on */

const struct cli_table cli_session_do_table = {rows, COUNT(rows)};
