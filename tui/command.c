/*
 * command - the known tables, preconditions, and fuzzy matching.
 */
#include "tui/command.h"

#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX 512
#define WORD_SIZE    64

struct commands {
	const struct command *rows[COMMANDS_MAX]; /* borrowed */
	size_t count;
};

static const struct {
	enum command_need need;
	const char *refusal;
} refusals[] = {
    {NEED_WRITABLE, N_("The desk is open read-only: nothing can be changed")},
    {NEED_DRAFTS, N_("The desk is open read-only: nothing can be changed")},
    {NEED_SELECTION, N_("Select a row first")},
    {NEED_CONVERSATION, N_("Select a conversation first")},
    {NEED_TICKET, N_("Select a ticket first")},
    {NEED_CONTACT, N_("Select a contact first")},
    {NEED_EQUIPMENT, N_("Select a piece of equipment first")},
    {NEED_CALL, N_("There is no call going on")},
    {NEED_RECORDING, N_("Nothing is being recorded")},
    {NEED_DRAFT, N_("There is no text yet: write something first")},
    {NEED_GUIDE, N_("Start a guide first")},
};

struct commands *
commands_new(void)
{
	return xcalloc(1, sizeof(struct commands));
}

void
commands_free(struct commands **cs)
{
	FREE(cs);
}

void
commands_add(struct commands *cs, const struct command *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (commands_get(cs, rows[i].name) != NULL)
			BUG("command %s is there twice", rows[i].name);
		if (cs->count == COMMANDS_MAX)
			BUG("more than %d commands", COMMANDS_MAX);
		cs->rows[cs->count++] = &rows[i];
	}
}

const struct command *
commands_get(const struct commands *cs, const char *name)
{
	for (size_t i = 0; i < cs->count; i++) {
		if (str_equal(cs->rows[i]->name, name))
			return cs->rows[i];
	}
	return NULL;
}

const struct command *
commands_at(const struct commands *cs, size_t i)
{
	return i < cs->count ? cs->rows[i] : NULL;
}

/* The next word of *at, cut to size; false when there is none. */
static bool
next_word(const char **at, char *out, size_t size)
{
	size_t n;

	*at += strspn(*at, " ");
	n = strcspn(*at, " ");
	if (n == 0)
		return false;
	if (n >= size)
		BUG("word too long in a command's row: %s", *at);
	memcpy(out, *at, n);
	out[n] = '\0';
	*at += n;
	return true;
}

/* "tickets:n" to "tickets" and "n". */
static const char *
cut_context(char *word)
{
	char *colon = strchr(word, ':');

	if (colon == NULL || colon[1] == '\0')
		BUG("keys of a command are CONTEXT:KEYS, not %s", word);
	*colon = '\0';
	return colon + 1;
}

bool
command_fits(const struct command *cmd, const char *context)
{
	const char *at = cmd->contexts != NULL ? cmd->contexts : cmd->keys;
	char word[WORD_SIZE];

	if (at == NULL)
		return true;
	while (next_word(&at, word, sizeof word)) {
		if (cmd->contexts == NULL)
			cut_context(word);
		if (str_equal(word, context) || str_equal(word, KEYMAP_GLOBAL))
			return true;
	}
	return false;
}

int
commands_bind(const struct commands *cs, struct keymap *km, struct err *err)
{
	char word[WORD_SIZE];
	int rc;

	for (size_t i = 0; i < cs->count; i++) {
		const char *at = cs->rows[i]->keys;

		while (at != NULL && next_word(&at, word, sizeof word)) {
			const char *keys = cut_context(word);

			if ((rc = keymap_bind(
				 km, word, keys, cs->rows[i]->name, err)) != 0)
				return rc;
		}
	}
	return 0;
}

static const char *
name_at(size_t i, void *data)
{
	const struct command *cmd = commands_at(data, i);

	return cmd != NULL ? cmd->name : NULL;
}

/* One of another screen would be run on data that is not its own. */
static bool
fits(const char *name, const char *context, void *data)
{
	const struct command *cmd = commands_get(data, name);

	return cmd != NULL && command_fits(cmd, context);
}

int
commands_bind_all(const struct commands *cs, struct keymap *km,
    const char *text, size_t n, const char *name, struct err *err)
{
	struct commands copy = *cs;
	const struct keymap_names names = {name_at, fits, &copy};
	int rc = commands_bind(cs, km, err);

	if (rc != 0 || text == NULL)
		return rc;
	return keymap_load(km, text, n, name, &names, err);
}

const char *
command_refusal(unsigned needs, unsigned state)
{
	const unsigned rows = NEED_SELECTION | NEED_RECORD | NEED_CONTACT;
	unsigned missing = needs & ~state;

	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if ((missing & refusals[i].need) == 0)
			continue;
		if ((refusals[i].need & rows) != 0 &&
		    (state & STATE_READING) != 0)
			return _("The list is still being read; press it again"
				 " in a moment");
		return _(refusals[i].refusal);
	}
	return NULL;
}

static bool
starts_word(const char *text, size_t at)
{
	return at == 0 || strchr(" .-_/", text[at - 1]) != NULL;
}

/* Letters in order; 0 when one is missing. */
static int
score_scattered(const char *query, const char *text)
{
	size_t at = 0, last = 0;
	int score = 100;

	for (; *query != '\0'; query++) {
		if (*query == ' ')
			continue;
		while (text[at] != '\0' && text[at] != *query)
			at++;
		if (text[at] == '\0')
			return 0;
		if (starts_word(text, at))
			score += 20;
		else if (at != last)
			score -= 3;
		last = ++at;
	}
	return score > 1 ? score : 1;
}

static int
score_folded(const char *query, const char *text)
{
	const char *hit;
	int best = 0;

	if (query[0] == '\0')
		return 1;
	for (hit = strstr(text, query); hit != NULL;
	     hit = strstr(hit + 1, query)) {
		size_t at = (size_t)(hit - text);
		int score = starts_word(text, at) ? 2000 : 1000;

		score -= at < 500 ? (int)at : 500;
		if (score > best)
			best = score;
	}
	return best > 0 ? best : score_scattered(query, text);
}

int
fuzzy_score(const char *query, const char *text)
{
	struct str q, t;
	int score;

	str_init(&q);
	str_init(&t);
	utf8_fold(&q, query, strlen(query));
	utf8_fold(&t, text, strlen(text));
	score = score_folded(q.s, t.s);
	str_free(&q);
	str_free(&t);
	return score;
}
