/* ticket_mail - see ticket_mail.h. */
#include "db/records/ticket_mail.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_mail_int.h"
#include "db/records/ticket_merge_int.h"
#include "db/records/ticket_sleep.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES    60000 /* of a description or comment, without our words */
#define NAMES_TOLD    10    /* of files */
#define TAG_AUTOMATIC "automatic"

const char *const ticket_mail_names[] = {
    "created", "commented", "noted", "known", "own", NULL};

struct taking {
	struct desk *d;
	const struct ticket_mail_in *in;
	const struct mail *m;
	struct mail_files *files;
	struct mail_place place;
	struct ticket_mail *out;
};

static bool
by_nobody(const struct mail *m)
{
	return m->kind == MAIL_AUTOMATIC || m->kind == MAIL_BOUNCE;
}

/* ---- what it says ---- */

static void
add_names(struct str *out, const struct mail *m)
{
	if (m->file_count == 0)
		return;
	str_add(out, out->len > 0 ? "\n\n" : "");
	str_add(out, _("Attached: "));
	for (size_t i = 0; i < m->file_count && i < NAMES_TOLD; i++)
		str_addf(out, "%s%s", i > 0 ? ", " : "", m->files[i].name);
	if (m->file_count > NAMES_TOLD)
		str_add(out, ", ...");
}

/* The text up to n bytes, as far as a ticket can hold it. */
static char *
tell(const struct mail *m, size_t n)
{
	struct str out = STR_INIT;
	const char *text = m->text.s;
	size_t end;

	while (n > 0 && (*text == '\n' || *text == ' ')) {
		text++;
		n--;
	}
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	end = n > TEXT_BYTES ? utf8_cut(text, n, TEXT_BYTES) : n;
	utf8_mend(&out, text, end);
	if (end < n)
		str_addf(&out, "\n\n%s", _("(The rest is in mail.eml.)"));
	add_names(&out, m);
	if (out.len == 0)
		str_add(&out, _("(The mail has no text.)"));
	return str_take(&out);
}

/* ---- on a ticket ---- */

/* As the contact is called here, else as the mail says. */
static int
author_of(struct taking *t, int64_t contact_id, char *dst, size_t size,
    struct err *err)
{
	const char *name =
	    t->m->from_name[0] != '\0' ? t->m->from_name : t->m->from;
	char *known = NULL;
	int rc = OD_ENOTFOUND;

	if (contact_id != 0)
		rc = db_text(t->d->db, &known,
		    "SELECT full_name FROM contacts"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(t->d->actor.tenant_id), b_int(contact_id)),
		    err);
	records__line(dst, size, rc == 0 ? known : name);
	free(known);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
note_id(struct taking *t, struct op *op, struct err *err)
{
	return db_exec(t->d->db,
	    "INSERT INTO mail_ids(tenant_id, message_id, ticket_id,"
	    " comment_id, at_us) VALUES($1, $2, $3, $4, $5)",
	    BINDS(b_int(t->d->actor.tenant_id), b_text(t->m->id),
		b_int(t->out->ticket_id), b_ref(t->out->comment_id),
		b_int(op->now_us)),
	    NULL, err);
}

static int
put_comment(struct taking *t, struct op *op, const char *body,
    const char *author, struct err *err)
{
	struct comment_row row = {
	    .kind = by_nobody(t->m) ? COMMENT_NOTE : COMMENT_REPLY,
	    .inbound = !by_nobody(t->m),
	    .author = author,
	    .body = body,
	};
	int64_t ticket_id = t->place.ticket_id;
	struct desk *d = t->d;
	int rc;

	rc = ticket__comment_put(
	    d, op, ticket_id, &row, &t->out->comment_id, err);
	if (rc == 0)
		rc = merge__went_on(d, op, t->place.asked_id,
		    RECORD_TICKET_COMMENT, t->out->comment_id, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE tickets SET updated_at = $1"
		    " WHERE tenant_id = $2 AND id = $3",
		    BINDS(b_int(op->now_us), b_int(d->actor.tenant_id),
			b_int(ticket_id)),
		    NULL, err);
	if (rc == 0 && row.inbound)
		rc = ticket_heard(d, op, ticket_id, body, err);
	return rc;
}

static int
comment(struct taking *t, struct err *err)
{
	char *body = tell(t->m, mail_reply_end(t->m->text.s));
	int64_t contact_id = 0;
	struct ticket card = {0};
	char author[201];
	struct op op;
	int rc;

	if ((rc = op_begin(
		 t->d, &op, OP_TICKET_COMMENT, t->place.ticket_id, err)) != 0) {
		free(body);
		return rc;
	}
	t->out->what = by_nobody(t->m) ? TICKET_MAIL_NOTED : TICKET_MAIL_HEARD;
	t->out->ticket_id = t->place.ticket_id;
	if ((rc = ticket__load(t->d, t->place.ticket_id, &card, err)) == 0 &&
	    (rc = mail__contact(t->d, &op, t->m, &contact_id, err)) == 0 &&
	    (rc = author_of(t, contact_id, author, sizeof(author), err)) == 0)
		rc = put_comment(t, &op, body, author, err);
	if (rc == 0)
		rc = mail__files_attach(t->d, &op, t->files, t->out->ticket_id,
		    t->out->comment_id, err);
	if (rc == 0)
		rc = note_id(t, &op, err);
	t->out->number = card.number;
	op_sentence(&op, _("Mail on ticket %lld"), (long long)t->out->number);
	ticket_clear(&card);
	free(body);
	return op_end(t->d, &op, rc, err);
}

/* ---- a new ticket ---- */

/* Tags of the alias, and our own for what no person wrote. */
static void
tags_of(const struct taking *t, char dst[201])
{
	const char *given = t->in->tags != NULL ? t->in->tags : "";

	if (!by_nobody(t->m))
		str_copy(dst, 201, given);
	else
		str_format(dst, 201, "%s%s" TAG_AUTOMATIC, given,
		    given[0] != '\0' ? ", " : "");
}

static int
link_meant(struct taking *t, struct op *op, struct err *err)
{
	const struct ticket_link_new link = {.kind = LINK_TICKET,
	    .relation = t->place.too_late ? LINK_FOLLOW_UP : LINK_RELATED,
	    .record_id = t->place.meant_id};
	int64_t id;
	int rc;

	if (t->place.meant_id == 0)
		return 0;
	rc = db_int(t->d->db, &t->out->meant,
	    "SELECT number FROM tickets WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(t->d->actor.tenant_id), b_int(t->place.meant_id)), err);
	return rc != 0 ? rc
	               : ticket__link_insert(
			     t->d, op, t->out->ticket_id, &link, &id, err);
}

static int
insert(struct taking *t, struct op *op, struct err *err)
{
	char *text = tell(t->m, t->m->text.len);
	char subject[201], tags[201];
	struct ticket_new in = {.subject = subject,
	    .description = text,
	    .category = t->in->category,
	    .tags = tags,
	    .source = SOURCE_MAIL,
	    .team_id = t->in->team_id,
	    .urgency = by_nobody(t->m) ? 1 : 0,
	    .impact = by_nobody(t->m) ? 1 : 0};
	int rc = mail__contact(t->d, op, t->m, &in.contact_id, err);

	tags_of(t, tags);
	records__line(subject, sizeof(subject), t->m->subject);
	if (subject[0] == '\0')
		str_format(subject, sizeof(subject), _("Mail from %s"),
		    t->m->from_name[0] != '\0' ? t->m->from_name
		    : t->m->from[0] != '\0'    ? t->m->from
					       : _("nobody"));
	if (rc == 0)
		rc = ticket__insert(
		    t->d, op, &in, &t->out->ticket_id, &t->out->number, err);
	free(text);
	return rc;
}

static int
make(struct taking *t, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(t->d, &op, OP_TICKET_NEW, 0, err)) != 0)
		return rc;
	t->out->what = TICKET_MAIL_MADE;
	if ((rc = insert(t, &op, err)) == 0 &&
	    (rc = link_meant(t, &op, err)) == 0 &&
	    (rc = mail__files_attach(
		 t->d, &op, t->files, t->out->ticket_id, 0, err)) == 0)
		rc = note_id(t, &op, err);
	return op_end(t->d, &op, rc, err);
}

/* ---- the whole ---- */

static int
is_known(struct taking *t, bool *out, struct err *err)
{
	int rc = mail__known(
	    t->d, t->m->id, &t->out->ticket_id, &t->out->number, err);

	*out = rc == 0;
	if (rc == 0)
		t->out->what = TICKET_MAIL_KNOWN;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Where it goes is looked for under the same lock that it is written under. */
static int
take(struct taking *t, struct err *err)
{
	bool known = false;
	int rc;

	if ((rc = db_batch_begin(t->d, err)) != 0)
		return rc;
	if ((rc = is_known(t, &known, err)) == 0 && !known &&
	    (rc = mail__place(t->d, t->m, &t->place, err)) == 0)
		rc = t->place.ticket_id != 0 ? comment(t, err) : make(t, err);
	if (rc == 0 && !known)
		return db_batch_end(t->d, err);
	db_batch_cancel(t->d);
	return rc;
}

int
ticket_mail(struct desk *d, const struct ticket_mail_in *in,
    struct ticket_mail *out, struct err *err)
{
	struct taking t = {.d = d, .in = in, .m = in->mail, .out = out};
	bool known;
	int rc;

	memset(out, 0, sizeof(*out));
	if (in->mail->desk_id[0] != '\0' &&
	    strcmp(in->mail->desk_id, d->id) == 0) {
		out->what = TICKET_MAIL_OWN;
		return 0;
	}
	if ((rc = is_known(&t, &known, err)) != 0 || known)
		return rc;
	if ((rc = mail__files_keep(d->files_dir, in, &t.files, err)) != 0)
		return rc;
	rc = take(&t, err);
	/* Whether a commit that failed is there nobody knows: they stay. */
	mail__files_free(&t.files, d->files_dir,
	    rc == OD_EIO || (rc == 0 && out->what != TICKET_MAIL_KNOWN));
	out->files = rc == 0 && out->what != TICKET_MAIL_KNOWN
	                 ? in->mail->file_count
	                 : 0;
	return rc;
}

void
ticket_mail_json(const struct ticket_mail *m, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "result", ticket_mail_names[m->what]);
	records__json_ref(out, "ticket", m->number);
	records__json_ref(out, "comment_id", m->comment_id);
	records__json_ref(out, "meant", m->meant);
	json_out_int(out, "files", (int64_t)m->files);
	json_out_end(out, '}');
}
