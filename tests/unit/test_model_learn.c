/*
 * Unit tests of tui/model/model_learn: the matcher learns from what was
 * published while the console goes on, and nothing is left unlearnt.
 *
 * Turned red by: all of it in one question, something published meanwhile that
 * nobody learns, a console that ends in the middle of it.
 */
#include "common/share.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/knowledge.h"
#include "kb/hint_desk.h"
#include "kb/matcher.h"
#include "tests/lib/console_fixture.h"
#include "tests/lib/console_seed.h"
#include "tests/lib/desk_test.h"
#include "tui/model/model_learn.h"
#include "tui/screens/screens.h"

#define BODY                                                                   \
	"{\"%s\":{\"problem_title\":\"%s\",\"steps\":[{\"step_number\":1,"     \
	"\"title\":\"t\",\"instructions\":[\"i\"]}],"                          \
	"\"phrases\":{\"es\":[\"%s no va\"]}}}"

static void
publish(struct console_fixture *f, const char *topic)
{
	struct err err = ERR_INIT;
	enum knowledge_put put;
	char body[300];
	struct knowledge_new in = {topic, "c", topic, body};
	int64_t id;

	str_format(body, sizeof(body), BODY, topic, topic, topic);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_ok(knowledge_import(f->desk.d, &in, false, &put, &id, &err));
}

static void
publish_cards(struct console_fixture *f)
{
	static const char *const paths[] = {
	    "tests/data/playbook/objections/no_time.json",
	    "tests/data/playbook/objections/price_too_high.json"};
	struct kb_import imported = {0};
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_ok(kb_texts_import(
	    f->desk.d, KNOWLEDGE_CARD, paths, 2, false, &imported, &err));
	assert_int_equal(imported.changed, 2);
	kb_import_free(&imported);
}

static void
assert_learnt(struct console_fixture *f, size_t topics)
{
	struct match_model *m = NULL;
	struct err err = ERR_INIT;
	bool behind;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_ok(matcher_is_behind(f->desk.d, &behind, &err));
	assert_false(behind);
	assert_ok(matcher_of_desk(f->desk.d, &m, &err));
	assert_int_equal(match_topic_count(m), topics);
	match_model_free(&m);
}

static void
assert_cards_learnt(struct console_fixture *f)
{
	struct match_model *m = NULL;
	struct err err = ERR_INIT;
	bool behind;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_ok(
	    matcher_is_behind_of(f->desk.d, KNOWLEDGE_CARD, &behind, &err));
	assert_false(behind);
	assert_ok(matcher_cards_of_desk(f->desk.d, &m, &err));
	assert_int_equal(match_topic_count(m), 2);
	match_model_free(&m);
}

static bool was_learning, is_answered;

static int
look(struct desk *d, void *data, struct err *err)
{
	(void)d, (void)data, (void)err;
	return 0;
}

static void
looked(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct model **m = data;

	(void)ui, (void)s, (void)answer;
	was_learning = model_is_learning(*m);
	is_answered = true;
}

static void
ask_while_learning(struct console_fixture *f, enum knowledge_kind kind)
{
	static const struct model_question q = {.run = look, .done = looked};
	struct model **m = malloc(sizeof(struct model *));

	console_fixture_start(f, "supervisor", &scr_guides, 0);
	model_learn(f->app.model, kind);
	*m = f->app.model;
	is_answered = was_learning = false;
	model_ask(f->app.model, NULL, &q, m);
	console_fixture_settle(f);
	assert_true(is_answered);
	assert_true(was_learning);
	assert_false(model_is_learning(f->app.model));
}

static void
model_learn__a_question_meanwhile__is_answered_first(void **state)
{
	struct console_fixture *f = *state;

	publish(f, "oven");
	ask_while_learning(f, KNOWLEDGE_GUIDE);
	assert_learnt(f, 1);
}

static void
model_learn__of_cards__is_the_same(void **state)
{
	struct console_fixture *f = *state;

	publish_cards(f);
	ask_while_learning(f, KNOWLEDGE_CARD);
	assert_cards_learnt(f);
}

static void
learn_both(struct console_fixture *f)
{
	publish(f, "oven");
	publish_cards(f);
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	model_learn(f->app.model, KNOWLEDGE_GUIDE);
	model_learn(f->app.model, KNOWLEDGE_CARD);
}

static void
model_learn__of_both_kinds__neither_is_left_out(void **state)
{
	struct console_fixture *f = *state;

	learn_both(f);
	console_fixture_settle(f);
	assert_learnt(f, 1);
	assert_cards_learnt(f);
}

static void
model_learn__of_both_kinds__the_console_ends__neither_is_left_out(void **state)
{
	struct console_fixture *f = *state;

	learn_both(f);
	console_fixture_end(f);
	assert_learnt(f, 1);
	assert_cards_learnt(f);
}

static void
model_learn__published_meanwhile__is_learnt_too(void **state)
{
	struct console_fixture *f = *state;

	publish(f, "oven");
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	model_learn(f->app.model, KNOWLEDGE_GUIDE);
	while (model_pending(f->app.model) > 1)
		uv_run(&f->app.loop, UV_RUN_ONCE);
	publish(f, "fridge");
	model_learn(f->app.model, KNOWLEDGE_GUIDE);
	console_fixture_settle(f);
	assert_learnt(f, 2);
}

static void
model_learn__the_console_ends__it_is_learnt_all_the_same(void **state)
{
	struct console_fixture *f = *state;

	publish(f, "oven");
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	model_learn(f->app.model, KNOWLEDGE_GUIDE);
	console_fixture_end(f);
	assert_learnt(f, 1);
}

static void
model_learn__who_may_not__does_nothing(void **state)
{
	struct console_fixture *f = *state;
	char digest[SHA256_HEX_SIZE];
	struct err err = ERR_INIT;

	publish(f, "oven");
	console_fixture_start(f, "operator", &scr_guides, 0);
	model_learn(f->app.model, KNOWLEDGE_GUIDE);
	console_fixture_settle(f);
	assert_false(model_is_learning(f->app.model));
	assert_rc(
	    knowledge_model_digest_of(f->desk.d, KNOWLEDGE_GUIDE, digest, &err),
	    OD_ENOTFOUND);
}

static int
setup(void **state)
{
	struct console_fixture *f = calloc(1, sizeof(*f));

	share_use("tests/data"); /* the companions would take their time */
	console_fixture_make(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	console_fixture_remove(*state);
	free(*state);
	share_use(NULL);
	return 0;
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(model_learn__a_question_meanwhile__is_answered_first),
	    CASE(model_learn__of_cards__is_the_same),
	    CASE(model_learn__of_both_kinds__neither_is_left_out),
	    CASE(
		model_learn__of_both_kinds__the_console_ends__neither_is_left_out),
	    CASE(model_learn__published_meanwhile__is_learnt_too),
	    CASE(model_learn__the_console_ends__it_is_learnt_all_the_same),
	    CASE(model_learn__who_may_not__does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
