/* webhook_events - which events a webhook is told of; see webhooks.h. */
#include "common/i18n.h"
#include "common/str.h"
#include "db/records/webhook_int.h"
#include <string.h>

#define EVENTS_MAX 64 /* names and patterns of one webhook */

/* "ticket.*" meets "ticket.created"; a name meets itself. */
static bool
meets(const char *pattern, const char *event)
{
	size_t n = strlen(pattern);

	if (n >= 1 && pattern[n - 1] == '*')
		return strncmp(pattern, event, n - 1) == 0;
	return strcmp(pattern, event) == 0;
}

static bool
is_known(const char *pattern)
{
	for (int i = 0; i < OP_COUNT; i++) {
		const char *event = op_def((enum op_id)i)->event;

		if (event != NULL && meets(pattern, event))
			return true;
	}
	return false;
}

/* SESSION_STARTED, as the older system has it, is session.started. */
static void
take_name(const char *s, size_t n, char out[65])
{
	bool older = n > 0 && s[0] >= 'A' && s[0] <= 'Z';
	char *line;

	n = n < 64 ? n : 64;
	memcpy(out, s, n);
	out[n] = '\0';
	for (char *p = out; older && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	if (older && (line = strchr(out, '_')) != NULL)
		*line = '.';
}

static bool
is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
	size_t n = strspn(s, letters);

	return n > 0 && (s[n] == '\0' || strcmp(s + n, "*") == 0);
}

static int
add(struct json_out *w, int *count, const char *s, size_t n, struct err *err)
{
	char name[65];

	take_name(s, n, name);
	if (!is_name(name) || !is_known(name))
		return err_set(err, OD_EDATA,
		    "There is no event \"%s\"; opdesk webhook events lists"
		    " them",
		    name);
	if (++*count > EVENTS_MAX)
		return err_set(err, OD_ELIMIT,
		    "A webhook names at most %d events; use patterns such as"
		    " ticket.*",
		    EVENTS_MAX);
	json_out_string(w, NULL, name);
	return 0;
}

static int
add_json(struct json_out *w, int *count, const char *text, bool *all,
    struct err *err)
{
	struct json *doc = NULL;
	int rc = json_parse(text, strlen(text), &json_limits_api, &doc, err);

	if (rc == 0 && json_type(doc) != JSON_ARRAY)
		rc = err_set(
		    err, OD_EDATA, "A webhook's events are a list of names");
	for (const struct json *e = rc == 0 ? json_first(doc) : NULL;
	     rc == 0 && e != NULL; e = json_next(e)) {
		const char *name = json_as_string(e);

		name = name != NULL ? name : "";
		*all = *all || strcmp(name, "*") == 0;
		if (strcmp(name, "*") != 0)
			rc = add(w, count, name, strlen(name), err);
	}
	json_free(&doc);
	return rc;
}

static int
add_words(struct json_out *w, int *count, const char *text, bool *all,
    struct err *err)
{
	int rc = 0;

	for (const char *s = text; rc == 0;) {
		size_t n;

		s += strspn(s, ", \t\n");
		if ((n = strcspn(s, ", \t\n")) == 0)
			break;
		if (n == 1 && *s == '*')
			*all = true;
		else
			rc = add(w, count, s, n, err);
		s += n;
	}
	return rc;
}

int
webhook_events_parse(const char *text, struct str *list, struct err *err)
{
	size_t before = list->len;
	struct json_out w;
	bool all = false;
	int rc, count = 0;

	text += strspn(text, " \t\n");
	json_out_init(&w, list);
	json_out_array(&w, NULL);
	rc = text[0] == '[' ? add_json(&w, &count, text, &all, err)
	                    : add_words(&w, &count, text, &all, err);
	json_out_end(&w, ']');
	if (rc != 0 || all || count == 0)
		str_trunc(list, before);
	return rc;
}

bool
webhook_events_match(const char *list, const char *event)
{
	struct json *doc = NULL;
	bool found = false;

	if (list[0] == '\0')
		return true;
	if (json_parse(list, strlen(list), &json_limits_api, &doc, NULL) != 0)
		return false;
	for (const struct json *e = json_first(doc); !found && e != NULL;
	     e = json_next(e))
		found = json_as_string(e) != NULL &&
		        meets(json_as_string(e), event);
	json_free(&doc);
	return found;
}
