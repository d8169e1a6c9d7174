/*
 * conf_int - a loaded configuration as the files conf*.c share it.
 */
#ifndef COMMON_CONF_INT_H
#define COMMON_CONF_INT_H

#include "common/conf.h"

struct conf_value { /* of one row of the table in one section */
	bool is_set;
	char *text;   /* owned; the value or default; NULL: neither */
	char **items; /* owned; CONF_LIST, CONF_SECRET */
	size_t count;
	int64_t number; /* CONF_INT, CONF_BOOL */
};

struct conf_section {
	enum conf_section_kind kind;
	char *id; /* owned; "" without a name */
	int line; /* 0: not in the file */
	struct conf_section *next;
	struct conf_value *values; /* one for each row of the table */
};

struct conf {
	char *path;                    /* owned */
	struct conf_section *sections; /* owned; in the file's order */
	char **warnings;               /* owned */
	size_t warning_count;
};

struct conf_section *conf__add_section(
    struct conf *c, enum conf_section_kind kind, const char *id, int line);
/*
 * The row of a key for a section, whose kind of channel decides between
 * several; -1 when the section cannot have it.
 */
int conf__row(const struct conf_section *s, const char *key);
/* The word of [channel] kind, "" when there is none yet. */
const char *conf__channel_kind(const struct conf_section *s);
bool conf__row_fits(const struct conf_section *s, const struct conf_key *k);
void conf__warn(struct conf *c, char *taken);

/*
 * Check text against a row and fill v; dir makes paths absolute.  Returns
 * NULL, or what is allowed instead (translated).
 */
const char *conf__set(const struct conf_key *k, struct conf_value *v,
    const char *text, const char *dir);
void conf__add_item(struct conf_value *v, const char *s, size_t n);
/* One secret for each line that is not empty. */
void conf__add_lines(struct conf_value *v, const char *s);
void conf__clear(struct conf_value *v); /* wipes secrets */

#endif
