/*
 * err - result codes, the sentence that goes with them, and BUG().
 */
#include "common/err.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef err_set /* what an analyser is told, see err.h */

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

static const struct reason {
	int errnum;
	int code;
	const char *text;
} reasons[] = {
    /* clang-format off */
	{ENOENT,	OD_ENOTFOUND,	N_("there is no such file or folder")},
	{EACCES,	OD_EDENIED,	N_("permission denied")},
	{EPERM,		OD_EDENIED,	N_("this operation is not permitted")},
	{EROFS,		OD_EDENIED,	N_("the file system is read-only")},
	{EEXIST,	OD_ECONFLICT,	N_("it exists already")},
	{ENOTDIR,	OD_ECONFLICT,	N_("a part of the path is no folder")},
	{EISDIR,	OD_ECONFLICT,	N_("it is a folder")},
	{ENOTEMPTY,	OD_ECONFLICT,	N_("the folder is not empty")},
	{ELOOP,		OD_ECONFLICT,	N_("it is a symbolic link")},
	{ENAMETOOLONG,	OD_EDATA,	N_("the name is too long")},
	{EAGAIN,	OD_EUNAVAIL,	N_("it is busy; try again")},
	{EBUSY,		OD_EUNAVAIL,	N_("it is busy; try again")},
	{ENOSPC,	OD_EIO,		N_("the disk is full")},
	{EDQUOT,	OD_EIO,		N_("the disk quota is used up")},
	{EFBIG,		OD_EIO,		N_("the file would be too large")},
	{EIO,		OD_EIO,		N_("the device reports an error")},
	{EMFILE,	OD_EIO,		N_("too many files are open")},
	{ENFILE,	OD_EIO,		N_("too many files are open")},
	{ENOMEM,	OD_EIO,		N_("memory is used up")},
	{ECONNREFUSED,	OD_EUNAVAIL,	N_("nobody answers there")},
	{EADDRINUSE,	OD_EUNAVAIL,	N_("the address is in use")},
	{ETIMEDOUT,	OD_EUNAVAIL,	N_("no answer in time")},
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

/*
 * The sentence ends on a screen, a stream, in a log or in an answer.  What a
 * value brought along is made harmless here, for all of them: a caller that
 * forgot the gate is no hole.
 */
static void
set_text(struct err *err, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p < 0x20 || *p >= 0x7f) {
			text_safe_buf(err->text, sizeof(err->text), text);
			return;
		}
	}
	str_copy(err->text, sizeof(err->text), text);
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
	set_text(err, text);
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
	set_text(err, text);
	return err->code;
}

static const struct reason *
find_reason(int errnum)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].errnum == errnum)
			return &reasons[i];
	return NULL;
}

const char *
err_errno_text(int errnum)
{
	const struct reason *r = find_reason(errnum);
	const char *text = r ? NULL : strerrordesc_np(errnum);

	if (r)
		return tr(i18n_lang(), r->text);
	return text ? text : _("unknown error");
}

int
err_errno_code(int errnum)
{
	const struct reason *r = find_reason(errnum);

	return r ? r->code : OD_EIO;
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
