/* cli_import - import: tickets, contacts and employees from other systems. */
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/imports.h"
#include "tui/cli/cli_tables.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define SHOWN_MAX  20    /* lines for people */
#define LISTED_MAX 50000 /* lines in JSON; --report has all */

#define FROM_OPTIONS                                                           \
	{"--from", "FILE",                                                     \
	    N_("comma-separated, JSON, or a database (SQLite)")},              \
	    {"--dry-run", NULL,                                                \
		N_("look at every row and say what would be done")},           \
	    {"--source", "NAME",                                               \
		N_("whose rows they are; else the file's name without its"     \
		   " end")},                                                   \
	    {"--map", "HEADING=FIELD...",                                      \
		N_("what a heading means, that is not known or another "       \
		   "thing")},                                                  \
	    {"--word", "FIELD:WORD=WORD...",                                   \
		N_("what a word in a field means")},                           \
	    {"--encoding", "NAME",                                             \
		N_("utf-8, windows-1252 (latin-1) or utf-16")},                \
	    {"--table", "NAME", N_("of a database, the table to read")},       \
	    {"--overwrite", NULL, N_("also what was changed here since")},     \
	{                                                                      \
		"--report", "FILE",                                            \
		    N_("write every line that was not taken"                   \
		       " as it is to a new file")                              \
	}

static const struct cli_option ticket_options[] = {
    FROM_OPTIONS,
    {"--dates", "ORDER",
	N_("of 3/4/2024: dmy (the day first) or mdy (the month first)")},
    {NULL, NULL, NULL},
};

static const struct cli_option people_options[] = {
    FROM_OPTIONS,
    {NULL, NULL, NULL},
};

struct line { /* as it is shown */
	int64_t line;
	char *field, *reason; /* owned */
	enum import_outcome outcome;
};

struct run {
	struct cli *c;
	const char *label;  /* of the progress */
	struct line *lines; /* owned */
	size_t count;
	int64_t told;
	FILE *report; /* NULL: none */
	bool report_failed;
};

static volatile sig_atomic_t was_interrupted;

static void
interrupt(int signal)
{
	(void)signal;
	was_interrupted = 1;
}

static bool
stop(void *data)
{
	(void)data;
	return was_interrupted != 0;
}

static void
show_progress(int64_t done, int64_t all, void *data)
{
	const struct run *r = data;

	cli_progress(r->c, r->label, done, all);
}

/* One value of a report; no spreadsheet takes it for a formula. */
static void
put_value(FILE *out, const char *text, char end)
{
	char *safe = text_safe_dup(text, TEXT_LINE);

	fputc('"', out);
	if (safe[0] != '\0' && strchr("=+-@", safe[0]) != NULL)
		fputc('\'', out);
	for (const char *p = safe; *p != '\0'; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
	fputc(end, out);
	free(safe);
}

static void
tell(const struct import_told *told, void *data)
{
	struct run *r = data;
	bool is_listed = r->c->in->json || r->c->in->jsonl;

	r->told++;
	if (r->report != NULL) {
		fprintf(r->report, "%lld,", (long long)told->line);
		put_value(r->report, told->field, ',');
		put_value(r->report, import_outcome_names[told->outcome], ',');
		put_value(r->report, told->reason, '\n');
		r->report_failed |= ferror(r->report) != 0;
	}
	if (r->count >= (is_listed ? LISTED_MAX : SHOWN_MAX))
		return;
	r->lines = xreallocarray(r->lines, r->count + 1, sizeof(*r->lines));
	r->lines[r->count++] = (struct line){told->line, xstrdup(told->field),
	    xstrdup(told->reason), told->outcome};
}

static void
run_free(struct run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->lines[i].field);
		free(r->lines[i].reason);
	}
	free(r->lines);
	if (r->report != NULL)
		fclose(r->report);
}

static int
open_report(struct run *r, const char *path, struct err *err)
{
	char shown[240];
	int fd;

	if (path == NULL)
		return 0;
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	text_safe_buf(shown, sizeof(shown), path);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, OD_ECONFLICT,
		    "%s is there already; name another file for the report",
		    shown);
	if (fd < 0 || (r->report = fdopen(fd, "w")) == NULL)
		return err_set(
		    err, OD_EIO, "The report %s cannot be written: %m", shown);
	fputs("line,field,outcome,reason\n", r->report);
	return 0;
}

static int
close_report(struct run *r, struct err *err)
{
	FILE *report = r->report;

	if (report == NULL)
		return 0;
	r->report = NULL;
	if (fclose(report) != 0 || r->report_failed)
		return err_set(err, OD_EIO,
		    "The report could not be written to its end: %m");
	return 0;
}

static void
print_json(const struct run *r, const struct import_options *o,
    const struct import_result *res, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "source", res->source);
	json_out_string(out, "format", import_format_names[res->format]);
	json_out_bool(out, "dry_run", o->dry_run);
	json_out_int(out, "rows", res->rows);
	json_out_int(out, "made", res->made);
	json_out_int(out, "updated", res->updated);
	json_out_int(out, "unchanged", res->unchanged);
	json_out_int(out, "kept_here", res->kept);
	json_out_int(out, "refused", res->refused);
	json_out_int(out, "notes", res->notes);
	json_out_bool(out, "stopped", res->stopped);
	json_out_array(out, "columns");
	for (size_t i = 0; i < res->column_count; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "heading", res->columns[i].heading);
		json_out_string(out, "field", res->columns[i].field);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_array(out, "lines");
	for (size_t i = 0; i < r->count; i++) {
		json_out_object(out, NULL);
		json_out_int(out, "line", r->lines[i].line);
		json_out_string(out, "field", r->lines[i].field);
		json_out_string(
		    out, "outcome", import_outcome_names[r->lines[i].outcome]);
		json_out_string(out, "reason", r->lines[i].reason);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_int(out, "lines_left_out", r->told - (int64_t)r->count);
	json_out_end(out, '}');
}

/* ---- for people ---- */

static void
people_columns(const struct json *doc, struct str *out)
{
	const struct json *columns = json_get(doc, "columns");
	size_t n = 0;

	for (const struct json *v = json_first(columns); v != NULL;
	     v = json_next(v)) {
		const char *field = json_string(v, "field");

		if (field != NULL && field[0] != '\0')
			continue;
		str_addf(out, "%s%s", n++ == 0 ? _("Columns left out: ") : ", ",
		    json_string(v, "heading"));
	}
	if (n > 0)
		str_addc(out, '\n');
}

static void
people_lines(const struct json *doc, struct str *out)
{
	int64_t left_out = 0, line = 0;

	for (const struct json *v = json_first(json_get(doc, "lines"));
	     v != NULL; v = json_next(v)) {
		const char *field = json_string(v, "field");
		const char *outcome = json_string(v, "outcome");

		(void)json_int64(v, "line", &line);
		str_addf(out, _("Line %lld"), (long long)line);
		if (field != NULL && field[0] != '\0')
			str_addf(out, ", %s", field);
		str_addf(out, " (%s): %s\n", outcome != NULL ? _(outcome) : "",
		    json_string(v, "reason"));
	}
	(void)json_int64(doc, "lines_left_out", &left_out);
	if (left_out > 0)
		str_addf(out,
		    _("... and %lld more; --report FILE writes them all\n"),
		    (long long)left_out);
}

static void
people(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const rows[][2] = {
	    {"rows", N_("Rows read")},
	    {"made", N_("New rows")},
	    {"updated", N_("Updated")},
	    {"unchanged", N_("There already")},
	    {"kept_here", N_("Changed here, kept")},
	    {"refused", N_("Refused")},
	};

	people_lines(doc, out);
	people_columns(doc, out);
	if (json_bool(doc, "dry_run"))
		str_addf(out, "%s\n",
		    _("Nothing was changed; this is what would be done:"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		str_addf(out, "%s: ", _(rows[i][1]));
		cli_add_member(c, doc, rows[i][0], out);
		str_addc(out, '\n');
	}
	if (json_bool(doc, "stopped"))
		str_addf(out, "%s\n",
		    _("Stopped; the same command goes on where it was."));
}

/* ---- the verbs ---- */

static const char **
all_of(const struct cli *c, const char *name, size_t *count)
{
	const char **list = NULL, *value;

	*count = 0;
	while ((value = cli_option_nth(c, name, (int)*count)) != NULL) {
		list = xreallocarray(list, *count + 1, sizeof(*list));
		list[(*count)++] = value;
	}
	return list;
}

static int
take_options(struct cli *c, struct import_options *o, struct err *err)
{
	static const char *const orders[] = {"dmy", "mdy", NULL};
	const char *encoding = cli_option_or(c, "--encoding", "utf-8");
	int dates = 0;

	o->path = cli_option(c, "--from");
	if (o->path == NULL || o->path[0] == '\0')
		return err_set(
		    err, OD_EUSAGE, "From which file? Name it with --from");
	if (!import_encoding_by_name(encoding, &o->encoding))
		return err_set(err, OD_EUSAGE,
		    "\"%s\" is no encoding that is known: utf-8, windows-1252"
		    " or utf-16",
		    encoding);
	if (o->kind == IMPORT_TICKETS) {
		int rc = cli_option_word(c, "--dates", orders, 0, &dates, err);

		if (rc != 0)
			return rc;
	}
	o->dates = dates == 1 ? DATES_MONTH_FIRST : DATES_DAY_FIRST;
	o->source = cli_option(c, "--source");
	o->table = cli_option(c, "--table");
	o->dry_run = cli_flag(c, "--dry-run");
	o->overwrite = cli_flag(c, "--overwrite");
	return 0;
}

/* What could not be taken is said, and is no success. */
static int
judge(const struct import_result *res, int rc, struct err *err)
{
	if (rc != 0)
		return rc;
	if (res->stopped)
		return err_set(err, OD_ECANCEL,
		    "The import was stopped; the same command goes on where it"
		    " was");
	if (res->refused > 0)
		return err_set(err, OD_EDATA,
		    "%lld of %lld rows were refused; mend them in the file, and"
		    " import it again",
		    (long long)res->refused, (long long)res->rows);
	return 0;
}

static int
import_file(struct run *r, struct import_options *o, struct err *err)
{
	/* The second one ends the program, as ever. */
	struct sigaction act = {.sa_handler = interrupt,
	    .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
	struct import_result *res = xcalloc(1, sizeof(*res));
	struct err late = ERR_INIT;
	int rc;

	sigaction(SIGINT, &act, NULL);
	rc = import_run(r->c->desk, o, res, err);
	if (rc == 0 || res->rows > 0) {
		cli_people(r->c, people);
		cli_keep_rows(r->c);
		print_json(r, o, res, cli_value(r->c));
	}
	rc = judge(res, rc, err);
	if (close_report(r, &late) != 0 && rc == 0)
		rc = err_set(err, OD_EIO, "%s", late.text);
	import_result_clear(res);
	free(res);
	return rc;
}

static int
run_kind(
    struct cli *c, enum import_kind kind, const char *label, struct err *err)
{
	struct run r = {.c = c, .label = label};
	struct import_options o = {.kind = kind,
	    .progress = show_progress,
	    .stop = stop,
	    .tell = tell,
	    .data = &r};
	const char **maps = all_of(c, "--map", &o.map_count);
	const char **words = all_of(c, "--word", &o.word_count);
	int rc;

	o.maps = maps;
	o.words = words;
	if ((rc = take_options(c, &o, err)) == 0 &&
	    (rc = open_report(&r, cli_option(c, "--report"), err)) == 0)
		rc = import_file(&r, &o, err);
	run_free(&r);
	free(maps);
	free(words);
	return rc;
}

static int
run_tickets(struct cli *c, struct err *err)
{
	return run_kind(c, IMPORT_TICKETS, _("Importing tickets"), err);
}

static int
run_contacts(struct cli *c, struct err *err)
{
	return run_kind(c, IMPORT_CONTACTS, _("Importing contacts"), err);
}

static int
run_employees(struct cli *c, struct err *err)
{
	return run_kind(c, IMPORT_EMPLOYEES, _("Importing employees"), err);
}

static const struct cli_column source_columns[] = {
    {"source", N_("Source"), 40},
    {"rows", N_("Rows"), 0},
    {"last_at", N_("Last import"), CLI_TIME},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct import_source_row *rows = NULL;
	size_t count = 0;
	int rc = import_sources(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, source_columns, COUNT(source_columns));
	for (size_t i = 0; i < count; i++) {
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "source", rows[i].source);
		json_out_int(out, "rows", rows[i].rows);
		json_out_time(out, "last_at", rows[i].last_us);
		json_out_end(out, '}');
	}
	free(rows);
	return 0;
}

static int
run_undo(struct cli *c, struct err *err)
{
	struct import_undone undone;
	struct json_out *out;
	int rc = import_undo(c->desk, c->args[0], &undone, err);

	if (rc != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "source", c->args[0]);
	json_out_int(out, "trashed", undone.trashed);
	json_out_int(out, "kept_here", undone.kept);
	json_out_end(out, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"import", "tickets", "", 0, 0, ticket_options, CLI_OPERATOR, false, run_tickets,
	    N_("Take in tickets of another system, with their comments and requesters.")},
	{"import", "contacts", "", 0, 0, people_options, CLI_OPERATOR, false, run_contacts,
	    N_("Take in contacts of another system, with their companies.")},
	{"import", "employees", "", 0, 0, people_options, CLI_OPERATOR, false, run_employees,
	    N_("Take in the employees, whom tickets of other systems name by their code.")},
	{"import", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_list,
	    N_("Where records came from.")},
	{"import", "undo", "SOURCE", 1, 1, NULL, CLI_OPERATOR, false, run_undo,
	    N_("Move what came from a source to the trash, but for what was changed here since.")},
};
/* clang-format on */

const struct cli_table cli_import_table = {
    rows, sizeof(rows) / sizeof(rows[0])};
