/* ticket_from - a ticket out of a conversation; see tickets.h. */
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/messages.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define SUBJECT_CELLS 79 /* below 80 */
#define MESSAGES_TOLD 10 /* newest ones, in the description */
#define MESSAGES_READ 50 /* where the newest words are looked for */

struct source {
	int64_t contact_id, operator_id, team_id, ticket_id;
	enum channel_kind channel_kind;
	char *contact_name;              /* owned */
	char subject[201];               /* from the newest inbound text */
	struct str lines[MESSAGES_TOLD]; /* newest first */
	size_t count;
};

static void
source_clear(struct source *s)
{
	FREE(&s->contact_name);
	for (size_t i = 0; i < s->count; i++)
		str_free(&s->lines[i]);
	s->count = 0;
}

/* First line, cut at a word. */
static void
make_subject(char *dst, size_t size, const char *body)
{
	size_t n = strcspn(body, "\r\n"), fit;
	char *line = xstrndup(body, n);
	char clean[1024];
	int cells;

	records__line(clean, sizeof(clean), line);
	free(line);
	fit = utf8_fit(clean, strlen(clean), SUBJECT_CELLS, &cells);
	if (clean[fit] != '\0' && clean[fit] != ' ') {
		size_t word = fit;

		while (word > 0 && clean[word - 1] != ' ')
			word--;
		/* One endless word is cut where it is. */
		fit = word > 0 ? word : fit;
	}
	while (fit > 0 && clean[fit - 1] == ' ')
		fit--;
	clean[fit] = '\0';
	str_copy(dst, size, clean);
}

static enum ticket_source
source_of(enum channel_kind kind)
{
	switch (kind) {
	case CHANNEL_WHATSAPP:
	case CHANNEL_TWILIO:
		return SOURCE_WHATSAPP;
	case CHANNEL_TELEGRAM:
		return SOURCE_TELEGRAM;
	case CHANNEL_MAIL:
		return SOURCE_MAIL;
	case CHANNEL_WEB:
		return SOURCE_WEB;
	}
	return SOURCE_DESK;
}

static int
read_conversation(struct desk *d, int64_t id, struct source *s, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT v.contact_id, v.operator_id, v.team_id, v.ticket_id,"
	    " v.channel_kind, c.full_name FROM conversations v"
	    " JOIN contacts c ON c.id = v.contact_id"
	    " AND c.tenant_id = v.tenant_id"
	    " WHERE v.tenant_id = $1 AND v.id = $2 AND v.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		s->contact_id = stmt_int(st, 0);
		s->operator_id = stmt_int(st, 1);
		s->team_id = stmt_int(st, 2);
		s->ticket_id = stmt_int(st, 3);
		s->channel_kind = (enum channel_kind)stmt_int(st, 4);
		s->contact_name = stmt_dup(st, 5);
	}
	stmt_close(&st);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such conversation");
	return rc == 1 ? 0 : rc;
}

/* Columns: inbound, kind, body, full name of the operator. */
static void
take_message(struct source *s, struct stmt *st)
{
	const char *body = stmt_text(st, 2), *who = stmt_text(st, 3);
	bool inbound = stmt_int(st, 0) != 0;

	if (body[0] == '\0')
		return;
	if (inbound && s->subject[0] == '\0' && stmt_int(st, 1) == MESSAGE_TEXT)
		make_subject(s->subject, sizeof(s->subject), body);
	if (s->count == MESSAGES_TOLD)
		return;
	if (inbound)
		who = s->contact_name;
	str_init(&s->lines[s->count]);
	if (who != NULL && who[0] != '\0')
		str_addf(&s->lines[s->count], "%s: ", who);
	str_add(&s->lines[s->count], body);
	s->count++;
}

static int
read_messages(struct desk *d, int64_t id, struct source *s, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT m.inbound, m.kind, m.body, o.full_name FROM messages m"
	    " LEFT JOIN operators o ON o.id = m.operator_id"
	    " AND o.tenant_id = m.tenant_id"
	    " WHERE m.tenant_id = $1 AND m.conversation_id = $2"
	    " AND m.deleted_at IS NULL AND m.revoked_us IS NULL"
	    " AND m.kind <> $3 ORDER BY m.at_us DESC, m.id DESC LIMIT $4",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(MESSAGE_REACTION),
		b_int(MESSAGES_READ)),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			take_message(s, st);
	stmt_close(&st);
	return rc;
}

/* An active ticket of this conversation is to be used instead. */
static int
check_no_ticket(struct desk *d, const struct source *s, struct err *err)
{
	int64_t number;
	int rc;

	if (s->ticket_id == 0)
		return 0;
	rc = db_int(d->db, &number,
	    "SELECT number FROM tickets WHERE tenant_id = $1 AND id = $2"
	    " AND active = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(s->ticket_id)), err);
	if (rc == 0)
		return err_set(err, OD_ECONFLICT,
		    "This conversation has ticket %lld already",
		    (long long)number);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Oldest first, as it was said; within what a description may hold. */
static char *
tell(const struct source *s)
{
	struct str out = STR_INIT;

	for (size_t i = s->count; i > 0; i--) {
		str_addn(&out, s->lines[i - 1].s, s->lines[i - 1].len);
		str_addc(&out, '\n');
	}
	if (out.len > 0)
		str_trunc(&out, out.len - 1);
	if (out.len > 65536)
		str_trunc(&out, utf8_cut(out.s, out.len, 65536));
	return str_take(&out);
}

static int
make_ticket(struct desk *d, struct op *op, int64_t conversation_id,
    const char *subject, struct source *s, int64_t *id, int64_t *number,
    struct err *err)
{
	struct ticket_new in = {.source = source_of(s->channel_kind),
	    .contact_id = s->contact_id,
	    .conversation_id = conversation_id,
	    .operator_id = s->operator_id,
	    .team_id = s->team_id};
	struct change link = {"ticket_id", b_null()};
	char *description;
	int rc;

	if (s->subject[0] == '\0')
		str_format(s->subject, sizeof(s->subject),
		    _("Conversation with %s"), s->contact_name);
	in.subject =
	    subject != NULL && subject[0] != '\0' ? subject : s->subject;
	in.description = description = tell(s);
	rc = ticket__insert(d, op, &in, id, number, err);
	free(description);
	if (rc != 0)
		return rc;
	link.value = b_int(*id);
	return record_update(d, op, RECORD_CONVERSATION, conversation_id, 0,
	    &link, 1, NULL, err);
}

int
ticket_from_conversation(struct desk *d, int64_t conversation_id,
    const char *subject, int64_t *id, int64_t *number, struct err *err)
{
	struct source s = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_NEW, 0, err)) != 0)
		return rc;
	if ((rc = op_read(d, OP_CONVERSATION_READ, conversation_id, err)) == 0 &&
	    (rc = read_conversation(d, conversation_id, &s, err)) == 0 &&
	    (rc = check_no_ticket(d, &s, err)) == 0 &&
	    (rc = read_messages(d, conversation_id, &s, err)) == 0)
		rc = make_ticket(
		    d, &op, conversation_id, subject, &s, id, number, err);
	source_clear(&s);
	return op_end(d, &op, rc, err);
}
