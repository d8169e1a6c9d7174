/* ticket_work - see ticket_work.h. */
#include "tui/screens/ticket_work.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "tui/screens/guide_words.h"

bool
ticket_work_any(const struct ticket_card *card)
{
	return card->check_count > 0 || card->time_count > 0;
}

static int
count_done(const struct ticket_card *card, int *required_left)
{
	int done = 0;

	*required_left = 0;
	for (size_t i = 0; i < card->check_count; i++) {
		const struct ticket_check *c = &card->checks[i];

		done += c->done_us != 0;
		*required_left += c->done_us == 0 && c->is_required;
	}
	return done;
}

static void
add_time(const struct ticket_card *card, struct str *out)
{
	int64_t now = clock_wall_us(), worked = 0;
	char span[32];

	for (size_t i = 0; i < card->time_count; i++)
		worked += ticket_time_worked(&card->times[i], now);
	promise_format_span(worked, span);
	str_addf(
	    out, "%s%s: %s", out->len > 0 ? "   " : "", _("Time worked"), span);
}

void
ticket_work_line(const struct ticket_card *card, bool brief, struct str *out)
{
	int left, done = count_done(card, &left);

	if (card->check_count > 0) {
		if (!brief)
			str_addf(out, "%s: ", _("Checks"));
		str_addf(out, "%d/%d", done, (int)card->check_count);
		if (!brief && left > 0)
			str_addf(out, _(" (required ones left: %d)"), left);
	}
	if (!brief && card->time_count > 0)
		add_time(card, out);
}

/* "Guide: VPN will not connect · step 2 · > active · Ana"; gu opens it. */
static void
add_session(struct w_text *t, const struct guide_session *g)
{
	struct str line = STR_INIT;

	str_addf(&line, "%s: %s · ", _("Guide"), g->title);
	str_addf(&line, _("step %d"), (int)g->step);
	str_addf(&line, " · %s", guide_state_word(g->state));
	if (g->operator_name[0] != '\0')
		str_addf(&line, " · %s", g->operator_name);
	if (g->state < SESSION_RESOLVED)
		str_addf(&line, " (%s)", _("gu goes on with it"));
	w_text_outside(t,
	    g->state < SESSION_RESOLVED ? ROLE_STRONG : ROLE_MUTED, 0, line.s,
	    line.len);
	w_text_set_id(t, -200000 - g->id);
	str_free(&line);
}

static void
add_checks(struct w_text *t, const struct ticket_card *card)
{
	struct str line = STR_INIT;

	w_text_gap(t);
	for (size_t i = 0; i < card->check_count; i++) {
		const struct ticket_check *c = &card->checks[i];

		str_clear(&line);
		str_addf(&line, "[%s] %s%s", c->done_us != 0 ? "x" : " ",
		    c->is_required ? "! " : "", c->text);
		w_text_outside(t, c->done_us != 0 ? ROLE_MUTED : ROLE_NORMAL, 0,
		    line.s, line.len);
		w_text_set_id(t, -100000 - (int64_t)i);
	}
	str_free(&line);
}

void
ticket_work_fill(struct w_text *t, const struct ticket_card *card)
{
	if (card->check_count > 0)
		add_checks(t, card);
	if (card->session_count > 0)
		w_text_gap(t);
	for (size_t i = 0; i < card->session_count; i++)
		add_session(t, &card->sessions[i]);
}
