/*
 * webhook_send - a webhook's request, and what its answer means; pure.
 *
 * Each try is signed anew, over the bytes that the outbox keeps.  No redirect
 * is followed, and the address is looked at when it is connected to: one that
 * is not public is for webhooks in our own network only, and those of a
 * rehearsal tenant go to loopback.
 */
#ifndef SYNCD_WORK_WEBHOOK_SEND_H
#define SYNCD_WORK_WEBHOOK_SEND_H

#include "db/records/webhooks.h"
#include "syncd/channels/channel.h"

#define WEBHOOK_AT_ONCE 2              /* requests of one webhook */
#define WEBHOOK_TOTAL_S 20             /* for a whole answer */
#define WEBHOOK_WAIT_S  (24 * 60 * 60) /* the longest that it may ask for */

struct webhook_request {
	struct str id, at, signature, authorization; /* header lines */
	const char *headers[8];
	const char *body; /* borrowed from the item */
};
/* at_s: seconds now.  It borrows from item and target. */
void webhook_build(const struct webhook_target *t,
    const struct outbox_item *item, int64_t at_s, struct webhook_request *r);
/* Fill an http_request (done and data stay the caller's); borrows from all. */
void webhook_http(const struct webhook_request *r,
    const struct webhook_target *t, const struct outbox_item *item,
    struct http_request *out);
void webhook_request_clear(struct webhook_request *r);

/*
 * The verdict, its sentence in the thread's language, and how the webhook
 * took it.  *pause_s: it wants to be left alone for so long; 0: no.
 */
void webhook_judge(enum webhook_kind kind, const struct outbox_item *item,
    const struct channel_answer *answer, struct channel_verdict *v,
    enum webhook_end *end, int64_t *pause_s);

#endif
