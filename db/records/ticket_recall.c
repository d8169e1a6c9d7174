/* ticket_recall - see ticket_recall.h. */
#include "db/records/ticket_recall.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include <stdlib.h>
#include <string.h>

void
ticket_recalled_clear(struct ticket_recalled *r)
{
	FREE(&r->body);
	r->ticket_id = 0;
}

static int
read_reply(
    struct desk *d, int64_t id, struct ticket_recalled *r, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT t.id, t.number, k.body FROM ticket_comments k"
	    " JOIN tickets t ON t.tenant_id = k.tenant_id"
	    " AND t.id = k.ticket_id WHERE k.tenant_id = $1 AND k.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		r->ticket_id = stmt_int(st, 0);
		r->number = stmt_int(st, 1);
		r->body = stmt_dup(st, 2);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
keep_words(struct desk *d, const struct ticket_recalled *r, struct err *err)
{
	struct draft there = {.body = NULL};
	struct str text = STR_INIT;
	int rc;

	rc = draft_get(
	    d, RECORD_TICKET, r->ticket_id, DRAFT_REPLY, &there, NULL);
	str_add(&text, r->body);
	if (rc == 0 && there.body != NULL && there.body[0] != '\0')
		str_addf(&text, "\n\n%s", there.body);
	rc = draft_save(d, RECORD_TICKET, r->ticket_id, DRAFT_REPLY, text.s,
	    (int64_t)strlen(r->body), 0, err);
	draft_clear(&there);
	str_free(&text);
	return rc;
}

/* Those that went with this very reply, before what was chosen since. */
static int
keep_files(struct desk *d, const struct ticket_recalled *r, struct err *err)
{
	struct draft sent = {.body = NULL}, there = {.body = NULL};
	struct str paths = STR_INIT;
	int rc = draft_get(
	    d, RECORD_TICKET, r->ticket_id, DRAFT_SENT_FILES, &sent, NULL);

	if (rc == OD_ENOTFOUND || (rc == 0 && sent.seen_version != d->recalled))
		rc = 0;
	else if (rc == 0) {
		str_add(&paths, sent.body);
		if (draft_get(d, RECORD_TICKET, r->ticket_id, DRAFT_REPLY_FILES,
			&there, NULL) == 0)
			str_addf(&paths, "\n%s", there.body);
		rc = draft_save(d, RECORD_TICKET, r->ticket_id,
		    DRAFT_REPLY_FILES, paths.s, 0, 0, err);
		if (rc == 0)
			rc = draft_save(d, RECORD_TICKET, r->ticket_id,
			    DRAFT_SENT_FILES, "", 0, 0, err);
	}
	draft_clear(&sent);
	draft_clear(&there);
	str_free(&paths);
	return rc;
}

int
ticket_undo(struct desk *d, char sentence[256], struct ticket_recalled *r,
    struct err *err)
{
	int rc;

	memset(r, 0, sizeof(*r));
	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	if ((rc = op_undo(d, sentence, err)) != 0) {
		/* What it leaves is at most the record of its refusal. */
		(void)db_batch_end(d, NULL);
		return rc;
	}
	if (d->recalled != 0 &&
	    (rc = read_reply(d, d->recalled, r, err)) == 0 &&
	    r->ticket_id != 0 && (rc = keep_words(d, r, err)) == 0)
		rc = keep_files(d, r, err);
	if (rc == 0)
		return db_batch_end(d, err);
	db_batch_cancel(d);
	ticket_recalled_clear(r);
	return rc;
}
