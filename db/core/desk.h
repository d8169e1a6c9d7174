/*
 * desk - an open database plus who is acting: the way to change anything.
 *
 * A struct desk belongs to one thread at a time.  Every write is a use case
 * in db/records/, inside op_begin and op_end (db/core/op.h).
 */
#ifndef DB_CORE_DESK_H
#define DB_CORE_DESK_H

#include "common/clock.h"
#include "common/err.h"
#include "common/i18n.h"
#include "db/core/db.h"
#include "db/core/record.h"
#include <stdbool.h>
#include <stdint.h>

enum staff_role {
	ROLE_OPERATOR,
	ROLE_SUPERVISOR,
	ROLE_TECHNICIAN,
	ROLE_ADMIN,
	ROLE_AUDITOR,
	ROLE_BOT,
	STAFF_ROLE_COUNT
};
extern const char *const role_names[]; /* "operator"... NULL-ended */

enum actor_kind { /* stored in audit and changes */
	ACTOR_SYSTEM = 0,   /* the daemon's own facts */
	ACTOR_OPERATOR = 1,
	ACTOR_TOKEN = 2,
	ACTOR_BOT = 3,
	ACTOR_HOST = 4, /* the account that owns the desk: init, tenants */
};

struct actor {
	enum actor_kind kind;
	int64_t tenant_id; /* 0 for ACTOR_HOST without a tenant */
	int64_t id;	   /* operator or token; 0 else */
	int64_t team_id;   /* of the operator, 0 when none */
	enum staff_role role;
	bool has_secret;   /* a password, or a code generator */
	char login[64];
	char name[128];	   /* shown to people */
	char scopes[512];  /* ACTOR_TOKEN: operation names, comma separated */
};

#define SESSION_SIZE 17

/*
 * What an operator replies goes out so long after it was written: until then
 * programs do not see it, and op_undo takes it back, but not from then on.
 */
#define REPLY_HOLD_US (15 * US_PER_SECOND)

struct desk {
	struct db *db; /* owned */
	struct actor actor;
	char session[SESSION_SIZE]; /* random hex, in audit rows */
	bool readonly;	  /* --readonly: every op_begin refuses */
	bool single_user; /* the owner's own desk: owner may do everything */
	bool owned; /* the process's account owns the desk */
	bool takes_part; /* it acts as somebody, without his password */
	bool wants_login;   /* see desk_act_as_operator */
	bool wants_step_up; /* see op_stepped_up */
	bool wants_typed;   /* see op_typed */
	int64_t proposed;   /* with OD_EWAITS: the approval that was kept */
	char wanted_word[65];	   /* what is to be typed */
	char wanted[65], typed[65]; /* private to op_second.c: digests */
	struct op_approved *approved; /* private: what runs now; see op.h */
	int64_t stepped_up_us; /* private to db/core: monotonic; 0: never */
	struct conflict conflict; /* of the last OD_ECONFLICT */
	bool outdated;		  /* this program is too old to write */
	bool moved;		  /* it is, as the desk is elsewhere now */
	bool saved;		  /* the last operation, by its commit */
	int narrowed; /* private to db/core: see op_narrow; 0: no */
	bool in_batch, in_group;  /* private to op.c */
	int group_rc;		  /* private to op.c: of what failed in it */
	bool careful; /* private to op.c: the last batch was not saved */
	struct {
		bool open;
		int64_t undo_id; /* 0 until something changed */
		int denied_op;   /* + 1; 0: nothing was refused */
		int64_t denied_id;
	} together; /* private to db/core: see op_together_begin */
	struct {
		int op, result;
		int64_t actor_id, record_id;
		bool waits; /* in a desk to read: see op_note_reads */
	} looked[16]; /* private to op_read.c */
	unsigned looked_count;
	int64_t search_from;	  /* private to search.c; see search_flush */
	char files_dir[512];	  /* attachments; made on first use */
	char seal_path[512];	  /* the key of what is sealed; may not be */
	char drafts_dir[512];	  /* see draft_files.h; made on first use */
	char id[33];		  /* the same in every copy of the desk */
	int64_t recalled; /* by the last op_undo: a comment; 0: none */
	bool has_draft_files;	  /* of this session; see draft_files.h */
};

struct desk_options {
	const char *uri;      /* path of the desk */
	const char *files;    /* "" or NULL: files/ beside the desk */
	const char *seal_key; /* "" or NULL: a file beside the desk */
	bool readonly;
	bool closed; /* also one that was moved away, see desk_copy.h */
};

/*
 * Open, check schema and rights; the actor is ACTOR_HOST until one of the
 * desk_act_as calls.  Errors as db_open; OD_ECONFLICT when the schema is
 * older than this program's (a sentence says: opdesk desk upgrade).
 */
int desk_open(const struct desk_options *options, struct desk **desk,
    struct err *err);
void desk_close(struct desk **desk);
/*
 * OD_EUNAVAIL with where it is now, when this desk was moved away: for who
 * opened it to read and may take what is old for what is.
 */
int desk_check_moved(struct desk *d, struct err *err);

/*
 * Which rows the server shows and takes (db_set_tenant).  The desk_act_as
 * calls choose the actor's own tenant, or all for the desk's owner and for
 * tenant 0; what is about all tenants, whoever acts, says so by these.
 */
void desk_see_all(struct desk *d);
void desk_see_own(struct desk *d);

/*
 * The tenant of that name, NULL or "" for the only one there is; no permission
 * is asked.  OD_ENOTFOUND when there is none, OD_EUSAGE when "" could be
 * several.
 */
int desk_find_tenant(struct desk *d, const char *slug, int64_t *id,
    struct err *err);
/*
 * The tenant as above, then the operator by login (NULL: by unix_uid of the
 * process; in a single-user desk without a match: the first admin).  By login
 * only the account that owns the desk takes somebody's part.
 * OD_EDENIED with d->wants_login: it takes name and password, see login.h;
 * the tenant is chosen and nobody acts yet.
 */
int desk_act_as_operator(struct desk *d, const char *tenant_slug,
    const char *login, struct err *err);
/*
 * The operator whose Unix account asks, as the kernel told it: of the tenant
 * of that name when he is one there, else of the first.  A password that he
 * would have to give at the console is not asked for.  OD_EDENIED: the account
 * is no operator's.
 */
int desk_act_as_account(struct desk *d, const char *tenant_slug, int64_t uid,
    struct err *err);
/* The daemon's facts for a tenant. */
void desk_act_as_system(struct desk *d, int64_t tenant_id);
int desk_act_as_host(struct desk *d, const char *tenant_slug,
    struct err *err);
/* A bearer token "opd_..."; OD_EDENIED when unknown, expired or revoked. */
int desk_act_as_token(struct desk *d, const char *token, struct err *err);
/*
 * The operator who is signed in to the page for phones, see mobile.h; until
 * *expires_us.  OD_EDENIED when he is not, or not any more.
 */
int desk_act_as_session(struct desk *d, const char *session,
    int64_t *expires_us, struct err *err);

/*
 * The directory of a desk's files: the one set, else files/ beside it.  What
 * stands beside a desk on a server is in a directory of its name where the
 * user's own desk would be.
 */
int desk_files_dir(const char *uri, const char *set, char *out, size_t size,
    struct err *err);
/*
 * The desk's absolute path + suffix, for what stands beside it; "" when there
 * is no such directory.
 */
void desk_beside(const char *uri, const char *suffix, struct str *path);
/* $XDG_DATA_HOME/opdesk/desk.db (else ~/.local/share). */
void desk_default_uri(struct str *path);
/* What a person typed: "~/x" is below that person's home. */
void desk_user_path(struct str *path, const char *typed);

/*
 * Make a new desk at uri: directory 0700, file 0600, schema, meta rows.
 * OD_ECONFLICT when one is there; one without a tenant is taken up, as it was
 * not finished.
 */
int desk_create(const char *uri, struct err *err);
/* The directory that its file will be in, 0700; nothing on a server. */
int desk_make_parent(const char *uri, struct err *err);

#endif
