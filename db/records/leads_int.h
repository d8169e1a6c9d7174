/* leads_int - private to the files of leads. */
#ifndef DB_RECORDS_LEADS_INT_H
#define DB_RECORDS_LEADS_INT_H

#include "db/records/leads.h"
#include "db/records/records_int.h"

#define LEAD_COLUMNS                                                           \
	"SELECT l.id, l.version, l.created_at, l.updated_at, l.deleted_at,"    \
	" l.status, l.contact_id, l.operator_id, l.team_id, o.team_id,"        \
	" l.call_id, l.conversation_id, l.ticket_id, t.number, l.next_us,"     \
	" l.problem_statement, k.full_name, o.login, o.full_name, te.name,"    \
	" c.name"
#define LEAD_FROM                                                              \
	" FROM leads l"                                                        \
	" LEFT JOIN contacts k ON k.id = l.contact_id"                         \
	" AND k.tenant_id = l.tenant_id"                                       \
	" LEFT JOIN operators o ON o.id = l.operator_id"                       \
	" AND o.tenant_id = l.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = l.team_id"                             \
	" AND te.tenant_id = l.tenant_id"                                      \
	" LEFT JOIN calls c ON c.id = l.call_id"                               \
	" AND c.tenant_id = l.tenant_id"                                       \
	" LEFT JOIN tickets t ON t.id = l.ticket_id"                           \
	" AND t.tenant_id = l.tenant_id"
#define LEAD_SELECT LEAD_COLUMNS LEAD_FROM

/* A row of LEAD_COLUMNS into a struct lead. */
void lead__read(struct stmt *st, void *row);
/* Whom it is with, as far as the actor may see it. */
void lead__mask(struct desk *d, struct lead *l);

#endif
