/*
 * guides_desk - guides between files and a desk: imports, and a draft that
 * becomes a version.
 */
#ifndef KB_GUIDES_DESK_H
#define KB_GUIDES_DESK_H

#include "db/records/knowledge.h"
#include "kb/guides.h"

struct kb_import_row {
	char topic[GUIDE_MAX_TOPIC + 1];
	bool is_refused;
	enum knowledge_put put; /* when it is not refused */
	int line;
	char reason[ERR_TEXT_SIZE]; /* of a refusal */
};
struct kb_import {
	struct kb_import_row *rows; /* owned */
	int count, changed, refused;
};
void kb_import_free(struct kb_import *r);
/* One more row, valid until the next. */
struct kb_import_row *kb_import_add(struct kb_import *out, const char *topic);
/*
 * Publish all that files hold, in one transaction that one undo takes back.
 * What the reader or the linter finds an error in is refused, and the rest
 * imported.  take_back: also what was deleted here.
 */
int kb_guides_import(struct desk *d, const struct kb_guides *g, bool take_back,
    struct kb_import *out, struct err *err);

/*
 * Publish a text as the guide's next version: OD_EDATA with line and reason
 * when it has an error.  The rest as knowledge_publish.
 */
int kb_guide_publish(struct desk *d, int64_t id, int64_t seen_version,
    const char *topic, const char *text, int64_t *number, struct err *err);

#endif
