/* mails - see mails.h. */
#include "db/records/mails.h"
#include "common/i18n.h"
#include "common/mail.h"
#include "common/mail_write.h"
#include "common/xalloc.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define SENDER    "mail.sender" /* setting: "CHANNEL ADDRESS" */
#define BODY_MAX  (200u << 10)  /* below what a string of JSON may have */
#define REFS_MOST 20

int
mail_sender(struct desk *d, struct mail_sender *out, struct err *err)
{
	const char *blank;
	char *value = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_text(d->db, &value,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(SENDER)), err);
	if (rc == 0 && (blank = strchr(value, ' ')) != NULL) {
		str_format(out->channel, sizeof(out->channel), "%.*s",
		    (int)(blank - value), value);
		str_copy(out->from, sizeof(out->from), blank + 1);
	}
	free(value);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
mail_sender_set(struct desk *d, const struct mail_sender *in, struct err *err)
{
	struct mail_sender now;
	char value[400] = "";
	struct op op;
	int rc = mail_sender(d, &now, err);

	if (rc != 0 || (strcmp(now.channel, in->channel) == 0 &&
			   strcmp(now.from, in->from) == 0))
		return rc;
	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	if (in->channel[0] != '\0')
		str_format(
		    value, sizeof(value), "%s %s", in->channel, in->from);
	rc = db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 0, $2, $3, $4)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " value = excluded.value, updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(SENDER), b_text(value),
		b_int(op.now_us)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

/* ---- the intent ---- */

/* The mails of the ticket, the oldest first, as JSON. */
static int
add_refs(struct desk *d, int64_t ticket_id, struct json_out *w, struct err *err)
{
	char *ids[REFS_MOST];
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT message_id FROM mail_ids WHERE tenant_id = $1"
	    " AND ticket_id = $2 ORDER BY at_us DESC, message_id LIMIT $3",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(ticket_id), b_int(REFS_MOST)),
	    err);
	if (rc == 0)
		while (n < REFS_MOST && (rc = stmt_step(st, err)) == 1)
			ids[n++] = stmt_dup(st, 0);
	stmt_close(&st);
	json_out_array(w, "refs");
	while (n > 0) {
		json_out_string(w, NULL, ids[--n]);
		free(ids[n]);
	}
	json_out_end(w, ']');
	return rc < 0 ? rc : 0;
}

static void
marked_subject(const char *subject, int64_t number, char *dst, size_t size)
{
	char mark[32] = "";

	if (number != 0 && mail_ticket_number(subject) != number)
		str_format(mark, sizeof(mark), " [#%lld]", (long long)number);
	/* A long subject is cut, the mark is not. */
	str_format(dst, size - strlen(mark), "%s", subject);
	str_format(dst + strlen(dst), size - strlen(dst), "%s", mark);
}

static int
print_intent(struct desk *d, const struct mail_promise *in, const char *id,
    struct str *out, struct err *err)
{
	char subject[400];
	int64_t number = 0;
	struct json_out w;
	int rc = 0;

	if (in->ticket_id != 0)
		rc = db_int(d->db, &number,
		    "SELECT number FROM tickets"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(in->ticket_id)),
		    err);
	if (rc != 0)
		return rc;
	marked_subject(in->subject, number, subject, sizeof(subject));
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "to", in->to);
	if (in->to_name != NULL && in->to_name[0] != '\0')
		json_out_string(&w, "to_name", in->to_name);
	json_out_string(&w, "type", "mail");
	json_out_string(&w, "id", id);
	json_out_string(&w, "subject", subject);
	json_out_string(&w, "body", in->body);
	json_out_bool(&w, "automatic", in->is_automatic);
	if (in->ticket_id != 0) {
		json_out_int(&w, "ticket", number);
		rc = add_refs(d, in->ticket_id, &w, err);
	}
	json_out_end(&w, '}');
	return rc;
}

/* ---- promising ---- */

static int
check(const struct mail_promise *in, const struct mail_sender *sender,
    struct err *err)
{
	int rc;

	if (sender->channel[0] == '\0')
		return err_set(err, OD_EUNAVAIL,
		    "No mail leaves from here; the configuration has no channel"
		    " of the kind mail with an smtp_url");
	if (!mail_address_ok(in->to))
		return err_set(err, OD_EDATA,
		    "A mail cannot be sent from or to an address such as this");
	if (in->subject[0] == '\0')
		return err_set(err, OD_EDATA, "The mail has no subject");
	rc = records__body(_("Subject"), in->subject, 4096, err);
	return rc != 0 ? rc : records__body(_("Mail"), in->body, BODY_MAX, err);
}

/* So that an answer to it finds the ticket. */
static int
note_id(struct desk *d, struct op *op, const struct mail_promise *in,
    const char *id, struct err *err)
{
	if (in->ticket_id == 0)
		return 0;
	return db_exec(d->db,
	    "INSERT INTO mail_ids(tenant_id, message_id, ticket_id,"
	    " comment_id, at_us) VALUES($1, $2, $3, $4, $5)",
	    BINDS(b_int(d->actor.tenant_id), b_text(id), b_int(in->ticket_id),
		b_ref(in->comment_id), b_int(op->now_us)),
	    NULL, err);
}

int
mail_promise(struct desk *d, struct op *op, const struct mail_promise *in,
    int64_t *id_out, struct err *err)
{
	struct str intent = STR_INIT;
	struct mail_sender sender;
	char id[MAIL_ID_MAX + 1];
	int64_t row_id;
	int rc;

	if ((rc = mail_sender(d, &sender, err)) != 0 ||
	    (rc = check(in, &sender, err)) != 0)
		return rc;
	mail_id_new(sender.from, id, sizeof(id));
	if ((rc = print_intent(d, in, id, &intent, err)) == 0) {
		const struct outbox_promise out = {
		    .channel = sender.channel,
		    .kind = OUTBOX_MAIL,
		    .record_id = in->comment_id,
		    .intent = intent.s,
		    .is_held = in->is_held,
		    .id_out = &row_id,
		};

		rc = outbox_promise(d, op, &out, NULL, err);
		if (rc == 0 && id_out != NULL)
			*id_out = row_id;
	}
	if (rc == 0)
		rc = note_id(d, op, in, id, err);
	str_free(&intent);
	return rc;
}
