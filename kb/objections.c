/* objections - read from files; see objections.h. */
#include "kb/objections.h"
#include "common/fsutil.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

void
kb_objections_free(struct kb_objections *o)
{
	for (int i = 0; i < o->count; i++)
		objection_free(&o->items[i]);
	free(o->items);
	kb_guides_free(&o->companions);
	memset(o, 0, sizeof(*o));
}

static bool
is_companion(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (slash != NULL ? slash[1] : path[0]) == '_';
}

static int
read_one(const char *path, struct objection **out, struct err *err)
{
	struct str text = STR_INIT;
	struct err why = ERR_INIT;
	int rc = fs_read(path, OBJECTION_MAX_BYTES, &text, err);

	if (rc == 0 && (rc = objection_read(text.s, text.len, out, &why)) != 0)
		err_set(err, rc, "%s: %s", path, why.text);
	str_free(&text);
	return rc;
}

int
kb_objections_read(const char *const *paths, int count,
    struct kb_objections *out, struct err *err)
{
	const char **companions = xcalloc((size_t)count + 1, sizeof(char *));
	int rc = 0, n = 0;

	memset(out, 0, sizeof(*out));
	out->items = xcalloc((size_t)count + 1, sizeof(struct objection *));
	for (int i = 0; i < count && rc == 0; i++) {
		if (is_companion(paths[i]))
			companions[n++] = paths[i];
		else if ((rc = read_one(
			      paths[i], &out->items[out->count], err)) == 0)
			out->count++;
	}
	if (rc == 0)
		rc = kb_guides_read(companions, n, &out->companions, err);
	for (int i = 0; i < n && rc == 0; i++)
		if (out->companions.files[i] == NULL ||
		    out->companions.found[i].count > 0)
			rc = err_set(err, OD_EDATA, "%s: %s", companions[i],
			    out->companions.found[i].items[0].text);
	free(companions);
	if (rc != 0)
		kb_objections_free(out);
	return rc;
}

int
kb_objections_shipped(struct kb_objections *out, struct err *err)
{
	char **paths;
	int rc, count;

	memset(out, 0, sizeof(*out));
	if ((rc = kb_shipped_files("objections", &paths, &count, err)) == 0)
		rc = kb_objections_read(
		    (const char *const *)paths, count, out, err);
	kb_shipped_files_free(&paths, count);
	return rc;
}

const struct objection *
kb_objections_find(const struct kb_objections *o, const char *id)
{
	for (int i = 0; i < o->count; i++)
		if (strcmp(o->items[i]->id, id) == 0)
			return o->items[i];
	return NULL;
}
