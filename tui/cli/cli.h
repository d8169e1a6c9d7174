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
#include "db/core/desk.h"
#include "tui/invocation.h"

int cli_run(const struct invocation *in, const struct conf *conf);

/* ---- for the files of this folder, one a noun or a few ---- */

struct cli_option {
	const char *name;  /* "--subject" */
	const char *value; /* word for its value ("TEXT"); NULL: a flag */
	const char *help;  /* N_() */
};

enum cli_who { /* who a verb acts as */
	CLI_NOBODY,   /* no desk is opened */
	CLI_HOST,     /* the desk's owner, no tenant needed */
	CLI_OPERATOR, /* an operator of the tenant */
};

struct cli;

struct cli_verb {
	const char *noun, *verb; /* verb NULL: the noun stands alone */
	const char *args;	 /* "NUMBER", "[FILE]", "" */
	int min_args, max_args;
	const struct cli_option *options; /* ends with a NULL name; NULL: none */
	enum cli_who who;
	bool reads_only; /* the desk is opened for reading */
	int (*run)(struct cli *c, struct err *err);
	const char *help; /* N_(): one sentence */
};

/* A table a file; they are listed in cli_table.c. */
struct cli_table {
	const struct cli_verb *rows;
	size_t count;
};
extern const struct cli_table *const cli_tables[]; /* ends with NULL */

struct cli_column { /* of a printed list */
	const char *key;   /* member of the row's JSON object */
	const char *title; /* N_() */
	int width;	   /* at most so many cells; 0: no limit */
};

struct cli {
	const struct invocation *in;
	const struct conf *conf;
	const struct cli_verb *verb;
	struct desk *desk; /* NULL for CLI_NOBODY */
	const char **args; /* what is neither option nor value */
	int nargs;
	const char **values; /* by place in verb->options; "" for a flag */
	/* private: output */
	const struct cli_column *columns; /* NULL: one value */
	size_t column_count;
	struct str out;
	struct json_out json;
	size_t rows;
};

/* Value of an option, NULL when it was not given. */
const char *cli_option(const struct cli *c, const char *name);
bool cli_flag(const struct cli *c, const char *name);
/* A whole number from an option (fallback when absent) or an argument. */
int cli_option_int(const struct cli *c, const char *name, int64_t min,
    int64_t max, int64_t fallback, int64_t *out, struct err *err);
int cli_arg_int(const struct cli *c, int index, int64_t *out,
    struct err *err);
/* A text option whose value "-" means standard input (at most 64 KiB). */
int cli_option_text(const struct cli *c, const char *name, struct str *out,
    struct err *err);

/*
 * Output.  A list: cli_list, then for each row cli_row and the record's
 * X_json(..., &c->json).  One value: cli_value, then X_json.  The framework
 * closes and prints: JSON as it is, else a table or "key: value" lines, every
 * text through the gate.
 */
void cli_list(struct cli *c, const struct cli_column *columns, size_t count);
struct json_out *cli_row(struct cli *c);
struct json_out *cli_value(struct cli *c);
/* One sentence for people; nothing with --json. */
void cli_say(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Yes or no at the terminal; --no-input: no. */
bool cli_confirm(const struct cli *c, const char *question);
/* Progress on standard error when it is a terminal; done 0..all. */
void cli_progress(const struct cli *c, const char *what, int64_t done,
    int64_t all);

/* For the man pages and completions. */
void cli_print_help(const char *noun, const char *verb, struct str *out);
void cli_print_mdoc(struct str *out);
int cli_print_completion(const char *shell, struct str *out,
    struct err *err);

#endif
