/*
 * figures - the numbers of a benchmark, and the limits measured beside them.
 *
 * Every line on stdout is "name: value unit"; a judged one ends in
 * "(at least X: ok)" or "(at most X: over)", one with a limit that was
 * measured in the same run in "(beside LIMIT X)".  Nothing here fails a run: a
 * time is information.  One thread.
 */
#ifndef TESTS_LIB_FIGURES_H
#define TESTS_LIB_FIGURES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* decimals: how many of them are shown. */
void figure(const char *name, double value, int decimals, const char *unit);
void figure_at_least(const char *name, double value, double limit, int decimals,
    const char *unit);
void figure_at_most(const char *name, double value, double limit, int decimals,
    const char *unit);

/* limit: what does the same with nothing of ours, "raw" or "nginx". */
void figure_beside(const char *name, double value, const char *limit,
    double limit_value, int decimals, const char *unit);

/* A number from the environment (BENCH_SECONDS), or the default. */
int64_t figure_setting(const char *name, int64_t fallback);

/* Samples of one kind, in any unit. */
struct samples {
	double *values; /* owned */
	size_t count, room;
};
void samples_add(struct samples *s, double value);
/* The value below which the share (0..1) of them lies; 0 without samples. */
double samples_at(struct samples *s, double share);
void samples_free(struct samples *s);

/* Keep a process, with its threads, on one core; -1: any. */
void figure_pin(pid_t pid, int core);
/* Private memory of a process in KiB. */
double figure_rss_anon(pid_t pid);

/* Processor time that a process used so far, of all its threads. */
double figure_cpu_us(pid_t pid);

/* The disk alone: 4 KiB overwritten and fdatasync, per second. */
struct disk_figures {
	double per_second, p50_us, p99_us;
};
void figure_disk(const char *dir, double seconds, struct disk_figures *out);

#endif
