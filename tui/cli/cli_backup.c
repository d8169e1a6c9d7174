/* cli_backup - the noun "backup", and "restore". */
#include "common/fsutil.h"
#include "common/i18n.h"
#include "db/records/backup.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
read_secret(struct cli *c, struct archive_secret *secret, struct err *err)
{
	return archive_secret_read(cli_option(c, "--passphrase-file"),
	    cli_option(c, "--key-file"), secret, err);
}

/* --dir, else where "backup new" puts them. */
static void
find_dir(struct cli *c, struct str *dir)
{
	struct str uri = STR_INIT;

	invocation_uri(c->in, c->conf, &uri);
	backup_dir(uri.s, cli_option(c, "--to"), dir);
	str_free(&uri);
}

/* ---- new ---- */

static const struct cli_option new_options[] = {
    {"--to", "DIR", N_("directory of the backups [backups beside the desk]")},
    {"--passphrase-file", "FILE", N_("encrypt with the passphrase in it")},
    {"--key-file", "FILE", N_("encrypt with the key in it: 64 hex digits")},
    {"--prune", NULL, N_("then remove old ones, as \"backup prune\" does")},
    {NULL, NULL, NULL},
};

static void
show_making(int64_t done, int64_t all, void *data)
{
	cli_progress(data, _("Backing up"), done, all);
}

static void
warn_files(const struct cli *c, const struct backup_figures *f)
{
	if (f->missing + f->damaged > 0)
		cli_say(c,
		    _("Warning: files that are missing: %lld, damaged: %lld;"
		      " the first one is %s"),
		    (long long)f->missing, (long long)f->damaged, f->first_bad);
}

static int
prune_old(struct cli *c, int64_t *removed, struct err *err)
{
	struct backup_row *rows = NULL;
	struct str dir = STR_INIT;
	size_t count = 0;
	int rc;

	find_dir(c, &dir);
	rc = backup_prune(c->desk, dir.s, 7, 4, false, &rows, &count, err);
	*removed = (int64_t)count;
	free(rows);
	str_free(&dir);
	return rc;
}

static int
run_new(struct cli *c, struct err *err)
{
	struct archive_secret secret;
	struct backup_options o = {.dir = cli_option(c, "--to"),
	    .secret = &secret,
	    .progress = show_making,
	    .data = c};
	struct backup_figures f;
	struct json_out *out;
	int64_t removed = 0;
	int rc;

	if ((rc = read_secret(c, &secret, err)) == 0)
		rc = backup_new(c->desk, &o, &f, err);
	archive_secret_wipe(&secret);
	if (rc != 0)
		return rc;
	if (f.head.cipher == ARCHIVE_PLAIN)
		cli_say(c, "%s",
		    _("This backup is not encrypted: whoever reads the file"
		      " reads the customers' data.  See --passphrase-file"));
	warn_files(c, &f);
	if (cli_flag(c, "--prune") && prune_old(c, &removed, err) != 0)
		return err_prefix(err, "The backup %s was made", f.path);
	out = cli_value(c);
	json_out_object(out, NULL);
	backup_json(&f, out);
	if (cli_flag(c, "--prune"))
		json_out_int(out, "removed", removed);
	json_out_end(out, '}');
	return 0;
}

/* ---- list and prune ---- */

static const struct cli_column columns[] = {
    {"file", N_("File"), 0},
    {"created_at", N_("When"), CLI_TIME},
    {"bytes", N_("Bytes"), 0},
    {"encrypted", N_("Encrypted"), 10},
    {"cipher", N_("Locked with"), 10},
    {"schema", N_("Schema"), 0},
    {"desk", N_("Which desk"), 8},
    {"trouble", N_("Trouble"), 0},
};

static const struct cli_option list_options[] = {
    {"--to", "DIR", N_("directory of the backups [backups beside the desk]")},
    {NULL, NULL, NULL},
};

static void
put_row(struct cli *c, const char *dir, const struct backup_row *r)
{
	static const char *const ciphers[] = {NULL, "passphrase", "key"};
	struct json_out *out = cli_row(c);
	struct str path = STR_INIT;
	bool good = r->trouble[0] == '\0';

	str_addf(&path, "%s/%s", dir, r->name);
	json_out_object(out, NULL);
	json_out_string(out, "file", path.s);
	json_out_time(out, "created_at", r->head.created_us);
	json_out_int(out, "bytes", r->bytes);
	if (good) {
		json_out_bool(
		    out, "encrypted", r->head.cipher != ARCHIVE_PLAIN);
		json_out_string(out, "cipher", ciphers[r->head.cipher]);
	}
	json_out_int(out, "schema", r->head.schema);
	json_out_string(out, "desk", r->head.desk_id);
	json_out_string(out, "trouble", r->trouble);
	json_out_end(out, '}');
	str_free(&path);
}

static void
put_rows(
    struct cli *c, const char *dir, const struct backup_row *rows, size_t count)
{
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		put_row(c, dir, &rows[i]);
}

static int
run_list(struct cli *c, struct err *err)
{
	struct backup_row *rows = NULL;
	struct str dir = STR_INIT;
	size_t count = 0;
	int rc;

	find_dir(c, &dir);
	if ((rc = backup_list(dir.s, &rows, &count, err)) == 0)
		put_rows(c, dir.s, rows, count);
	free(rows);
	str_free(&dir);
	return rc;
}

static const struct cli_option prune_options[] = {
    {"--to", "DIR", N_("directory of the backups [backups beside the desk]")},
    {"--daily", "N", N_("keep the newest of so many days [7]")},
    {"--weekly", "N", N_("keep the newest of so many weeks [4]")},
    {"--dry-run", NULL, N_("only list what would go")},
    {NULL, NULL, NULL},
};

static int
run_prune(struct cli *c, struct err *err)
{
	struct backup_row *rows = NULL;
	struct str dir = STR_INIT;
	int64_t daily, weekly;
	size_t count = 0;
	int rc;

	if ((rc = cli_option_int(c, "--daily", 0, 1000, 7, &daily, err)) != 0 ||
	    (rc = cli_option_int(c, "--weekly", 0, 1000, 4, &weekly, err)) != 0)
		return rc;
	find_dir(c, &dir);
	rc = backup_prune(c->desk, dir.s, (int)daily, (int)weekly,
	    cli_flag(c, "--dry-run"), &rows, &count, err);
	if (rc == 0)
		put_rows(c, dir.s, rows, count);
	free(rows);
	str_free(&dir);
	return rc;
}

/* ---- verify and restore ---- */

static const struct cli_option verify_options[] = {
    {"--passphrase-file", "FILE", N_("the passphrase it was made with")},
    {"--key-file", "FILE", N_("the key it was made with")},
    {NULL, NULL, NULL},
};

static const struct cli_option restore_options[] = {
    {"--from", "FILE", N_("the backup")},
    {"--to", "URI", N_("the new desk; nothing may be there yet")},
    {"--to-files", "DIR", N_("where its files go, of a desk on a server")},
    {"--verify", NULL, N_("only look whether it could be restored")},
    {"--passphrase-file", "FILE", N_("the passphrase it was made with")},
    {"--key-file", "FILE", N_("the key it was made with")},
    {NULL, NULL, NULL},
};

static void
show_reading(int64_t done, int64_t all, void *data)
{
	cli_progress(data, _("Reading the backup"), done, all);
}

static int
restore(struct cli *c, const char *from, const char *to, const char *to_files,
    struct err *err)
{
	struct archive_secret secret;
	struct restore_options o = {.from = from,
	    .to = to,
	    .to_files = to_files,
	    .secret = &secret,
	    .progress = show_reading,
	    .data = c};
	struct restore_figures f;
	struct str uri = STR_INIT;
	struct json_out *out;
	int rc;

	if (to != NULL && (rc = invocation_check_uri(to, err)) != 0)
		return rc;
	invocation_uri(c->in, c->conf, &uri); /* the server's password */
	str_free(&uri);
	if ((rc = read_secret(c, &secret, err)) == 0)
		rc = restore_run(&o, &f, err);
	archive_secret_wipe(&secret);
	if (rc != 0)
		return rc;
	warn_files(c, &f.backup);
	out = cli_value(c);
	json_out_object(out, NULL);
	backup_json(&f.backup, out);
	json_out_string(out, "desk", to);
	json_out_int(out, "audit_rows", f.audit_rows);
	json_out_bool(out, "audit_whole", f.audit_bad == 0);
	json_out_int(out, "held", f.held);
	json_out_end(out, '}');
	cli_keep_rows(c);
	if (to != NULL && f.held > 0)
		cli_say(c,
		    _("Held back, because they may have left already: %lld."
		      "  Look at them with \"opdesk outbox list --state held\","
		      " then let them go with \"opdesk outbox release\""),
		    (long long)f.held);
	if (f.audit_bad == 0)
		return 0;
	if (to == NULL)
		return err_set(err, OD_EDATA,
		    "The audit trail in the backup was tampered with: %s",
		    f.audit_text);
	cli_say(c, _("Warning: the audit trail was tampered with: %s"),
	    f.audit_text);
	return 0;
}

static int
run_verify(struct cli *c, struct err *err)
{
	return restore(c, c->args[0], NULL, NULL, err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	const char *from = cli_option(c, "--from"), *to = cli_option(c, "--to");

	if (from == NULL)
		return err_set(err, OD_EUSAGE,
		    "Which backup? Name it with --from; \"opdesk backup list\""
		    " shows those there are");
	if (cli_flag(c, "--verify"))
		return restore(c, from, NULL, NULL, err);
	if (to == NULL)
		return err_set(err, OD_EUSAGE,
		    "Where to? Name the new desk with --to, or use --verify to"
		    " look only");
	return restore(c, from, to, cli_files_of(c, "--to-files", to), err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"backup", "new", "", 0, 0, new_options, CLI_HOST, false, run_new,
	    N_("Back up the desk and its files while everybody works.")},
	{"backup", "list", "", 0, 0, list_options, CLI_NOBODY, true, run_list,
	    N_("List the backups of a directory, the newest first.")},
	{"backup", "verify", "FILE", 1, 1, verify_options, CLI_NOBODY, true, run_verify,
	    N_("Look whether a backup can be restored: all of it is read.")},
	{"backup", "prune", "", 0, 0, prune_options, CLI_HOST, false, run_prune,
	    N_("Remove old backups; 7 days and 4 weeks stay.")},
	{"restore", NULL, "", 0, 0, restore_options, CLI_NOBODY, false, run_restore,
	    N_("Make a desk from a backup; what was to be sent is held.")},
};
/* clang-format on */

const struct cli_table cli_backup_table = {rows, COUNT(rows)};
