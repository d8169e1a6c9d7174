/* cli_recording_record - a recording by hand, until C-c. */
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "db/records/recordings.h"
#include "tui/audio/capture.h"
#include "tui/audio/keep.h"
#include "tui/cli/cli_recording.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

const struct cli_option cli_recording_record_options[] = {
    {"--consent", "yes|announced",
	N_("how the customer agreed to be recorded")},
    {"--device", "NAME", N_("record from this device")},
    {"--second", "NAME", N_("the customer's side comes from this device")},
    {"--rate", "HERTZ", N_("frames a second")},
    {"--channels", "1|2", N_("mono, or operator left and customer right")},
    {"--seconds", "N", N_("end by itself after so long")},
    {"--contact-name", "TEXT", N_("who is recorded")},
    {"--phone", "NUMBER", N_("and by what number")},
    {NULL, NULL, NULL},
};

struct recording_run {
	uv_loop_t loop;
	struct capture *capture;
	struct loop_timer *limit;
	struct cli *cli;
	int64_t id;
	int64_t seconds;
	bool is_over;
	struct capture_facts facts;
};

static void
on_event(struct capture *c, const struct capture_event *e, void *data)
{
	struct recording_run *r = data;

	if (e->kind == CAPTURE_STARTED) {
		cli_say(r->cli, _("Recording from %s; C-c ends it"),
		    capture_facts(c)->device);
		if (r->seconds > 0)
			loop_timer_start(
			    r->limit, (uint64_t)r->seconds * 1000, 0);
	} else if (e->kind == CAPTURE_CLIPPING) {
		(void)recording_mark(r->cli->desk, r->id, RECORDING_CLIPPING,
		    e->at_us, e->until_us, "", NULL);
	} else if (e->kind == CAPTURE_ENDED) {
		r->facts = *capture_facts(c);
		r->is_over = true;
	}
}

static void
on_signal(int signum, void *data)
{
	struct recording_run *r = data;

	(void)signum;
	capture_stop(r->capture);
}

static void
on_limit(void *data)
{
	struct recording_run *r = data;

	capture_stop(r->capture);
}

static int
run_loop(
    struct recording_run *r, const struct capture_options *o, struct err *err)
{
	static const int signums[] = {SIGINT, SIGTERM, SIGHUP};
	struct loop_signals *signals = NULL;
	int rc;

	uv_loop_init(&r->loop);
	r->limit = loop_timer_new(&r->loop, on_limit, r);
	rc =
	    loop_signals_new(&r->loop, signums, 3, on_signal, r, &signals, err);
	if (rc == 0)
		rc = capture_start(&r->loop, o, on_event, r, &r->capture, err);
	while (rc == 0 && !r->is_over)
		uv_run(&r->loop, UV_RUN_ONCE);
	loop_signals_free(&signals);
	loop_timer_free(&r->limit);
	capture_free(&r->capture);
	if (loop_finish(&r->loop) != 0)
		BUG("a handle of the recording is still open");
	return rc;
}

/* As the configuration wants it kept; WAV when that does not work. */
static enum recording_format
convert(struct cli *c, const char *name, struct err *err)
{
	const char *format =
	    conf_string(conf_section(c->conf, CONF_RECORDER), "keep_as");
	struct str from = STR_INIT, to = STR_INIT, suffix = STR_INIT;
	enum recording_format kept = RECORDING_WAV;
	int in, out;

	if (strcmp(format, "wav") == 0)
		return RECORDING_WAV;
	str_addf(&suffix, ".%s", format);
	recording_part_path(c->desk, name, "", &from);
	recording_part_path(c->desk, name, suffix.s, &to);
	in = open(from.s, O_RDONLY | O_CLOEXEC);
	out = open(to.s, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (in >= 0 && out >= 0 && keep_convert(in, out, format, err) == 0)
		kept = strcmp(format, "flac") == 0 ? RECORDING_FLAC
		                                   : RECORDING_OPUS;
	else if (err->code != 0)
		cli_say(c, "%s", err->text);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	str_free(&from);
	str_free(&to);
	str_free(&suffix);
	return kept;
}

/* The sound is there, and the desk cannot be written just now. */
static int
not_entered(const struct capture_facts *f, int rc, struct err *err)
{
	struct err why = *err;

	return err_set(err, rc,
	    "%s. What was recorded is safe in its file; opdesk recording "
	    "repair enters it when the desk can be written",
	    f->text[0] != '\0' ? f->text : why.text);
}

static int
finish(struct cli *c, const struct recording_run *r, const char *name,
    struct err *err)
{
	const struct conf_section *s = conf_section(c->conf, CONF_RECORDER);
	const struct capture_facts *f = &r->facts;
	struct recording_facts facts = {.duration_us = f->duration_us,
	    .rate = f->rate,
	    .channels = f->channels,
	    .peak = f->highest,
	    .device = f->device,
	    .reason = f->text};
	enum recording_state state = RECORDING_READY;
	struct err unkept = ERR_INIT;
	struct recording row;
	int rc;

	facts.silent =
	    capture_decibels(f->loudest) < (int)conf_int(s, "silence_db");
	if (f->duration_us == 0 || f->device[0] == '\0' ||
	    (f->duration_us > 0 &&
		f->duration_us < conf_int(s, "min_seconds") * US_PER_SECOND)) {
		state = RECORDING_FAILED;
		if (f->text[0] == '\0')
			facts.reason = "short";
	} else if (strcmp(f->reason, "disk") != 0) {
		facts.format = convert(c, name, &unkept);
	}
	rc = recording_end(c->desk, r->id, &facts, state, err);
	if (rc == OD_EIO || rc == OD_EUNAVAIL)
		return not_entered(f, rc, err);
	if (rc != 0)
		return rc;
	if (recording_get(c->desk, r->id, &row, NULL) == 0)
		recording_json(&row, cli_value(c));
	if (f->code != 0) {
		cli_keep_rows(c);
		return err_set(err, f->code, "%s", f->text);
	}
	return 0;
}

/* How long the disk lasts, said before it is used. */
static void
say_room(struct cli *c, const struct capture_options *o)
{
	int64_t left, all, hours;

	if (fs_space(c->desk->files_dir, &left, &all, NULL) != 0)
		return;
	hours = left / ((int64_t)o->rate * o->channels * 2 * 3600);
	cli_say(c, _("The disk has room for %lld hours"), (long long)hours);
}

static int
read_options(struct cli *c, struct capture_options *o, struct recording_new *in,
    int64_t *seconds, struct err *err)
{
	const struct conf_section *s = conf_section(c->conf, CONF_RECORDER);
	const char *second = conf_string(s, "second_device");
	int64_t rate = 0, channels = 0;
	int consent = 0, rc;

	if (strcmp(conf_string(s, "mode"), "never") == 0)
		return err_set(err, OD_EDENIED,
		    "Nothing is recorded here: the configuration says mode = "
		    "never in [recorder]");
	if ((rc = cli_option_word(c, "--consent", call_consent_names, 0,
		 &consent, err)) != 0 ||
	    (rc = cli_option_int(c, "--rate", 8000, 192000, conf_int(s, "rate"),
		 &rate, err)) != 0 ||
	    (rc = cli_option_int(c, "--channels", 1, 2, conf_int(s, "channels"),
		 &channels, err)) != 0 ||
	    (rc = cli_option_int(c, "--seconds", 1, 86400, 0, seconds, err)) !=
		0)
		return rc;
	o->device = cli_option_or(c, "--device", conf_string(s, "device"));
	o->second =
	    cli_option_or(c, "--second", second[0] != '\0' ? second : NULL);
	o->rate = (int)rate;
	o->channels = o->second != NULL ? 2 : (int)channels;
	o->log_fd = -1;
	in->consent = (enum call_consent)consent;
	in->contact_name = cli_option(c, "--contact-name");
	in->contact_phone = cli_option(c, "--phone");
	in->rate = o->rate;
	in->channels = o->channels;
	in->device = o->device;
	return 0;
}

int
cli_recording_record(struct cli *c, struct err *err)
{
	struct recording_run r = {.cli = c};
	struct capture_options o = {.file = -1};
	struct recording_facts none = {.reason = "not started", .peak = -1};
	struct recording_new in = {.call_id = 0};
	char name[33];
	int rc;

	if ((rc = read_options(c, &o, &in, &r.seconds, err)) != 0 ||
	    (rc = recording_begin(c->desk, &in, &r.id, name, err)) != 0)
		return rc;
	rc = recording_open_part(c->desk, name, &o.file, err);
	if (rc == 0) {
		say_room(c, &o);
		rc = run_loop(&r, &o, err);
	}
	if (o.file >= 0)
		close(o.file);
	if (rc == 0)
		return finish(c, &r, name, err);
	(void)recording_end(c->desk, r.id, &none, RECORDING_FAILED, NULL);
	return rc;
}
