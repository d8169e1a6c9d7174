/* tickets - what the routes of tickets share, also the older ones. */
#ifndef SYNCD_API_TICKETS_H
#define SYNCD_API_TICKETS_H

#include "db/records/tickets.h"
#include "syncd/api/call.h"

#define API_BODY_MAX (256u * 1024)

/* What a body may say of a ticket besides its subject. */
/* clang-format off */
#define API_TICKET_FIELDS \
    {"description", API_TEXT, 0, 0, 65536, NULL, "What it is about, in full."}, \
    {"urgency", API_NUMBER, 0, 1, 5, NULL, "1 (low) to 5; with impact it gives the priority."}, \
    {"impact", API_NUMBER, 0, 1, 5, NULL, "1 (low) to 5."}, \
    {"category", API_TEXT, 0, 0, 64, NULL, "The key of a category."}, \
    {"tags", API_TEXT, 0, 0, 200, NULL, "Separated by commas."}, \
    {"external_id", API_TEXT, 0, 0, 128, NULL, "What another system calls it; no other ticket may have it."}, \
    {"contact_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The customer."}, \
    {"company_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The customer's company; it follows the contact unless it is given."}, \
    {"operator_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "Who has it. To change it takes the scope ticket.assign."}, \
    {"team_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The team that has it. To change it takes the scope ticket.assign."}, \
    {"priority", API_NUMBER, 0, 1, 5, NULL, "1 (very low) to 5 (urgent), whatever urgency and impact say."}, \
    {"priority_reason", API_TEXT, 0, 0, 200, NULL, "Why the priority is not the one of urgency and impact."}, \
    {"status", API_TEXT, 0, 1, 40, NULL, "One of the tenant's labels, instead of state."}, \
    {"fields", API_MAP, 0, 0, 0, NULL, "Values of the tenant's own fields by their keys; null takes one away."}, \
    {"state", API_WORD, 0, 0, 0, ticket_state_names, "To change it takes the scope ticket.state."}, \
    {"waiting_reason", API_TEXT, 0, 0, 200, NULL, "What is waited for; with the state waiting."}, \
    {"waiting_until", API_TIME, API_NULL, 0, 0, NULL, "When to look again; with the state waiting."}
/* clang-format on */

/* The row's answer is one of these. */
extern const struct api_shape api_ticket, api_ticket_page, api_ticket_old_page;

/* What a body may say of a ticket; at most so many, by the API's names. */
struct ticket_wish {
	const char *subject, *description, *category, *tags, *external_id;
	const char *status, *priority_reason;
	const char *waiting_reason; /* NULL: as it is; as all of these */
	const struct api_value *urgency, *impact, *priority, *state;
	const struct api_value *contact_id, *company_id, *conversation_id;
	const struct api_value *operator_id, *team_id, *waiting_until;
	const struct api_value *fields; /* an object */
};

/* From a body that has these fields. */
void ticket_wish_take(const struct api_call *c, struct ticket_wish *w);

/*
 * Inside a write: make it, or change it, as wished, and print it to the call.
 * Change takes the ticket of the path.
 */
int ticket_wish_make(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err);
int ticket_wish_change(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err);
/*
 * Inside a write: the one of the path, when If-Match lets it pass; else 412
 * with what it is now.
 */
int ticket_of_path(
    struct api_call *c, struct desk *d, struct ticket *t, struct err *err);
/* A ticket with the values of its fields, and its version for the ETag. */
int ticket_answer(struct api_call *c, struct desk *d, const struct ticket *t,
    struct err *err);
/* An empty one of these. */
void ticket_sample(struct json_out *out);
/* Move the one of the path to the trash, and print it. */
int ticket_to_trash(struct api_call *c, struct desk *d, struct err *err);

#endif
