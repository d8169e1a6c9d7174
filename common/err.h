/*
 * err - result codes, the sentence that goes with them, and BUG().
 *
 * A function that can fail because of data, disk, network or another process
 * returns 0 or a negative OD_* code; when a person may see it, its last
 * argument takes one finished sentence.  One table gives every code its exit
 * status and its HTTP status.
 */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

enum od_code {
	OD_OK = 0,
	OD_EUSAGE = -1,    /* the call itself is wrong */
	OD_ENOTFOUND = -2, /* no such record */
	OD_EDENIED = -3,   /* this actor may not */
	OD_ECONFLICT = -4, /* changed meanwhile, or its state forbids it */
	OD_EUNAVAIL = -5,  /* busy, no daemon, no device, no model */
	OD_ELIMIT = -6,    /* too many, too much */
	OD_EDATA = -7,     /* input that cannot be accepted */
	OD_EIO = -8,       /* disk, network, anything else */
	OD_ECANCEL = -9,   /* given up on request */
	OD_EWAITS = -10,   /* kept; another person has to approve it */
};

#define ERR_TEXT_SIZE 512

struct err {
	int code;                  /* OD_* of the last err_set, 0 at first */
	char text[ERR_TEXT_SIZE];  /* one sentence, UTF-8, never cut mid-rune */
	char plain[ERR_TEXT_SIZE]; /* the same in English; "" when text is */
};

#define ERR_INIT                                                               \
	{                                                                      \
		0, "", ""                                                      \
	}

/*
 * Translate fmt into the thread's language (common/i18n), format it into err
 * and return code, so that "return err_set(err, OD_EDATA, ...)" reads well.
 * err may be NULL.  fmt is a literal; xgettext extracts it from here; %m in it
 * is the reason for errno, to stand after a colon ("the disk is full").
 * The sentence is one line of safe text, whatever the values hold: what it
 * holds passed text_safe() here.
 */
int err_set(struct err *err, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Analysers read one file: let them know what comes back. */
#if defined(__clang_analyzer__) || defined(OD_ANALYZER)
static inline int
err__is(int code)
{
	return code;
}
#define err_set(err, code, ...)                                                \
	((void)err_set(err, code, __VA_ARGS__), err__is(code))
#endif

/* Put "context: " (translated, formatted) before the sentence; keeps code. */
int err_prefix(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The sentence for a log, which is in English whoever runs the program; it
 * lives in err.
 */
const char *err_plain(const struct err *err);

/* The code that fits an errno (ENOENT: OD_ENOTFOUND, EACCES: OD_EDENIED,
 * ENOSPC: OD_EIO, EAGAIN: OD_EUNAVAIL ...). */
int err_errno_code(int errnum);

/* Exit status for a code (2 usage ... 8 waits, 1 else; 0 for OD_OK). */
int err_exit_status(int code);

/* HTTP status for a code: 400 404 403 409 503 429 422 500 202; 200 for OD_OK. */
int err_http_status(int code);

/* Short English name of a code ("not found"), for logs and problem+json. */
const char *err_name(int code);

/*
 * Our own mistake: run the handler of bug_set_handler (the console restores
 * the terminal there), write file, line and text to stderr, abort.
 */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_ON(cond)                                                           \
	do {                                                                   \
		if (cond)                                                      \
			bug_at(__FILE__, __LINE__, "%s", #cond);               \
	} while (0)

/*
 * There is no memory for something small: run the same handler, write one
 * sentence to stderr and end with status 1, without a word to anybody who
 * waits for an answer.  What is half written is rolled back by the next who
 * opens the desk.  Allocates nothing; any thread.
 */
_Noreturn void memory_gone(void);
/* That sentence, for a program that could still end in order. */
const char *memory_gone_text(void);

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bug_set_handler(void (*handler)(void));

#endif
