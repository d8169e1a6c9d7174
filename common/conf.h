/*
 * conf - opdesk.conf: one table of keys with type, default, check and help.
 *
 * An INI file read with inih.  An unknown or wrong key is an error with file
 * and line.  The same table prints opdesk.conf(5)'s list, the commented
 * example and `opdesk config show`.  A secret is NAME_file (a path, relative
 * to the configuration's directory) or NAME itself when the file is 0600;
 * its value never appears in any output here.  Loop or main thread; a loaded
 * struct conf is immutable, a reload makes a new one.
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
	CONF_SECTION_COUNT
};

enum conf_type {
	CONF_STRING,
	CONF_INT,
	CONF_BOOL,
	CONF_ENUM,
	CONF_PATH, /* made absolute against the file's directory */
	CONF_URL,
	CONF_ADDRESS, /* host:port */
	CONF_LIST,    /* comma separated */
	CONF_SECRET   /* NAME or NAME_file; several lines: rotation */
};

struct conf_key { /* one row of the table */
	enum conf_section_kind section;
	const char *name;
	enum conf_type type;
	const char *fallback;	   /* text of the default; NULL: required */
	const char *const *values; /* CONF_ENUM: allowed words, NULL-ended */
	int64_t min, max;	   /* CONF_INT */
	const char *env;	   /* older systems' variable, or NULL */
	const char *help;	   /* N_(): one sentence for the man page */
};
const struct conf_key *conf_table(size_t *count);
const char *conf_section_name(enum conf_section_kind kind);

struct conf;
struct conf_section; /* one [section]; borrowed from its conf */

/*
 * Read path.  OD_EDATA names file, line and what is allowed; OD_ENOTFOUND
 * when there is no file.  conf_default gives the table's defaults.
 */
int conf_load(const char *path, struct conf **conf, struct err *err);
int conf_parse(const char *text, size_t n, const char *name,
    struct conf **conf, struct err *err);
struct conf *conf_default(void);
void conf_free(struct conf **conf);
const char *conf_path(const struct conf *conf); /* "" for defaults */
/*
 * $XDG_CONFIG_HOME/opdesk/opdesk.conf (else ~/.config), then
 * /etc/opdesk/opdesk.conf: the first that exists, else the first name.
 */
void conf_find(struct str *path);

const struct conf_section *conf_section(const struct conf *conf,
    enum conf_section_kind kind); /* never NULL for unnamed sections */
const struct conf_section *conf_next(const struct conf *conf,
    enum conf_section_kind kind, const struct conf_section *after);
const struct conf_section *conf_named(const struct conf *conf,
    enum conf_section_kind kind, const char *name);
const char *conf_section_id(const struct conf_section *s); /* NAME */
bool conf_is_set(const struct conf_section *s, const char *key);
/* Asking for a key that the table does not have is a BUG. */
const char *conf_string(const struct conf_section *s, const char *key);
int64_t conf_int(const struct conf_section *s, const char *key);
bool conf_bool(const struct conf_section *s, const char *key);
size_t conf_list_count(const struct conf_section *s, const char *key);
const char *conf_list_item(const struct conf_section *s, const char *key,
    size_t i);

/* Secrets: read at load, wiped by conf_free.  "" when absent. */
size_t conf_secret_count(const struct conf_section *s, const char *key);
const char *conf_secret(const struct conf_section *s, const char *key,
    size_t i);

/* Warnings that are no errors (mode, age, reuse), one sentence each. */
void conf_warnings(const struct conf *conf,
    void (*fn)(const char *sentence, void *data), void *data);

#endif
