/* replies_values - what variables stand for; see replies.h. */
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/replies.h"
#include "db/records/tickets.h"
#include <ctype.h>
#include <string.h>

/* A number, masked or not, is no name to greet somebody by. */
static void
put_name(struct reply_values *v, const char *name)
{
	static const char hidden[] = "•";
	bool letters = false;

	for (const char *p = name; *p != '\0'; p++)
		letters = letters || isalpha((unsigned char)*p) ||
		          (unsigned char)*p >= 0x80;
	if (letters && strncmp(name, hidden, sizeof(hidden) - 1) != 0)
		str_copy(v->of[REPLY_CONTACT_NAME],
		    sizeof(v->of[REPLY_CONTACT_NAME]), name);
}

static void
put(struct reply_values *v, enum reply_variable which, const char *value)
{
	str_copy(v->of[which], sizeof(v->of[which]), value);
}

static int
read_ticket(
    struct desk *d, int64_t id, struct reply_values *out, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_get(d, id, &t, err);

	if (rc == 0) {
		put_name(out, t.contact_name);
		put(out, REPLY_COMPANY_NAME, t.company_name);
		put(out, REPLY_TICKET_SUBJECT, t.subject);
		str_format(out->of[REPLY_TICKET_NUMBER],
		    sizeof(out->of[REPLY_TICKET_NUMBER]), "%lld",
		    (long long)t.number);
	}
	ticket_clear(&t);
	return rc;
}

static int
read_conversation(
    struct desk *d, int64_t id, struct reply_values *out, struct err *err)
{
	struct conversation c;
	struct err hidden = ERR_INIT;
	int rc = conversation_get(d, id, &c, err);

	if (rc != 0)
		return rc;
	if (c.ticket_id != 0 &&
	    op_may(d, OP_TICKET_READ, c.ticket_id, &hidden) == 0 &&
	    (rc = read_ticket(d, c.ticket_id, out, err)) != 0)
		return rc;
	/* Whom the words go to, whoever the ticket is of. */
	put(out, REPLY_CONTACT_NAME, "");
	put_name(out, c.contact_name);
	put(out, REPLY_COMPANY_NAME, c.company_name);
	return 0;
}

int
reply_values_read(struct desk *d, enum record_kind kind, int64_t id,
    struct reply_values *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	put(out, REPLY_OPERATOR_NAME, d->actor.name);
	return kind == RECORD_TICKET ? read_ticket(d, id, out, err)
	                             : read_conversation(d, id, out, err);
}
