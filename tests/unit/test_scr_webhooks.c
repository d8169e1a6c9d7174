/*
 * Who is told of events, on the System screen.
 *
 * Turned red by: an attempt of another webhook below the selected one, a key
 * that switches on what is on, a refused filter that has to be typed anew.
 */
#include "db/records/webhooks.h"
#include "tests/lib/console_test.h"

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d %s", rc, err->text);
}

static int64_t
hook(struct console_fixture *f, const char *name, const char *events, int kind)
{
	const struct webhook_set in = {.name = name,
	    .url = "https://hooks.example.com/x",
	    .events = events,
	    .kind = kind,
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id = 0;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(webhook_new(f->desk.d, &in, &id, secret, &err), &err);
	return id;
}

static void
went(struct console_fixture *f, int64_t id, int minutes_ago, int attempt,
    enum webhook_end end, int status, const char *error)
{
	const struct webhook_went w = {.outbox_id = 1,
	    .event = "ticket.created",
	    .attempt = attempt,
	    .status = status,
	    .end = end,
	    .error = error,
	    .response = end == WEBHOOK_TOOK_IT ? "ok" : console_hostile};
	struct err err = ERR_INIT;
	bool ended;

	clock_fake_wall(CONSOLE_FIXTURE_NOW - minutes_ago * US_PER_MINUTE);
	desk_act_as_system(f->desk.d, 0);
	must(webhook_note(f->desk.d, f->desk.demo.id, id, &w, &ended, &err),
	    &err);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
}

static void
seed(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t id;

	id = hook(
	    f, "almacén", "ticket.* conversation.closed", WEBHOOK_STANDARD);
	went(f, id, 95, 1, WEBHOOK_FAILED, 500, "El webhook respondió 500");
	went(f, id, 90, 2, WEBHOOK_FAILED, 0, "No se puede llegar al servidor");
	id = hook(f, "avisos", "ticket.created", WEBHOOK_SLACK);
	went(f, id, 12, 1, WEBHOOK_TOOK_IT, 200, "");
	id = hook(f, "flujo", "", WEBHOOK_KESTRA);
	must(webhook_switch(f->desk.d, id, 0, false, &err), &err);
	id = hook(f, "viejo", "message.*", WEBHOOK_STANDARD);
	went(f, id, 300, 1, WEBHOOK_SAID_GONE, 410, "Ya no existe");
}

static int64_t
state_of(struct console_fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	struct webhook w;
	int64_t state;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(webhook_by_name(f->desk.d, name, &w, &err), &err);
	state = w.state;
	webhook_clear(&w);
	return state;
}

static void
webhooks__shown__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "5");
	golden_check(f->ui, "system", "webhooks", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "system", "webhooks", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "system", "webhooks", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "system", "webhooks", LANG_EN, 40, 10, 0);
	golden_check(f->ui, "system", "webhooks", LANG_ES, 40, 10, 0);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "system", "webhook-all", LANG_ES, 80, 24, 0);
}

static void
webhooks__none__says_so(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "5");
	golden_check(f->ui, "system", "webhooks-none", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "system", "webhooks-none", LANG_EN, 40, 10, 0);
}

static void
webhooks__keys__switch_and_test(void **state)
{
	struct console_fixture *f = *state;
	int64_t n = 0;

	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "5 o");
	assert_int_equal(state_of(f, "almacén"), WEBHOOK_OFF);
	console_fixture_keys(f, "o");
	assert_int_equal(state_of(f, "almacén"), WEBHOOK_ON);
	console_fixture_keys(f, "p");
	assert_int_equal(
	    db_int(f->desk.d->db, &n,
		"SELECT count(*) FROM outbox WHERE kind = 3", NO_BINDS, NULL),
	    0);
	assert_int_equal(n, 1);
	/* What is on stays so: r only brings dead letters back. */
	console_fixture_keys(f, "r");
	assert_int_equal(state_of(f, "almacén"), WEBHOOK_ON);
}

static void
assert_filter(struct console_fixture *f, const char *name, const char *text)
{
	struct err err = ERR_INIT;
	struct webhook w;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(webhook_by_name(f->desk.d, name, &w, &err), &err);
	assert_string_equal(w.filter, text);
	webhook_clear(&w);
}

static void
webhooks__filter__is_typed_and_refused_where_it_is(void **state)
{
	struct console_fixture *f = *state;

	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "5 e");
	golden_check(f->ui, "system", "webhook-filter", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc e");
	golden_check(f->ui, "system", "webhook-filter", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_ES);
	console_fixture_type(f, "prioridad>=9");
	console_fixture_keys(f, "Enter");
	/* Who changes it shows first that it is him. */
	console_fixture_type(f, "admin");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "system", "webhook-refused", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Backspace");
	console_fixture_type(f, "4 -estado:cerrado");
	console_fixture_keys(f, "Enter");
	assert_filter(f, "almacén", "priority:4,5 -status:closed");
	console_fixture_changed(f);
	golden_check(f->ui, "system", "webhook-filtered", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "system", "webhook-filtered", LANG_EN, 80, 24, 0);
	golden_check(
	    f->ui, "system", "webhook-filtered", LANG_EN, 80, 24, GOLDEN_MONO);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "e C-u Enter");
	assert_filter(f, "almacén", "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(webhooks__shown__in_every_size),
	    SCREEN_TEST(webhooks__none__says_so),
	    SCREEN_TEST(webhooks__keys__switch_and_test),
	    SCREEN_TEST(webhooks__filter__is_typed_and_refused_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
