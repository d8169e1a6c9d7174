/*
 * sound - a PulseAudio of the test's own: no card, no system service.
 *
 * Its null sinks are virtual cables: what is played into "vmic" is heard by the
 * recorder's device "vmic".  A stream of silence is kept on each, as without
 * one a null sink works in blocks of two seconds.
 */
#ifndef TESTS_LIB_SOUND_H
#define TESTS_LIB_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sound {
	char dir[128];
	pid_t server, keep[2];
	int sinks, rate;
};

/*
 * Start it with so many sinks of two channels ("vmic", "vmic2") at rate, and
 * set this process's environment so that recorders and players find it.
 * False when PulseAudio is not installed, which a test says and skips.
 */
bool sound_open(struct sound *s, int sinks, int rate);
/* kill -9 of the server, in the middle. */
void sound_kill_server(struct sound *s);
/* Then: it is there again. */
void sound_start_server(struct sound *s);
void sound_close(struct sound *s);
/* Play a file into a sink and return the player's pid; -1: not started. */
pid_t sound_play(struct sound *s, const char *sink, const char *path);
/*
 * Start a program of the server's, which writes to descriptor out, or to the
 * log (-1); its pid.  And kill one.
 */
pid_t sound_start(const struct sound *s, int out, const char *const *argv);
void sound_stop(pid_t pid);
/* Let espeak-ng say it into a WAV file (22,050 Hz, mono). */
void sound_say(const char *voice, const char *text, const char *path);
/* Run a program to its end; its exit status. */
int sound_run(const char *const *argv);

/* ---- signals ---- */

struct sound_wave {
	int16_t *p; /* owned; interleaved */
	size_t frames;
	unsigned channels, rate;
};
/* PCM 16 only; a file that is none fails the test. */
void sound_read(const char *path, struct sound_wave *out);
void sound_write(const char *path, const struct sound_wave *w);
void sound_free(struct sound_wave *w);
/* At another rate, by windowed sinc, beginning phase (0..1) of a frame late. */
void sound_resample(const struct sound_wave *in, unsigned rate, double phase,
    struct sound_wave *out);
/*
 * Where a (one channel of it) begins in b's channel: the lag in frames with
 * the greatest correlation over the loudest part of a; -1: nowhere.
 */
long sound_find(const struct sound_wave *a, unsigned a_channel,
    const struct sound_wave *b, unsigned b_channel);
/* Of a's frames [from, from+n) with b's that are lag later. */
double sound_correlation(const struct sound_wave *a, unsigned a_channel,
    const struct sound_wave *b, unsigned b_channel, long lag, size_t from,
    size_t n);

#endif
