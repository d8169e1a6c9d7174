/*
 * keymap_file - the operator's own keys: a line gives a command other keys.
 *
 * All lines take the old keys away before any gives new ones, so that two
 * commands may change places.
 */
#include "common/i18n.h"
#include "common/nearest.h"
#include "common/str.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/term/keymap_int.h"

#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 256
#define KEYS_MAX  8   /* of a command in one place */
#define LINES_MAX 512 /* that say something */
#define NONE      "none"

struct line {
	int number;
	char context[NAME_SIZE], command[NAME_SIZE];
	char keys[LINE_SIZE]; /* separated by blanks */
};

struct file {
	const struct keymap *km;
	const struct keymap_names *names;
	char context[NAME_SIZE]; /* of the section, "" before the first */
	struct line *lines;      /* owned */
	size_t count;
};

static const char *
context_at(const struct keymap *km, size_t i)
{
	if (i == 0)
		return KEYMAP_GLOBAL;
	if (i == 1)
		return KEYMAP_EDIT;
	return i - 2 < km->count ? km->rows[i - 2].context : NULL;
}

/* ---- lines ---- */

static int
take_section(struct file *f, char *s, struct err *err)
{
	const char *name;
	char *end = strchr(s, ']'), safe[NAME_SIZE];
	struct nearest near;

	if (end == NULL || end[1] != '\0')
		return err_set(err, OD_EDATA,
		    "a section is [SCREEN], for example [tickets]");
	*end = '\0';
	text_safe_buf(safe, sizeof(safe), s + 1);
	nearest_begin(&near, safe, strlen(safe));
	for (size_t i = 0; (name = context_at(f->km, i)) != NULL; i++) {
		if (str_equal(name, s + 1)) {
			str_copy(f->context, sizeof(f->context), name);
			return 0;
		}
		nearest_look(&near, name);
	}
	return err_set(err, OD_EDATA,
	    "there is no screen \"%s\"; did you mean \"%s\"?", safe, near.name);
}

static int
check_command(const struct file *f, const char *command, struct err *err)
{
	const char *name;
	struct nearest near;
	char safe[NAME_SIZE];

	text_safe_buf(safe, sizeof(safe), command);
	nearest_begin(&near, safe, strlen(safe));
	for (size_t i = 0; (name = f->names->at(i, f->names->data)) != NULL;
	     i++) {
		if (!str_equal(name, command)) {
			nearest_look(&near, name);
			continue;
		}
		if (f->names->fits(name, f->context, f->names->data))
			return 0;
		return err_set(err, OD_EDATA,
		    "%s is not for [%s]; \"opdesk keys\" shows where it is",
		    name, f->context);
	}
	return err_set(err, OD_EDATA,
	    "there is no command \"%s\"; did you mean \"%s\"?", safe,
	    near.name != NULL ? near.name : "");
}

static char *
trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r");
	for (n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]) != NULL; n--)
		s[n - 1] = '\0';
	return s;
}

static int
take_keys(struct file *f, char *s, int number, struct err *err)
{
	char *equal = strchr(s, '='), *command;
	struct line *l;
	int rc;

	if (equal == NULL)
		return err_set(err, OD_EDATA,
		    "a line is COMMAND = KEYS, for example \"ticket.new = n\"");
	if (f->context[0] == '\0')
		return err_set(err, OD_EDATA,
		    "say first for which screen, for example [tickets]");
	*equal = '\0';
	command = trim(s);
	if ((rc = check_command(f, command, err)) != 0)
		return rc;
	for (size_t i = 0; i < f->count; i++)
		if (str_equal(f->lines[i].context, f->context) &&
		    str_equal(f->lines[i].command, command))
			return err_set(err, OD_ECONFLICT,
			    "%s has its keys in line %d already", command,
			    f->lines[i].number);
	if (f->count == LINES_MAX)
		return err_set(
		    err, OD_ELIMIT, "more than %d lines with keys", LINES_MAX);
	l = &f->lines[f->count++];
	l->number = number;
	str_copy(l->context, sizeof(l->context), f->context);
	str_copy(l->command, sizeof(l->command), command);
	str_copy(l->keys, sizeof(l->keys), trim(equal + 1));
	if (l->keys[0] == '\0')
		return err_set(err, OD_EDATA,
		    "%s gets no keys; \"none\" takes them away", command);
	return 0;
}

static int
take_line(struct file *f, char *line, int number, struct err *err)
{
	char *s = trim(line);

	if (s[0] == '\0' || s[0] == '#' || s[0] == ';')
		return 0;
	if (s[0] == '[')
		return take_section(f, s, err);
	return take_keys(f, s, number, err);
}

static int
read_lines(
    struct file *f, const char *text, size_t n, int *number, struct err *err)
{
	char line[LINE_SIZE];
	int rc = 0;

	for (size_t at = 0; at < n && rc == 0;) {
		const char *end = memchr(text + at, '\n', n - at);
		size_t len = end != NULL ? (size_t)(end - text) - at : n - at;

		++*number;
		if (len >= sizeof(line) || memchr(text + at, '\0', len) != NULL)
			return err_set(
			    err, OD_EDATA, "the line is too long or not text");
		memcpy(line, text + at, len);
		line[len] = '\0';
		rc = take_line(f, line, *number, err);
		at += len + 1;
	}
	return rc;
}

/* ---- what they do ---- */

/* What is reserved means the same everywhere and stays. */
static void
take_away(struct keymap *km, const struct line *l)
{
	for (size_t i = km->count; i-- > 0;) {
		struct binding *b = &km->rows[i];

		if (str_equal(b->context, l->context) &&
		    str_equal(b->command, l->command) &&
		    keymap_reserved(b->seq, b->n) == NULL)
			keymap__drop(km, b);
	}
}

static int
give(struct keymap *km, const struct line *l, struct err *err)
{
	char keys[LINE_SIZE], *save = NULL;
	struct binding b;
	int rc = 0, count = 0;

	str_copy(keys, sizeof(keys), l->keys);
	if (str_equal(keys, NONE))
		return 0;
	for (char *w = strtok_r(keys, " \t", &save); w != NULL && rc == 0;
	     w = strtok_r(NULL, " \t", &save)) {
		if (++count > KEYS_MAX)
			return err_set(err, OD_ELIMIT,
			    "a command has at most %d keys in one place",
			    KEYS_MAX);
		if ((rc = keymap__fill(&b, l->context, w, l->command, err)) !=
			0 ||
		    (rc = keymap__check(km, &b, err)) != 0)
			break;
		b.line = l->number;
		keymap__append(km, &b);
	}
	return rc;
}

int
keymap_load(struct keymap *km, const char *text, size_t n, const char *name,
    const struct keymap_names *names, struct err *err)
{
	struct keymap copy = {NULL, 0, 0};
	struct file f = {.km = km, .names = names};
	int rc, number = 0;

	f.lines = xcalloc(LINES_MAX, sizeof(f.lines[0]));
	for (size_t i = 0; i < km->count; i++)
		keymap__append(&copy, &km->rows[i]);
	rc = read_lines(&f, text, n, &number, err);
	for (size_t i = 0; rc == 0 && i < f.count; i++)
		take_away(&copy, &f.lines[i]);
	for (size_t i = 0; rc == 0 && i < f.count; i++) {
		number = f.lines[i].number;
		rc = give(&copy, &f.lines[i], err);
	}
	free(f.lines);
	if (rc != 0) {
		free(copy.rows);
		err_prefix(err, "%s:%d", name, number);
		return rc;
	}
	free(km->rows);
	*km = copy;
	return 0;
}
