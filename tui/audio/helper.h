/*
 * helper - opdesk-recorder beside a loop: started with a file and a socket,
 * heard line by line, and its end told once.
 *
 * What recording and playing have in common; what is said and heard is theirs.
 * The loop's thread only.
 */
#ifndef TUI_AUDIO_HELPER_H
#define TUI_AUDIO_HELPER_H

#include "common/err.h"
#include "common/json.h"
#include "common/str.h"
#include <uv.h>

struct helper;

struct helper_options {
	const char *program;      /* NULL: helper_program */
	const char *const *words; /* after its name, NULL-ended */
	int file;                 /* needed until helper_start returns */
	int log_fd;               /* the same, descriptor 5; -1: none */
	/* A report; doc is borrowed. */
	void (*hear)(const struct json *doc, void *data);
	/* The process is gone, and all that it said was heard. */
	void (*over)(void *data);
	void *data; /* of both, which may free the helper */
};

/* OD_EUNAVAIL when the program cannot be started. */
int helper_start(uv_loop_t *loop, const struct helper_options *o,
    struct helper **out, struct err *err);
/* A line with its end; one that is dead hears nothing. */
void helper_say(struct helper *h, const char *line);
void helper_kill(struct helper *h);
/* No more calls; its end of the socket closes, and it ends by itself. */
void helper_free(struct helper **h);

/* Path of opdesk-recorder: beside the running program. */
void helper_program(struct str *out);

#endif
