/* cli_ticket_files - what came with a ticket. */
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/ticket_attach.h"
#include "db/records/ticket_files.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"created_at", N_("When"), CLI_TIME},
    {"size", N_("Bytes"), 0},
    {"mime", N_("Type"), 40},
    {"title", N_("Name"), 60},
};

static int
run_files(struct cli *c, struct err *err)
{
	struct ticket_file *rows = NULL;
	struct ticket t = {0};
	size_t count = 0;
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_files(c->desk, t.id, &rows, &count, err)) == 0) {
		cli_list(c, columns, COUNT(columns));
		for (size_t i = 0; i < count; i++)
			ticket_file_json(&rows[i], cli_row(c));
	}
	free(rows);
	ticket_clear(&t);
	return rc;
}

static const struct cli_option save_options[] = {
    {"--to", "FILE", N_("where its bytes go; a new file")},
    {NULL, NULL, NULL},
};

static int
run_file(struct cli *c, struct err *err)
{
	const char *path = cli_option(c, "--to");
	struct ticket_file f = {0};
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 1, &id, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_file_get(c->desk, t.id, id, &f, err)) == 0 &&
	    path != NULL)
		rc = file_save(c->desk, &f.file, path, err);
	if (rc == 0)
		ticket_file_json(&f, cli_value(c));
	ticket_clear(&t);
	return rc;
}

/* ---- added by people ---- */

static const struct cli_option attach_options[] = {
    {"--text", "TEXT", N_("what to write with them; - is standard input")},
    {"--reply", NULL, N_("for the customer, not an internal note")},
    {NULL, NULL, NULL},
};

static int
attach(struct cli *c, const struct ticket *t, const char *text, struct err *err)
{
	struct attach_file files[ATTACH_FILES_MAX];
	struct ticket_file *rows = NULL;
	size_t taken = 0, count = 0;
	int64_t comment;
	int rc = 0;

	while (rc == 0 && taken < (size_t)c->nargs - 1) {
		rc = attach_take_path(
		    c->desk->files_dir, c->args[taken + 1], &files[taken], err);
		taken += rc == 0;
	}
	if (rc == 0)
		rc = ticket_comment_attach(c->desk, t->id,
		    cli_flag(c, "--reply") ? COMMENT_REPLY : COMMENT_NOTE, text,
		    files, taken, &comment, err);
	if (rc != 0) {
		attach_drop(c->desk->files_dir, files, taken);
		return rc;
	}
	if ((rc = ticket__comment_files(
		 c->desk, comment, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		ticket_file_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_attach(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	struct ticket t = {0};
	int rc;

	if ((rc = cli_option_text(c, "--text", &text, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = op_may(c->desk, OP_TICKET_COMMENT, t.id, err)) == 0)
		rc = attach(c, &t, text.s, err);
	ticket_clear(&t);
	str_free(&text);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "attach", "NUMBER FILE...", 2, 1 + ATTACH_FILES_MAX, attach_options, CLI_OPERATOR, false, run_attach,
	    N_("Add files to a ticket, with a note or a reply.")},
	{"ticket", "files", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_files,
	    N_("List the files that came with a ticket.")},
	{"ticket", "file", "NUMBER ID", 2, 2, save_options, CLI_OPERATOR, true, run_file,
	    N_("Show one of them, and copy its bytes with --to.")},
};
/* clang-format on */

const struct cli_table cli_ticket_files_table = {rows, COUNT(rows)};
