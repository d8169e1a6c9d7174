/* recordings_rows - rows and figures of recordings; see recordings_int.h. */
#include "tui/screens/recordings_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *word;
	enum role role;
} states[RECORDING_STATE_COUNT] = {
    [RECORDING_RUNNING] = {N_("recording now"), ROLE_RECORDING},
    [RECORDING_FINISHING] = {N_("being kept"), ROLE_INFO},
    [RECORDING_READY] = {N_("complete"), ROLE_NORMAL},
    [RECORDING_RECOVERED] = {N_("cut off"), ROLE_WARNING},
    [RECORDING_FAILED] = {N_("no sound"), ROLE_ERROR},
    [RECORDING_MISSING] = {N_("file gone"), ROLE_ERROR},
};

void
recordings__size(int64_t bytes, char out[16])
{
	if (bytes < 1 << 20)
		str_format(out, 16, "%d KB", (int)((bytes + 1023) >> 10));
	else if (bytes < INT64_C(10) << 20)
		str_format(out, 16, "%d.%d MB", (int)(bytes >> 20),
		    (int)((bytes & ((1 << 20) - 1)) * 10 >> 20));
	else
		str_format(out, 16, "%lld MB", (long long)(bytes >> 20));
}

static const char *
whose(const struct recording *r)
{
	return r->contact_name[0] != '\0' ? r->contact_name : r->contact_phone;
}

static void
state_cell(const struct recording *r, struct w_cell *out)
{
	if (r->held) {
		out->text = _("kept by law");
		out->role = ROLE_WARNING;
	} else if (r->silent && r->state == RECORDING_READY) {
		out->text = _("no voice");
		out->role = ROLE_WARNING;
	} else {
		out->text = _(states[r->state].word);
		out->role = states[r->state].role;
	}
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct recordings_data *d = data;
	const struct recording *r = &d->list.rows[index];

	out->trusted = true;
	out->text = out->buf;
	switch (column) {
	case 0:
		str_copy(out->buf, sizeof(out->buf), d->times[index]);
		out->role = ROLE_MUTED;
		break;
	case 1:
		call__clock(r->duration_us, out->buf);
		break;
	case 2:
		out->text = whose(r);
		out->trusted = false;
		out->role = ROLE_STRONG;
		break;
	case 3:
		out->text = r->operator_name[0] != '\0' ? r->operator_name
		                                        : r->operator_login;
		out->trusted = false;
		break;
	case 4:
		state_cell(r, out);
		break;
	case 5:
		recordings__size(r->bytes, out->buf);
		break;
	default:
		str_format(out->buf, sizeof(out->buf), "%.8s", r->name);
		out->role = ROLE_MUTED;
		break;
	}
}

static const struct w_column columns[] = {
    {N_("Begun"), 12, 0, 0, ALIGN_LEFT},
    {N_("Length"), 8, 0, 0, ALIGN_RIGHT},
    {N_("Contact"), 14, 3, 0, ALIGN_LEFT},
    {N_("Operator"), 12, 2, 2, ALIGN_LEFT},
    {N_("State"), 12, 0, 1, ALIGN_LEFT},
    {N_("Size"), 8, 0, 3, ALIGN_RIGHT},
    {N_("Name"), 8, 0, 4, ALIGN_LEFT},
};

static const struct w_list_ops ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("No recordings here; Tab goes to the next view"),
};

void
recordings__list_init(struct recordings_data *d)
{
	w_list_init(&d->rows, &ops, d);
}

void
recordings__list_set(const struct app *app, struct recordings_data *d)
{
	size_t n = d->list.count;
	int64_t *ids = xcalloc(n + 1, sizeof(*ids));

	FREE(&d->times);
	d->times = xcalloc(n + 1, sizeof(*d->times));
	for (size_t i = 0; i < n; i++) {
		ids[i] = d->list.rows[i].id;
		app_time(app, d->times[i], sizeof(d->times[i]),
		    d->list.rows[i].started_us);
	}
	w_list_set(&d->rows, ids, n, false, false);
	free(ids);
}

const struct recording *
recordings__row(const struct recordings_data *d)
{
	size_t at;

	return d->known && w_list_index(&d->rows, &at) ? &d->list.rows[at]
	                                               : NULL;
}

void
recordings__figures(const struct recordings_data *d, struct str *out)
{
	const struct recording_stats *t = &d->list.stats;
	char clock[CALL_CLOCK_SIZE], size[16];

	call__clock(t->duration_us, clock);
	recordings__size(t->bytes, size);
	str_addf(out, "%lld  %s  %s", (long long)t->count, clock, size);
	if (t->silent > 0)
		str_addf(out, _("  %lld silent"), (long long)t->silent);
	if (t->recovered > 0)
		str_addf(out, _("  %lld recovered"), (long long)t->recovered);
	if (t->missing > 0)
		str_addf(out, _("  %lld missing"), (long long)t->missing);
}

static const char *
consent_word(enum call_consent consent)
{
	switch (consent) {
	case CONSENT_YES:
		return _("consent: yes");
	case CONSENT_ANNOUNCED:
		return _("consent: announced");
	case CONSENT_REFUSED:
		return _("consent: refused");
	case CONSENT_NOT_ASKED:
	case CONSENT_COUNT:
		break;
	}
	return _("consent: not asked");
}

static void
add_facts(const struct recording *r, struct str *out)
{
	if (r->contact_phone[0] != '\0' && r->contact_name[0] != '\0')
		str_addf(out, "%s  ", r->contact_phone);
	str_addf(out, "%s  %lld Hz  %s  %s", recording_format_names[r->format],
	    (long long)r->rate, r->channels == 2 ? _("stereo") : _("mono"),
	    consent_word(r->consent));
	if (r->device[0] != '\0')
		str_addf(out, "  %s", r->device);
}

void
recordings__draw_foot(const struct recording *r, struct canvas *c)
{
	struct str line = STR_INIT;

	add_facts(r, &line);
	canvas_outside(c, 1, 0, c->w - 1, ROLE_MUTED, line.s, line.len);
	str_free(&line);
}

static void
add_mark(const struct recording_mark *m, struct str *out)
{
	static const char *const words[] = {
	    [RECORDING_MARK] = N_("mark"),
	    [RECORDING_PAUSE] = N_("pause for card data"),
	    [RECORDING_CLIPPING] = N_("too loud"),
	    [RECORDING_CONSENT] = N_("consent"),
	};
	char from[CALL_CLOCK_SIZE], to[CALL_CLOCK_SIZE];

	call__clock(m->at_us, from);
	str_addf(out, "%8s", from);
	if (m->until_us > m->at_us) {
		call__clock(m->until_us, to);
		str_addf(out, " - %s", to);
	}
	str_addf(out, "  %s  %s\n", _(words[m->kind]), m->text);
}

void
recordings__page(struct screen *s, const struct recording *r)
{
	const struct recordings_data *d = s->data;
	struct str text = STR_INIT;

	str_addf(&text, "%s\n%s\n\n", r->name, whose(r));
	add_facts(r, &text);
	str_addf(&text, "\n\nSHA-256 %s\n", r->sha256);
	str_addf(&text, _("Link    %s\nBefore  %s\n"), r->hash,
	    r->previous_hash[0] != '\0' ? r->previous_hash : "--");
	if (r->reason[0] != '\0')
		str_addf(&text, "%s\n", r->reason);
	if (d->is_open && d->sound.recording.id == r->id &&
	    d->sound.mark_count > 0) {
		str_addf(&text, "\n%s\n", _("Marks"));
		for (size_t i = 0; i < d->sound.mark_count; i++)
			add_mark(&d->sound.marks[i], &text);
	}
	pager_push(s->ui, _("Recording"), text.s, text.len);
	str_free(&text);
}
