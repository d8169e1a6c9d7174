/* spool_files - see spool_files.h. */
#include "db/records/spool_files.h"
#include "common/xalloc.h"
#include "db/records/raw_events.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "opdesk-spool 1\n"
#define SUFFIX     ".event"

void
spool_files_dir(const char *uri, struct str *dir)
{
	desk_beside(uri, ".spool", dir);
}

static bool
is_event(const char *name)
{
	size_t n = strlen(name), k = strlen(SUFFIX);

	return name[0] != '.' && n > k && strcmp(name + n - k, SUFFIX) == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
spool_files_free(struct spool_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	FREE(&names->names);
	names->count = 0;
}

/* Names begin with the time, so that their order is that of arrival. */
int
spool_files_list(const char *path, struct spool_names *out, struct err *err)
{
	const struct dirent *e;
	DIR *dir;
	int error;

	memset(out, 0, sizeof(*out));
	if ((dir = opendir(path)) == NULL && errno == ENOENT)
		return 0;
	while (dir != NULL && (errno = 0, e = readdir(dir)) != NULL) {
		if (!is_event(e->d_name))
			continue;
		out->names = xreallocarray(
		    out->names, out->count + 1, sizeof(*out->names));
		out->names[out->count++] = xstrdup(e->d_name);
	}
	error = errno;
	if (dir != NULL)
		closedir(dir);
	if (error != 0) {
		spool_files_free(out);
		errno = error;
		return err_set(err, err_errno_code(error),
		    "%s cannot be read: %m.", path);
	}
	if (out->count > 0)
		qsort(out->names, out->count, sizeof(*out->names), by_name);
	return 0;
}

void
spool_files_format(struct str *text, const struct spool_target *targets,
    size_t count, const void *body, size_t n)
{
	str_add(text, FIRST_LINE);
	for (size_t i = 0; i < count; i++)
		str_addf(text, "%lld %s\n", (long long)targets[i].tenant_id,
		    targets[i].channel);
	str_addc(text, '\n');
	str_addn(text, body, n);
}

/* "12 soporte"; false when it is anything else. */
static bool
parse_target(char *line, struct spool_target *t)
{
	char *space = strchr(line, ' ');

	if (space == NULL)
		return false;
	*space = '\0';
	return str_to_int64(line, 1, INT64_MAX, &t->tenant_id) &&
	       space[1] != '\0' &&
	       str_copy(t->channel, sizeof(t->channel), space + 1);
}

bool
spool_files_parse(struct str *text, struct spool_event *out)
{
	char *at = text->s, *end;

	out->count = 0;
	if (!str_starts(at, FIRST_LINE))
		return false;
	at += strlen(FIRST_LINE);
	while ((end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		if (end == at) {
			out->body = end + 1;
			out->n = text->len - (size_t)(end + 1 - text->s);
			return out->count > 0;
		}
		if (out->count == SPOOL_TARGETS_MAX ||
		    !parse_target(at, &out->targets[out->count++]))
			return false;
		at = end + 1;
	}
	return false;
}

int
spool_files_take(
    struct desk *d, const struct spool_event *event, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < event->count; i++) {
		const struct spool_target *t = &event->targets[i];

		desk_act_as_system(d, t->tenant_id);
		rc = raw_event_receive(d, t->tenant_id, t->channel, event->body,
		    event->n, NULL, err);
	}
	return rc;
}
