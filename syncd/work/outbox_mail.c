/* outbox_mail - see outbox_mail.h. */
#include "syncd/work/outbox_mail.h"
#include "common/mail.h"
#include "common/xalloc.h"
#include "db/records/ticket_files.h"
#include "syncd/channels/mail.h"
#include "syncd/daemon.h"
#include <stdlib.h>
#include <unistd.h>

struct mailing {
	struct sending *sending;
	struct channels_ref *channels; /* as they were when it began */
	const struct channel *channel;
	struct work_job job;
	struct str bytes; /* owned; the mail */
	char to[MAIL_ADDRESS_MAX + 1];
};

static void
mailing_free(struct mailing *m)
{
	channels_ref_drop(&m->channels);
	str_free(&m->bytes);
	free(m);
}

/* ---- aside ---- */

struct loaded {                   /* the files that go along */
	struct ticket_file *rows; /* owned */
	struct str *bytes;        /* owned, one a part */
	struct mail_part *parts;  /* owned; borrow from both */
	size_t row_count, count;
};

static void
loaded_free(struct loaded *l)
{
	for (size_t i = 0; i < l->count; i++)
		str_free(&l->bytes[i]);
	free(l->bytes);
	free(l->parts);
	free(l->rows);
}

static int
read_file(
    struct desk *d, const struct file_row *f, struct str *out, struct err *err)
{
	char buf[65536];
	ssize_t n;
	int fd, rc = file_open(d, f, &fd, err);

	if (rc != 0)
		return rc;
	while (
	    (n = read(fd, buf, sizeof(buf))) > 0 && out->len < MAIL_BYTES_MAX)
		str_addn(out, buf, (size_t)n);
	close(fd);
	if (n < 0)
		return err_set(
		    err, OD_EIO, "A file of the mail cannot be read");
	return 0;
}

static int
load(struct desk *d, int64_t comment_id, struct loaded *l, struct err *err)
{
	int rc =
	    ticket__comment_files(d, comment_id, &l->rows, &l->row_count, err);

	if (rc != 0)
		return rc;
	l->bytes = xcalloc(l->row_count + 1, sizeof(*l->bytes));
	l->parts = xcalloc(l->row_count + 1, sizeof(*l->parts));
	for (size_t i = 0; i < l->row_count && rc == 0; i++) {
		const struct file_row *f = &l->rows[i].file;
		struct mail_part *p = &l->parts[l->count];
		struct str *bytes = &l->bytes[l->count];

		str_init(bytes);
		l->count++;
		rc = read_file(d, f, bytes, err);
		*p =
		    (struct mail_part){f->title, f->mime, bytes->s, bytes->len};
	}
	return rc;
}

static int
write_run(struct work_job *job, void *context, struct err *err)
{
	struct mailing *m = job->data;
	const struct outbox_item *item = &m->sending->item;
	struct desk *d = store_desk(context);
	struct loaded l = {0};
	int rc = 0;

	desk_act_as_system(d, item->tenant_id);
	if (item->record_id != 0)
		rc = load(d, item->record_id, &l, err);
	if (rc == 0)
		rc = mail_build(m->channel, item, d->id, l.parts, l.count,
		    m->to, &m->bytes, err);
	loaded_free(&l);
	return rc;
}

/* ---- on the loop ---- */

static void
on_result(const struct smtp_result *r, void *data)
{
	struct mailing *m = data;
	struct sending *s = m->sending;

	i18n_set_thread(s->lang);
	mail_judge(r, &s->verdict);
	i18n_clear_thread();
	mailing_free(m);
	outbox_run__record(s, true);
}

static void
written(struct work_job *job, int rc, const struct err *why)
{
	struct mailing *m = job->data;
	struct sending *s = m->sending;
	struct smtp_request r = {.to = m->to,
	    .mail = m->bytes.s,
	    .mail_len = m->bytes.len,
	    .done = on_result,
	    .data = m};
	struct err err = ERR_INIT;

	if (rc != 0) {
		err = *why;
	} else if (s->run->stopped || s->run->daemon->http == NULL) {
		rc = err_set(&err, OD_EUNAVAIL, "The program ends");
	} else {
		mail_request(m->channel, &r);
		r.loopback_only = r.loopback_only || s->item.rehearsal;
		rc = smtp_send(s->run->daemon->http, &r, NULL, &err);
	}
	if (rc == 0)
		return;
	mailing_free(m);
	outbox_run__refuse(s, &err);
}

void
outbox_mail_send(struct sending *s)
{
	struct daemon *d = s->run->daemon;
	struct mailing *m = xcalloc(1, sizeof(*m));

	m->sending = s;
	m->channels = channels_ref_take(d->channels);
	m->channel =
	    channel_of(&m->channels->set, s->item.channel, s->item.tenant_id);
	str_init(&m->bytes);
	m->job =
	    (struct work_job){.run = write_run, .done = written, .data = m};
	store_read(d->store, &m->job);
}
