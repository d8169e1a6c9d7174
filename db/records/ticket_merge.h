/*
 * ticket_merge - one ticket taken into another one, and out of it again.
 *
 * What belongs to the source (comments, conversations, links, checks, time
 * worked) goes to the target; the source stays as it is, merged, and what is
 * said on it from then on goes to the target as well.
 */
#ifndef DB_RECORDS_TICKET_MERGE_H
#define DB_RECORDS_TICKET_MERGE_H

#include "db/records/tickets.h"

/* What a merge will do, or did. */
struct ticket_merge {
	int64_t source, target;                            /* numbers */
	int64_t source_version, target_version;            /* before it */
	int comments, conversations, links, checks, times; /* that move */
	char subject[201];                                 /* the target's */
	enum ticket_state state;                           /* the target's */
	char tags[201];     /* that the target has then */
	bool tags_left_out; /* they are more than a ticket can have */
	bool takes_contact; /* the target had none */
	bool contacts_differ;
};
void ticket_merge_json(const struct ticket_merge *m, struct json_out *out);

/*
 * What would happen.  The refusals are those of ticket_merge: OD_ECONFLICT for
 * itself, for what is in the trash, and for what is merged already.
 */
int ticket_merge_look(struct desk *d, int64_t source_id, int64_t target_id,
    struct ticket_merge *out, struct err *err);
/*
 * The versions are those that were looked at (0: any); a stale one is
 * OD_ECONFLICT.  The actor must be allowed to merge both.  out may be NULL.
 */
int ticket_merge(struct desk *d, int64_t source_id, int64_t seen_source,
    int64_t target_id, int64_t seen_target, struct ticket_merge *out,
    struct err *err);

struct ticket_unmerge {
	int64_t source, target; /* numbers; target 0: it does not exist */
	int back;               /* values that are as they were before */
	int kept;               /* that were changed since, and stay so */
	int since;              /* comments for the target alone, which stay */
	struct str told;        /* owned: a line for each thing that stays */
};
void ticket_unmerge_clear(struct ticket_unmerge *u);
void ticket_unmerge_json(const struct ticket_unmerge *u, struct json_out *out);
/*
 * Take the merge of the source back: each value that still is what the merge
 * made it becomes what it was, and so do late replies to the source; whatever
 * was changed since stays and is told.  OD_ECONFLICT when it is not merged,
 * when one of the two is in the trash, and when the target was merged into a
 * third one since (that comes first).  out may be NULL.
 */
int ticket_unmerge(struct desk *d, int64_t source_id, int64_t seen_version,
    struct ticket_unmerge *out, struct err *err);

/*
 * Where what is said on a ticket goes: the ticket itself, or the last of those
 * that it was merged into.  No permission is asked.
 */
int ticket_target(
    struct desk *d, int64_t id, int64_t *target_id, struct err *err);

#endif
