/* session_walk - answers and ends; see session.h. */
#include "common/i18n.h"
#include "kb/session_int.h"
#include <string.h>

static int
to_back(const struct session *s, struct session_answer *in, struct err *err)
{
	if (s->trail_count < 2)
		return err_set(err, OD_ECONFLICT,
		    "Step %lld is the first one; there is nothing to go back"
		    " to",
		    (long long)s->s.step);
	in->to_step = s->trail[s->trail_count - 2];
	in->seen_version = s->s.version;
	return 0;
}

static void
to_next(const struct session *s, struct session_answer *in)
{
	enum guide_answer answer = in->action == PATH_YES  ? GUIDE_YES
	                           : in->action == PATH_NO ? GUIDE_NO
	                                                   : GUIDE_SKIP;
	struct guide_place place =
	    guide_walk_next(s->guide, (int)in->from_step, answer);

	in->to_step = place.end == GUIDE_GOES_ON ? place.step : in->from_step;
	in->ends = place.end == GUIDE_RESOLVED    ? SESSION_RESOLVED
	           : place.end == GUIDE_ESCALATED ? SESSION_ESCALATED
	                                          : SESSION_ACTIVE;
}

static int
place(const struct session *s, struct session_answer *in, struct err *err)
{
	switch (in->action) {
	case PATH_YES:
	case PATH_NO:
	case PATH_SKIPPED:
		to_next(s, in);
		return 0;
	case PATH_BACK:
		/* Of a step that it left already the record says so. */
		return in->from_step == s->s.step ? to_back(s, in, err) : 0;
	case PATH_RESTARTED:
		in->to_step = guide_walk_first(s->guide);
		return 0;
	case PATH_STARTED:
	case PATH_NOTE:
	case PATH_SENT:
	case PATH_PAUSED:
	case PATH_RESUMED:
	case PATH_HANDED_OVER:
	case PATH_WARNING_READ:
	case PATH_RESOLVED:
	case PATH_ESCALATED:
	case PATH_ABANDONED:
	case PATH_FILLED:
	case PATH_ACTION_COUNT:
		break;
	}
	return err_set(
	    err, OD_EDATA, "A step is answered with yes, no or skipped");
}

int
session_reply(struct desk *d, int64_t id, const struct session_reply *in,
    bool *again, struct err *err)
{
	struct session_answer answer = {.action = in->action,
	    .seen_version = in->seen_version,
	    .may_repeat = in->step != 0,
	    .notes = in->notes,
	    .by_customer = in->by_customer};
	struct str subject = STR_INIT, note = STR_INIT;
	struct session s;
	int rc;

	*again = false;
	if ((rc = session_open(d, id, &s, err)) != 0)
		return rc;
	answer.from_step = in->step != 0 ? in->step : s.s.step;
	answer.to_step = s.s.step;
	if ((rc = place(&s, &answer, err)) != 0)
		goto out;
	if (answer.ends != SESSION_ACTIVE && s.s.state == SESSION_ACTIVE) {
		session_title(&s, &subject);
		session__report(&s, answer.ends, &answer, NULL, &note);
		answer.report = (struct session_report){subject.s, note.s};
	}
	rc = guide_session_answer(d, id, &answer, again, err);
out:
	session_close(&s);
	str_free(&subject);
	str_free(&note);
	return rc;
}

int
session_finish(struct desk *d, int64_t id, enum guide_session_state state,
    int64_t seen_version, const char *notes, struct err *err)
{
	struct session_end end = {
	    .state = state, .seen_version = seen_version, .notes = notes};
	struct str subject = STR_INIT, note = STR_INIT;
	struct session s;
	int rc;

	rc = session_open(d, id, &s, err);
	if (rc == 0) {
		session_title(&s, &subject);
		session__report(&s, state, NULL, notes, &note);
		end.report = (struct session_report){subject.s, note.s};
		session_close(&s);
	}
	/* Without its guide it can be ended all the same. */
	if (rc == 0 || rc == OD_EDATA)
		rc = guide_session_finish(d, id, &end, err);
	str_free(&subject);
	str_free(&note);
	return rc;
}
