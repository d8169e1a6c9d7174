/*
 * What people read of states, kinds and roles: every word that the desk has
 * is said in Spanish, and in English it is the desk's own.
 *
 * Turned red by: a state of the outbox that is not in the table.
 */
#include "common/i18n.h"
#include "db/core/desk.h"
#include "db/core/record.h"
#include "db/records/approvals.h"
#include "db/records/channels.h"
#include "db/records/conversations.h"
#include "db/records/jobs.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_int.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const struct {
	const char *noun, *member;
	const char *const *names;
	int count; /* 0: until NULL */
} sets[] = {
    {"ticket", "state", ticket_state_names, TICKET_STATE_COUNT},
    {"conversation", "state", conversation_state_names, 0},
    {"message", "state", message_state_names, 0},
    {"outbox", "state", outbox_state_names, 0},
    {"approval", "state", approval_state_names, 0},
    {"job", "state", job_state_names, 0},
    {"channel", "state", channel_state_names, 0},
    {"channel", "state", raw_event_state_names, 0},
    {"operator", "role", role_names, 0},
    {"message", "kind", message_kind_names, 0},
};

/* In both languages, so that one cannot see whether somebody said it. */
static bool
is_same_in_spanish(const char *word)
{
	static const char *const words[] = {
	    "auditor", "bot", "supervisor", "ticket", "token", "macro",
	    "webhook"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static void
check_word(const char *noun, const char *member, const char *word)
{
	i18n_set_process(LANG_EN);
	assert_string_equal(cli__word(noun, member, word), word);
	i18n_set_process(LANG_ES);
	if (strcmp(cli__word(noun, member, word), word) == 0 &&
	    !is_same_in_spanish(word))
		fail_msg("%s: no words for \"%s\" of %s", noun, word, member);
	assert_null(strchr(cli__word(noun, member, word), '|'));
}

static void
cli_word__every_state_kind_and_role__is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		for (int k = 0; sets[i].count > 0 ? k < sets[i].count
						  : sets[i].names[k] != NULL;
		     k++)
			check_word(
			    sets[i].noun, sets[i].member, sets[i].names[k]);
	for (int k = 1; k < RECORD_KIND_COUNT; k++)
		check_word(
		    "audit", "kind", record_def((enum record_kind)k)->noun);
}

static void
cli_word__by_noun__agrees_with_it(void **state)
{
	(void)state;
	i18n_set_process(LANG_ES);
	assert_string_equal(cli__word("ticket", "state", "closed"), "cerrado");
	assert_string_equal(
	    cli__word("conversation", "state", "closed"), "cerrada");
}

static void
cli_word__of_no_member__stays_as_it_is(void **state)
{
	const char *word = "open";

	(void)state;
	i18n_set_process(LANG_ES);
	assert_ptr_equal(cli__word("ticket", "subject", word), word);
	assert_ptr_equal(cli__word("ticket", NULL, word), word);
	word = "never heard of";
	assert_ptr_equal(cli__word("ticket", "state", word), word);
	assert_null(cli__word("ticket", "state", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cli_word__every_state_kind_and_role__is_said),
	    cmocka_unit_test(cli_word__by_noun__agrees_with_it),
	    cmocka_unit_test(cli_word__of_no_member__stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
