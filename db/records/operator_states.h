/*
 * operator_states - what an operator does: ready, at a call, paused for a
 * reason, off; and the shift with its breaks.
 *
 * Each change is an interval.  At a call it follows the call (calls.h); after
 * it the operator is again what he was before.
 */
#ifndef DB_RECORDS_OPERATOR_STATES_H
#define DB_RECORDS_OPERATOR_STATES_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/call_machine.h"

struct seat_now {
	int64_t operator_id, team_id;
	enum seat_state state;
	int64_t since_us; /* 0: never did anything yet, and is off */
	int64_t call_id, reason_id;
	int64_t wrap_until_us; /* of a call in wrap-up */
	char login[64], name[201], team_name[201];
	char reason[9], label_es[41], label_en[41]; /* of a pause */
	char call_name[33], number[65], contact_name[201];
	int64_t shift_us; /* the shift began; 0: none */
	bool on_break;
};
/* Of one operator; 0: who acts. */
int seat_get(
    struct desk *d, int64_t operator_id, struct seat_now *out, struct err *err);
/* Of all that the actor may see, by name; the caller frees rows. */
int seat_list(
    struct desk *d, struct seat_now **rows, size_t *count, struct err *err);
void seat_json(const struct seat_now *s, struct json_out *out);

/*
 * SEAT_READY, SEAT_PAUSED (reason: key or hot key of a pause reason, needed)
 * or SEAT_OFF; operator_id 0: who acts.  The same once more does nothing;
 * another reason is another interval.  OD_ECONFLICT: he is at a call.
 */
int seat_set(struct desk *d, int64_t operator_id, enum seat_state state,
    const char *reason, struct err *err);

struct seat_interval {
	enum seat_state state;
	int64_t begun_us, ended_us; /* 0: it goes on */
	int64_t reason_id, call_id;
	char reason[9], call_name[33];
};
/* Those that touch [from, to), oldest first; the caller frees rows. */
int seat_intervals(struct desk *d, int64_t operator_id, int64_t from_us,
    int64_t to_us, struct seat_interval **rows, size_t *count, struct err *err);

/* ---- the shift ---- */

enum shift_kind { SHIFT_WORK = 0, SHIFT_BREAK = 1 }; /* stored */
enum shift_ended {                                   /* stored */
	SHIFT_BY_PERSON = 0,
	SHIFT_BY_QUESTION = 1, /* nobody answered whether he is still there */
	SHIFT_BY_OTHER = 2,
};

enum clock_act { CLOCK_IN, CLOCK_OUT, CLOCK_BREAK, CLOCK_BACK };
/*
 * operator_id 0: who acts.  In makes ready, out makes off, a break pauses.
 * The same once more does nothing.  OD_ECONFLICT: at a call, or no shift.
 */
int shift_clock(
    struct desk *d, int64_t operator_id, enum clock_act act, struct err *err);

struct shift {
	int64_t id, operator_id, begun_us, ended_us; /* 0: it goes on */
	int64_t seen_us;
	enum shift_kind kind;
	enum shift_ended ended_by;
	char login[64], name[201];
};
/* Those that touch [from, to) of one operator (0: of all that the actor may
 * see), oldest first; the caller frees rows. */
int shift_list(struct desk *d, int64_t operator_id, int64_t from_us,
    int64_t to_us, struct shift **rows, size_t *count, struct err *err);
void shift_json(const struct shift *s, struct json_out *out);

/*
 * Whether who acts is to be asked if he is still there: nothing was done for
 * the setting's time.  *since_us: since when.
 */
int shift_ask(struct desk *d, bool *ask, int64_t *since_us, struct err *err);
/* Yes: it goes on. */
int shift_seen(struct desk *d, struct err *err);
/*
 * As the system: shifts whose question nobody answered end where something was
 * done last, their operators are off; at most limit.
 */
int shift_expire(struct desk *d, int limit, int *count, struct err *err);

#endif
