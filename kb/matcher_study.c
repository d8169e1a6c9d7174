/* matcher_study - see matcher_study.h. */
#include "kb/matcher_study.h"
#include "common/xalloc.h"
#include "db/records/guide_bodies.h"
#include "db/records/knowledge.h"
#include "kb/guides.h"
#include "kb/match_source.h"
#include <stdlib.h>
#include <string.h>

#define SLICE_BYTES 200000 /* of guides' texts */

struct matcher_study {
	char digest[SHA256_HEX_SIZE];   /* of what it is learnt from */
	struct knowledge_version *rows; /* owned; what is published */
	size_t count, next;             /* the first that is not read yet */
	struct guide_file **files;      /* owned; of rows; NULL: unreadable */
	struct match_trainer *trainer;  /* NULL until all are read */
	struct str bytes;               /* of the model */
};

void
matcher_study_free(struct matcher_study **sp)
{
	struct matcher_study *s = *sp;

	if (s == NULL)
		return;
	for (size_t i = 0; i < s->next; i++)
		guide_file_free(&s->files[i]);
	free(s->files);
	knowledge_version_list_free(&s->rows, s->count);
	match_trainer_free(&s->trainer);
	str_free(&s->bytes);
	FREE(sp);
}

int
matcher_learnt_from(
    struct desk *d, char digest[SHA256_HEX_SIZE], struct err *err)
{
	int rc = guide_model_digest(d, digest, err);

	if (rc == OD_ENOTFOUND)
		digest[0] = '\0';
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
matcher_study_begin(struct desk *d, struct matcher_study **out, struct err *err)
{
	char now[SHA256_HEX_SIZE], then[SHA256_HEX_SIZE];
	struct knowledge_version *rows = NULL;
	struct matcher_study *s;
	size_t count = 0;
	int rc;

	*out = NULL;
	if ((rc = knowledge_digest(d, now, err)) != 0 ||
	    (rc = matcher_learnt_from(d, then, err)) != 0 ||
	    strcmp(now, then) == 0 ||
	    (rc = knowledge_published(d, &rows, &count, err)) != 0 ||
	    count == 0) {
		knowledge_version_list_free(&rows, count);
		return rc;
	}
	s = xcalloc(1, sizeof(*s));
	str_copy(s->digest, sizeof(s->digest), now);
	s->rows = rows;
	s->count = count;
	s->files = xcalloc(count, sizeof(struct guide_file *));
	*out = s;
	return 0;
}

/* ---- reading ---- */

static int
read_some(struct matcher_study *s, struct err *err)
{
	size_t bytes = 0;

	while (s->next < s->count && bytes < SLICE_BYTES) {
		struct guide_findings found = {0};
		const char *body = s->rows[s->next].body;
		size_t len = strlen(body);
		int rc = guide_file_read(
		    body, len, &found, &s->files[s->next++], err);

		guide_findings_free(&found);
		if (rc == OD_EUNAVAIL) /* memory; else it is left out */
			return rc;
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

	if (kb_shipped_files("guides", &paths, &count, NULL) == 0 &&
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

/* In the order of matcher_train, so that the same is learnt. */
static int
give_all(struct matcher_study *s, bool *any, struct err *err)
{
	bool has_own = false;
	int rc = 0;

	*any = false;
	s->trainer = match_trainer_new();
	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		const struct guide_file *f = s->files[i];

		if (f == NULL)
			continue;
		*any = *any || f->count > 0;
		has_own = has_own || f->has_concepts || f->has_out_of_scope;
		rc = match_source_companions(s->trainer, f, err);
	}
	if (rc == 0 && *any && !has_own)
		rc = add_shipped(s, err);
	for (size_t i = 0; rc == 0 && *any && i < s->count; i++)
		if (s->files[i] != NULL)
			rc = match_source_guides(s->trainer, s->files[i], err);
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
	if ((rc = knowledge_digest(d, now, err)) != 0 ||
	    (rc = matcher_learnt_from(d, then, err)) != 0)
		return rc;
	is_known = strcmp(now, then) == 0;
	if (!is_known)
		rc = knowledge_model_save(
		    d, s->digest, s->bytes.s, s->bytes.len, err);
	if (kept != NULL)
		*kept = rc == 0 && !is_known;
	return rc;
}
