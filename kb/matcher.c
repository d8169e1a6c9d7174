/* matcher - the model that knows a desk's guides; see matcher.h. */
#include "kb/matcher.h"
#include "kb/guides_desk.h"
#include "kb/match_source.h"
#include "kb/matcher_study.h"
#include "common/fsutil.h"
#include "common/share.h"
#include "db/core/op.h"
#include "db/records/guide_bodies.h"
#include <stdlib.h>
#include <string.h>

#define MODEL_MAX ((size_t)64 << 20)

static int
shipped(const char *name, struct match_model **out, struct err *err)
{
	struct str path = STR_INIT, bytes = STR_INIT;
	int rc;

	*out = NULL;
	if ((rc = share_dir(&path, err)) == 0) {
		str_addf(&path, "/%s.model", name);
		rc = fs_read(path.s, MODEL_MAX, &bytes, err);
	}
	if (rc == 0)
		rc = match_model_take(&bytes, out, err);
	str_free(&path);
	str_free(&bytes);
	return rc;
}

int
matcher_shipped(struct match_model **out, struct err *err)
{
	return shipped("guides", out, err);
}

int
matcher_shipped_objections(struct match_model **out, struct err *err)
{
	return shipped("objections", out, err);
}

static int
add_all(struct match_trainer *t, const struct kb_guides *g,
    int (*add)(struct match_trainer *, const struct guide_file *, struct err *),
    struct err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && g != NULL && i < g->count; i++)
		if (g->files[i] != NULL)
			rc = add(t, g->files[i], err);
	return rc;
}

int
matcher_train(const struct kb_guides *guides, const struct kb_guides *more,
    struct str *out, struct err *err)
{
	struct match_trainer *t = match_trainer_new();
	int rc;

	if ((rc = add_all(t, guides, match_source_companions, err)) == 0 &&
	    (rc = add_all(t, more, match_source_companions, err)) == 0 &&
	    (rc = add_all(t, guides, match_source_guides, err)) == 0)
		rc = match_trainer_finish(t, out, err);
	match_trainer_free(&t);
	return rc;
}

int
matcher_train_objections(
    const struct kb_objections *o, struct str *out, struct err *err)
{
	struct match_trainer *t = match_trainer_new();
	int rc;

	match_trainer_weigh_nothing(t, MATCHER_OBJECTION_NOTHING);
	rc = add_all(t, &o->companions, match_source_companions, err);
	for (int i = 0; rc == 0 && i < o->count; i++)
		rc = match_source_objection(t, o->items[i], err);
	if (rc == 0)
		rc = match_trainer_finish(t, out, err);
	match_trainer_free(&t);
	return rc;
}

int
matcher_learn_of(
    struct desk *d, enum knowledge_kind kind, bool *changed, struct err *err)
{
	struct matcher_study *s = NULL;
	bool done = false;
	int rc = matcher_study_begin(d, kind, &s, err);

	if (changed != NULL)
		*changed = false;
	while (rc == 0 && s != NULL && !done)
		rc = matcher_study_step(s, &done, err);
	if (done)
		rc = matcher_study_keep(d, s, changed, err);
	matcher_study_free(&s);
	return rc;
}

int
matcher_is_behind_of(
    struct desk *d, enum knowledge_kind kind, bool *behind, struct err *err)
{
	char now[SHA256_HEX_SIZE], then[SHA256_HEX_SIZE];
	int rc;

	*behind = false;
	if (op_may(d, OP_GUIDE_TRAIN, 0, NULL) != 0)
		return 0;
	if ((rc = matcher_learnt_from(d, kind, then, err)) == 0 &&
	    then[0] != '\0' &&
	    (rc = knowledge_digest_of(d, kind, now, err)) == 0)
		*behind = strcmp(now, then) != 0;
	return rc;
}

int
matcher_follow_of(struct desk *d, enum knowledge_kind kind, struct err *err)
{
	bool behind;
	int rc = matcher_is_behind_of(d, kind, &behind, err);

	return rc == 0 && behind ? matcher_learn_of(d, kind, NULL, err) : rc;
}

static int
by_topic(const void *a, const void *b)
{
	const struct guide_topic *x = a, *y = b;

	return strcmp(x->topic, y->topic);
}

static int
hide_what_is_gone(struct desk *d, struct match_model *m, struct err *err)
{
	struct guide_topic *rows, key;
	size_t count;
	int rc = guide_topics(d, &rows, &count, err);

	if (rc != 0 || count == 0)
		return rc;
	/* The database may sort names in another order. */
	qsort(rows, count, sizeof(rows[0]), by_topic);
	for (size_t i = 0; i < match_topic_count(m); i++) {
		const struct guide_topic *t;

		str_copy(key.topic, sizeof(key.topic), match_topic(m, i));
		t = bsearch(&key, rows, count, sizeof(key), by_topic);
		if (t == NULL || !t->in_use)
			match_hide(m, i);
	}
	free(rows);
	return 0;
}

int
matcher_of_desk(struct desk *d, struct match_model **out, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	struct str bytes = STR_INIT;
	int rc;

	*out = NULL;
	rc = knowledge_model_digest_of(d, KNOWLEDGE_GUIDE, digest, err);
	if (rc == 0 && (rc = knowledge_model_get(d, digest, &bytes, err)) == 0)
		rc = match_model_take(&bytes, out, err);
	str_free(&bytes);
	if (rc == OD_ENOTFOUND || rc == OD_EDATA)
		rc = matcher_shipped(out, err);
	if (rc == 0 && (rc = hide_what_is_gone(d, *out, err)) != 0)
		match_model_free(out);
	return rc;
}

int
matcher_state(struct desk *d, char digest[SHA256_HEX_SIZE], struct err *err)
{
	struct guide_topic *rows = NULL;
	struct str all = STR_INIT;
	size_t count;
	int rc;

	if ((rc = matcher_learnt_from(d, KNOWLEDGE_GUIDE, digest, err)) != 0 ||
	    (rc = guide_topics(d, &rows, &count, err)) != 0)
		return rc;
	str_addf(&all, "%s\n", digest);
	for (size_t i = 0; i < count; i++)
		str_addf(&all, "%d %s\n", rows[i].in_use, rows[i].topic);
	sha256_hex(all.s, all.len, digest);
	str_free(&all);
	free(rows);
	return 0;
}
