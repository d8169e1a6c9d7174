/* plans_webhooks - see plans_webhooks.h. */
#include "tests/lib/plans_webhooks.h"
#include "db/core/op.h"
#include "db/records/webhooks.h"
#include "tests/lib/desk_test.h"

void
plans_webhooks(struct desk *d)
{
	const struct webhook_set in = {.name = "plans",
	    .url = "https://hooks.example.com/",
	    .events = "ticket.*",
	    .is_private = -1};
	struct webhook_went no = {.event = "ticket.created",
	    .error = "",
	    .response = "",
	    .end = WEBHOOK_FAILED};
	struct webhook_attempt *attempts;
	char secret[WEBHOOK_SECRET_MAX];
	struct webhook_target target;
	struct err err = ERR_INIT;
	struct webhook *rows;
	int64_t id, n, tenant_id = d->actor.tenant_id;
	size_t count;
	bool flag;
	int promised;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	op_stepped_up(d);
	assert_ok(webhook_new(d, &in, &id, secret, &err));
	assert_ok(webhook_rotate(d, id, secret, &err));
	assert_ok(webhook_test(d, id, &err));
	assert_ok(webhook_list(d, false, &rows, &count, &err));
	webhook_list_free(&rows, count);
	assert_ok(webhook_replay(d, id, 0, 0, &n, &err));
	for (int i = 0; i < 2; i++) {
		assert_ok(webhook_attempts(
		    d, i * id, 0, 10, &attempts, &count, &err));
		free(attempts);
	}
	desk_act_as_system(d, 0);
	assert_ok(db_batch_begin(d, &err));
	assert_ok(webhook_fan_out(d, &flag, &promised, &err));
	assert_ok(webhook_target(d, tenant_id, id, &target, &err));
	assert_ok(webhook_note(d, tenant_id, id, &no, &flag, &err));
	assert_ok(db_batch_end(d, &err));
	webhook_target_clear(&target);
}
