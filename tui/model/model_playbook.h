/*
 * model_playbook - the cards of objections and the prompts that a tenant has,
 * and what of all knowledge is in the trash.
 */
#ifndef TUI_MODEL_MODEL_PLAYBOOK_H
#define TUI_MODEL_MODEL_PLAYBOOK_H

#include "common/i18n.h"
#include "db/records/knowledge.h"
#include "tui/model/model.h"

enum playbook_view {
	PLAYBOOK_CARDS,
	PLAYBOOK_PROMPTS,
	PLAYBOOK_TRASH, /* of guides, cards and prompts */
	PLAYBOOK_VIEWS
};

struct playbook_words {
	char title[201];
	char *description; /* owned */
	char *folded;      /* owned; title and topic, to find by */
};
struct playbook_row {
	int64_t id, version;
	enum knowledge_kind kind;
	char topic[65], category[65];
	int64_t published;  /* version in use; 0: it is but a draft */
	int64_t changed_us; /* in the trash: when it was deleted */
	bool has_draft, is_broken;
	int phrases; /* of a card, in both languages */
	struct playbook_words words[LANG_COUNT];
};
struct playbook {
	enum playbook_view view;
	uint64_t turn;
	struct playbook_row *rows; /* owned; by topic, the trash newest first */
	size_t count;
};
void playbook_clear(struct playbook *p);

/* p may be taken: copy it out and zero it. */
typedef void playbook_fn(
    struct screen *s, struct playbook *p, const struct model_answer *answer);
void model_playbook(struct model *m, struct screen *s, enum playbook_view view,
    uint64_t turn, playbook_fn *fn);

#endif
