/*
 * cli_doctor - look at everything that opdesk stands on, and say it plainly.
 *
 * Nothing is changed.  A check is fine, a warning, or a fault; with a fault
 * the exit status is that of bad data.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/version.h"
#include "common/zone.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/engine/server.h"
#include "db/records/backup.h"
#include "db/records/channels.h"
#include "db/records/desk_copy.h"
#include "db/records/leases.h"
#include "db/records/outbox.h"
#include "db/records/tenants.h"
#include "tui/cli/cli_doctor.h"
#include "tui/cli/cli_tables.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const finding_words[] = {"ok", "warning", "fault"};

struct doctor {
	struct cli *c;
	struct str uri;
	int faults;
};

__attribute__((format(printf, 4, 5))) static void
say(struct doctor *d, const char *check, enum finding finding, const char *fmt,
    ...)
{
	struct str text = STR_INIT;
	struct json_out *out = cli_row(d->c);
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	json_out_object(out, NULL);
	json_out_string(out, "check", check);
	json_out_string(out, "state", finding_words[finding]);
	json_out_string(out, "text", text.s);
	json_out_end(out, '}');
	str_free(&text);
	d->faults += finding == FINDING_FAULT;
}

static void
tell(const char *check, enum finding finding, const char *text, void *data)
{
	say(data, check, finding, "%s", text);
}

/* ---- libraries ---- */

/* "SQLite 3.40.1" as 3040001; 0 for another engine. */
static int
sqlite_number(const char *version)
{
	int a, b, c;

	/* NOLINTNEXTLINE(cert-err34-c): three digits fit */
	if (sscanf(version, "SQLite %3d.%3d.%3d", &a, &b, &c) != 3)
		return 0;
	return a * 1000000 + b * 1000 + c;
}

/* From 3.7.0 to 3.51.2; repaired in 3.44.6 and 3.50.7 as well. */
static bool
has_wal_race(int v)
{
	bool repaired =
	    (v >= 3044006 && v < 3045000) || (v >= 3050007 && v < 3051000);

	return v >= 3007000 && v <= 3051002 && !repaired;
}

static void
check_engine(struct doctor *d, const char *version)
{
	say(d, "library", FINDING_FINE, "%s", version);
	if (has_wal_race(sqlite_number(version)))
		say(d, "library", FINDING_FINE,
		    _("This SQLite can lose a write when two programs reset"
		      " and checkpoint its log at once.  opdesk's own"
		      " programs prevent that; let no other program write to"
		      " the desk's file."));
}

/* ---- configuration ---- */

static void
put_warning(const char *sentence, void *data)
{
	say(data, "configuration", FINDING_WARNING, "%s", sentence);
}

/* Read again as the daemon does, with the older systems' variables. */
static void
check_conf(struct doctor *d)
{
	const char *path = conf_path(d->c->conf);
	struct err err = ERR_INIT;
	struct conf *conf = NULL;
	int rc;

	conf_use_env(true);
	rc = path[0] != '\0' ? conf_load(path, &conf, &err)
	                     : conf_parse("", 0, "opdesk.conf", &conf, &err);
	conf_use_env(false);
	if (rc != 0) {
		say(d, "configuration", FINDING_FAULT, "%s", err.text);
		return;
	}
	if (path[0] == '\0')
		say(d, "configuration", FINDING_FINE,
		    _("There is no opdesk.conf; the defaults are in force."));
	else
		say(d, "configuration", FINDING_FINE, "%s", path);
	conf_warnings(conf, put_warning, d);
	conf_free(&conf);
}

/* ---- disk and files ---- */

static void
check_space(struct doctor *d, const char *path)
{
	struct err err = ERR_INIT;
	static const enum finding of[] = {[FS_ROOM_PLENTY] = FINDING_FINE,
	    [FS_ROOM_LOW] = FINDING_WARNING,
	    [FS_ROOM_SCARCE] = FINDING_WARNING,
	    [FS_ROOM_NONE] = FINDING_FAULT};
	int64_t free_bytes, all_bytes, percent;

	if (fs_space(path, &free_bytes, &all_bytes, &err) != 0) {
		say(d, "disk", FINDING_WARNING, "%s", err.text);
		return;
	}
	percent = all_bytes > 0 ? free_bytes / (all_bytes / 100 + 1) : 0;
	say(d, "disk", of[fs_room(free_bytes, all_bytes)],
	    _("%lld MiB free, %lld %% of the disk"),
	    (long long)(free_bytes >> 20), (long long)percent);
}

static void
check_files(struct doctor *d, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0 && errno == ENOENT)
		say(d, "files", FINDING_FINE,
		    _("%s is made with the first attachment"), dir);
	else if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		say(d, "files", FINDING_FAULT,
		    _("%s is no directory that can be read"), dir);
	else if ((st.st_mode & 07) != 0)
		say(d, "files", FINDING_WARNING,
		    _("Everybody on this machine can enter %s; take that"
		      " away with chmod o= %s"),
		    dir, dir);
	else
		say(d, "files", FINDING_FINE, "%s", dir);
}

/* ---- the desk ---- */

static void
check_daemon(struct doctor *d, struct desk *desk)
{
	struct daemon_row *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;
	bool kept = keeper_is_held(db_uri(desk->db)), alive = false;
	bool on_server = server_has(desk->db);

	if (!on_server)
		say(d, "keeper", FINDING_FINE, "%s",
		    kept ? _("A program is looking after the desk's file")
			 : _("Nobody looks after the desk's file now; whoever"
			     " writes next does"));
	if (daemon_list(desk, &rows, &count, &err) != 0) {
		say(d, "daemon", FINDING_WARNING, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		bool lives =
		    on_server ? lease_is_live(desk, rows[i].name) : kept;

		if (rows[i].stopped_us != 0)
			continue;
		alive = alive || lives || !on_server;
		say(d, "daemon", lives ? FINDING_FINE : FINDING_WARNING,
		    lives ? _("opdesk-syncd %s listens at %s")
			  : _("opdesk-syncd %s at %s ended without saying so"),
		    rows[i].program_version, rows[i].listen);
	}
	if (!alive)
		say(d, "daemon", FINDING_WARNING,
		    _("No daemon serves this desk: nothing is received or"
		      " sent; start opdesk-syncd"));
	free(rows);
}

static void
check_tenants(struct doctor *d, struct desk *desk)
{
	struct tenant *rows = NULL;
	struct err err = ERR_INIT;
	const struct zone *zone;
	size_t count = 0;

	if (tenant_list(desk, &rows, &count, &err) != 0)
		say(d, "tenants", FINDING_FAULT, "%s", err.text);
	for (size_t i = 0; i < count; i++) {
		if (zone_get(rows[i].zone, &zone, &err) != 0)
			say(d, "tenants", FINDING_WARNING, "%s: %s",
			    rows[i].slug, err.text);
		else
			say(d, "tenants", FINDING_FINE,
			    rows[i].rehearsal ? _("%s, a rehearsal")
					      : _("%s, a real one"),
			    rows[i].slug);
	}
	free(rows);
}

/* Where a channel's mail leaves, and whether it is let out. */
static void
check_sender(struct doctor *d, struct desk *desk, const struct conf_section *s)
{
	const char *name = conf_section_id(s);
	struct channel_status status;
	struct err err = ERR_INIT;
	char reason[520];

	if (strcmp(conf_string(s, "kind"), "mail") != 0)
		return;
	if (conf_string(s, "smtp_url")[0] == '\0') {
		say(d, "mail", FINDING_WARNING,
		    _("%s sends no mail: it has no smtp_url"), name);
		return;
	}
	if (channel_status_get(desk, name, &status, &err) != 0 ||
	    status.state == CHANNEL_OK) {
		say(d, "mail", FINDING_FINE,
		    _("%s sends from %s by %s; \"opdesk channel test %s\" tries"
		      " it"),
		    name, conf_string(s, "from"), conf_string(s, "smtp_url"),
		    name);
		return;
	}
	text_safe_buf(reason, sizeof(reason), status.reason);
	say(d, "mail", FINDING_WARNING,
	    _("%s sends nothing: %s \"opdesk channel resume %s\" lets it go "
	      "on"),
	    name, reason, name);
}

/* What the daemon would not start with. */
static void
check_channels(struct doctor *d, struct desk *desk)
{
	const struct conf_section *s = NULL;
	struct err err = ERR_INIT;
	struct tenant t;
	int64_t id, host = desk->actor.tenant_id;

	while ((s = conf_next(d->c->conf, CONF_CHANNEL, s)) != NULL) {
		const char *slug = conf_tenant(d->c->conf, s);

		if (desk_find_tenant(desk, slug, &id, &err) != 0 ||
		    tenant_get(desk, id, &t, &err) != 0)
			say(d, "channels", FINDING_FAULT, "[channel %s]: %s",
			    conf_section_id(s), err.text);
		else
			say(d, "channels", FINDING_FINE,
			    _("%s (%s), of the tenant %s"), conf_section_id(s),
			    conf_string(s, "kind"), t.slug);
		if (desk_find_tenant(desk, slug, &id, NULL) == 0) {
			desk->actor.tenant_id = id;
			check_sender(d, desk, s);
			desk->actor.tenant_id = host;
		}
	}
}

/* Who brought the desk back must know what still waits for a word. */
static void
check_origin(struct doctor *d, struct desk *desk)
{
	char restored[RFC3339_SIZE], backup[RFC3339_SIZE];
	struct err err = ERR_INIT;
	struct desk_origin o;
	int64_t held = 0;
	int rc = desk_origin(desk, &o, &err);

	if (rc == 0 && o.restored_us == 0)
		return;
	if (rc == 0)
		rc = outbox_count_held(desk, &held, &err);
	if (rc != 0) {
		say(d, "restored", FINDING_WARNING, "%s", err.text);
		return;
	}
	clock_format_rfc3339(restored, o.restored_us);
	clock_format_rfc3339(backup, o.backup_us);
	if (held > 0)
		say(d, "restored", FINDING_WARNING,
		    _("Restored at %s from what was there at %s; %lld sendings"
		      " are held until \"opdesk outbox release\""),
		    restored, backup, (long long)held);
	else
		say(d, "restored", FINDING_FINE,
		    _("Restored at %s from what was there at %s"), restored,
		    backup);
}

/* One that was moved is only read. */
static void
check_moved(struct doctor *d, struct desk *desk)
{
	char to[1024], shown[1024];
	struct err err = ERR_INIT;

	if (desk_moved_to(desk, to, sizeof(to), &err) != 0)
		say(d, "moved", FINDING_FAULT, "%s", err.text);
	else if (to[0] != '\0') {
		text_safe_buf(shown, sizeof(shown), to);
		say(d, "moved", FINDING_FAULT,
		    _("This desk was moved to %s; nothing is written here"),
		    shown);
	}
}

static void
say_damaged(struct doctor *d)
{
	say(d, "recovery", FINDING_WARNING,
	    _("Stop the daemon; then \"opdesk doctor --recover PATH\" reads"
	      " what can be read into a new desk, and \"opdesk restore\""
	      " brings back a backup: see opdesk-operations(7)"));
}

/* Of a desk that was made before files gave back what they do not need. */
static void
check_shrinks(struct doctor *d, struct desk *desk)
{
	struct err err = ERR_INIT;
	bool can = true;

	if (db_can_give_back(desk->db, &can, &err) != 0)
		say(d, "size", FINDING_WARNING, "%s", err.text);
	else if (!can)
		say(d, "size", FINDING_WARNING,
		    _("This desk's file is of an older opdesk and never gets"
		      " smaller; with the daemon stopped, \"opdesk desk copy"
		      " --to PATH\" moves it into one that does: see"
		      " opdesk-operations(7)"));
}

static void
check_pages(struct doctor *d, struct desk *desk)
{
	struct err err = ERR_INIT;

	if (cli_flag(d->c, "--quick") || server_has(desk->db))
		return;
	if (db_verify(desk->db, &err) == 0) {
		say(d, "pages", FINDING_FINE,
		    _("Every page of the desk's file is whole"));
		return;
	}
	say(d, "pages", FINDING_FAULT, "%s", err.text);
	say_damaged(d);
}

static void
check_desk(struct doctor *d)
{
	const struct conf_section *s = conf_section(d->c->conf, CONF_DESK);
	struct desk_options o = {.uri = d->uri.s,
	    .files = conf_string(s, "files"),
	    .seal_key = conf_string(s, "seal_key"),
	    .readonly = true};
	struct desk *desk = NULL;
	struct err err = ERR_INIT;
	int version = 0, min_writer = 0, rc;

	if ((rc = desk_open(&o, &desk, &err)) != 0) {
		say(d, "desk",
		    rc == OD_ENOTFOUND ? FINDING_WARNING : FINDING_FAULT, "%s",
		    err.text);
		if (rc == OD_EDATA)
			say_damaged(d);
		return;
	}
	say(d, "desk", FINDING_FINE, "%s", db_uri(desk->db));
	if (!server_has(desk->db))
		check_engine(d, db_engine_version(desk->db));
	if (migrate_current(desk->db, &version, &min_writer, &err) != 0)
		say(d, "schema", FINDING_FAULT, "%s", err.text);
	else
		say(d, "schema", FINDING_FINE, _("Schema %d"), version);
	if (server_has(desk->db)) {
		doctor__server(desk, tell, d);
		doctor__place(desk, tell, d);
	} else {
		check_files(d, desk->files_dir);
	}
	/* On a server its own disk is not ours to see. */
	check_space(
	    d, server_has(desk->db) ? desk->files_dir : db_path(desk->db));
	if (desk_act_as_host(desk, NULL, &err) == 0) {
		check_daemon(d, desk);
		check_tenants(d, desk);
		check_channels(d, desk);
		check_moved(d, desk);
		check_origin(d, desk);
	} else {
		say(d, "daemon", FINDING_WARNING, "%s", err.text);
	}
	doctor__health(desk, tell, d);
	doctor__recordings(desk, tell, d);
	doctor__sealed(desk, tell, d);
	check_shrinks(d, desk);
	check_pages(d, desk);
	desk_close(&desk);
}

static const struct cli_column columns[] = {
    {"check", N_("Check"), 0},
    {"state", N_("State"), 0},
    {"text", N_("What"), 0},
};

static const struct cli_option options[] = {
    {"--quick", NULL, N_("do not read every page of the desk")},
    {"--recover", "PATH", N_("read what can be read into a new desk there")},
    {NULL, NULL, NULL},
};

static void
say_table(const struct recover_table *t, void *data)
{
	struct doctor *d = data;
	bool whole = t->gaps == 0 && t->refused == 0 && t->expected == t->read;

	if (whole)
		say(d, "table", FINDING_FINE, _("%s: all %lld rows"), t->name,
		    (long long)t->read);
	else if (t->expected < 0)
		say(d, "table", FINDING_WARNING,
		    _("%s: %lld rows, of how many is unknown; unusable: %lld,"
		      " gaps: %lld"),
		    t->name, (long long)t->read, (long long)t->refused,
		    (long long)t->gaps);
	else
		say(d, "table", FINDING_WARNING,
		    _("%s: %lld of %lld rows; unusable: %lld, gaps: %lld"),
		    t->name, (long long)t->read, (long long)t->expected,
		    (long long)t->refused, (long long)t->gaps);
}

/* The damaged desk is only read; what to do next stands in the manual. */
static int
recover(struct doctor *d, const char *to, struct err *err)
{
	struct recover_figures f;
	struct restore_figures r;
	int rc = desk_recover(d->uri.s, to, say_table, d, &f, &r, err);

	if (rc != 0)
		return rc;
	say(d, "rows", f.lost == 0 ? FINDING_FINE : FINDING_WARNING,
	    _("%lld rows in all; known to be lost: %lld; whose counterpart is"
	      " lost: %lld"),
	    (long long)f.rows, (long long)f.lost, (long long)f.orphans);
	if (r.audit_bad == 0)
		say(d, "audit", FINDING_FINE, _("The audit trail is whole"));
	else
		say(d, "audit", FINDING_WARNING,
		    _("The audit trail is broken: %s"), r.audit_text);
	say(d, "outbox", r.held == 0 ? FINDING_FINE : FINDING_WARNING,
	    _("%lld sendings are held until \"opdesk outbox release\""),
	    (long long)r.held);
	say(d, "recovered", FINDING_FINE,
	    _("%s; opdesk-operations(7) says how it takes the old one's"
	      " place"),
	    to);
	return 0;
}

static int
run_doctor(struct cli *c, struct err *err)
{
	struct doctor d = {.c = c, .uri = STR_INIT};
	const char *to = cli_option(c, "--recover");
	int rc;

	if (to != NULL && (rc = cli_check_change(c, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	cli_keep_rows(c);
	say(&d, "program", FINDING_FINE, "opdesk %s", OPDESK_VERSION);
	say(&d, "library", FINDING_FINE, "libuv %s", uv_version_string());
	invocation_uri(c->in, c->conf, &d.uri);
	if (to != NULL) {
		rc = recover(&d, to, err);
		str_free(&d.uri);
		return rc;
	}
	check_conf(&d);
	check_desk(&d);
	doctor__model(c->conf, tell, &d);
	doctor__sound(c->conf, tell, &d);
	doctor__watched(c->conf, tell, &d);
	doctor__page(tell, &d);
	doctor__dialler(c->conf, d.uri.s, tell, &d);
	str_free(&d.uri);
	return d.faults == 0
	           ? 0
	           : err_set(err, OD_EDATA,
			 "Faults that were found: %d; the list says which",
			 d.faults);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"doctor", NULL, "", 0, 0, options, CLI_NOBODY, true, run_doctor,
	    N_("Look at everything that opdesk stands on; change nothing.")},
};
/* clang-format on */

const struct cli_table cli_doctor_table = {rows, COUNT(rows)};
