/* cli_args - what a verb was given: options, arguments, standard input. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/cli/cli_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX   65536
#define NUMBERS_MAX 10000

const char *
cli_option_nth(const struct cli *c, const char *name, int k)
{
	int place = cli__place(c->verb, name, strlen(name));

	BUG_ON(place < 0);
	for (int i = 0; i < c->ngiven; i++)
		if (c->given[i].place == place && k-- == 0)
			return c->given[i].value;
	return NULL;
}

const char *
cli_option(const struct cli *c, const char *name)
{
	return cli_option_nth(c, name, 0);
}

const char *
cli_option_or(const struct cli *c, const char *name, const char *fallback)
{
	const char *value = cli_option(c, name);

	return value != NULL ? value : fallback;
}

bool
cli_flag(const struct cli *c, const char *name)
{
	return cli_option(c, name) != NULL;
}

int
cli_option_int(const struct cli *c, const char *name, int64_t min, int64_t max,
    int64_t fallback, int64_t *out, struct err *err)
{
	const char *value = cli_option(c, name);

	*out = fallback;
	if (value == NULL || str_to_int64(value, min, max, out))
		return 0;
	return err_set(err, OD_EUSAGE,
	    "%s takes a whole number from %lld to %lld", name, (long long)min,
	    (long long)max);
}

int
cli_arg_int(const struct cli *c, int index, int64_t *out, struct err *err)
{
	BUG_ON(index >= c->nargs);
	if (str_to_int64(c->args[index], 1, INT64_MAX, out))
		return 0;
	return err_set(
	    err, OD_EUSAGE, "\"%s\" is not a number", c->args[index]);
}

int
cli_word(const char *what, const char *word, const char *const *words, int *out,
    struct err *err)
{
	struct str all = STR_INIT;

	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], word) == 0) {
			str_free(&all);
			*out = i;
			return 0;
		}
		str_addf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	err_set(err, OD_EUSAGE, "%s takes one of %s, not \"%s\"", what, all.s,
	    word);
	str_free(&all);
	return OD_EUSAGE;
}

int
cli_option_word(const struct cli *c, const char *name, const char *const *words,
    int fallback, int *out, struct err *err)
{
	const char *value = cli_option(c, name);

	*out = fallback;
	return value == NULL ? 0 : cli_word(name, value, words, out, err);
}

static bool
parse_time(const char *s, int64_t *us)
{
	char day[RFC3339_SIZE];

	if (clock_parse_rfc3339(s, us) == 0)
		return true;
	return strlen(s) == strlen("2026-11-21") &&
	       str_format(day, sizeof(day), "%sT00:00:00Z", s) &&
	       clock_parse_rfc3339(day, us) == 0;
}

int
cli_option_time(
    const struct cli *c, const char *name, int64_t *us, struct err *err)
{
	const char *value = cli_option(c, name);

	*us = 0;
	if (value == NULL || parse_time(value, us))
		return 0;
	return err_set(err, OD_EUSAGE,
	    "%s takes a time such as 2026-11-21T09:30:00Z or a date", name);
}

int
cli_option_cursor(
    const struct cli *c, int64_t *key, int64_t *number, struct err *err)
{
	const char *value = cli_option(c, "--cursor"), *slash;
	char time[RFC3339_SIZE];

	*key = *number = 0;
	if (value == NULL)
		return 0;
	slash = strchr(value, '/');
	if (slash == NULL && str_to_int64(value, 1, INT64_MAX, number))
		return 0;
	if (slash != NULL && (size_t)(slash - value) < sizeof(time)) {
		str_format(
		    time, sizeof(time), "%.*s", (int)(slash - value), value);
		if (parse_time(time, key) &&
		    str_to_int64(slash + 1, 1, INT64_MAX, number))
			return 0;
	}
	return err_set(err, OD_EUSAGE,
	    "\"%s\" is no cursor; a list names the one to go on with", value);
}

int
cli_option_page(const struct cli *c, struct page *page, struct err *err)
{
	int64_t limit;
	int rc = cli_option_int(c, "--limit", 1, 1000, 50, &limit, err);

	if (rc != 0)
		return rc;
	page->limit = (int)limit;
	return cli_option_cursor(c, &page->after_key, &page->after_id, err);
}

/* Standard input, up to max bytes. */
static int
read_input(struct str *out, size_t max, struct err *err)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0) {
		str_addn(out, piece, n);
		if (out->len > max)
			return err_set(err, OD_ELIMIT,
			    "The text on standard input is longer than %lld"
			    " KiB",
			    (long long)max / 1024);
	}
	if (ferror(stdin))
		return err_set(err, OD_EIO, "Standard input cannot be read");
	return 0;
}

int
cli_option_text(
    const struct cli *c, const char *name, struct str *out, struct err *err)
{
	const char *value = cli_option(c, name);

	if (value == NULL)
		return 0;
	if (strcmp(value, "-") == 0)
		return read_input(out, INPUT_MAX, err);
	str_add(out, value);
	return 0;
}

static int
read_numbers(int64_t *numbers, size_t *count, struct err *err)
{
	struct str text = STR_INIT;
	int rc = read_input(&text, (size_t)NUMBERS_MAX * 21, err);
	char *at = text.s;

	while (rc == 0 && *at != '\0') {
		size_t n = strcspn(at, "\n");
		bool last = at[n] == '\0';

		at[n] = '\0';
		if (*count == NUMBERS_MAX)
			rc = err_set(err, OD_ELIMIT,
			    "There are more than %d numbers", NUMBERS_MAX);
		else if (n > 0 &&
			 !str_to_int64(at, 1, INT64_MAX, &numbers[(*count)++]))
			rc = err_set(
			    err, OD_EUSAGE, "\"%s\" is not a number", at);
		at += last ? n : n + 1;
	}
	str_free(&text);
	return rc;
}

int
cli_arg_numbers(const struct cli *c, int index, int64_t **numbers,
    size_t *count, struct err *err)
{
	bool many = strcmp(c->args[index], "-") == 0;
	int rc;

	*numbers = xcalloc(many ? NUMBERS_MAX : 1, sizeof(**numbers));
	*count = many ? 0 : 1;
	rc = many ? read_numbers(*numbers, count, err)
	          : cli_arg_int(c, index, *numbers, err);
	if (rc != 0)
		FREE(numbers);
	return rc;
}

bool
cli_confirm(const struct cli *c, const char *question)
{
	char answer[16];

	if (c->in->no_input || !isatty(STDIN_FILENO))
		return false;
	fprintf(stderr, "%s [%s] ", question, _("y/N"));
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return false;
	return answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 's' ||
	       answer[0] == 'S';
}
