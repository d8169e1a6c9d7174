/*
 * i18n - Spanish and English, looked up per call, without a system locale.
 *
 * Source texts are English and are the keys.  Catalogues are const tables
 * made from po/.po files at build time, so every function here is
 * thread-safe and cannot fail: an unknown text is returned as it is.
 */
#ifndef COMMON_I18N_H
#define COMMON_I18N_H

#include <stdbool.h>

enum lang {
	LANG_EN,
	LANG_ES,
	LANG_COUNT
};

/* Text of msgid in lang; msgid itself when there is no translation. */
const char *tr(enum lang lang, const char *msgid)
    __attribute__((format_arg(2)));
/* Plural by count: one for 1, many otherwise. */
const char *tr_n(enum lang lang, const char *one, const char *many, long count)
    __attribute__((format_arg(2), format_arg(3)));

/*
 * The language that _() and err_set() use: the calling thread's own when
 * i18n_set_thread was called in it, else the process's (English at first).
 */
enum lang i18n_lang(void);
void i18n_set_process(enum lang lang);
void i18n_set_thread(enum lang lang);
void i18n_clear_thread(void);

/* "es", "es_CO.UTF-8", "en"...; false when it is neither language. */
bool lang_parse(const char *name, enum lang *out);
const char *lang_code(enum lang lang); /* "en", "es" */
const char *lang_name(enum lang lang); /* "English", "Español" */

#define _(msgid) tr(i18n_lang(), msgid)
#define N_(msgid) msgid
#define NGETTEXT_(one, many, n) tr_n(i18n_lang(), one, many, n)

#endif
