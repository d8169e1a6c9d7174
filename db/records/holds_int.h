/*
 * holds_int - private to db/records: what a legal hold keeps, as conditions of
 * statements.  Numbers are kinds of records (enum record_kind).
 */
#ifndef DB_RECORDS_HOLDS_INT_H
#define DB_RECORDS_HOLDS_INT_H

/* clang-format off */

/* A legal hold on the record of that kind whose id is given. */
#define HELD(t, kind, id)                                                      \
	"EXISTS (SELECT 1 FROM holds h WHERE h.tenant_id = " t                 \
	".tenant_id AND h.kind = " kind " AND h.record_id = " id               \
	" AND h.released_us IS NULL)"

/* A recording r: by itself, by its call, or by what its call was about. */
#define RECORDING_HELD                                                         \
	"r.hold <> 0 OR " HELD("r", "51", "r.id")                              \
	" OR " HELD("r", "6", "r.contact_id")                                  \
	" OR " HELD("r", "46", "r.call_id")                                    \
	" OR EXISTS (SELECT 1 FROM calls c WHERE c.tenant_id = r.tenant_id"    \
	" AND c.id = r.call_id AND (" HELD("c", "11", "c.ticket_id")           \
	" OR " HELD("c", "8", "c.conversation_id")                             \
	" OR " HELD("c", "6", "c.contact_id") "))"

/* clang-format on */

#endif
