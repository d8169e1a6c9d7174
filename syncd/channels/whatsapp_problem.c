/* whatsapp_problem - Meta's errors, as an answer tells them. */
#include "common/json.h"
#include "common/text.h"
#include "syncd/channels/whatsapp.h"
#include <string.h>

#define TOKEN_START "EAA"
#define TOKEN_LEAST 20 /* what is shorter is a word */

void
whatsapp__hide_tokens(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz"
					"0123456789_-"),
		       kept = n;

		if (n >= TOKEN_LEAST && str_starts(text, TOKEN_START))
			kept = strlen(TOKEN_START);
		else if (n == 0)
			kept = n = 1;
		memmove(to, text, kept);
		to += kept;
		text += n;
	}
	*to = '\0';
}

static void
first_of(char *dst, size_t size, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if ((*texts)[0] != '\0') {
			text_safe_buf(dst, size, *texts);
			whatsapp__hide_tokens(dst);
			return;
		}
}

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

bool
whatsapp__problem(const char *body, size_t n, struct whatsapp_problem *out)
{
	struct json *doc = NULL;
	const struct json *e, *data;
	bool found;

	memset(out, 0, sizeof(*out));
	out->code = -1;
	if (json_parse(body, n, &json_limits_api, &doc, NULL) != 0)
		return false;
	e = json_get(doc, "error");
	found = json_type(e) == JSON_OBJECT;
	if (found) {
		data = json_get(e, "error_data");
		json_lax_int64(e, "code", &out->code);
		json_lax_int64(e, "error_subcode", &out->subcode);
		out->transient = json_bool(e, "is_transient");
		first_of(out->details, sizeof(out->details),
		    (const char *const[]){text_of(data, "details"),
			text_of(e, "error_data"), text_of(e, "error_user_msg"),
			text_of(e, "message"), NULL});
	}
	json_free(&doc);
	return found;
}
