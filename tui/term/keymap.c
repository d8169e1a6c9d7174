/*
 * keymap - bindings, their clashes, and the operator's file.
 */
#include "tui/term/keymap_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/text.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* These keys mean the same on every screen, so a hand never has to think. */
static const struct {
	const char *keys, *command;
} reserved[] = {
    {"h", "move.left"},
    {"j", "move.down"},
    {"k", "move.up"},
    {"l", "move.right"},
    {"gg", "move.top"},
    {"G", "move.bottom"},
    {"/", "move.filter"},
    {":", "palette.open"},
    {"?", "help.show"},
    {"u", "undo.last"},
    {"C-k", "palette.open"},
};

struct keymap *
keymap_new(void)
{
	return xcalloc(1, sizeof(struct keymap));
}

void
keymap_free(struct keymap **km)
{
	if (*km == NULL)
		return;
	free((*km)->rows);
	FREE(km);
}

/* One is the other, or its beginning. */
static bool
overlap(const struct key *a, size_t an, const struct key *b, size_t bn)
{
	size_t n = an < bn ? an : bn;

	for (size_t i = 0; i < n; i++) {
		if (!key_equal(&a[i], &b[i]))
			return false;
	}
	return true;
}

const char *
keymap_reserved(const struct key *keys, size_t n)
{
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
		struct key seq[KEY_SEQUENCE_MAX];
		size_t len;

		if (key_parse_sequence(reserved[i].keys, seq, &len, NULL) != 0)
			BUG("reserved key %s", reserved[i].keys);
		if (overlap(seq, len, keys, n))
			return reserved[i].command;
	}
	return NULL;
}

static bool
contexts_meet(const char *a, const char *b)
{
	if (str_equal(a, b))
		return true;
	/* A text field's own keys go before those of the screen around it. */
	if (str_equal(a, KEYMAP_EDIT) || str_equal(b, KEYMAP_EDIT))
		return false;
	return str_equal(a, KEYMAP_GLOBAL) || str_equal(b, KEYMAP_GLOBAL);
}

int
keymap__check(const struct keymap *km, const struct binding *b, struct err *err)
{
	const char *owner = keymap_reserved(b->seq, b->n);

	if (owner != NULL && !str_equal(owner, b->command))
		return err_set(err, OD_EDATA,
		    "%s is reserved for %s on every screen and cannot be "
		    "bound to %s",
		    b->keys, owner, b->command);
	if (str_equal(b->context, KEYMAP_EDIT) && key_is_text(&b->seq[0]))
		return err_set(err, OD_EDATA,
		    "%s is a character to type and cannot be bound in a text "
		    "field",
		    b->keys);
	for (size_t i = 0; i < km->count; i++) {
		const struct binding *o = &km->rows[i];

		if (!contexts_meet(o->context, b->context) ||
		    !overlap(o->seq, o->n, b->seq, b->n))
			continue;
		if (o->line != 0)
			return err_set(err, OD_ECONFLICT,
			    "%s in %s is bound to %s already, as %s in %s in"
			    " line %d",
			    b->keys, b->context, o->command, o->keys,
			    o->context, o->line);
		return err_set(err, OD_ECONFLICT,
		    "%s in %s is bound to %s already, as %s in %s", b->keys,
		    b->context, o->command, o->keys, o->context);
	}
	return 0;
}

int
keymap__fill(struct binding *b, const char *context, const char *keys,
    const char *command, struct err *err)
{
	int rc;

	memset(b, 0, sizeof *b);
	if ((rc = key_parse_sequence(keys, b->seq, &b->n, err)) != 0)
		return rc;
	str_copy(b->context, sizeof b->context, context);
	str_copy(b->command, sizeof b->command, command);
	key_format_sequence(b->seq, b->n, b->keys, sizeof b->keys);
	return 0;
}

void
keymap__append(struct keymap *km, const struct binding *b)
{
	if (km->count == km->cap) {
		km->cap = km->cap == 0 ? 64 : km->cap * 2;
		km->rows = xreallocarray(km->rows, km->cap, sizeof km->rows[0]);
	}
	km->rows[km->count++] = *b;
}

int
keymap_bind(struct keymap *km, const char *context, const char *keys,
    const char *command, struct err *err)
{
	struct binding b;
	int rc;

	if ((rc = keymap__fill(&b, context, keys, command, err)) != 0)
		return rc;
	if ((rc = keymap__check(km, &b, err)) != 0)
		return rc;
	keymap__append(km, &b);
	return 0;
}

static struct binding *
find_exact(const struct keymap *km, const char *context, const struct key *keys,
    size_t n)
{
	for (size_t i = 0; i < km->count; i++) {
		struct binding *b = &km->rows[i];

		if (str_equal(b->context, context) && b->n == n &&
		    overlap(b->seq, b->n, keys, n))
			return b;
	}
	return NULL;
}

void
keymap__drop(struct keymap *km, struct binding *b)
{
	size_t at = (size_t)(b - km->rows);

	memmove(b, b + 1, (km->count - at - 1) * sizeof *b);
	km->count--;
}

int
keymap_unbind(
    struct keymap *km, const char *context, const char *keys, struct err *err)
{
	struct binding b, *old;
	int rc;

	if ((rc = keymap__fill(&b, context, keys, "", err)) != 0)
		return rc;
	if ((old = find_exact(km, context, b.seq, b.n)) == NULL)
		return err_set(err, OD_ENOTFOUND, "%s is not bound in %s",
		    b.keys, b.context);
	keymap__drop(km, old);
	return 0;
}

enum keymap_match
keymap_find(const struct keymap *km, const char *context,
    const struct key *keys, size_t n, const char **command)
{
	enum keymap_match best = KEYMAP_NONE;

	for (size_t i = 0; i < km->count; i++) {
		const struct binding *b = &km->rows[i];

		if (b->n < n || !str_equal(b->context, context) ||
		    !overlap(b->seq, b->n, keys, n))
			continue;
		if (b->n == n) {
			*command = b->command;
			return KEYMAP_FOUND;
		}
		best = KEYMAP_PREFIX;
	}
	return best;
}

bool
keymap_keys_of(const struct keymap *km, const char *context,
    const char *command, size_t i, char *out, size_t out_size)
{
	for (size_t k = 0; k < km->count; k++) {
		const struct binding *b = &km->rows[k];

		if (!str_equal(b->command, command) ||
		    (context != NULL && !str_equal(b->context, context)))
			continue;
		if (i-- == 0) {
			str_copy(out, out_size, b->keys);
			return true;
		}
	}
	return false;
}

bool
keymap_entry(const struct keymap *km, size_t i, const char **context,
    const char **keys, const char **command)
{
	if (i >= km->count)
		return false;
	*context = km->rows[i].context;
	*keys = km->rows[i].keys;
	*command = km->rows[i].command;
	return true;
}
