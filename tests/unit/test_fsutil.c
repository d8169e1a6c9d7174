/*
 * Unit tests of common/fsutil, in a directory of their own that goes away.
 * Faults come through struct fs_ops.
 */
#include "common/fsutil.h"
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[] = "/tmp/opdesk-fsutil-XXXXXX";

static const char *
in_dir(const char *name)
{
	static char path[4][256];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static void
put(const char *name, const char *text, mode_t mode)
{
	int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (long)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
assert_content(const char *name, const char *want)
{
	struct str s = STR_INIT;

	assert_int_equal(fs_read(in_dir(name), 1000, &s, NULL), 0);
	assert_string_equal(s.s, want);
	str_free(&s);
}

static int
count_entries(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	if (d == NULL)
		return -1;
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static int
setup(void **state)
{
	(void)state;
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[300];

	(void)state;
	fs_set_ops(NULL);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

/* What the faulty operations do; calls are counted and written down. */
static struct {
	int write_error, fsync_error, rename_error;
	int fsync_fails_at; /* which call; 0: each */
	size_t write_at_most;
	char log[64]; /* w, s, r, u */
} fault;

static void
note(char c)
{
	size_t n = strlen(fault.log);

	if (n + 1 < sizeof(fault.log))
		fault.log[n] = c;
}

static ssize_t
faulty_write(int fd, const void *p, size_t n)
{
	note('w');
	if (fault.write_error && fault.write_error != EINTR) {
		/* Half arrives, then it fails: the worst of both. */
		if (n > 1 && write(fd, p, n / 2) < 0)
			return -1;
		errno = fault.write_error;
		return -1;
	}
	if (fault.write_error == EINTR) {
		fault.write_error = 0;
		errno = EINTR;
		return -1;
	}
	if (fault.write_at_most && n > fault.write_at_most)
		n = fault.write_at_most;
	return write(fd, p, n);
}

static int
faulty_fsync(int fd)
{
	int call = 1;

	(void)fd;
	for (const char *p = fault.log; *p; p++)
		call += *p == 's';
	note('s');
	if (fault.fsync_error &&
	    (!fault.fsync_fails_at || fault.fsync_fails_at == call)) {
		errno = fault.fsync_error;
		return -1;
	}
	return 0;
}

static int
faulty_rename(const char *from, const char *to)
{
	note('r');
	if (fault.rename_error) {
		errno = fault.rename_error;
		return -1;
	}
	return rename(from, to);
}

static int
faulty_unlink(const char *path)
{
	note('u');
	return unlink(path);
}

static const struct fs_ops faulty = {
    faulty_write, faulty_fsync, faulty_rename, faulty_unlink};

static void
break_ops(void)
{
	memset(&fault, 0, sizeof(fault));
	fs_set_ops(&faulty);
}

static void
fs_write_atomic__nothing_fails__syncs_file_then_directory(void **state)
{
	struct stat st;

	(void)state;
	break_ops();
	umask(077);
	assert_int_equal(fs_write_atomic(in_dir("f"), "new", 3, 0640, NULL), 0);
	assert_string_equal(fault.log, "wsrs");
	assert_content("f", "new");
	assert_int_equal(stat(in_dir("f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640); /* whatever the umask */
	assert_int_equal(count_entries(), 1);
}

static void
fs_write_atomic__short_writes_and_signals__writes_all(void **state)
{
	(void)state;
	break_ops();
	fault.write_at_most = 2;
	fault.write_error = EINTR;
	assert_int_equal(
	    fs_write_atomic(in_dir("f"), "0123456", 7, 0600, NULL), 0);
	assert_string_equal(fault.log, "wwwwwsrs");
	assert_content("f", "0123456");
}

static void
fs_write_atomic__empty__makes_an_empty_file(void **state)
{
	(void)state;
	assert_int_equal(fs_write_atomic(in_dir("f"), "", 0, 0600, NULL), 0);
	assert_content("f", "");
}

static void
fs_write_atomic__any_step_fails__keeps_old_and_leaves_nothing(void **state)
{
	static const struct {
		int write_error, fsync_error, rename_error, code;
		const char *log;
	} cases[] = {
	    {ENOSPC, 0, 0, OD_EIO, "wu"},
	    {EIO, 0, 0, OD_EIO, "wu"},
	    {0, EIO, 0, OD_EIO, "wsu"},
	    {0, 0, EACCES, OD_EDENIED, "wsru"},
	};

	(void)state;
	put("f", "old", 0600);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		break_ops();
		fault.write_error = cases[i].write_error;
		fault.fsync_error = cases[i].fsync_error;
		fault.rename_error = cases[i].rename_error;
		assert_int_equal(
		    fs_write_atomic(in_dir("f"), "new text", 8, 0600, &err),
		    cases[i].code);
		assert_string_equal(fault.log, cases[i].log);
		assert_non_null(strstr(err.text, in_dir("f")));
		assert_content("f", "old");
		assert_int_equal(count_entries(), 1);
	}
}

static void
fs_write_atomic__directory_sync_fails__says_so(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	put("f", "old", 0600);
	break_ops();
	fault.fsync_error = EIO;
	fault.fsync_fails_at = 2;
	assert_int_equal(
	    fs_write_atomic(in_dir("f"), "new", 3, 0600, &err), OD_EIO);
	assert_content("f", "new");
	assert_int_equal(count_entries(), 1);
}

static void
fs_write_atomic__no_directory__is_not_found(void **state)
{
	(void)state;
	assert_int_equal(
	    fs_write_atomic(in_dir("no/f"), "x", 1, 0600, NULL), OD_ENOTFOUND);
}

static void
fs_read__limits_and_kinds__are_kept(void **state)
{
	struct str s = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	str_add(&s, "before ");
	put("f", "12345", 0600);
	assert_int_equal(fs_read(in_dir("f"), 5, &s, &err), 0);
	assert_string_equal(s.s, "before 12345");
	assert_int_equal(fs_read(in_dir("f"), 4, &s, &err), OD_ELIMIT);
	assert_int_equal(fs_read(in_dir("no"), 4, &s, &err), OD_ENOTFOUND);
	assert_int_equal(fs_read(dir, 4000, &s, &err), OD_ECONFLICT);
	assert_int_equal(mkfifo(in_dir("pipe"), 0600), 0);
	assert_int_equal(fs_read(in_dir("pipe"), 10, &s, &err), OD_ECONFLICT);
	assert_string_equal(s.s, "before 12345");
	str_free(&s);
	/* A file whose size is not known beforehand. */
	assert_int_equal(fs_read("/proc/self/status", 100000, &s, &err), 0);
	assert_true(s.len > 100);
	str_free(&s);
}

static void
fs_read_secret__private_file__drops_one_line_end(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {{"s3cret\n", "s3cret"}, {"s3cret\r\n", "s3cret"},
	    {"s3cret", "s3cret"}, {"a\nb\n\n", "a\nb\n"}, {"", ""}, {"\n", ""}};
	struct str s = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put("f", cases[i].in, 0600);
		assert_int_equal(fs_read_secret(in_dir("f"), &s, NULL), 0);
		assert_string_equal(s.s, cases[i].out);
		str_free(&s);
	}
	/* Read-only is private as well. */
	assert_int_equal(chmod(in_dir("f"), 0400), 0);
	assert_int_equal(fs_read_secret(in_dir("f"), &s, NULL), 0);
	str_free(&s);
}

static void
fs_read_secret__readable_by_others__is_refused(void **state)
{
	static const mode_t modes[] = {0644, 0640, 0604, 0620, 0601, 0666};
	struct str s = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct err err = ERR_INIT;

		put("f", "s3cret", modes[i]);
		assert_int_equal(
		    fs_read_secret(in_dir("f"), &s, &err), OD_EDENIED);
		assert_non_null(strstr(err.text, "0600"));
		assert_null(strstr(err.text, "s3cret"));
		assert_int_equal(s.len, 0);
	}
}

static void
fs_read_secret__link_or_large_file__is_refused(void **state)
{
	struct str s = STR_INIT;
	char large[65538];

	(void)state;
	put("f", "s3cret", 0600);
	assert_int_equal(symlink(in_dir("f"), in_dir("link")), 0);
	assert_int_equal(
	    fs_read_secret(in_dir("link"), &s, NULL), OD_ECONFLICT);
	memset(large, 'x', sizeof(large));
	large[65537] = '\0';
	put("f", large, 0600);
	assert_int_equal(fs_read_secret(in_dir("f"), &s, NULL), OD_ELIMIT);
	assert_int_equal(s.len, 0);
	str_free(&s);
}

static void
fs_mkdir__new_parts__get_the_mode_and_are_synced(void **state)
{
	struct stat st;

	(void)state;
	umask(077);
	break_ops();
	assert_int_equal(fs_mkdir(in_dir("a/b/c/"), 0750, NULL), 0);
	assert_string_equal(fault.log, "sss");
	assert_int_equal(stat(in_dir("a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(fs_mkdir(in_dir("a/b/c"), 0700, NULL), 0);
	assert_string_equal(fault.log, "sss"); /* nothing new */
	assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
}

static void
fs_mkdir__link_or_file_at_the_end__is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("/tmp", in_dir("link")), 0);
	assert_int_equal(symlink("/nowhere/x", in_dir("dangling")), 0);
	put("file", "x", 0600);
	assert_int_equal(fs_mkdir(in_dir("link"), 0700, NULL), OD_ECONFLICT);
	assert_int_equal(fs_mkdir(in_dir("link/"), 0700, NULL), OD_ECONFLICT);
	assert_int_equal(
	    fs_mkdir(in_dir("dangling"), 0700, NULL), OD_ECONFLICT);
	assert_int_equal(fs_mkdir(in_dir("file"), 0700, NULL), OD_ECONFLICT);
	assert_int_equal(fs_mkdir(in_dir("file/x"), 0700, NULL), OD_ECONFLICT);
}

static void
fs_join__names__only_plain_ones(void **state)
{
	static const char *const bad[] = {"", ".", "..", "a/b", "/", "../x"};
	struct str s = STR_INIT;
	char name[300];

	(void)state;
	assert_int_equal(fs_join(&s, "/a", "b.c", NULL), 0);
	assert_string_equal(s.s, "/a/b.c");
	str_clear(&s);
	assert_int_equal(fs_join(&s, "/a/", "..b", NULL), 0);
	assert_string_equal(s.s, "/a/..b");
	str_clear(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(fs_join(&s, "/a", bad[i], NULL), OD_EDATA);
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_int_equal(fs_join(&s, "/a", name, NULL), OD_EDATA);
	assert_string_equal(s.s, "");
	name[255] = '\0';
	assert_int_equal(fs_join(&s, "/a", name, NULL), 0);
	str_free(&s);
}

static void
fs_room__share_or_size__whichever_is_less(void **state)
{
	const int64_t mib = 1 << 20, gib = 1 << 30;
	int64_t free_bytes, all_bytes;

	(void)state;
	assert_int_equal(fs_room(gib, 4 * gib), FS_ROOM_PLENTY);
	assert_int_equal(fs_room(614 * mib, 4 * gib), FS_ROOM_LOW);
	assert_int_equal(fs_room(410 * mib, 4 * gib), FS_ROOM_LOW);
	assert_int_equal(fs_room(409 * mib, 4 * gib), FS_ROOM_SCARCE);
	assert_int_equal(fs_room(82 * mib, 4 * gib), FS_ROOM_SCARCE);
	assert_int_equal(fs_room(81 * mib, 4 * gib), FS_ROOM_NONE);
	/* Of a large one it is the size that counts. */
	assert_int_equal(fs_room(10 * gib, 4000 * gib), FS_ROOM_PLENTY);
	assert_int_equal(fs_room(10 * gib - 1, 4000 * gib), FS_ROOM_LOW);
	assert_int_equal(fs_room(5 * gib, 4000 * gib), FS_ROOM_LOW);
	assert_int_equal(fs_room(5 * gib - 1, 4000 * gib), FS_ROOM_SCARCE);
	assert_int_equal(fs_room(gib, 4000 * gib), FS_ROOM_SCARCE);
	assert_int_equal(fs_room(gib - 1, 4000 * gib), FS_ROOM_NONE);
	assert_int_equal(fs_room(0, 100 * mib), FS_ROOM_SCARCE);
	assert_int_equal(fs_room(-5, 100 * mib), FS_ROOM_SCARCE);
	fs_fake_space(5, 10);
	assert_int_equal(fs_space("/x", &free_bytes, &all_bytes, NULL), 0);
	fs_fake_space(0, 0);
	assert_int_equal(free_bytes, 5);
	assert_int_equal(all_bytes, 10);
}

static void
fs_space__a_directory__has_some(void **state)
{
	int64_t free_bytes = -1, all_bytes = -1;

	(void)state;
	assert_int_equal(fs_space(dir, &free_bytes, &all_bytes, NULL), 0);
	assert_true(free_bytes >= 0 && all_bytes >= free_bytes);
	assert_int_equal(
	    fs_space("/nowhere", &free_bytes, &all_bytes, NULL), OD_ENOTFOUND);
	assert_false(fs_is_network("/proc/self"));
	assert_false(fs_is_network("/proc/no-such-file"));
}

static void
fs_harden_process__closed_descriptors__are_opened(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		close(0);
		close(2);
		fs_harden_process();
		_exit(fcntl(0, F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0 &&
			      umask(0) == 077
			  ? 7
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void
fs_harden_process__then__no_core_file_is_possible(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		struct rlimit core;

		fs_harden_process();
		getrlimit(RLIMIT_CORE, &core);
#ifndef __SANITIZE_ADDRESS__
		if (prctl(PR_GET_DUMPABLE) != 0)
			_exit(1);
#endif
		_exit(core.rlim_cur == 0 && core.rlim_max == 0 ? 7 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_DIR(fs_write_atomic__nothing_fails__syncs_file_then_directory),
	    IN_DIR(fs_write_atomic__short_writes_and_signals__writes_all),
	    IN_DIR(fs_write_atomic__empty__makes_an_empty_file),
	    IN_DIR(
		fs_write_atomic__any_step_fails__keeps_old_and_leaves_nothing),
	    IN_DIR(fs_write_atomic__directory_sync_fails__says_so),
	    IN_DIR(fs_write_atomic__no_directory__is_not_found),
	    IN_DIR(fs_read__limits_and_kinds__are_kept),
	    IN_DIR(fs_read_secret__private_file__drops_one_line_end),
	    IN_DIR(fs_read_secret__readable_by_others__is_refused),
	    IN_DIR(fs_read_secret__link_or_large_file__is_refused),
	    IN_DIR(fs_mkdir__new_parts__get_the_mode_and_are_synced),
	    IN_DIR(fs_mkdir__link_or_file_at_the_end__is_refused),
	    IN_DIR(fs_join__names__only_plain_ones),
	    cmocka_unit_test(fs_room__share_or_size__whichever_is_less),
	    IN_DIR(fs_space__a_directory__has_some),
	    IN_DIR(fs_harden_process__closed_descriptors__are_opened),
	    IN_DIR(fs_harden_process__then__no_core_file_is_possible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
