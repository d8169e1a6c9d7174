/*
 * Unit tests of db/records/ticket_attach and common/file_type: what is taken,
 * what it is called and is, who may, and what goes when it is taken back.
 *
 * Turned red by: a title that keeps its path, a sum that is not compared with
 * the limit, files of a comment that was taken back still listed.
 */
#include "common/file_type.h"
#include "common/fsutil.h"
#include "db/core/op.h"
#include "db/records/ticket_attach.h"
#include "db/records/ticket_files.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t
ticket(struct desk_fixture *f)
{
	struct ticket_new in = {.subject = "Impresora"};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static size_t
listed(struct desk_fixture *f, int64_t ticket_id, struct ticket_file *first)
{
	struct ticket_file *rows;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_files(f->d, ticket_id, &rows, &n, &err));
	if (n > 0 && first != NULL)
		*first = rows[0];
	free(rows);
	return n;
}

static void
attach_title__path_dots_and_controls__are_gone(void **state)
{
	static const struct {
		const char *called, *title;
	} rows[] = {{"informe.pdf", "informe.pdf"},
	    {"../../etc/passwd", "passwd"},
	    {"C:\\x\\factura.pdf", "factura.pdf"}, {".profile", "profile"},
	    {"..", "file"}, {"", "file"}, {"/", "file"}, {"a\nb", "a b"},
	    {"\xe2\x80\xae"
	     "fdp.exe",
		"fdp.exe"},
	    {"factura \xc3\xb1.pdf", "factura \xc3\xb1.pdf"}};
	char title[201], big[600];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		attach_title(title, rows[i].called);
		assert_string_equal(title, rows[i].title);
	}
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	attach_title(title, big);
	assert_int_equal(strlen(title), 200);
}

static void
file_type__of_bytes__names_do_not_count(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *type;
	} rows[] = {{"\x89PNG\r\n\x1a\n....", 12, "image/png"},
	    {"%PDF-1.7\n", 9, "application/pdf"},
	    {"RIFF....WAVEfmt ", 16, "audio/wav"},
	    {"XXXX....WAVEfmt ", 16, "text/plain"},
	    {"PK\3\4....word/document.xml", 25,
		"application/vnd.openxmlformats-officedocument."
		"wordprocessingml.document"},
	    {"PK\3\4.......", 11, "application/zip"},
	    {"<html><script>alert(1)</script>", 31, "text/plain"},
	    {"se\xc3\xb1or\n", 7, "text/plain"}, {"\xff\xfe", 2, NULL},
	    {"MZ\x90\0", 4, NULL}, {"", 0, NULL}};
	char edge[FILE_TYPE_HEAD];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(file_type(rows[i].bytes, rows[i].n),
		    rows[i].type != NULL ? rows[i].type
					 : "application/octet-stream");
	/* A character that is cut where the look ends. */
	memset(edge, 'a', sizeof(edge));
	edge[sizeof(edge) - 1] = '\xc3';
	assert_string_equal(file_type(edge, sizeof(edge)), "text/plain");
}

static void
ticket_comment_attach__files__belong_to_it_and_go_with_it(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = ticket(f), comment;
	struct ticket_comment *said;
	struct attach_file files[2];
	struct ticket_file first;
	struct err err = ERR_INIT;
	char sentence[256], got[8];
	size_t n;
	int fd;

	assert_ok(attach_take(
	    f->d->files_dir, "x/uno.txt", "uno\n", 4, &files[0], &err));
	assert_ok(attach_take(
	    f->d->files_dir, "dos.pdf", "%PDF-1.4", 8, &files[1], &err));
	assert_ok(ticket_comment_attach(
	    f->d, id, COMMENT_NOTE, "  ", files, 2, &comment, &err));
	assert_int_equal(listed(f, id, &first), 2);
	assert_string_equal(first.file.title, "uno.txt");
	assert_string_equal(first.file.mime, "text/plain");
	assert_int_equal(first.comment_id, comment);
	assert_ok(file_open(f->d, &first.file, &fd, &err));
	assert_int_equal(read(fd, got, sizeof(got)), 4);
	close(fd);
	/* What it says, when nothing was written: their names. */
	assert_ok(ticket_comments(f->d, id, &said, &n, &err));
	assert_string_equal(said[0].body, "uno.txt\ndos.pdf");
	ticket_comments_free(&said, n);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(listed(f, id, NULL), 0);
	assert_rc(ticket_file_get(f->d, id, first.file.id, &first, &err),
	    OD_ENOTFOUND);
}

static void
ticket_comment_attach__too_much_or_not_allowed__keeps_nothing(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = ticket(f), comment;
	struct attach_file files[ATTACH_FILES_MAX + 1];
	struct err err = ERR_INIT;

	assert_ok(attach_take(f->d->files_dir, "a", "a", 1, &files[0], &err));
	for (size_t i = 1; i <= ATTACH_FILES_MAX; i++)
		files[i] = files[0];
	assert_rc(ticket_comment_attach(f->d, id, COMMENT_NOTE, "x", files,
		      ATTACH_FILES_MAX + 1, &comment, &err),
	    OD_ELIMIT);
	files[0].size = ATTACH_BYTES_MAX;
	assert_rc(ticket_comment_attach(
		      f->d, id, COMMENT_NOTE, "x", files, 2, &comment, &err),
	    OD_ELIMIT);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_rc(ticket_comment_attach(
		      f->d, id, COMMENT_NOTE, "x", files, 1, &comment, &err),
	    OD_EDENIED);
	desk_act_as_system(f->d, f->other.id);
	assert_rc(ticket_comment_attach(
		      f->d, id, COMMENT_NOTE, "x", files, 1, &comment, &err),
	    OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_int_equal(listed(f, id, NULL), 0);
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM ticket_comments"), 0);
}

static void
attach_take_path__what_is_no_good_file__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct attach_file file;
	struct err err = ERR_INIT;
	char path[400], pipe[400];
	FILE *out;

	str_format(path, sizeof(path), "%s/carta.txt", f->tmp.dir);
	str_format(pipe, sizeof(pipe), "%s/tubo", f->tmp.dir);
	assert_rc(
	    attach_take_path(f->d->files_dir, path, &file, &err), OD_ENOTFOUND);
	assert_rc(attach_take_path(f->d->files_dir, f->tmp.dir, &file, &err),
	    OD_EDATA);
	/* Nobody writes into it: it would be waited for. */
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_rc(
	    attach_take_path(f->d->files_dir, pipe, &file, &err), OD_EDATA);
	assert_non_null(out = fopen(path, "w"));
	assert_int_equal(fclose(out), 0);
	assert_rc(
	    attach_take_path(f->d->files_dir, path, &file, &err), OD_EDATA);
	assert_int_equal(truncate(path, ATTACH_BYTES_MAX + 1), 0);
	assert_rc(
	    attach_take_path(f->d->files_dir, path, &file, &err), OD_ELIMIT);
	assert_int_equal(truncate(path, 3), 0);
	assert_ok(attach_take_path(f->d->files_dir, path, &file, &err));
	assert_int_equal(file.size, 3);
	assert_string_equal(file.title, "carta.txt");
	attach_drop(f->d->files_dir, &file, 1);
	/* A full disk takes none. */
	fs_fake_space(1 << 20, 1LL << 40);
	assert_rc(
	    attach_take_path(f->d->files_dir, path, &file, &err), OD_ELIMIT);
	fs_fake_space(0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(attach_title__path_dots_and_controls__are_gone),
	    cmocka_unit_test(file_type__of_bytes__names_do_not_count),
	    TALK_TEST(
		ticket_comment_attach__files__belong_to_it_and_go_with_it),
	    TALK_TEST(
		ticket_comment_attach__too_much_or_not_allowed__keeps_nothing),
	    TALK_TEST(attach_take_path__what_is_no_good_file__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
