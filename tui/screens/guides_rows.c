/* guides_rows - rows of sessions: where each is, and whose. */
#include "tui/screens/guides_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/guide_words.h"

#include <stdlib.h>

static const struct w_column columns[] = {
    {N_("Status"), 11, 0, 0, ALIGN_LEFT},
    {N_("Guide"), 16, 3, 0, ALIGN_LEFT},
    {N_("Step"), 5, 0, 2, ALIGN_LEFT},
    {N_("Customer"), 12, 2, 3, ALIGN_LEFT},
    {N_("Owner"), 10, 1, 4, ALIGN_LEFT},
    {N_("Age"), 6, 0, 5, ALIGN_RIGHT},
};

static void
title_cell(
    const struct guides *d, const struct guide_session *s, struct w_cell *out)
{
	const struct guide_row *r = guide_shelf_row(&d->shelf, s->knowledge_id);

	out->text = r != NULL ? r->words[i18n_lang()].title : s->title;
}

static void
step_cell(
    const struct guides *d, const struct guide_session *s, struct w_cell *out)
{
	const struct guide_row *r = guide_shelf_row(&d->shelf, s->knowledge_id);

	out->trusted = true;
	if (r != NULL)
		str_format(out->buf, sizeof(out->buf), "%lld/%d",
		    (long long)s->step, r->steps);
	else
		str_format(
		    out->buf, sizeof(out->buf), "%lld", (long long)s->step);
	out->text = out->buf;
}

static void
owner_cell(const struct guide_session *s, struct w_cell *out)
{
	if (s->walker == WALKER_CUSTOMER && s->operator_id == 0) {
		out->text = _("the customer");
		out->trusted = true;
		out->role = ROLE_INFO;
	} else if (s->operator_id != 0) {
		out->text = s->operator_name;
	} else if (s->team_id != 0) {
		out->text = s->team_name;
	} else {
		out->text = _("nobody");
		out->trusted = true;
		out->role = ROLE_UNREAD;
	}
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct guides *d = data;
	const struct guide_session *s = &d->sessions.rows[index];

	switch (column) {
	case 0:
		out->text = guide_state_word(s->state);
		out->role = guide_state_role(s->state);
		out->trusted = true;
		break;
	case 1:
		title_cell(d, s, out);
		break;
	case 2:
		step_cell(d, s, out);
		break;
	case 3:
		out->text = s->customer_name;
		break;
	case 4:
		owner_cell(s, out);
		break;
	default:
		app_age(
		    out->buf, sizeof(out->buf), s->created_at, clock_wall_us());
		out->text = out->buf;
		out->trusted = true;
		break;
	}
}

static const struct w_list_ops ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("No sessions here; 1 shows the guides, Enter starts one"),
};

void
guides__rows_init(struct guides *d)
{
	w_list_init(&d->rows, &ops, d);
}

void
guides__rows_set(struct guides *d)
{
	size_t n = d->sessions.count;
	int64_t *ids = xcalloc(n + 1, sizeof(ids[0]));

	for (size_t i = 0; i < n; i++)
		ids[i] = d->sessions.rows[i].id;
	w_list_set(
	    &d->rows, ids, n, d->sessions.has_before, d->sessions.has_after);
	free(ids);
}

const struct guide_session *
guides__session(const struct guides *d)
{
	size_t i;

	return d->sessions_known && w_list_index(&d->rows, &i) &&
	               i < d->sessions.count
	           ? &d->sessions.rows[i]
	           : NULL;
}
