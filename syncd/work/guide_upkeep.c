/* guide_upkeep - see guide_upkeep.h. */
#include "syncd/work/guide_upkeep.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/guide_figures.h"
#include "db/records/tenant_settings.h"
#include "db/records/tenants.h"
#include "kb/session_chat.h"
#include "syncd/daemon.h"
#include <stdlib.h>

#define LOOK_US (500 * US_PER_MS)
#define HOUR_US US_PER_HOUR
#define AT_ONCE 50

struct guide_upkeep {
	struct daemon *daemon;
	struct work_job job;
	int64_t next_us, next_hour_us; /* monotonic */
	bool busy;
	/* the worker's while busy */
	bool hourly, waits, more;
	int answered, begun, idle;
};

static int
every_hour(struct guide_upkeep *u, struct desk *d, struct err *err)
{
	int64_t rows, days;
	int idle = 0, rc;

	if ((rc = tenant_setting(
		 d, SETTING_GUIDE_IDLE_DAYS, &days, NULL, err)) != 0 ||
	    (rc = guide_sessions_idle(d, (int)days, AT_ONCE, &idle, err)) != 0)
		return rc;
	u->idle += idle;
	u->more |= idle == AT_ONCE;
	return guide_days_refresh(d, &rows, err);
}

/* On the reader: most of the time there is nothing to do. */
static int
look(struct work_job *job, void *context, struct err *err)
{
	struct guide_upkeep *u = job->data;
	struct desk *d = store_desk(context);
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	u->waits = false;
	if (d == NULL)
		return OD_EUNAVAIL;
	desk_act_as_system(d, 0);
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count && !u->waits; i++)
		rc = session_work_waits(d, rows[i].id, &u->waits, err);
	free(rows);
	return rc;
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct guide_upkeep *u = job->data;
	struct desk *d = store_desk(context);
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	u->answered = u->begun = u->idle = 0;
	u->more = false;
	desk_act_as_system(d, 0);
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if ((rc = session_rule_run(d, rows[i].id, &u->begun, err)) !=
			0 ||
		    (rc = session_chat_run(
			 d, rows[i].id, AT_ONCE, &u->answered, err)) != 0)
			break;
		desk_act_as_system(d, rows[i].id);
		if (u->hourly)
			rc = every_hour(u, d, err);
	}
	i18n_clear_thread();
	free(rows);
	return rc;
}

static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct guide_upkeep *u = job->data;

	u->busy = false;
	if (rc != 0) {
		log_error("guides", "what guides need was not done: %s",
		    err_plain(err));
		u->next_us = clock_mono_us() + 10 * LOOK_US;
		return;
	}
	if (u->hourly && !u->more)
		u->next_hour_us = clock_mono_us() + HOUR_US;
	if (u->answered >= AT_ONCE)
		u->next_us = 0;
	if (u->answered + u->begun + u->idle > 0)
		log_info("guides", "answered: %d, begun: %d, abandoned: %d",
		    u->answered, u->begun, u->idle);
}

static void
looked(struct work_job *job, int rc, const struct err *err)
{
	struct guide_upkeep *u = job->data;

	(void)err; /* the reader's own trouble is told elsewhere */
	if (rc != 0 || !(u->waits || u->hourly)) {
		u->busy = false;
		return;
	}
	u->job = (struct work_job){.run = run, .done = done, .data = u};
	store_write(u->daemon->store, &u->job);
}

void
guide_upkeep_wake(struct guide_upkeep *u)
{
	int64_t now = clock_mono_us();

	if (u->busy || now < u->next_us)
		return;
	u->busy = true;
	u->hourly = now >= u->next_hour_us;
	u->next_us = now + LOOK_US;
	u->job = (struct work_job){.run = look, .done = looked, .data = u};
	store_read(u->daemon->store, &u->job);
}

struct guide_upkeep *
guide_upkeep_new(struct daemon *d)
{
	struct guide_upkeep *u = xcalloc(1, sizeof(*u));

	u->daemon = d;
	return u;
}

void
guide_upkeep_free(struct guide_upkeep **u)
{
	FREE(u);
}
