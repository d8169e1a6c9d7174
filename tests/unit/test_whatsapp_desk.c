/*
 * WhatsApp's cases into a real desk: every body through the use cases, twice
 * and in another order, and what stands in the tables afterwards.
 */
#include "common/fsutil.h"
#include "db/core/op.h"
#include "db/records/channels.h"
#include "db/records/conversations.h"
#include "db/records/jobs.h"
#include "syncd/channels/whatsapp.h"
#include "tests/lib/desk_fixture.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define CORPUS    "tests/fuzz/corpus/whatsapp"
#define FILES_MAX 200

static const struct channel channel = {.id = "soporte",
    .kind = CHANNEL_WHATSAPP,
    .number_id = "100",
    .account_id = "900"};

static struct dirent **files;
static int file_count;

/* The case's body; each has messages of its own. */
static void
read_case(const char *file, struct str *body)
{
	struct str path = STR_INIT, raw = STR_INIT;
	const char *at, *found;

	str_addf(&path, CORPUS "/%s", file);
	assert_int_equal(fs_read(path.s, 1 << 20, &raw, NULL), 0);
	at = raw.s;
	while ((found = strstr(at, "wamid.IN1\"")) != NULL) {
		str_addn(body, at, (size_t)(found - at));
		str_addf(body, "wamid.IN.%.*s", (int)strcspn(file, "."), file);
		at = found + strlen("wamid.IN1");
	}
	str_add(body, at);
	str_free(&path);
	str_free(&raw);
}

static int
ingest(struct desk_fixture *f, const char *file, struct err *err)
{
	struct str body = STR_INIT;
	struct channel_ingested done;
	int rc;

	read_case(file, &body);
	desk_act_as_system(f->d, f->demo.id);
	assert_int_equal(db_batch_begin(f->d, err), 0);
	rc = whatsapp_ingest(
	    &channel, body.s, body.len, &channel_sink_desk, f->d, &done, err);
	assert_int_equal(db_batch_end(f->d, NULL), 0);
	str_free(&body);
	return rc;
}

/* Those that hold a part that nobody can read. */
static bool
is_bad(const char *file)
{
	return strcmp(file, "many.json") == 0 ||
	       strcmp(file, "no_id.json") == 0 ||
	       strcmp(file, "status_no_id.json") == 0;
}

static void
ingest_all(struct desk_fixture *f, bool backwards)
{
	for (int i = 0; i < file_count; i++) {
		const char *file =
		    files[backwards ? file_count - 1 - i : i]->d_name;
		struct err err = ERR_INIT;

		if ((ingest(f, file, &err) != 0) != is_bad(file))
			fail_msg("%s: %s", file, err.text);
	}
}

static int64_t
number(struct desk_fixture *f, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_int(f->d->db, &n, sql, NO_BINDS, NULL), 0);
	return n;
}

static void
cases__all_of_them__twice_is_once(void **state)
{
	struct desk_fixture f;
	int64_t messages, statuses, conversations;

	(void)state;
	desk_fixture_make(&f);
	ingest_all(&f, false);
	messages = number(&f, "SELECT count(*) FROM messages");
	statuses = number(&f, "SELECT count(*) FROM message_statuses");
	conversations = number(&f, "SELECT count(*) FROM conversations");
	assert_int_equal(messages, 50);
	assert_true(statuses >= 5);
	ingest_all(&f, true);
	assert_int_equal(number(&f, "SELECT count(*) FROM messages"), messages);
	assert_int_equal(
	    number(&f, "SELECT count(*) FROM message_statuses"), statuses);
	assert_int_equal(
	    number(&f, "SELECT count(*) FROM conversations"), conversations);
	/* All is the one tenant's. */
	assert_int_equal(
	    number(&f, "SELECT count(DISTINCT tenant_id) FROM messages"), 1);
	desk_fixture_remove(&f);
}

static void
cases__in_any_order__the_same_messages(void **state)
{
	struct desk_fixture f, g;

	(void)state;
	desk_fixture_make(&f);
	desk_fixture_make(&g);
	ingest_all(&f, false);
	ingest_all(&g, true);
	assert_int_equal(
	    number(&f, "SELECT count(DISTINCT provider_id) FROM messages"),
	    number(&g, "SELECT count(DISTINCT provider_id) FROM messages"));
	assert_int_equal(number(&f, "SELECT count(*) FROM message_statuses"),
	    number(&g, "SELECT count(*) FROM message_statuses"));
	desk_fixture_remove(&f);
	desk_fixture_remove(&g);
}

static void
number_changed__conversation_moves__one_thread(void **state)
{
	struct desk_fixture f;

	(void)state;
	desk_fixture_make(&f);
	assert_int_equal(ingest(&f, "text.json", NULL), 0);
	assert_int_equal(ingest(&f, "system_number.json", NULL), 0);
	assert_int_equal(number(&f, "SELECT count(*) FROM conversations"), 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM conversations"
				    " WHERE peer = '34600999888'"),
	    1);
	assert_int_equal(number(&f, "SELECT count(*) FROM messages"), 2);
	desk_fixture_remove(&f);
}

static void
user_without_number__later_with_it__one_contact(void **state)
{
	struct desk_fixture f;

	(void)state;
	desk_fixture_make(&f);
	assert_int_equal(ingest(&f, "user_empty_from.json", NULL), 0);
	assert_int_equal(ingest(&f, "user_and_number.json", NULL), 0);
	assert_int_equal(number(&f, "SELECT count(DISTINCT contact_id) FROM"
				    " contact_points WHERE value IN"
				    " ('ES.1', '34600111222')"),
	    1);
	desk_fixture_remove(&f);
}

static void
media__a_job__with_what_the_download_needs(void **state)
{
	struct desk_fixture f;

	(void)state;
	desk_fixture_make(&f);
	assert_int_equal(ingest(&f, "image.json", NULL), 0);
	assert_int_equal(
	    number(&f, "SELECT count(*) FROM jobs WHERE kind = 1 AND"
		       " args LIKE '%\"media_id\":\"7001\"%'"),
	    1);
	desk_fixture_remove(&f);
}

static void
account__disabled__channel_stops_and_notices_stay(void **state)
{
	struct channel_status status;
	struct desk_fixture f;

	(void)state;
	desk_fixture_make(&f);
	assert_int_equal(ingest(&f, "account_update.json", NULL), 0);
	assert_int_equal(channel_status_get(f.d, "soporte", &status, NULL), 0);
	assert_int_equal(status.state, CHANNEL_OK);
	assert_non_null(strstr(status.reason, "ACCOUNT_VIOLATION"));
	assert_int_equal(ingest(&f, "account_disabled.json", NULL), 0);
	assert_int_equal(ingest(&f, "account_update.json", NULL), 0);
	assert_int_equal(channel_status_get(f.d, "soporte", &status, NULL), 0);
	assert_int_equal(status.state, CHANNEL_STOPPED);
	assert_int_equal(ingest(&f, "template_status.json", NULL), 0);
	assert_int_equal(
	    number(&f, "SELECT count(*) FROM jobs WHERE kind = 2"), 1);
	desk_fixture_remove(&f);
}

static int
is_case(const struct dirent *e)
{
	return strstr(e->d_name, ".json") != NULL;
}

static int
find_cases(void **state)
{
	(void)state;
	file_count = scandir(CORPUS, &files, is_case, alphasort);
	return file_count > 60 && file_count < FILES_MAX ? 0 : -1;
}

static int
forget_cases(void **state)
{
	(void)state;
	for (int i = 0; i < file_count; i++)
		free(files[i]);
	free(files);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases__all_of_them__twice_is_once),
	    cmocka_unit_test(cases__in_any_order__the_same_messages),
	    cmocka_unit_test(number_changed__conversation_moves__one_thread),
	    cmocka_unit_test(user_without_number__later_with_it__one_contact),
	    cmocka_unit_test(media__a_job__with_what_the_download_needs),
	    cmocka_unit_test(account__disabled__channel_stops_and_notices_stay),
	};

	return cmocka_run_group_tests(tests, find_cases, forget_cases);
}
