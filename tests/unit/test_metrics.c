/*
 * Prometheus' text format, byte by byte, and counting on several threads.
 */
#include "syncd/http/metrics.h"
#include "common/err.h"
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static const char *const directions[] = {
    "channel=\"whatsapp\",direction=\"in\"",
    "channel=\"whatsapp\",direction=\"out\"",
};
static const double bounds[] = {0.005, 0.1, 2.5};

static const struct metric_family messages = {
    .name = "opdesk_messages_total",
    .help = "Messages by channel\nand \\ direction.",
    .kind = METRIC_COUNTER,
    .series = directions,
    .series_count = 2,
};
static const struct metric_family depth = {
    .name = "opdesk_outbox_rows",
    .help = "Rows that are due.",
    .kind = METRIC_GAUGE,
};
static const struct metric_family latency = {
    .name = "opdesk_request_seconds",
    .help = "Time to answer.",
    .kind = METRIC_HISTOGRAM,
    .bounds = bounds,
    .bound_count = 3,
};

static void
check(struct metrics *metrics, const char *expected)
{
	struct str out;

	str_init(&out);
	metrics_print(metrics, &out);
	assert_string_equal(out.s, expected);
	str_free(&out);
}

static void
metrics__prints__counters_and_gauges(void **state)
{
	struct metrics *metrics = metrics_new();
	struct metric *m, *g;

	(void)state;
	check(metrics, "");
	m = metrics_add(metrics, &messages);
	g = metrics_add(metrics, &depth);
	metric_inc(m, 0);
	metric_add(m, 1, 9007199254740993u); /* no double holds it */
	metric_set(g, 0, 0.1);
	check(metrics,
	    "# HELP opdesk_messages_total Messages by channel\\nand \\\\ "
	    "direction.\n"
	    "# TYPE opdesk_messages_total counter\n"
	    "opdesk_messages_total{channel=\"whatsapp\",direction=\"in\"} 1\n"
	    "opdesk_messages_total{channel=\"whatsapp\",direction=\"out\"} "
	    "9007199254740993\n"
	    "# HELP opdesk_outbox_rows Rows that are due.\n"
	    "# TYPE opdesk_outbox_rows gauge\n"
	    "opdesk_outbox_rows 0.1\n");
	assert_true(metric_value(m, 0) == 1);
	assert_true(metric_value(g, 0) == 0.1);
	metrics_free(&metrics);
	assert_null(metrics);
}

static void
metrics__prints__special_numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
	    {0, " 0\n"},
	    {-3, " -3\n"},
	    {1.0 / 3, " 0.33333333333333331\n"},
	    {1e300, " 1e+300\n"},
	    {INFINITY, " +Inf\n"},
	    {-INFINITY, " -Inf\n"},
	    {NAN, " NaN\n"},
	};
	struct metrics *metrics = metrics_new();
	struct metric *g = metrics_add(metrics, &depth);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out;

		str_init(&out);
		metric_set(g, 0, cases[i].value);
		metrics_print(metrics, &out);
		assert_non_null(strstr(out.s, cases[i].text));
		str_free(&out);
	}
	metrics_free(&metrics);
}

static void
metrics__prints__cumulative_buckets(void **state)
{
	struct metrics *metrics = metrics_new();
	struct metric *h = metrics_add(metrics, &latency);

	(void)state;
	metric_observe(h, 0, 0.005); /* a bound belongs to its bucket */
	metric_observe(h, 0, 0.25);
	metric_observe(h, 0, 1);
	metric_observe(h, 0, 100);
	check(metrics, "# HELP opdesk_request_seconds Time to answer.\n"
		       "# TYPE opdesk_request_seconds histogram\n"
		       "opdesk_request_seconds_bucket{le=\"0.005\"} 1\n"
		       "opdesk_request_seconds_bucket{le=\"0.1\"} 1\n"
		       "opdesk_request_seconds_bucket{le=\"2.5\"} 3\n"
		       "opdesk_request_seconds_bucket{le=\"+Inf\"} 4\n"
		       "opdesk_request_seconds_sum 101.255\n"
		       "opdesk_request_seconds_count 4\n");
	assert_true(metric_value(h, 0) == 4);
	metrics_free(&metrics);
}

static void
fill_gauge(void *data)
{
	metric_set(data, 0, 42);
}

static void
metrics__asks__before_printing(void **state)
{
	struct metrics *metrics = metrics_new();
	struct metric *g = metrics_add(metrics, &depth);
	struct str out;

	(void)state;
	metrics_on_print(metrics, fill_gauge, g);
	str_init(&out);
	metrics_print(metrics, &out);
	assert_non_null(strstr(out.s, "opdesk_outbox_rows 42\n"));
	str_free(&out);
	metrics_free(&metrics);
}

#define ROUNDS 20000

struct pair {
	struct metric *counter, *histogram;
};

static void *
count(void *arg)
{
	struct pair *p = arg;

	for (int i = 0; i < ROUNDS; i++) {
		metric_inc(p->counter, 0);
		metric_observe(p->histogram, 0, 0.5);
	}
	return NULL;
}

static void
metrics__counts__on_all_threads(void **state)
{
	struct metrics *metrics = metrics_new();
	struct pair p = {
	    metrics_add(metrics, &messages), metrics_add(metrics, &latency)};
	struct str out;
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, count, &p), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_true(metric_value(p.counter, 0) == 4 * ROUNDS);
	assert_true(metric_value(p.histogram, 0) == 4 * ROUNDS);
	str_init(&out);
	metrics_print(metrics, &out);
	assert_non_null(strstr(out.s, "_sum 40000\n"));
	str_free(&out);
	metrics_free(&metrics);
}

/* A BUG aborts: look at it from outside. */
static bool
is_bug(const struct metric_family *family)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct metrics *metrics = metrics_new();

		close(2);
		metrics_add(metrics, &depth);
		metrics_add(metrics, family);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void
metrics__refuses__malformed_families(void **state)
{
	static const char *const bad_labels[] = {"a=b", "a=\"b", "a=\"b\",",
	    "1a=\"b\"", "le=\"1\"", "__a=\"b\"", "a=\"\\x\"", "a=\"b\"c"};
	static const char *const good[] = {"a=\"\\\"\\\\\\n\""};
	static const char *const twice[] = {"a=\"1\"", "a=\"1\""};
	static const double falling[] = {2, 1};

	(void)state;
	assert_false(is_bug(&messages));
	assert_false(is_bug(&latency));
	assert_false(is_bug(&(struct metric_family){
	    "ok_rows", "x", METRIC_GAUGE, good, 1, NULL, 0}));
	assert_true(is_bug(&depth)); /* the second of its name */
	assert_true(is_bug(&(struct metric_family){
	    "bad name", "x", METRIC_GAUGE, NULL, 0, NULL, 0}));
	assert_true(is_bug(&(struct metric_family){
	    "no_suffix", "x", METRIC_COUNTER, NULL, 0, NULL, 0}));
	assert_true(is_bug(&(struct metric_family){
	    "gauge_total", "x", METRIC_GAUGE, NULL, 0, NULL, 0}));
	assert_true(is_bug(&(struct metric_family){
	    "h_seconds", "x", METRIC_HISTOGRAM, NULL, 0, falling, 2}));
	assert_true(is_bug(&(struct metric_family){
	    "h_seconds", "x", METRIC_HISTOGRAM, NULL, 0, NULL, 0}));
	assert_true(is_bug(&(struct metric_family){
	    "a_rows", "x", METRIC_GAUGE, twice, 2, NULL, 0}));
	for (size_t i = 0; i < sizeof(bad_labels) / sizeof(bad_labels[0]); i++)
		assert_true(is_bug(&(struct metric_family){
		    "a_rows", "x", METRIC_GAUGE, &bad_labels[i], 1, NULL, 0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(metrics__prints__counters_and_gauges),
	    cmocka_unit_test(metrics__prints__special_numbers),
	    cmocka_unit_test(metrics__prints__cumulative_buckets),
	    cmocka_unit_test(metrics__asks__before_printing),
	    cmocka_unit_test(metrics__counts__on_all_threads),
	    cmocka_unit_test(metrics__refuses__malformed_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
