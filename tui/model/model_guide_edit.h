/*
 * model_guide_edit - a guide, a card of an objection or a prompt while it is
 * written: its draft, what is wrong with it, and what differs.
 *
 * What is being typed is kept by model_seat_draft (DRAFT_FORM), which nobody
 * else sees and which leaves no trail; the guide's own draft is that of
 * everybody who may edit.
 */
#ifndef TUI_MODEL_MODEL_GUIDE_EDIT_H
#define TUI_MODEL_MODEL_GUIDE_EDIT_H

#include "common/line_diff.h"
#include "db/records/knowledge.h"
#include "kb/guide.h"
#include "tui/model/model.h"

struct guide_text {
	enum knowledge_kind kind;
	int64_t id, version, published; /* published 0: not yet */
	char topic[65];
	char *draft;       /* owned; "": none */
	char *body;        /* owned; what is published, "": nothing */
	char *mine;        /* owned; what this operator had typed, or NULL */
	int64_t mine_seen; /* version that it was typed over */
};
void guide_text_clear(struct guide_text *t);
/* What stands on the desk: the draft, else what is published. */
const char *guide_text_stands(const struct guide_text *t);
/* t may be taken: copy it out and zero it. */
typedef void guide_text_fn(
    struct screen *s, struct guide_text *t, const struct model_answer *answer);
void model_guide_text(
    struct model *m, struct screen *s, int64_t id, guide_text_fn *fn);

/* found may be taken; revision and lang are those that it was asked with. */
typedef void guide_checked_fn(struct screen *s, struct guide_findings *found,
    unsigned revision, enum lang lang);
/* text and topic are copied; sentences are in the language of now. */
void model_guide_check(struct model *m, struct screen *s,
    enum knowledge_kind kind, const char *text, const char *topic,
    unsigned revision, guide_checked_fn *fn);

/* Two texts of a guide and what differs. */
struct guide_compare {
	int64_t id;
	int64_t from; /* number of a version; 0: nothing */
	int64_t to;   /* number of a version; 0: text */
	/* Taken; it is compared as it would be published.  NULL: the draft,
	 * against what is published, and from is filled in. */
	char *text;
	/* filled in */
	char *a, *b;             /* owned */
	struct diff_line *lines; /* owned; borrow from a and b */
	size_t count;
	int errors; /* that the linter finds in text */
};
void guide_compare_clear(struct guide_compare *c);
/* c may be taken. */
typedef void guide_compared_fn(struct screen *s, struct guide_compare *c,
    const struct model_answer *answer);
/* c is copied, its text taken. */
void model_guide_compare(struct model *m, struct screen *s,
    const struct guide_compare *c, guide_compared_fn *fn);

struct guide_versions {
	int64_t id, published;
	bool has_draft;
	struct knowledge_version *rows; /* owned; the newest first */
	size_t count;
};
/* v is borrowed during the call. */
typedef void guide_versions_fn(struct screen *s, const struct guide_versions *v,
    const struct model_answer *answer);
void model_guide_versions(
    struct model *m, struct screen *s, int64_t id, guide_versions_fn *fn);

enum guide_edit_deed {
	GUIDE_EDIT_BEGIN,   /* topic: a new guide with a first text */
	GUIDE_EDIT_KEEP,    /* text becomes the draft; "": there is none */
	GUIDE_EDIT_PUBLISH, /* text becomes the next version */
	GUIDE_EDIT_DISCARD, /* of one never published: the guide */
	GUIDE_EDIT_DELETE,
	GUIDE_EDIT_RESTORE, /* out of the trash */
	GUIDE_EDIT_IMPORT,  /* those of kind that come with opdesk */
};
struct guide_edit_action {
	enum guide_edit_deed deed;
	enum knowledge_kind kind;
	int64_t id; /* of a new one it is filled in */
	char topic[65];
	enum lang lang;  /* GUIDE_EDIT_BEGIN: its own */
	int64_t version; /* that was seen; filled in: the one now */
	char *text;      /* taken */
	unsigned revision;
	int64_t number; /* filled in: what was published, how many imported */
};
/*
 * After the model's own toast about a failure that is no conflict.  What was
 * published, imported, deleted or restored is learnt by itself.
 */
typedef void guide_edit_fn(struct screen *s,
    const struct guide_edit_action *action, const struct model_answer *answer);
/* action is copied, its text taken. */
void model_guide_edit(struct model *m, struct screen *s,
    const struct guide_edit_action *action, guide_edit_fn *fn);

#endif
