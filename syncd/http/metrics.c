/*
 * metrics - counters, gauges and histograms in Prometheus' text format.
 *
 * Counters are integers; gauges and sums are doubles kept as their bits, so
 * that one atomic word holds any value.
 */
#include "syncd/http/metrics.h"
#include "common/err.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct series {
	_Atomic uint64_t value;    /* counter: n; gauge: bits of a double */
	_Atomic uint64_t sum;      /* histogram: bits of a double */
	_Atomic uint64_t *buckets; /* histogram: one a bound, and +Inf */
};

struct metric {
	const struct metric_family *family;
	struct series *series;
	size_t count;
	struct metric *next;
};

struct metrics {
	struct metric *first, **end;
	void (*on_print)(void *data);
	void *on_print_data;
};

static double
from_bits(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static uint64_t
to_bits(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

struct metrics *
metrics_new(void)
{
	struct metrics *metrics = xcalloc(1, sizeof(*metrics));

	metrics->end = &metrics->first;
	return metrics;
}

void
metrics_free(struct metrics **metrics)
{
	struct metric *m;

	if (*metrics == NULL)
		return;
	while ((m = (*metrics)->first) != NULL) {
		(*metrics)->first = m->next;
		for (size_t i = 0; i < m->count; i++)
			free(m->series[i].buckets);
		free(m->series);
		free(m);
	}
	FREE(metrics);
}

static bool
is_name(const char *s, size_t n)
{
	if (n == 0 || (s[0] >= '0' && s[0] <= '9'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= 'A' && s[i] <= 'Z') ||
			(s[i] >= '0' && s[i] <= '9') || s[i] == '_'))
			return false;
	return true;
}

/* name="value",name="value" with the three escapes and no "le". */
static bool
is_labels(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "=");

		if (!is_name(s, n) || strncmp(s, "__", 2) == 0 ||
		    strncmp(s, "le=", 3) == 0 || s[n] != '=' || s[n + 1] != '"')
			return false;
		s += n + 2;
		while (*s != '"') {
			if (*s == '\\' && strchr("\\\"n", s[1]) == NULL)
				return false;
			if (*s == '\\')
				s++;
			if (*s == '\0' || *s == '\n')
				return false;
			s++;
		}
		s++;
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return false;
	}
}

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

static void
check_family(const struct metrics *metrics, const struct metric_family *f)
{
	if (!is_name(f->name, strlen(f->name)) ||
	    ends_in(f->name, "_total") != (f->kind == METRIC_COUNTER))
		BUG("%s is no name for this metric", f->name);
	for (const struct metric *m = metrics->first; m != NULL; m = m->next)
		if (strcmp(m->family->name, f->name) == 0)
			BUG("the metric %s is there twice", f->name);
	for (size_t i = 0; i < f->series_count; i++) {
		if (!is_labels(f->series[i]))
			BUG("%s has bad labels", f->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(f->series[i], f->series[k]) == 0)
				BUG("%s repeats labels", f->name);
	}
	BUG_ON((f->bound_count > 0) != (f->kind == METRIC_HISTOGRAM));
	for (size_t i = 0; i < f->bound_count; i++)
		if (!isfinite(f->bounds[i]) ||
		    (i > 0 && f->bounds[i] <= f->bounds[i - 1]))
			BUG("the bounds of %s do not rise", f->name);
}

struct metric *
metrics_add(struct metrics *metrics, const struct metric_family *family)
{
	struct metric *m = xcalloc(1, sizeof(*m));

	check_family(metrics, family);
	m->family = family;
	m->count = family->series_count == 0 ? 1 : family->series_count;
	m->series = xcalloc(m->count, sizeof(*m->series));
	if (family->kind == METRIC_HISTOGRAM)
		for (size_t i = 0; i < m->count; i++)
			m->series[i].buckets = xcalloc(family->bound_count + 1,
			    sizeof(*m->series[i].buckets));
	*metrics->end = m;
	metrics->end = &m->next;
	return m;
}

void
metric_inc(struct metric *m, size_t series)
{
	metric_add(m, series, 1);
}

void
metric_add(struct metric *m, size_t series, uint64_t n)
{
	BUG_ON(series >= m->count || m->family->kind != METRIC_COUNTER);
	atomic_fetch_add_explicit(
	    &m->series[series].value, n, memory_order_relaxed);
}

void
metric_set(struct metric *m, size_t series, double value)
{
	BUG_ON(series >= m->count || m->family->kind != METRIC_GAUGE);
	atomic_store_explicit(
	    &m->series[series].value, to_bits(value), memory_order_relaxed);
}

void
metric_observe(struct metric *m, size_t series, double value)
{
	const struct metric_family *f = m->family;
	struct series *s;
	uint64_t old, sum;
	size_t i = 0;

	BUG_ON(series >= m->count || f->kind != METRIC_HISTOGRAM);
	s = &m->series[series];
	while (i < f->bound_count && value > f->bounds[i])
		i++;
	atomic_fetch_add_explicit(&s->buckets[i], 1, memory_order_relaxed);
	old = atomic_load_explicit(&s->sum, memory_order_relaxed);
	do
		sum = to_bits(from_bits(old) + value);
	while (!atomic_compare_exchange_weak_explicit(
	    &s->sum, &old, sum, memory_order_relaxed, memory_order_relaxed));
}

static uint64_t
histogram_count(const struct metric *m, const struct series *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i <= m->family->bound_count; i++)
		n += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
	return n;
}

double
metric_value(const struct metric *m, size_t series)
{
	const struct series *s;
	uint64_t value;

	BUG_ON(series >= m->count);
	s = &m->series[series];
	value = atomic_load_explicit(&s->value, memory_order_relaxed);
	switch (m->family->kind) {
	case METRIC_COUNTER:
		return (double)value;
	case METRIC_GAUGE:
		return from_bits(value);
	case METRIC_HISTOGRAM:
		break;
	}
	return (double)histogram_count(m, s);
}

void
metrics_on_print(struct metrics *metrics, void (*fn)(void *data), void *data)
{
	metrics->on_print = fn;
	metrics->on_print_data = data;
}

/* Digits with a point whatever LC_NUMERIC says. */
static void
add_double(struct str *out, double v)
{
	char text[40];
	char *comma;

	if (isnan(v)) {
		str_add(out, "NaN");
		return;
	}
	if (isinf(v)) {
		str_add(out, v > 0 ? "+Inf" : "-Inf");
		return;
	}
	str_format(text, sizeof(text), "%.15g", v);
	/* The shortest of the two that comes back as the same number. */
	if (strtod(text, NULL) != v)
		str_format(text, sizeof(text), "%.17g", v);
	if ((comma = strchr(text, ',')) != NULL)
		*comma = '.';
	str_add(out, text);
}

static void
add_help(struct str *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			str_add(out, "\\\\");
		else if (*s == '\n')
			str_add(out, "\\n");
		else
			str_addc(out, *s);
	}
}

/* name + suffix, and labels with an optional bound among them. */
static void
add_sample(struct str *out, const struct metric_family *f, const char *suffix,
    const char *labels, const double *bound)
{
	str_addf(out, "%s%s", f->name, suffix);
	if (labels == NULL && bound == NULL) {
		str_addc(out, ' ');
		return;
	}
	str_addc(out, '{');
	str_add(out, labels == NULL ? "" : labels);
	if (bound != NULL) {
		str_add(out, labels == NULL ? "le=\"" : ",le=\"");
		add_double(out, *bound);
		str_addc(out, '"');
	}
	str_add(out, "} ");
}

static void
print_histogram(const struct metric *m, const struct series *s,
    const char *labels, struct str *out)
{
	const struct metric_family *f = m->family;
	const double infinite = INFINITY;
	uint64_t n = 0;

	for (size_t i = 0; i <= f->bound_count; i++) {
		n += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
		add_sample(out, f, "_bucket", labels,
		    i < f->bound_count ? &f->bounds[i] : &infinite);
		str_addf(out, "%llu\n", (unsigned long long)n);
	}
	add_sample(out, f, "_sum", labels, NULL);
	add_double(out,
	    from_bits(atomic_load_explicit(&s->sum, memory_order_relaxed)));
	str_addc(out, '\n');
	/* What the last bucket said, also while others count on. */
	add_sample(out, f, "_count", labels, NULL);
	str_addf(out, "%llu\n", (unsigned long long)n);
}

static void
print_series(const struct metric *m, size_t i, struct str *out)
{
	const struct metric_family *f = m->family;
	const struct series *s = &m->series[i];
	const char *labels = f->series_count == 0 ? NULL : f->series[i];
	uint64_t value;

	if (f->kind == METRIC_HISTOGRAM) {
		print_histogram(m, s, labels, out);
		return;
	}
	value = atomic_load_explicit(&s->value, memory_order_relaxed);
	add_sample(out, f, "", labels, NULL);
	if (f->kind == METRIC_COUNTER)
		str_addf(out, "%llu", (unsigned long long)value);
	else
		add_double(out, from_bits(value));
	str_addc(out, '\n');
}

void
metrics_print(struct metrics *metrics, struct str *out)
{
	static const char *const kinds[] = {
	    [METRIC_COUNTER] = "counter",
	    [METRIC_GAUGE] = "gauge",
	    [METRIC_HISTOGRAM] = "histogram",
	};

	if (metrics->on_print != NULL)
		metrics->on_print(metrics->on_print_data);
	for (const struct metric *m = metrics->first; m != NULL; m = m->next) {
		const struct metric_family *f = m->family;

		str_addf(out, "# HELP %s ", f->name);
		add_help(out, f->help);
		str_addf(out, "\n# TYPE %s %s\n", f->name, kinds[f->kind]);
		for (size_t i = 0; i < m->count; i++)
			print_series(m, i, out);
	}
}
