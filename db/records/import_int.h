/* import_int - private to the files of imports. */
#ifndef DB_RECORDS_IMPORT_INT_H
#define DB_RECORDS_IMPORT_INT_H

#include "db/core/op.h"
#include "db/records/imports.h"
#include "db/records/staff.h"
#include "db/records/ticket_form.h"

#define KEY_SIZE  201
#define EXTRA_MAX 16 /* columns of comments or notes */
#define GIVEN_MAX 64 /* columns of fields of the desk's own */
#define WHO_CACHE 1024
#define OWN_FIELD 1000 /* a column's field from here on: fields[n] */
#define NO_FIELD  IN_FIELD_COUNT
#define BODY_MAX  65536

struct words { /* a word of the file that means another one */
	enum import_field field;
	char folded[80];
	char *to; /* owned */
};

struct maps { /* a heading that means a field */
	char folded[80];
	int field;
};

/* The keys of all rows, to see one that comes twice; 8 bytes each. */
struct seen {
	uint64_t *slots; /* 0: free */
	size_t size, count;
};
/* False when it was there already. */
bool import__seen_add(struct seen *s, const char *key);
void import__seen_free(struct seen *s);

struct importing {
	struct desk *d;
	struct op *op; /* NULL: nothing is changed */
	const struct import_options *o;
	struct import_result *out;
	const struct zone *zone;
	int64_t now_us;
	int columns[IMPORT_COLUMNS_MAX]; /* enum import_field, OWN_FIELD + n */
	const char *heading_of[IN_FIELD_COUNT]; /* of this row; borrowed */
	struct maps *maps;                      /* owned */
	struct words *words;                    /* owned */
	struct operator* operators;             /* owned */
	struct team *teams;                     /* owned */
	struct ticket_status *statuses;         /* owned */
	size_t operator_count, team_count, status_count;
	char category_word[65], category_key[65]; /* the last one */
	struct seen seen;
	struct {
		uint64_t hash;
		int64_t contact_id, company_id;
	} who[WHO_CACHE];
	int64_t number; /* of the newest ticket; -1: not known */
	bool number_moved;
	int64_t told_rows; /* when the progress was told last */
	bool cannot_read;      /* the file, from here on */
	const char *bad_field; /* heading; of the error of a row */
	int64_t line;
};

/* A row by its fields; everything is borrowed until the next one. */
struct import_in {
	int64_t line;
	const char *value[IN_FIELD_COUNT]; /* "" for none */
	struct {
		const char *heading, *text;
	} extra[EXTRA_MAX]; /* of IN_COMMENT and IN_NOTES */
	size_t extra_count;
	struct ticket_given given[GIVEN_MAX];
	size_t given_count;
	const struct json *comments;
	char key[KEY_SIZE], digest[65];
};

/* Headings to fields, as --map and the table say; for a row's names. */
void import__map_headings(
    struct importing *im, const char *const *names, size_t count);
/* OD_EDATA when none of them, as they were mapped, says what a row is. */
int import__check_columns(const struct importing *im, const char *const *names,
    size_t count, struct err *err);
/* 0, or OD_EDATA: the row has a value that is no text. */
int import__take_row(struct importing *im, const struct import_row *row,
    struct import_in *in, struct err *err);

/*
 * One sentence about the row; an import goes on.  field IN_FIELD_COUNT: about
 * all of it.
 */
void import__tell(struct importing *im, enum import_outcome outcome,
    enum import_field field, const char *reason);
void import__note(struct importing *im, enum import_field field,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* err's code; the error is about that field. */
int import__fault(struct importing *im, enum import_field field, int rc);

/* ---- marks ---- */

struct mark {
	int64_t record_id, at_us;
	enum record_kind kind;
	char digest[65]; /* "": it was taken back */
};
/* 1 and the mark, 0 when there is none, else OD_*. */
int import__mark(
    struct importing *im, const char *key, struct mark *out, struct err *err);
int import__mark_put(struct importing *im, const char *key,
    enum record_kind kind, int64_t record_id, const char *digest,
    struct err *err);
/* 1 when somebody changed the record since, 0 when not, else OD_*. */
int import__changed_here(struct desk *d, enum record_kind kind,
    int64_t record_id, int64_t since_us, struct err *err);
/* 1 when any source's row of the same digest made the record, else 0, OD_*. */
int import__same_row(struct importing *im, enum record_kind kind,
    int64_t record_id, const char *digest, struct err *err);

enum import_step { STEP_NEW, STEP_CHANGED, STEP_UNCHANGED, STEP_KEPT };
/* What is to be done with a row, by its mark. */
int import__step(struct importing *im, const struct import_in *in,
    enum record_kind kind, struct mark *mark, enum import_step *step,
    struct err *err);
/* Out of the trash when an undo moved it there. */
int import__restore(
    struct importing *im, const struct mark *mark, struct err *err);

/* ---- people ---- */

struct who { /* lines as they are stored */
	char name[201], email[201], phone[65], crm[129], company[201];
	char employee[65];
};
/* From a row's fields; with an employee's, what is not given is his. */
int import__who(struct importing *im, const struct import_in *in,
    struct who *out, struct err *err);
/* Inside the op: who that is, made when nobody is; 0 when nothing is known. */
int import__who_find(struct importing *im, const struct who *who,
    int64_t *contact_id, int64_t *company_id, struct err *err);
/* The contact with that CRM id, number or address; 0 for nobody. */
int import__who_known(struct importing *im, const struct who *who,
    int64_t *contact_id, struct err *err);
/* Whether the file had that id, address or number before. */
bool import__who_twice(struct importing *im, const struct who *who);
/* Inside the op: with what finds him and his company. */
int import__contact_make(struct importing *im, const struct who *who,
    const char *lang, const char *notes, int64_t *id, struct err *err);
/* A division of the company of that name, both made when they are not there. */
int import__division(struct importing *im, const char *company,
    int64_t *division_id, int64_t *company_id, struct err *err);
/* The address by which mail finds the contact, unless somebody has it. */
int import__mail_point(struct importing *im, int64_t contact_id,
    const char *email, struct err *err);

/* ---- tickets ---- */

struct import_comment {
	int kind; /* enum comment_kind */
	bool inbound;
	char author[201];
	int64_t operator_id, at_us; /* at_us 0: when the ticket was changed */
	const char *body;           /* borrowed of the row, or of owned */
	char *owned;
};

struct import_ticket {  /* a row that can be stored */
	int64_t number; /* 0: it gets one */
	int64_t created_us, updated_us, solved_us, closed_us;
	int64_t status_id, operator_id, team_id;
	int state, priority, urgency, impact, source;
	char subject[201], category[65], tags[201], reference[129];
	char priority_reason[201];
	struct str description; /* owned */
	struct who who;
	struct ticket_given given[GIVEN_MAX]; /* borrowed of the row */
	size_t given_count;
	struct import_comment *comments; /* owned */
	size_t comment_count;
};
void import__ticket_clear(struct import_ticket *t);
/* Zeroed before.  OD_EDATA for what cannot be stored. */
int import__ticket_parse(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err);
/* Inside the op. */
int import__ticket_insert(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err);
int import__ticket_update(struct importing *im, const struct import_in *in,
    struct import_ticket *t, const struct mark *mark, struct err *err);

/*
 * One row of each kind: *step says what was, or would be, done.  OD_EDATA,
 * OD_ECONFLICT, OD_ENOTFOUND, OD_ELIMIT: it is refused; else the import ends.
 */
int import__ticket(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err);
int import__contact(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err);
int import__employee(struct importing *im, const struct import_in *in,
    enum import_step *step, struct err *err);

/* Before a batch is committed: the numbers of its tickets are counted. */
int import__numbers_keep(struct importing *im, struct err *err);

#endif
