/* guides - read from files; see guides.h. */
#include "kb/guides.h"
#include "common/fsutil.h"
#include "common/share.h"
#include "common/xalloc.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SHIPPED_MAX 1000 /* files */

void
kb_guides_free(struct kb_guides *g)
{
	for (int i = 0; i < g->count; i++) {
		guide_file_free(&g->files[i]);
		guide_findings_free(&g->found[i]);
		free(g->names[i]);
	}
	free(g->files);
	free(g->names);
	free(g->found);
	memset(g, 0, sizeof(*g));
}

int
kb_guides_read(
    const char *const *paths, int count, struct kb_guides *out, struct err *err)
{
	struct str text = STR_INIT;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (count == 0)
		return 0;
	out->files = xcalloc((size_t)count, sizeof(struct guide_file *));
	out->names = xcalloc((size_t)count, sizeof(char *));
	out->found = xcalloc((size_t)count, sizeof(*out->found));
	for (int i = 0; i < count && rc == 0; i++) {
		int read;

		str_clear(&text);
		if ((rc = fs_read(paths[i], GUIDE_MAX_BYTES, &text, err)) != 0)
			break;
		out->names[i] = xstrdup(paths[i]);
		out->count++;
		read = guide_file_read(
		    text.s, text.len, &out->found[i], &out->files[i], err);
		rc = read == OD_EUNAVAIL ? read : 0;
	}
	str_free(&text);
	if (rc != 0)
		kb_guides_free(out);
	return rc;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .json files of a directory, by name; the caller frees each and all. */
static int
list_json(const char *dir, char ***paths, int *count, struct err *err)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	*paths = NULL;
	*count = 0;
	if (!d)
		return err_set(
		    err, err_errno_code(errno), "%s cannot be read: %m", dir);
	while (*count < SHIPPED_MAX && (e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (!dot || strcmp(dot, ".json") != 0)
			continue;
		*paths =
		    xreallocarray(*paths, (size_t)*count + 1, sizeof(**paths));
		(*paths)[(*count)++] = xasprintf("%s/%s", dir, e->d_name);
	}
	closedir(d);
	if (*count > 1)
		qsort(*paths, (size_t)*count, sizeof(**paths), compare_paths);
	return 0;
}

int
kb_shipped_files(const char *kind, char ***paths, int *count, struct err *err)
{
	struct str dir = STR_INIT;
	int rc;

	*paths = NULL;
	*count = 0;
	if ((rc = share_dir(&dir, err)) == 0) {
		str_addf(&dir, "/%s", kind);
		rc = list_json(dir.s, paths, count, err);
	}
	str_free(&dir);
	return rc;
}

void
kb_shipped_files_free(char ***paths, int count)
{
	for (int i = 0; i < count; i++)
		free((*paths)[i]);
	FREE(paths);
}

int
kb_guides_shipped(struct kb_guides *out, struct err *err)
{
	char **paths;
	int rc, count;

	memset(out, 0, sizeof(*out));
	if ((rc = kb_shipped_files("guides", &paths, &count, err)) == 0)
		rc =
		    kb_guides_read((const char *const *)paths, count, out, err);
	kb_shipped_files_free(&paths, count);
	return rc;
}

const struct guide *
kb_guides_find(const struct kb_guides *g, const char *topic,
    const struct guide_file **file)
{
	for (int i = 0; i < g->count; i++) {
		const struct guide *found =
		    g->files[i] ? guide_file_find(g->files[i], topic) : NULL;

		if (found && file)
			*file = g->files[i];
		if (found)
			return found;
	}
	return NULL;
}
