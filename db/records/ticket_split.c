/* ticket_split - see ticket_split.h. */
#include "db/records/ticket_split.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_links.h"
#include <stdlib.h>
#include <string.h>

#define SUBJECT_BYTES 160

struct splitting {
	struct desk *d;
	struct op *op;
	const struct ticket_split *in;
	struct ticket from;
	struct str told;  /* what the messages said */
	struct str first; /* the first text, for the subject */
	int64_t talks[SPLIT_MOST];
	size_t talk_count;
};

static int
not_of_it(
    const struct splitting *s, bool is_comment, int64_t id, struct err *err)
{
	return err_set(err, OD_ENOTFOUND,
	    is_comment ? N_("Ticket %lld has no comment %lld")
		       : N_("No conversation of ticket %lld has message"
			    " %lld"),
	    (long long)s->from.number, (long long)id);
}

static int
check_comment(struct splitting *s, int64_t id, struct err *err)
{
	char *body = NULL;
	int rc;

	rc = db_text(s->d->db, &body,
	    "SELECT body FROM ticket_comments WHERE tenant_id = $1 AND id = $2"
	    " AND ticket_id = $3 AND deleted_at IS NULL",
	    BINDS(b_int(s->d->actor.tenant_id), b_int(id), b_int(s->from.id)),
	    err);
	if (rc == 0 && s->first.len == 0)
		str_add(&s->first, body);
	free(body);
	return rc == OD_ENOTFOUND ? not_of_it(s, true, id, err) : rc;
}

static int
tell_message(struct splitting *s, int64_t id, struct err *err)
{
	struct stmt *st = NULL;
	int64_t talk = 0;
	int rc;

	rc = db_query(s->d->db, &st,
	    "SELECT m.body, v.id, o.full_name FROM messages m"
	    " JOIN conversations v ON v.tenant_id = m.tenant_id"
	    " AND v.id = m.conversation_id"
	    " LEFT JOIN operators o ON o.tenant_id = m.tenant_id"
	    " AND o.id = m.operator_id"
	    " WHERE m.tenant_id = $1 AND m.id = $2 AND m.deleted_at IS NULL"
	    " AND m.revoked_us IS NULL"
	    " AND (v.ticket_id = $3 OR v.id = $4)",
	    BINDS(b_int(s->d->actor.tenant_id), b_int(id), b_int(s->from.id),
		b_int(s->from.conversation_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		const char *who = stmt_text(st, 2);

		talk = stmt_int(st, 1);
		if (s->first.len == 0)
			str_add(&s->first, stmt_text(st, 0));
		str_addf(&s->told, "%s%s",
		    who[0] != '\0' ? who : s->from.contact_name, ": ");
		str_add(&s->told, stmt_text(st, 0));
		str_addc(&s->told, '\n');
	} else if (rc == 0) {
		rc = not_of_it(s, false, id, err);
	}
	stmt_close(&st);
	if (rc != 1)
		return rc;
	if ((rc = op_read(s->d, OP_CONVERSATION_READ, talk, err)) != 0)
		return rc;
	if (!records__is_among(talk, s->talks, s->talk_count))
		s->talks[s->talk_count++] = talk;
	return 0;
}

static int
gather(struct splitting *s, struct err *err)
{
	const struct ticket_split *in = s->in;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < in->comment_count; i++)
		rc = check_comment(s, in->comments[i], err);
	for (size_t i = 0; rc == 0 && i < in->message_count; i++)
		rc = tell_message(s, in->messages[i], err);
	if (s->told.len > 65536)
		str_trunc(&s->told, utf8_cut(s->told.s, s->told.len, 65536));
	return rc;
}

/* The first line, cut between characters. */
static void
make_subject(const struct splitting *s, char subject[201])
{
	size_t n = strcspn(s->first.s, "\r\n");
	char *line;

	if (n > SUBJECT_BYTES)
		n = utf8_cut(s->first.s, n, SUBJECT_BYTES);
	line = xstrndup(s->first.s, n);
	records__line(subject, 201, line);
	free(line);
	if (subject[0] == '\0')
		str_format(subject, 201, _("Part of ticket %lld"),
		    (long long)s->from.number);
}

static int
link_new(struct splitting *s, int64_t id, struct err *err)
{
	struct ticket_link_new link = {.kind = LINK_TICKET,
	    .relation = LINK_SPLIT_FROM,
	    .record_id = s->from.id};
	int64_t link_id;
	int rc = ticket__link_insert(s->d, s->op, id, &link, &link_id, err);

	link.kind = LINK_CONVERSATION;
	link.relation = LINK_RELATED;
	for (size_t i = 0; rc == 0 && i < s->talk_count; i++) {
		link.record_id = s->talks[i];
		rc = ticket__link_insert(s->d, s->op, id, &link, &link_id, err);
	}
	return rc;
}

static int
make(struct splitting *s, int64_t *id, int64_t *number, struct err *err)
{
	const struct ticket *f = &s->from;
	struct ticket_new in = {.description = s->told.s,
	    .category = f->category,
	    .tags = f->tags,
	    .urgency = f->urgency,
	    .impact = f->impact,
	    .source = f->source,
	    .contact_id = f->contact_id,
	    .company_id = f->company_id,
	    .operator_id = f->operator_id,
	    .team_id = f->team_id};
	struct change moved = {"ticket_id", b_null()};
	char subject[201];
	int rc;

	make_subject(s, subject);
	in.subject = s->in->subject != NULL && s->in->subject[0] != '\0'
	                 ? s->in->subject
	                 : subject;
	if ((rc = ticket__insert(s->d, s->op, &in, id, number, err)) != 0)
		return rc;
	moved.value = b_int(*id);
	for (size_t i = 0; rc == 0 && i < s->in->comment_count; i++)
		rc = record_update(s->d, s->op, RECORD_TICKET_COMMENT,
		    s->in->comments[i], 0, &moved, 1, NULL, err);
	if (rc == 0)
		rc = link_new(s, *id, err);
	if (rc == 0)
		rc = search_refresh(s->d, RECORD_TICKET, *id, err);
	if (rc == 0)
		rc = search_refresh(s->d, RECORD_TICKET, f->id, err);
	op_created(s->op, f->id);
	op_sentence(s->op, _("Split ticket %lld off ticket %lld"),
	    (long long)*number, (long long)f->number);
	return rc;
}

static int
check_from(const struct ticket *t, int64_t seen_version, struct err *err)
{
	int rc;

	if ((rc = ticket__check_alive(t, err)) != 0)
		return rc;
	if (t->state == TICKET_MERGED)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged into another one; work"
		    " there",
		    (long long)t->number);
	if (seen_version != 0 && seen_version != t->version)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was changed by somebody else meanwhile; look"
		    " at it again first",
		    (long long)t->number);
	return 0;
}

int
ticket_split(struct desk *d, int64_t ticket_id, int64_t seen_version,
    const struct ticket_split *in, int64_t *id, int64_t *number,
    struct err *err)
{
	struct splitting s = {
	    .d = d, .in = in, .told = STR_INIT, .first = STR_INIT};
	struct op op;
	int rc;

	if (in->comment_count + in->message_count == 0)
		return err_set(err, OD_EDATA,
		    "Choose the comments or messages that the new ticket gets");
	if (in->comment_count > SPLIT_MOST || in->message_count > SPLIT_MOST)
		return err_set(err, OD_EDATA,
		    "That is too much for one ticket: at most %d comments and"
		    " as many messages",
		    SPLIT_MOST);
	if ((rc = op_begin(d, &op, OP_TICKET_SPLIT, ticket_id, err)) != 0)
		return rc;
	s.op = &op;
	if ((rc = op_may(d, OP_TICKET_NEW, 0, err)) == 0 &&
	    (rc = ticket__load(d, ticket_id, &s.from, err)) == 0 &&
	    (rc = check_from(&s.from, seen_version, err)) == 0 &&
	    (rc = gather(&s, err)) == 0)
		rc = make(&s, id, number, err);
	str_free(&s.told);
	str_free(&s.first);
	ticket_clear(&s.from);
	return op_end(d, &op, rc, err);
}
