/*
 * provider_int - what the files of the rehearsal provider share.
 */
#ifndef SYNCD_REHEARSE_PROVIDER_INT_H
#define SYNCD_REHEARSE_PROVIDER_INT_H

#include "common/http_client.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/rehearsal.h"
#include "syncd/http/route.h"
#include "syncd/rehearse/provider.h"
#include <sys/queue.h>

#define SENT_MAX   10000 /* kept in the log; older ones are dropped */
#define ORDERS_MAX 1000

enum fault {
	FAULT_NONE,
	FAULT_ERROR, /* code, in the answer */
	FAULT_LATER, /* code, as a failed status */
	FAULT_HTTP,  /* code is an HTTP status */
	FAULT_SILENCE,
	FAULT_SLOW,
	FAULT_CUT_BEFORE,
	FAULT_CUT_AFTER,
	FAULT_NONSENSE,
	FAULT_DUPLICATE,
	FAULT_DISORDER,
	FAULT_EARLY,
	FAULT_UNREAD,
	FAULT_UNDELIVERED,
};

struct order {
	enum fault fault;
	int code;
};

/* What one send asked for, once it is known to be right. */
struct send {
	bool is_receipt; /* mark as read, no message */
	char to[201];
	bool to_is_user; /* a business-scoped user id */
	char callback[513];
	struct order order; /* of its text */
};

struct sent {
	char id[REHEARSAL_ID_SIZE];
	char number_id[65];
	int64_t at_us;
	char *request; /* owned; JSON as received */
};

/* One status on its way to the desk. */
struct notice {
	TAILQ_ENTRY(notice) link;
	struct provider *provider;
	struct loop_timer *timer;
	struct http_call *call; /* under way, or NULL */
	const struct channel *channel;
	struct str body;
	int tries;
};

/* A request without an answer yet. */
struct held {
	TAILQ_ENTRY(held) link;
	struct provider *provider;
	struct http_req *req;
	struct loop_timer *timer; /* NULL: it will never be answered */
	struct str answer;
};

struct provider {
	uv_loop_t *loop;
	struct provider_options options;
	char *desk_url; /* owned, NULL: none */
	struct router *router;
	struct http_server *server;
	struct http_client *client;
	struct sent *sent; /* owned; oldest first */
	size_t sent_count;
	struct order orders[ORDERS_MAX];
	size_t order_count;
	TAILQ_HEAD(, notice) notices;
	TAILQ_HEAD(, held) held;
	bool is_stopping, is_server_gone;
	void (*stopped)(void *data);
	void *stopped_data;
};

/* provider.c */
/* The end, once the server and every notice are gone. */
void provider__end_if_idle(struct provider *p);

/* provider_check.c */
/* 0, or Meta's error code with its details. */
int provider__check(
    const char *body, size_t n, struct send *out, char details[200]);
/* The templates as Meta lists them: an array. */
extern const char provider__templates[];
bool provider__order_parse(const char *text, struct order *order);

/* provider_send.c */
void provider__handle_send(struct http_req *req, void *data);
void provider__drop_held(struct provider *p);
/* Meta's JSON for an error. */
void provider__error(struct http_req *req, int status, int code,
    const char *message, const char *details);
/* The channel whose token the request carries; else answers and NULL. */
const struct channel *provider__authorize(
    struct provider *p, struct http_req *req);

/* provider_status.c */
/* Post what follows a message that was taken; lead_ms is added to each. */
void provider__statuses(struct provider *p, const struct channel *channel,
    const struct send *send, const char *id, struct order order);
void provider__drop_notices(struct provider *p);

#endif
