/*
 * media_fetch - downloads a message's attachment: look-up, then the bytes.
 *
 * The bytes go to a temporary file as they come; digest, length and limit are
 * checked before the row is made.  On 404 the look-up is asked once more,
 * since addresses live for minutes only.
 */
#include "common/clock.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/files.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/daemon.h"
#include "syncd/work/job_run.h"
#include <stdlib.h>
#include <string.h>

struct fetch {
	struct task *task;
	struct whatsapp_media promised;
	enum message_kind kind;
	struct file_writer *writer;
	struct err trouble; /* of writing, code 0: none */
	int lookups;
};

static void
fetch_free(void *state)
{
	struct fetch *f = state;

	file_write_free(&f->writer);
	free(f);
}

/* On the committer: sync, check, and make the row. */
static int
keep_file(struct task *t, struct desk *desk, struct err *err)
{
	struct fetch *f = t->state;
	const char *title = json_string(t->args, "filename");
	char name[65], digest[65];
	int64_t size;
	int rc;

	if ((rc = file_write_finish(f->writer, name, digest, &size, err)) != 0)
		return rc;
	if ((rc = whatsapp_media_check(&f->promised, f->kind, size, digest,
		 err)) != 0)
		return rc;
	return file_attach_to_message(desk, t->job.record_id, name, digest,
	    size, f->promised.mime, title != NULL ? title : "", err);
}

static void
on_piece(const char *p, size_t n, void *data)
{
	struct fetch *f = data;

	if (f->trouble.code == 0)
		(void)file_write(f->writer, p, n, &f->trouble);
}

static void look_up(struct fetch *f);

static void
on_bytes(const struct http_response *r, void *data)
{
	struct fetch *f = data;
	struct err err = ERR_INIT;

	if (f->trouble.code != 0) {
		job_try_again(f->task, f->trouble.text);
	} else if (r->outcome == HTTP_TOO_LARGE) {
		err_set(&err, OD_ELIMIT,
		    "The attachment is larger than is allowed");
		job_give_up(f->task, err.text);
	} else if (r->outcome == HTTP_ANSWERED && r->status == 404 &&
	    f->lookups < 2) {
		file_write_free(&f->writer);
		look_up(f);
	} else if (r->outcome != HTTP_ANSWERED || r->status != 200) {
		err_set(&err, OD_EUNAVAIL,
		    "The attachment could not be fetched: status %d %s",
		    r->status, r->error);
		job_try_again(f->task, err.text);
	} else {
		f->task->effect = keep_file;
		job_finish(f->task, "");
	}
}

static const char *
files_dir(struct daemon *d)
{
	return store_files_dir(d->store);
}

static void
download(struct fetch *f)
{
	struct task *t = f->task;
	const struct channel *c = task_channel(t);
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct http_request http = {0};
	struct err err = ERR_INIT;

	if (c == NULL ||
	    whatsapp_media_download(c, f->promised.url, f->kind, &request,
		&err) != 0 ||
	    file_write_start(files_dir(t->daemon), &f->writer, &err) != 0) {
		channel_request_clear(&request);
		job_give_up(t, err.text);
		return;
	}
	channel_request_http(&request, &http);
	http.on_data = on_piece;
	http.done = on_bytes;
	http.data = f;
	http.total_ms = 300000;
	if (http_client_send(t->daemon->http, &http, NULL, &err) != 0)
		job_give_up(t, err.text);
	channel_request_clear(&request);
}

static void
on_look_up(const struct http_response *r, void *data)
{
	struct fetch *f = data;
	struct err err = ERR_INIT;

	if (r->outcome != HTTP_ANSWERED || r->status >= 500 ||
	    r->status == 429) {
		err_set(&err, OD_EUNAVAIL,
		    "The provider did not say where the attachment is:"
		    " status %d %s",
		    r->status, r->error);
		job_try_again(f->task, err.text);
	} else if (r->status != 200) {
		err_set(&err, OD_ENOTFOUND,
		    "The provider does not have the attachment any more");
		job_give_up(f->task, err.text);
	} else if (whatsapp_media_parse(r->body, r->body_len, &f->promised,
		       &err) != 0) {
		job_give_up(f->task, err.text);
	} else {
		download(f);
	}
}

static void
look_up(struct fetch *f)
{
	struct task *t = f->task;
	const struct channel *c = task_channel(t);
	const char *id = json_string(t->args, "media_id");
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct http_request http = {0};
	struct err err = ERR_INIT;

	f->lookups++;
	if (c == NULL)
		err_set(&err, OD_EDATA,
		    "The job's channel is not in the configuration any more");
	if (c == NULL ||
	    whatsapp_media_lookup(c, id != NULL ? id : "", &request, &err) !=
		0) {
		channel_request_clear(&request);
		job_give_up(t, err.text);
		return;
	}
	channel_request_http(&request, &http);
	http.done = on_look_up;
	http.data = f;
	if (http_client_send(t->daemon->http, &http, NULL, &err) != 0)
		job_give_up(t, err.text);
	channel_request_clear(&request);
}

void
media_fetch(struct task *t)
{
	struct fetch *f = xcalloc(1, sizeof(*f));
	int64_t kind = 0;

	f->task = t;
	t->state = f;
	t->free_state = fetch_free;
	(void)json_int64(t->args, "kind", &kind);
	f->kind = (enum message_kind)kind;
	look_up(f);
}
