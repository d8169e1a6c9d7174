/*
 * cli_doctor_server - a desk's database server, as doctor sees it: its disk
 * and clock are another machine's, and who may see what is a matter of roles.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/desk_files.h"
#include "db/engine/server.h"
#include "tui/cli/cli_doctor.h"
#include <stdarg.h>

#define SKEW_MAX_US (2 * US_PER_SECOND)
#define ROLES_MAX   32

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
say_durable(const struct teller *t, struct db *db, bool commits_wait)
{
	struct err err = ERR_INIT;
	bool durable;

	if (db_is_durable(db, &durable, &err) != 0)
		say(t, "server", FINDING_WARNING, "%s", err.text);
	else if (!durable)
		say(t, "server", FINDING_FAULT,
		    _("The database server has fsync or full_page_writes off:"
		      " a power cut may lose or damage the desk; turn both on"
		      " in its configuration"));
	else if (!commits_wait)
		say(t, "server", FINDING_FAULT,
		    _("synchronous_commit is off: what is saved is not on the"
		      " server's disk yet when that is said"));
	else
		say(t, "server", FINDING_FINE,
		    _("What is saved is on its disk before that is said"));
}

static void
say_connections(const struct teller *t, const struct server_facts *f)
{
	if (f->connections * 5 < f->connections_max * 4)
		say(t, "connections", FINDING_FINE,
		    _("%lld of %lld connections are taken"),
		    (long long)f->connections, (long long)f->connections_max);
	else
		say(t, "connections", FINDING_WARNING,
		    _("%lld of %lld connections are taken; raise the server's"
		      " max_connections, or close programs that use it"),
		    (long long)f->connections, (long long)f->connections_max);
}

static void
say_clock(const struct teller *t, int64_t ahead_us)
{
	long long ms = (long long)(ahead_us / US_PER_MS);

	if (ahead_us > SKEW_MAX_US)
		say(t, "clock", FINDING_WARNING,
		    _("The server's clock is %.1f s ahead of this machine's;"
		      " let a time service set both"),
		    (double)ms / 1000);
	else if (ahead_us < -SKEW_MAX_US)
		say(t, "clock", FINDING_WARNING,
		    _("The server's clock is %.1f s behind this machine's; let"
		      " a time service set both"),
		    (double)-ms / 1000);
	else
		say(t, "clock", FINDING_FINE,
		    _("The server's clock agrees with this machine's"));
}

static void
say_standbys(const struct teller *t, const struct server_facts *f)
{
	if (f->is_standby)
		say(t, "replication", FINDING_FAULT,
		    _("This server follows another one and takes no changes;"
		      " give the address of that one"));
	else if (f->standbys > 0)
		say(t, "replication", FINDING_FINE,
		    _("Servers that follow this one: %lld"),
		    (long long)f->standbys);
	else
		say(t, "replication", FINDING_FINE,
		    _("No other server follows this one: what came in since"
		      " the last backup is on its disk only"));
}

static void
say_pages(const struct teller *t, const struct server_facts *f)
{
	if (f->has_checksums)
		say(t, "pages", FINDING_FINE,
		    _("The server checks every page that it reads"));
	else
		say(t, "pages", FINDING_WARNING,
		    _("The server keeps no checksums of its pages, so that"
		      " what a disk damages is seen late; pg_checksums turns"
		      " them on"));
	if (f->invalid == 0)
		say(t, "indexes", FINDING_FINE,
		    _("Every index of the desk is in use"));
	else
		say(t, "indexes", FINDING_FAULT,
		    _("Indexes that are not used: %lld, %s among them; REINDEX"
		      " them as the role that owns the tables"),
		    (long long)f->invalid, f->first_invalid);
}

static void
say_policies(const struct teller *t, const struct server_facts *f)
{
	if (f->unguarded == 0)
		say(t, "policies", FINDING_FINE,
		    _("Every table of tenants has its row policy"));
	else
		say(t, "policies", FINDING_FAULT,
		    _("Tables that show every tenant's rows: %lld, %s among"
		      " them; run \"opdesk desk upgrade\" as the role that"
		      " owns them"),
		    (long long)f->unguarded, f->first_unguarded);
}

/* The role of daemons and consoles should not be able to lift a policy. */
static void
say_role(const struct teller *t, const struct server_role *r, bool is_divided)
{
	enum finding bad = r->is_mine ? FINDING_FAULT : FINDING_WARNING;

	if (r->is_superuser)
		say(t, "role", bad,
		    _("The role %s is a superuser, whom row policies do not"
		      " bind; use another one, or ALTER ROLE %s NOSUPERUSER"),
		    r->name, r->name);
	else if (r->bypasses)
		say(t, "role", bad,
		    _("Row policies do not bind the role %s; ALTER ROLE %s"
		      " NOBYPASSRLS"),
		    r->name, r->name);
	else if (r->may_owner)
		say(t, "role", FINDING_WARNING,
		    _("The role %s can become the owner of the tables and lift"
		      " their row policies; take that away with REVOKE"),
		    r->name);
	else if (r->owns && is_divided)
		say(t, "role", FINDING_WARNING,
		    _("The role %s owns the tables and can lift their row"
		      " policies; let daemons and consoles use the other one,"
		      " see opdesk.conf(5)"),
		    r->name);
	else if (r->owns)
		say(t, "role", FINDING_FINE,
		    _("The role %s owns the tables and is the only one;"
		      " opdesk.conf(5) says how to divide its rights"),
		    r->name);
	else
		say(t, "role", FINDING_FINE, _("Row policies bind the role %s"),
		    r->name);
}

static void
say_roles(const struct teller *t, struct db *db)
{
	struct server_role roles[ROLES_MAX];
	struct err err = ERR_INIT;
	bool is_divided = false;
	size_t n = 0;

	if (server_roles(db, roles, ROLES_MAX, &n, &err) != 0 ||
	    server_is_divided(db, &is_divided, &err) != 0)
		say(t, "role", FINDING_WARNING, "%s", err.text);
	for (size_t i = 0; i < n; i++)
		say_role(t, &roles[i], is_divided);
}

void
doctor__server(struct desk *desk, doctor_tell_fn tell, void *data)
{
	const struct teller t = {tell, data};
	struct err err = ERR_INIT;
	struct server_facts f;

	if (server_facts(desk->db, &f, &err) != 0) {
		say(&t, "server", FINDING_WARNING, "%s", err.text);
		return;
	}
	say(&t, "server", FINDING_FINE, _("%s; the desk takes %lld MiB there"),
	    db_engine_version(desk->db), (long long)(f.bytes >> 20));
	say_durable(&t, desk->db, f.commits_wait);
	say_connections(&t, &f);
	say_clock(&t, f.ahead_us);
	say_standbys(&t, &f);
	say_pages(&t, &f);
	say_policies(&t, &f);
	say_roles(&t, desk->db);
}

void
doctor__place(struct desk *desk, doctor_tell_fn tell, void *data)
{
	const struct teller t = {tell, data};
	struct err err = ERR_INIT;

	if (desk_files_check(desk->files_dir, desk_files_id(desk), &err) != 0)
		say(&t, "files", FINDING_FAULT, "%s", err.text);
	else
		say(&t, "files", FINDING_FINE, _("%s is marked as this desk's"),
		    desk->files_dir);
}
