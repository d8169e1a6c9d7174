/* call_machine - see call_machine.h. */
#include "db/records/call_machine.h"
#include "common/i18n.h"
#include "common/str.h"
#include <string.h>

const char *const call_state_names[] = {
    "ringing", "talking", "hold", "wrap_up", "ended", NULL};
const char *const seat_state_names[] = {
    "off", "ready", "ringing", "talking", "hold", "wrap_up", "paused", NULL};

enum { NEVER = -2, STAYS = -1 };

/* clang-format off */
static const int table[CALL_STATE_COUNT][CALL_EVENT_COUNT] = {
	/*                answered      held       resumed       hung up       closed      replaced */
	[CALL_RINGING] = {CALL_TALKING, NEVER,     NEVER,        CALL_WRAP_UP, NEVER,      CALL_ENDED},
	[CALL_TALKING] = {STAYS,        CALL_HOLD, STAYS,        CALL_WRAP_UP, NEVER,      CALL_ENDED},
	[CALL_HOLD]    = {STAYS,        STAYS,     CALL_TALKING, CALL_WRAP_UP, NEVER,      CALL_ENDED},
	[CALL_WRAP_UP] = {NEVER,        NEVER,     NEVER,        STAYS,        CALL_ENDED, CALL_ENDED},
	[CALL_ENDED]   = {NEVER,        NEVER,     NEVER,        STAYS,        STAYS,      STAYS},
};
/* clang-format on */

enum call_step
call_next(enum call_state state, enum call_event event, bool has_operator,
    enum call_state *next)
{
	int to = table[state][event];

	*next = state;
	if (to == STAYS)
		return CALL_STAYS;
	if (to == NEVER)
		return CALL_NEVER;
	*next = to == CALL_WRAP_UP && !has_operator ? CALL_ENDED
	                                            : (enum call_state)to;
	return CALL_MOVES;
}

enum seat_state
call_seat(enum call_state state)
{
	static const enum seat_state seats[CALL_STATE_COUNT] = {
	    SEAT_RINGING, SEAT_TALKING, SEAT_HOLD, SEAT_WRAP_UP, SEAT_READY};

	return seats[state];
}

bool
seat_is_on_call(enum seat_state state)
{
	return state != SEAT_OFF && state != SEAT_READY && state != SEAT_PAUSED;
}

#define SHORT  6  /* up to here it is an extension or a service */
#define DIGITS 15 /* of any telephone number */

bool
call_number_fold(
    const char *number, const char *country, char out[CALL_NUMBER_SIZE])
{
	char digits[DIGITS + 3]; /* with 00 before them */
	size_t n = 0, code = strlen(country), skip = 0;
	bool world = false;

	for (const char *s = number; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9') {
			if (n == sizeof(digits) - 1)
				return false;
			digits[n++] = *s;
		} else if (*s == '+' && n == 0 && !world) {
			world = true;
		} else if (strchr(" -.()/", *s) == NULL) {
			return false;
		}
	}
	digits[n] = '\0';
	if (!world && n > SHORT && strncmp(digits, "00", 2) == 0) {
		world = true;
		skip = 2;
	} else if (!world && code > 0 && n > SHORT && digits[0] == '0') {
		skip = 1; /* how it is dialled within the country */
	}
	/* Written with the country's code, but without the plus. */
	if (code > 0 && n > 9 && strncmp(digits, country, code) == 0)
		world = true;
	if (world || n <= SHORT)
		code = 0;
	if (n - skip == 0 || n - skip + code > DIGITS)
		return false;
	str_format(
	    out, CALL_NUMBER_SIZE, "%.*s%s", (int)code, country, digits + skip);
	return true;
}
