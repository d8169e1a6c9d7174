/*
 * jsoncheck - for test scripts: is standard input strict JSON, and what does
 * it say?
 *
 * usage: jsoncheck value|array|object     exit 1 with a sentence when it is
 *                                         not exactly one such value
 *        jsoncheck lines                  one value a line, at least one
 *        jsoncheck get NAME|INDEX ...     the member that the words lead to
 *        jsoncheck size [NAME|INDEX ...]  how many elements or members
 */
#include "common/json.h"
#include <stdio.h>
#include <string.h>

static const struct json_limits limits = {
    .max_bytes = (size_t)1 << 30,
    .max_depth = JSON_MAX_DEPTH,
    .max_nodes = 10000000,
    .max_string = (size_t)16 << 20,
};

static void
read_all(struct str *text)
{
	char piece[65536];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		str_addn(text, piece, n);
}

static const struct json *
element(const struct json *v, const char *word)
{
	int64_t index;

	if (json_type(v) != JSON_ARRAY ||
	    !str_to_int64(word, 0, INT32_MAX, &index))
		return json_get(v, word);
	for (v = json_first(v); v != NULL && index > 0; index--)
		v = json_next(v);
	return v;
}

static int
print(const struct json *v, bool size)
{
	struct str out = STR_INIT;

	if (v == NULL) {
		fputs("jsoncheck: there is no such member\n", stderr);
		return 1;
	}
	if (size)
		str_addf(&out, "%zu", json_size(v));
	else if (json_as_string(v) != NULL)
		str_add(&out, json_as_string(v));
	else
		json_print(v, &out);
	puts(out.s);
	str_free(&out);
	return 0;
}

static int
check_lines(struct str *text)
{
	char *at = text->s;
	int lines = 0;

	while (*at != '\0') {
		struct json *doc = NULL;
		struct err err = ERR_INIT;
		size_t n = strcspn(at, "\n");

		if (json_parse(at, n, &limits, &doc, &err) != 0) {
			fprintf(stderr, "jsoncheck: line %d: %s\n", lines + 1,
			    err.text);
			return 1;
		}
		json_free(&doc);
		lines++;
		at += at[n] == '\n' ? n + 1 : n;
	}
	return lines > 0 ? 0 : 1;
}

static bool
is_kind(const struct json *v, const char *kind)
{
	if (strcmp(kind, "array") == 0)
		return json_type(v) == JSON_ARRAY;
	return strcmp(kind, "object") != 0 || json_type(v) == JSON_OBJECT;
}

static int
check(const struct json *doc, int argc, char **argv)
{
	bool size = strcmp(argv[1], "size") == 0;
	const struct json *v = doc;

	if (!size && strcmp(argv[1], "get") != 0) {
		if (is_kind(doc, argv[1]))
			return 0;
		fprintf(stderr, "jsoncheck: this is no %s\n", argv[1]);
		return 1;
	}
	for (int i = 2; i < argc; i++)
		v = element(v, argv[i]);
	return print(v, size);
}

int
main(int argc, char **argv)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json *doc = NULL;
	int status = 1;

	if (argc < 2)
		return 2;
	read_all(&text);
	if (strcmp(argv[1], "lines") == 0)
		status = check_lines(&text);
	else if (json_parse(text.s, text.len, &limits, &doc, &err) != 0)
		fprintf(stderr, "jsoncheck: %s\n", err.text);
	else
		status = check(doc, argc, argv);
	json_free(&doc);
	str_free(&text);
	return status;
}
