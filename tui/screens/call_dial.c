/* call_dial - the telephone of the call's screen is made to ring. */
#include "common/xalloc.h"
#include "db/records/call_providers.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"

static void
on_failed(void *data, const struct err *err)
{
	const struct screen *s = data;

	ui_toast_err(s->ui, err);
}

void
call__dial_open(struct screen *s)
{
	call_desk_of(s)->dialler =
	    dialler_new(&app_of(s->ui)->loop, on_failed, s);
}

static struct call_phone
phone_of(const struct screen *s)
{
	const struct app *app = app_of(s->ui);

	return (struct call_phone){.conf = app->conf,
	    .desk = app->uri,
	    .dialler = call_desk_of((struct screen *)(uintptr_t)s)->dialler};
}

void
call__dial_choose(struct screen *s, struct call_action *a)
{
	const struct call_phone phone = phone_of(s);
	const struct call_provider *p = call_provider_of(phone.conf);
	struct err err = ERR_INIT;

	if (a->direction != CALL_OUT)
		return;
	if (p->check != NULL && p->check(&phone, &err) != 0) {
		ui_toast_err(s->ui, &err);
		p = &call_provider_manual;
	}
	a->provider = p;
	a->rings = a->rings || p->rings;
}

void
call__dial(struct screen *s, const struct call_action *a)
{
	const struct call_phone phone = phone_of(s);
	struct err err = ERR_INIT;

	if (a->provider != NULL && a->provider->ring != NULL &&
	    a->provider->ring(&phone, a->number, &err) != 0)
		ui_toast_err(s->ui, &err);
}
