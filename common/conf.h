/*
 * conf - opdesk.conf: one table of keys with type, default, check and help.
 *
 * Lines are "[section]", "[section NAME]", "key = value" and comments, which
 * begin with ';' or '#' or stand after a blank and ';'.  A value is never
 * quoted or continued; an empty one counts as not given.  An unknown, wrong
 * or doubled key is an error with file and line.  The same table prints
 * opdesk.conf(5)'s list, the commented example and `opdesk config show`.
 *
 * A secret is NAME_file (a path, relative to the configuration's directory,
 * one secret a line) or NAME itself when nobody else can read the file; NAME
 * may then be repeated.  Its value never appears in any output here.
 * Loop or main thread; a loaded struct conf is immutable, a reload makes a
 * new one.
 */
#ifndef COMMON_CONF_H
#define COMMON_CONF_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_section_kind {
	CONF_DESK,
	CONF_DAEMON,
	CONF_INVENTORY,
	CONF_CHANNEL, /* [channel NAME] */
	CONF_LLM,
	CONF_ERP, /* [erp NAME] */
	CONF_RECORDER,
	CONF_CALL,
	CONF_SECTION_COUNT
};

enum conf_type {
	CONF_STRING,
	CONF_INT,
	CONF_BOOL,
	CONF_ENUM,
	CONF_PATH, /* made absolute against the file's directory; a URI stays */
	CONF_URL,
	CONF_ADDRESS, /* host:port */
	CONF_LIST,    /* comma separated */
	CONF_SECRET   /* NAME or NAME_file; several lines: rotation */
};

struct conf_key { /* one row of the table */
	enum conf_section_kind section;
	const char *name;
	enum conf_type type;
	const char *fallback;      /* text of the default; NULL: required */
	const char *const *values; /* CONF_ENUM: allowed words, NULL-ended */
	int64_t min, max;          /* CONF_INT */
	const char *env;           /* older systems' variable, or NULL */
	/* CONF_CHANNEL: the only kinds that have it ("twilio telegram") */
	const char *kinds;
	/* More than the type says: NULL when fine, else N_() of what is. */
	const char *(*check)(const char *value);
	const char *help; /* N_(): one sentence for the man page */
};
/*
 * The rows stand in the order in which they are printed.  A key whose
 * default depends on the channel's kind has a row for each of them.
 */
const struct conf_key *conf_table(size_t *count);
const char *conf_section_name(enum conf_section_kind kind);
bool conf_section_has_name(enum conf_section_kind kind); /* [erp NAME] */

struct conf;
struct conf_section; /* one [section]; borrowed from its conf */

/*
 * How later loads treat their surroundings; both are false at first and
 * meant for main.  With conf_use_env a key that is not given may come from
 * its older variable.  With conf_secrets_optional a secret file that cannot
 * be read is a warning and no error (a console need not see what only the
 * daemon may read).
 */
void conf_use_env(bool use);
void conf_secrets_optional(bool optional);

/*
 * Read path.  OD_EDATA names file, line and what is allowed; OD_ENOTFOUND
 * when there is no file.  conf_default gives the table's defaults.
 */
int conf_load(const char *path, struct conf **conf, struct err *err);
int conf_parse(const char *text, size_t n, const char *name, struct conf **conf,
    struct err *err);
struct conf *conf_default(void);
void conf_free(struct conf **conf);
const char *conf_path(const struct conf *conf); /* "" for defaults */
/*
 * $XDG_CONFIG_HOME/opdesk/opdesk.conf (else ~/.config), then
 * /etc/opdesk/opdesk.conf: the first that exists, else the first name.
 */
void conf_find(struct str *path);
/* The operator's own keys, beside the first of these; "" without a home. */
void conf_find_keys(struct str *path);

const struct conf_section *conf_section(const struct conf *conf,
    enum conf_section_kind kind); /* never NULL for unnamed sections */
const struct conf_section *conf_next(const struct conf *conf,
    enum conf_section_kind kind, const struct conf_section *after);
/* Whose a [channel] or an [erp] is: its tenant, else that of [desk]; "" when
 * neither is set: then it is the desk's only one. */
const char *conf_tenant(
    const struct conf *conf, const struct conf_section *s);
const struct conf_section *conf_named(
    const struct conf *conf, enum conf_section_kind kind, const char *name);
const char *conf_section_id(const struct conf_section *s); /* NAME */
/* True when the file or the environment gave it. */
bool conf_is_set(const struct conf_section *s, const char *key);
/*
 * The value, else the default.  Asking for a key that the section does not
 * have in the table, or as another type, is a BUG; a key of another kind of
 * channel is "", 0 or false.
 */
const char *conf_string(const struct conf_section *s, const char *key);
int64_t conf_int(const struct conf_section *s, const char *key);
bool conf_bool(const struct conf_section *s, const char *key);
size_t conf_list_count(const struct conf_section *s, const char *key);
const char *conf_list_item(
    const struct conf_section *s, const char *key, size_t i);

/* Secrets: read at load, wiped by conf_free.  "" when absent. */
size_t conf_secret_count(const struct conf_section *s, const char *key);
const char *conf_secret(
    const struct conf_section *s, const char *key, size_t i);

/* Warnings that are no errors (mode, age, reuse), one sentence each. */
void conf_warnings(const struct conf *conf,
    void (*fn)(const char *sentence, void *data), void *data);

/* The table as a commented opdesk.conf, with every default. */
void conf_print_example(struct str *out);
/* The table as the mdoc lists of opdesk.conf(5), in the thread's language. */
void conf_print_mdoc(struct str *out);
/* What is in force, as a file; secrets only as "; NAME is set". */
void conf_print_values(const struct conf *conf, struct str *out);

#endif
