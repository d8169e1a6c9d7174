/*
 * json - a strict reader and a small writer.
 *
 * The reader takes RFC 8259 and nothing more: strict UTF-8 without a BOM,
 * exact end, no duplicate keys, no NUL (also not as \u0000), no lone
 * surrogates, numbers finite, and the limits below.  Numbers keep their
 * text: json_int64 reads the digits, not a double, so that 64-bit ids
 * survive.  Getters are exact about names and types.  Thread-safe (no shared
 * state); a parsed document is immutable.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* a value inside a document; borrowed from it */

struct json_limits {
	size_t max_bytes;
	int max_depth;     /* arrays and objects inside each other */
	int max_nodes;     /* values in all */
	size_t max_string; /* bytes of one decoded string */
};

extern const struct json_limits
    json_limits_api; /* 256 KiB, 32, 20000, 64 KiB */
extern const struct json_limits
    json_limits_webhook; /* 4 MiB, 32, 100000, 256 KiB */

#define JSON_MAX_DEPTH 32 /* no json_limits may ask for more */

/*
 * Parse s[0..n), which may go away afterwards.  On 0 *doc is owned by the
 * caller (json_free); else it is NULL, with OD_EDATA and the byte offset and
 * reason in err, or OD_ELIMIT when a limit is passed or memory is gone.
 */
int json_parse(const char *s, size_t n, const struct json_limits *limits,
    struct json **doc, struct err *err);
void json_free(struct json **doc);

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};
enum json_type json_type(const struct json *v); /* NULL: JSON_NULL */

/* NULL when v is NULL, not an object, or has no such member. */
const struct json *json_get(const struct json *v, const char *name);
/* Nested: json_path(v, "text", "body", NULL). */
const struct json *json_path(const struct json *v, ...)
    __attribute__((sentinel));

/*
 * NULL or false when v is NULL or the member is absent or of another type;
 * *out is then left as it was.  json_int64 wants an integer that fits, as
 * written: neither 1.0 nor 1e3.  Strings hold no NUL and live as long as the
 * document.
 */
const char *json_string(const struct json *v, const char *name);
bool json_bool(const struct json *v, const char *name);
bool json_int64(const struct json *v, const char *name, int64_t *out);
bool json_double(const struct json *v, const char *name, double *out);
/* The same for a value itself (array elements). */
const char *json_as_string(const struct json *v);
bool json_as_int64(const struct json *v, int64_t *out);
bool json_as_bool(const struct json *v); /* false for anything but true */
/* A number or a string of digits, as providers mix them. */
bool json_lax_int64(const struct json *v, const char *name, int64_t *out);

/* Elements of an array or members of an object, in order. */
size_t json_size(const struct json *v);
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *element);
const char *json_name(const struct json *member); /* NULL in arrays */
/*
 * The byte of the source where a string or a name begins (after its quote),
 * for a text that a getter of this document gave; doc: what json_parse gave.
 */
size_t json_where(const struct json *doc, const char *text);

/* Append the compact text of a value. */
void json_print(const struct json *v, struct str *out);

/*
 * Append JSON text with what a terminal could take for a command as \uXXXX,
 * which is the same to whoever reads JSON: DEL, C1, and what the gate removes.
 */
void json_tame(struct str *out, const char *json, size_t n);

/*
 * Writer: appends to a struct str; commas and escapes are its business.
 * Strings should be UTF-8; each invalid byte becomes U+FFFD.  name is NULL
 * inside arrays and at the top, and only there.  Depth at most
 * JSON_MAX_DEPTH; misuse is a BUG.  A NULL string, a double that is not finite,
 * and a time of 0 are written as null; a double otherwise with the fewest
 * digits that read back as the same.
 */
struct json_out {
	struct str *out; /* borrowed */
	int depth;
	uint64_t has_item;  /* bit per level: a comma is due */
	uint64_t is_object; /* bit per level */
};

void json_out_init(struct json_out *w, struct str *out);
void json_out_object(struct json_out *w, const char *name);
void json_out_array(struct json_out *w, const char *name);
void json_out_end(struct json_out *w, char closing); /* '}' or ']' */
void json_out_string(struct json_out *w, const char *name, const char *s);
void json_out_stringn(
    struct json_out *w, const char *name, const char *s, size_t n);
void json_out_int(struct json_out *w, const char *name, int64_t v);
void json_out_double(struct json_out *w, const char *name, double v);
void json_out_bool(struct json_out *w, const char *name, bool v);
void json_out_null(struct json_out *w, const char *name);
/* RFC 3339 with Z; null for 0. */
void json_out_time(struct json_out *w, const char *name, int64_t us);
/* A text that is JSON already (checked by whoever made it). */
void json_out_raw(struct json_out *w, const char *name, const char *json);

#endif
