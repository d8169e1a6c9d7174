/*
 * media_fetch - downloads a message's attachment: look-up, then the bytes.
 *
 * The bytes go to a temporary file as they come; the reader's thread makes it
 * durable, since the committer has better to do than to wait for a hundred
 * MiB; digest, length and limit are checked before the row is made.  On 404
 * the look-up is asked once more, since addresses live for minutes only.  An
 * event that has an address and no id is fetched from there.
 */
#include "common/clock.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/desk_files.h"
#include "db/records/files.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/daemon.h"
#include "syncd/work/job_run.h"
#include <stdlib.h>
#include <string.h>

#define DOWNLOAD_MS 300000

struct fetch {
	struct task *task;
	struct whatsapp_media promised;
	enum message_kind kind;
	struct file_writer *writer;
	struct err trouble; /* of writing, code 0: none */
	int lookups;
	/* of the finished file */
	struct work_job aside;
	char name[65], digest[65];
	int64_t size;
};

static void
fetch_free(void *state)
{
	struct fetch *f = state;

	/* When nobody knows what was recorded, a row may name it. */
	if (f->name[0] != '\0' && f->task->is_recorded &&
	    f->task->recorded != TASK_DONE)
		file_discard(store_files_dir(f->task->daemon->store), f->name);
	file_write_free(&f->writer);
	free(f);
}

/* On the committer. */
static int
keep_file(struct task *t, struct desk *desk, struct err *err)
{
	struct fetch *f = t->state;
	const char *title = json_string(t->args, "filename");

	return file_attach_to_message(desk, t->job.record_id, f->name,
	    f->digest, f->size, f->promised.mime, title != NULL ? title : "",
	    err);
}

static int
finish_run(struct work_job *job, void *context, struct err *err)
{
	struct fetch *f = job->data;
	int rc;

	(void)context;
	rc = file_write_finish(f->writer, f->name, f->digest, &f->size, err);
	if (rc != 0)
		return OD_EIO;
	return whatsapp_media_check(
	    &f->promised, f->kind, f->size, f->digest, err);
}

static void
finish_done(struct work_job *job, int rc, const struct err *err)
{
	struct fetch *f = job->data;

	if (rc == 0) {
		f->task->effect = keep_file;
		job_finish(f->task, "");
	} else if (rc == OD_EDATA || rc == OD_ELIMIT) {
		job_give_up(f->task, err->text);
	} else {
		job_try_again(f->task, err->text);
	}
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
		   f->lookups == 1) {
		file_write_free(&f->writer);
		look_up(f);
	} else if (r->outcome != HTTP_ANSWERED || r->status != 200) {
		err_set(&err, OD_EUNAVAIL,
		    "The attachment could not be fetched: status %d %s",
		    r->status, r->error);
		job_try_again(f->task, err.text);
	} else {
		f->aside = (struct work_job){
		    .run = finish_run, .done = finish_done, .data = f};
		task_aside(f->task, &f->aside);
	}
}

static void
no_channel(struct task *t)
{
	struct err err = ERR_INIT;

	err_set(&err, OD_EDATA,
	    "The job's channel is not in the configuration any more");
	job_give_up(t, err.text);
}

static void
download(struct fetch *f)
{
	struct task *t = f->task;
	const struct channel *c = task_channel(t);
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct http_request http = {.on_data = on_piece,
	    .done = on_bytes,
	    .data = f,
	    .total_ms = DOWNLOAD_MS};
	struct err err = ERR_INIT;

	if (c == NULL) {
		no_channel(t);
		return;
	}
	if (whatsapp_media_download(
		c, f->promised.url, f->kind, &request, &err) != 0) {
		channel_request_clear(&request);
		job_give_up(t, err.text);
		return;
	}
	/* What is no longer mounted would take the file and hide it later. */
	if (desk_files_check(store_files_dir(t->daemon->store),
		t->daemon->files_id, &err) != 0 ||
	    file_write_start(
		store_files_dir(t->daemon->store), &f->writer, &err) != 0) {
		channel_request_clear(&request);
		job_try_again(t, err.text); /* a full disk may be cleaned */
		return;
	}
	task_send(t, &request, &http);
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
	} else if (whatsapp_media_parse(
		       r->body, r->body_len, &f->promised, &err) != 0) {
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
	struct http_request http = {.done = on_look_up, .data = f};
	struct err err = ERR_INIT;

	f->lookups++;
	if (c == NULL) {
		no_channel(t);
		return;
	}
	if (whatsapp_media_lookup(c, id != NULL ? id : "", &request, &err) !=
	    0) {
		channel_request_clear(&request);
		job_give_up(t, err.text);
		return;
	}
	task_send(t, &request, &http);
}

/* What the event itself says of an attachment that has no id. */
static bool
has_address(struct fetch *f)
{
	const char *id = json_string(f->task->args, "media_id");
	const char *url = json_string(f->task->args, "url");
	const char *mime = json_string(f->task->args, "mime");

	if ((id != NULL && id[0] != '\0') || url == NULL || url[0] == '\0')
		return false;
	f->promised.size = -1;
	if (mime != NULL)
		str_copy(f->promised.mime, sizeof(f->promised.mime), mime);
	f->promised.mime[strcspn(f->promised.mime, "; ")] = '\0';
	return str_copy(f->promised.url, sizeof(f->promised.url), url);
}

void
media_fetch(struct task *t)
{
	struct fetch *f = xcalloc(1, sizeof(*f));
	struct err err = ERR_INIT;
	int64_t kind = 0;

	f->task = t;
	t->state = f;
	t->free_state = fetch_free;
	(void)json_int64(t->args, "kind", &kind);
	f->kind = kind > 0 && kind < MESSAGE_KIND_COUNT
	              ? (enum message_kind)kind
	              : MESSAGE_OTHER;
	/* The provider keeps it meanwhile. */
	if (file_check_room(store_files_dir(t->daemon->store), &err) != 0)
		job_wait(t, err.text);
	else if (has_address(f))
		download(f);
	else
		look_up(f);
}
