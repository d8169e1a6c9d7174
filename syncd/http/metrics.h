/*
 * metrics - counters, gauges and histograms in Prometheus' text format.
 *
 * Metrics are declared in const tables: a family has a name, a help line and
 * a fixed set of label sets, so that no text from outside ever becomes a
 * label.  Counting is lock-free and may be done on any thread; registering
 * and printing happen on the loop's thread.
 */
#ifndef SYNCD_HTTP_METRICS_H
#define SYNCD_HTTP_METRICS_H

#include "common/str.h"
#include <stddef.h>
#include <stdint.h>

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_family {
	const char *name; /* counters end in _total; base units */
	const char *help; /* English, one line */
	enum metric_kind kind;
	/*
	 * One series for each label set, written as inside the braces:
	 * "channel=\"whatsapp\",direction=\"in\"".  series_count 0: a single
	 * series without labels.
	 */
	const char *const *series;
	size_t series_count;
	/* Histograms: rising upper bounds without +Inf. */
	const double *bounds;
	size_t bound_count;
};

struct metrics; /* a registry */
struct metric;	/* one family's values */

struct metrics *metrics_new(void);
void metrics_free(struct metrics **metrics);
/*
 * Add a family; family is borrowed for the registry's life.  A malformed or
 * repeated name, a bad label set or bounds that do not rise are a BUG.
 */
struct metric *metrics_add(struct metrics *metrics,
    const struct metric_family *family);

/* series is the index in the family's table, 0 without labels. */
void metric_inc(struct metric *m, size_t series);
void metric_add(struct metric *m, size_t series, uint64_t n);
void metric_set(struct metric *m, size_t series, double value); /* gauges */
void metric_observe(struct metric *m, size_t series, double value);
/* Current value of a counter or gauge; a histogram's count. */
double metric_value(const struct metric *m, size_t series);

/* Gauges that are asked at print time; called on the loop before printing. */
void metrics_on_print(struct metrics *metrics, void (*fn)(void *data),
    void *data);
/* Append the whole exposition; the last line ends with LF. */
void metrics_print(struct metrics *metrics, struct str *out);

#endif
