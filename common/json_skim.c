/* json_skim - see json_skim.h. */
#include "common/json_skim.h"
#include "common/json.h"
#include <stdint.h>
#include <string.h>

#define DEPTH_MAX  64
#define PATH_BYTES 256
#define NO_PATH    SIZE_MAX

struct level { /* an object or array that is open */
	char close;
	size_t path_len; /* of the path to it */
};

struct skim {
	const char *at, *end;
	struct level levels[DEPTH_MAX];
	int depth;
	struct json_want *wants;
	size_t count;
	char path[PATH_BYTES];
	size_t path_len;
	struct err *err;
};

static int
malformed(const struct skim *k)
{
	return err_set(k->err, OD_EDATA, "It is not well-formed JSON");
}

static void
skip_blanks(struct skim *k)
{
	while (k->at < k->end && (*k->at == ' ' || *k->at == '\t' ||
				     *k->at == '\n' || *k->at == '\r'))
		k->at++;
}

static bool
take_char(struct skim *k, char c)
{
	skip_blanks(k);
	if (k->at == k->end || *k->at != c)
		return false;
	k->at++;
	return true;
}

static char
peek(struct skim *k)
{
	skip_blanks(k);
	if (k->at == k->end)
		return '\0';
	return *k->at;
}

/* Over a string, quotes included. */
static int
skip_string(struct skim *k)
{
	if (!take_char(k, '"'))
		return malformed(k);
	for (; k->at < k->end; k->at++) {
		if (*k->at == '"') {
			k->at++;
			return 0;
		}
		if (*k->at == '\\' && ++k->at == k->end)
			break;
	}
	return malformed(k);
}

/* Over a number or a word. */
static int
skip_plain(struct skim *k)
{
	const char *from = k->at;

	while (k->at < k->end && strchr("+-.0123456789Eaeflnrstu", *k->at) &&
	       *k->at != '\0')
		k->at++;
	return k->at == from ? malformed(k) : 0;
}

static struct json_want *
wanted(const struct skim *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (strlen(k->wants[i].path) == k->path_len &&
		    memcmp(k->wants[i].path, k->path, k->path_len) == 0)
			return &k->wants[i];
	return NULL;
}

/* A string with its quotes, as a text. */
static int
take_text(struct skim *k, struct json_want *w, const char *s, size_t n)
{
	struct json *doc = NULL;
	const char *text;
	int rc = json_parse(s, n, &json_limits_api, &doc, k->err);

	if (rc != 0)
		return rc;
	text = json_as_string(doc);
	if (text == NULL || strlen(text) >= w->size)
		rc = err_set(k->err, OD_EDATA, "%s is too long", w->path);
	else
		memcpy(w->out, text, strlen(text) + 1);
	json_free(&doc);
	w->kind = JSON_SKIM_TEXT;
	return rc;
}

static void
take_other(struct json_want *w, const char *s, size_t n)
{
	if (n >= w->size)
		n = w->size - 1;
	memcpy(w->out, s, n);
	w->out[n] = '\0';
	w->kind = JSON_SKIM_OTHER;
}

/* The path with one more name behind it; one too long is nobody's. */
static void
go_in(struct skim *k, const char *name, size_t n)
{
	if (k->path_len + n + 1 > sizeof(k->path)) {
		k->path_len = NO_PATH;
		return;
	}
	if (k->path_len > 0)
		k->path[k->path_len++] = '/';
	memcpy(k->path + k->path_len, name, n);
	k->path_len += n;
}

/* To the value of a member: over its name and the colon. */
static int
skim_name(struct skim *k)
{
	const char *name;
	int rc;

	skip_blanks(k);
	name = k->at + 1;
	if ((rc = skip_string(k)) != 0)
		return rc;
	if (k->path_len != NO_PATH)
		go_in(k, name, (size_t)(k->at - name) - 1);
	return take_char(k, ':') ? 0 : malformed(k);
}

/* To a value of the innermost that is open; in an array it has no path. */
static int
skim_member(struct skim *k)
{
	const struct level *in = &k->levels[k->depth - 1];

	k->path_len = in->close == '}' ? in->path_len : NO_PATH;
	return in->close == '}' ? skim_name(k) : 0;
}

static int
skim_scalar(struct skim *k)
{
	const char *from = k->at;
	struct json_want *w;
	bool is_text = *from == '"';
	int rc = is_text ? skip_string(k) : skip_plain(k);

	if (rc != 0 || (w = wanted(k)) == NULL || w->kind != JSON_SKIM_NONE)
		return rc;
	if (is_text)
		return take_text(k, w, from, (size_t)(k->at - from));
	take_other(w, from, (size_t)(k->at - from));
	return 0;
}

/* Over a scalar, or into what holds others; *entered: there is one in it. */
static int
skim_value(struct skim *k, bool *entered)
{
	struct level *in;
	char close;

	*entered = false;
	if (peek(k) != '{' && peek(k) != '[')
		return k->at < k->end ? skim_scalar(k) : malformed(k);
	if (k->depth >= DEPTH_MAX)
		return malformed(k);
	close = *k->at++ == '{' ? '}' : ']';
	if (take_char(k, close))
		return 0;
	in = &k->levels[k->depth++];
	in->close = close;
	in->path_len = k->path_len;
	*entered = true;
	return skim_member(k);
}

/* From behind a value to the next one; *more: there is one. */
static int
skim_on(struct skim *k, bool *more)
{
	*more = false;
	while (k->depth > 0) {
		if (take_char(k, ',')) {
			*more = true;
			return skim_member(k);
		}
		if (!take_char(k, k->levels[k->depth - 1].close))
			return malformed(k);
		k->path_len = k->levels[--k->depth].path_len;
	}
	return 0;
}

int
json_skim(const char *s, size_t n, struct json_want *wants, size_t count,
    struct err *err)
{
	struct skim k = {
	    .at = s, .end = s + n, .wants = wants, .count = count, .err = err};
	bool more = true;
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		wants[i].out[0] = '\0';
		wants[i].kind = JSON_SKIM_NONE;
	}
	if (peek(&k) != '{')
		return malformed(&k);
	while (rc == 0 && more)
		if ((rc = skim_value(&k, &more)) == 0 && !more)
			rc = skim_on(&k, &more);
	if (rc != 0)
		return rc;
	skip_blanks(&k);
	return k.at == k.end ? 0 : malformed(&k);
}
