/*
 * opdesk is upgraded, or the desk moved, while a console is open: it says so,
 * writes nothing more, and what is being typed is there again in the console
 * that comes next, however the old one ends.
 */
#include "common/str.h"
#include "db/engine/migrate.h"
#include "tests/lib/show.h"
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define BANNER "opdesk se actualizó"

static void
set_writer(struct stage *s, int version)
{
	char sql[80];

	snprintf(
	    sql, sizeof(sql), "UPDATE schema SET min_writer = %d", version);
	stage_exec(s, sql);
}

static void
drafts_dir(struct stage *s, char *path, size_t size)
{
	struct desk *d = stage_desk(s, NULL);

	str_copy(path, size, d->drafts_dir);
	desk_close(&d);
}

/* Files that drafts are kept in. */
static int
files_in(const char *path)
{
	struct dirent *e;
	DIR *dir;
	int n = 0;

	dir = opendir(path);
	while (dir != NULL && (e = readdir(dir)) != NULL)
		n += e->d_name[0] != '.';
	if (dir != NULL)
		closedir(dir);
	return n;
}

static int
kept_files(struct stage *s)
{
	char path[PATH_MAX];

	drafts_dir(s, path, sizeof(path));
	return files_in(path);
}

/* The reply to the first conversation is being written. */
static struct pty *
open_reply(struct stage *s)
{
	struct pty *p = stage_console(s, "es", 80, 24, NULL);

	assert_non_null(p);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "gg\r");
	pty_see(p, "La verde de arriba");
	pty_send(p, "r");
	pty_see(p, "┌");
	return p;
}

static void
upgraded_while_writing(bool by_key)
{
	struct stage s;
	struct pty *p;
	int status = -1;

	stage_open(&s);
	p = open_reply(&s);
	pty_send(p, "A medio");
	pty_see(p, "A medio");
	set_writer(&s, SCHEMA_VERSION + 1);
	pty_see(p, BANNER);
	pty_send(p, " escribir");
	pty_see(p, "A medio escribir");
	if (by_key)
		pty_send(p, "\021"); /* C-q */
	else
		pty_hang_up(p);
	assert_true(pty_wait_exit(p, &status));
	pty_stop(&p);
	assert_int_equal(stage_int(&s, "SELECT count(*) FROM drafts"
				       " WHERE body = 'A medio escribir'"),
	    0);
	assert_int_equal(kept_files(&s), 1);
	set_writer(&s, SCHEMA_VERSION);
	p = stage_console(&s, "es", 80, 24, NULL);
	pty_see(p, "1 borrador guardado en un archivo");
	pty_stop(&p);
	assert_int_equal(kept_files(&s), 0);
	p = open_reply(&s);
	pty_see(p, "│A medio escribir");
	pty_stop(&p);
	stage_close(&s);
}

static void
outdated__left_by_key__draft_comes_again(void **state)
{
	(void)state;
	upgraded_while_writing(true);
}

static void
outdated__terminal_gone__draft_comes_again(void **state)
{
	(void)state;
	upgraded_while_writing(false);
}

/* It was moved to another place: nobody upgraded anything. */
static void
moved__under_a_console__says_so_and_keeps_the_draft(void **state)
{
	char path[PATH_MAX];
	struct stage s;
	struct pty *p;
	int status = -1;

	(void)state;
	stage_open(&s);
	drafts_dir(&s, path, sizeof(path));
	p = open_reply(&s);
	pty_send(p, "A medio");
	pty_see(p, "A medio");
	set_writer(&s, SCHEMA_VERSION + 1000);
	/* The last that anybody can write. */
	stage_exec(&s, "INSERT INTO meta(name, value)"
		       " VALUES('moved_to', '/srv/other/desk.db')");
	pty_see(p, "Esta mesa se ha mudado");
	pty_send(p, " escribir");
	pty_see(p, "A medio escribir");
	pty_send(p, "\021"); /* C-q */
	assert_true(pty_wait_exit(p, &status));
	pty_stop(&p);
	assert_int_equal(files_in(path), 1);
	stage_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(outdated__left_by_key__draft_comes_again),
	    cmocka_unit_test(outdated__terminal_gone__draft_comes_again),
	    cmocka_unit_test(
		moved__under_a_console__says_so_and_keeps_the_draft),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
