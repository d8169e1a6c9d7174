/* ticket_files_do - see ticket_files_do.h. */
#include "tui/screens/ticket_files_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/model/model_ticket_files.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/ticket_write.h"

#include <stdlib.h>

/* What was typed last comes back with the arrow keys. */
static struct w_line_history paths;

static void
add_size(struct str *out, int64_t bytes)
{
	if (bytes < 1024)
		str_addf(out, "%d B", (int)bytes);
	else if (bytes < 1 << 20)
		str_addf(out, "%d KB", (int)((bytes + 1023) >> 10));
	else
		str_addf(out, "%d MB", (int)((bytes + (1 << 20) - 1) >> 20));
}

void
ticket_going_clear(struct ticket_going *g)
{
	for (size_t i = 0; i < g->count; i++)
		FREE(&g->list[i].path);
	g->count = 0;
}

void
ticket_going_text(const struct ticket_going *g, struct str *out)
{
	for (size_t i = 0; i < g->count; i++) {
		str_addf(out, "%s%s (", i > 0 ? ", " : "", g->list[i].title);
		add_size(out, g->list[i].size);
		str_addc(out, ')');
	}
}

void
ticket_files_fill(
    struct w_text *t, const struct ticket_card *card, int64_t comment_id)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < card->file_count; i++) {
		const struct ticket_file *f = &card->files[i];

		if (f->comment_id != comment_id)
			continue;
		str_clear(&line);
		str_addf(&line, "+ %s (", f->file.title);
		add_size(&line, f->file.size);
		str_addc(&line, ')');
		w_text_outside(t, ROLE_LINK, 2, line.s, line.len);
		w_text_set_id(t, -300000 - f->file.id);
	}
	str_free(&line);
}

/* ---- out ---- */

static unsigned
save_typed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t file_id)
{
	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	model_ticket_file_save(model_of(s), s, s->id, file_id, r->text);
	return REACT_HANDLED;
}

static unsigned
chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct prompt_args args = {.title = r->text,
	    .label = _("Save it in (a folder, or a new file)"),
	    .text = "~/",
	    .max_bytes = FILE_PATH_MAX - 1,
	    .history = &paths};

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	prompt_push(ui, s, &args, save_typed, r->id);
	return REACT_HANDLED;
}

void
ticket_files_ask(struct screen *s, const struct ticket_card *card)
{
	struct chooser_item *items =
	    xcalloc(card->file_count + 1, sizeof(items[0]));
	struct str *details = xcalloc(card->file_count + 1, sizeof(*details));
	struct chooser_args args = {.items = items, .count = card->file_count};
	char title[80];

	str_format(title, sizeof(title), _("Files of ticket %lld"),
	    (long long)card->t.number);
	args.title = title;
	for (size_t i = 0; i < card->file_count; i++) {
		const struct file_row *f = &card->files[i].file;
		char when[32];

		str_init(&details[i]);
		add_size(&details[i], f->size);
		app_time(app_of(s->ui), when, sizeof(when), f->created_at);
		str_addf(&details[i], "  %s", when);
		items[i] =
		    (struct chooser_item){f->id, f->title, details[i].s, false};
	}
	if (card->file_count > 0)
		chooser_push(s->ui, s, &args, chosen, 0);
	else
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("The ticket has no files; C-o adds one to what is being"
		      " written"));
	for (size_t i = 0; i < card->file_count; i++)
		str_free(&details[i]);
	free(details);
	free(items);
}

/* ---- in ---- */

/* They are a draft at once, as the words are soon. */
static void
keep(struct screen *s, int64_t kind)
{
	struct ticket_write *w = ticket_card_write(s);
	const struct ticket_going *g = &w->files[kind];
	struct seat_draft draft = {.kind = RECORD_TICKET,
	    .record_id = s->id,
	    .slot =
		kind == COMMENT_NOTE ? DRAFT_NOTE_FILES : DRAFT_REPLY_FILES};
	struct str lines = STR_INIT;

	for (size_t i = 0; i < g->count; i++)
		str_addf(&lines, "%s%s", i > 0 ? "\n" : "", g->list[i].path);
	draft.body = g->count > 0 ? lines.s : "";
	if (!model_is_readonly(model_of(s)))
		model_seat_draft(model_of(s), &draft);
	str_free(&lines);
}

static void
on_look(struct screen *s, const struct ticket_file_look *look)
{
	struct ticket_write *w = ticket_card_write(s);
	struct ticket_going *g = &w->files[look->context];
	int64_t all = look->size;

	for (size_t i = 0; i < g->count; i++)
		all += g->list[i].size;
	if (g->count == ATTACH_FILES_MAX || all > (int64_t)ATTACH_BYTES_MAX) {
		ui_toast(s->ui, TOAST_WARNING,
		    _("A comment has at most %d files of %d MiB together"),
		    ATTACH_FILES_MAX, (int)(ATTACH_BYTES_MAX >> 20));
		return;
	}
	g->list[g->count].path = xstrdup(look->path);
	str_copy(
	    g->list[g->count].title, sizeof(g->list[0].title), look->title);
	g->list[g->count++].size = look->size;
	if (!look->was_kept)
		keep(s, look->context);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static unsigned
path_typed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t kind)
{
	struct ticket_write *w = ticket_card_write(s);

	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	if (r->text[0] == '\0') {
		ticket_going_clear(&w->files[kind]);
		keep(s, kind);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	model_ticket_file_look(model_of(s), s, r->text, kind, on_look);
	return REACT_HANDLED;
}

void
ticket_attach_ask(struct screen *s)
{
	struct ticket_write *w = ticket_card_write(s);
	struct prompt_args args = {.title = _("Add a file"),
	    .label = w->files[w->kind].count > 0
	                 ? _("Its path (nothing: take all off again)")
	                 : _("Its path"),
	    .text = w->files[w->kind].count > 0 ? "" : "~/",
	    .max_bytes = FILE_PATH_MAX - 1,
	    .history = &paths,
	    .may_be_empty = w->files[w->kind].count > 0};

	prompt_push(s->ui, s, &args, path_typed, w->kind);
}

void
ticket_attach_kept(struct screen *s, const struct ticket_card *card)
{
	for (int64_t kind = 0; kind < 2; kind++)
		if (card->draft_files[kind].body != NULL)
			model_ticket_files_kept(model_of(s), s,
			    card->draft_files[kind].body, kind, on_look);
}
