/* cli_recording - the sound of calls by command line. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/recordings.h"
#include "tui/audio/keep.h"
#include "tui/cli/cli_recording.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_option list_options[] = {
    {"--from", "TIME", N_("begun at or after")},
    {"--to", "TIME", N_("begun before")},
    {"--of", "LOGIN", N_("of this operator")},
    {"--contact", "TEXT", N_("with this in the contact's name")},
    {"--state", "STATE", N_("ready, recovered, failed, missing or recording")},
    {"--deleted", NULL, N_("those in the trash")},
    {"--limit", "N", N_("at most so many")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};
static const struct cli_option verify_options[] = {
    {"--rows", NULL, N_("look at the rows only, not into the files")},
    {NULL, NULL, NULL},
};
static const struct cli_option export_options[] = {
    {"--reason", "TEXT", N_("why; it stays in the audit trail")},
    {NULL, NULL, NULL},
};
static const struct cli_option play_options[] = {
    {"--device", "NAME", N_("the loudspeaker")},
    {NULL, NULL, NULL},
};

static int
arg_id(struct cli *c, int64_t *id, struct err *err)
{
	return recording_find(c->desk, c->args[0], id, err);
}

static int
read_filter(struct cli *c, struct recording_filter *f, struct err *err)
{
	int rc;

	*f = (struct recording_filter){
	    .state = -1,
	    .contact = cli_option(c, "--contact"),
	    .deleted = cli_flag(c, "--deleted")};
	if ((rc = cli_option_time(c, "--from", &f->from_us, err)) != 0 ||
	    (rc = cli_option_time(c, "--to", &f->to_us, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--of"), &f->operator_id, err)) != 0)
		return rc;
	return cli_option_word(
	    c, "--state", recording_state_names, -1, &f->state, err);
}

static const struct cli_column columns[] = {
    {"name", N_("Recording"), 8},
    {"started_at", N_("Begun"), CLI_TIME},
    {"duration_seconds", N_("Seconds"), 8},
    {"state", N_("Status"), 10},
    {"operator", N_("Operator"), 12},
    {"contact_name", N_("Contact"), 24},
    {"format", N_("Format"), 6},
    {"size", N_("Bytes"), 11},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct recording *rows = NULL;
	struct recording_filter f;
	struct page page = {0};
	size_t n = 0;
	int rc;

	if ((rc = read_filter(c, &f, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0)
		return rc;
	if ((rc = recording_list(c->desk, &f, &page, &rows, &n, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < n; i++)
		recording_json(&rows[i], cli_row(c));
	if (n == (size_t)page.limit)
		cli_more_at(c, rows[n - 1].started_us, rows[n - 1].id);
	free(rows);
	return 0;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct recording r;
	int64_t id;
	int rc;

	if ((rc = arg_id(c, &id, err)) == 0 &&
	    (rc = recording_get(c->desk, id, &r, err)) == 0)
		recording_json(&r, cli_value(c));
	return rc;
}

static const struct cli_column mark_columns[] = {
    {"mark", N_("Mark"), 10},
    {"at_seconds", N_("At"), 10},
    {"until_seconds", N_("Until"), 10},
    {"text", N_("Text"), 40},
};

static int
run_marks(struct cli *c, struct err *err)
{
	struct recording_mark *rows = NULL;
	size_t n = 0;
	int64_t id;
	int rc;

	if ((rc = arg_id(c, &id, err)) != 0 ||
	    (rc = recording_marks(c->desk, id, &rows, &n, err)) != 0)
		return rc;
	cli_list(c, mark_columns, COUNT(mark_columns));
	for (size_t i = 0; i < n; i++)
		recording_mark_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_stats(struct cli *c, struct err *err)
{
	struct recording_filter f;
	struct recording_stats s;
	struct json_out *out;
	int rc;

	if ((rc = read_filter(c, &f, err)) != 0 ||
	    (rc = recording_stats(c->desk, &f, &s, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "total_recordings", s.count);
	json_out_double(
	    out, "total_duration_seconds", recording_seconds(s.duration_us));
	json_out_double(out, "total_size_mb", (double)s.bytes / (1 << 20));
	json_out_int(out, "silent", s.silent);
	json_out_int(out, "recovered", s.recovered);
	json_out_int(out, "missing_files", s.missing);
	json_out_end(out, '}');
	return 0;
}

static const struct cli_column device_columns[] = {
    {"index", N_("Number"), 6},
    {"name", N_("Device"), 40},
    {"api", N_("System"), 12},
    {"channels", N_("Channels"), 8},
    {"sample_rate", N_("Hertz"), 8},
};

static int
run_devices(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	struct json *doc = NULL;
	int rc;

	if ((rc = keep_devices(&text, err)) == 0)
		rc = json_parse(text.s, text.len, &json_limits_api, &doc, err);
	if (rc == 0)
		cli_list(c, device_columns, COUNT(device_columns));
	for (const struct json *v = rc == 0 ? json_first(doc) : NULL; v != NULL;
	     v = json_next(v)) {
		struct str one = STR_INIT;

		json_print(v, &one);
		json_out_raw(cli_row(c), NULL, one.s);
		str_free(&one);
	}
	if (rc == 0 && json_size(doc) == 0)
		cli_say(c, _("There is no microphone; plug one in or start the "
			     "sound server"));
	json_free(&doc);
	str_free(&text);
	return rc;
}

static void
progress(int64_t done, int64_t all, void *data)
{
	cli_progress(data, _("Recordings"), done, all);
}

static const struct cli_column fault_columns[] = {
    {"name", N_("Recording"), 32},
    {"fault", N_("Fault"), 12},
};

static int
run_verify(struct cli *c, struct err *err)
{
	struct recording_verdict v;
	int rc = recording_verify(
	    c->desk, cli_flag(c, "--rows"), progress, c, &v, err);

	if (rc != 0)
		return rc;
	cli_list(c, fault_columns, COUNT(fault_columns));
	for (int64_t i = 0; i < v.wrong && i < 20; i++) {
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "name", v.first[i].name);
		json_out_string(
		    out, "fault", recording_fault_names[v.first[i].fault]);
		json_out_end(out, '}');
	}
	cli_say(c, _("%lld recordings looked at, %lld faults"),
	    (long long)v.checked, (long long)v.wrong);
	if (v.wrong == 0)
		return 0;
	cli_keep_rows(c);
	return err_set(err, OD_EDATA,
	    "%lld recordings are not as they were kept; tell an auditor",
	    (long long)v.wrong);
}

static int
run_repair(struct cli *c, struct err *err)
{
	struct recording_scan s;
	struct json_out *out;
	int rc = recording_scan(c->desk, recording_is_live, &s, err);

	if (rc != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "recovered", s.recovered);
	json_out_int(out, "failed", s.failed);
	json_out_int(out, "missing_files", s.missing);
	json_out_end(out, '}');
	return 0;
}

static int
run_export(struct cli *c, struct err *err)
{
	int64_t id;
	int fd, rc;

	if ((rc = arg_id(c, &id, err)) != 0 ||
	    (rc = recording_export(
		 c->desk, id, cli_option_or(c, "--reason", ""), &fd, err)) != 0)
		return rc;
	rc = keep_copy(fd, c->args[1], err);
	close(fd);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = arg_id(c, &id, err);

	return rc != 0 ? rc
	               : recording_delete(c->desk, id,
			     cli_option_or(c, "--reason", ""), err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	struct recording r;
	int64_t id;
	int rc;

	if ((rc = recording_find_deleted(c->desk, c->args[0], &id, err)) == 0 &&
	    (rc = recording_restore(c->desk, id, err)) == 0 &&
	    (rc = recording_get(c->desk, id, &r, err)) == 0)
		recording_json(&r, cli_value(c));
	return rc;
}

static const struct cli_option due_options[] = {
    {"--deleted", NULL, N_("those in the trash")},
    {"--limit", "N", N_("at most so many")},
    {NULL, NULL, NULL},
};
static const struct cli_column due_columns[] = {
    {"name", N_("Recording"), 8},
    {"since", N_("Since"), CLI_TIME},
    {"size", N_("Bytes"), 11},
    {"held", N_("Legal hold"), 10},
};

static int
run_due(struct cli *c, struct err *err)
{
	struct recording_due *rows = NULL;
	int64_t limit = 50;
	size_t n = 0;
	int rc;

	if ((rc = cli_option_int(c, "--limit", 1, 1000, 50, &limit, err)) !=
		0 ||
	    (rc = recording_due_list(c->desk, cli_flag(c, "--deleted"),
		 (int)limit, &rows, &n, err)) != 0)
		return rc;
	cli_list(c, due_columns, COUNT(due_columns));
	for (size_t i = 0; i < n; i++)
		recording_due_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_play(struct cli *c, struct err *err)
{
	int64_t id;
	int fd, rc;

	if ((rc = arg_id(c, &id, err)) != 0 ||
	    (rc = recording_open(c->desk, id, &fd, err)) != 0)
		return rc;
	rc = keep_play(fd, cli_option_or(c, "--device", ""), err);
	close(fd);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"recording", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List recordings, newest first.")},
	{"recording", "show", "NAME", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a recording, by its name or the begin of it.")},
	{"recording", "marks", "NAME", 1, 1, NULL, CLI_OPERATOR, true, run_marks,
	    N_("List a recording's marks and pauses.")},
	{"recording", "stats", "", 0, 0, list_options, CLI_OPERATOR, true, run_stats,
	    N_("Count recordings, their length and size.")},
	{"recording", "devices", "", 0, 0, NULL, CLI_NOBODY, true, run_devices,
	    N_("List what can be recorded from.")},
	{"recording", "record", "", 0, 0, cli_recording_record_options, CLI_OPERATOR, false, cli_recording_record,
	    N_("Record until C-c; nothing before the customer's consent is said.")},
	{"recording", "verify", "", 0, 0, verify_options, CLI_OPERATOR, true, run_verify,
	    N_("See whether recordings are as they were kept.")},
	{"recording", "repair", "", 0, 0, NULL, CLI_OPERATOR, false, run_repair,
	    N_("Put right what a program left that died while recording.")},
	{"recording", "export", "NAME FILE", 2, 2, export_options, CLI_OPERATOR, false, run_export,
	    N_("Copy a recording into a file.")},
	{"recording", "delete", "NAME", 1, 1, export_options, CLI_OPERATOR, false, run_delete,
	    N_("Delete a recording; a second administrator approves it.")},
	{"recording", "restore", "NAME", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take a recording out of the trash.")},
	{"recording", "due", "", 0, 0, due_options, CLI_OPERATOR, true, run_due,
	    N_("List what the next clearing would take, and what a legal hold keeps.")},
	{"recording", "play", "NAME", 1, 1, play_options, CLI_OPERATOR, false, run_play,
	    N_("Play a recording; C-c ends it.")},
};
/* clang-format on */

const struct cli_table cli_recording_table = {rows, COUNT(rows)};
