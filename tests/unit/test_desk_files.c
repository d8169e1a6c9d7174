/*
 * Unit tests of db/core/desk_files and db/records/files_place: a desk on a
 * server knows the place of its files from any other, a desk in a file asks
 * for nothing.
 *
 * Turned red by: a check that makes the directory; a marker that is written
 * over another desk's; adopting where none of the files is.
 */
#include "common/fsutil.h"
#include "db/core/desk_files.h"
#include "db/records/files.h"
#include "db/records/tenants.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID    "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

static struct tmp tmp;

static const char *
place(void)
{
	return tmp_path(&tmp, "files");
}

static int
setup(void **state)
{
	(void)state;
	tmp_make(&tmp);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_remove(&tmp);
	return 0;
}

static void
files_check__place_that_is_not_there__is_not_made(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(desk_files_state(place(), ID), FILES_MISSING);
	assert_rc(desk_files_check(place(), ID, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, place()));
	assert_int_not_equal(access(place(), F_OK), 0);
	assert_ok(desk_files_check(place(), "", &err));
	assert_int_not_equal(access(place(), F_OK), 0);
}

static void
files_check__empty_mount_point__is_refused(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(mkdir(place(), 0700), 0);
	assert_int_equal(desk_files_state(place(), ID), FILES_UNMARKED);
	assert_rc(desk_files_check(place(), ID, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "--adopt"));
	assert_ok(desk_files_mark(place(), ID, &err));
	assert_ok(desk_files_check(place(), ID, &err));
	assert_ok(desk_files_mark(place(), ID, &err)); /* nothing changes */
}

static void
files_check__another_desks_place__is_refused_and_left(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	char path[TMP_SIZE];

	(void)state;
	assert_ok(desk_files_mark(place(), OTHER, &err)); /* made with it */
	assert_int_equal(desk_files_state(place(), ID), FILES_FOREIGN);
	assert_rc(desk_files_check(place(), ID, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "another desk"));
	assert_rc(desk_files_mark(place(), ID, &err), OD_ECONFLICT);
	snprintf(path, sizeof(path), "%s/" FILES_MARKER, place());
	assert_ok(fs_read(path, 100, &text, &err));
	assert_string_equal(text.s, OTHER "\n");
	str_free(&text);
	/* Damage is no permission. */
	assert_ok(fs_write_atomic(path, "", 0, 0600, &err));
	assert_int_equal(desk_files_state(place(), ID), FILES_FOREIGN);
}

static void
files_mark__shared_place__can_be_read_by_the_group(void **state)
{
	struct err err = ERR_INIT;
	char path[TMP_SIZE];
	struct stat st;

	(void)state;
	assert_int_equal(mkdir(place(), 0770), 0);
	assert_int_equal(chmod(place(), 0770), 0);
	assert_ok(desk_files_mark(place(), ID, &err));
	snprintf(path, sizeof(path), "%s/" FILES_MARKER, place());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void
desk_make__on_a_server__marks_the_place(void **state)
{
	char uri[TMP_SIZE], files[TMP_SIZE];
	struct desk_options o = {.uri = uri, .files = files};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int64_t id;

	(void)state;
	strcpy(uri, tmp_desk(&tmp, "desk.db"));
	strcpy(files, place());
	if (engine_is_postgres()) {
		assert_ok(desk_files_mark(files, OTHER, &err));
		assert_rc(desk_make(&o, &d, &err), OD_ECONFLICT);
		assert_non_null(strstr(err.text, "another desk"));
		assert_null(d);
		tmp_remove(&tmp);
		tmp_make(&tmp);
		strcpy(uri, tmp_desk(&tmp, "desk.db"));
		strcpy(files, place());
	}
	assert_ok(desk_make(&o, &d, &err));
	assert_int_equal(
	    desk_files_state(files, desk_files_id(d)), FILES_RIGHT);
	assert_int_equal(access(files, F_OK), engine_is_postgres() ? 0 : -1);
	assert_ok(desk_act_as_host(d, NULL, &err));
	assert_ok(tenant_new(d, "a", "A", true, "es", "UTC", &id, &err));
	desk_close(&d);
	/* The desk that is there, not its files, is why. */
	assert_rc(desk_make(&o, &d, &err), OD_ECONFLICT);
	assert_null(strstr(err.text, "another desk"));
}

static void
add_file(struct desk_fixture *f)
{
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	int64_t message = talk_receive(f, &in).message_id, size;
	char name[65], digest[65];
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;

	assert_ok(file_write_start(f->d->files_dir, &w, &err));
	assert_ok(file_write(w, "hola", 4, &err));
	assert_ok(file_write_finish(w, name, digest, &size, &err));
	assert_ok(file_attach_to_message(
	    f->d, message, name, digest, size, "text/plain", "hola.txt", &err));
	file_write_free(&w);
}

static void
files_adopt__place_without_the_files__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	const char *id = desk_files_id(f->d);
	struct err err = ERR_INIT;
	struct files_count n;
	char right[512];

	assert_ok(files_count(f->d, &n, &err));
	assert_int_equal(n.looked_at, 0);
	add_file(f);
	assert_ok(files_count(f->d, &n, &err));
	assert_int_equal(n.looked_at, 1);
	assert_int_equal(n.present, 1);
	if (!engine_is_postgres()) {
		assert_string_equal(id, "");
		assert_ok(files_adopt(f->d, &err));
		return;
	}
	strcpy(right, f->d->files_dir);
	snprintf(f->d->files_dir, sizeof(f->d->files_dir), "%s",
	    tmp_path(&f->tmp, "empty"));
	assert_rc(files_adopt(f->d, &err), OD_EDATA);
	assert_int_not_equal(access(f->d->files_dir, F_OK), 0);
	strcpy(f->d->files_dir, right);
	assert_int_equal(desk_files_state(right, id), FILES_UNMARKED);
	assert_ok(files_adopt(f->d, &err));
	assert_int_equal(desk_files_state(right, id), FILES_RIGHT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(files_check__place_that_is_not_there__is_not_made),
	    TEST(files_check__empty_mount_point__is_refused),
	    TEST(files_check__another_desks_place__is_refused_and_left),
	    TEST(files_mark__shared_place__can_be_read_by_the_group),
	    TEST(desk_make__on_a_server__marks_the_place),
	    TALK_TEST(files_adopt__place_without_the_files__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
