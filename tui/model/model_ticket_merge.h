/*
 * model_ticket_merge - merging a ticket into another one, linking it, and what
 * there is to choose from.  Errors, and what was done, become a toast.
 */
#ifndef TUI_MODEL_MODEL_TICKET_MERGE_H
#define TUI_MODEL_MODEL_TICKET_MERGE_H

#include "db/records/ticket_merge.h"
#include "tui/model/model.h"

#define TICKET_PICK_MOST 200

/* rows: active tickets of the same contact, then the newest others. */
typedef void ticket_pick_fn(
    struct screen *s, const struct ticket *rows, size_t count, int64_t context);
void model_ticket_pick(struct model *m, struct screen *s, int64_t but_id,
    int64_t contact_id, int64_t context, ticket_pick_fn *fn);

typedef void ticket_merge_look_fn(
    struct screen *s, const struct ticket_merge *plan, int64_t target_id);
void model_ticket_merge_look(struct model *m, struct screen *s,
    int64_t source_id, int64_t target_id, ticket_merge_look_fn *fn);
/* seen_source: as the card shows it; 0: any. */
void model_ticket_merge(struct model *m, struct screen *s, int64_t source_id,
    int64_t seen_source, int64_t target_id, int64_t seen_target);

/* fn is called when something stays as it was changed since. */
typedef void ticket_unmerge_fn(
    struct screen *s, const struct ticket_unmerge *done);
void model_ticket_unmerge(struct model *m, struct screen *s, int64_t id,
    int64_t seen_version, ticket_unmerge_fn *fn);

void model_ticket_link(
    struct model *m, struct screen *s, int64_t id, int64_t other_id);

struct ticket_split_wish {
	int64_t ticket_id, version, number;
	char subject[201];
	int64_t *comments, *messages; /* taken */
	size_t comment_count, message_count;
};
/* wish is copied, its arrays are taken. */
void model_ticket_split(struct model *m, const struct ticket_split_wish *wish);

#endif
