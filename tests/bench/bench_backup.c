/*
 * bench_backup - a large desk into a backup, and the backup verified.
 *
 * Beside it the same file copied and synced.  A desk on a server goes to a
 * file first, as opdesk-operations(7) says; beside it is pg_dump.
 */
#include "common/clock.h"
#include "common/str.h"
#include "tests/lib/engine.h"
#include "tests/lib/figures.h"
#include "tests/lib/large_desk.h"
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct stage stage;
static char out_dir[160];

static double
since_s(int64_t since)
{
	return (double)(clock_mono_us() - since) / 1e6;
}

_Noreturn static void
give_up(const char *what)
{
	fprintf(stderr, "bench_backup: %s\n", what);
	exit(1);
}

/* Of words, NULL-ended; the seconds it took. */
static double
run(const char *const *argv)
{
	int64_t since = clock_mono_us();
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		give_up(argv[0]);
	return since_s(since);
}

static double
copy_file(const char *from, const char *to)
{
	static char piece[1 << 20];
	int64_t since = clock_mono_us();
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n;

	if (in < 0 || out < 0)
		give_up(from);
	while ((n = read(in, piece, sizeof(piece))) > 0)
		if (write(out, piece, (size_t)n) != n)
			give_up(to);
	if (n < 0 || fsync(out) != 0)
		give_up(to);
	close(in);
	close(out);
	return since_s(since);
}

static double
dump_server(const char *to)
{
	char uri[ENGINE_URI_SIZE + 16];
	const char *const argv[] = {
	    "pg_dump", "--format=plain", "--file", to, uri, NULL};

	/* The last user named counts, and the policies hide nothing from it. */
	str_format(uri, sizeof(uri), "%s&user=postgres", stage.desk);
	return run(argv);
}

/* The file that a backup is made of. */
static void
to_file(char path[256], double *seconds)
{
	struct str errors = STR_INIT;
	int64_t since = clock_mono_us();

	if (!engine_is_postgres()) {
		str_copy(path, 256, stage.desk);
		return;
	}
	str_format(path, 256, "%s/desk.db", out_dir);
	if (stage_opdesk(&stage, NULL, &errors, "desk", "copy", "--from",
		stage.desk, "--to", path, "--keep-source", NULL) != 0)
		give_up(errors.s);
	*seconds = since_s(since);
	str_free(&errors);
}

/* The only one. */
static void
find_backup(char path[256])
{
	glob_t found;

	str_format(path, 256, "%s/*.backup", out_dir);
	if (glob(path, 0, NULL, &found) != 0 || found.gl_pathc != 1)
		give_up(path);
	str_copy(path, 256, found.gl_pathv[0]);
	globfree(&found);
}

static void
bench(void)
{
	char desk[256], path[256];
	struct str errors = STR_INIT;
	double made = 0, alone;
	struct stat st;
	int64_t since;

	to_file(desk, &made);
	since = clock_mono_us();
	if (stage_opdesk(&stage, NULL, &errors, "--db", desk, "backup", "new",
		"--to", out_dir, NULL) != 0)
		give_up(errors.s);
	made += since_s(since);
	find_backup(path);
	if (stat(path, &st) != 0)
		give_up(path);
	since = clock_mono_us();
	if (stage_opdesk(
		&stage, NULL, &errors, "backup", "verify", path, NULL) != 0)
		give_up(errors.s);
	figure("backup.verify", since_s(since), 2, "s");
	str_format(path, sizeof(path), "%s/alone", out_dir);
	alone =
	    engine_is_postgres() ? dump_server(path) : copy_file(desk, path);
	figure_beside("backup.new", made,
	    engine_is_postgres() ? "pg_dump" : "file copied", alone, 2, "s");
	figure("backup.size", (double)st.st_size / (1 << 20), 0, "MiB");
	str_free(&errors);
}

int
main(void)
{
	const char *const clear[] = {"rm", "-rf", out_dir, NULL};

	large_desk_open(&stage);
	str_format(out_dir, sizeof(out_dir), "%s/out-XXXXXX", stage.dir);
	if (mkdtemp(out_dir) == NULL)
		give_up(out_dir);
	bench();
	run(clear);
	stage_close(&stage);
	return 0;
}
