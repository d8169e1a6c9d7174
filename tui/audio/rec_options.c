/* rec_options - see rec_options.h. */
#include "tui/audio/rec_options.h"
#include "common/i18n.h"
#include <string.h>

enum option {
	OPTION_DEVICE,
	OPTION_SECOND,
	OPTION_RATE,
	OPTION_CHANNELS,
	OPTION_LIST,
	OPTION_CONVERT,
	OPTION_PLAY,
	OPTION_PEAKS,
	OPTION_LOG,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT
};

/* clang-format off */
static const struct {
	const char *name;
	const char *value; /* NULL: a flag */
	const char *help;  /* N_() */
} options[OPTION_COUNT] = {
	[OPTION_DEVICE] = {"--device", "NAME", N_("record from this device: its name, a part of it, or its number in the list; tone needs no sound card")},
	[OPTION_SECOND] = {"--second", "NAME", N_("the customer's side comes from this device and is the right channel")},
	[OPTION_RATE] = {"--rate", "HERTZ", N_("frames a second, 16000 if not given")},
	[OPTION_CHANNELS] = {"--channels", "1|2", N_("mono, or operator left and customer right")},
	[OPTION_LIST] = {"--list", NULL, N_("print the devices as a JSON array")},
	[OPTION_CONVERT] = {"--convert", "flac|opus", N_("write the recording on descriptor 3 to descriptor 5 in this format and compare both")},
	[OPTION_PLAY] = {"--play", NULL, N_("play the recording on descriptor 3")},
	[OPTION_PEAKS] = {"--peaks", "COUNT", N_("print so many peaks of the recording on descriptor 3 as JSON; with --play they come before the sound")},
	[OPTION_LOG] = {"--log", "FD", N_("what the sound libraries say goes to this descriptor; else it is lost")},
	[OPTION_LANG] = {"--lang", "es|en", N_("the language")},
	[OPTION_HELP] = {"--help", NULL, N_("show this text")},
	[OPTION_VERSION] = {"--version", NULL, N_("show the version")},
};
/* clang-format on */

void
rec_options_print(struct str *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		str_format(left, sizeof(left), "%s %s", options[i].name,
		    options[i].value != NULL ? options[i].value : "");
		str_addf(out, "  %-20s %s\n", left, _(options[i].help));
	}
}

void
rec_options_print_mdoc(struct str *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		str_addf(out, ".It Fl Fl %s", options[i].name + 2);
		if (options[i].value != NULL)
			str_addf(out, " Ar %s", options[i].value);
		str_addf(out, "\n%s.\n", _(options[i].help));
	}
}

static int
number(enum option o, const char *value, int64_t min, int64_t max,
    unsigned *out, struct err *err)
{
	int64_t n;

	if (!str_to_int64(value, min, max, &n))
		return err_set(err, OD_EUSAGE,
		    "%s is a number from %lld to %lld", options[o].name,
		    (long long)min, (long long)max);
	*out = (unsigned)n;
	return 0;
}

static int
take(struct rec_options *p, enum option o, const char *value, struct err *err)
{
	unsigned fd = 0;
	int rc;

	switch (o) {
	case OPTION_DEVICE:
		p->device = value;
		return 0;
	case OPTION_SECOND:
		p->second = value;
		p->channels = 2;
		return 0;
	case OPTION_RATE:
		return number(o, value, 8000, 192000, &p->rate, err);
	case OPTION_CHANNELS:
		return number(o, value, 1, 2, &p->channels, err);
	case OPTION_LOG:
		if ((rc = number(o, value, 0, 1023, &fd, err)) == 0)
			p->log_fd = (int)fd;
		return rc;
	case OPTION_LANG:
		if (!lang_parse(value, &p->lang))
			return err_set(err, OD_EUSAGE,
			    "The language is es or en, not %s", value);
		return 0;
	case OPTION_PEAKS:
		if (p->mode != REC_PLAY)
			p->mode = REC_PEAKS;
		return number(o, value, 1, 10000, &p->peaks, err);
	case OPTION_CONVERT:
		if (strcmp(value, "flac") != 0 && strcmp(value, "opus") != 0)
			return err_set(err, OD_EUSAGE,
			    "A recording is kept as flac or opus, not %s",
			    value);
		p->mode = REC_CONVERT;
		p->format = value;
		return 0;
	case OPTION_LIST:
		p->mode = REC_LIST;
		return 0;
	case OPTION_PLAY:
		p->mode = REC_PLAY;
		return 0;
	case OPTION_HELP:
		p->mode = REC_HELP;
		return 0;
	case OPTION_VERSION:
		p->mode = REC_VERSION;
		return 0;
	case OPTION_COUNT:
		break;
	}
	BUG("option %d", (int)o);
}

int
rec_options_parse(struct rec_options *p, int argc, char **argv, struct err *err)
{
	*p = (struct rec_options){
	    .device = "", .rate = 16000, .channels = 1, .log_fd = -1};
	for (int at = 1; at < argc; at++) {
		const char *value = "";
		int o = 0, rc;

		while (
		    o < OPTION_COUNT && strcmp(argv[at], options[o].name) != 0)
			o++;
		if (o == OPTION_COUNT)
			return err_set(err, OD_EUSAGE,
			    "%s is no option of opdesk-recorder; --help shows "
			    "them",
			    argv[at]);
		if (options[o].value != NULL) {
			if (++at == argc)
				return err_set(err, OD_EUSAGE,
				    "%s needs a value: %s", options[o].name,
				    options[o].value);
			value = argv[at];
		}
		if ((rc = take(p, (enum option)o, value, err)) != 0)
			return rc;
	}
	if (p->second != NULL && p->channels != 2)
		return err_set(err, OD_EUSAGE,
		    "Two devices make two channels; leave out --channels 1");
	return 0;
}
