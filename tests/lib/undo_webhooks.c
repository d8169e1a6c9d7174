/* undo_webhooks - see undo_webhooks.h. */
#include "tests/lib/undo_webhooks.h"
#include "db/records/webhooks.h"
#include "tests/lib/desk_test.h"

static int
make(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	const struct webhook_set in = {.name = name,
	    .url = "https://hooks.example.com/",
	    .events = "ticket.*",
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];

	return webhook_new(d, &in, id, secret, err);
}

int
undo_run_hook_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return make(d, "new one", &id, err);
}

int
undo_run_hook_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct webhook_set in = {.name = "changed",
	    .url = "https://other.example.com/",
	    .events = "message.*",
	    .filter = "priority>=4 -status:closed",
	    .kind = -1,
	    .is_private = 1};

	return webhook_edit(d, g->hook, 0, &in, err);
}

int
undo_run_hook_switch(struct desk *d, const struct given *g, struct err *err)
{
	return webhook_switch(d, g->hook, 0, false, err);
}

int
undo_run_hook_delete(struct desk *d, const struct given *g, struct err *err)
{
	return webhook_delete(d, g->hook, 0, err);
}

int
undo_run_hook_restore(struct desk *d, const struct given *g, struct err *err)
{
	return webhook_restore(d, g->hook_gone, err);
}

void
undo_prepare_hooks(struct desk_fixture *f, struct given *g)
{
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(make(f->d, "on", &g->hook, &err));
	assert_ok(make(f->d, "gone", &g->hook_gone, &err));
	assert_ok(webhook_delete(f->d, g->hook_gone, 0, &err));
}
