/*
 * daemon_desk - what the daemon does with its desk and its configuration
 * before (and between) the work of the threads; see daemon_int.h.
 */
#include "syncd/daemon_int.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/xalloc.h"
#include "db/core/desk_files.h"
#include "db/engine/migrate.h"
#include "db/records/channels.h"
#include "db/records/tenants.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define KEEPER_WAIT_US (3 * US_PER_SECOND)
#define UPGRADE_US     (10 * US_PER_MINUTE) /* systemd waits so much longer */

struct channels_ref *
channels_ref_take(struct channels_ref *c)
{
	atomic_fetch_add(&c->refs, 1);
	return c;
}

void
channels_ref_drop(struct channels_ref **c)
{
	if (*c != NULL && atomic_fetch_sub(&(*c)->refs, 1) == 1) {
		channel_set_clear(&(*c)->set);
		free(*c);
	}
	*c = NULL;
}

/* ---- the desk before the threads ---- */

static void
say_waiting(void *data)
{
	(void)data;
	log_info("daemon", "another program is upgrading the desk; waiting");
	notify_status("waiting for the upgrade of the desk");
}

/*
 * Make it current: the keeper migrates, after a copy; one on a server is left
 * to who can make a backup of it.
 */
int
daemon__upgrade(const char *uri, struct err *err)
{
	const struct migrate_options o = {.waiting = say_waiting};
	struct db *db = NULL;
	int version, min_writer, rc;

	if ((rc = db_open(uri, DB_OPEN, &db, err)) != 0)
		return rc;
	rc = migrate_current(db, &version, &min_writer, err);
	if (rc == 0 && min_writer > SCHEMA_VERSION)
		rc = err_set(err, OD_EUNAVAIL,
		    "This desk is newer than this program (schema %d, known is"
		    " %d); install the newer opdesk here too",
		    version, SCHEMA_VERSION);
	if (rc == 0 && version < SCHEMA_VERSION) {
		log_info("daemon", "the desk has schema %d, this program has %d",
		    version, SCHEMA_VERSION);
		notify_extend(UPGRADE_US);
		rc = migrate_run(db, &o, err);
		notify_status("%s", "");
	}
	db_close(&db);
	return rc;
}

/*
 * How long a check may take before the service counts as hung: a slow disk
 * reads 4 MiB a second.
 */
static int64_t
check_limit_s(const char *path, int64_t *mib)
{
	struct stat st;

	*mib = stat(path, &st) == 0 ? (int64_t)st.st_size >> 20 : 0;
	return 60 + *mib / 4;
}

/* Every page is read when the last daemon of this desk did not end well. */
static int
check_end(struct desk *desk, struct err *err)
{
	int64_t since_us = clock_mono_us(), mib, s;
	bool ended;
	int rc;

	desk_act_as_system(desk, 0);
	if ((rc = daemon_ended(desk, &ended, err)) != 0 || ended)
		return rc;
	s = check_limit_s(db_path(desk->db), &mib);
	log_warn("daemon",
	    "the last daemon did not end in order; the desk's file, %lld MiB,"
	    " is checked, for %lld seconds at most",
	    (long long)mib, (long long)s);
	notify_status("checking the desk's file (%lld MiB)", (long long)mib);
	notify_extend((uint64_t)(s * US_PER_SECOND));
	rc = db_verify(desk->db, err);
	if (rc == 0)
		log_info("daemon", "the desk's file is whole (%lld seconds)",
		    (long long)((clock_mono_us() - since_us) / US_PER_SECOND));
	notify_status("%s", "");
	return rc;
}

/* Of the server's own settings; it is served all the same. */
static int
warn_durable(struct desk *desk, struct err *err)
{
	bool durable;
	int rc = db_is_durable(desk->db, &durable, err);

	if (rc == 0 && !durable)
		log_warn("db",
		    "the database server has fsync or full_page_writes off: a"
		    " power cut may lose or damage the desk");
	return rc;
}

int
daemon__check(struct daemon *d, struct err *err)
{
	struct desk_options o = {.uri = d->uri,
	    .files = conf_string(conf_section(d->conf, CONF_DESK), "files"),
	    .readonly = true};
	struct desk *desk = NULL;
	int rc;

	if ((rc = desk_open(&o, &desk, err)) == 0)
		rc = check_end(desk, err);
	if (rc == 0) {
		str_copy(d->files_id, sizeof(d->files_id), desk_files_id(desk));
		rc = desk_files_check(desk->files_dir, d->files_id, err);
	}
	if (rc == 0)
		rc = warn_durable(desk, err);
	desk_close(&desk);
	return rc;
}

/* A console may be looking after the file just now. */
int
daemon__become_keeper(const char *uri, struct keeper **keeper, struct err *err)
{
	static const struct timespec moment = {0, 20 * 1000000};
	int64_t until = clock_mono_us() + KEEPER_WAIT_US;
	int rc;

	while ((rc = keeper_become(uri, keeper, err)) == OD_EUNAVAIL &&
	       clock_mono_us() < until)
		nanosleep(&moment, NULL);
	if (rc == OD_EUNAVAIL)
		return err_prefix(err, "Another daemon serves this desk");
	return rc;
}

/* ---- channels ---- */

static int
no_such_owner(const struct channel *c, const char *slug, struct err *err)
{
	if (slug[0] == '\0')
		return err_set(err, OD_EDATA,
		    "The channel \"%s\" names no tenant, and the desk has not"
		    " just one; name it with the key \"tenant\"",
		    c->id);
	return err_set(err, OD_EDATA,
	    "The channel \"%s\" belongs to the tenant \"%s\", which this desk"
	    " does not have",
	    c->id, slug);
}

static int
bind_tenants(struct desk *desk, const struct conf *conf,
    struct channel_set *set, struct err *err)
{
	const char *fallback =
	    conf_string(conf_section(conf, CONF_DESK), "tenant");
	struct tenant usual;
	enum lang lang;

	/* What belongs to no channel is said in the usual tenant's language. */
	if (tenant_by_slug(desk, fallback, &usual, NULL) == 0 &&
	    lang_parse(usual.lang, &lang))
		i18n_set_process(lang);
	for (size_t i = 0; i < set->count; i++) {
		struct channel *c = &set->channels[i];
		struct tenant t;

		if (tenant_by_slug(desk, c->tenant, &t, err) != 0)
			return no_such_owner(c, c->tenant, err);
		c->tenant_id = t.id;
		c->rehearsal = t.rehearsal;
		(void)lang_parse(t.lang, &c->lang);
	}
	return 0;
}

/* The configuration's channels, bound to the desk's tenants. */
int
daemon__load_channels(const char *uri, const struct conf *conf,
    struct channels_ref **out, struct err *err)
{
	struct channels_ref *c = xcalloc(1, sizeof(*c));
	struct desk_options o = {.uri = uri, .readonly = true};
	struct desk *desk = NULL;
	int rc;

	atomic_init(&c->refs, 1);
	if ((rc = channel_set_load(conf, &c->set, err)) == 0 &&
	    (rc = desk_open(&o, &desk, err)) == 0)
		rc = bind_tenants(desk, conf, &c->set, err);
	desk_close(&desk);
	if (rc != 0)
		channels_ref_drop(&c);
	*out = c;
	return rc;
}

/* ---- what a reload cannot change ---- */

static bool
lists_differ(
    const struct conf_section *a, const struct conf_section *b, const char *key)
{
	size_t n = conf_list_count(a, key);

	if (n != conf_list_count(b, key))
		return true;
	for (size_t i = 0; i < n; i++)
		if (strcmp(conf_list_item(a, key, i),
			conf_list_item(b, key, i)) != 0)
			return true;
	return false;
}

static void
warn_restart(const char *key)
{
	log_warn("daemon", "%s was changed: that takes a restart", key);
}

void
daemon__compare(const struct conf *old, const struct conf *new)
{
	static const struct {
		enum conf_section_kind section;
		const char *key;
	} fixed[] = {{CONF_DESK, "database"}, {CONF_DESK, "files"},
	    {CONF_DAEMON, "listen"}, {CONF_LLM, "daemon_socket"},
	    {CONF_DAEMON, "tls_certificate"},
	    {CONF_DAEMON, "tls_key"}};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(conf_string(conf_section(old, fixed[i].section),
			       fixed[i].key),
			conf_string(conf_section(new, fixed[i].section),
			    fixed[i].key)) != 0)
			warn_restart(fixed[i].key);
	if (lists_differ(conf_section(old, CONF_DAEMON),
		conf_section(new, CONF_DAEMON), "trusted_proxies"))
		warn_restart("trusted_proxies");
}

void
daemon_set_log_level(const struct conf *conf)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	const char *name =
	    conf_string(conf_section(conf, CONF_DAEMON), "log_level");

	for (int i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			log_set_level((enum log_level)i);
}
