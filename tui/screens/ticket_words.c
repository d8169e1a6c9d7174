/* ticket_words - see ticket_words.h. */
#include "tui/screens/ticket_words.h"

#include "common/i18n.h"
#include "tui/app.h"

static const struct {
	const char *word;
	enum role role;
} states[TICKET_STATE_COUNT] = {
    /* TRANSLATORS: a letter of its own, then the word. */
    [TICKET_NEW] = {N_("N new"), ROLE_UNREAD},
    [TICKET_OPEN] = {N_("O open"), ROLE_NORMAL},
    [TICKET_WAITING] = {N_("W waiting"), ROLE_WARNING},
    [TICKET_SOLVED] = {N_("S solved"), ROLE_OK},
    [TICKET_CLOSED] = {N_("C closed"), ROLE_MUTED},
    [TICKET_MERGED] = {N_("M merged"), ROLE_MUTED},
};

static const char *const priorities[] = {
    N_("1 lowest"), N_("2 low"), N_("3 normal"), N_("4 high"), N_("5 urgent")};

const char *const ticket_levels[] = {N_("1 lowest"), N_("2 low"),
    N_("3 medium"), N_("4 high"), N_("5 very high"), NULL};

const char *
ticket_state_word(enum ticket_state state)
{
	return _(states[state].word);
}

enum role
ticket_state_role(enum ticket_state state)
{
	return states[state].role;
}

const char *
ticket_priority_word(int priority)
{
	return _(priorities[priority >= 1 && priority <= 5 ? priority - 1 : 2]);
}

enum role
ticket_priority_role(int priority)
{
	return priority >= 5   ? ROLE_DANGER
	       : priority == 4 ? ROLE_WARNING
	       : priority <= 2 ? ROLE_MUTED
	                       : ROLE_NORMAL;
}

const char *
ticket_field_label(const char *column)
{
	const struct record_def *def = record_def(RECORD_TICKET);
	int i = record_field(def, column);

	return i < 0 || def->fields[i].label == NULL ? column
	                                             : _(def->fields[i].label);
}

void
ticket_value_text(
    const struct ui *ui, const char *column, const char *value, struct str *out)
{
	const struct record_def *def = record_def(RECORD_TICKET);
	int i = record_field(def, column);
	enum field_type type = i < 0 ? FIELD_TEXT : def->fields[i].type;
	char time[32];
	int64_t n = 0;
	bool is_number =
	    value != NULL && str_to_int64(value, 0, INT64_MAX, &n);

	if (value == NULL || value[0] == '\0' ||
	    (is_number && type == FIELD_TIME && n == TICKET_UNTIL_REPLY))
		str_add(out, "--");
	else if (is_number && str_equal(column, "state") &&
		 n < TICKET_STATE_COUNT)
		str_add(out, _(ticket_state_names[n]));
	else if (is_number && str_equal(column, "priority"))
		str_add(out, ticket_priority_word((int)n));
	else if (is_number && type == FIELD_FLAG)
		str_add(out, n != 0 ? _("yes") : _("no"));
	else if (is_number && type == FIELD_TIME) {
		app_time(app_of(ui), time, sizeof(time), n);
		str_add(out, time);
	} else
		str_add(out, value);
}
