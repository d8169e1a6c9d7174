/* Unit tests of db/records/files, with file systems that fail. */
#include "common/digest.h"
#include "common/fsutil.h"
#include "db/records/files.h"
#include "tests/lib/talk_test.h"
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

static int fail_in; /* the n-th call from now fails; 0: none */

static bool
fails(void)
{
	if (fail_in == 0 || --fail_in > 0)
		return false;
	errno = ENOSPC;
	return true;
}

static ssize_t
bad_write(int fd, const void *p, size_t n)
{
	return fails() ? -1 : write(fd, p, n);
}

static int
bad_fsync(int fd)
{
	return fails() ? -1 : fsync(fd);
}

static int
bad_rename(const char *from, const char *to)
{
	return fails() ? -1 : rename(from, to);
}

static const struct fs_ops bad_ops = {bad_write, bad_fsync, bad_rename, unlink};

static int found;

static int
count_file(const char *path, const struct stat *st, int type)
{
	(void)path;
	(void)st;
	found += type == FTW_F;
	return 0;
}

static int
files_in(const char *dir)
{
	found = 0;
	(void)ftw(dir, count_file, 8);
	return found;
}

/* Write and attach; the first error. */
static int
store(struct desk_fixture *f, int64_t message_id, struct err *err)
{
	char name[65], digest[65];
	struct file_writer *w = NULL;
	int64_t size;
	int rc;

	if ((rc = file_write_start(f->d->files_dir, &w, err)) == 0 &&
	    (rc = file_write(w, "hola ", 5, err)) == 0 &&
	    (rc = file_write(w, "mundo", 5, err)) == 0 &&
	    (rc = file_write_finish(w, name, digest, &size, err)) == 0)
		rc = file_attach_to_message(f->d, message_id, name, digest,
		    size, "text/plain", "../../etc/\x1bpasswd", err);
	file_write_free(&w);
	return rc;
}

static int64_t
a_message(struct desk_fixture *f)
{
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);

	return talk_receive(f, &in).message_id;
}

static void
file_store__bytes_digest_and_row__are_right(void **state)
{
	struct desk_fixture *f = *state;
	int64_t message = a_message(f), id;
	struct err err = ERR_INIT;
	char sum[SHA256_HEX_SIZE], buf[32];
	struct file_row row;
	struct message m;
	int fd;

	assert_ok(store(f, message, &err));
	id = talk_int(f, "SELECT file_id FROM messages");
	assert_ok(file_of_message(f->d, message, &row, &err));
	assert_int_equal(row.id, id);
	sha256_hex("hola mundo", 10, sum);
	assert_string_equal(row.digest, sum);
	assert_int_equal(row.size, 10);
	assert_null(strchr(row.title, '\x1b'));
	assert_ok(file_open(f->d, &row, &fd, &err));
	assert_int_equal(read(fd, buf, sizeof(buf)), 10);
	assert_memory_equal(buf, "hola mundo", 10);
	close(fd);
	assert_ok(message_get(f->d, message, &m, &err));
	assert_int_equal(m.file_id, id);
	assert_int_equal(m.file_size, 10);
	message_clear(&m);
	row.size = 11;
	assert_rc(file_open(f->d, &row, &fd, &err), OD_EDATA);
	str_copy(row.name, sizeof(row.name), "../../../etc/passwd");
	assert_rc(file_open(f->d, &row, &fd, &err), OD_EDATA);
	desk_act_as_system(f->d, f->other.id);
	assert_rc(file_of_message(f->d, message, &row, &err), OD_ENOTFOUND);
	assert_rc(store(f, message, &err), OD_ENOTFOUND);
}

static void
may_open(struct desk_fixture *f, const char *login, int64_t message, int code)
{
	struct err err = ERR_INIT;
	struct file_row row;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_rc(file_of_message(f->d, message, &row, &err), code);
	/* What may not be read cannot be opened either. */
	assert_int_equal(row.name[0] != '\0', code == 0);
}

static void
give(struct desk_fixture *f, int64_t operator_id)
{
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(db_int(f->d->db, &id, "SELECT min(id) FROM conversations",
	    NO_BINDS, &err));
	assert_ok(conversation_assign(f->d, id, 0, operator_id, 0, NULL, &err));
}

/* Nobody's is everybody's; then it is the team's, but not a technician's. */
static void
file_of_message__scope__is_its_conversations(void **state)
{
	struct desk_fixture *f = *state;
	int64_t message = a_message(f);
	struct err err = ERR_INIT;

	assert_ok(store(f, message, &err));
	may_open(f, "operator", message, 0);
	may_open(f, "stranger", message, 0);
	may_open(f, "technician", message, 0);
	give(f, f->demo.mate);
	may_open(f, "operator", message, 0);
	may_open(f, "supervisor", message, 0);
	may_open(f, "stranger", message, OD_EDENIED);
	may_open(f, "technician", message, OD_EDENIED);
	give(f, f->demo.operators[ROLE_TECHNICIAN]);
	may_open(f, "technician", message, 0);
	may_open(f, "stranger", message, OD_EDENIED);
}

static void
file_store__disk_fails__leaves_nothing(void **state)
{
	struct desk_fixture *f = *state;
	int64_t message = a_message(f);
	struct err err = ERR_INIT;
	int n, rc;

	fs_set_ops(&bad_ops);
	for (n = 1; n < 50; n++) {
		fail_in = n;
		rc = store(f, message, &err);
		if (rc == 0)
			break;
		assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM files"), 0);
		assert_int_equal(files_in(f->d->files_dir), 0);
	}
	fs_set_ops(NULL);
	fail_in = 0;
	/* Two writes, sync, rename and the directory at least. */
	assert_true(n > 5 && n < 50);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM files"), 1);
}

static void
file_write_start__room_is_scarce__begins_none(void **state)
{
	struct desk_fixture *f = *state;
	int64_t message = a_message(f);
	struct err err = ERR_INIT;

	fs_fake_space((int64_t)5 << 30, (int64_t)100 << 30);
	assert_ok(store(f, message, &err));
	fs_fake_space(((int64_t)5 << 30) - 1, (int64_t)100 << 30);
	assert_rc(store(f, message, &err), OD_ELIMIT);
	assert_int_equal(files_in(f->d->files_dir), 1);
	/* A small disk as well. */
	fs_fake_space(9 << 20, 100 << 20);
	assert_rc(store(f, message, &err), OD_ELIMIT);
	fs_fake_space(0, 0);
}

static void
file_write_free__unfinished__is_removed(void **state)
{
	struct desk_fixture *f = *state;
	struct file_writer *w;
	struct err err = ERR_INIT;

	assert_ok(file_write_start(f->d->files_dir, &w, &err));
	assert_ok(file_write(w, "x", 1, &err));
	assert_int_equal(files_in(f->d->files_dir), 1);
	file_write_free(&w);
	assert_int_equal(files_in(f->d->files_dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(file_store__bytes_digest_and_row__are_right),
	    TALK_TEST(file_of_message__scope__is_its_conversations),
	    TALK_TEST(file_store__disk_fails__leaves_nothing),
	    TALK_TEST(file_write_start__room_is_scarce__begins_none),
	    TALK_TEST(file_write_free__unfinished__is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
