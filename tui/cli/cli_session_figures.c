/* cli_session_figures - what comes of guides, and its upkeep. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/guide_bodies.h"
#include "db/records/guide_figures.h"
#include "db/core/op.h"
#include "db/records/tenant_days.h"
#include "db/records/tenant_settings.h"
#include "tui/cli/cli_session.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column day_columns[] = {
    {"date", N_("Day"), 0},
    {"total_sessions", N_("Sessions"), 0},
    {"resolved_sessions", N_("Resolved"), 0},
    {"escalated_sessions", N_("Escalated"), 0},
    {"abandoned_sessions", N_("Abandoned"), 0},
    {"resolution_rate", N_("Resolved %"), 0},
    {"average_rating", N_("Rating"), 0},
    {"average_time_s", N_("Mean time"), 0},
};
static const struct cli_column guide_columns[] = {
    {"problem_title", N_("Guide"), 30},
    {"guide_version", N_("Version"), 0},
    {"total_sessions", N_("Sessions"), 0},
    {"resolved_sessions", N_("Resolved"), 0},
    {"escalated_sessions", N_("Escalated"), 0},
    {"abandoned_sessions", N_("Abandoned"), 0},
    {"resolution_rate", N_("Resolved %"), 0},
    {"average_rating", N_("Rating"), 0},
    {"average_time_s", N_("Mean time"), 0},
};
static const struct cli_column step_columns[] = {
    {"step_number", N_("Step"), 0},
    {"seen", N_("Answered"), 0},
    {"yes", N_("Yes"), 0},
    {"no", N_("No"), 0},
    {"skipped", N_("Skipped"), 0},
    {"went_back", N_("Went back"), 0},
    {"fixed", N_("Fixed"), 0},
    {"fixed_percent", N_("Fixed %"), 0},
    {"dropped", N_("Dropped out"), 0},
    {"median_s", N_("Median"), 0},
};

static const struct cli_option figure_options[] = {
    {"--days", "N", N_("of the last so many days [30]")},
    {"--by", "WHAT", N_("total, day, guide, version or step [total]")},
    {"--guide", "TOPIC", N_("of this guide only; --by step needs it")},
    {"--state", "STATE",
	N_("with --sessions: active, paused, resolved, escalated or"
	   " abandoned")},
    {"--step", "N", N_("with --sessions: that ended or stand there")},
    {"--sessions", NULL, N_("the sessions behind the figures instead")},
    {"--limit", "N",
	N_("with --sessions: at most so many rows, up to 1000")},
    {"--cursor", "CURSOR", N_("with --sessions: go on behind this row")},
    {NULL, NULL, NULL},
};

static int
list_sessions(
    struct cli *c, const struct guide_figures_ask *ask, struct err *err)
{
	struct guide_session_filter f = {.view = SESSIONS_ALL,
	    .state = -1,
	    .knowledge_id = ask->knowledge_id,
	    .from_us = ask->from_us};
	struct page page = {0};
	struct guide_session *rows = NULL;
	size_t count = 0;
	int64_t limit;
	int rc;

	if ((rc = cli_option_word(c, "--state", guide_session_state_names, -1,
		 &f.state, err)) != 0 ||
	    (rc = cli_option_int(c, "--step", 0, 999, 0, &f.at_step, err)) !=
		0 ||
	    (rc = cli_option_int(c, "--limit", 1, 1000, 1000, &limit, err)) !=
		0 ||
	    (rc = cli_option_cursor(c, &page.after_key, &page.after_id, err)) !=
		0)
		return rc;
	page.limit = (int)limit;
	rc = guide_session_list(c->desk, &f, &page, &rows, &count, err);
	if (rc == 0)
		cli_session_print_list(c, rows, count, page.limit);
	guide_session_list_free(&rows, count);
	return rc;
}

/* Of the version in use. */
static int
by_step(struct cli *c, const struct guide_figures_ask *ask, struct err *err)
{
	struct guide_step_figure *rows = NULL;
	struct guide_body body;
	size_t count = 0;
	int rc;

	if (ask->knowledge_id == 0)
		return err_set(err, OD_EUSAGE,
		    "Steps are those of one guide; name it with --guide");
	if ((rc = guide_body_published(
		 c->desk, cli_option(c, "--guide"), &body, err)) != 0)
		return rc;
	rc = guide_step_figures(
	    c->desk, body.version_id, ask->from_us, 0, &rows, &count, err);
	guide_body_clear(&body);
	if (rc != 0)
		return rc;
	cli_list(c, step_columns, COUNT(step_columns));
	for (size_t i = 0; i < count; i++)
		guide_step_figure_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
print_figures(struct cli *c, const struct guide_figures_ask *ask, bool total,
    struct err *err)
{
	struct guide_figure *rows = NULL;
	struct guide_sum sum;
	size_t count = 0;
	int rc;

	if ((rc = guide_figures(c->desk, ask, &rows, &count, &sum, err)) != 0)
		return rc;
	if (total) {
		struct json_out *w = cli_value(c);

		json_out_object(w, NULL);
		guide_sum_members(&sum, w);
		json_out_end(w, '}');
	} else {
		if (ask->by == FIGURES_BY_DAY)
			cli_list(c, day_columns, COUNT(day_columns));
		else
			cli_list(c, guide_columns, COUNT(guide_columns));
		for (size_t i = 0; i < count; i++)
			guide_figure_json(&rows[i], cli_row(c));
	}
	free(rows);
	return 0;
}

static int
run_figures(struct cli *c, struct err *err)
{
	static const char *const words[] = {
	    "total", "day", "guide", "version", "step", NULL};
	struct guide_figures_ask ask = {.by = FIGURES_BY_DAY};
	const char *topic = cli_option(c, "--guide");
	int64_t days;
	int by, rc;

	if ((rc = cli_option_int(c, "--days", 1, GUIDE_FIGURES_DAYS_MAX, 30,
		 &days, err)) != 0 ||
	    (rc = cli_option_word(c, "--by", words, 0, &by, err)) != 0 ||
	    (topic != NULL && (rc = guide_topic_id(c->desk, topic,
				   &ask.knowledge_id, err)) != 0) ||
	    (rc = tenant_day_start(
		 c->desk, (int)days - 1, &ask.from_us, err)) != 0)
		return rc;
	if (cli_flag(c, "--sessions"))
		return list_sessions(c, &ask, err);
	if (by == 4)
		return by_step(c, &ask, err);
	if (by > 1)
		ask.by = by == 2 ? FIGURES_BY_GUIDE : FIGURES_BY_VERSION;
	return print_figures(c, &ask, by == 0, err);
}

static int
run_now(struct cli *c, struct err *err)
{
	struct guide_realtime now;
	struct json_out *w;
	int rc;

	if ((rc = guide_realtime(c->desk, &now, err)) != 0)
		return rc;
	w = cli_value(c);
	json_out_object(w, NULL);
	guide_realtime_members(&now, w);
	json_out_end(w, '}');
	return 0;
}

/* ---- upkeep ---- */

static int
run_refresh(struct cli *c, struct err *err)
{
	struct json_out *w;
	int64_t rows, us;
	int rc;

	if ((rc = guide_days_refresh(c->desk, &rows, err)) != 0 ||
	    (rc = guide_days_fresh(c->desk, &us, err)) != 0)
		return rc;
	w = cli_value(c);
	json_out_object(w, NULL);
	json_out_int(w, "rows", rows);
	json_out_time(w, "at", us);
	json_out_end(w, '}');
	return 0;
}

#define AT_ONCE 100

static const struct cli_option cleanup_options[] = {
    {"--days", "N",
	N_("not touched for so many days [the setting guide.idle_days]")},
    {"--dry-run", NULL, N_("only say how many it would be")},
    {NULL, NULL, NULL},
};

/* Each is a change of its own, with its row in the audit trail. */
static int
abandon_idle(struct cli *c, int days, int64_t *all, struct err *err)
{
	int n, rc;

	*all = 0;
	do {
		rc = guide_sessions_idle(c->desk, days, AT_ONCE, &n, err);
		*all += n;
	} while (rc == 0 && n == AT_ONCE);
	return rc;
}

static int
run_cleanup(struct cli *c, struct err *err)
{
	int64_t usual, days, idle, oldest, abandoned = 0;
	struct json_out *w;
	int rc;

	if ((rc = tenant_setting(c->desk, SETTING_GUIDE_IDLE_DAYS, &usual, NULL,
		 err)) != 0 ||
	    (rc = cli_option_int(c, "--days", 1, 3650, usual, &days, err)) !=
		0 ||
	    (rc = guide_sessions_idle_count(
		 c->desk, (int)days, &idle, &oldest, err)) != 0)
		return rc;
	if (!cli_flag(c, "--dry-run") &&
	    ((rc = op_may(c->desk, OP_SESSION_ABANDON, 0, err)) != 0 ||
		(rc = abandon_idle(c, (int)days, &abandoned, err)) != 0))
		return rc;
	w = cli_value(c);
	json_out_object(w, NULL);
	json_out_int(w, "idle_days", days);
	json_out_int(w, "due", idle);
	if (oldest != 0)
		json_out_time(w, "oldest_at", oldest);
	else
		json_out_null(w, "oldest_at");
	json_out_int(w, "abandoned", abandoned);
	json_out_end(w, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"session", "figures", "", 0, 0, figure_options, CLI_OPERATOR, true, run_figures,
	    N_("What comes of guides: how many, how they end, what people think.")},
	{"session", "now", "", 0, 0, NULL, CLI_OPERATOR, true, run_now,
	    N_("Figures of guides right now.")},
	{"session", "refresh", "", 0, 0, NULL, CLI_OPERATOR, false, run_refresh,
	    N_("Add the sums that are kept up anew; the daemon does it every hour.")},
	{"session", "cleanup", "", 0, 0, cleanup_options, CLI_OPERATOR, false, run_cleanup,
	    N_("Abandon the sessions that nobody touched for long, and say how many; the daemon does it every hour.")},
};
/* clang-format on */

const struct cli_table cli_session_figures_table = {rows, COUNT(rows)};
