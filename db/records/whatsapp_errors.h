/*
 * whatsapp_errors - Meta's error codes: what each means and what to do.
 *
 * Decisions are made by code alone; Meta's messages are for people and change.
 * The daemon decides by the remedy, the console shows the sentence.  Any
 * thread.
 */
#ifndef DB_RECORDS_WHATSAPP_ERRORS_H
#define DB_RECORDS_WHATSAPP_ERRORS_H

#include "common/str.h"
#include "db/records/conversations.h"

/* What an error code means, for sends and for failed statuses alike. */
enum whatsapp_remedy {
	WA_RETRY, /* by the schedule */
	WA_RETRY_ONCE,
	WA_RETRY_PAIR, /* after 4^n seconds */
	WA_SLOW_DOWN,  /* retry; the channel takes a breath */
	WA_BACK_OFF,   /* retry; the channel waits as the headers say */
	WA_PAUSE,      /* the channel waits for an hour, the row is kept */
	WA_STOP,       /* the channel stops, the row is kept */
	WA_DEAD,
};
struct whatsapp_error {
	int first, last; /* codes */
	enum whatsapp_remedy remedy;
	bool is_vague;	 /* the provider's own words say more */
	const char *text; /* N_(): what happened, and what a person can do */
};
/* NULL when the code is not in the table. */
const struct whatsapp_error *whatsapp_error(int64_t code);
/* N_(): what opdesk does about it by itself; "" when that is nothing. */
const char *whatsapp_remedy_text(enum whatsapp_remedy remedy);

/*
 * Append why a message was not sent: the code, our sentence in the process's
 * language and, for a code that is not in the table, what the provider said
 * (said, as stored).  The result still has to pass the gate.  True when trying
 * again as it is may help.
 */
bool send_error_say(
    enum channel_kind kind, int code, const char *said, struct str *out);

#endif
