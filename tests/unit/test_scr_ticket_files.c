/*
 * Files on a ticket's card: seen below what they came with, saved under a
 * name of one's own, added to what is written; and which way they leave.
 *
 * Turned red by: files of a note that go with a reply, a file that is written
 * over one that is there, files that are gone with a reply that comes back,
 * files that stay a draft after they went.
 */
#include "tests/lib/console_test.h"

#include "db/records/conversations.h"
#include "db/records/mails.h"
#include "db/records/people.h"
#include "db/records/ticket_attach.h"
#include "db/records/tickets.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int64_t
make(struct console_fixture *f)
{
	int64_t id = console_seed_ticket(f, 90, "Avería en la centralita", 4, 4,
		    "Lucía Peña", "operator"),
		comment;
	struct attach_file files[2];
	struct err err = ERR_INIT;

	clock_fake_wall(CONSOLE_FIXTURE_NOW - 40 * US_PER_MINUTE);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "mate");
	assert_int_equal(attach_take(f->desk.d->files_dir, "parte\x1b[2J.pdf",
			     "%PDF-1.7 parte", 14, &files[0], &err),
	    0);
	assert_int_equal(attach_take(f->desk.d->files_dir, "../foto.png",
			     "\x89PNG\r\n\x1a\n", 8, &files[1], &err),
	    0);
	assert_int_equal(
	    ticket_comment_attach(f->desk.d, id, COMMENT_NOTE,
		"Lo que dejó el técnico", files, 2, &comment, &err),
	    0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	return id;
}

static void
write_file(const char *path, size_t n)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(fputc('a', out), EOF);
	assert_int_equal(fclose(out), 0);
}

/* Typed over what the prompt begins with. */
static void
answer(struct console_fixture *f, const char *path)
{
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, path);
	console_fixture_keys(f, "Enter");
}

static void
files__of_a_comment__are_seen_and_saved(void **state)
{
	struct console_fixture *f = *state;
	char path[200];
	struct stat st;

	console_fixture_start(f, "operator", &scr_ticket, make(f));
	golden_check(f->ui, "ticket", "files", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "files", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "g f");
	golden_check(f->ui, "ticket", "files-list", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "files-list", LANG_EN, 40, 10, 0);
	console_fixture_type(f, "parte");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "files-save", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "files-save", LANG_EN, 40, 10, 0);
	str_format(path, sizeof(path), "%s/mi parte.pdf", f->desk.tmp.dir);
	answer(f, path);
	assert_true(console_fixture_shows(f, "The file is in"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 14);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* One that is there stays; a folder gets it under its own name. */
	console_fixture_keys(f, "g f Enter");
	answer(f, path);
	assert_false(console_fixture_shows(f, "The file is in"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 14);
	console_fixture_keys(f, "g f");
	console_fixture_type(f, "foto");
	console_fixture_keys(f, "Enter");
	answer(f, f->desk.tmp.dir);
	assert_true(console_fixture_shows(f, "The file is in"));
	str_format(path, sizeof(path), "%s/foto.png", f->desk.tmp.dir);
	assert_int_equal(stat(path, &st), 0);
}

static void
files__added_to_a_reply__go_and_come_back_with_it(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(
	    f, 90, "Avería", 4, 4, "Lucía Peña", "operator");
	char path[200];

	str_format(path, sizeof(path), "%s/carta.txt", f->desk.tmp.dir);
	write_file(path, 1500);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "g f");
	assert_true(console_fixture_shows(f, "The ticket has no files"));
	console_fixture_keys(f, "N C-o");
	answer(f, path);
	console_fixture_keys(f, "Esc r C-o");
	answer(f, "/nowhere/at/all");
	assert_true(console_fixture_shows(f, "cannot be read"));
	/* What was added to the note is not in the reply. */
	assert_false(console_fixture_shows(f, "carta.txt"));
	console_fixture_keys(f, "C-o");
	answer(f, path);
	console_fixture_type(f, "Se la mando");
	golden_check(f->ui, "ticket", "files-reply", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "files-reply", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "u takes it back for 15 s"));
	assert_true(console_fixture_shows(f, "+ carta.txt (2 KB)"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Se la mando"));
	assert_true(console_fixture_shows(f, "+ carta.txt (2 KB)"));
	/* And off again. */
	console_fixture_keys(f, "C-o Enter");
	assert_false(console_fixture_shows(f, "carta.txt"));
	console_fixture_keys(f, "Esc g f");
	assert_true(console_fixture_shows(f, "The ticket has no files"));
}

/* It was there when it was added, and is gone when it is sent. */
static void
files__gone_meanwhile__the_words_stay(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(
	    f, 90, "Avería", 4, 4, "Lucía Peña", "operator");
	char path[200];

	str_format(path, sizeof(path), "%s/carta.txt", f->desk.tmp.dir);
	write_file(path, 3);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "N C-o");
	answer(f, path);
	console_fixture_type(f, "Va la carta");
	assert_int_equal(remove(path), 0);
	console_fixture_keys(f, "C-t");
	assert_true(console_fixture_shows(f, "cannot be read"));
	assert_true(console_fixture_shows(f, "Va la carta"));
	assert_true(console_fixture_shows(f, "only for us"));
}

/*
 * They are a draft as words are: with them, without any, through a closed card
 * and back from a reply that is taken back when its card is closed.
 */
static void
files__chosen_and_the_card_closed__are_a_draft(void **state)
{
	struct console_fixture *f = *state;
	struct screen *list;
	char path[200], plan[200];

	str_format(path, sizeof(path), "%s/carta.txt", f->desk.tmp.dir);
	str_format(plan, sizeof(plan), "%s/plano.png", f->desk.tmp.dir);
	(void)console_seed_ticket(
	    f, 90, "Avería", 4, 4, "Lucía Peña", "operator");
	write_file(path, 1500);
	write_file(plan, 10);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	list = ui_top(f->ui);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "r C-o");
	answer(f, path);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "The draft is kept"));
	console_fixture_keys(f, "N C-o");
	answer(f, plan);
	console_fixture_type(f, "El plano");
	console_fixture_keys(f, "Esc Esc");
	assert_ptr_equal(ui_top(f->ui), list);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "+ carta.txt (2 KB)"));
	assert_false(console_fixture_shows(f, "plano.png"));
	console_fixture_keys(f, "Esc N");
	assert_true(console_fixture_shows(f, "+ plano.png (10 B)"));
	assert_true(console_fixture_shows(f, "El plano"));
	/* The note goes, and its files are no draft any more. */
	console_fixture_keys(f, "C-t");
	console_fixture_keys(f, "Esc");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "N");
	assert_false(console_fixture_shows(f, "│+ plano.png"));
	console_fixture_keys(f, "Esc r");
	console_fixture_type(f, "Va la carta");
	console_fixture_keys(f, "C-s");
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui), list);
	/* Taken back from the list, then the file goes away. */
	console_fixture_keys(f, "u");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "+ carta.txt (2 KB)"));
	assert_true(console_fixture_shows(f, "Va la carta"));
	console_fixture_keys(f, "Esc Esc");
	assert_int_equal(remove(path), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "does not go along any more"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "Va la carta"));
	assert_false(console_fixture_shows(f, "carta.txt (2 KB)"));
}

/*
 * A chat takes no files from here.  That is asked before the words stay with
 * them, and without the files they go.  Turned red by: a send that asks
 * nothing.
 */
static void
files__of_a_reply_by_chat__are_asked_about(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(
		    f, 90, "Avería", 4, 4, "Lucía Peña", "operator"),
		talk = console_seed_writes(
		    f, 5, "34600111222", "Lucía Peña", "No imprime");
	struct err err = ERR_INIT;
	char path[200];

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    conversation_link_ticket(f->desk.d, talk, id, &err), 0);
	str_format(path, sizeof(path), "%s/carta.txt", f->desk.tmp.dir);
	write_file(path, 1500);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r C-o");
	answer(f, path);
	console_fixture_type(f, "Se la mando");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "C-s");
	golden_check(f->ui, "ticket", "files-chat", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc C-s");
	golden_check(f->ui, "ticket", "files-chat", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "files-chat", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Se la mando"));
	console_fixture_keys(f, "C-s y");
	assert_true(console_fixture_shows(f, "stays in the desk; u takes"));
	console_fixture_keys(f, "u");
	console_fixture_keys(f, "C-o Enter");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "goes out in 15 s; u takes"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(files__of_a_comment__are_seen_and_saved),
	    SCREEN_TEST(files__added_to_a_reply__go_and_come_back_with_it),
	    SCREEN_TEST(files__gone_meanwhile__the_words_stay),
	    SCREEN_TEST(files__chosen_and_the_card_closed__are_a_draft),
	    SCREEN_TEST(files__of_a_reply_by_chat__are_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
