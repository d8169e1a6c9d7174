/* ticket_mail_files - what came with a mail, as files; see ticket_mail.h. */
#include "common/xalloc.h"
#include "db/records/ticket_files.h"
#include "db/records/ticket_mail_int.h"
#include <stdlib.h>
#include <string.h>

struct kept {
	const char *title, *type; /* borrowed from the mail */
	char name[65], digest[65];
	int64_t size;
};

struct mail_files {
	struct kept *list; /* owned; the whole mail first */
	size_t count;
};

static int
keep(struct mail_files *f, const char *dir, const char *title, const char *type,
    const void *bytes, size_t n, struct err *err)
{
	struct kept *k = &f->list[f->count];
	struct file_writer *w = NULL;
	int rc = file_write_start(dir, &w, err);

	*k = (struct kept){.title = title, .type = type};
	if (rc == 0)
		rc = file_write(w, bytes, n, err);
	if (rc == 0)
		rc = file_write_finish(w, k->name, k->digest, &k->size, err);
	file_write_free(&w);
	if (rc == 0)
		f->count++;
	return rc;
}

int
mail__files_keep(const char *files_dir, const struct ticket_mail_in *in,
    struct mail_files **out, struct err *err)
{
	const struct mail *m = in->mail;
	struct mail_files *f = xcalloc(1, sizeof(*f));
	int rc;

	f->list = xcalloc(m->file_count + 1, sizeof(*f->list));
	rc = keep(
	    f, files_dir, "mail.eml", "message/rfc822", in->bytes, in->n, err);
	for (size_t i = 0; rc == 0 && i < m->file_count; i++)
		rc = keep(f, files_dir, m->files[i].name, m->files[i].type,
		    m->files[i].bytes.s, m->files[i].bytes.len, err);
	if (rc != 0)
		mail__files_free(&f, files_dir, false);
	*out = f;
	return rc;
}

int
mail__files_attach(struct desk *d, struct op *op, struct mail_files *f,
    int64_t ticket_id, int64_t comment_id, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < f->count; i++) {
		const struct kept *k = &f->list[i];
		int64_t id;

		rc = file_row_new(d, op, FILE_ATTACHMENT, k->name, k->digest,
		    k->size, k->type, k->title, &id, err);
		if (rc == 0)
			rc = ticket__file_insert(
			    d, op, ticket_id, comment_id, id, err);
	}
	return rc;
}

void
mail__files_free(struct mail_files **fp, const char *dir, bool kept)
{
	struct mail_files *f = *fp;

	if (f == NULL)
		return;
	for (size_t i = 0; !kept && i < f->count; i++)
		file_discard(dir, f->list[i].name);
	free(f->list);
	FREE(fp);
}
