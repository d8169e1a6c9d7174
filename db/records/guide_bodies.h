/*
 * guide_bodies - the published guides of a tenant as what walks them needs
 * them: which version is in use, and the text of any version.
 */
#ifndef DB_RECORDS_GUIDE_BODIES_H
#define DB_RECORDS_GUIDE_BODIES_H

#include "common/digest.h"
#include "db/core/desk.h"

struct guide_body {
	int64_t knowledge_id, version_id, number;
	char topic[65], title[201];
	char *body; /* owned; opaque JSON */
};
void guide_body_clear(struct guide_body *b);
/* The one in use; OD_ENOTFOUND with a sentence. */
int guide_body_published(
    struct desk *d, const char *topic, struct guide_body *out, struct err *err);
/* Of a guide that is there, published or not; OD_ENOTFOUND. */
int guide_topic_id(
    struct desk *d, const char *topic, int64_t *id, struct err *err);
/* Any version, also of a guide that was deleted; OD_ENOTFOUND. */
int guide_body_of_version(struct desk *d, int64_t version_id,
    struct guide_body *out, struct err *err);
/* All in use, by topic; caller frees with guide_bodies_free. */
int guide_bodies(
    struct desk *d, struct guide_body **rows, size_t *count, struct err *err);
void guide_bodies_free(struct guide_body **rows, size_t count);
/*
 * Every topic that is or was here, by topic; in_use: new sessions get it.  The
 * caller frees rows.
 */
struct guide_topic {
	char topic[65];
	bool in_use;
};
int guide_topics(
    struct desk *d, struct guide_topic **rows, size_t *count, struct err *err);
/*
 * The language to tell a guide in: the contact's (also by conversation or
 * ticket; 0: none), else the tenant's.
 */
int guide_lang_of(struct desk *d, int64_t contact_id, int64_t conversation_id,
    int64_t ticket_id, char lang[9], struct err *err);

#endif
