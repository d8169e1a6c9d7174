/*
 * A system call of the command line fails: open, read, write, fsync, rename
 * and so on, at every site, with each error that it can have.  Exit status 0
 * means that all of it is there; else there is one sentence, and all of it or
 * nothing; the next run does it.  No failed fsync is tried again.
 *
 * FAULT_ROUNDS sets the rounds of each verb (0: every site and error).
 * Turned red by: a short write taken for a whole one in fsutil.c, the result of
 * fsync not looked at there, a failed init that leaves a desk in the way.
 *
 * SQLite only: these are the calls that its engine makes for its file.
 */
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include "tests/lib/faults.h"
#include "tests/lib/old_desk.h"
#include "tests/lib/put_back.h"
#include "tests/lib/stage_desk.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define WORDS 10

struct verb {
	const char *name;
	const char *words[WORDS]; /* "@" at the start: below the stage */
	/* One number that the verb changes; NULL: see is_there. */
	const char *sql;
	/* Whether its work is there, on the disk; what it made is whole. */
	bool (*is_there)(void);
	const char *fixture; /* the desk it begins with; NULL: the stage's */
};

static struct stage stage;
static char paths[WORDS][512]; /* of words with "@" */
static char conversation[24];  /* id of one that can be answered */
static struct str out, said;
static int status;

static const char *
below(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", stage.dir, name);
	return path;
}

static int
run_words(const char *const *words)
{
	const char *w[WORDS] = {NULL};

	for (int i = 0; i < WORDS && words[i] != NULL; i++) {
		w[i] = strcmp(words[i], "CONVERSATION") == 0 ? conversation
		                                             : words[i];
		if (words[i][0] != '@')
			continue;
		snprintf(paths[i], sizeof(paths[i]), "%s", below(words[i] + 1));
		w[i] = paths[i];
	}
	str_clear(&out);
	str_clear(&said);
	return stage_opdesk(&stage, &out, &said, "--lang", "en", w[0], w[1],
	    w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], NULL);
}

/* ---- a round ---- */

static void
prepare(const void *data)
{
	const struct verb *v = data;
	char from[600];

	snprintf(from, sizeof(from), "%s",
	    below(v->fixture != NULL ? v->fixture : "pristine.db"));
	put_back(from, stage.desk);
	snprintf(
	    from, sizeof(from), "%s.before-%d", stage.desk, SCHEMA_VERSION);
	unlink(from);
	remove_tree(below("made"));
	mkdir(below("made"), 0700);
}

static void
run(const void *data)
{
	const struct verb *v = data;

	status = run_words(v->words);
}

/* What a person is told; what a wrong way to end would say is no sentence. */
static bool
is_sentence(const char *text)
{
	const char *end = strchr(text, '\n');

	return strncmp(text, "opdesk: ", 8) == 0 && end != NULL &&
	       end[1] == '\0' && strstr(text, "BUG") == NULL;
}

static const char *
complain(const char *what)
{
	static char text[1500];

	snprintf(
	    text, sizeof(text), "%s (exit %d: %.1200s)", what, status, said.s);
	return text;
}

static bool
has_done(const struct verb *v)
{
	if (v->sql == NULL)
		return v->is_there();
	return stage_int(&stage, v->sql) > 0;
}

static const char *
check(const void *data, bool is_lost)
{
	const struct verb *v = data;
	bool done = has_done(v);

	if (status > 7)
		return complain("a crash");
	if (status == 0 && !done)
		return complain("it said that it was done");
	if (status == 0 && is_lost)
		return complain("it said so before it was durable");
	if (status != 0 && !is_sentence(said.s))
		return complain("no sentence");
	if (!done) {
		if (status == 0 || run_words(v->words) != 0)
			return complain("it cannot be done afterwards");
		if (!has_done(v))
			return complain("it is not done afterwards");
	}
	if (v->fixture == NULL)
		stage_check_whole(&stage);
	return NULL;
}

/* ---- what verbs make ---- */

static bool
always(void)
{
	return true;
}

static bool
is_backup_there(void)
{
	DIR *dir = opendir(below("made"));
	char name[300] = "";
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (strncmp(e->d_name, "opdesk-", 7) == 0 &&
		    strcmp(strrchr(e->d_name, '.'), ".backup") == 0)
			snprintf(name, sizeof(name), "made/%.255s", e->d_name);
	if (dir != NULL)
		closedir(dir);
	if (name[0] == '\0')
		return false;
	if (stage_opdesk(&stage, NULL, &said, "backup", "verify", below(name),
		NULL) != 0)
		fail_msg("a backup that is none: %s", said.s);
	return true;
}

/* All of it, or nothing at its place. */
static bool
is_restored(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t tickets = 0;

	if (access(below("made/new.db"), F_OK) != 0)
		return false;
	if (db_open(below("made/new.db"), DB_READONLY, &db, &err) != 0 ||
	    db_int(db, &tickets, "SELECT count(*) FROM tickets", NO_BINDS,
		&err) != 0)
		fail_msg("half a desk: %s", err.text);
	db_close(&db);
	return tickets > 0;
}

static bool
is_made(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t n = 0;

	if (access(below("made/desk.db"), F_OK) != 0 ||
	    db_open(below("made/desk.db"), DB_READONLY, &db, &err) != 0)
		return false;
	if (db_int(db, &n, "SELECT count(*) FROM operators", NO_BINDS, &err) !=
	    0)
		n = 0;
	db_close(&db);
	return n > 0;
}

static bool
is_upgraded(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t n = 0;

	if (db_open(stage.desk, DB_READONLY, &db, &err) != 0 ||
	    db_int(db, &n, "SELECT max(version) FROM schema", NO_BINDS, &err) !=
		0)
		fail_msg("no desk any more: %s", err.text);
	db_close(&db);
	return n == SCHEMA_VERSION;
}

/* clang-format off */
static const struct verb verbs[] = {
    {"ticket new", {"ticket", "new", "--subject", "Sin red"},
	"SELECT count(*) FROM tickets t JOIN audit a ON a.record_id = t.id"
	" AND a.operation = 'ticket.new' WHERE subject = 'Sin red'", NULL,
	NULL},
    {"message send", {"message", "send", "CONVERSATION", "--text", "Ya voy"},
	"SELECT count(*) FROM messages m JOIN outbox o ON o.record_id = m.id"
	" WHERE m.body = 'Ya voy'", NULL, NULL},
    {"draft new", {"draft", "new", "--ticket", "1", "--text", "A medias"},
	"SELECT count(*) FROM drafts WHERE body = 'A medias'", NULL, NULL},
    {"ticket list", {"ticket", "list"}, NULL, always, NULL},
    {"audit verify", {"audit", "verify"}, NULL, always, NULL},
    {"backup new", {"backup", "new", "--to", "@made"}, NULL, is_backup_there,
	NULL},
    {"backup verify", {"backup", "verify", "@kept.backup"}, NULL, always,
	NULL},
    {"restore", {"restore", "--from", "@kept.backup", "--to", "@made/new.db"},
	NULL, is_restored, NULL},
    {"init", {"--db", "@made/desk.db", "init", "--slug", "nueva", "--name",
		 "Nueva", "--login", "jefa"}, NULL, is_made, NULL},
    {"desk upgrade", {"desk", "upgrade"}, NULL, is_upgraded, "old.db"},
};
/* clang-format on */

static void
verbs__a_call_fails__do_it_or_say_so(void **state)
{
	struct fault_case cases[sizeof(verbs) / sizeof(verbs[0])];
	size_t n = sizeof(verbs) / sizeof(verbs[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		cases[i] = (struct fault_case){.name = verbs[i].name,
		    .prepare = prepare,
		    .run = run,
		    .check = check,
		    .data = &verbs[i]};
	faults_play(cases, n, 28);
}

static void
make_old(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	if (db_open(below("old.db"), DB_CREATE, &db, &err) != 0 ||
	    old_desk_make(db, 1, &err) != 0)
		fail_msg("%s", err.text);
	db_close(&db);
}

static void
make_backup(void)
{
	char name[300], kept[512];
	struct dirent *e;
	DIR *dir = NULL;

	mkdir(below("made"), 0700);
	if (stage_opdesk(&stage, NULL, &said, "backup", "new", "--to",
		below("made"), NULL) == 0)
		dir = opendir(below("made"));
	if (dir == NULL) {
		fail_msg("%s", said.s);
		return;
	}
	snprintf(kept, sizeof(kept), "%s", below("kept.backup"));
	while ((e = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "made/%.255s", e->d_name);
		if (e->d_name[0] != '.' && rename(below(name), kept) != 0)
			fail_msg("%s", name);
	}
	closedir(dir);
}

static int
setup(void **state)
{
	char pristine[512];

	(void)state;
	str_init(&out);
	str_init(&said);
	stage_open(&stage);
	snprintf(conversation, sizeof(conversation), "%lld",
	    (long long)stage_int(&stage,
		"SELECT id FROM conversations WHERE state <> 2"
		" ORDER BY last_inbound_us DESC LIMIT 1"));
	make_old();
	make_backup();
	snprintf(pristine, sizeof(pristine), "%s", below("pristine.db"));
	put_back(stage.desk, pristine);
	faults_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	faults_end();
	stage_close(&stage);
	str_free(&out);
	str_free(&said);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verbs__a_call_fails__do_it_or_say_so),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
