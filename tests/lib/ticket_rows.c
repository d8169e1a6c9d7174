/* ticket_rows - see ticket_rows.h. */
#include "tests/lib/ticket_rows.h"
#include "tests/lib/desk_test.h"

/* $1 tenant, $2 ticket, $3 marker. */
#define THIS                                                                   \
	" FROM tickets t WHERE t.tenant_id = $1 AND t.id = $2"                 \
	" AND CAST($3 AS TEXT) <> ''"
void
ticket_rows_write(struct desk_fixture *f, int64_t ticket_id, const char *marker)
{
	static const char *const rows[] = {
	    "INSERT INTO ticket_fields(tenant_id, key, name, type, created_at,"
	    " updated_at) SELECT t.tenant_id, 'k' || t.id, 'k', 0, 1, 1" THIS,
	    "INSERT INTO ticket_field_values(tenant_id, ticket_id, field_id,"
	    " value, folded, created_at, updated_at)"
	    " SELECT tenant_id, $2, max(id), $3, $3, 1, 1 FROM ticket_fields"
	    " WHERE tenant_id = $1 GROUP BY tenant_id",
	    "INSERT INTO ticket_tags(tenant_id, ticket_id, folded, tag)"
	    " VALUES($1, $2, $3, $3)",
	    "INSERT INTO ticket_links(tenant_id, ticket_id, kind, record_name,"
	    " created_at, updated_at) VALUES($1, $2, 3, $3, 1, 1)",
	    "INSERT INTO ticket_merges(tenant_id, source_id, target_id, at_us,"
	    " created_at, updated_at)"
	    " SELECT t.tenant_id, t.id, t.id, 1, 1, 1" THIS,
	    "INSERT INTO ticket_merge_rows(tenant_id, merge_id, seq, kind,"
	    " record_id, field, before_value) SELECT tenant_id, max(id), 1, 11,"
	    " $2, 'subject', $3 FROM ticket_merges WHERE tenant_id = $1"
	    " GROUP BY tenant_id",
	    "INSERT INTO ticket_checks(tenant_id, ticket_id, body, created_at,"
	    " updated_at) VALUES($1, $2, $3, 1, 1)",
	    "INSERT INTO ticket_clocks(tenant_id, ticket_id, kind, target_us,"
	    " state, started_us, created_at, updated_at)"
	    " SELECT t.tenant_id, t.id, 0, 1, 0, 1, 1, 1" THIS,
	    "INSERT INTO clock_intervals(tenant_id, clock_id, from_us, counts,"
	    " reason, note, created_at, updated_at) SELECT tenant_id, max(id),"
	    " 1, 1, 0, $3, 1, 1 FROM ticket_clocks WHERE tenant_id = $1"
	    " GROUP BY tenant_id",
	    "INSERT INTO ticket_snoozes(tenant_id, ticket_id, from_us,"
	    " created_at, updated_at) SELECT t.tenant_id, t.id, 1, 1, 1" THIS,
	    "INSERT INTO ticket_times(tenant_id, ticket_id, operator_id,"
	    " from_us, note, created_at, updated_at) SELECT tenant_id, $2,"
	    " max(id), 1, $3, 1, 1 FROM operators WHERE tenant_id = $1"
	    " GROUP BY tenant_id",
	    "INSERT INTO files(tenant_id, name, kind, state, size, digest, "
	    "title,"
	    " created_at, updated_at) SELECT t.tenant_id, $3, 1, 0, 0, '', $3, "
	    "1, 1" THIS,
	    "INSERT INTO ticket_files(tenant_id, ticket_id, comment_id,"
	    " file_id, created_at) SELECT k.tenant_id, k.ticket_id, k.id, f.id,"
	    " 1 FROM ticket_comments k JOIN files f"
	    " ON f.tenant_id = k.tenant_id AND f.name = $3"
	    " WHERE k.tenant_id = $1 AND k.ticket_id = $2",
	    "INSERT INTO mail_ids(tenant_id, message_id, ticket_id, comment_id,"
	    " at_us) SELECT tenant_id, $3, ticket_id, id, 1"
	    " FROM ticket_comments WHERE tenant_id = $1 AND ticket_id = $2",
	    "INSERT INTO import_marks(tenant_id, source, key, kind, record_id,"
	    " digest, at_us) VALUES($1, 'old', $3, 11, $2, '', 1)",
	};
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_ok(db_exec(f->d->db, rows[i],
		    BINDS(b_int(f->demo.id), b_int(ticket_id), b_text(marker)),
		    NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}
