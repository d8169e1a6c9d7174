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
	[-OD_EWAITS]	= {"waits for a second person", 8, 202},
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
	if (code > 0 || code < OD_EWAITS)
		code = OD_EIO;
	return &codes[-code];
}

static const struct reason *
find_reason(int errnum)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].errnum == errnum)
			return &reasons[i];
	return NULL;
}

static const char *
reason_text(enum lang lang, int errnum)
{
	const struct reason *r = find_reason(errnum);
	const char *text = r ? NULL : strerrordesc_np(errnum);

	if (r)
		return tr(lang, r->text);
	return text ? text : tr(lang, N_("unknown error"));
}

/* %m is not left to the C library, which does not know our languages. */
__attribute__((format(printf, 4, 0))) static void
format(char text[ERR_TEXT_SIZE], enum lang lang, int errnum, const char *fmt,
    va_list ap)
{
	char whole[2 * ERR_TEXT_SIZE];
	const char *at;

	fmt = tr(lang, fmt);
	at = strstr(fmt, "%m");
	if (at != NULL && (at == fmt || at[-1] != '%')) {
		str_format(whole, sizeof(whole), "%.*s%s%s", (int)(at - fmt),
		    fmt, reason_text(lang, errnum), at + 2);
		fmt = whole;
	}
	str_vformat(text, ERR_TEXT_SIZE, fmt, ap);
}

/*
 * The sentence ends on a screen, a stream, in a log or in an answer.  What a
 * value brought along is made harmless here, for all of them: a caller that
 * forgot the gate is no hole.
 */
static void
set_text(char dst[ERR_TEXT_SIZE], const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p < 0x20 || *p >= 0x7f) {
			text_safe_buf(dst, ERR_TEXT_SIZE, text);
			return;
		}
	}
	str_copy(dst, ERR_TEXT_SIZE, text);
}

int
err_set(struct err *err, int code, const char *fmt, ...)
{
	/* The arguments may point into err. */
	char text[ERR_TEXT_SIZE], plain[ERR_TEXT_SIZE] = "";
	enum lang lang = i18n_lang();
	int errnum = errno;
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	format(text, lang, errnum, fmt, ap);
	va_end(ap);
	if (lang != LANG_EN) {
		va_start(ap, fmt);
		format(plain, LANG_EN, errnum, fmt, ap);
		va_end(ap);
	}
	err->code = code;
	set_text(err->text, text);
	set_text(err->plain, plain);
	return code;
}

static void
put_before(char dst[ERR_TEXT_SIZE], const char *context, const char *sentence)
{
	char text[ERR_TEXT_SIZE];

	str_format(text, sizeof(text), "%s: %s", context, sentence);
	set_text(dst, text);
}

int
err_prefix(struct err *err, const char *fmt, ...)
{
	char context[ERR_TEXT_SIZE], plain[ERR_TEXT_SIZE];
	int errnum = errno;
	va_list ap;

	if (!err)
		return OD_EIO;
	va_start(ap, fmt);
	format(context, i18n_lang(), errnum, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	format(plain, LANG_EN, errnum, fmt, ap);
	va_end(ap);
	put_before(err->plain, plain, err_plain(err));
	put_before(err->text, context, err->text);
	return err->code;
}

const char *
err_plain(const struct err *err)
{
	return err->plain[0] != '\0' ? err->plain : err->text;
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

static void
run_handler(void)
{
	/* Taken out first: a handler with a bug of its own ends here too. */
	void (*handler)(void) = atomic_exchange(&bug_handler, NULL);

	if (handler)
		handler();
}

const char *
memory_gone_text(void)
{
	return _("Memory is used up, so the program ends; what it reported as"
		 " saved is saved. Close other programs and start it again.");
}

void
memory_gone(void)
{
	char line[ERR_TEXT_SIZE];

	run_handler();
	str_format(line, sizeof(line), "%s: %s\n",
	    program_invocation_short_name, memory_gone_text());
	(void)!write(STDERR_FILENO, line, strlen(line));
	_exit(1);
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	str_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	run_handler();
	dprintf(STDERR_FILENO, "BUG at %s:%d: %s\n", file, line, text);
	abort();
}
