/*
 * The JSON reader: what it takes, it prints in a form that it takes again
 * and prints the same.
 */
#include "common/json.h"
#include "common/utf8.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct json *v, int depth)
{
	const struct json *child;
	const char *s = json_as_string(v);
	size_t count = 0;
	int64_t n;

	BUG_ON(depth > JSON_MAX_DEPTH + 1);
	BUG_ON((s != NULL) != (json_type(v) == JSON_STRING));
	BUG_ON(s && !utf8_valid(s, strlen(s)));
	BUG_ON(json_as_int64(v, &n) && json_type(v) != JSON_NUMBER);
	for (child = json_first(v); child; child = json_next(child)) {
		const char *name = json_name(child);

		BUG_ON((name != NULL) != (json_type(v) == JSON_OBJECT));
		/* A name that is there twice would find the first one. */
		BUG_ON(name && json_get(v, name) != child);
		check(child, depth + 1);
		count++;
	}
	BUG_ON(count != json_size(v));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str first = STR_INIT, second = STR_INIT;
	struct json *doc = NULL, *again = NULL;
	struct err err = ERR_INIT;
	int rc;

	rc = json_parse((const char *)data, size, &json_limits_api, &doc, &err);
	BUG_ON((rc == 0) != (doc != NULL));
	BUG_ON(rc != 0 && err.text[0] == '\0');
	if (rc != 0)
		return 0;
	check(doc, 1);
	json_print(doc, &first);
	/* An escape may be longer than what it stands for. */
	BUG_ON(json_parse(first.s, first.len, &json_limits_webhook, &again,
		   NULL) != 0);
	json_print(again, &second);
	BUG_ON(strcmp(first.s, second.s) != 0);
	json_free(&doc);
	json_free(&again);
	str_free(&first);
	str_free(&second);
	return 0;
}
