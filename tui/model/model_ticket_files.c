/* model_ticket_files - see model_ticket_files.h. */
#include "tui/model/model_ticket_files.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/ticket_attach.h"
#include "db/records/ticket_files.h"
#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- in ---- */

struct look_args {
	struct ticket_file_look look;
	ticket_file_look_fn *fn;
};

static int
look_run(struct desk *d, void *data, struct err *err)
{
	struct look_args *a = data;
	struct str path = STR_INIT;
	int rc;

	(void)d;
	desk_user_path(&path, a->look.path);
	rc = attach_look(path.s, &a->look.size, err);
	attach_title(a->look.title, path.s);
	str_free(&path);
	return rc;
}

static void
look_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct look_args *a = data;

	if (answer->rc != 0 && a->look.was_kept)
		ui_toast(ui, TOAST_WARNING,
		    _("A file of the draft does not go along any more: %s"),
		    answer->err->text);
	else if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, &a->look);
}

static void
look(struct model *m, struct screen *s, struct ticket_file_look look,
    ticket_file_look_fn *fn)
{
	static const struct model_question q = {
	    .run = look_run, .done = look_done};
	struct look_args *a = xcalloc(1, sizeof(*a));

	a->look = look;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

void
model_ticket_file_look(struct model *m, struct screen *s, const char *path,
    int64_t context, ticket_file_look_fn *fn)
{
	struct ticket_file_look l = {.context = context};

	str_copy(l.path, sizeof(l.path), path);
	look(m, s, l, fn);
}

void
model_ticket_files_kept(struct model *m, struct screen *s, const char *paths,
    int64_t context, ticket_file_look_fn *fn)
{
	struct ticket_file_look l = {.context = context, .was_kept = true};

	for (const char *at = paths; *at != '\0';) {
		size_t n = strcspn(at, "\n");

		if (n > 0 && n < sizeof(l.path)) {
			memcpy(l.path, at, n);
			l.path[n] = '\0';
			look(m, s, l, fn);
		}
		at += n + (at[n] == '\n');
	}
}

/* ---- out ---- */

struct save_args {
	int64_t ticket_id, file_id;
	char path[FILE_PATH_MAX];
	struct str to; /* owned; where it is */
};

static int
save_run(struct desk *d, void *data, struct err *err)
{
	struct save_args *a = data;
	struct ticket_file f;
	struct stat st;
	int rc;

	if ((rc = ticket_file_get(d, a->ticket_id, a->file_id, &f, err)) != 0)
		return rc;
	desk_user_path(&a->to, a->path);
	if (stat(a->to.s, &st) == 0 && S_ISDIR(st.st_mode)) {
		char title[201];

		/* As it was when it came in, and whoever wrote the row. */
		attach_title(title, f.file.title);
		str_addf(&a->to, "/%s", title);
	}
	return file_save(d, &f.file, a->to.s, err);
}

static void
save_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct save_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK, _("The file is in %s"), a->to.s);
}

static void
save_free(void *data)
{
	struct save_args *a = data;

	str_free(&a->to);
	free(a);
}

void
model_ticket_file_save(struct model *m, struct screen *s, int64_t ticket_id,
    int64_t file_id, const char *path)
{
	static const struct model_question q = {
	    .run = save_run, .done = save_done, .free_args = save_free};
	struct save_args *a = xcalloc(1, sizeof(*a));

	a->ticket_id = ticket_id;
	a->file_id = file_id;
	str_init(&a->to);
	str_copy(a->path, sizeof(a->path), path);
	model_ask(m, s, &q, a);
}
