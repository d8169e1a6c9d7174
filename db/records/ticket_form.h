/*
 * ticket_form - what a tenant asks of its tickets: its own labels of the
 * states, its categories, and the fields that tickets of a category have.
 *
 * Everybody who reads tickets reads these.  What is deleted here stays for
 * the tickets that have it; a value whose field has another type by now is
 * kept as it was written until somebody writes another one.
 */
#ifndef DB_RECORDS_TICKET_FORM_H
#define DB_RECORDS_TICKET_FORM_H

#include "db/records/tickets.h"

/* ---- labels of the states ---- */

struct ticket_status {
	int64_t id, version, created_at, updated_at, position;
	enum ticket_state state;
	bool is_default; /* the one of tickets that name none */
	char name[41];
};

/* By position; free() them. */
int ticket_status_list(struct desk *d, struct ticket_status **rows,
    size_t *count, struct err *err);
int ticket_status_get(
    struct desk *d, int64_t id, struct ticket_status *out, struct err *err);
/*
 * By its name, whatever its case and accents, or by the name of a state
 * ("waiting"), which means that state's default.
 */
int ticket_status_by_name(struct desk *d, const char *name,
    struct ticket_status *out, struct err *err);
/*
 * One more label of a state; position 0: behind the others.  Two of a name
 * are OD_ECONFLICT, a label of TICKET_MERGED is OD_EDATA.
 */
int ticket_status_new(struct desk *d, const char *name, enum ticket_state state,
    int64_t position, int64_t *id, struct err *err);
/* name, position; any other column is OD_EDATA. */
int ticket_status_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* OD_ECONFLICT: a state's default, or one that tickets have. */
int ticket_status_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/*
 * Those that were deleted, the last one first, at most 200; free() them.  And
 * one of them back: OD_ECONFLICT when another one has its name by now.
 */
int ticket_status_trash(struct desk *d, struct ticket_status **rows,
    size_t *count, struct err *err);
int ticket_status_restore(struct desk *d, int64_t id, struct err *err);
/* One place up (step < 0) or down in the list; at its end: no change. */
int ticket_status_move(struct desk *d, int64_t id, int step, struct err *err);
void ticket_status_json(const struct ticket_status *s, struct json_out *out);

/* ---- categories ---- */

struct ticket_category {
	int64_t id, version, created_at, updated_at, position;
	char key[65]; /* tickets.category; never changes */
	char name[65];
};

/* By position and name; free() them. */
int ticket_category_list(struct desk *d, struct ticket_category **rows,
    size_t *count, struct err *err);
/* By key, else by name whatever its case and accents. */
int ticket_category_find(struct desk *d, const char *word,
    struct ticket_category *out, struct err *err);
/* Fills category_name of rows; the key for one that nobody declared. */
int ticket_category_names(
    struct desk *d, struct ticket *rows, size_t count, struct err *err);
/*
 * key NULL or "": made from the name.  A deleted one of that key comes back
 * with the new name; a live one is OD_ECONFLICT.
 */
int ticket_category_new(struct desk *d, const char *key, const char *name,
    int64_t position, int64_t *id, struct err *err);
/* name, position. */
int ticket_category_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* Its tickets keep it.  OD_ECONFLICT while it has fields of its own. */
int ticket_category_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/* As with labels. */
int ticket_category_trash(struct desk *d, struct ticket_category **rows,
    size_t *count, struct err *err);
int ticket_category_restore(struct desk *d, int64_t id, struct err *err);
int ticket_category_move(struct desk *d, int64_t id, int step, struct err *err);
void ticket_category_json(
    const struct ticket_category *c, struct json_out *out);

/* ---- fields ---- */

enum ticket_field_type { /* stored */
	TICKET_FIELD_TEXT = 0,
	TICKET_FIELD_NUMBER = 1,
	TICKET_FIELD_DATE = 2,
	TICKET_FIELD_CHOICE = 3,
	TICKET_FIELD_YES_NO = 4,
	TICKET_FIELD_TYPE_COUNT
};
extern const char *const ticket_field_types[]; /* "text"... NULL-ended */

#define TICKET_VALUE_MAX 1000 /* bytes of a value */

struct ticket_field {
	int64_t id, version, created_at, updated_at, position;
	int64_t category_id; /* 0: tickets of all categories have it */
	enum ticket_field_type type;
	bool required; /* before a ticket is solved or closed */
	char key[65], name[65], category[65], help[201];
	char *choices; /* owned; one a line */
};
void ticket_field_clear(struct ticket_field *f);
void ticket_field_list_free(struct ticket_field **rows, size_t count);

/* Those of all categories first, then by category, position and name. */
int ticket_field_list(
    struct desk *d, struct ticket_field **rows, size_t *count, struct err *err);
/* By key. */
int ticket_field_find(
    struct desk *d, const char *key, struct ticket_field *out, struct err *err);

struct ticket_field_new {
	const char *key;                   /* NULL or "": made from the name */
	const char *name, *help, *choices; /* choices: one a line */
	int64_t category_id, position;
	enum ticket_field_type type;
	bool required;
};
/* As with categories, a deleted one of that key comes back, with its values. */
int ticket_field_new(struct desk *d, const struct ticket_field_new *in,
    int64_t *id, struct err *err);
/*
 * name, category_id, type, choices, help, required, position.  Values that do
 * not fit another type are kept; see ticket_field_misfits.
 */
int ticket_field_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* Its values are kept, and shown nowhere. */
int ticket_field_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/* As with labels; its category has to be there.  Moves within that one. */
int ticket_field_trash(struct desk *d, struct ticket_field **rows,
    size_t *count, struct err *err);
int ticket_field_restore(struct desk *d, int64_t id, struct err *err);
int ticket_field_move(struct desk *d, int64_t id, int step, struct err *err);
/* How many of its values, at most cap looked at, are not what it wants. */
int ticket_field_misfits(struct desk *d, const struct ticket_field *f, int cap,
    int *count, struct err *err);
void ticket_field_json(const struct ticket_field *f, struct json_out *out);

/*
 * A value as it is stored: "1,50" is the number 1.5, "24/12/2026" the date
 * 2026-12-24, "sí" yes, a choice as it was declared whatever its case.
 * "" is no value and always right.  OD_EDATA with a sentence that names the
 * field.  Pure.
 */
int ticket_field_value(const struct ticket_field *f, const char *typed,
    char value[TICKET_VALUE_MAX + 1], struct err *err);

/* ---- a ticket's values ---- */

struct ticket_value {
	struct ticket_field field;
	char *value; /* owned; "" when it has none */
	bool misfit; /* it is not what the field's type wants any more */
};
void ticket_values_free(struct ticket_value **rows, size_t count);
/*
 * The fields that a ticket of that category (a key; NULL: any) has, in their
 * order, with the values of this ticket; ticket_id 0: of one that is to be
 * made.
 */
int ticket_values(struct desk *d, int64_t ticket_id, const char *category,
    struct ticket_value **rows, size_t *count, struct err *err);
/* Key, name, type, value, and whether it does not fit. */
void ticket_value_json(const struct ticket_value *v, struct json_out *out);

/*
 * ticket_edit with values of fields, all in one change.  A field that the
 * ticket's category does not have is OD_EDATA; a value that is there already
 * is no change.
 */
int ticket_edit_form(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count,
    const struct ticket_given *given, size_t given_count, struct err *err);

/*
 * ticket_set_state to the state of a label, which the ticket has from then on.
 */
int ticket_set_status(struct desk *d, int64_t id, int64_t seen_version,
    int64_t status_id, const char *waiting_reason, int64_t waiting_until_us,
    struct err *err);

#endif
