/*
 * Speech through the real recorder: spoken by espeak-ng, played into a virtual
 * cable of a PulseAudio of its own, recorded by opdesk-recorder, compared.
 *
 * SQLite only: no desk is opened.
 * RECORD_SECONDS: how long is spoken (default 20).
 */
#include "common/clock.h"
#include "common/loop.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "tests/lib/recorder.h"
#include "tests/lib/sound.h"
#include "tests/lib/stage.h"
#include "tests/lib/tmp.h"
#include "tui/audio/playback.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define CABLE_RATE 16000
#define LEAST      0.99
#define LOUD       200 /* mean of samples that are speech, not a pause of it */

struct fixture {
	struct sound sound;
	struct tmp tmp;
	uv_loop_t loop;
	bool has_sound;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	loop_global_init();
	tmp_make(&f->tmp);
	uv_loop_init(&f->loop);
	f->has_sound = sound_open(&f->sound, 2, CABLE_RATE);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	int rc = loop_finish(&f->loop);

	sound_close(&f->sound);
	tmp_remove(&f->tmp);
	free(f);
	return rc;
}

static const char operator_says[] =
    "Buenos días, le atiende Marta del servicio técnico. Veo que su conexión "
    "se corta varias veces al día y que ya reiniciaron el equipo. Vamos a "
    "mirar juntos las luces del aparato y después medimos la velocidad. ";
static const char customer_says[] =
    "Hola, sí, se corta todas las tardes cuando mis hijos llegan del colegio. "
    "La luz de abajo parpadea en rojo y el teléfono tampoco tiene tono. Ya "
    "cambié el cable y no sirvió de nada, así que por favor dígame qué hago. ";

/*
 * A second of silence, in which a player may stumble as it begins, then said
 * again and again until the frames of to's channel are full.
 */
static void
fill(struct fixture *f, struct sound_wave *to, unsigned channel,
    const char *voice, const char *text)
{
	struct sound_wave said, at_rate;

	sound_say(voice, text, tmp_path(&f->tmp, "said.wav"));
	sound_read(tmp_path(&f->tmp, "said.wav"), &said);
	sound_resample(&said, to->rate, 0, &at_rate);
	for (size_t i = to->rate; i < to->frames; i++)
		to->p[i * to->channels + channel] =
		    at_rate.p[(i - to->rate) % at_rate.frames];
	sound_free(&said);
	sound_free(&at_rate);
}

static void
speak(struct fixture *f, struct sound_wave *w, unsigned channels, int seconds)
{
	w->channels = channels;
	w->rate = CABLE_RATE;
	w->frames = (size_t)seconds * CABLE_RATE;
	w->p = xcalloc(w->frames * channels, sizeof(*w->p));
	fill(f, w, 0, "es", operator_says);
	if (channels == 2)
		fill(f, w, 1, "es+f3", customer_says);
}

static bool
is_loud(const struct sound_wave *w, unsigned channel, size_t from, size_t n)
{
	int64_t sum = 0;

	for (size_t i = from; i < from + n; i++)
		sum += abs((int)w->p[i * w->channels + channel]);
	return sum > (int64_t)n * LOUD;
}

/* The whole, and each half second where somebody speaks: no gap, no shift. */
static void
compare(const struct sound_wave *said, unsigned said_channel,
    const struct sound_wave *heard, unsigned heard_channel)
{
	long lag = sound_find(said, said_channel, heard, heard_channel);
	size_t half = said->rate / 2;
	double whole = sound_correlation(
	    said, said_channel, heard, heard_channel, lag, 0, said->frames);

	print_message("channel %u of %u: lag %ld, correlation %.5f\n",
	    heard_channel, heard->channels, lag, whole);
	assert_true(lag > -1000000);
	assert_true(whole >= LEAST);
	for (size_t from = 0; from + half <= said->frames; from += half) {
		double r = sound_correlation(
		    said, said_channel, heard, heard_channel, lag, from, half);

		if (!is_loud(said, said_channel, from, half) || r >= LEAST)
			continue;
		fail_msg("channel %u differs %.1f s after its begin: %.4f",
		    heard_channel, (double)from / said->rate, r);
	}
}

/* One channel of two, as a device that is asked for one gives it. */
static void
fold(const struct sound_wave *two, struct sound_wave *one)
{
	*one = (struct sound_wave){.channels = 1,
	    .rate = two->rate,
	    .frames = two->frames,
	    .p = xcalloc(two->frames, sizeof(*two->p))};
	for (size_t i = 0; i < two->frames; i++)
		one->p[i] = (int16_t)((two->p[2 * i] + two->p[2 * i + 1]) / 2);
}

/* At another rate the first frame lies somewhere between two of ours. */
static void
compare_at_rate(const struct sound_wave *all, const struct sound_wave *heard)
{
	struct sound_wave begin = *all, *said = &begin;
	double best = 0;

	if (begin.frames > begin.rate * 6)
		begin.frames = begin.rate * 6;
	for (int i = 0; i < 4; i++) {
		struct sound_wave at_rate;
		double r;
		long lag;

		sound_resample(said, heard->rate, i / 4.0, &at_rate);
		lag = sound_find(&at_rate, 0, heard, 0);
		r = sound_correlation(
		    &at_rate, 0, heard, 0, lag, 0, at_rate.frames);
		if (r > best)
			best = r;
		sound_free(&at_rate);
		if (best >= LEAST)
			break;
	}
	print_message("%u Hz: correlation %.5f\n", heard->rate, best);
	assert_true(best >= LEAST);
}

static int
seconds(void)
{
	const char *s = getenv("RECORD_SECONDS");

	return s != NULL ? atoi(s) : 20;
}

static void
stop(struct recorder *r, struct fixture *f)
{
	capture_stop(r->capture);
	recorder_wait(r, &f->loop, CAPTURE_ENDED, 1);
	assert_string_equal(r->facts.text, "");
	assert_string_equal(r->facts.reason, "stop");
	assert_int_equal(r->facts.lost_frames, 0);
}

static void
check(struct recorder *r, const struct sound_wave *said, unsigned channels)
{
	struct sound_wave heard;

	sound_read(r->path, &heard);
	assert_int_equal(heard.channels, channels);
	if (heard.rate != said->rate)
		compare_at_rate(said, &heard);
	else
		for (unsigned c = 0; c < channels; c++)
			compare(said, c, &heard, c);
	sound_free(&heard);
	recorder_free(r);
}

static void
recorder__hears_what_is_said__on_both_channels(void **state)
{
	struct fixture *f = *state;
	struct recorder stereo, two, mono;
	struct sound_wave said, other, one;
	pid_t players[2];

	if (!f->has_sound)
		skip();
	speak(f, &said, 2, seconds());
	speak(f, &other, 1, seconds());
	sound_write(tmp_path(&f->tmp, "stereo.wav"), &said);
	sound_write(tmp_path(&f->tmp, "other.wav"), &other);
	recorder_start(&stereo, &f->loop, "vmic", NULL, CABLE_RATE, 2,
	    tmp_path(&f->tmp, "a.wav"));
	recorder_start(&two, &f->loop, "vmic", "vmic2", CABLE_RATE, 2,
	    tmp_path(&f->tmp, "b.wav"));
	recorder_start(&mono, &f->loop, "vmic", NULL, 48000, 1,
	    tmp_path(&f->tmp, "c.wav"));
	recorder_wait(&stereo, &f->loop, CAPTURE_STARTED, 1);
	recorder_wait(&two, &f->loop, CAPTURE_STARTED, 1);
	recorder_wait(&mono, &f->loop, CAPTURE_STARTED, 1);
	players[0] =
	    sound_play(&f->sound, "vmic", tmp_path(&f->tmp, "stereo.wav"));
	players[1] =
	    sound_play(&f->sound, "vmic2", tmp_path(&f->tmp, "other.wav"));
	recorder_run(&f->loop, seconds() * 1000);
	for (int i = 0; i < 2; i++)
		waitpid(players[i], NULL, 0);
	recorder_run(&f->loop, 2000);
	stop(&stereo, f);
	stop(&two, f);
	stop(&mono, f);
	assert_true(stereo.count[CAPTURE_LEVELS] > 5);
	check(&stereo, &said, 2);
	fold(&said, &one);
	check(&mono, &one, 1);
	/* Each device has its own lag. */
	{
		struct sound_wave heard;

		sound_read(two.path, &heard);
		compare(&one, 0, &heard, 0);
		compare(&other, 0, &heard, 1);
		sound_free(&heard);
		recorder_free(&two);
	}
	sound_free(&one);
	sound_free(&said);
	sound_free(&other);
}

#define PLAY_SECONDS 6

struct heard {
	struct playback_facts facts;
	int64_t highest_us; /* before it was told to jump */
	bool has_jumped;
};

static void
on_playback(struct playback *p, void *data)
{
	struct heard *h = data;

	h->facts = *playback_facts(p);
	if (!h->has_jumped && h->facts.at_us > h->highest_us)
		h->highest_us = h->facts.at_us;
}

static struct playback *
play(struct fixture *f, const char *path, struct heard *h)
{
	struct playback *p = NULL;
	struct err err = ERR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	memset(h, 0, sizeof(*h));
	rc = playback_start(&f->loop, stage_program("opdesk-recorder"), fd, "",
	    on_playback, h, &p, &err);
	assert_int_equal(rc, 0);
	close(fd);
	return p;
}

static void
wait_over(struct fixture *f, const struct heard *h)
{
	for (int i = 0; i < 600 && !h->facts.is_over; i++)
		recorder_run(&f->loop, 100);
	assert_true(h->facts.is_over);
	assert_string_equal(h->facts.text, "");
	assert_int_equal(h->facts.code, 0);
}

/* Played into the cable, and recorded from its other end. */
static void
player__is_heard__as_it_was_recorded(void **state)
{
	struct fixture *f = *state;
	struct sound_wave said, heard;
	struct recorder r;
	struct playback *p;
	struct heard h;
	int most = 0;

	if (!f->has_sound)
		skip();
	speak(f, &said, 1, PLAY_SECONDS);
	sound_write(tmp_path(&f->tmp, "played.wav"), &said);
	recorder_start(&r, &f->loop, "vmic", NULL, CABLE_RATE, 1,
	    tmp_path(&f->tmp, "ear.wav"));
	recorder_wait(&r, &f->loop, CAPTURE_STARTED, 1);
	p = play(f, tmp_path(&f->tmp, "played.wav"), &h);
	wait_over(f, &h);
	playback_free(&p);
	recorder_run(&f->loop, 1000);
	stop(&r, f);
	sound_read(r.path, &heard);
	compare(&said, 0, &heard, 0);
	assert_int_equal(h.facts.channels, 1);
	assert_int_equal(h.facts.duration_us, PLAY_SECONDS * 1000000);
	for (int i = 0; i < PLAYBACK_PEAKS; i++)
		if (h.facts.peaks[0][i] > most)
			most = h.facts.peaks[0][i];
	assert_true(most > 1000);
	sound_free(&heard);
	sound_free(&said);
	recorder_free(&r);
}

/* Over what is between: nobody hears it, and the end comes all the same. */
static void
player__jumps_and_waits__as_it_is_told(void **state)
{
	struct fixture *f = *state;
	struct sound_wave said;
	struct playback *p;
	struct heard h;
	int64_t at_us;

	if (!f->has_sound)
		skip();
	speak(f, &said, 1, 60);
	sound_write(tmp_path(&f->tmp, "long.wav"), &said);
	p = play(f, tmp_path(&f->tmp, "long.wav"), &h);
	for (int i = 0; i < 600 && h.facts.at_us == 0; i++)
		recorder_run(&f->loop, 50);
	playback_pause(p, true);
	/* As soon as the player has heard it; else it plays to the end. */
	do {
		at_us = h.facts.at_us;
		recorder_run(&f->loop, 600);
	} while (h.facts.at_us != at_us && !h.facts.is_over);
	assert_false(h.facts.is_over);
	h.has_jumped = true;
	playback_speed(p, 500);
	assert_int_equal(playback_facts(p)->speed, PLAYBACK_FASTEST);
	playback_seek(p, 58 * US_PER_SECOND);
	playback_pause(p, false);
	wait_over(f, &h);
	assert_true(h.highest_us < 30 * US_PER_SECOND);
	assert_true(h.facts.at_us >= 59 * US_PER_SECOND);
	playback_free(&p);
	/* One that is left in the middle takes its player with it. */
	p = play(f, tmp_path(&f->tmp, "long.wav"), &h);
	for (int i = 0; i < 600 && h.facts.at_us == 0; i++)
		recorder_run(&f->loop, 50);
	assert_false(h.facts.is_over);
	playback_free(&p);
	sound_free(&said);
}

static void
recorder__keeps_what_it_has__when_the_device_goes(void **state)
{
	struct fixture *f = *state;
	struct recorder r;
	struct wav_info info;

	if (!f->has_sound)
		skip();
	recorder_start(&r, &f->loop, "vmic", NULL, 44100, 2,
	    tmp_path(&f->tmp, "gone.wav"));
	recorder_wait(&r, &f->loop, CAPTURE_LEVELS, 5);
	sound_kill_server(&f->sound);
	recorder_wait(&r, &f->loop, CAPTURE_ENDED, 1);
	assert_string_equal(r.facts.reason, "device");
	assert_int_equal(r.facts.code, OD_EUNAVAIL);
	assert_non_null(strstr(r.facts.text, "vmic"));
	assert_int_equal(wav_read(r.file, &info, NULL), 0);
	assert_true(info.is_right);
	assert_int_equal(info.rate, 44100);
	assert_true(info.duration_us > 0);
	recorder_free(&r);
}

/* No server, no card; then a sound system that has nothing at all. */
static void
recorder__says_why__when_there_is_no_device(void **state)
{
	struct fixture *f = *state;
	struct recorder r;
	FILE *conf;

	sound_kill_server(&f->sound);
	recorder_start(&r, &f->loop, "vmic", NULL, 16000, 1,
	    tmp_path(&f->tmp, "none.wav"));
	recorder_wait(&r, &f->loop, CAPTURE_ENDED, 1);
	assert_true(
	    r.facts.code == OD_EUNAVAIL || r.facts.code == OD_ENOTFOUND);
	assert_true(r.facts.text[0] != '\0');
	recorder_free(&r);

	conf = fopen(tmp_path(&f->tmp, "empty.conf"), "w");
	assert_non_null(conf);
	fclose(conf);
	setenv("ALSA_CONFIG_PATH", tmp_path(&f->tmp, "empty.conf"), 1);
	recorder_start(
	    &r, &f->loop, "", NULL, 16000, 1, tmp_path(&f->tmp, "none.wav"));
	recorder_wait(&r, &f->loop, CAPTURE_ENDED, 1);
	assert_true(r.facts.code != 0);
	assert_true(r.facts.text[0] != '\0');
	recorder_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorder__hears_what_is_said__on_both_channels),
	    cmocka_unit_test(player__is_heard__as_it_was_recorded),
	    cmocka_unit_test(player__jumps_and_waits__as_it_is_told),
	    cmocka_unit_test(recorder__keeps_what_it_has__when_the_device_goes),
	    cmocka_unit_test(recorder__says_why__when_there_is_no_device),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
