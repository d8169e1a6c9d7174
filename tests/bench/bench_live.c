/*
 * bench_live - the figures of the day told to many phones at once: a call that
 * is made in the desk until the last one was told, and what each of them costs
 * the daemon.  LIVE_CLIENTS says how many; forty more read nothing at all.
 *
 * Beside it: the same to ten of them.  The daemon has core 0, the rest core 1.
 */
#include "common/clock.h"
#include "tests/lib/figures.h"
#include "tests/lib/live_crowd.h"
#include "tests/lib/stage_desk.h"
#include <stdio.h>
#include <unistd.h>

#define SERVER_CORE 0
#define CLIENT_CORE 1
#define FEW         10
#define SLOW        40
#define CALLS       8
#define TARGET_KIB  20

/* Calls made one after the other; milliseconds until all were told. */
static void
tell(struct stage *s, struct crowd *c, int64_t *calls, struct samples *ms)
{
	for (int i = 0; i < CALLS; i++) {
		int64_t since;

		crowd_add_call(s, "marta");
		since = clock_mono_us();
		crowd_told(c, ++*calls);
		samples_add(ms, (double)(clock_mono_us() - since) / 1000);
	}
}

int
main(void)
{
	int many = (int)figure_setting("LIVE_CLIENTS", 10000);
	struct samples few_ms = {0}, many_ms = {0};
	struct crowd few, slow, all;
	static struct stage stage;
	char session[65];
	double empty, full, cpu_us;
	int64_t calls = 0;

	stage_open(&stage);
	stage_exec(&stage, "UPDATE calls SET started_us = 1");
	stage_start_daemon(&stage);
	figure_pin(stage.daemon, SERVER_CORE);
	figure_pin(getpid(), CLIENT_CORE);
	crowd_session(&stage, "irene", session);
	crowd_open(&few, stage.daemon_port, session, FEW);
	tell(&stage, &few, &calls, &few_ms);
	empty = figure_rss_anon(stage.daemon);
	crowd_open(&slow, stage.daemon_port, session, SLOW);
	crowd_open(&all, stage.daemon_port, session, many);
	cpu_us = figure_cpu_us(stage.daemon);
	tell(&stage, &all, &calls, &many_ms);
	cpu_us = figure_cpu_us(stage.daemon) - cpu_us;
	full = figure_rss_anon(stage.daemon);
	figure("live.clients", many, 0, "");
	figure_beside("live.told.p50", samples_at(&many_ms, 0.5), "ten of them",
	    samples_at(&few_ms, 0.5), 1, "ms");
	figure_beside("live.told.max", samples_at(&many_ms, 1), "ten of them",
	    samples_at(&few_ms, 1), 1, "ms");
	figure("live.cpu_each", cpu_us / CALLS / (many + FEW), 2, "us");
	figure_at_most("live.memory_each", (full - empty) / (many + SLOW),
	    TARGET_KIB, 1, "KiB");
	samples_free(&few_ms);
	samples_free(&many_ms);
	crowd_close(&all);
	crowd_close(&slow);
	crowd_close(&few);
	stage_close(&stage);
	return 0;
}
