/*
 * stage - the real programs on a desk of their own, for whole-program tests.
 *
 * A temporary directory with configuration, secrets and desk; the daemon and
 * the rehearsal provider on loopback ports that are this stage's while it is
 * open, also between two runs of a program.  Nothing here sleeps.
 */
#ifndef TESTS_LIB_STAGE_H
#define TESTS_LIB_STAGE_H

#include "common/str.h"
#include "tests/lib/engine.h"
#include "tests/lib/pty.h"
#include <stdbool.h>
#include <sys/types.h>

#define STAGE_NUMBER_ID "106540352242922"
#define STAGE_SECRET    "0123456789abcdef0123456789abcdef"

struct stage {
	char dir[128], conf[160];   /* paths */
	char desk[ENGINE_URI_SIZE]; /* a path, or on a server */
	char files[320];            /* of the desk, "" beside it */
	int daemon_port, provider_port;
	int held[2];            /* private: sockets that keep those ports */
	pid_t daemon, provider; /* 0: not running */
	int ballast_mib;        /* of stage_conf; 0: none */
	int token_rate;         /* the same; 0: any */
	bool is_kept;           /* its directory stays */
	/*
	 * Its programs run in this network namespace, as on a host of that
	 * name; NULL: in ours.
	 */
	const char *host;
	int netns;
	/* More of its daemon's environment: "NAME=value", NULL-ended; or NULL.
	 */
	const char *const *env;
};

/* Directory, configuration, demo desk; no program runs yet. */
void stage_open(struct stage *s);
/* The same, with the desk in another directory, which stays. */
void stage_open_on(struct stage *s, const char *desk_dir);
/*
 * Another host of first's desk, which is on a server: a directory,
 * configuration and programs of its own.
 */
void stage_open_beside(struct stage *s, const struct stage *first);
/* Its daemon sends to the other stage's provider. */
void stage_share_provider(struct stage *s, const struct stage *with);
/*
 * The same in a directory that stays; its desk is made when there is none.
 * True when it was made now.
 */
bool stage_open_kept(struct stage *s, const char *dir);
/* Ends what runs and removes the directory. */
void stage_close(struct stage *s);

/* A file of the stage's directory, mode 0600. */
void stage_write(struct stage *s, const char *name, const char *text);
/*
 * Write the configuration anew: more lines of the channel "soporte", and more
 * sections after it; "" for none.
 */
void stage_conf(struct stage *s, const char *channel, const char *more);

void stage_start_provider(struct stage *s);
void stage_stop_provider(struct stage *s);
void stage_start_daemon(struct stage *s);
/* SIGTERM and wait; returns the exit status. */
int stage_stop_daemon(struct stage *s);
/*
 * Run a daemon that is not to start: its exit status, and what it said.  One
 * that starts all the same is ended.
 */
int stage_try_daemon(struct stage *s, struct str *said);
/* kill -9 and wait. */
void stage_kill_daemon(struct stage *s);

/*
 * Run opdesk with --config and the given words (NULL-ended); standard output
 * is appended to out (may be NULL), error output to err (may be NULL).
 * Returns the exit status.
 */
int stage_opdesk(struct stage *s, struct str *out, struct str *err, ...)
    __attribute__((sentinel));
/*
 * A console in a pseudo-terminal, "es" or "en".  env: more variables,
 * NULL-ended or NULL.
 */
struct pty *stage_console(
    struct stage *s, const char *lang, int w, int h, const char *const *env);
/* Path of a program of this build ("opdesk"). */
const char *stage_program(const char *name);
/* What a file of the stage's directory holds ("syncd.err"), for messages. */
void stage_read(struct stage *s, const char *name, struct str *out);

#endif
