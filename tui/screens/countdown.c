/* countdown - see countdown.h. */
#include "tui/screens/countdown.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"

#define LONG_H 10  /* from here on without minutes */
#define DAYS_H 100 /* from here on in days */

void
countdown_span(int64_t us, char out[COUNTDOWN_SIZE])
{
	int64_t minutes = (us < 0 ? -us : us) / US_PER_MINUTE;
	int64_t hours = minutes / 60;

	if (hours == 0)
		str_format(out, COUNTDOWN_SIZE, _("%d min"), (int)minutes);
	else if (hours < LONG_H)
		/* TRANSLATORS: two hours and ten minutes: "2 h 10". */
		str_format(out, COUNTDOWN_SIZE, _("%d h %02d"), (int)hours,
		    (int)(minutes % 60));
	else if (hours < DAYS_H)
		str_format(out, COUNTDOWN_SIZE, _("%d h"), (int)hours);
	else
		str_format(out, COUNTDOWN_SIZE, _("%d d"), (int)(hours / 24));
}

enum role
countdown_role(enum countdown_level level)
{
	static const enum role roles[] = {
	    [COUNTDOWN_NONE] = ROLE_MUTED,
	    [COUNTDOWN_RUNS] = ROLE_NORMAL,
	    [COUNTDOWN_WARNS] = ROLE_WARNING,
	    [COUNTDOWN_BROKE] = ROLE_DANGER,
	    [COUNTDOWN_STILL] = ROLE_MUTED,
	    [COUNTDOWN_SLEEPS] = ROLE_MUTED,
	};

	return roles[level];
}

static bool
is_late(int64_t due_us, int64_t now_us)
{
	return due_us <= now_us;
}

void
countdown_until(
    int64_t warn_us, int64_t due_us, int64_t now_us, struct countdown *out)
{
	char span[COUNTDOWN_SIZE];

	if (due_us == INT64_MAX) {
		out->level = COUNTDOWN_STILL;
		/* TRANSLATORS: at most 8 cells: a promise stands still. */
		str_copy(out->text, sizeof(out->text), _("‖ waits"));
		return;
	}
	countdown_span(due_us - now_us, span);
	out->level = is_late(due_us, now_us) ? COUNTDOWN_BROKE
	             : warn_us <= now_us     ? COUNTDOWN_WARNS
	                                     : COUNTDOWN_RUNS;
	str_format(out->text, sizeof(out->text), "%s%s",
	    out->level == COUNTDOWN_BROKE   ? "X-"
	    : out->level == COUNTDOWN_WARNS ? "!"
					    : "",
	    span);
}

static void
until_awake(const struct ticket *t, int64_t now_us, struct countdown *out)
{
	char span[COUNTDOWN_SIZE];

	out->level = COUNTDOWN_SLEEPS;
	if (t->snoozed_until_us == TICKET_UNTIL_REPLY) {
		/* TRANSLATORS: at most 8 cells: sleeps until a reply comes. */
		str_copy(out->text, sizeof(out->text), _("z reply"));
		return;
	}
	countdown_span(
	    t->snoozed_until_us > now_us ? t->snoozed_until_us - now_us : 0,
	    span);
	str_format(out->text, sizeof(out->text), "z %s", span);
}

void
countdown_of(const struct ticket *t, int64_t now_us, struct countdown *out)
{
	out->level = COUNTDOWN_NONE;
	out->text[0] = '\0';
	if (t->state >= TICKET_SOLVED || t->deleted_at != 0)
		return;
	if (t->state == TICKET_WAITING && is_late(t->due_us, now_us)) {
		/* By how much stays as it was; its card says that. */
		out->level = COUNTDOWN_BROKE;
		str_copy(out->text, sizeof(out->text), "‖ X");
	} else if (t->snoozed_until_us != 0 && !is_late(t->due_us, now_us))
		until_awake(t, now_us, out);
	else if (t->due_us != INT64_MAX || t->state == TICKET_WAITING)
		countdown_until(t->warn_us, t->due_us, now_us, out);
}

/* Minutes that are shown; rounded down, so that each sign has its own. */
static int64_t
minutes_until(int64_t us, int64_t now_us)
{
	int64_t left = us - now_us;

	return left > 0 ? left / US_PER_MINUTE : -1 + left / US_PER_MINUTE;
}

int64_t
countdown_beat(const struct ticket *rows, size_t count, int64_t now_us)
{
	int64_t beat = 0;

	/* All of them only go down with the time: no two cancel out. */
	for (size_t i = 0; i < count; i++) {
		const struct ticket *t = &rows[i];

		if (t->due_us != INT64_MAX)
			beat += minutes_until(t->due_us, now_us) -
			        (t->warn_us <= now_us);
		if (t->snoozed_until_us != 0 &&
		    t->snoozed_until_us != TICKET_UNTIL_REPLY)
			beat += minutes_until(t->snoozed_until_us, now_us);
	}
	return beat;
}
