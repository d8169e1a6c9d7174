/*
 * opdesk-recorder - sound from a device into a descriptor that it is given.
 *
 * It knows neither path nor database.  The file is descriptor 3, the control
 * descriptor 4.  What the sound libraries write to standard error goes to a
 * log or nowhere; should they hang or abort, the caller's process lives.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/version.h"
#include "tui/audio/rec_file.h"
#include "tui/audio/rec_run.h"
#include "tui/audio/rec_source.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static FILE *words; /* our own standard error */

static int
fail(const struct err *err, int rc)
{
	fprintf(words, "opdesk-recorder: %s\n", err->text);
	fflush(words);
	return err_exit_status(rc);
}

static void
on_signal(int signum)
{
	(void)signum;
	rec_must_stop = 1;
}

/* The libraries speak to descriptor 2, so ours becomes another one. */
static void
silence(int log_fd)
{
	int own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	int to = log_fd >= 0 ? log_fd : open("/dev/null", O_WRONLY | O_CLOEXEC);

	words = own >= 0 ? fdopen(own, "w") : NULL;
	if (words == NULL)
		words = stderr;
	else if (to >= 0)
		dup2(to, STDERR_FILENO);
	setenv("JACK_NO_START_SERVER", "1", 0);
}

static int
usage(void)
{
	struct str s = STR_INIT;

	rec_options_print(&s);
	printf(_("usage: opdesk-recorder [OPTION ...] 3<>FILE 4<>SOCKET\n"
		 "       opdesk-recorder --list\n\n%s"),
	    s.s);
	str_free(&s);
	return 0;
}

/* What one of them writes into a text goes to standard output. */
static int
print(int rc, struct str *s)
{
	if (rc == 0)
		puts(s->s);
	str_free(s);
	return rc;
}

/* What a person who starts it by hand would forget. */
static int
check_descriptors(struct err *err)
{
	struct stat file, control;

	if (fstat(REC_FILE_FD, &file) != 0 || !S_ISREG(file.st_mode) ||
	    (fcntl(REC_FILE_FD, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return err_set(err, OD_EUSAGE,
		    "Descriptor 3 must be the file to record into; opdesk "
		    "recording record does this");
	if (fstat(REC_CONTROL_FD, &control) != 0 || !S_ISSOCK(control.st_mode))
		return err_set(err, OD_EUSAGE,
		    "Descriptor 4 must be a socket to the program that "
		    "controls the recording");
	return 0;
}

static int
run(const struct rec_options *o, struct err *err)
{
	struct str s = STR_INIT;
	int rc;

	switch (o->mode) {
	case REC_HELP:
		return usage();
	case REC_VERSION:
		puts("opdesk-recorder " OPDESK_VERSION);
		return 0;
	case REC_LIST:
		return print(rec_source_list(&s, err), &s);
	case REC_RECORD:
		if ((rc = check_descriptors(err)) != 0)
			return rc;
		return rec_run(o, err);
	case REC_CONVERT:
		return print(rec_convert(o, &s, err), &s);
	case REC_PEAKS:
		return print(rec_peaks(o, &s, err), &s);
	case REC_PLAY:
		return rec_play(o, err);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct rec_options o;
	struct err err = ERR_INIT;
	struct sigaction stop = {.sa_handler = on_signal};
	int rc, status;

	fs_harden_process();
	signal(SIGPIPE, SIG_IGN);
	/* Keys go to the program that started it; that one decides. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &stop, NULL);
	utf8_locale_init();
	clock_init();
	words = stderr;
	if ((rc = rec_options_parse(&o, argc, argv, &err)) != 0)
		return fail(&err, rc);
	i18n_set_process(o.lang);
	silence(o.log_fd);
	rc = run(&o, &err);
	status = rc == 0 ? 0 : fail(&err, rc);
	if (fflush(stdout) != 0)
		status = 1;
	/* No farewell to the sound system, which may never answer. */
	_exit(status);
}
