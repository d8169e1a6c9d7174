/*
 * Unit tests of syncd/work/room: what the daemon says of its disk's room, and
 * that a disk with none takes no webhooks in.
 *
 * Turned red by: thresholds that nobody is told, a status that stays, a look
 * that is never repeated, webhooks that are taken in all the same, or refused
 * without a time to come back.
 */
#include "common/fsutil.h"
#include "common/log.h"
#include "common/notify.h"
#include "tests/lib/api_fixture.h"
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MIB        ((int64_t)1 << 20)
#define DISK_BYTES (100 * 1024 * MIB)

static struct str said; /* the log's lines */
static int manager = -1;
static char manager_dir[64], manager_path[80];

static void
sink(const char *line, void *data)
{
	str_add(data, line);
}

/* A service manager that listens. */
static void
open_manager(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	str_copy(manager_dir, sizeof(manager_dir), "/tmp/opdesk-room-XXXXXX");
	assert_non_null(mkdtemp(manager_dir));
	str_format(
	    manager_path, sizeof(manager_path), "%s/notify", manager_dir);
	str_copy(addr.sun_path, sizeof(addr.sun_path), manager_path);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(
	    bind(manager, (struct sockaddr *)&addr, sizeof(addr)), 0);
	setenv("NOTIFY_SOCKET", manager_path, 1);
	notify_init();
}

static int
setup(void **state)
{
	open_manager();
	api_setup(state);
	str_init(&said);
	log_set_sink(sink, &said);
	return 0;
}

static int
teardown(void **state)
{
	int rc = api_teardown(state);

	fs_fake_space(0, 0);
	notify_end();
	close(manager);
	unlink(manager_path);
	rmdir(manager_dir);
	str_free(&said);
	return rc;
}

/* The last datagram, "" when none came. */
static const char *
heard(void)
{
	static char text[256];
	char next[sizeof(text)];
	ssize_t n;

	text[0] = '\0';
	while ((n = recv(manager, next, sizeof(next) - 1, 0)) >= 0) {
		next[n] = '\0';
		str_copy(text, sizeof(text), next);
	}
	return text;
}

static int64_t wanted, asked_us;

static bool
is_seen(struct parts *p)
{
	return room_left(p->d.room) == wanted &&
	       store_last_round_us(p->d.store) >= asked_us;
}

/* The disk has that much left, and the next beat sees it. */
static void
leave(struct parts *p, int64_t free_bytes, enum fs_room state)
{
	str_clear(&said);
	fs_fake_space(free_bytes, DISK_BYTES);
	clock_fake_advance(10 * US_PER_SECOND);
	asked_us = clock_mono_us();
	store_tend(p->d.store);
	room_wake(p->d.room);
	wanted = free_bytes;
	parts_wait(p, is_seen, "a look at the disk");
	assert_int_equal(room_state(p->d.room), state);
}

/* Events go to the server, whose disk is another one. */
static void
room__of_a_server__is_that_of_its_files(void **state)
{
	struct parts *p = *state;

	if (!engine_is_postgres())
		return; /* the next ones */
	leave(p, 300 * MIB, FS_ROOM_NONE);
	assert_non_null(strstr(said.s, "no attachment is fetched"));
	assert_true(room_takes_in(p->d.room));
	assert_false(room_has_ballast(p->d.room));
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
	assert_non_null(strstr(api_answer()->body.s, "\"kind\":\"server\""));
	assert_non_null(strstr(api_answer()->body.s, "\"room\":\"none\""));
	assert_non_null(
	    strstr(api_answer()->body.s, "\"free_bytes\":314572800"));
}

static void
room__each_threshold__is_told(void **state)
{
	SQLITE_ONLY("a server has a disk of its own");

	struct parts *p = *state;

	assert_int_equal(room_state(p->d.room), FS_ROOM_PLENTY);
	leave(p, 7000 * MIB, FS_ROOM_LOW);
	assert_non_null(strstr(said.s, "\"level\":\"warn\""));
	assert_non_null(strstr(said.s, "little room is left: 7000 MiB"));
	assert_string_equal(
	    heard(), "STATUS=little room on the disk: 7000 MiB");
	leave(p, 6000 * MIB, FS_ROOM_LOW);
	assert_string_equal(said.s, ""); /* it was said */
	assert_string_equal(heard(), "");
	leave(p, 4000 * MIB, FS_ROOM_SCARCE);
	assert_non_null(strstr(said.s, "attachments are not fetched: 4000"));
	assert_string_equal(
	    heard(), "STATUS=room is scarce on the disk: 4000 MiB");
	/* Messages come in all the same. */
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
	assert_non_null(strstr(api_answer()->body.s, "\"room\":\"scarce\""));
	leave(p, 300 * MIB, FS_ROOM_NONE);
	assert_non_null(strstr(said.s, "\"level\":\"error\""));
	assert_non_null(strstr(said.s, "300 MiB"));
	assert_string_equal(heard(), "STATUS=no room on the disk: 300 MiB");
	assert_int_equal(api_get(p, "/health", NULL, NULL), 503);
	assert_non_null(strstr(api_answer()->body.s, "\"room\":\"none\""));
	leave(p, 50000 * MIB, FS_ROOM_PLENTY);
	assert_non_null(strstr(said.s, "there is room again: 50000 MiB"));
	assert_string_equal(heard(), "STATUS=");
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
	assert_non_null(strstr(api_answer()->body.s, "\"room\":\"plenty\""));
}

static void
room__looked_at_now__waits_for_the_next_look(void **state)
{
	SQLITE_ONLY("a server has a disk of its own");

	struct parts *p = *state;

	leave(p, 50000 * MIB, FS_ROOM_PLENTY);
	fs_fake_space(300 * MIB, DISK_BYTES);
	room_wake(p->d.room);
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
	clock_fake_advance(10 * US_PER_SECOND);
	asked_us = clock_mono_us();
	store_tend(p->d.store);
	room_wake(p->d.room);
	wanted = 300 * MIB;
	parts_wait(p, is_seen, "the next look");
	assert_int_equal(room_state(p->d.room), FS_ROOM_NONE);
}

static void
webhook__no_room__comes_back_later_and_nothing_is_lost(void **state)
{
	SQLITE_ONLY("a server has a disk of its own");

	struct parts *p = *state;

	leave(p, 50000 * MIB, FS_ROOM_PLENTY);
	assert_int_equal(api_message(p, "Antes"), 200);
	leave(p, 300 * MIB, FS_ROOM_NONE);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(api_message(p, "Ahora no"), 503);
		assert_string_equal(api_answer()->retry_after, "60");
		assert_string_equal(
		    api_answer()->kind, "application/problem+json");
	}
	assert_int_equal(spool_count(p->d.spool), 0);
	/* What was taken before is worked on all the same. */
	ingest_wake(p->d.ingest);
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM messages WHERE body = 'Antes'", 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM raw_events"), 1);
	leave(p, 50000 * MIB, FS_ROOM_PLENTY);
	assert_int_equal(api_message(p, "Ahora no"), 200);
	ingest_wake(p->d.ingest);
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM messages WHERE body = 'Ahora no'", 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM messages"), 2);
}

static void
webhook__little_room__is_taken_in(void **state)
{
	SQLITE_ONLY("a server has a disk of its own");

	struct parts *p = *state;

	leave(p, 5000 * MIB, FS_ROOM_SCARCE);
	assert_int_equal(api_message(p, "Poco sitio"), 200);
	ingest_wake(p->d.ingest);
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM messages WHERE body = 'Poco sitio'", 1);
}

#define ROOM_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROOM_TEST(room__of_a_server__is_that_of_its_files),
	    ROOM_TEST(room__each_threshold__is_told),
	    ROOM_TEST(room__looked_at_now__waits_for_the_next_look),
	    ROOM_TEST(webhook__no_room__comes_back_later_and_nothing_is_lost),
	    ROOM_TEST(webhook__little_room__is_taken_in),
	};

	http_client_global_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
