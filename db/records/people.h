/*
 * people - companies, their divisions, contacts, and how contacts are reached.
 *
 * No contact without a division, no division without a company; whoever is
 * unknown falls into the tenant's unclassified division.
 */
#ifndef DB_RECORDS_PEOPLE_H
#define DB_RECORDS_PEOPLE_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

struct company {
	int64_t id, version, created_at, updated_at, deleted_at;
	char name[201], fiscal_id[65], crm_id[129];
	char *notes; /* owned */
	int divisions, contacts;
};

struct division {
	int64_t id, version, created_at, updated_at, deleted_at, company_id;
	char name[201], company_name[201], crm_id[129];
	bool unclassified;
	int contacts;
};

struct contact {
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t division_id, company_id;
	char full_name[201], email[201], phone_number[65], lang[8], crm_id[129];
	char division_name[201], company_name[201];
	char *problem_statement, *notes; /* owned; NULL when masked */
	/* How he is reached is not for this actor: see contact.read_full. */
	bool masked;
};

enum contact_point_kind { /* stored */
	POINT_PHONE = 1,	 /* digits, no + */
	POINT_WHATSAPP_USER = 2, /* a business-scoped user id */
	POINT_TELEGRAM = 3,
	POINT_MAIL = 4,
	POINT_WEB = 5,
};

struct contact_point {
	int64_t id, contact_id;
	enum contact_point_kind kind;
	char value[201], username[201], parent_value[201];
};

struct company_new {
	const char *name, *fiscal_id, *crm_id, *notes; /* NULL: empty */
};
int company_new(struct desk *d, const struct company_new *in, int64_t *id,
    struct err *err);
/* name, fiscal_id, crm_company_id, notes */
int company_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* OD_ECONFLICT while it has live contacts. */
int company_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int company_get(struct desk *d, int64_t id, struct company *out,
    struct err *err);
int company_by_crm_id(struct desk *d, const char *crm_id,
    struct company *out, struct err *err);
/* By name, folded; match "" lists all, else names that start with it. */
int company_list(struct desk *d, const char *match, const struct page *page,
    struct company **rows, size_t *count, struct err *err);
void company_clear(struct company *c);
void company_list_free(struct company **rows, size_t count);
void company_json(const struct company *c, struct json_out *out);

int division_new(struct desk *d, int64_t company_id, const char *name,
    const char *crm_id, int64_t *id, struct err *err);
/* name, company_id, crm_division_id */
int division_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int division_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int division_get(struct desk *d, int64_t id, struct division *out,
    struct err *err);
int division_list(struct desk *d, int64_t company_id, /* 0: all */
    struct division **rows, size_t *count, struct err *err);
void division_json(const struct division *v, struct json_out *out);

struct contact_new {
	int64_t division_id; /* 0: unclassified */
	const char *full_name, *email, *phone_number, *lang, *crm_id, *notes;
	int64_t call_id; /* is with the contact from then on; 0: none */
};
/*
 * A phone number also becomes a contact point, digits only.  OD_EDENIED when
 * the actor may not link that call; then there is no contact.
 */
int contact_new(struct desk *d, const struct contact_new *in, int64_t *id,
    struct err *err);
/*
 * full_name, division_id, email, phone_number, lang, crm_contact_id,
 * problem_statement, notes.  The point of the phone number follows it.
 */
int contact_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int contact_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int contact_get(struct desk *d, int64_t id, struct contact *out,
    struct err *err);
/* Who has that address, as it is stored (digits, no +); OD_ENOTFOUND. */
int contact_by_address(struct desk *d, enum contact_point_kind kind,
    const char *value, int64_t *id, struct err *err);
/* By name; with a match what the search finds, newest contact first. */
int contact_list(struct desk *d, const char *match, int64_t division_id,
    const struct page *page, struct contact **rows, size_t *count,
    struct err *err);
/* Masked like the contact itself. */
int contact_points(struct desk *d, int64_t contact_id,
    struct contact_point **rows, size_t *count, struct err *err);
void contact_clear(struct contact *c);
void contact_list_free(struct contact **rows, size_t count);
void contact_json(const struct contact *c, struct json_out *out);

/*
 * Inside an open op: the contact behind a channel's identity.  Looks by
 * user id first, then by number; links both when they come together; makes
 * the contact in the unclassified division when nobody is known.  name may
 * be NULL or empty; it is stored cleaned and never replaces a name that a
 * person wrote.  Either identity may be "" but not both (OD_EDATA).  *is_new:
 * it was made.
 */
struct identity {
	enum contact_point_kind number_kind, user_kind;
	const char *number;  /* "34600111222" */
	const char *user_id; /* "US.1349..." */
	const char *parent_user_id, *username, *name;
};
int contact_identify(struct desk *d, struct op *op, const struct identity *who,
    int64_t *contact_id, bool *is_new, struct err *err);

#endif
