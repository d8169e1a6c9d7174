/*
 * provider - stands in for Meta's Graph API in rehearsals, on loopback only.
 *
 * It takes sends as Meta does (bearer, shapes, limits, errors), posts signed
 * statuses back to the desk, has media, templates and numbers to look up, and
 * fails on order.  Everything runs on the loop's thread; nothing is stored.
 *
 *	POST /vNN.0/{number}/messages		GET /vNN.0/{number or media}
 *	GET  /vNN.0/{account}/message_templates	GET /rehearsal/media/{id}
 *	GET, DELETE /rehearsal/sent		POST /rehearsal/orders
 *
 * An order makes one send fail or behave oddly; it is the whole text of a
 * message after '#' ("#silence"), or posted: {"order":"503","count":2}.
 *	a code of Meta's	that error, at once or, for those that Meta
 *				reports later, as a failed status
 *	now-CODE, later-CODE	the same, either way
 *	500 to 599		that HTTP status, with Meta's words
 *	silence			no answer, ever; the message is taken
 *	slow			an answer after slow_ms
 *	cut-before, cut-after	the connection is cut; the message is taken
 *				with cut-after only
 *	nonsense		200 and a body that is no JSON
 *	duplicate, disorder	statuses come twice, or the last one first
 *	early			statuses come before the answer
 *	unread, undelivered	statuses end with delivered, with sent
 */
#ifndef SYNCD_REHEARSE_PROVIDER_H
#define SYNCD_REHEARSE_PROVIDER_H

#include "common/err.h"
#include "syncd/channels/channel.h"
#include <uv.h>

struct provider;

struct provider_options {
	const char *listen;   /* "127.0.0.1:8490"; loopback only */
	const char *desk_url; /* statuses go to desk_url/whatsapp; NULL: none */
	/* Borrowed: their tokens, secrets and numbers are the ones that hold.
	 */
	const struct channel_set *channels;
	/* After the answer; below 0: never. */
	int sent_ms, delivered_ms, read_ms;
	int slow_ms;
};
/* 40, 300 and 1500 ms; slow is 3 s. */
void provider_defaults(struct provider_options *options);

/*
 * OD_EDATA when listen is not loopback or no WhatsApp channel's api_base is,
 * else as http_server_start.  http_client_global_init was called before.
 */
int provider_start(uv_loop_t *loop, const struct provider_options *options,
    struct provider **provider, struct err *err);
int provider_port(const struct provider *provider);
/* Messages taken so far. */
size_t provider_sent_count(const struct provider *provider);
/* As POST /rehearsal/orders; false when there is no such order. */
bool provider_order(struct provider *provider, const char *order, int count);
/* stopped(data) runs on the loop when all is closed and freed. */
void provider_stop(
    struct provider *provider, void (*stopped)(void *data), void *data);

/* True for "127.x.x.x:P", "[::1]:P", "localhost:P", with or without http://. */
bool provider_is_loopback(const char *address);

/*
 * The mode of the daemon: [--config FILE] [--listen ADDRESS] [--desk URL]
 * [--delay-ms N] (between statuses).  Prints "listening ADDRESS:PORT", runs
 * until SIGINT or SIGTERM, and returns the exit status (78: configuration).
 * An argument "--rehearsal-provider" is skipped.
 */
int provider_main(int argc, char **argv);

#endif
