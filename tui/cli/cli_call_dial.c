/* cli_call_dial - a call of the command line is dialled, where one can be. */
#include "common/i18n.h"
#include "common/loop.h"
#include "common/text.h"
#include "db/records/call_providers.h"
#include "tui/cli/cli_call.h"
#include "tui/cli/cli_doctor.h"
#include <stdio.h>

#define WAIT_MS 3000 /* what goes wrong does so at once */

struct dial {
	uv_loop_t loop;
	struct err err;
	bool waited;
};

static void
on_failed(void *data, const struct err *err)
{
	struct dial *d = data;

	d->err = *err;
}

static void
on_waited(void *data)
{
	struct dial *d = data;

	d->waited = true;
}

static void
ring(const struct call_provider *p, struct call_phone *phone,
    const char *number, struct err *err)
{
	struct dial d = {.waited = false};
	struct loop_timer *limit;

	uv_loop_init(&d.loop);
	phone->dialler = dialler_new(&d.loop, on_failed, &d);
	limit = loop_timer_new(&d.loop, on_waited, &d);
	loop_timer_start(limit, WAIT_MS, 0);
	if (p->ring(phone, number, err) == 0) {
		while (!d.waited && dialler_running(phone->dialler) > 0)
			uv_run(&d.loop, UV_RUN_ONCE);
		*err = d.err;
	}
	loop_timer_free(&limit);
	dialler_free(&phone->dialler);
	if (loop_finish(&d.loop) != 0)
		BUG("a handle of a dialler is still open");
}

/* The call has been started and goes on whatever comes. */
void
cli_call_ring(struct cli *c, const char *number)
{
	const struct call_provider *p = call_provider_of(c->conf);
	char safe[ERR_TEXT_SIZE];
	struct str uri = STR_INIT;
	struct err err = ERR_INIT;
	struct call_phone phone = {.conf = c->conf};

	invocation_uri(c->in, c->conf, &uri);
	phone.desk = uri.s;
	if (p->ring != NULL && p->check(&phone, &err) == 0)
		ring(p, &phone, number, &err);
	if (err.code != 0) {
		(void)text_safe_buf(safe, sizeof(safe), err.text);
		fprintf(stderr, "opdesk: %s\n", safe);
	}
	str_free(&uri);
}

void
doctor__dialler(
    const struct conf *conf, const char *desk, doctor_tell_fn tell, void *data)
{
	const struct call_phone phone = {.conf = conf, .desk = desk};
	const struct call_provider *p = call_provider_of(conf);
	struct err err = ERR_INIT;

	if (p->check == NULL)
		return; /* nothing that could fail */
	if (p->check(&phone, &err) != 0)
		tell("dialler", FINDING_WARNING, err.text, data);
	else
		tell("dialler", FINDING_FINE,
		    conf_string(conf_section(conf, CONF_CALL), "dialler"),
		    data);
}
