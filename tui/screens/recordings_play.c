/*
 * recordings_play - the recording that is heard; see recordings_int.h.
 *
 * The sound is another process's.  What it says comes by way of the screen's
 * serial number, so that nothing of it finds a screen that was left.
 */
#include "tui/screens/recordings_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/screens/call_int.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define NEAR_US 500000 /* so near a mark it counts as reached */
#define LOUD    32700  /* of 32768: clipped */
#define SMALL_H 16

struct recordings_ear {
	struct ui *ui;
	uint64_t serial;
};

/* ---- the picture ---- */

int
recordings__play_rows(const struct recordings_data *d, int h)
{
	if (!d->is_open)
		return 0;
	if (h < SMALL_H)
		return 2;
	return 4 + (d->facts.channels == 2 ? 2 : 1);
}

static int
column_of(const struct playback_facts *f, int64_t us, int w)
{
	int64_t x = f->duration_us > 0 ? us * w / f->duration_us : 0;

	return x < 0 ? 0 : x >= w ? w - 1 : (int)x;
}

static int
peak_at(const struct playback_facts *f, int channel, int x, int w)
{
	int from = x * PLAYBACK_PEAKS / w, to = (x + 1) * PLAYBACK_PEAKS / w;
	int most = f->peaks[channel][from];

	for (int i = from + 1; i < to && i < PLAYBACK_PEAKS; i++)
		if (f->peaks[channel][i] > most)
			most = f->peaks[channel][i];
	return most;
}

/* Speech is soft: half of the height is the lower eighth. */
static int
height_of(int peak)
{
	static const int least[] = {
	    0, 200, 700, 1600, 3200, 6400, 12000, 21000};
	int level = 7;

	while (level > 0 && peak < least[level])
		level--;
	return level;
}

static void
draw_wave(const struct playback_facts *f, int channel, struct canvas *c, int y)
{
	static const char ascii[] = ".:-=+*#@";
	int played = column_of(f, f->at_us, c->w);

	for (int x = 0; x < c->w; x++) {
		int peak = peak_at(f, channel, x, c->w);
		int level = height_of(peak);
		enum role role = peak >= LOUD ? ROLE_DANGER
		                 : x < played ? ROLE_OK
		                              : ROLE_NORMAL;

		canvas_char(c, x, y, role,
		    canvas_is_ascii(c) ? (uint32_t)ascii[level]
				       : 0x2581 + (uint32_t)level);
	}
}

static void
draw_marks(const struct recordings_data *d, struct canvas *c, int y)
{
	static const struct {
		char letter;
		enum role role;
	} kinds[] = {
	    [RECORDING_MARK] = {'|', ROLE_STRONG},
	    [RECORDING_PAUSE] = {'P', ROLE_WARNING},
	    [RECORDING_CLIPPING] = {'!', ROLE_DANGER},
	    [RECORDING_CONSENT] = {'C', ROLE_MUTED},
	};
	const struct playback_facts *f = &d->facts;

	for (size_t i = 0; i < d->sound.mark_count; i++) {
		const struct recording_mark *m = &d->sound.marks[i];
		int from = column_of(f, m->at_us, c->w);
		int to = m->until_us > m->at_us
		             ? column_of(f, m->until_us, c->w)
		             : from;

		for (int x = from; x <= to; x++)
			canvas_char(c, x, y, kinds[m->kind].role,
			    x == from ? (uint32_t)kinds[m->kind].letter : '-');
	}
	canvas_char(c, column_of(f, f->at_us, c->w), y, ROLE_KEY, '^');
}

static const char *
state_word(const struct recordings_data *d)
{
	const struct playback_facts *f = &d->facts;

	if (d->player == NULL && !f->has_begun)
		return _("not begun");
	if (f->is_over)
		return _("ended");
	if (!f->has_begun)
		return _("begins");
	return f->is_paused ? _("paused") : _("plays");
}

static void
draw_words(const struct recordings_data *d, struct canvas *c, int y)
{
	const struct recording *r = &d->sound.recording;
	const struct playback_facts *f = &d->facts;
	char at[CALL_CLOCK_SIZE], all[CALL_CLOCK_SIZE];
	const char *name =
	    r->contact_name[0] != '\0' ? r->contact_name : r->contact_phone;
	int x;

	call__clock(f->at_us, at);
	call__clock(f->duration_us > 0 ? f->duration_us : r->duration_us, all);
	x = canvas_text(c, 0, y, -1,
	    f->has_begun && !f->is_paused && !f->is_over ? ROLE_RECORDING
							 : ROLE_MUTED,
	    state_word(d));
	x += 1 + canvas_textf(c, x + 1, y, -1, ROLE_STRONG, "%s / %s", at, all);
	if (f->speed != 100)
		x += 2 + canvas_textf(c, x + 2, y, -1, ROLE_INFO, "x%d.%02d",
			     f->speed / 100, f->speed % 100);
	canvas_outside(
	    c, x + 2, y, c->w - x - 2, ROLE_NORMAL, name, strlen(name));
}

void
recordings__draw_play(const struct screen *s, struct canvas *c)
{
	const struct recordings_data *d = s->data;
	const struct playback_facts *f = &d->facts;
	struct canvas inside = canvas_sub(c, 1, 0, c->w - 2, c->h);
	int y = 0;

	if (c->h > 2)
		canvas_hline(c, 0, y++, c->w, ROLE_BORDER);
	draw_words(d, &inside, y++);
	if (canvas_is_plain(c) || f->channels == 0 || inside.w < 1)
		return;
	for (int i = 0; i < f->channels && y < c->h; i++)
		draw_wave(f, i, &inside, y++);
	if (y < c->h)
		draw_marks(d, &inside, y++);
	if (y < c->h)
		canvas_text(&inside, 0, y, -1, ROLE_HINT,
		    _("p pause  h l 5 s  [ ] marks  - + speed  Esc stop"));
}

/* ---- the player ---- */

static void
on_player(struct playback *p, void *data)
{
	const struct recordings_ear *ear = data;
	struct screen *s = ui_find(ear->ui, ear->serial);
	struct recordings_data *d;
	int channels;

	if (s == NULL || s->ops != &scr_recordings)
		return;
	d = s->data;
	channels = d->facts.channels;
	d->facts = *playback_facts(p);
	if (d->facts.is_over) {
		if (d->facts.code != 0)
			ui_toast(s->ui, TOAST_ERROR, "%s", d->facts.text);
		playback_free(&d->player);
	}
	ui_mark(s->ui, s,
	    channels != d->facts.channels ? REACT_LAYOUT | REACT_REDRAW
					  : REACT_REDRAW);
}

void
recordings__stop(struct recordings_data *d)
{
	playback_free(&d->player);
	FREE(&d->ear);
	recording_sound_clear(&d->sound);
	memset(&d->facts, 0, sizeof(d->facts));
	d->is_open = false;
}

static void
begin(struct screen *s)
{
	struct recordings_data *d = s->data;
	struct err err = ERR_INIT;

	d->ear = xcalloc(1, sizeof(*d->ear));
	d->ear->ui = s->ui;
	d->ear->serial = s->serial;
	d->facts.speed = 100;
	if (playback_start(&app_of(s->ui)->loop, NULL, d->sound.fd, "",
		on_player, d->ear, &d->player, &err) != 0) {
		ui_toast_err(s->ui, &err);
		recordings__stop(d);
	}
}

static void
on_sound(struct screen *s, struct recording_sound *sound,
    const struct model_answer *answer)
{
	struct recordings_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	recordings__stop(d);
	d->sound = *sound;
	memset(sound, 0, sizeof(*sound));
	sound->fd = -1;
	d->is_open = true;
	begin(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static unsigned
toggle(struct recordings_data *d)
{
	bool is_paused = !d->facts.is_paused;

	if (d->player == NULL)
		return REACT_BEEP;
	d->facts.is_paused = is_paused;
	playback_pause(d->player, is_paused);
	return REACT_REDRAW;
}

unsigned
recordings__play(struct screen *s)
{
	struct recordings_data *d = s->data;
	const struct recording *r = recordings__row(d);

	if (r == NULL)
		return REACT_BEEP;
	if (d->player != NULL && d->sound.recording.id == r->id)
		return toggle(d);
	model_recording_open(model_of(s), s, r->id, on_sound);
	return REACT_HANDLED;
}

static unsigned
seek(struct recordings_data *d, int64_t at_us)
{
	if (d->player == NULL)
		return REACT_BEEP;
	playback_seek(d->player, at_us);
	d->facts = *playback_facts(d->player);
	return REACT_REDRAW;
}

unsigned
recordings__skip(struct screen *s, int64_t us)
{
	struct recordings_data *d = s->data;

	return seek(d, d->facts.at_us + us);
}

/* To the next mark, or the one before; the beginning and no end. */
static unsigned
to_mark(struct recordings_data *d, int step)
{
	int64_t now = d->facts.at_us, to = step > 0 ? -1 : 0;

	for (size_t i = 0; i < d->sound.mark_count; i++) {
		int64_t at = d->sound.marks[i].at_us;

		if ((step > 0 && at > now + NEAR_US && to < 0) ||
		    (step < 0 && at < now - NEAR_US))
			to = at;
	}
	return to < 0 ? REACT_BEEP : seek(d, to);
}

static unsigned
faster(struct recordings_data *d, int step)
{
	if (d->player == NULL)
		return REACT_BEEP;
	playback_speed(d->player, d->facts.speed + step * PLAYBACK_SPEED_BY);
	d->facts.speed = playback_facts(d->player)->speed;
	return REACT_REDRAW;
}

unsigned
recordings__run_play(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct recordings_data *d = s->data;

	(void)ui;
	switch (cmd->arg) {
	case RECORDINGS_PLAY_PAUSE:
		return toggle(d);
	case RECORDINGS_PLAY_MARK:
		return to_mark(d, 1);
	case RECORDINGS_PLAY_MARK_BEFORE:
		return to_mark(d, -1);
	case RECORDINGS_PLAY_FASTER:
		return faster(d, 1);
	case RECORDINGS_PLAY_SLOWER:
		return faster(d, -1);
	default:
		return recordings__play(s);
	}
}
