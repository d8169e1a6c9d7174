/* staff - teams and operators of a tenant. */
#ifndef DB_RECORDS_STAFF_H
#define DB_RECORDS_STAFF_H

#include "common/json.h"
#include "db/core/desk.h"

struct team {
	int64_t id, version, created_at, updated_at;
	char name[201];
	int members;
};

struct operator {
	int64_t id, version, created_at, updated_at;
	char login[64], full_name[201], email[201], lang[8], zone[64];
	char team_name[201], extension[33];
	enum staff_role role;
	int64_t team_id;  /* 0: none */
	int64_t unix_uid; /* -1: none */
	bool enabled;
	/* Of logging in, see login.h. */
	bool login_required, has_password, has_totp;
};

int team_new(struct desk *d, const char *name, int64_t *id, struct err *err);
int team_edit(struct desk *d, int64_t id, int64_t seen_version,
    const char *name, struct err *err);
/* OD_ECONFLICT while operators belong to it. */
int team_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int team_list(struct desk *d, struct team **rows, size_t *count,
    struct err *err);
int team_get(struct desk *d, int64_t id, struct team *out, struct err *err);
int team_by_name(struct desk *d, const char *name, struct team *out,
    struct err *err);
void team_json(const struct team *t, struct json_out *out);

struct operator_new {
	const char *login, *full_name, *email, *lang, *zone;
	enum staff_role role;
	int64_t team_id, unix_uid; /* 0: none; -1: none */
};
/* login: 1 to 40 of a-z, 0-9, ".-_". */
int operator_new(struct desk *d, const struct operator_new *in, int64_t *id,
    struct err *err);
/*
 * login, full_name, email, role, team_id, unix_uid, lang, zone.  Nobody
 * changes his own role, but the owner of a desk of his own.
 */
int operator_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* The last enabled admin cannot be disabled, nor lose the role. */
int operator_set_enabled(struct desk *d, int64_t id, int64_t seen_version,
    bool enabled, struct err *err);
int operator_get(struct desk *d, int64_t id, struct operator *out,
    struct err *err);
int operator_by_login(struct desk *d, const char *login,
    struct operator *out, struct err *err);
int operator_list(struct desk *d, struct operator **rows, size_t *count,
    struct err *err);
void operator_json(const struct operator *o, struct json_out *out);

#endif
