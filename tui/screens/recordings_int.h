/*
 * recordings_int - what the files of the screen of recordings share.
 *
 *	scr_recordings.c   the screen: views, answers, movement
 *	recordings_rows.c  a recording's row, and the figures of all
 *	recordings_play.c  the one that is heard: its picture and its keys
 *	recordings_do.c    taken away, deleted, had back, verified
 */
#ifndef TUI_SCREENS_RECORDINGS_INT_H
#define TUI_SCREENS_RECORDINGS_INT_H

#include "tui/audio/playback.h"
#include "tui/model/model_recordings.h"
#include "tui/app.h"
#include "tui/widgets/w_list.h"

enum recordings_play {
	RECORDINGS_PLAY,
	RECORDINGS_PLAY_PAUSE,
	RECORDINGS_PLAY_MARK,
	RECORDINGS_PLAY_MARK_BEFORE,
	RECORDINGS_PLAY_FASTER,
	RECORDINGS_PLAY_SLOWER,
};

struct recordings_data {
	struct recordings list;
	bool known;
	uint64_t asked; /* turn of the newest question */
	enum recordings_view view;
	struct w_list rows;
	char (*times)[32]; /* owned; when each was begun, in the zone */
	/* The one that is heard, or was. */
	bool is_open; /* its picture is shown */
	struct recording_sound sound;
	struct playback_facts facts;
	struct playback *player;    /* owned; NULL: nothing is heard */
	struct recordings_ear *ear; /* owned; the player's way to the screen */
	struct recording_action wish; /* while a dialog is open about it */
};

static inline struct recordings_data *
recordings_of(const struct screen *s)
{
	return s->data;
}

/* ---- recordings_rows.c ---- */

void recordings__list_init(struct recordings_data *d);
void recordings__list_set(const struct app *app, struct recordings_data *d);
/* The row under the cursor; NULL: none. */
const struct recording *recordings__row(const struct recordings_data *d);
/* "37, 2:10:33, 120 MB" of what is listed. */
void recordings__figures(const struct recordings_data *d, struct str *out);
/* One row of what the list has no column for. */
void recordings__draw_foot(const struct recording *r, struct canvas *c);
/* "12 KB", "1.2 MB". */
void recordings__size(int64_t bytes, char out[16]);
/* All that is known of one, as a page. */
void recordings__page(struct screen *s, const struct recording *r);

/* ---- recordings_play.c ---- */

/* Rows that the picture takes in a screen of h; 0: nothing is heard. */
int recordings__play_rows(const struct recordings_data *d, int h);
void recordings__draw_play(const struct screen *s, struct canvas *c);
/* Begin with the row under the cursor; pause or go on if it is that one. */
unsigned recordings__play(struct screen *s);
/* By microseconds, from where it is. */
unsigned recordings__skip(struct screen *s, int64_t us);
/* Silence; the picture goes, too. */
void recordings__stop(struct recordings_data *d);
unsigned recordings__run_play(
    struct ui *ui, struct screen *s, const struct command *cmd);

/* ---- recordings_do.c ---- */

unsigned recordings__run_do(
    struct ui *ui, struct screen *s, const struct command *cmd);
unsigned recordings__run_verify(
    struct ui *ui, struct screen *s, const struct command *cmd);

#endif
