/*
 * checklists - what is to be done, item by item: templates, and the checks
 * that stand on a ticket.
 *
 * An item is a line; one that begins with "!" has to be ticked before a person
 * solves the ticket.  A template with a category is put into its tickets by
 * itself.  What was put on a ticket stays as it is when the template changes.
 */
#ifndef DB_RECORDS_CHECKLISTS_H
#define DB_RECORDS_CHECKLISTS_H

#include "common/json.h"
#include "db/core/desk.h"

#define CHECKS_MAX 100 /* of a template, and on a ticket */

struct checklist {
	int64_t id, version, created_at, updated_at, deleted_at, position;
	char name[65], category[65];
	char *items; /* owned; one a line */
};
void checklist_clear(struct checklist *l);
void checklist_list_free(struct checklist **rows, size_t count);
void checklist_json(const struct checklist *l, struct json_out *out);

struct checklist_new {
	const char *name, *items;
	const char *category; /* NULL: none; else the name or key of one */
	int64_t position;
};
/*
 * Items are kept without blanks around them, without empty lines, and without
 * the "-", "*", "- [ ]" of a list that was pasted.  OD_EDATA: no name, no
 * item, one that is too long, or too many.
 */
int checklist_new(struct desk *d, const struct checklist_new *in, int64_t *id,
    struct err *err);
/* name, items, category, position. */
int checklist_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int checklist_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int checklist_restore(struct desk *d, int64_t id, struct err *err);
/* One place up (step < 0) or down in the list. */
int checklist_move(struct desk *d, int64_t id, int step, struct err *err);
/* One in the trash too; the caller looks at deleted_at. */
int checklist_get(struct desk *d, int64_t id, struct checklist *out,
    struct err *err);
/* By its id or its name, however that is written. */
int checklist_find(struct desk *d, const char *word, struct checklist *out,
    struct err *err);
/* By position and name; those in the trash instead. */
int checklist_list(struct desk *d, bool trash, struct checklist **rows,
    size_t *count, struct err *err);

/* ---- on a ticket ---- */

struct ticket_check {
	int64_t id, version, checklist_id, position;
	int64_t done_us, done_by; /* 0: not done */
	bool is_required;
	char text[201];
	char done_name[201], checklist[65]; /* "": nobody, none */
};
/* In their order; the caller frees rows. */
int ticket_checks(struct desk *d, int64_t ticket_id,
    struct ticket_check **rows, size_t *count, struct err *err);
void ticket_check_json(const struct ticket_check *c, struct json_out *out);

struct check_sum {
	int64_t ticket_id;
	int all, done;
};
/*
 * How many checks tickets have: one row for each of ids that has any, in no
 * order.  sums has room for count.  Whoever has the tickets may read them.
 */
int ticket_check_sums(struct desk *d, const int64_t *ids, size_t count,
    struct check_sum *sums, size_t *found, struct err *err);

/*
 * Put a template's items on a ticket, behind those that are there.  What of it
 * stands there already is left out; OD_ECONFLICT when that is all.
 */
int ticket_check_put(struct desk *d, int64_t ticket_id, int64_t checklist_id,
    int *added, struct err *err);
/* Items of one's own, one a line as in a template. */
int ticket_check_add(struct desk *d, int64_t ticket_id, const char *items,
    int *added, struct err *err);
/*
 * Tick, or untick.  What is so already stays as it is, with who did it.
 * OD_ENOTFOUND: the ticket has no such check.
 */
int ticket_check_set(struct desk *d, int64_t ticket_id, int64_t check_id,
    bool done, struct err *err);
int ticket_check_remove(struct desk *d, int64_t ticket_id, int64_t check_id,
    struct err *err);

#endif
