/* guide_words - see guide_words.h. */
#include "tui/screens/guide_words.h"

#include "common/i18n.h"
#include "common/str.h"

#include <stddef.h>

const char *
guide_state_word(enum guide_session_state state)
{
	static const char *const words[SESSION_STATE_COUNT] = {
	    [SESSION_ACTIVE] = N_("> active"),
	    [SESSION_PAUSED] = N_("= paused"),
	    [SESSION_RESOLVED] = N_("* resolved"),
	    [SESSION_ESCALATED] = N_("! escalated"),
	    [SESSION_ABANDONED] = N_("x abandoned"),
	};

	return _(words[state]);
}

enum role
guide_state_role(enum guide_session_state state)
{
	switch (state) {
	case SESSION_ACTIVE:
		return ROLE_INFO;
	case SESSION_PAUSED:
		return ROLE_WARNING;
	case SESSION_RESOLVED:
		return ROLE_OK;
	case SESSION_ESCALATED:
		return ROLE_DANGER;
	case SESSION_ABANDONED:
	case SESSION_STATE_COUNT:
		break;
	}
	return ROLE_MUTED;
}

const char *
guide_action_word(enum path_action action)
{
	static const char *const words[PATH_ACTION_COUNT] = {
	    [PATH_STARTED] = N_("started"),
	    [PATH_YES] = N_("yes"),
	    [PATH_NO] = N_("no"),
	    [PATH_SKIPPED] = N_("skipped"),
	    [PATH_BACK] = N_("back"),
	    [PATH_RESTARTED] = N_("from the start"),
	    [PATH_NOTE] = N_("noted"),
	    [PATH_SENT] = N_("sent to the customer"),
	    [PATH_PAUSED] = N_("paused"),
	    [PATH_RESUMED] = N_("resumed"),
	    [PATH_HANDED_OVER] = N_("handed over"),
	    [PATH_WARNING_READ] = N_("warning read"),
	    [PATH_RESOLVED] = N_("resolved"),
	    [PATH_ESCALATED] = N_("escalated"),
	    [PATH_ABANDONED] = N_("abandoned"),
	    [PATH_FILLED] = N_("filled in"),
	};

	return _(words[action]);
}

const char *
guide_category_word(const char *category)
{
	static const struct {
		const char *name, *word;
	} words[] = {
	    {"access", N_("access")},
	    {"billing", N_("billing")},
	    {"change", N_("change")},
	    {"computer", N_("computer")},
	    {"connectivity", N_("connectivity")},
	    {"decision", N_("decision")},
	    {"email", N_("mail")},
	    {"files", N_("files")},
	    {"mobile", N_("mobile")},
	    {"peripherals", N_("peripherals")},
	    {"price", N_("price")},
	    {"printing", N_("printing")},
	    {"provider", N_("provider")},
	    {"security", N_("security")},
	    {"service", N_("service")},
	    {"software", N_("software")},
	    {"telephony", N_("telephony")},
	    {"time", N_("time")},
	    {"trust", N_("trust")},
	    {"tv", N_("TV")},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(words[i].name, category))
			return _(words[i].word);
	return category;
}
