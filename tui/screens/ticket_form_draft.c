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
build(const struct form *d, struct str *json)
{
	struct json_out out;
	char was[96];

	json_out_init(&out, json);
	json_out_object(&out, NULL);
	for (size_t i = 0; i < d->slot_count; i++) {
		const struct form_slot *s = &d->slots[i];

		if (!ticket_form__changed(d, s))
			continue;
		json_out_string(&out, s->name, ticket_form__value(d, s));
		str_format(was, sizeof(was), "%s_was", s->name);
		json_out_string(&out, was, s->was != NULL ? s->was : "");
	}
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

/* A text; levels were numbers once. */
static const char *
text_of(const struct json *doc, const char *name, char number[2])
{
	int64_t n;

	if (!json_int64(doc, name, &n) || n < 0 || n > 9)
		return json_string(doc, name);
	number[0] = (char)('0' + n);
	number[1] = '\0';
	return number;
}

static void
take(struct form *d, struct form_slot *s, const struct json *doc, bool older)
{
	char number[2], before[2], was_name[96];
	const char *now = text_of(doc, s->name, number), *was;

	if (now == NULL || ticket_form__changed(d, s))
		return;
	str_format(was_name, sizeof(was_name), "%s_was", s->name);
	was = text_of(doc, was_name, before);
	ticket_form__set(d, s, now);
	if (!older || was == NULL)
		return;
	free(s->was);
	s->was = xstrdup(was);
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
	for (size_t i = 0; i < d->slot_count; i++)
		take(d, &d->slots[i], doc, older);
	(void)ticket_form__arrange(d);
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
