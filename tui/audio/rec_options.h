/* rec_options - the options of opdesk-recorder, from one table. */
#ifndef TUI_AUDIO_REC_OPTIONS_H
#define TUI_AUDIO_REC_OPTIONS_H

#include "common/err.h"
#include "common/i18n.h"
#include "common/str.h"

enum rec_mode {
	REC_RECORD,
	REC_LIST,    /* --list */
	REC_CONVERT, /* --convert */
	REC_PLAY,    /* --play */
	REC_PEAKS,   /* --peaks */
	REC_HELP,
	REC_VERSION,
};

struct rec_options {
	enum rec_mode mode;
	const char *device; /* "" for the default */
	const char *second; /* NULL: one device */
	unsigned rate;      /* 8000..192000 */
	unsigned channels;  /* 1 or 2 */
	enum lang lang;     /* of sentences */
	int log_fd;         /* where the libraries write, -1 nowhere */
	const char *format; /* of REC_CONVERT: "flac" or "opus" */
	unsigned peaks;     /* of REC_PEAKS: how many columns */
};

#define REC_FILE_FD    3
#define REC_CONTROL_FD 4
#define REC_NEW_FD     5 /* --convert: the new file */

/* OD_EUSAGE with a sentence.  What o points to is argv's. */
int rec_options_parse(
    struct rec_options *o, int argc, char **argv, struct err *err);
/* Lines for --help, and items of a list in mdoc. */
void rec_options_print(struct str *out);
void rec_options_print_mdoc(struct str *out);

#endif
