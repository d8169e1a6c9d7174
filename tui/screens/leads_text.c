/* leads_text - words and lines of leads; see leads_int.h. */
#include "tui/screens/leads_int.h"

#include "common/clock.h"
#include "common/i18n.h"

const char *
leads__status_word(enum lead_status status)
{
	switch (status) {
	case LEAD_QUALIFIED:
		return _("qualified");
	case LEAD_NEEDS_EXPERT:
		return _("needs an expert");
	case LEAD_CLOSED:
	case LEAD_STATUS_COUNT:
		break;
	}
	return _("is closed");
}

const char *
leads__owner(const struct lead *l)
{
	if (l->operator_name[0] != '\0')
		return l->operator_name;
	return l->operator_login[0] != '\0' ? l->operator_login : l->team_name;
}

bool
leads__is_late(const struct lead *l)
{
	return l->status != LEAD_CLOSED && l->next_us < clock_wall_us();
}

void
leads__line(const struct app *app, const struct lead *l, struct str *out)
{
	char when[48];

	if (l->next_us != LEAD_NEVER) {
		app_time(app, when, sizeof(when), l->next_us);
		str_addf(out, "%s  ", when);
	}
	str_addf(out, "%s  ", leads__status_word(l->status));
	for (const char *s = l->problem_statement; *s != '\0'; s++) {
		if (*s == '\n')
			str_addc(out, ' ');
		else
			str_addc(out, *s);
	}
}
