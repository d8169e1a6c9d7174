/* cli_desk_health - desk health, desk maintain: how the database works. */
#include "common/i18n.h"
#include "db/engine/server.h"
#include "db/records/maintain.h"
#include "tui/cli/cli_doctor.h"
#include "tui/cli/cli_tables.h"
#include <stdarg.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct teller {
	doctor_tell_fn tell;
	void *data;
};

__attribute__((format(printf, 4, 5))) static void
say(const struct teller *t, const char *check, enum finding finding,
    const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	t->tell(check, finding, text.s, t->data);
	str_free(&text);
}

static void
say_file(const struct teller *t, const struct health *h)
{
	say(t, "space", health_has_spare(h) ? FINDING_WARNING : FINDING_FINE,
	    health_has_spare(h)
		? _("%lld MiB of the file's %lld MiB hold nothing; \"opdesk"
		    " desk maintain\" gives them back to the disk")
		: _("%lld MiB of the file's %lld MiB hold nothing"),
	    (long long)(h->spare_bytes >> 20), (long long)(h->bytes >> 20));
	say(t, "log", health_has_long_log(h) ? FINDING_WARNING : FINDING_FINE,
	    health_has_long_log(h)
		? _("The log takes %lld MiB: some program reads for very long;"
		    " close it, then \"opdesk desk maintain\" empties the log")
		: _("The log takes %lld MiB"),
	    (long long)(h->log_bytes >> 20));
}

static void
say_vacuum(const struct teller *t, const struct health *h)
{
	if (!h->has_autovacuum)
		say(t, "vacuum", FINDING_WARNING,
		    _("The server's autovacuum is off; turn it on, or run"
		      " \"opdesk desk maintain\" daily"));
	if (h->dead.count > 0)
		say(t, "vacuum", FINDING_WARNING,
		    _("Tables full of dead rows: %lld, %s among them; \"opdesk"
		      " desk maintain\", as the role that owns them, frees"
		      " their room"),
		    (long long)h->dead.count, h->dead.first);
	else
		say(t, "vacuum", FINDING_FINE,
		    _("No table is full of dead rows; there are %lld in all"),
		    (long long)h->dead_rows);
	if (h->stale.count > 0)
		say(t, "analyze", FINDING_WARNING,
		    _("Tables that changed much since they were measured:"
		      " %lld, %s among them; \"opdesk desk maintain\", as the"
		      " role that owns them, measures them"),
		    (long long)h->stale.count, h->stale.first);
	else
		say(t, "analyze", FINDING_FINE,
		    _("The server's measurements of the tables are fresh"));
}

static void
say_use(const struct teller *t, const struct health *h)
{
	if (h->whole.count > 0)
		say(t, "index use", FINDING_WARNING,
		    _("Big tables that are mostly read from end to end: %lld,"
		      " %s among them; \"opdesk desk maintain\" lets the"
		      " server choose its indexes anew"),
		    (long long)h->whole.count, h->whole.first);
	else
		say(t, "index use", FINDING_FINE,
		    _("No big table is mostly read from end to end; of %lld"
		      " indexes %lld were not asked yet"),
		    (long long)h->indexes, (long long)h->unused.count);
	if (h->slow > 0)
		say(t, "slow queries", FINDING_WARNING,
		    _("Statements that run for more than %d s: %lld, one of"
		      " them for %lld s; pg_stat_activity shows whose"),
		    HEALTH_SLOW_S, (long long)h->slow, (long long)h->slowest_s);
	else
		say(t, "slow queries", FINDING_FINE,
		    _("No statement runs for more than %d s"), HEALTH_SLOW_S);
}

static void
say_locks(const struct teller *t, const struct health *h)
{
	if (h->holders > 0)
		say(t, "locks", FINDING_WARNING,
		    _("Transactions that have held rows or tables of the desk"
		      " for long: %lld; one is of the role %s (%s, process"
		      " %lld). Let it end, or end it on the server with"
		      " pg_terminate_backend(%lld)"),
		    (long long)h->holders, h->holder, h->holder_program,
		    (long long)h->holder_pid, (long long)h->holder_pid);
	else
		say(t, "locks", FINDING_FINE,
		    _("No transaction holds rows or tables for more than %d"
		      " s"),
		    HEALTH_SLOW_S);
}

void
doctor__health(struct desk *desk, doctor_tell_fn tell, void *data)
{
	const struct teller t = {tell, data};
	struct err err = ERR_INIT;
	struct health h;

	if (db_health(desk->db, &h, &err) != 0)
		say(&t, "health", FINDING_WARNING, "%s", err.text);
	else if (!server_has(desk->db))
		say_file(&t, &h);
	else {
		say_vacuum(&t, &h);
		say_use(&t, &h);
		say_locks(&t, &h);
	}
}

/* ---- verbs ---- */

static const struct cli_column columns[] = {
    {"check", N_("Check"), 0},
    {"state", N_("State"), 0},
    {"text", N_("What"), 0},
};

static void
add_row(const char *check, enum finding finding, const char *text, void *data)
{
	static const char *const words[] = {"ok", "warning", "fault"};
	struct json_out *out = cli_row(data);

	json_out_object(out, NULL);
	json_out_string(out, "check", check);
	json_out_string(out, "state", words[finding]);
	json_out_string(out, "text", text);
	json_out_end(out, '}');
}

static int
run_desk_health(struct cli *c, struct err *err)
{
	(void)err;
	cli_list(c, columns, COUNT(columns));
	doctor__health(c->desk, add_row, c);
	return 0;
}

static int
run_desk_maintain(struct cli *c, struct err *err)
{
	struct maintained m;
	struct json_out *out;
	int rc = desk_maintain(c->desk, &m, err);

	if (rc != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "bytes", m.after.bytes);
	json_out_int(out, "pages_given_back", m.given);
	json_out_bool(out, "log_emptied", m.log_emptied);
	json_out_int(out, "dead_rows_before", m.before.dead_rows);
	json_out_int(out, "dead_rows", m.after.dead_rows);
	json_out_int(out, "stale_tables_before", m.before.stale.count);
	json_out_int(out, "stale_tables", m.after.stale.count);
	json_out_end(out, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"desk", "health", "", 0, 0, NULL, CLI_HOST, true, run_desk_health,
	    N_("Show how the database works: its space, its log, slow queries, the use of its indexes.")},
	{"desk", "maintain", "", 0, 0, NULL, CLI_HOST, false, run_desk_maintain,
	    N_("Free what the database does not need, and have a server measure its tables.")},
};
/* clang-format on */

const struct cli_table cli_desk_health_table = {rows, COUNT(rows)};
