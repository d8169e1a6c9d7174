/* cli_desk_copy - desk copy: a whole desk to another place. */
#include "common/i18n.h"
#include "db/records/desk_copy.h"
#include "tui/cli/cli_tables.h"

static const struct cli_option copy_options[] = {
    {"--from", "URI", N_("the desk to copy; else the one that is set")},
    {"--to", "URI", N_("the new place: a path, or an empty database")},
    {"--from-files", "DIR", N_("its files, when not in their usual place")},
    {"--to-files", "DIR", N_("where the files go; else their usual place")},
    {"--keep-damaged", NULL,
	N_("files that are missing or damaged do not end the copy")},
    {"--keep-source", NULL,
	N_("both desks go on, and the copy holds what was to be sent")},
    {NULL, NULL, NULL},
};

static void
show_progress(enum desk_copy_step step, int64_t done, int64_t all, void *data)
{
	static const char *const names[] = {
	    [DESK_COPY_FILES] = N_("Copying files"),
	    [DESK_COPY_ROWS] = N_("Copying rows"),
	    [DESK_COPY_COMPARE] = N_("Comparing"),
	};

	cli_progress(data, _(names[step]), done, all);
}

static void
people(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const rows[][2] = {
	    {"rows", N_("Rows")},
	    {"files", N_("Files")},
	    {"files_place", N_("Place of the files")},
	    {"damaged_files", N_("Damaged files")},
	    {"mended_texts", N_("Mended texts")},
	    {"spooled_events", N_("Events that waited in files")},
	    {"unreadable_events", N_("Files of events that stay")},
	    {"audit_rows", N_("Rows of the audit trail")},
	    {"audit_broken", N_("Broken audit trails")},
	};
	int64_t damaged = 0;
	bool moved = json_bool(doc, "moved");

	(void)json_int64(doc, "damaged_files", &damaged);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		str_addf(out, "%s: ", _(rows[i][1]));
		cli_add_member(c, doc, rows[i][0], out);
		str_addc(out, '\n');
	}
	str_add(
	    out, damaged == 0
		     ? _("All tables and files were compared and are the same.")
		     : _("All tables were compared and are the same."));
	str_addc(out, '\n');
	str_add(out,
	    moved
		? _("The desk is there from now on; the old one is closed, and"
		    " can be read with --readonly.")
		: _("Both desks go on.  What was to be sent is held in the"
		    " copy; \"opdesk outbox release\" lets it go there."));
	str_addc(out, '\n');
}

static int
run_desk_copy(struct cli *c, struct err *err)
{
	struct desk_copy_options o = {.to = cli_option(c, "--to"),
	    .from = cli_option(c, "--from"),
	    .keep_damaged = cli_flag(c, "--keep-damaged"),
	    .keep_source = cli_flag(c, "--keep-source"),
	    .progress = show_progress,
	    .data = c};
	struct str uri = STR_INIT;
	struct desk_copy copy = {0};
	int rc;

	if (o.to == NULL)
		return err_set(
		    err, OD_EUSAGE, "Where to? Name the new place with --to");
	/* Sets the server's password as well. */
	invocation_uri(c->in, c->conf, &uri);
	if (o.from == NULL)
		o.from = uri.s;
	o.from_files = cli_files_of(c, "--from-files", o.from);
	o.to_files = cli_files_of(c, "--to-files", o.to);
	if ((rc = invocation_check_uri(o.from, err)) == 0 &&
	    (rc = invocation_check_uri(o.to, err)) == 0 &&
	    (rc = desk_copy(&o, &copy, err)) == 0) {
		cli_people(c, people);
		desk_copy_json(&copy, cli_value(c));
	}
	desk_copy_free(&copy);
	str_free(&uri);
	return rc;
}

static void
people_reopened(const struct cli *c, const struct json *doc, struct str *out)
{
	str_addf(out, "%s ",
	    _("This desk is open.  Held, because it may have been sent from"
	      " elsewhere:"));
	cli_add_member(c, doc, "held", out);
	str_addc(out, '\n');
}

static int
run_desk_reopen(struct cli *c, struct err *err)
{
	struct str uri = STR_INIT;
	struct desk_options o = {.closed = true};
	struct desk *d = NULL;
	struct json_out *out;
	bool was_moved;
	int64_t held;
	int rc;

	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	if ((rc = desk_open(&o, &d, err)) == 0 &&
	    (rc = desk_reopen(d, &was_moved, &held, err)) == 0) {
		cli_people(c, people_reopened);
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_bool(out, "was_moved", was_moved);
		json_out_int(out, "held", held);
		json_out_end(out, '}');
	}
	desk_close(&d);
	str_free(&uri);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"desk", "copy", "", 0, 0, copy_options, CLI_NOBODY, false, run_desk_copy,
	    N_("Move a whole desk to another place or another engine, and compare.")},
	{"desk", "reopen", "", 0, 0, NULL, CLI_NOBODY, false, run_desk_reopen,
	    N_("Go on with a desk that was moved or brought back; sendings are held.")},
};
/* clang-format on */

const struct cli_table cli_desk_copy_table = {
    rows, sizeof(rows) / sizeof(rows[0])};
