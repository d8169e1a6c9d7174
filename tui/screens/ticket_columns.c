/* ticket_columns - see ticket_columns.h. */
#include "tui/screens/ticket_columns.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "tui/app.h"
#include "tui/screens/countdown.h"
#include "tui/screens/ticket_words.h"
#include <inttypes.h>
#include <string.h>

const char ticket_columns_usual[] =
    "number,state,priority,subject,contact,owner,due,age";

/* clang-format off */
static const struct {
	const char *name;
	struct w_column column;
} table[TICKET_COLUMN_COUNT] = {
	[TICKET_COLUMN_NUMBER]   = {"number",   {N_("No."), 7, 0, 0, ALIGN_RIGHT}},
	[TICKET_COLUMN_STATE]    = {"state",    {N_("Status"), 11, 0, 2, ALIGN_LEFT}},
	[TICKET_COLUMN_PRIORITY] = {"priority", {N_("Priority"), 9, 0, 4, ALIGN_LEFT}},
	[TICKET_COLUMN_SUBJECT]  = {"subject",  {N_("Subject"), 19, 5, 0, ALIGN_LEFT}},
	[TICKET_COLUMN_CONTACT]  = {"contact",  {N_("Contact"), 10, 2, 5, ALIGN_LEFT}},
	[TICKET_COLUMN_COMPANY]  = {"company",  {N_("Company"), 10, 2, 6, ALIGN_LEFT}},
	[TICKET_COLUMN_OWNER]    = {"owner",    {N_("Owner"), 9, 1, 3, ALIGN_LEFT}},
	[TICKET_COLUMN_TEAM]     = {"team",     {N_("Team"), 9, 1, 6, ALIGN_LEFT}},
	[TICKET_COLUMN_CATEGORY] = {"category", {N_("Category"), 9, 1, 5, ALIGN_LEFT}},
	[TICKET_COLUMN_TAGS]     = {"tags",     {N_("Tags"), 9, 1, 7, ALIGN_LEFT}},
	/* TRANSLATORS: head of a column of 8 cells: how long until a promise breaks. */
	[TICKET_COLUMN_DUE]      = {"due",      {N_("Breaks"), COUNTDOWN_CELLS, 0, 1, ALIGN_RIGHT}},
	[TICKET_COLUMN_CHANGED]  = {"changed",  {N_("Changed"), 8, 0, 6, ALIGN_RIGHT}},
	[TICKET_COLUMN_AGE]      = {"age",      {N_("Age"), 6, 0, 6, ALIGN_RIGHT}},
	[TICKET_COLUMN_CHECKS]   = {"checks",   {N_("Checks"), 7, 0, 6, ALIGN_RIGHT}},
	[TICKET_COLUMN_TIME]     = {"time",     {N_("Worked"), 11, 0, 7, ALIGN_RIGHT}},
};
/* clang-format on */

const char *
ticket_column_name(enum ticket_column c)
{
	return table[c].name;
}

const char *
ticket_column_title(enum ticket_column c)
{
	return _(table[c].column.title);
}

static int
find(const char *word, size_t n)
{
	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		if (strlen(table[i].name) == n &&
		    memcmp(table[i].name, word, n) == 0)
			return i;
	return -1;
}

static bool
has(const struct ticket_columns *c, int column)
{
	for (int i = 0; i < c->count; i++)
		if ((int)c->which[i] == column)
			return true;
	return false;
}

static int
no_such(const char *word, size_t n, struct err *err)
{
	struct str names = STR_INIT;
	int rc;

	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		str_addf(&names, "%s%s", i > 0 ? ", " : "", table[i].name);
	rc =
	    err_set(err, OD_EDATA, "There is no column \"%.*s\"; there are: %s",
		(int)n, word, names.s);
	str_free(&names);
	return rc;
}

/* err NULL: what is none is left out, and so is what there is no room for. */
static int
read_columns(const char *text, struct ticket_columns *out, struct err *err)
{
	size_t n;

	out->count = 0;
	for (const char *p = text; *p != '\0'; p += n) {
		int column;

		p += strspn(p, ", ");
		if ((n = strcspn(p, ", ")) == 0)
			break;
		if ((column = find(p, n)) < 0) {
			if (err != NULL)
				return no_such(p, n, err);
			continue;
		}
		if (has(out, column))
			continue;
		if (out->count == W_LIST_COLUMNS) {
			if (err == NULL)
				break;
			return err_set(err, OD_ELIMIT,
			    "A list shows %d columns at most", W_LIST_COLUMNS);
		}
		out->which[out->count] = (enum ticket_column)column;
		out->shown[out->count++] = table[column].column;
	}
	return 0;
}

/* Of those that a person chose, the last ones go where there is no room. */
static void
rank(const char *text, struct ticket_columns *c)
{
	if (c->count == 0)
		(void)read_columns(ticket_columns_usual, c, NULL);
	else if (!str_equal(text, ticket_columns_usual))
		for (int i = 0; i < c->count; i++)
			if (c->shown[i].rank > 0)
				c->shown[i].rank = i + 1;
}

int
ticket_columns_parse(
    const char *text, struct ticket_columns *out, struct err *err)
{
	int rc = read_columns(text, out, err);

	if (rc == 0)
		rank(text, out);
	return rc;
}

void
ticket_columns_known(const char *text, struct ticket_columns *out)
{
	(void)read_columns(text, out, NULL);
	rank(text, out);
}

void
ticket_columns_text(
    const struct ticket_columns *c, char out[TICKET_COLUMNS_TEXT])
{
	size_t at = 0;

	out[0] = '\0';
	for (int i = 0; i < c->count; i++) {
		str_format(out + at, TICKET_COLUMNS_TEXT - at, "%s%s",
		    i > 0 ? "," : "", table[c->which[i]].name);
		at += strlen(out + at);
	}
}

/* ---- cells ---- */

static void
show_owner(const struct ticket *t, struct w_cell *out)
{
	out->text = t->operator_id != 0 ? t->operator_name
	            : t->team_id != 0   ? t->team_name
	                                : "--";
	out->trusted = false;
	out->role = t->operator_id == 0 ? ROLE_MUTED : ROLE_NORMAL;
}

static void
show_age(int64_t since_us, int64_t now_us, struct w_cell *out)
{
	app_age(out->buf, sizeof(out->buf), since_us, now_us);
	out->text = out->buf;
	out->role = ROLE_MUTED;
}

static void
show_due(const struct ticket *t, int64_t now_us, struct w_cell *out)
{
	struct countdown left;

	countdown_of(t, now_us, &left);
	str_copy(out->buf, sizeof(out->buf), left.text);
	out->text = out->buf;
	out->role = countdown_role(left.level);
}

static void
show_text(const char *text, struct w_cell *out)
{
	out->text = text;
	out->trusted = false;
}

bool
ticket_columns_want_work(const struct ticket_columns *c)
{
	return has(c, TICKET_COLUMN_CHECKS) || has(c, TICKET_COLUMN_TIME);
}

void
ticket_column_cell(enum ticket_column c, const struct ticket *t, int64_t now_us,
    struct w_cell *out)
{
	out->trusted = true;
	switch (c) {
	case TICKET_COLUMN_NUMBER:
		str_format(out->buf, sizeof(out->buf), "%" PRId64, t->number);
		out->text = out->buf;
		return;
	case TICKET_COLUMN_STATE:
		out->text = ticket_state_word(t->state);
		out->role = ticket_state_role(t->state);
		return;
	case TICKET_COLUMN_PRIORITY:
		out->text = ticket_priority_word(t->priority);
		out->role = ticket_priority_role(t->priority);
		return;
	case TICKET_COLUMN_SUBJECT:
		show_text(t->subject, out);
		return;
	case TICKET_COLUMN_CONTACT:
		show_text(t->contact_name, out);
		return;
	case TICKET_COLUMN_COMPANY:
		show_text(t->company_name, out);
		return;
	case TICKET_COLUMN_OWNER:
		show_owner(t, out);
		return;
	case TICKET_COLUMN_TEAM:
		show_text(t->team_name, out);
		return;
	case TICKET_COLUMN_CATEGORY:
		show_text(t->category_name, out);
		return;
	case TICKET_COLUMN_TAGS:
		show_text(t->tags, out);
		return;
	case TICKET_COLUMN_DUE:
		show_due(t, now_us, out);
		return;
	case TICKET_COLUMN_CHANGED:
		show_age(t->updated_at, now_us, out);
		return;
	case TICKET_COLUMN_AGE:
		show_age(t->created_at, now_us, out);
		return;
	case TICKET_COLUMN_CHECKS:
		if (t->checks > 0)
			str_format(out->buf, sizeof(out->buf), "%d/%d",
			    t->checks_done, t->checks);
		out->text = out->buf;
		return;
	case TICKET_COLUMN_TIME:
		if (t->worked_us > 0)
			promise_format_span(t->worked_us, out->buf);
		out->text = out->buf;
		return;
	case TICKET_COLUMN_COUNT:
		break;
	}
}
