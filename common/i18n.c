/*
 * i18n - Spanish and English, looked up per call, without a system locale.
 */
#include "common/i18n.h"
#include "common/i18n_table.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static atomic_int process_lang = LANG_EN;
static _Thread_local int thread_lang = -1; /* -1: the process's */

static int
compare_entry(const void *key, const void *entry)
{
	return strcmp(key, ((const struct i18n_entry *)entry)->msgid);
}

static const struct i18n_entry *
find(enum lang lang, const char *msgid)
{
	const struct i18n_catalogue *c = &i18n_catalogues[lang];

	/* The empty key is the catalogue's header, which nobody may see. */
	if (c->count == 0 || msgid[0] == '\0')
		return NULL;
	return bsearch(
	    msgid, c->entries, c->count, sizeof(c->entries[0]), compare_entry);
}

const char *
tr(enum lang lang, const char *msgid)
{
	const struct i18n_entry *e = find(lang, msgid);

	return e ? e->text[0] : msgid;
}

const char *
tr_n(enum lang lang, const char *one, const char *many, long count)
{
	const struct i18n_entry *e = find(lang, one);

	/* Both languages use the singular for exactly one (0 is a plural). */
	if (!e || !e->text[1])
		return count == 1 ? one : many;
	return e->text[count == 1 ? 0 : 1];
}

enum lang
i18n_lang(void)
{
	if (thread_lang >= 0)
		return (enum lang)thread_lang;
	return (enum lang)atomic_load_explicit(
	    &process_lang, memory_order_relaxed);
}

void
i18n_set_process(enum lang lang)
{
	atomic_store_explicit(&process_lang, (int)lang, memory_order_relaxed);
}

void
i18n_set_thread(enum lang lang)
{
	thread_lang = (int)lang;
}

void
i18n_clear_thread(void)
{
	thread_lang = -1;
}

bool
lang_parse(const char *name, enum lang *out)
{
	if (!name)
		return false;
	for (int i = 0; i < LANG_COUNT; i++) {
		const char *code = lang_code((enum lang)i);
		size_t n = strlen(code);

		if (strncasecmp(name, code, n) == 0 &&
		    strchr("_-.@", name[n])) { /* also finds the end */
			*out = (enum lang)i;
			return true;
		}
	}
	return false;
}

const char *
lang_code(enum lang lang)
{
	switch (lang) {
	case LANG_EN:
	case LANG_COUNT:
		break;
	case LANG_ES:
		return "es";
	}
	return "en";
}

const char *
lang_name(enum lang lang)
{
	switch (lang) {
	case LANG_EN:
	case LANG_COUNT:
		break;
	case LANG_ES:
		return "Español";
	}
	return "English";
}
