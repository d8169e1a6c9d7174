/*
 * call_machine - the states of a call and of an operator, and what leads from
 * one to the other: one table, pure.
 *
 * Every change of state is an interval of the call and one of its operator, so
 * that every figure can be made again from them (calls.h).
 */
#ifndef DB_RECORDS_CALL_MACHINE_H
#define DB_RECORDS_CALL_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum call_state { /* stored; below CALL_ENDED somebody is at it */
	CALL_RINGING = 0,
	CALL_TALKING = 1,
	CALL_HOLD = 2,
	CALL_WRAP_UP = 3,
	CALL_ENDED = 4,
	CALL_STATE_COUNT
};
extern const char *const call_state_names[]; /* NULL-ended */

enum call_event {
	CALL_ANSWERED, /* the other side is there */
	CALL_HELD,     /* it waits */
	CALL_RESUMED,
	CALL_HUNG_UP,  /* the talk is over */
	CALL_CLOSED,   /* what is done after it is done, too */
	CALL_REPLACED, /* its operator has another one: it is over, unclosed */
	CALL_EVENT_COUNT
};

enum call_step {
	CALL_MOVES, /* to *next */
	CALL_STAYS, /* it happened already; nothing is to be done */
	CALL_NEVER, /* it cannot happen in this state */
};
/* has_operator: without one there is nobody to wrap it up. */
enum call_step call_next(enum call_state state, enum call_event event,
    bool has_operator, enum call_state *next);

enum seat_state { /* stored: what an operator does */
	SEAT_OFF = 0,
	SEAT_READY = 1,
	SEAT_RINGING = 2,
	SEAT_TALKING = 3,
	SEAT_HOLD = 4,
	SEAT_WRAP_UP = 5,
	SEAT_PAUSED = 6,
	SEAT_STATE_COUNT
};
extern const char *const seat_state_names[]; /* NULL-ended */

/* What the operator of a call in that state does; SEAT_READY for an end. */
enum seat_state call_seat(enum call_state state);
/* Whether a call is behind it: neither off, ready nor paused. */
bool seat_is_on_call(enum seat_state state);

/*
 * A number as it is compared: digits alone, with the country's code before a
 * number of the country itself.  "+34 600 11 22 33", "0034600112233" and, with
 * country "34", "600 112 233" are one.  Six digits or less stay as they are.
 * false: no digits, more than 15, or something else than digits and + - . ( )
 * / and blanks.
 */
#define CALL_NUMBER_SIZE 17
bool call_number_fold(
    const char *number, const char *country, char out[CALL_NUMBER_SIZE]);

#endif
