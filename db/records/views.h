/*
 * views - lists of tickets as they were left: filter, order and columns under
 * a name and, when there is one, a number key.
 *
 * One belongs to an operator, to a team, or to the whole tenant; see whose.h.
 */
#ifndef DB_RECORDS_VIEWS_H
#define DB_RECORDS_VIEWS_H

#include "common/json.h"
#include "db/core/desk.h"

#define VIEWS_MAX     1000 /* rows that a list has at most */
#define VIEW_SLOTS    9    /* number keys: 1 to 9 */
#define VIEW_NAME     41   /* sizes of its texts */
#define VIEW_FILTER   1001
#define VIEW_ORDERING 65
#define VIEW_COLUMNS  401

struct view {
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t operator_id, team_id; /* 0, 0: the whole tenant's */
	char operator_login[64], team_name[201];
	char name[VIEW_NAME];
	char filter[VIEW_FILTER];     /* as it is typed; "": all active ones */
	char ordering[VIEW_ORDERING]; /* see ticket_sort_parse */
	char columns[VIEW_COLUMNS];   /* "number,subject"; "": the usual ones */
	int slot;                     /* number key; 0: none */
};
void view_json(const struct view *v, struct json_out *out);

struct view_new {
	const char *name;
	const char *filter, *ordering, *columns; /* NULL: none */
	int slot;                                /* 0: none */
	int64_t operator_id, team_id; /* at most one of them; 0, 0: for all */
};
/*
 * OD_EDENIED for those of others, as far as the role reaches; OD_EDATA for
 * what is not understood; OD_ECONFLICT when its owner has one of that name.
 * Another view of the same owner that had the number key loses it.
 */
int view_new(
    struct desk *d, const struct view_new *in, int64_t *id, struct err *err);
/* name, filter, ordering, columns, slot. */
int view_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int view_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int view_get(struct desk *d, int64_t id, struct view *out, struct err *err);
/*
 * The one of that name among those that the actor works with, the own one
 * before the team's before the tenant's; when none is called so, by its id.
 */
int view_find(
    struct desk *d, const char *word, struct view *out, struct err *err);
/*
 * The own ones, the teams', the tenant's, each by name; at most VIEWS_MAX.
 * at_hand: only what the actor works with.  Caller frees *rows.
 */
int view_list(struct desk *d, bool at_hand, struct view **rows, size_t *count,
    struct err *err);
/* What is under a number key among those at hand; NULL: nothing. */
const struct view *view_at_slot(
    const struct view *rows, size_t count, int slot);

#endif
