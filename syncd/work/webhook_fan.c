/* webhook_fan - see webhook_fan.h. */
#include "syncd/work/webhook_fan.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/webhooks.h"
#include "syncd/daemon.h"
#include "syncd/work/outbox_run.h"
#include <stdlib.h>
#include <string.h>

static const struct { /* addresses that the configuration may have */
	const char *key;
	enum webhook_kind kind;
} named[] = {
    {"slack_webhook_url", WEBHOOK_SLACK},
    {"kestra_webhook_url", WEBHOOK_KESTRA},
};
#define NAMED_COUNT (sizeof(named) / sizeof(named[0]))

struct webhook_fan {
	struct daemon *daemon;
	struct work_job job;
	bool busy, again;
	bool is_configured;
	/* the committer's while busy */
	bool more;
	int promised;
	char tenant[65], urls[NAMED_COUNT][WEBHOOK_URL_MAX + 1]; /* "": none */
};

/* What is wrong with one of them keeps nobody from being told. */
static void
follow(struct webhook_fan *f, struct desk *d)
{
	struct err err = ERR_INIT;
	int64_t tenant_id;
	bool changed;

	for (size_t i = 0; i < NAMED_COUNT; i++) {
		if (f->urls[i][0] == '\0')
			continue;
		desk_act_as_system(d, 0);
		if (desk_find_tenant(d, f->tenant, &tenant_id, &err) == 0) {
			desk_act_as_system(d, tenant_id);
			if (webhook_from_conf(d, named[i].kind, f->urls[i],
				&changed, &err) == 0) {
				if (changed)
					log_info("webhooks",
					    "\"%s\" goes where %s says",
					    webhook_kind_names[named[i].kind],
					    named[i].key);
				continue;
			}
		}
		log_warn("webhooks", "%s is not called: %s", named[i].key,
		    err_plain(&err));
	}
	explicit_bzero(f->urls, sizeof(f->urls));
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct webhook_fan *f = job->data;
	struct desk *d = store_desk(context);

	follow(f, d);
	desk_act_as_system(d, 0);
	return webhook_fan_out(d, &f->more, &f->promised, err);
}

static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct webhook_fan *f = job->data;
	bool again = f->again;

	f->busy = f->again = false;
	if (rc != 0) {
		if (rc != OD_ECANCEL)
			log_error("webhooks", "events were not promised: %s",
			    err_plain(err));
		return; /* the next bell comes */
	}
	if (f->daemon->stopping)
		return;
	if (f->promised > 0)
		outbox_run_wake(f->daemon->outbox);
	if (f->more || again)
		webhook_fan_wake(f);
}

/* Copied for the committer: a reload changes what is on the loop. */
static void
read_conf(struct webhook_fan *f)
{
	const struct conf *conf = f->daemon->conf;
	const struct conf_section *s = conf_section(conf, CONF_DAEMON);

	f->is_configured = true;
	str_copy(f->tenant, sizeof(f->tenant),
	    conf_string(conf_section(conf, CONF_DESK), "tenant"));
	for (size_t i = 0; i < NAMED_COUNT; i++)
		str_copy(f->urls[i], sizeof(f->urls[i]),
		    conf_secret(s, named[i].key, 0));
}

void
webhook_fan_configure(struct webhook_fan *f)
{
	f->is_configured = false;
}

void
webhook_fan_wake(struct webhook_fan *f)
{
	f->again = f->busy;
	if (f->busy)
		return;
	f->busy = true;
	if (!f->is_configured)
		read_conf(f);
	f->job = (struct work_job){.run = run, .done = done, .data = f};
	store_write(f->daemon->store, &f->job);
}

struct webhook_fan *
webhook_fan_new(struct daemon *d)
{
	struct webhook_fan *f = xcalloc(1, sizeof(*f));

	f->daemon = d;
	return f;
}

void
webhook_fan_free(struct webhook_fan **f)
{
	FREE(f);
}
