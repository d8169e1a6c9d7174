/*
 * ticket_form_draft - what was begun in a ticket's form, kept as a draft.
 *
 * The draft holds the fields that were changed, each with the value that it
 * had: so a change by somebody else is seen as a conflict, however long the
 * draft was lying there.
 */
#include "tui/screens/ticket_form_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_EVERY_US (2 * US_PER_SECOND)

static void
put_level(struct json_out *out, const char *name, const char *name_was,
    int level, int was)
{
	if (level == was)
		return;
	json_out_int(out, name, level);
	json_out_int(out, name_was, was);
}

static void
build(const struct form *d, struct str *json)
{
	struct json_out out;
	char was[32];

	json_out_init(&out, json);
	json_out_object(&out, NULL);
	for (int f = 0; f < TEXT_FIELDS; f++) {
		const char *name = ticket_form_texts[f];

		if (!ticket_form__changed(d, (enum text_field)f))
			continue;
		json_out_string(&out, name, w_form_text(&d->form, name));
		str_format(was, sizeof(was), "%s_was", name);
		json_out_string(
		    &out, was, d->was[f] != NULL ? d->was[f] : "");
	}
	put_level(&out, "urgency", "urgency_was",
	    w_form_choice(&d->form, "urgency") + 1, d->was_urgency);
	put_level(&out, "impact", "impact_was",
	    w_form_choice(&d->form, "impact") + 1, d->was_impact);
	json_out_end(&out, '}');
	if (str_equal(json->s, "{}"))
		str_clear(json);
}

static void
save(struct screen *s, const char *body)
{
	struct form *d = s->data;
	struct seat_draft draft = {.kind = RECORD_TICKET,
	    .record_id = d->ticket_id,
	    .slot = DRAFT_FORM,
	    .body = body,
	    .seen_version = d->version};

	free(d->kept);
	d->kept = body[0] != '\0' ? xstrdup(body) : NULL;
	d->kept_us = clock_mono_us();
	model_seat_draft(model_of(s), &draft);
}

static bool
may_keep(struct screen *s)
{
	struct form *d = s->data;

	return !d->over && !d->sending && model_of(s) != NULL &&
	    !model_is_readonly(model_of(s));
}

void
ticket_form__draft_keep(struct screen *s, bool now)
{
	struct form *d = s->data;
	struct str json = STR_INIT;

	if (!may_keep(s) ||
	    (!now && (d->draft_due ||
			 clock_mono_us() - d->kept_us < KEEP_EVERY_US)))
		return;
	build(d, &json);
	/* Left before it came: what the desk has stays. */
	if (!(d->draft_due && json.len == 0) &&
	    !str_equal(json.s, d->kept != NULL ? d->kept : ""))
		save(s, json.s);
	str_free(&json);
}

void
ticket_form__draft_drop(struct screen *s)
{
	struct form *d = s->data;

	if (may_keep(s))
		save(s, "");
	d->over = true;
}

/* ---- and back ---- */

static void
take_text(struct form *d, enum text_field f, const struct json *doc, bool older)
{
	const char *name = ticket_form_texts[f], *now = json_string(doc, name);
	const char *was;
	char was_name[32];

	if (now == NULL || ticket_form__changed(d, f))
		return;
	str_format(was_name, sizeof(was_name), "%s_was", name);
	was = json_string(doc, was_name);
	w_form_set_text(&d->form, name, now);
	if (!older || was == NULL)
		return;
	free(d->was[f]);
	d->was[f] = xstrdup(was);
}

static void
take_level(struct form *d, const char *name, const char *was_name, int *was,
    const struct json *doc, bool older)
{
	int64_t level, before;

	if (w_form_choice(&d->form, name) + 1 != *was ||
	    !json_int64(doc, name, &level) || level < 1 || level > 5)
		return;
	w_form_set_choice(&d->form, name, (int)level - 1);
	if (older && json_int64(doc, was_name, &before) && before >= 1 &&
	    before <= 5)
		*was = (int)before;
}

static void
on_draft(struct screen *s, const struct draft *draft)
{
	struct form *d = s->data;
	struct json *doc = NULL;
	bool older;

	if (!d->draft_due)
		return;
	d->draft_due = false;
	if (draft->body == NULL ||
	    json_parse(draft->body, strlen(draft->body), &json_limits_webhook,
		&doc, NULL) != 0)
		return;
	older = d->ticket_id != 0 && draft->seen_version < d->version;
	for (int f = 0; f < TEXT_FIELDS; f++)
		take_text(d, (enum text_field)f, doc, older);
	take_level(
	    d, "urgency", "urgency_was", &d->was_urgency, doc, older);
	take_level(d, "impact", "impact_was", &d->was_impact, doc, older);
	if (older)
		d->version = draft->seen_version;
	json_free(&doc);
	d->kept = xstrdup(draft->body);
	ui_toast(s->ui, TOAST_INFO, "%s", _("What you had begun is here again"));
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

void
ticket_form__draft_read(struct screen *s)
{
	struct form *d = s->data;

	if (model_of(s) == NULL)
		return;
	d->draft_due = true;
	model_seat_draft_read(model_of(s), s, RECORD_TICKET, d->ticket_id,
	    DRAFT_FORM, on_draft);
}
