/*
 * objections - the cards that come with opdesk, or of some files.
 */
#ifndef KB_OBJECTIONS_H
#define KB_OBJECTIONS_H

#include "kb/guides.h"
#include "kb/objection.h"

struct kb_objections {
	struct objection **items; /* owned; in the files' order */
	int count;
	/* Of files whose name begins with _: concepts, and what is said that
	 * is no objection, as among guides. */
	struct kb_guides companions;
};
void kb_objections_free(struct kb_objections *o);

/*
 * Read files of cards.  *out is empty after an error, which names the file:
 * those of objection_read, and OD_ENOTFOUND and the like when one cannot be
 * opened.
 */
int kb_objections_read(const char *const *paths, int count,
    struct kb_objections *out, struct err *err);
/* Those that come with opdesk (common/share), by id. */
int kb_objections_shipped(struct kb_objections *out, struct err *err);

/* NULL: none has that id. */
const struct objection *kb_objections_find(
    const struct kb_objections *o, const char *id);

#endif
