/* matcher_study - see matcher_study.h. */
#include "kb/matcher_study.h"
#include "common/xalloc.h"
#include "kb/match_source.h"
#include "kb/matcher.h"
#include "kb/objections.h"
#include <stdlib.h>
#include <string.h>

#define SLICE_BYTES 200000 /* of texts */

struct matcher_study {
	enum knowledge_kind kind;
	char digest[SHA256_HEX_SIZE];   /* of what it is learnt from */
	struct knowledge_version *rows; /* owned; what is published */
	size_t count, next;             /* the first that is not read yet */
	/* Owned; of rows.  NULL: unreadable, or it is of the other list. */
	struct guide_file **files; /* guides, and the companions of either */
	struct objection **cards;
	struct match_trainer *trainer; /* NULL until all are read */
	struct str bytes;              /* of the model */
};

void
matcher_study_free(struct matcher_study **sp)
{
	struct matcher_study *s = *sp;

	if (s == NULL)
		return;
	for (size_t i = 0; i < s->next; i++) {
		guide_file_free(&s->files[i]);
		objection_free(&s->cards[i]);
	}
	free(s->files);
	free(s->cards);
	knowledge_version_list_free(&s->rows, s->count);
	match_trainer_free(&s->trainer);
	str_free(&s->bytes);
	FREE(sp);
}

int
matcher_learnt_from(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err)
{
	int rc = knowledge_model_digest_of(d, kind, digest, err);

	if (rc == OD_ENOTFOUND)
		digest[0] = '\0';
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
matcher_study_begin(struct desk *d, enum knowledge_kind kind,
    struct matcher_study **out, struct err *err)
{
	char now[SHA256_HEX_SIZE], then[SHA256_HEX_SIZE];
	struct knowledge_version *rows = NULL;
	struct matcher_study *s;
	size_t count = 0;
	int rc;

	*out = NULL;
	if (kind == KNOWLEDGE_PROMPT)
		return 0;
	if ((rc = knowledge_digest_of(d, kind, now, err)) != 0 ||
	    (rc = matcher_learnt_from(d, kind, then, err)) != 0 ||
	    strcmp(now, then) == 0 ||
	    (rc = knowledge_published_of(d, kind, &rows, &count, err)) != 0 ||
	    count == 0) {
		knowledge_version_list_free(&rows, count);
		return rc;
	}
	s = xcalloc(1, sizeof(*s));
	s->kind = kind;
	str_copy(s->digest, sizeof(s->digest), now);
	s->rows = rows;
	s->count = count;
	s->files = xcalloc(count, sizeof(struct guide_file *));
	s->cards = xcalloc(count, sizeof(struct objection *));
	*out = s;
	return 0;
}

/* ---- reading ---- */

static int
read_one(struct matcher_study *s, size_t i, size_t len, struct err *err)
{
	struct guide_findings found = {0};
	const char *body = s->rows[i].body;
	int rc;

	if (s->kind == KNOWLEDGE_CARD && s->rows[i].topic[0] != '_')
		return objection_read(body, len, &s->cards[i], err);
	rc = guide_file_read(body, len, &found, &s->files[i], err);
	guide_findings_free(&found);
	return rc;
}

static int
read_some(struct matcher_study *s, struct err *err)
{
	size_t bytes = 0;

	while (s->next < s->count && bytes < SLICE_BYTES) {
		size_t i = s->next++, len = strlen(s->rows[i].body);

		/* No memory; what else is wrong with it leaves it out. */
		if (read_one(s, i, len, err) == OD_EUNAVAIL)
			return OD_EUNAVAIL;
		bytes += len;
	}
	return 0;
}

/* The concepts and phrases of nothing that come with opdesk. */
static int
add_shipped(struct matcher_study *s, struct err *err)
{
	struct kb_guides more = {0};
	const char **own = NULL;
	char **paths;
	int rc = 0, count, n = 0;

	if (kb_shipped_files(
		s->kind == KNOWLEDGE_CARD ? "objections" : "guides", &paths,
		&count, NULL) == 0 &&
	    count > 0) {
		own = xcalloc((size_t)count, sizeof(*own));
		for (int i = 0; i < count; i++)
			if (strrchr(paths[i], '/')[1] == '_')
				own[n++] = paths[i];
		(void)kb_guides_read(own, n, &more, NULL);
	}
	for (int i = 0; rc == 0 && i < more.count; i++)
		if (more.files[i] != NULL)
			rc = match_source_companions(
			    s->trainer, more.files[i], err);
	kb_guides_free(&more);
	kb_shipped_files_free(&paths, count);
	free(own);
	return rc;
}

static int
give_one(struct matcher_study *s, size_t i, struct err *err)
{
	if (s->files[i] != NULL)
		return match_source_guides(s->trainer, s->files[i], err);
	return s->cards[i] != NULL
	           ? match_source_objection(s->trainer, s->cards[i], err)
	           : 0;
}

/*
 * In the order of matcher_train and matcher_train_objections, so that the same
 * is learnt.
 */
static int
give_all(struct matcher_study *s, bool *any, struct err *err)
{
	bool has_own = false;
	int rc = 0;

	*any = false;
	s->trainer = match_trainer_new();
	if (s->kind == KNOWLEDGE_CARD)
		match_trainer_weigh_nothing(
		    s->trainer, MATCHER_OBJECTION_NOTHING);
	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		const struct guide_file *f = s->files[i];

		*any = *any || s->cards[i] != NULL;
		if (f == NULL)
			continue;
		*any = *any || f->count > 0;
		has_own = has_own || f->has_concepts || f->has_out_of_scope;
		rc = match_source_companions(s->trainer, f, err);
	}
	if (rc == 0 && *any && !has_own)
		rc = add_shipped(s, err);
	for (size_t i = 0; rc == 0 && *any && i < s->count; i++)
		rc = give_one(s, i, err);
	return rc;
}

int
matcher_study_step(struct matcher_study *s, bool *done, struct err *err)
{
	bool any = false;
	int rc;

	*done = false;
	if (s->next < s->count)
		return read_some(s, err);
	if (s->trainer != NULL)
		return match_trainer_step(s->trainer, &s->bytes, done, err);
	rc = give_all(s, &any, err);
	*done = rc == 0 && !any;
	return rc;
}

int
matcher_study_keep(
    struct desk *d, struct matcher_study *s, bool *kept, struct err *err)
{
	char now[SHA256_HEX_SIZE], then[SHA256_HEX_SIZE];
	bool is_known;
	int rc;

	if (kept != NULL)
		*kept = false;
	if (s->bytes.len == 0)
		return 0;
	if ((rc = knowledge_digest_of(d, s->kind, now, err)) != 0 ||
	    (rc = matcher_learnt_from(d, s->kind, then, err)) != 0)
		return rc;
	is_known = strcmp(now, then) == 0;
	if (!is_known)
		rc = knowledge_model_save_of(
		    d, s->kind, s->digest, s->bytes.s, s->bytes.len, err);
	if (kept != NULL)
		*kept = rc == 0 && !is_known;
	return rc;
}
