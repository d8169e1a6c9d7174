/*
 * guides - the guides that there are: those that come with opdesk, and those
 * of a desk.
 */
#ifndef KB_GUIDES_H
#define KB_GUIDES_H

#include "kb/guide.h"

/* Files of guides, or the bodies of a desk, each read. */
struct kb_guides {
	struct guide_file **files;    /* owned; NULL where one cannot be read */
	char **names;                 /* owned; a file's path, a body's topic */
	struct guide_findings *found; /* of the reader, one for each */
	int count;
};
void kb_guides_free(struct kb_guides *g);

/*
 * Read files of guides, however many are wrong: of those found says why.
 * OD_ENOTFOUND and the like when one cannot be opened; *out is empty then.
 */
int kb_guides_read(const char *const *paths, int count, struct kb_guides *out,
    struct err *err);
/* Those that come with opdesk (common/share), by name. */
int kb_guides_shipped(struct kb_guides *out, struct err *err);

/*
 * The .json files of a folder ("guides") of what comes with opdesk, by name;
 * free with kb_shipped_files_free, also after an error.
 */
int kb_shipped_files(
    const char *kind, char ***paths, int *count, struct err *err);
void kb_shipped_files_free(char ***paths, int count);

/* The guide of a topic in any of the files; NULL: none.  *file may be NULL. */
const struct guide *kb_guides_find(const struct kb_guides *g, const char *topic,
    const struct guide_file **file);

#endif
