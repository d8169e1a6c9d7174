/*
 * cli_doctor_sound - what recording, playing and the page for phones stand on,
 * for "opdesk doctor".
 */
#include "common/i18n.h"
#include "common/json.h"
#include "db/records/recordings.h"
#include "db/records/tenants.h"
#include "tui/audio/keep.h"
#include "tui/cli/cli_doctor.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHARTS "/usr/share/javascript/chart.js/chart.min.js"
/* An hour of one channel is some 115 MB of WAV, and 40 of FLAC. */
#define LARGE_BYTES (INT64_C(100) << 20)

/*
 * How many devices it may be, as the recorder looks for it: by number, by its
 * whole name or by a part of it; "": the usual one.  Those that a part fits
 * go into names, each as it can be written.
 */
static int
count_devices(const struct json *list, const char *name, struct str *names)
{
	int64_t number, index;
	bool is_number = str_to_int64(name, 0, INT64_MAX, &number);
	int n = 0;

	if (name[0] == '\0' || strcmp(name, "tone") == 0)
		return 1;
	for (const struct json *v = json_first(list); v != NULL;
	     v = json_next(v)) {
		const char *has = json_string(v, "name");

		if (!json_int64(v, "index", &index))
			index = -1;
		if (is_number && index == number)
			return 1;
		if (has == NULL || strcasestr(has, name) == NULL)
			continue;
		if (strcmp(has, name) == 0)
			return 1;
		str_addf(names, "%s%lld (%s)", n > 0 ? ", " : "",
		    (long long)index, has);
		n++;
	}
	return n;
}

/* Whether what a setting says is one device; else it is told. */
static bool
is_one_device(const struct json *list, const char *key, const char *name,
    doctor_tell_fn tell, void *data)
{
	struct str names = STR_INIT;
	char text[ERR_TEXT_SIZE];
	int n = count_devices(list, name, &names);

	if (n == 0)
		str_format(text, sizeof(text),
		    _("[recorder] %s is \"%s\", and no device is called so;"
		      " \"opdesk recording devices\" lists those there are"),
		    key, name);
	else if (n > 1)
		str_format(text, sizeof(text),
		    _("[recorder] %s is \"%s\", which fits several devices,"
		      " so none of them is taken; write the number or the"
		      " whole name of one: %s"),
		    key, name, names.s);
	if (n != 1)
		tell("sound", FINDING_WARNING, text, data);
	str_free(&names);
	return n == 1;
}

static void
tell_devices(const struct conf_section *s, const struct json *list,
    doctor_tell_fn tell, void *data)
{
	const char *const keys[] = {"device", "second_device"};
	char text[ERR_TEXT_SIZE];

	if (json_size(list) == 0) {
		tell("sound", FINDING_WARNING,
		    _("There is no microphone; plug one in or start the sound"
		      " server (\"systemctl --user start pipewire-pulse\" or"
		      " \"pulseaudio --start\"), then \"opdesk recording"
		      " devices\" lists it"),
		    data);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (!is_one_device(
			list, keys[i], conf_string(s, keys[i]), tell, data))
			return;
	str_format(text, sizeof(text),
	    _("Devices that can be recorded from: %d"), (int)json_size(list));
	tell("sound", FINDING_FINE, text, data);
}

void
doctor__sound(const struct conf *conf, doctor_tell_fn tell, void *data)
{
	const struct conf_section *s = conf_section(conf, CONF_RECORDER);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json *list = NULL;
	int rc;

	if (str_equal(conf_string(s, "mode"), "never"))
		return;
	if ((rc = keep_devices(&text, &err)) == 0)
		rc =
		    json_parse(text.s, text.len, &json_limits_api, &list, &err);
	if (rc == 0)
		tell_devices(s, list, tell, data);
	else
		tell("sound", FINDING_WARNING, err.text, data);
	json_free(&list);
	str_free(&text);
}

static int
count_refused(const char *dir)
{
	struct str path = STR_INIT;
	struct dirent *e;
	int n = 0;
	DIR *d;

	str_addf(&path, "%s/refused", dir);
	d = opendir(path.s);
	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);

		if (len > 4 && strcmp(e->d_name + len - 4, ".txt") == 0)
			n++;
	}
	if (d != NULL)
		closedir(d);
	str_free(&path);
	return n;
}

void
doctor__watched(const struct conf *conf, doctor_tell_fn tell, void *data)
{
	const char *dir =
	    conf_string(conf_section(conf, CONF_RECORDER), "watch");
	char text[ERR_TEXT_SIZE];
	int n;

	if (dir[0] == '\0')
		return;
	if (access(dir, R_OK | W_OK | X_OK) != 0) {
		str_format(text, sizeof(text),
		    _("%s, where recordings are left, cannot be read and"
		      " written; make it, and give the daemon's account the"
		      " right to both"),
		    dir);
		tell("watched", FINDING_WARNING, text, data);
		return;
	}
	n = count_refused(dir);
	if (n > 0)
		str_format(text, sizeof(text),
		    _("Recordings that were refused: %d; the .txt beside each"
		      " in %s/refused says why, and one that is mended is"
		      " taken when it is moved back"),
		    n, dir);
	else
		str_format(text, sizeof(text), _("%s is looked into"), dir);
	tell("watched", n > 0 ? FINDING_WARNING : FINDING_FINE, text, data);
}

void
doctor__page(doctor_tell_fn tell, void *data)
{
	if (access(CHARTS, R_OK) == 0)
		tell("page", FINDING_FINE,
		    _("The page for phones has what its charts are drawn with"),
		    data);
	else
		tell("page", FINDING_WARNING,
		    _("The page for phones shows figures without charts; \"apt"
		      " install libjs-chart.js\" brings them"),
		    data);
}

/* What all of a tenant take, and how many of them are large. */
static int
count_large(struct desk *desk, int64_t *large, int64_t *bytes, struct err *err)
{
	struct recording_filter f = {.state = -1};
	struct recording_stats all = {0};
	int rc = recording_stats(desk, &f, &all, err);

	*bytes += all.bytes;
	f.larger_than = LARGE_BYTES;
	if (rc == 0 && (rc = recording_stats(desk, &f, &all, err)) == 0)
		*large += all.count;
	return rc;
}

void
doctor__recordings(struct desk *desk, doctor_tell_fn tell, void *data)
{
	struct tenant *rows = NULL;
	struct err err = ERR_INIT;
	char text[ERR_TEXT_SIZE];
	int64_t bytes = 0, large = 0;
	size_t count = 0;
	int rc = tenant_list(desk, &rows, &count, &err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		desk_act_as_system(desk, rows[i].id);
		rc = count_large(desk, &large, &bytes, &err);
	}
	free(rows);
	if (rc != 0) {
		tell("recordings", FINDING_WARNING, err.text, data);
		return;
	}
	if (large > 0) {
		str_format(text, sizeof(text),
		    _("Recordings larger than 100 MiB: %lld; keep_as = flac or"
		      " opus in [recorder] makes new ones smaller, and"
		      " \"opdesk retention set recordings DAYS\" keeps them"
		      " for less long"),
		    (long long)large);
		tell("recordings", FINDING_WARNING, text, data);
	} else if (bytes > 0) {
		str_format(text, sizeof(text), _("Recordings take %lld MiB"),
		    (long long)(bytes >> 20));
		tell("recordings", FINDING_FINE, text, data);
	}
}
