/*
 * bench_recorder - what a recording costs, and what is lost of it when its
 * recorder is killed with kill -9.
 *
 * The sound comes from a PulseAudio of its own, by the way that a desktop's
 * takes; each frame of it says in its two channels which one it is, so that
 * what is in a file tells when it was said.  Beside the processor's share: that
 * of parecord, of the same source at the same time.
 *
 * SQLite only: no desk is opened.
 * RECORD_SECONDS: how long the share is taken (10).  RECORDER_ROUNDS: how
 * often it is killed (20).
 */
#include "common/clock.h"
#include "common/loop.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "tests/lib/figures.h"
#include "tests/lib/recorder.h"
#include "tests/lib/sound.h"
#include "tests/lib/tmp.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RATE        16000     /* of the desk's recordings */
#define SHARE       1.0       /* percent of a core, at most */
#define LOST_MS     1000.0    /* at most */
#define FIRST       (1 << 15) /* of the frames' numbers: 0 is silence */
#define MINUTES     5         /* of sound; then it is played anew */
#define LEVELS_MS   250       /* as often as the console wants them */
#define SETTLE_MS   1000
#define FRAME_BYTES 4

struct bench {
	struct sound sound;
	struct tmp tmp;
	uv_loop_t loop;
	int rate;
	pid_t player;
	int64_t played_us; /* when it was started, monotonic */
};

/* What another listener hears, as it comes. */
struct ear {
	pthread_t thread;
	pthread_mutex_t lock;
	pid_t program;
	int fd, rate;
	int64_t begun_us; /* when frame 0 was said; guarded by lock */
};

/* ---- frames that say which they are ---- */

static void
number_frame(int16_t frame[2], int64_t n)
{
	frame[0] = (int16_t)(n & 0x7fff);
	frame[1] = (int16_t)(n >> 15);
}

/* Below FIRST: nothing was being played. */
static int64_t
frame_number(const int16_t frame[2])
{
	return (int64_t)frame[1] << 15 | frame[0];
}

static void
play(struct bench *b)
{
	struct sound_wave w = {.channels = 2,
	    .rate = (unsigned)b->rate,
	    .frames = (size_t)b->rate * 60 * MINUTES};

	sound_stop(b->player);
	w.p = xreallocarray(NULL, w.frames * 2, sizeof(*w.p));
	for (size_t i = 0; i < w.frames; i++)
		number_frame(w.p + 2 * i, FIRST + (int64_t)i);
	sound_write(tmp_path(&b->tmp, "said.wav"), &w);
	sound_free(&w);
	b->player = sound_play(&b->sound, "vmic", b->tmp.path);
	b->played_us = clock_mono_us();
}

static void
begin(struct bench *b, struct recorder *r)
{
	recorder_start(r, &b->loop, "vmic", NULL, b->rate, 2,
	    tmp_path(&b->tmp, "heard.wav"));
	recorder_wait(r, &b->loop, CAPTURE_STARTED, 1);
	capture_levels(r->capture, LEVELS_MS);
}

/* ---- the processor ---- */

static const char *
named(const struct bench *b, const char *what)
{
	static char name[64];

	str_format(name, sizeof(name), "recorder.cpu.%d%s", b->rate, what);
	return name;
}

static void
take_share(struct bench *b)
{
	char rate[24], path[TMP_SIZE];
	const char *argv[] = {"parecord", "--device=vmic.monitor", rate,
	    "--channels=2", "--format=s16le", "--file-format=wav", path, NULL};
	int64_t seconds = figure_setting("RECORD_SECONDS", 10), since;
	double ours_us, peer_us, took_us;
	struct recorder r;
	pid_t peer, own;

	str_format(rate, sizeof(rate), "--rate=%d", b->rate);
	str_copy(path, sizeof(path), tmp_path(&b->tmp, "peer.wav"));
	begin(b, &r);
	own = recorder_child(getpid());
	peer = sound_start(&b->sound, -1, argv);
	recorder_run(&b->loop, SETTLE_MS);
	since = clock_mono_us();
	ours_us = figure_cpu_us(own);
	peer_us = figure_cpu_us(peer);
	recorder_run(&b->loop, (int)seconds * 1000);
	ours_us = figure_cpu_us(own) - ours_us;
	peer_us = figure_cpu_us(peer) - peer_us;
	took_us = (double)(clock_mono_us() - since);
	figure_at_most(named(b, ""), 100 * ours_us / took_us, SHARE, 2, "%");
	figure(named(b, ".parecord"), 100 * peer_us / took_us, 2, "%");
	sound_stop(peer);
	capture_stop(r.capture);
	recorder_wait(&r, &b->loop, CAPTURE_ENDED, 1);
	recorder_free(&r);
}

/* ---- what is lost ---- */

static void
hear(struct ear *e, const int16_t frame[2])
{
	int64_t n = frame_number(frame);
	int64_t begun_us = clock_mono_us() - n * US_PER_SECOND / e->rate;

	if (n < FIRST)
		return;
	/* What came with the least delay says best when it was said. */
	pthread_mutex_lock(&e->lock);
	if (begun_us < e->begun_us)
		e->begun_us = begun_us;
	pthread_mutex_unlock(&e->lock);
}

static void *
listen_on(void *data)
{
	struct ear *e = data;
	char block[4096];
	size_t have = 0;

	for (;;) {
		ssize_t n = read(e->fd, block + have, sizeof(block) - have);
		int16_t last[2];
		size_t whole;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		have += (size_t)n;
		whole = have - have % FRAME_BYTES;
		if (whole == 0)
			continue;
		memcpy(last, block + whole - FRAME_BYTES, FRAME_BYTES);
		hear(e, last);
		have -= whole;
		memmove(block, block + whole, have);
	}
}

static void
ear_open(struct ear *e, const struct bench *b)
{
	char rate[24];
	const char *argv[] = {"parec", "--device=vmic.monitor", rate,
	    "--channels=2", "--format=s16le", "--latency-msec=10", NULL};
	int ends[2];

	*e = (struct ear){.rate = b->rate, .begun_us = INT64_MAX};
	str_format(rate, sizeof(rate), "--rate=%d", b->rate);
	if (pipe(ends) != 0)
		abort();
	e->program = sound_start(&b->sound, ends[1], argv);
	close(ends[1]);
	e->fd = ends[0];
	pthread_mutex_init(&e->lock, NULL);
	pthread_create(&e->thread, NULL, listen_on, e);
}

static void
ear_close(struct ear *e)
{
	sound_stop(e->program);
	pthread_join(e->thread, NULL);
	pthread_mutex_destroy(&e->lock);
	close(e->fd);
}

/* A new one from now on: a player that stumbled is later for good. */
static int64_t
ear_take(struct ear *e)
{
	int64_t begun_us;

	pthread_mutex_lock(&e->lock);
	begun_us = e->begun_us;
	e->begun_us = INT64_MAX;
	pthread_mutex_unlock(&e->lock);
	return begun_us;
}

/* The number of the last frame; -1: the player stumbled in the last second. */
static int64_t
last_frame(const char *path)
{
	int64_t last = -1;
	struct sound_wave w;

	sound_read(path, &w);
	if (w.frames > w.rate) {
		const int16_t *p = w.p + 2 * (w.frames - w.rate);

		last = frame_number(p);
		for (size_t i = 0; last >= FIRST && i < w.rate; i++)
			if (frame_number(p + 2 * i) != last + (int64_t)i)
				last = -1;
		last = last < FIRST ? -1 : last + w.rate - 1;
	}
	sound_free(&w);
	return last;
}

struct lost {
	struct samples file_ms, head_ms;
	int stumbled;
};

static void
kill_one(struct bench *b, struct ear *e, struct lost *l)
{
	int64_t begun_us, killed_us, last;
	struct wav_info told, right;
	struct recorder r;
	double said;

	begin(b, &r);
	(void)ear_take(e);
	recorder_run(&b->loop, 2 * SETTLE_MS + rand() % 1000);
	killed_us = clock_mono_us();
	kill(recorder_child(getpid()), SIGKILL);
	recorder_wait(&r, &b->loop, CAPTURE_ENDED, 1);
	begun_us = ear_take(e);
	if (wav_read(r.file, &told, NULL) != 0 ||
	    wav_repair(r.file, (uint32_t)b->rate, 2, &right, NULL) != 0)
		abort();
	last = last_frame(r.path);
	recorder_free(&r);
	if (last < 0 || begun_us == INT64_MAX) {
		l->stumbled++;
		return;
	}
	said = (double)(killed_us - begun_us) / 1e3;
	samples_add(&l->file_ms, said - (double)last * 1e3 / b->rate);
	samples_add(&l->head_ms, (double)(right.data_bytes - told.data_bytes) *
				     1e3 / (FRAME_BYTES * b->rate));
}

static void
take_lost(struct bench *b)
{
	int64_t rounds = figure_setting("RECORDER_ROUNDS", 20);
	struct lost l = {.stumbled = 0};
	struct ear e;

	ear_open(&e, b);
	for (int64_t i = 0; i < rounds; i++) {
		if (clock_mono_us() - b->played_us >
		    (MINUTES - 1) * US_PER_MINUTE)
			play(b);
		kill_one(b, &e, &l);
	}
	ear_close(&e);
	figure("recorder.kills", (double)l.file_ms.count, 0, "");
	figure_at_most(
	    "recorder.lost.p50", samples_at(&l.file_ms, 0.5), LOST_MS, 0, "ms");
	figure_at_most("recorder.lost.p99", samples_at(&l.file_ms, 0.99),
	    LOST_MS, 0, "ms");
	figure_at_most(
	    "recorder.lost.max", samples_at(&l.file_ms, 1), LOST_MS, 0, "ms");
	/* Who reads the file before it is put right believes its head. */
	figure_at_most("recorder.head_behind.max", samples_at(&l.head_ms, 1),
	    LOST_MS, 0, "ms");
	if (l.stumbled > 0)
		figure("recorder.stumbled", l.stumbled, 0, "");
	samples_free(&l.file_ms);
	samples_free(&l.head_ms);
}

int
main(void)
{
	static const int rates[] = {RATE, 48000};
	struct bench b = {.rate = 0};

	loop_global_init();
	tmp_make(&b.tmp);
	uv_loop_init(&b.loop);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		b.rate = rates[i];
		if (!sound_open(&b.sound, 1, b.rate))
			break;
		play(&b);
		take_share(&b);
		if (b.rate == RATE)
			take_lost(&b);
		sound_stop(b.player);
		b.player = 0;
		sound_close(&b.sound);
	}
	tmp_remove(&b.tmp);
	return loop_finish(&b.loop);
}
