/* model_inbox_new - see model_inbox_new.h. */
#include "tui/model/model_inbox_new.h"

#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/channels.h"

#include <stdlib.h>
#include <string.h>

struct find_args {
	struct inbox_found f;
	inbox_found_fn *fn;
};

/* The digits of a text that is a number and nothing else. */
static void
number_of(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++) {
		if (*text >= '0' && *text <= '9')
			out[n++] = *text;
		else if (strchr("+ -().", *text) == NULL)
			n = size;
	}
	out[n < size ? n : 0] = '\0';
	if (strlen(out) < INBOX_NUMBER_MIN)
		out[0] = '\0';
}

static int
find_people(struct desk *d, struct inbox_found *f, struct err *err)
{
	struct page page = {.limit = INBOX_FOUND_MAX};
	const char *match = f->number[0] != '\0' ? f->number : f->text;
	size_t kept = 0;
	int rc;

	if ((rc = contact_list(d, match, 0, &page, &f->rows, &f->count, err)) !=
	    0)
		return rc;
	for (size_t i = 0; i < f->count; i++) {
		if (f->rows[i].phone_number[0] != '\0')
			f->rows[kept++] = f->rows[i];
		else
			contact_clear(&f->rows[i]);
	}
	f->count = kept;
	return 0;
}

static int
find_run(struct desk *d, void *data, struct err *err)
{
	struct inbox_found *f = &((struct find_args *)data)->f;
	struct channel_status *rows = NULL;
	size_t count = 0;
	int rc;

	number_of(f->text, f->number, sizeof(f->number));
	if ((rc = find_people(d, f, err)) != 0 ||
	    (rc = channel_status_list(d, &rows, &count, err)) != 0)
		return rc;
	f->channels = xcalloc(count + 1, sizeof(f->channels[0]));
	for (size_t i = 0; i < count; i++)
		str_copy(
		    f->channels[i], sizeof(f->channels[i]), rows[i].channel);
	f->channel_count = count;
	free(rows);
	return 0;
}

static void
find_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct find_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->f, answer);
}

static void
find_free(void *data)
{
	struct find_args *a = data;

	contact_list_free(&a->f.rows, a->f.count);
	free(a->f.channels);
	free(a);
}

void
model_inbox_find(
    struct model *m, struct screen *s, const char *text, inbox_found_fn *fn)
{
	static const struct model_question q = {
	    .run = find_run, .done = find_done, .free_args = find_free};
	struct find_args *a = xcalloc(1, sizeof(*a));

	str_copy(a->f.text, sizeof(a->f.text), text);
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- is there one already ---- */

struct with_args {
	char channel[65], peer[201];
	struct conversation c;
	bool found;
	inbox_with_fn *fn;
};

static int
with_run(struct desk *d, void *data, struct err *err)
{
	struct with_args *a = data;
	int rc = conversation_with(
	    d, a->channel, CHANNEL_WHATSAPP, a->peer, &a->c, err);

	a->found = rc == 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static void
with_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct with_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, a->found ? &a->c : NULL);
}

void
model_inbox_with(struct model *m, struct screen *s, const char *channel,
    const char *peer, inbox_with_fn *fn)
{
	static const struct model_question q = {
	    .run = with_run, .done = with_done};
	struct with_args *a = xcalloc(1, sizeof(*a));

	str_copy(a->channel, sizeof(a->channel), channel);
	str_copy(a->peer, sizeof(a->peer), peer);
	a->fn = fn;
	model_ask(m, s, &q, a);
}
