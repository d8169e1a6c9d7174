/*
 * err - result codes, the sentence that goes with them, and BUG().
 */
#include "common/err.h"
#include "common/i18n.h"
#include "common/str.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct code {
	const char *name;
	int exit_status;
	int http_status;
} codes[] = {
    /* clang-format off */
	[-OD_OK]	= {"ok", 0, 200},
	[-OD_EUSAGE]	= {"usage", 2, 400},
	[-OD_ENOTFOUND]	= {"not found", 3, 404},
	[-OD_EDENIED]	= {"not allowed", 4, 403},
	[-OD_ECONFLICT]	= {"conflict", 5, 409},
	[-OD_EUNAVAIL]	= {"unavailable", 6, 503},
	[-OD_ELIMIT]	= {"limit reached", 6, 429},
	[-OD_EDATA]	= {"bad data", 7, 422},
	[-OD_EIO]	= {"input/output", 1, 500},
	[-OD_ECANCEL]	= {"cancelled", 1, 500},
    /* clang-format on */
};

static _Atomic(void (*)(void)) bug_handler;

static const struct code *
code_row(int code)
{
	if (code > 0 || code < OD_ECANCEL)
		code = OD_EIO;
	return &codes[-code];
}

int
err_set(struct err *err, int code, const char *fmt, ...)
{
	char text[ERR_TEXT_SIZE]; /* the arguments may point into err */
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	str_vformat(text, sizeof(text), tr(i18n_lang(), fmt), ap);
	va_end(ap);
	err->code = code;
	memcpy(err->text, text, sizeof(text));
	return code;
}

int
err_prefix(struct err *err, const char *fmt, ...)
{
	char context[ERR_TEXT_SIZE], text[ERR_TEXT_SIZE];
	va_list ap;

	if (!err)
		return OD_EIO;
	va_start(ap, fmt);
	str_vformat(context, sizeof(context), tr(i18n_lang(), fmt), ap);
	va_end(ap);
	str_format(text, sizeof(text), "%s: %s", context, err->text);
	memcpy(err->text, text, sizeof(text));
	return err->code;
}

int
err_exit_status(int code)
{
	return code_row(code)->exit_status;
}

int
err_http_status(int code)
{
	return code_row(code)->http_status;
}

const char *
err_name(int code)
{
	return code_row(code)->name;
}

void
bug_set_handler(void (*handler)(void))
{
	atomic_store(&bug_handler, handler);
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
	char text[ERR_TEXT_SIZE];
	void (*handler)(void);
	va_list ap;

	va_start(ap, fmt);
	str_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Taken out first: a handler with a bug of its own ends here too. */
	handler = atomic_exchange(&bug_handler, NULL);
	if (handler)
		handler();
	dprintf(STDERR_FILENO, "BUG at %s:%d: %s\n", file, line, text);
	abort();
}
