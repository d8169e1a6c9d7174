/*
 * rec_control - what the program that started the recorder says and hears.
 *
 * A stream socket: a command a line in, a JSON object a line out.  When the
 * other end is closed, however its process ended, the recording ends.  What
 * cannot be sent waits; a peer that does not read never holds up the writer.
 */
#ifndef TUI_AUDIO_REC_CONTROL_H
#define TUI_AUDIO_REC_CONTROL_H

#include "common/json.h"
#include "common/str.h"
#include <stdbool.h>

#define REC_CONTROL_LINE 256   /* longest command */
#define REC_CONTROL_MAX  65536 /* what waits to be sent; levels go first */

enum rec_word {
	REC_PAUSE,
	REC_RESUME,
	REC_MARK,
	REC_LEVELS, /* value: every so many milliseconds, 0 never */
	REC_STOP,
	REC_SEEK,  /* value: milliseconds from the begin; when playing */
	REC_SPEED, /* value: percent; when playing */
	REC_UNKNOWN,
};

struct rec_command {
	enum rec_word word;
	int64_t value; /* 0 without one */
};

struct rec_control {
	int fd;
	bool is_gone; /* the other end is closed */
	bool is_long; /* in the middle of a line that is too long */
	struct str in, out;
};

/* One line without its end. */
struct rec_command rec_command_parse(const char *line);

void rec_control_init(struct rec_control *c, int fd);
void rec_control_free(struct rec_control *c);
/*
 * Wait at most so long for commands and hand each to fn.  When nothing is
 * left of the peer it returns at once and is_gone is set.
 */
void rec_control_wait(struct rec_control *c, int timeout_ms,
    void (*fn)(const struct rec_command *cmd, void *data), void *data);
/* Begin {"event": name, ...} in out; rec_control_end closes and sends it. */
void rec_control_event(struct json_out *w, struct str *out, const char *name);
void rec_control_end(
    struct rec_control *c, struct json_out *w, struct str *out);
/* Before the end: give the peer so long to take what waits. */
void rec_control_drain(struct rec_control *c, int timeout_ms);

#endif
