/*
 * whatsapp_describe - one line for messages that are no text.
 *
 * No words of a language: signs, and what the customer sent.  Lines go
 * through text_safe() wherever they are shown.
 */
#include "syncd/channels/whatsapp_parse.h"
#include <string.h>

#define DESCRIBE_MAX 8 /* rows of a list that are named */

/* s, with ", " or another joint before it unless it is the first. */
static void
join(struct str *out, size_t start, const char *joint, const char *s)
{
	if (s[0] == '\0')
		return;
	if (out->len > start)
		str_add(out, joint);
	str_add(out, s);
}

static void
add_number(struct str *out, const struct json *v, const char *name)
{
	const struct json *n = json_get(v, name);

	if (json_type(n) == JSON_NUMBER)
		json_print(n, out);
	else
		str_add(out, wa__string(v, name));
}

static void
location(const struct json *v, struct str *out)
{
	size_t start;

	str_add(out, "📍 ");
	start = out->len;
	join(out, start, ", ", wa__string(v, "name"));
	join(out, start, ", ", wa__string(v, "address"));
	if (json_get(v, "latitude") == NULL)
		return;
	str_add(out, out->len > start ? " (" : "(");
	add_number(out, v, "latitude");
	str_add(out, ", ");
	add_number(out, v, "longitude");
	str_add(out, ")");
}

static void
contact(const struct json *v, struct str *out)
{
	const struct json *name = json_get(v, "name"), *p;
	const size_t start = out->len;
	size_t numbers;

	join(out, start, " ", wa__string(name, "formatted_name"));
	if (out->len == start) {
		join(out, start, " ", wa__string(name, "first_name"));
		join(out, start, " ", wa__string(name, "last_name"));
	}
	if (out->len == start)
		join(
		    out, start, " ", wa__string(json_get(v, "org"), "company"));
	if (out->len > start)
		str_add(out, ": ");
	numbers = out->len;
	for (p = json_first(json_get(v, "phones")); p != NULL; p = json_next(p))
		join(out, numbers, ", ",
		    json_string(p, "phone") != NULL ? wa__string(p, "phone")
						    : wa__string(p, "wa_id"));
	for (p = json_first(json_get(v, "emails")); p != NULL; p = json_next(p))
		join(out, numbers, ", ", wa__string(p, "email"));
	if (out->len == numbers && numbers > start)
		str_trunc(out, numbers - 2);
}

static void
contacts(const struct json *v, struct str *out)
{
	const struct json *c;
	size_t n = 0;

	str_add(out, "👤 ");
	for (c = json_first(v); c != NULL; c = json_next(c)) {
		if (n > 0)
			str_add(out, "; ");
		if (n++ == DESCRIBE_MAX) {
			str_add(out, "…");
			break;
		}
		contact(c, out);
	}
}

static void
interactive(const struct json *v, struct str *out)
{
	const char *type = wa__string(v, "type");
	const struct json *own = json_get(v, type);
	const size_t start = out->len;

	if (strcmp(type, "nfm_reply") == 0) {
		join(out, start, ": ", wa__string(own, "name"));
		join(out, start, ": ", wa__string(own, "body"));
	} else if (strcmp(type, "call_permission_reply") == 0) {
		str_add(out, "📞 ");
		str_add(out, wa__string(own, "response"));
	} else {
		join(out, start, " - ", wa__string(own, "title"));
		join(out, start, " - ", wa__string(own, "description"));
	}
	if (out->len == start && json_type(own) != JSON_OBJECT)
		str_add(out, wa__string(json_get(v, "body"), "text"));
}

static void
order(const struct json *v, struct str *out)
{
	const struct json *p = json_first(json_get(v, "product_items"));
	size_t start, n = 0;

	str_add(out, "🛒 ");
	start = out->len;
	join(out, start, "", wa__string(v, "text"));
	if (out->len > start && p != NULL)
		str_add(out, ": ");
	for (; p != NULL; p = json_next(p)) {
		if (n > 0)
			str_add(out, ", ");
		if (n++ == DESCRIBE_MAX) {
			str_add(out, "…");
			break;
		}
		add_number(out, p, "quantity");
		str_add(out, " × ");
		str_add(out, wa__string(p, "product_retailer_id"));
		str_add(out, " (");
		add_number(out, p, "item_price");
		str_addf(out, " %s)", wa__string(p, "currency"));
	}
}

void
wa__describe(const struct json *v, enum message_kind kind, struct str *out)
{
	if (v == NULL)
		return;
	if (kind == MESSAGE_LOCATION)
		location(v, out);
	else if (kind == MESSAGE_CONTACTS)
		contacts(v, out);
	else if (kind == MESSAGE_INTERACTIVE)
		interactive(v, out);
	else if (kind == MESSAGE_ORDER)
		order(v, out);
	else if (kind == MESSAGE_TEMPLATE)
		str_add(out, wa__string(v, "name"));
}
