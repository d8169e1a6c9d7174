/*
 * Unit tests of common/log: whatever goes in, a line is one JSON object.
 */
#include "common/log.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct lines {
	struct str last;
	int count;
};

static void
keep(const char *line, void *data)
{
	struct lines *l = data;

	str_clear(&l->last);
	str_add(&l->last, line);
	l->count++;
}

/* The text member of the one line that was logged. */
static char *
text_of(const struct lines *l)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;
	char *text;

	if (json_parse(l->last.s, l->last.len, &json_limits_api, &doc, &err))
		fail_msg("%s: %s", err.text, l->last.s);
	assert_int_equal(json_size(doc), 5);
	text = xstrdup(json_string(doc, "text"));
	json_free(&doc);
	return text;
}

static void
log_line__plain_text__has_all_members(void **state)
{
	struct lines l = {STR_INIT, 0};

	(void)state;
	clock_fake_wall(1795255022123456);
	log_init("opdesk-syncd", STDERR_FILENO, LOG_INFO);
	log_set_sink(keep, &l);
	log_warn("outbox", "%d messages wait", 3);
	assert_string_equal(l.last.s,
	    "{\"at\":\"2026-11-21T09:57:02.123456Z\",\"level\":\"warn\","
	    "\"program\":\"opdesk-syncd\",\"subject\":\"outbox\","
	    "\"text\":\"3 messages wait\"}");
	log_set_sink(NULL, NULL);
	clock_fake_wall(0);
	str_free(&l.last);
}

static void
log_line__hostile_text__is_one_line_and_comes_back(void **state)
{
	static const char *const texts[] = {"\"quoted\" \\ and /", "a\nb\r\tc",
	    "\x1b[31m\x07\x08\x7f",
	    "\xc2\x85\xc2\x9b"
	    "31m",
	    "a\xe2\x80\xa8"
	    "b\xe2\x80\xa9",
	    "\u202e\u2066\u200b\u00ad", "\U000e0041\U000e007f",
	    "\U0001f468\u200d\U0001f469", "Ñandú 中文", "{\"level\":\"x\"}\n{}",
	    ""};
	struct lines l = {STR_INIT, 0};

	(void)state;
	log_set_sink(keep, &l);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text;
		uint32_t cp;

		log_info("test", "%s", texts[i]);
		text = text_of(&l);
		assert_string_equal(text, texts[i]);
		free(text);
		/* Nothing that a terminal would act upon is there as it is. */
		for (size_t at = 0; at < l.last.len;) {
			at += utf8_decode(l.last.s + at, l.last.len - at, &cp);
			assert_false(utf8_cp_is_control(cp));
			assert_false(utf8_cp_is_invisible(cp));
		}
	}
	log_set_sink(NULL, NULL);
	str_free(&l.last);
}

static void
log_line__every_byte__is_valid_json(void **state)
{
	struct lines l = {STR_INIT, 0};

	(void)state;
	log_set_sink(keep, &l);
	for (int a = 1; a < 256; a++) {
		for (int b = 1; b < 256; b += 3) {
			char in[] = {(char)a, (char)b, 'x', '\0'};
			char *text;

			log_error("test", "%s", in);
			text = text_of(&l);
			free(text);
		}
	}
	log_set_sink(NULL, NULL);
	str_free(&l.last);
}

static void
log_line__long_text__is_cut_and_says_so(void **state)
{
	static const struct {
		const char *unit;
		size_t times;
	} cases[] = {{"x", 100000}, {"ñ", 50000}, {"\x01", 5000}, {"中", 5000},
	    {"\U000e0041", 5000}, {"\xff", 5000}, {"\"", 2100}, {"x", 2045},
	    {"x", 2046}, {"x", 2047}, {"x", 2048}};
	struct lines l = {STR_INIT, 0};

	(void)state;
	log_set_sink(keep, &l);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str in = STR_INIT;
		char *text;
		size_t n;

		for (size_t k = 0; k < cases[i].times; k++)
			str_add(&in, cases[i].unit);
		log_info("test", "%s", in.s);
		text = text_of(&l);
		n = strlen(text);
		assert_true(n >= 1000);
		assert_string_equal(text + n - 3, "…");
		assert_memory_equal(text,
		    cases[i].unit[0] == '\xff' ? "\xef\xbf\xbd" : in.s, 3);
		free(text);
		str_free(&in);
	}
	log_info("test", "%02000d", 1);
	assert_null(strstr(l.last.s, "…"));
	log_set_sink(NULL, NULL);
	str_free(&l.last);
}

static void
log_set_level__below__is_left_out(void **state)
{
	struct lines l = {STR_INIT, 0};

	(void)state;
	log_set_sink(keep, &l);
	log_set_level(LOG_WARN);
	log_info("test", "not this");
	log_debug("test", "nor this");
	assert_int_equal(l.count, 0);
	log_warn("test", "this");
	log_error("test", "and this");
	assert_int_equal(l.count, 2);
	log_set_level(LOG_DEBUG);
	log_debug("test", "now too");
	assert_int_equal(l.count, 3);
	log_set_level(LOG_INFO);
	log_set_sink(NULL, NULL);
	str_free(&l.last);
}

static void *
log_many(void *arg)
{
	for (int i = 0; i < 500; i++)
		log_info("thread", "%s line %d", (const char *)arg, i);
	return NULL;
}

static void
log_line__several_threads__lines_stay_whole(void **state)
{
	FILE *f = tmpfile();
	pthread_t threads[4];
	char line[512];
	int count = 0;

	(void)state;
	log_init("threads", fileno(f), LOG_INFO);
	for (size_t i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, log_many, "a");
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		struct json *doc = NULL;

		assert_int_equal(json_parse(line, strlen(line) - 1,
				     &json_limits_api, &doc, NULL),
		    0);
		json_free(&doc);
		count++;
	}
	assert_int_equal(count, 2000);
	fclose(f);
	log_init("opdesk", STDERR_FILENO, LOG_INFO);
}

static void
log_init__journal_reads_the_descriptor__adds_priorities(void **state)
{
	FILE *f = tmpfile();
	char stream[64], line[256];
	struct stat st;

	(void)state;
	assert_int_equal(fstat(fileno(f), &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init("p", fileno(f), LOG_INFO);
	log_error("test", "x");
	setenv("JOURNAL_STREAM", "1:1", 1); /* somebody else's */
	log_init("p", fileno(f), LOG_INFO);
	log_error("test", "x");
	unsetenv("JOURNAL_STREAM");
	log_init("opdesk", STDERR_FILENO, LOG_INFO);
	rewind(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_memory_equal(line, "<3>{\"at\"", 8);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_memory_equal(line, "{\"at\"", 5);
	fclose(f);
}

static void
log_braked__flood__is_counted_once_a_minute(void **state)
{
	static struct log_brake flood, other;
	struct lines l = {STR_INIT, 0};
	char *text;

	(void)state;
	log_set_sink(keep, &l);
	for (int i = 0; i < 1000; i++)
		log_braked(&flood, LOG_WARN, "hooks", "refused %d", i);
	assert_int_equal(l.count, LOG_BRAKE_LINES);
	log_braked(&other, LOG_WARN, "hooks", "another");
	assert_int_equal(l.count, LOG_BRAKE_LINES + 1);
	clock_fake_advance(59 * US_PER_SECOND);
	log_tend(false);
	assert_int_equal(l.count, LOG_BRAKE_LINES + 1);
	/* The flood is over: the count comes all the same, once. */
	clock_fake_advance(2 * US_PER_SECOND);
	log_tend(false);
	log_tend(false);
	assert_int_equal(l.count, LOG_BRAKE_LINES + 2);
	text = text_of(&l);
	assert_string_equal(
	    text, "refused 999 (990 more like this were not written)");
	free(text);
	/* It goes on: the count comes before the next line in full. */
	for (int i = 0; i <= LOG_BRAKE_LINES; i++)
		log_braked(&flood, LOG_WARN, "hooks", "again");
	assert_int_equal(l.count, 2 * LOG_BRAKE_LINES + 2);
	clock_fake_advance(US_PER_MINUTE);
	log_braked(&flood, LOG_WARN, "hooks", "and on");
	assert_int_equal(l.count, 2 * LOG_BRAKE_LINES + 4);
	assert_non_null(strstr(l.last.s, "\"and on\""));
	/* The program ends: nothing is kept back. */
	for (int i = 0; i < LOG_BRAKE_LINES; i++)
		log_braked(&flood, LOG_WARN, "hooks", "last");
	log_tend(true);
	assert_non_null(strstr(l.last.s, "last (1 more"));
	log_set_sink(NULL, NULL);
	str_free(&l.last);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(log_line__plain_text__has_all_members),
	    cmocka_unit_test(
		log_line__hostile_text__is_one_line_and_comes_back),
	    cmocka_unit_test(log_line__every_byte__is_valid_json),
	    cmocka_unit_test(log_line__long_text__is_cut_and_says_so),
	    cmocka_unit_test(log_set_level__below__is_left_out),
	    cmocka_unit_test(log_braked__flood__is_counted_once_a_minute),
	    cmocka_unit_test(log_line__several_threads__lines_stay_whole),
	    cmocka_unit_test(
		log_init__journal_reads_the_descriptor__adds_priorities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
