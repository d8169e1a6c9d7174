/*
 * browser - a real Chromium without a window, driven over a pipe.
 *
 * Blocking, with a limit on every wait; what fails ends the test with what the
 * browser said.  One page; one thread.
 */
#ifndef TESTS_LIB_BROWSER_H
#define TESTS_LIB_BROWSER_H

#include "common/json.h"
#include <stdbool.h>
#include <sys/types.h>

struct browser {
	char dir[128]; /* its profile; gone with it */
	pid_t pid;
	int to, from;
	int number; /* of the last request */
	char session[64];
	struct str in;
};

/* False when there is no Chromium on this machine. */
bool browser_is_there(void);
void browser_open(struct browser *b);
void browser_close(struct browser *b);

/* As a phone or a screen of that size, in CSS pixels. */
void browser_size(struct browser *b, int width, int height);
void browser_go(struct browser *b, const char *url);
/*
 * What an expression of JavaScript is, as text: strings as they are, others
 * as JSON; appended to out.  Nothing, where the page went while it was asked
 * (to a form's answer, say): whether it was evaluated is not known then.
 */
void browser_eval(struct browser *b, const char *expression, struct str *out);
/* Whether it is true within 20 seconds. */
bool browser_wait(struct browser *b, const char *expression);
/* A key as it is typed: "ArrowRight", "Tab", "Enter". */
void browser_key(struct browser *b, const char *key);
/* Into what has the focus. */
void browser_type(struct browser *b, const char *text);
/* A picture of the page as it is shown, PNG. */
void browser_picture(struct browser *b, const char *path);

#endif
