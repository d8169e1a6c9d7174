/*
 * knowledge - what a tenant knows, in versions: guides, cards of objections,
 * and prompts.
 *
 * A body is text that kb/guide reads and writes; here it is only kept.  What
 * was published stays as a version for ever, because sessions go on with the
 * one that they began with; published says which one new sessions get.  A
 * draft stands beside it until it is published or thrown away.  Topics that
 * begin with "_" are no guides but what the matcher learns from; lists leave
 * them out unless they are asked for.
 */
#ifndef DB_RECORDS_KNOWLEDGE_H
#define DB_RECORDS_KNOWLEDGE_H

#include "common/digest.h"
#include "common/json.h"
#include "db/core/desk.h"

#define KNOWLEDGE_MAX_BODY (512 * 1024) /* bytes of a body or a draft */
#define KNOWLEDGE_MAX      2000         /* guides of a tenant */

enum knowledge_kind { /* stored */
	KNOWLEDGE_GUIDE = 1,
	KNOWLEDGE_CARD = 2, /* of objections */
	KNOWLEDGE_PROMPT = 3
};

struct knowledge {
	enum knowledge_kind kind;
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t published; /* number of the version in use; 0: none */
	char topic[65], category[65], title[201];
	bool has_draft;
	char *draft; /* owned; knowledge_get only, "" for none; else NULL */
};
void knowledge_clear(struct knowledge *k);
void knowledge_list_free(struct knowledge **rows, size_t count);
/* Without the draft's text. */
void knowledge_json(const struct knowledge *k, struct json_out *out);

struct knowledge_version {
	int64_t id, knowledge_id, number, created_at;
	char topic[65], digest[SHA256_HEX_SIZE];
	char author[201]; /* "": nobody's any more, or the desk's owner */
	char *body;       /* owned; NULL in knowledge_versions */
};
void knowledge_version_clear(struct knowledge_version *v);
void knowledge_version_list_free(struct knowledge_version **rows, size_t count);
/* With the body only where it was read. */
void knowledge_version_json(
    const struct knowledge_version *v, struct json_out *out);

/* Live ones by topic, or those in the trash. */
enum knowledge_which {
	KNOWLEDGE_GUIDES,
	KNOWLEDGE_ALL, /* also topics with _ first */
	KNOWLEDGE_TRASH
};
int knowledge_list_of(struct desk *d, enum knowledge_kind kind,
    enum knowledge_which which, struct knowledge **rows, size_t *count,
    struct err *err);
/* One in the trash too; the caller looks at deleted_at. */
int knowledge_get(
    struct desk *d, int64_t id, struct knowledge *out, struct err *err);
int knowledge_find_of(struct desk *d, enum knowledge_kind kind,
    const char *topic, struct knowledge *out, struct err *err);

/* Versions of a guide, newest first, without their bodies. */
int knowledge_versions(struct desk *d, int64_t id,
    struct knowledge_version **rows, size_t *count, struct err *err);
/* One with its body; number 0: the published one (OD_ENOTFOUND: none). */
int knowledge_version(struct desk *d, int64_t id, int64_t number,
    struct knowledge_version *out, struct err *err);
/* By the version's own id, as a session keeps it. */
int knowledge_version_by_id(struct desk *d, int64_t version_id,
    struct knowledge_version *out, struct err *err);
/*
 * What new sessions and the matcher get: the published version of every live
 * topic with its body, those with _ first too, by topic.
 */
int knowledge_published_of(struct desk *d, enum knowledge_kind kind,
    struct knowledge_version **rows, size_t *count, struct err *err);
/*
 * One digest over what is published: another one means that it changed.
 */
int knowledge_digest_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err);

struct knowledge_new {
	const char *topic, *category, *title; /* category may be NULL */
	const char *body;                     /* canonical */
};
enum knowledge_put {
	KNOWLEDGE_SAME,    /* that is published already */
	KNOWLEDGE_MADE,    /* the topic is new */
	KNOWLEDGE_CHANGED, /* a new version is published */
	KNOWLEDGE_IN_TRASH /* it was deleted here and stays so */
};
/*
 * Import: publish a body unless it is the published one.  take_back: take the
 * topic out of the trash if need be.
 */
int knowledge_import_of(struct desk *d, enum knowledge_kind kind,
    const struct knowledge_new *in, bool take_back, enum knowledge_put *put,
    int64_t *id, struct err *err);

/*
 * Keep a draft; "" throws it away.  knowledge_new_draft makes the topic with
 * nothing published, and takes one that was deleted out of the trash for that
 * (OD_ECONFLICT: it is there).  *new_version may be NULL.
 */
int knowledge_new_draft_of(struct desk *d, enum knowledge_kind kind,
    const char *topic, const char *draft, int64_t *id, struct err *err);
int knowledge_save_draft(struct desk *d, int64_t id, int64_t seen_version,
    const char *draft, int64_t *new_version, struct err *err);
/*
 * Publish a body, which is what the caller made of the draft; the draft is
 * gone then.  OD_ECONFLICT: somebody changed the guide meanwhile, or that is
 * published already.
 */
int knowledge_publish(struct desk *d, int64_t id, int64_t seen_version,
    const struct knowledge_new *in, int64_t *number, struct err *err);
int knowledge_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int knowledge_restore(struct desk *d, int64_t id, struct err *err);

/*
 * What was trained from what is published; digest is knowledge_digest's of
 * that moment.  The model replaces the one before.  OD_ENOTFOUND: none yet.
 */
int knowledge_model_save_of(struct desk *d, enum knowledge_kind kind,
    const char *digest, const void *bytes, size_t n, struct err *err);
int knowledge_model_get_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct str *bytes, struct err *err);
/* The digest alone; anybody may know it.  OD_ENOTFOUND: none yet. */
int knowledge_model_digest_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err);

/* The same of guides. */
static inline int
knowledge_list(struct desk *d, enum knowledge_which which,
    struct knowledge **rows, size_t *count, struct err *err)
{
	return knowledge_list_of(d, KNOWLEDGE_GUIDE, which, rows, count, err);
}
static inline int
knowledge_find(
    struct desk *d, const char *topic, struct knowledge *out, struct err *err)
{
	return knowledge_find_of(d, KNOWLEDGE_GUIDE, topic, out, err);
}
static inline int
knowledge_published(struct desk *d, struct knowledge_version **rows,
    size_t *count, struct err *err)
{
	return knowledge_published_of(d, KNOWLEDGE_GUIDE, rows, count, err);
}
static inline int
knowledge_digest(struct desk *d, char digest[SHA256_HEX_SIZE], struct err *err)
{
	return knowledge_digest_of(d, KNOWLEDGE_GUIDE, digest, err);
}
static inline int
knowledge_import(struct desk *d, const struct knowledge_new *in, bool take_back,
    enum knowledge_put *put, int64_t *id, struct err *err)
{
	return knowledge_import_of(
	    d, KNOWLEDGE_GUIDE, in, take_back, put, id, err);
}
static inline int
knowledge_new_draft(struct desk *d, const char *topic, const char *draft,
    int64_t *id, struct err *err)
{
	return knowledge_new_draft_of(
	    d, KNOWLEDGE_GUIDE, topic, draft, id, err);
}
static inline int
knowledge_model_save(struct desk *d, const char *digest, const void *bytes,
    size_t n, struct err *err)
{
	return knowledge_model_save_of(
	    d, KNOWLEDGE_GUIDE, digest, bytes, n, err);
}
static inline int
knowledge_model_get(struct desk *d, char digest[SHA256_HEX_SIZE],
    struct str *bytes, struct err *err)
{
	return knowledge_model_get_of(d, KNOWLEDGE_GUIDE, digest, bytes, err);
}

#endif
