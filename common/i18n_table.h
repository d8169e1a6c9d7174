/*
 * i18n_table - the shape of the catalogues that tools/po2c.sh writes.
 *
 * Private to common/i18n.c, the generated file and their test.
 */
#ifndef COMMON_I18N_TABLE_H
#define COMMON_I18N_TABLE_H

#include "common/i18n.h"
#include <stddef.h>

struct i18n_entry {
	const char *msgid;
	const char *text[2]; /* [1] is the plural, NULL without one */
};

struct i18n_catalogue {
	const struct i18n_entry *entries; /* ascending by strcmp of msgid */
	size_t count;
};

/* LANG_EN's is empty: English is the key. */
extern const struct i18n_catalogue i18n_catalogues[LANG_COUNT];

#endif
