/*
 * recorder - a capture of tui/audio with what it said, for tests; and what a
 * console says of its own.
 */
#ifndef TESTS_LIB_RECORDER_H
#define TESTS_LIB_RECORDER_H

#include "tests/lib/pty.h"
#include "tui/audio/capture.h"

struct recorder {
	struct capture *capture;
	struct capture_facts facts;       /* when it is over */
	int64_t at_us[CAPTURE_ENDED + 1]; /* of the last event of a kind */
	int count[CAPTURE_ENDED + 1];     /* events of a kind */
	int file;                         /* ours, -1 when closed */
	char path[160];
};

/* Start one that records into path; device as of capture_options. */
void recorder_start(struct recorder *r, uv_loop_t *loop, const char *device,
    const char *second, int rate, int channels, const char *path);
/* Run the loop until so many events of a kind came, or it is over. */
void recorder_wait(
    struct recorder *r, uv_loop_t *loop, enum capture_kind kind, int count);
/* Run the loop for so long. */
void recorder_run(uv_loop_t *loop, int ms);
void recorder_free(struct recorder *r);
/* The child of a process that is opdesk-recorder; 0: there is none. */
pid_t recorder_child(pid_t parent);
/* Seconds that the lamp of a console says are recorded; 0: it is off. */
int recorder_lamp(struct pty *p);
/* Until it says so many, or more; false: it does not. */
bool recorder_lamp_wait(struct pty *p, int seconds);

#endif
