/*
 * cli - the same operations as a command line: opdesk NOUN VERB ...
 *
 * One row of a table is one verb, with its options and help; --help, the man
 * pages and the completions come from the rows.  With --json exactly one JSON
 * value goes to standard output (lists: one array), with --jsonl one value a
 * line; errors are one sentence on standard error.  The exit status is that
 * of common/err.h.
 */
#ifndef TUI_CLI_CLI_H
#define TUI_CLI_CLI_H

#include "common/conf.h"
#include "common/json.h"
#include "common/zone.h"
#include "db/core/desk.h"
#include "db/records/page.h"
#include "tui/invocation.h"

int cli_run(const struct invocation *in, const struct conf *conf);
/* What was printed is out; else OD_EIO with a sentence. */
int cli_flush(struct err *err);

/*
 * "opdesk message receive --mail": run by a mail server, which keeps the mail
 * and tries again only when the status is 75 (EX_TEMPFAIL).  So that is what
 * everything but a mail that can never be read (65, EX_DATAERR) becomes, from
 * a configuration that is wrong to memory that is gone.
 */
bool cli_is_for_mail(int argc, char *const *argv);
void cli_mail_begin(void);
int cli_mail_status(int status);

/* ---- for the files of this folder, one a noun or a few ---- */

struct cli_option {
	const char *name; /* "--subject" */
	/* Word for its value ("TEXT"); NULL: a flag; "X...": may be repeated.
	 */
	const char *value;
	const char *help; /* N_() */
};

enum cli_who {        /* who a verb acts as */
	CLI_NOBODY,   /* no desk is opened */
	CLI_HOST,     /* the desk's owner, no tenant needed */
	CLI_OPERATOR, /* an operator of the tenant */
};

struct cli;

struct cli_verb {
	const char *noun, *verb; /* verb NULL: the noun stands alone */
	const char *args;        /* "NUMBER", "[FILE]", "" */
	int min_args, max_args;
	const struct cli_option
	    *options; /* ends with a NULL name; NULL: none */
	enum cli_who who;
	/*
	 * The desk is opened for reading.  Any other verb is refused with
	 * --readonly, but with an option --dry-run, which changes nothing.
	 */
	bool reads_only;
	int (*run)(struct cli *c, struct err *err);
	const char *help; /* N_(): one sentence */
};

/* A table a file; they are listed in cli_table.c. */
struct cli_table {
	const struct cli_verb *rows;
	size_t count;
};
extern const struct cli_table *const cli_tables[]; /* ends with NULL */

struct cli_column {        /* of a printed list */
	const char *key;   /* member of the row's JSON object */
	const char *title; /* N_() */
	int width;         /* at most so many cells; 0: no limit; CLI_TIME */
};
#define CLI_TIME (-1) /* a time, shown in the desk's zone to the minute */

struct cli_given { /* one option as it was given */
	int place;
	const char *value; /* "" for a flag */
};

struct cli {
	const struct invocation *in;
	const struct conf *conf;
	const struct cli_verb *verb;
	struct desk *desk; /* NULL for CLI_NOBODY */
	const char **args; /* what is neither option nor value */
	int nargs;
	struct cli_given *given;
	int ngiven;
	const char *operator; /* --operator after the verb */
	const char *login;    /* --login after the verb */
	/* private: output */
	void (*people)(
	    const struct cli *c, const struct json *doc, struct str *out);
	const struct cli_column *columns; /* NULL: one value */
	size_t column_count;
	struct str out;
	struct json_out json;
	size_t rows;
	bool keep_rows;
	const struct zone *zone; /* of the times that are printed */
};

/* Value of an option, NULL when it was not given. */
const char *cli_option(const struct cli *c, const char *name);
const char *cli_option_or(
    const struct cli *c, const char *name, const char *fallback);
/*
 * Where the files of the desk at uri are: what the option says, else what the
 * configuration says, when that is its desk; NULL: their usual place.
 */
const char *cli_files_of(
    const struct cli *c, const char *option, const char *uri);
/* The k-th value of one that may be repeated, NULL behind the last. */
const char *cli_option_nth(const struct cli *c, const char *name, int k);
bool cli_flag(const struct cli *c, const char *name);
/* A whole number from an option (fallback when absent) or an argument. */
int cli_option_int(const struct cli *c, const char *name, int64_t min,
    int64_t max, int64_t fallback, int64_t *out, struct err *err);
int cli_arg_int(const struct cli *c, int index, int64_t *out, struct err *err);
/* A word from a NULL-ended list of names; its place. */
int cli_option_word(const struct cli *c, const char *name,
    const char *const *words, int fallback, int *out, struct err *err);
int cli_word(const char *what, const char *word, const char *const *words,
    int *out, struct err *err);
/* RFC 3339, or a date alone; 0 when it was not given. */
int cli_option_time(
    const struct cli *c, const char *name, int64_t *us, struct err *err);
/*
 * "TIME/NUMBER", what a list says when there is more; both are 0 when it was
 * not given.  Without TIME: the number alone.
 */
int cli_option_cursor(
    const struct cli *c, int64_t *key, int64_t *number, struct err *err);
/* That cursor and --limit (1 to 1000, else 50) of a list. */
int cli_option_page(const struct cli *c, struct page *page, struct err *err);
/*
 * The numbers meant by an argument: itself, or with "-" one a line on
 * standard input (at most 10,000).  Caller frees.
 */
int cli_arg_numbers(const struct cli *c, int index, int64_t **numbers,
    size_t *count, struct err *err);
/* A text option whose value "-" means standard input (at most 64 KiB). */
int cli_option_text(
    const struct cli *c, const char *name, struct str *out, struct err *err);

/*
 * Output.  A list: cli_list, then for each row cli_row and the record's
 * X_json(..., &c->json).  One value: cli_value, then X_json.  The framework
 * closes and prints: JSON as it is, else a table or "key: value" lines, every
 * text through the gate.
 */
void cli_list(struct cli *c, const struct cli_column *columns, size_t count);
struct json_out *cli_row(struct cli *c);
struct json_out *cli_value(struct cli *c);
/* A record that was given away and cannot be shown: its name, and that. */
void cli_handed_on(struct json_out *out, const char *name, int64_t id);
/*
 * How people see a value, instead of "key: value" lines; what is added to out
 * passes the gate afterwards.
 */
void cli_people(struct cli *c,
    void (*fn)(const struct cli *c, const struct json *doc, struct str *out));
/* A member's text for that: "" when it is not there, a time as in lists. */
void cli_add_member(const struct cli *c, const struct json *doc,
    const char *name, struct str *out);
void cli_add_time(const struct cli *c, const struct json *doc, const char *name,
    struct str *out);
/* A text of several lines, each moved in by so many blanks. */
void cli_add_block(struct str *out, int indent, const char *text);
/* A full page: say to people how to go on. */
void cli_more(const struct cli *c, const char *cursor);
/* The same of a list whose rows are named by a number alone. */
void cli_more_id(const struct cli *c, int64_t id);
/* The same of a list in order of time, as cli_option_cursor reads it. */
void cli_more_at(const struct cli *c, int64_t us, int64_t number);
/* What is done stays to be printed although the verb fails later. */
void cli_keep_rows(struct cli *c);
/* One sentence for people; nothing with --json. */
void cli_say(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Yes or no at the terminal; --no-input: no. */
bool cli_confirm(const struct cli *c, const char *question);
/* Progress on standard error when it is a terminal; done 0..all. */
void cli_progress(
    const struct cli *c, const char *what, int64_t done, int64_t all);

/* ---- people name things by what they know; cli_find.c ---- */

/* By login; "" and NULL are nobody (0). */
int cli_find_operator(
    struct cli *c, const char *login, int64_t *id, struct err *err);
int cli_find_team(
    struct cli *c, const char *name, int64_t *id, struct err *err);
/*
 * By id, or by words of the name, a number or an address when they mean only
 * one; *id.  "" and NULL: 0.
 */
int cli_find_contact(
    struct cli *c, const char *word, int64_t *id, struct err *err);
/* By id or name. */
int cli_find_company(
    struct cli *c, const char *word, int64_t *id, struct err *err);
/* By id or "COMPANY/DIVISION". */
int cli_find_division(
    struct cli *c, const char *word, int64_t *id, struct err *err);
/* By id, or by words that only one conversation has. */
int cli_find_conversation(struct cli *c, const char *word, int64_t *id,
    struct err *err);
/*
 * For a verb that only reads and, with some option, changes something:
 * OD_EDENIED with --readonly.  All others are refused before they begin.
 */
int cli_check_change(const struct cli *c, struct err *err);
/* OD_EUSAGE: an edit without anything to change. */
int cli_nothing(struct err *err);

/* For the man pages and completions. */
void cli_print_help(const char *noun, const char *verb, struct str *out);
void cli_print_mdoc(struct str *out);
int cli_print_completion(const char *shell, struct str *out, struct err *err);

#endif
