#include "tests/lib/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define SAID 6000 /* of what a console said at its end, bytes */

static void
print_screen(struct pty *p)
{
	struct str screen = STR_INIT;
	const struct str *said;

	if (p == NULL)
		return;
	pty_pump(p);
	pty_screen(p, &screen);
	fprintf(stderr, "%s\n", screen.s);
	said = pty_output(p);
	if (pty_has_ended(p)) /* with an analyser's finding, for one */
		fprintf(stderr, "it has ended:\n%s\n",
		    said->s + (said->len > SAID ? said->len - SAID : 0));
	str_free(&screen);
}

_Noreturn void
pty_fail(struct pty *p, const char *what)
{
	fprintf(stderr, "not seen: %s\n", what);
	print_screen(p);
	fail();
	abort();
}

_Noreturn void
fail_with_screen(struct show *s, const char *what)
{
	struct str log = STR_INIT;

	fprintf(stderr, "not seen: %s\n", what);
	print_screen(s->pty);
	print_screen(s->beside);
	stage_read(&s->stage, "syncd.err", &log);
	fprintf(stderr, "%s", log.s);
	str_free(&log);
	fail();
	abort();
}

void
pty_see(struct pty *p, const char *text)
{
	if (!pty_wait_text(p, text))
		pty_fail(p, text);
}

void
pty_see_no(struct pty *p, const char *text)
{
	if (!pty_wait_no_text(p, text))
		pty_fail(p, text);
}

/* A console whose terminal nobody reads stands still when that is full. */
static void
read_on(void *data)
{
	if (data != NULL)
		pty_pump(data);
}

void
pty_must(struct pty *p, struct stage *stage, const char *sql, int64_t wanted)
{
	if (!stage_wait_int_doing(stage, sql, wanted, read_on, p))
		pty_fail(p, sql);
}

void
see(struct show *s, const char *text)
{
	if (!pty_wait_text(s->pty, text))
		fail_with_screen(s, text);
}

void
see_no(struct show *s, const char *text)
{
	if (!pty_wait_no_text(s->pty, text))
		fail_with_screen(s, text);
}

void
see_said(struct show *s, const char *sentence, size_t bytes)
{
	char text[96];

	snprintf(text, sizeof(text), "%.*s", (int)bytes, tr(s->lang, sentence));
	see(s, text);
}

void
keys(struct show *s, const char *text)
{
	pty_send(s->pty, text);
}

void
must(struct show *s, const char *sql, int64_t wanted)
{
	if (!stage_wait_int_doing(&s->stage, sql, wanted, read_on, s->pty))
		fail_with_screen(s, sql);
}

void
show_console(struct show *s)
{
	s->pty =
	    stage_console(&s->stage, lang_code(s->lang), s->w, s->h, s->env);
	assert_non_null(s->pty);
	see(s, "Beatriz Olmedo"); /* of the demo's conversations */
}

void
show_console_of(struct show *s, const char *login)
{
	char program[4096];
	const char *const argv[] = {program, "--config", s->stage.conf,
	    "--lang", lang_code(s->lang), "--operator", login, NULL};
	struct pty_options o = {
	    .w = s->w, .h = s->h, .env = s->env, .dir = s->stage.dir};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	s->pty = pty_start(argv, &o);
	assert_non_null(s->pty);
	see(s, tr(s->lang, "REHEARSAL"));
}

void
show_leave(struct show *s, struct pty **p)
{
	int status = -1;

	s->pty = *p;
	keys(s, "\021"); /* C-q */
	if (!pty_wait_exit(*p, &status) || status != 0)
		fail_with_screen(s, "its end");
	pty_stop(p);
	s->pty = NULL;
}
