/* ticket_times_int - private to the files of time worked. */
#ifndef DB_RECORDS_TICKET_TIMES_INT_H
#define DB_RECORDS_TICKET_TIMES_INT_H

#include "db/core/op.h"

/* Every column that time__read takes, from ticket_times w and its joins. */
#define TIME_SELECT                                                            \
	"SELECT w.id, w.version, w.ticket_id, w.operator_id, w.from_us,"       \
	" w.to_us, w.idle_us, w.worked_us, w.note, t.number, t.subject,"       \
	" o.login, o.full_name FROM ticket_times w"                            \
	" JOIN tickets t ON t.tenant_id = w.tenant_id AND t.id = w.ticket_id"  \
	" JOIN operators o ON o.tenant_id = w.tenant_id"                       \
	" AND o.id = w.operator_id"

/* Into a struct ticket_time. */
void time__read(struct stmt *st, void *row);

#endif
