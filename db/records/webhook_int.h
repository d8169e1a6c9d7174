/* webhook_int - private to webhook*.c. */
#ifndef DB_RECORDS_WEBHOOK_INT_H
#define DB_RECORDS_WEBHOOK_INT_H

#include "db/core/op.h"
#include "db/records/webhooks.h"

/* Without a look at permissions; also one in the trash. */
int webhook__load(
    struct desk *d, int64_t id, struct webhook *out, struct err *err);
/* The id from which on it will be told. */
int webhook__next_event(struct desk *d, int64_t *next, struct err *err);
/* Its address, opened; the caller wipes it. */
int webhook__url(struct desk *d, int64_t id, char url[WEBHOOK_URL_MAX + 1],
    struct err *err);

/* ---- webhook_secrets.c ---- */

enum webhook_sealed { WEBHOOK_SEALED_URL, WEBHOOK_SEALED_SECRET };
/* Appends; bound to the tenant and to this webhook. */
int webhook__seal(struct desk *d, int64_t tenant_id, int64_t id,
    enum webhook_sealed what, const char *text, struct str *out,
    struct err *err);
/* "" stays "".  OD_EDATA when it does not open, or is too long. */
int webhook__open(struct desk *d, int64_t tenant_id, int64_t id,
    enum webhook_sealed what, const char *sealed, char *out, size_t size,
    struct err *err);
/*
 * Whether a webhook may have that address, and its host.  Pure; OD_EDATA.
 */
int webhook__check_url(
    const char *url, bool is_private, char host[256], struct err *err);

struct webhook_event {
	int64_t id, at_us, record_id;
	enum record_kind kind;
	char name[65];
};

/* ---- webhook_filter.c ---- */

/*
 * What was typed, as it is kept; events: the list as kept.  Appends; OD_EDATA
 * names what is not understood, or what none of the events can meet.
 */
int webhook__filter_parse(struct desk *d, const char *text, const char *events,
    struct str *out, struct err *err);
/* As people read and type it.  Appends. */
int webhook__filter_text(
    struct desk *d, const char *kept, struct str *out, struct err *err);
/* Whether what an event is about is, at this moment, as the filter wants. */
int webhook__filter_meets(struct desk *d, const char *kept,
    const struct webhook_event *e, bool *met, struct err *err);

/* ---- webhook_bodies.c ---- */

/* The bytes that one of that kind is sent. */
int webhook__body(struct desk *d, const struct webhook_event *e,
    enum webhook_kind kind, const char *body_template, struct str *out,
    struct err *err);
/* In an open op: a row of the outbox. */
int webhook__promise(struct desk *d, struct op *op, int64_t webhook_id,
    const struct webhook_event *e, const char *body, struct err *err);

#endif
