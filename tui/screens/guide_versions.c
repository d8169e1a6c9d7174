/*
 * guide_versions - a guide, card or prompt begun, and the versions that there
 * were of one.
 */
#include "tui/screens/guide_edit_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>

/* The draft's place among the versions. */
#define DRAFT INT64_MAX

const char *
guide_kind_word(enum knowledge_kind kind)
{
	switch (kind) {
	case KNOWLEDGE_GUIDE:
		return _("Guide");
	case KNOWLEDGE_CARD:
		return _("Card");
	case KNOWLEDGE_PROMPT:
		return _("Prompt");
	}
	return "";
}

/* ---- a new one ---- */

/* Of the dialog that is open; there is one at a time. */
static struct {
	enum knowledge_kind kind;
	guide_edit_fn *fn;
} asked;

static int
check_topic(const char *value, struct err *err)
{
	return guide_topic_valid(value)
	           ? 0
	           : err_set(err, OD_EDATA,
			 "Up to 64 letters a to z, digits and _, a letter"
			 " first");
}

static unsigned
on_topic(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_edit_action a = {
	    .deed = GUIDE_EDIT_BEGIN, .kind = asked.kind, .lang = i18n_lang()};

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_REDRAW;
	str_copy(a.topic, sizeof(a.topic), r->text);
	model_guide_edit(model_of(s), s, &a, asked.fn);
	return REACT_REDRAW;
}

void
guide_begin_ask(struct screen *s, enum knowledge_kind kind, guide_edit_fn *fn)
{
	static const char *const titles[] = {
	    [KNOWLEDGE_GUIDE] = N_("New guide"),
	    [KNOWLEDGE_CARD] = N_("New card"),
	    [KNOWLEDGE_PROMPT] = N_("New prompt"),
	};
	static const char *const labels[] = {
	    [KNOWLEDGE_GUIDE] = N_("Its short name, as vpn_fails"),
	    [KNOWLEDGE_CARD] = N_("Its short name, as price_too_high"),
	    [KNOWLEDGE_PROMPT] = N_("Its short name; \"hint\" is the one of"
				    " calls"),
	};
	const struct prompt_args args = {.title = _(titles[kind]),
	    .label = _(labels[kind]),
	    .check = check_topic};

	asked.kind = kind;
	asked.fn = fn;
	prompt_push(s->ui, s, &args, on_topic, 0);
}

/* ---- versions ---- */

static void
on_compared(struct screen *s, struct guide_compare *c,
    const struct model_answer *answer)
{
	struct str title = STR_INIT;
	struct guide_diff_args args = {.lines = c->lines, .count = c->count};

	if (answer->rc != 0 || ui_top(s->ui) != s)
		return;
	if (c->to == 0 && c->from == 0)
		str_add(&title, _("The draft"));
	else if (c->to == 0)
		str_addf(&title, _("From version %lld to the draft"),
		    (long long)c->from);
	else if (c->from == 0)
		str_addf(&title, _("Version %lld"), (long long)c->to);
	else
		str_addf(&title, _("From version %lld to version %lld"),
		    (long long)c->from, (long long)c->to);
	args.title = title.s;
	guide_diff_push(s, &args, NULL, 0);
	str_free(&title);
}

/* One's changes are against the version before; the draft's against the one
 * that is published. */
static unsigned
on_version(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_compare c = {.id = context};

	(void)ui;
	if (!r->accepted)
		return REACT_REDRAW;
	if (r->id != DRAFT) {
		c.to = r->id;
		c.from = r->id - 1;
	}
	model_guide_compare(model_of(s), s, &c, on_compared);
	return REACT_REDRAW;
}

static void
version_words(struct screen *s, const struct guide_versions *v,
    const struct knowledge_version *row, char *what, size_t what_size,
    char *who, size_t who_size)
{
	char time[32];

	app_time(app_of(s->ui), time, sizeof(time), row->created_at);
	str_format(what, what_size,
	    row->number == v->published ? _("Version %lld, published")
					: _("Version %lld"),
	    (long long)row->number);
	str_format(who, who_size, "%s  %s", time, row->author);
}

static void
on_versions(struct screen *s, const struct guide_versions *v,
    const struct model_answer *answer)
{
	struct chooser_args args = {.title = _("Versions: what each changed")};
	struct chooser_item *items;
	char(*what)[64], (*who)[256];

	if (answer->rc != 0 || ui_top(s->ui) != s)
		return;
	items = xcalloc(v->count + 1, sizeof(items[0]));
	what = xcalloc(v->count + 1, sizeof(what[0]));
	who = xcalloc(v->count + 1, sizeof(who[0]));
	if (v->has_draft && model_may(model_of(s), "guide.edit"))
		items[args.count++] =
		    (struct chooser_item){DRAFT, _("The draft"), NULL, true};
	for (size_t i = 0; i < v->count; i++) {
		version_words(s, v, &v->rows[i], what[i], sizeof(what[i]),
		    who[i], sizeof(who[i]));
		items[args.count++] = (struct chooser_item){
		    v->rows[i].number, what[i], who[i], false};
	}
	args.items = items;
	if (args.count > 0)
		chooser_push(s->ui, s, &args, on_version, v->id);
	else
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Nothing of it was published yet"));
	free(items);
	free(what);
	free(who);
}

void
guide_versions_show(struct screen *s, int64_t id)
{
	model_guide_versions(model_of(s), s, id, on_versions);
}
