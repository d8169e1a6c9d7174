/*
 * call - one request to the API, from a table's row to its answer.
 *
 * A row says what a route takes, what it answers and how it may fail.  What
 * a request brings is checked against its row before anything is done, the
 * answers come from its flags, and the OpenAPI text is printed from the same
 * rows: so it says what is true.
 *
 * The request is parsed on the loop; `run` works on the reader or, for a row
 * that writes, within the committer's batch, and is then whole with what its
 * Idempotency-Key is remembered by, or not there at all.
 */
#ifndef SYNCD_API_CALL_H
#define SYNCD_API_CALL_H

#include "common/json.h"
#include "db/core/op.h"
#include "db/records/files.h"
#include "syncd/daemon.h"
#include "syncd/http/form.h"

enum api_type {
	API_TEXT,   /* min..max bytes */
	API_NUMBER, /* min..max */
	API_TIME,   /* RFC 3339; microseconds here */
	API_WORD,   /* one of words; its index here */
	API_MAP,    /* an object; in JSON only */
	API_LIST,   /* an array of min..max numbers; in JSON only */
	API_FLAG,   /* true or false; 1 or 0 here */
	API_ITEMS,  /* an array of min..max values; in JSON only */
};

enum api_field_flag {
	API_REQUIRED = 1,
	API_NULL = 2, /* null takes the value away */
};

struct api_field { /* of a query or a body */
	const char *name;
	enum api_type type;
	unsigned flags;
	int64_t min, max;
	const char *const *words; /* NULL-ended */
	const char *about;        /* English, for the OpenAPI text */
};

enum api_page { /* what goes with a list */
	API_PAGE_NONE,
	API_PAGE_CURSOR, /* next_cursor */
	API_PAGE_SINCE,  /* and next_since */
};

/* What a route answers: an object, or a page of them under a name. */
struct api_shape {
	const char *name;                     /* "Ticket" */
	const char *list;                     /* "tickets"; NULL: one */
	void (*sample)(struct json_out *out); /* an empty one */
	enum api_page page;
};

enum api_flag {
	API_WRITES = 1,
	API_KEY = 2,      /* takes an Idempotency-Key */
	API_IF_MATCH = 4, /* 412 when the version is another */
	API_FORM = 8,     /* a form instead of JSON, too */
	API_PERSON = 32,  /* for a person, who logs in with the body */
	API_HTML = 16,    /* a page, for who asks for text/html */
	API_BYTES = 64,   /* the body is a file, as it is */
	API_FILE = 128,   /* the answer is one; see bytes.h */
};

struct api_call;

struct api_route {
	struct route route; /* its handle is api_handle */
	unsigned flags;
	const struct api_field *query, *body;
	size_t query_count, body_count;
	const struct api_shape *shape; /* NULL: any JSON */
	int status;                    /* when it went well */
	/*
	 * On the reader or the committer, as the token.  Prints the answer to
	 * c->out and may set c->version.
	 */
	int (*run)(struct api_call *c, struct desk *d, struct err *err);
	/*
	 * On the reader before a row that writes, as the token; what it leaves
	 * in c->own is given back when the call did not go well.  Or NULL.
	 */
	int (*aside)(struct api_call *c, struct desk *d, struct err *err);
	/* Other scopes that it takes, for the OpenAPI text; or NULL. */
	const char *also;
};

#define API_FIELDS_MAX 24

struct api_value {
	bool is_there, is_null;
	int64_t i;
	const char *s;          /* borrowed from the call */
	const struct json *map; /* the same; of a list too */
};

struct api_file { /* that is the answer */
	bool is_there;
	int64_t size, from, n;
	char mime[129], digest[65], disposition[900];
};

struct api_call {
	struct daemon *daemon;
	struct http_req *req; /* the loop's */
	const struct api_route *route;
	struct work_job job;
	char token[80];
	char key[201], hash[65]; /* of the Idempotency-Key, "" none */
	char if_match[256];      /* "" when there is none */
	bool wants_html;
	char peer[64];       /* the same: from where */
	struct actor person; /* with API_PERSON: who is meant */
	int64_t record;      /* the path's {number} or {id}; 0: none */
	char session[33];    /* its {session_id}, "" none; record is -1 */
	int64_t part;        /* its {id} behind a {number}; 0: none */
	struct form query_form, form;
	struct json *doc; /* owned */
	struct api_value query[API_FIELDS_MAX], body[API_FIELDS_MAX];
	char range[80]; /* of a row with API_FILE, "" none */
	void *own;      /* of aside; or NULL */
	void (*own_free)(struct api_call *c);
	/* the answer */
	struct api_file file;
	int status;
	struct str out;
	int64_t version;   /* ETag; 0: none */
	char location[64]; /* "" none */
	const char *more;  /* a member of the problem, in out */
	bool is_done;        /* committed, not recalled by its key */
	bool is_found;     /* the path's record: what is missing is another */
	enum op_id tried;  /* what was denied within a write; OP_COUNT */
};

/* A row's handle: data is the daemon, and the row is an api_route's first. */
void api_handle(struct http_req *req, void *data);
/* The row around a route, NULL for one that is none. */
const struct api_route *api_route_of(const struct route *route);
void api_add(struct daemon *d, const struct api_route *rows, size_t count);

/* Whom a login means; 0 without one (NULL).  OD_EDATA: there is no such. */
int api_find_operator(
    struct desk *d, const char *login, int64_t *id, struct err *err);

/* ---- input.c: what came, by the row ---- */

struct api_fault { /* why a request cannot be taken */
	int status;
	const char *name; /* of the problem: a literal */
	char field[80];   /* which one, "" none */
};
/*
 * Fill in query and body from what was sent.  On an error fault says how to
 * answer, and err why.
 */
int api_take_query(
    struct api_call *c, const char *text, struct api_fault *f, struct err *err);
int api_take_body(struct api_call *c, const char *type, const void *body,
    size_t len, struct api_fault *f, struct err *err);
/* The value of a field that the row has; BUG for any other name. */
const struct api_value *api_query(const struct api_call *c, const char *name);
const struct api_value *api_body(const struct api_call *c, const char *name);
/* The text or number of one, or what is given for when it is not there. */
const char *api_text(const struct api_value *v, const char *otherwise);
int64_t api_number(const struct api_value *v, int64_t otherwise);

/*
 * Whether If-Match lets this version pass: there is none, it is "*", or it is
 * among its tags.  api_if_match_is_good: it can be read at all.
 */
bool api_if_match_is_good(const char *header);
bool api_matches(const struct api_call *c, int64_t version);

/* Where a list goes on: opaque outside. */
#define API_CURSOR_SIZE 40
void api_cursor(char out[API_CURSOR_SIZE], int64_t key, int64_t id);
int api_cursor_read(
    const struct api_value *v, int64_t *key, int64_t *id, struct err *err);

/* ---- openapi.c ---- */

/* All rows of a router as an OpenAPI 3.1 text. */
void openapi_print(const struct router *router, struct str *out);
/* The statuses that a row can answer with, ended by 0. */
#define API_STATUSES_MAX 20
void api_statuses(const struct route *route, int out[API_STATUSES_MAX]);

#endif
