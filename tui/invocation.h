/* invocation - the global options of opdesk, parsed once in main. */
#ifndef TUI_INVOCATION_H
#define TUI_INVOCATION_H

#include "common/conf.h"
#include "common/str.h"
#include <stdbool.h>

struct invocation {
	const char *db;	      /* --db */
	const char *config;   /* --config */
	const char *tenant;   /* --tenant, else [desk] tenant */
	const char *operator; /* --operator: take that part; own desk only */
	const char *login;    /* --login: with the password */
	const char *password_file; /* --password-file */
	const char *lang;     /* --lang */
	const char *env_lang; /* the environment's locale, or NULL */
	bool readonly, json, jsonl, no_input, yes, plain, mouse;
	bool help, version; /* --help, --version were there */
	int delay_ms; /* OPDESK_TEST_DELAY_MS: answers are held back */
	int argc;     /* what follows: NOUN VERB ... */
	char **argv;
};

/*
 * Parse argv: global options may stand anywhere before "--".  OD_EUSAGE with
 * a sentence.  What is no global option stays in argc and argv, in order;
 * so do --operator and --login behind the noun, where verbs have their own.
 */
int invocation_parse(struct invocation *in, int argc, char **argv,
    struct err *err);
/* The name of the i-th global option, with its dashes; NULL: no more. */
const char *invocation_option(int i);
/* The global options with their help, one a line. */
void invocation_print_options(struct str *out);
/* The same as items of an mdoc list. */
void invocation_print_mdoc(struct str *out);
/*
 * --db, else [desk] database, else the user's own desk.  The password of its
 * server is set from here on, too: before anything is opened.
 */
void invocation_uri(const struct invocation *in, const struct conf *conf,
    struct str *uri);
/* OD_EUSAGE for a URI with a password in it: others see it in the list. */
int invocation_check_uri(const char *uri, struct err *err);

#endif
