/* json_skim - see json_skim.h. */
#include "common/json_skim.h"
#include "common/json.h"
#include <string.h>

#define DEPTH_MAX 64
#define PATH_BYTES 256

struct skim {
	const char *at, *end;
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
	return k->at < k->end ? *k->at : '\0';
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

static int skim_value(struct skim *k, int depth);

/* The path with one more name behind it; one too long is nobody's. */
static void
go_in(struct skim *k, const char *name, size_t n)
{
	if (k->path_len + n + 1 > sizeof(k->path)) {
		k->path_len = sizeof(k->path);
		return;
	}
	if (k->path_len > 0)
		k->path[k->path_len++] = '/';
	memcpy(k->path + k->path_len, name, n);
	k->path_len += n;
}

static int
skim_object(struct skim *k, int depth)
{
	size_t len = k->path_len;
	int rc;

	if (take_char(k, '}'))
		return 0;
	do {
		const char *name;

		skip_blanks(k);
		name = k->at + 1;
		if ((rc = skip_string(k)) != 0)
			return rc;
		if (len < sizeof(k->path))
			go_in(k, name, (size_t)(k->at - name) - 1);
		if (!take_char(k, ':'))
			return malformed(k);
		if ((rc = skim_value(k, depth)) != 0)
			return rc;
		k->path_len = len;
	} while (take_char(k, ','));
	return take_char(k, '}') ? 0 : malformed(k);
}

static int
skim_array(struct skim *k, int depth)
{
	size_t len = k->path_len;
	int rc;

	if (take_char(k, ']'))
		return 0;
	k->path_len = sizeof(k->path); /* what is in it has no path */
	do {
		if ((rc = skim_value(k, depth)) != 0)
			return rc;
	} while (take_char(k, ','));
	k->path_len = len;
	return take_char(k, ']') ? 0 : malformed(k);
}

static int
skim_value(struct skim *k, int depth)
{
	char first = peek(k);
	const char *from = k->at;
	struct json_want *w;
	int rc;

	if (first == '{' || first == '[') {
		if (depth >= DEPTH_MAX)
			return malformed(k);
		k->at++;
		return first == '{' ? skim_object(k, depth + 1)
				    : skim_array(k, depth + 1);
	}
	rc = first == '"' ? skip_string(k) : skip_plain(k);
	if (rc != 0 || (w = wanted(k)) == NULL ||
	    w->kind != JSON_SKIM_NONE)
		return rc;
	if (first == '"')
		return take_text(k, w, from, (size_t)(k->at - from));
	take_other(w, from, (size_t)(k->at - from));
	return 0;
}

int
json_skim(const char *s, size_t n, struct json_want *wants, size_t count,
    struct err *err)
{
	struct skim k = {.at = s,
	    .end = s + n,
	    .wants = wants,
	    .count = count,
	    .err = err};
	int rc;

	for (size_t i = 0; i < count; i++) {
		wants[i].out[0] = '\0';
		wants[i].kind = JSON_SKIM_NONE;
	}
	if (peek(&k) != '{')
		return malformed(&k);
	if ((rc = skim_value(&k, 0)) != 0)
		return rc;
	skip_blanks(&k);
	return k.at == k.end ? 0 : malformed(&k);
}
