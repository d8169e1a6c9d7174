/* inbox_new - writing to somebody first: with a template, or in the thread. */
#include "tests/lib/golden.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/screens.h"

static int
setup(void **state)
{
	struct console_fixture *f = calloc(1, sizeof(*f));

	console_fixture_make(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	console_fixture_remove(*state);
	free(*state);
	return 0;
}

static void
start(struct console_fixture *f)
{
	console_fixture_start(f, "operator", &scr_inbox, 0);
}

static struct inbox *
inbox(struct console_fixture *f)
{
	return inbox_of(ui_front(f->ui));
}

static void
inbox_new__writes__to_a_number(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_templates(f);
	start(f);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "+34 600 333 444");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Right");
	console_fixture_keys(f, "C-s");
	assert_int_equal(talk_int(&f->desk,
			     "SELECT COUNT(*) FROM messages WHERE inbound = 0"),
	    1);
	assert_int_equal(talk_int(&f->desk, "SELECT COUNT(*) FROM conversations"
					    " WHERE peer = '34600333444'"),
	    1);
	assert_true(console_fixture_shows(f, "[template] bienvenida"));
	assert_int_equal(inbox(f)->focus, INBOX_THREAD);
}

static void
inbox_new__writes__in_the_thread_while_its_window_is_open(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    inbox_fixture_says(f, "34600333444", "Lucía Peña", "Hola", 60);

	inbox_fixture_templates(f);
	start(f);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "+34 600 333 444");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	assert_ptr_equal(ui_top(f->ui), ui_front(f->ui));
	assert_int_equal(inbox(f)->current, id);
	assert_int_equal(inbox(f)->focus, INBOX_THREAD);
	assert_true(console_fixture_shows(f, "no template is needed"));
	console_fixture_keys(f, "r");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_REPLY);
	console_fixture_keys(f, "Esc");
	clock_fake_advance(25 * US_PER_HOUR);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "+34 600 333 444");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "First message to"));
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(inbox_new__writes__to_a_number),
	    CASE(inbox_new__writes__in_the_thread_while_its_window_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
