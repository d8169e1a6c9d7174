/* inbox_text - see inbox_text.h. */
#include "tui/screens/inbox_text.h"

#include "common/clock.h"
#include "common/i18n.h"

#include <inttypes.h>
#include <string.h>

struct tick {
	const char *sign, *word; /* word: N_(), or NULL */
	enum role role;
};

static const struct tick ticks[] = {
    [MESSAGE_RECEIVED] = {"", NULL, ROLE_MUTED},
    [MESSAGE_DUE] = {"·", NULL, ROLE_MUTED},
    [MESSAGE_SENDING] = {"»", NULL, ROLE_MUTED},
    [MESSAGE_SENT] = {"✓", NULL, ROLE_MUTED},
    [MESSAGE_DELIVERED] = {"✓✓", NULL, ROLE_MUTED},
    [MESSAGE_READ] = {"✓✓", N_("read"), ROLE_OK},
    [MESSAGE_UNCERTAIN] = {"?", N_("nobody knows whether it left"),
	ROLE_WARNING},
    [MESSAGE_HELD] = {"‖", N_("held back"), ROLE_WARNING},
    [MESSAGE_FAILED] = {"✗", N_("not delivered"), ROLE_ERROR},
};

void
inbox_ticks(const struct message *m, struct str *out, enum role *role)
{
	const struct tick *t = &ticks[m->state];

	*role = t->role;
	if (m->inbound || m->is_note)
		return;
	str_add(out, t->sign);
	if (t->word != NULL)
		str_addf(out, " %s", _(t->word));
}

void
inbox_window(int64_t left_us, struct str *out, enum role *role)
{
	int minutes =
	    left_us >= US_PER_DAY ? 24 * 60 : (int)(left_us / US_PER_MINUTE);

	*role = ROLE_MUTED;
	if (left_us == INT64_MAX)
		return;
	if (left_us <= 0) {
		*role = ROLE_DANGER;
		str_add(out, _("window closed"));
	} else if (minutes < 60) {
		*role = ROLE_WARNING;
		str_addf(out, _("window: %d min left"), minutes);
	} else {
		str_addf(out, _("window: %d h %02d min"), minutes / 60,
		    minutes % 60);
	}
}

bool
inbox_same_day(const struct zone *zone, int64_t a_us, int64_t b_us)
{
	struct civil a, b;

	zone_civil(zone, a_us, &a);
	zone_civil(zone, b_us, &b);
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

void
inbox_day(const struct zone *zone, int64_t us, int64_t now_us, struct str *out)
{
	static const char *const weekdays[] = {N_("Monday"), N_("Tuesday"),
	    N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
	    N_("Sunday")};
	struct civil then, now, before;

	zone_civil(zone, us, &then);
	zone_civil(zone, now_us, &now);
	before = now;
	before.day--;
	before.hour = 12;
	if (inbox_same_day(zone, us, now_us)) {
		str_add(out, _("Today"));
	} else if (inbox_same_day(zone, us, zone_instant(zone, &before))) {
		str_add(out, _("Yesterday"));
	} else {
		str_addf(out, "%s %02d/%02d", _(weekdays[then.weekday]),
		    then.day, then.month);
		if (then.year != now.year)
			str_addf(out, "/%d", then.year);
	}
}

void
inbox_clock(const struct zone *zone, int64_t us, struct str *out)
{
	struct civil c;

	zone_civil(zone, us, &c);
	str_addf(out, "%02d:%02d", c.hour, c.minute);
}

void
inbox_size(int64_t bytes, struct str *out)
{
	if (bytes < 1000)
		str_addf(out, _("%d bytes"), (int)bytes);
	else if (bytes < 1000 * 1000)
		str_addf(out, "%d kB", (int)((bytes + 500) / 1000));
	else
		str_addf(out, "%.1f MB", (double)bytes / 1e6);
}

const char *
inbox_kind_word(enum message_kind kind)
{
	static const char *const words[MESSAGE_KIND_COUNT] = {
	    [MESSAGE_TEXT] = N_("text"),
	    [MESSAGE_IMAGE] = N_("image"),
	    [MESSAGE_VIDEO] = N_("video"),
	    [MESSAGE_AUDIO] = N_("audio"),
	    [MESSAGE_DOCUMENT] = N_("document"),
	    [MESSAGE_STICKER] = N_("sticker"),
	    [MESSAGE_LOCATION] = N_("location"),
	    [MESSAGE_CONTACTS] = N_("contact card"),
	    [MESSAGE_INTERACTIVE] = N_("answer"),
	    [MESSAGE_BUTTON] = N_("button"),
	    [MESSAGE_REACTION] = N_("reaction"),
	    [MESSAGE_ORDER] = N_("order"),
	    [MESSAGE_SYSTEM] = N_("notice of the provider"),
	    [MESSAGE_UNSUPPORTED] = N_("something WhatsApp does not hand on"),
	    [MESSAGE_TEMPLATE] = N_("template"),
	    [MESSAGE_OTHER] = N_("message of another kind"),
	};

	return kind > 0 && kind < MESSAGE_KIND_COUNT ? _(words[kind]) : "?";
}

static bool
has_file(enum message_kind kind)
{
	return kind >= MESSAGE_IMAGE && kind <= MESSAGE_STICKER;
}

/* A member of the type's own JSON, or "". */
static void
add_member(const struct message *m, const char *name, struct str *out)
{
	struct json *doc = NULL;
	const char *value;

	if (m->detail == NULL || m->detail[0] == '\0' ||
	    json_parse(m->detail, strlen(m->detail), &json_limits_webhook, &doc,
		NULL) != 0)
		return;
	value = json_string(doc, name);
	if (value == NULL)
		value = json_string(
		    json_get(doc, message_kind_names[m->kind]), name);
	if (value != NULL)
		str_addf(out, " %s", value);
	json_free(&doc);
}

void
inbox_card(const struct message *m, struct str *out)
{
	if (m->kind == MESSAGE_TEXT || m->is_note)
		return;
	str_addf(out, "[%s]", inbox_kind_word(m->kind));
	if (m->kind == MESSAGE_OTHER && m->kind_name[0] != '\0')
		str_addf(out, " %s", m->kind_name);
	if (m->kind == MESSAGE_TEMPLATE)
		add_member(m, "name", out);
	if (!has_file(m->kind))
		return;
	if (m->file_title[0] != '\0')
		str_addf(out, " %s", m->file_title);
	else
		add_member(m, "filename", out);
	if (m->file_size > 0) {
		str_add(out, ", ");
		inbox_size(m->file_size, out);
	} else if (m->inbound && m->file_id == 0) {
		str_addf(out, " (%s)", _("not fetched yet"));
	}
}

void
inbox_author(const struct message *m, const char *contact_name, struct str *out)
{
	switch (m->role) {
	case MESSAGE_BY_USER:
		str_add(out,
		    contact_name[0] != '\0' ? contact_name : _("Customer"));
		return;
	case MESSAGE_BY_ASSISTANT:
		str_add(out, _("Assistant"));
		return;
	case MESSAGE_BY_SYSTEM:
		str_add(out, _("opdesk"));
		return;
	case MESSAGE_BY_APP:
		str_add(out, _("From the phone"));
		return;
	case MESSAGE_BY_OPERATOR:
		break;
	}
	str_add(
	    out, m->operator_name[0] != '\0' ? m->operator_name : _("opdesk"));
}

void
inbox_preview(const struct conversation *c, struct str *out)
{
	const struct tick *t = &ticks[MESSAGE_FAILED];

	if (c->last_outbound_state == MESSAGE_FAILED)
		str_addf(out, "%s %s: ", t->sign, _(t->word));
	if (!c->preview_inbound && c->preview_kind != 0)
		str_add(out, "→ ");
	if (c->preview[0] != '\0')
		str_add(out, c->preview);
	else if (c->preview_kind != 0)
		str_addf(out, "[%s]",
		    inbox_kind_word((enum message_kind)c->preview_kind));
}
