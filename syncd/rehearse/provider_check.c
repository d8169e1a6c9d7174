/*
 * provider_check - is a send one that Meta would take?
 */
#include "syncd/rehearse/provider_int.h"
#include "common/utf8.h"
#include <stdio.h>
#include <string.h>

const char provider__templates[] =
    "[{\"name\":\"seguimiento_incidencia\",\"language\":\"es\","
    "\"status\":\"APPROVED\",\"category\":\"UTILITY\",\"id\":\"8001\","
    "\"components\":[{\"type\":\"BODY\",\"text\":\"Hola {{1}}, seguimos con su "
    "incidencia {{2}}. ¿Le viene bien que le escribamos ahora?\",\"example\":"
    "{\"body_text\":[[\"Lucía\",\"1042\"]]}},{\"type\":\"BUTTONS\","
    "\"buttons\":[{\"type\":\"QUICK_REPLY\",\"text\":\"Sí\"},"
    "{\"type\":\"QUICK_REPLY\",\"text\":\"Más tarde\"}]}]},"
    "{\"name\":\"cita_tecnico\",\"language\":\"es\",\"status\":\"APPROVED\","
    "\"category\":\"UTILITY\",\"id\":\"8002\",\"components\":["
    "{\"type\":\"HEADER\",\"format\":\"TEXT\",\"text\":\"Visita técnica\"},"
    "{\"type\":\"BODY\",\"text\":\"Hola {{1}}: nuestro técnico pasará el "
    "{{2}} entre las {{3}}. Si no le va bien, responda a este mensaje.\"},"
    "{\"type\":\"FOOTER\",\"text\":\"Servicio técnico\"}]},"
    "{\"name\":\"ticket_update\",\"language\":\"en\",\"status\":\"APPROVED\","
    "\"category\":\"UTILITY\",\"id\":\"8003\",\"components\":["
    "{\"type\":\"BODY\",\"text\":\"Hello {{1}}, there is news about your "
    "request {{2}}: {{3}}. Reply to this message to talk to us.\"}]}]";

/* Their languages and how many values each takes, as above. */
static const struct {
	const char *name, *lang;
	size_t values;
} templates[] = {
    {"seguimiento_incidencia", "es", 2},
    {"cita_tecnico", "es", 3},
    {"ticket_update", "en", 3},
};

struct check {
	const struct json *doc;
	struct send *out;
	char *details;
};

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

static size_t
characters(const char *s)
{
	const size_t n = strlen(s);
	size_t at = 0, count = 0;
	uint32_t cp;

	for (; at < n; count++)
		at += utf8_decode(s + at, n - at, &cp);
	return count;
}

static int
refuse(struct check *c, int code, const char *details)
{
	snprintf(c->details, 200, "%s", details);
	return code;
}

/* A text that must be there and may have max characters. */
static int
check_text(struct check *c, const struct json *v, const char *name, size_t max)
{
	const char *s = text_of(v, name);

	snprintf(c->details, 200, "%s", name);
	if (s[0] == '\0')
		return 131008;
	return characters(s) <= max ? 0 : 131009;
}

/* ---- orders ---- */

bool
provider__order_parse(const char *text, struct order *order)
{
	static const struct {
		const char *name;
		enum fault fault;
	} names[] = {
	    {"silence", FAULT_SILENCE},
	    {"slow", FAULT_SLOW},
	    {"cut-before", FAULT_CUT_BEFORE},
	    {"cut-after", FAULT_CUT_AFTER},
	    {"nonsense", FAULT_NONSENSE},
	    {"duplicate", FAULT_DUPLICATE},
	    {"disorder", FAULT_DISORDER},
	    {"early", FAULT_EARLY},
	    {"unread", FAULT_UNREAD},
	    {"undelivered", FAULT_UNDELIVERED},
	};
	/* Those that Meta reports after it has taken the message. */
	static const int late[] = {
	    130472, 131026, 131047, 131049, 131050, 131051, 131052, 131053};
	int64_t code;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, text) == 0) {
			*order = (struct order){names[i].fault, 0};
			return true;
		}
	*order = (struct order){FAULT_ERROR, 0};
	if (str_starts(text, "now-"))
		text += 4;
	else if (str_starts(text, "later-")) {
		text += 6;
		order->fault = FAULT_LATER;
	} else if (str_to_int64(text, 0, 999999, &code))
		for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++)
			if (late[i] == code)
				order->fault = FAULT_LATER;
	if (!str_to_int64(text, 0, 999999, &code))
		return false;
	order->code = (int)code;
	if (code >= 500 && code <= 599)
		order->fault = FAULT_HTTP;
	return true;
}

/* ---- types ---- */

static int
check_plain(struct check *c)
{
	const struct json *text = json_get(c->doc, "text");
	const char *body = text_of(text, "body");
	struct order order;

	if (body[0] == '#' && provider__order_parse(body + 1, &order))
		c->out->order = order;
	return check_text(c, text, "body", 4096);
}

static int
check_media(struct check *c, const char *type)
{
	const struct json *v = json_get(c->doc, type);
	const char *caption = text_of(v, "caption");
	const char *id = text_of(v, "id"), *link = text_of(v, "link");

	if ((id[0] == '\0') == (link[0] == '\0'))
		return refuse(c, 131008, "either id or link is required");
	if (link[0] != '\0' && !str_starts(link, "https://") &&
	    !str_starts(link, "http://"))
		return refuse(c, 131009, "link is not a URL");
	if (caption[0] != '\0' &&
	    (strcmp(type, "audio") == 0 || strcmp(type, "sticker") == 0))
		return refuse(c, 100, "this type takes no caption");
	if (characters(caption) > 1024)
		return refuse(c, 131009, "caption is too long");
	return 0;
}

static int
check_buttons(struct check *c, const struct json *v)
{
	const struct json *all = json_path(v, "action", "buttons", NULL);
	const struct json *b, *other;
	int code;

	if (json_size(all) < 1 || json_size(all) > 3)
		return refuse(c, 131009, "1 to 3 buttons");
	for (b = json_first(all); b != NULL; b = json_next(b)) {
		const struct json *reply = json_get(b, "reply");

		if (strcmp(text_of(b, "type"), "reply") != 0)
			return refuse(c, 131009, "button type");
		if ((code = check_text(c, reply, "id", 256)) != 0 ||
		    (code = check_text(c, reply, "title", 20)) != 0)
			return code;
		for (other = json_first(all); other != b;
		     other = json_next(other))
			if (strcmp(text_of(json_get(other, "reply"), "title"),
				text_of(reply, "title")) == 0)
				return refuse(c, 131009, "titles must differ");
	}
	return 0;
}

static int
check_list(struct check *c, const struct json *v)
{
	const struct json *action = json_get(v, "action");
	const struct json *s = json_first(json_get(action, "sections")), *row;
	size_t rows = 0;
	int code;

	if ((code = check_text(c, action, "button", 20)) != 0)
		return code;
	for (; s != NULL; s = json_next(s)) {
		if (characters(text_of(s, "title")) > 24)
			return refuse(c, 131009, "section title");
		row = json_first(json_get(s, "rows"));
		for (; row != NULL; row = json_next(row), rows++)
			if ((code = check_text(c, row, "id", 200)) != 0 ||
			    (code = check_text(c, row, "title", 24)) != 0)
				return code;
	}
	if (rows < 1 || rows > 10)
		return refuse(c, 131009, "1 to 10 rows");
	return 0;
}

static int
check_interactive(struct check *c)
{
	const struct json *v = json_get(c->doc, "interactive");
	const char *type = text_of(v, "type");
	int code;

	if ((code = check_text(c, json_get(v, "body"), "text", 1024)) != 0)
		return code;
	if (characters(text_of(json_get(v, "footer"), "text")) > 60 ||
	    characters(text_of(json_get(v, "header"), "text")) > 60)
		return refuse(c, 131009, "header or footer is too long");
	if (strcmp(type, "button") == 0)
		return check_buttons(c, v);
	if (strcmp(type, "list") == 0)
		return check_list(c, v);
	return refuse(c, 131009, "interactive type");
}

static int
check_template(struct check *c)
{
	const struct json *v = json_get(c->doc, "template"), *part;
	const char *name = text_of(v, "name");
	const char *lang = text_of(json_get(v, "language"), "code");
	size_t values = 0;

	part = json_first(json_get(v, "components"));
	for (; part != NULL; part = json_next(part))
		if (strcmp(text_of(part, "type"), "body") == 0)
			values += json_size(json_get(part, "parameters"));
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
		if (strcmp(templates[i].name, name) == 0 &&
		    strcmp(templates[i].lang, lang) == 0)
			return templates[i].values == values
			           ? 0
			           : refuse(c, 132000, "number of parameters");
	return refuse(c, 132001, "template name does not exist");
}

static int
check_type(struct check *c)
{
	static const char *const media[] = {
	    "image", "video", "audio", "document", "sticker"};
	static const char *const objects[] = {
	    "location", "contacts", "reaction"};
	const char *type = text_of(c->doc, "type");

	if (type[0] == '\0' || strcmp(type, "text") == 0)
		return check_plain(c);
	if (strcmp(type, "interactive") == 0)
		return check_interactive(c);
	if (strcmp(type, "template") == 0)
		return check_template(c);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(type, media[i]) == 0)
			return check_media(c, type);
	for (size_t i = 0; i < 3; i++)
		if (strcmp(type, objects[i]) == 0)
			return json_get(c->doc, type) != NULL
			           ? 0
			           : refuse(c, 131008, type);
	return refuse(c, 131051, "type");
}

static int
check_recipient(struct check *c)
{
	const char *to = text_of(c->doc, "to");
	const char *user = text_of(c->doc, "recipient");
	size_t digits;

	if (to[0] == '+')
		to++;
	digits = strspn(to, "0123456789");
	c->out->to_is_user = to[0] == '\0';
	if (to[0] == '\0' && user[0] == '\0')
		return refuse(c, 131008, "to or recipient is required");
	if (to[0] != '\0' && (to[digits] != '\0' || digits < 5 || digits > 20))
		return refuse(c, 131009, "to is not a telephone number");
	if (!str_copy(
		c->out->to, sizeof(c->out->to), to[0] != '\0' ? to : user))
		return refuse(c, 131009, "recipient is too long");
	return 0;
}

static int
check_doc(struct check *c)
{
	const char *callback = text_of(c->doc, "biz_opaque_callback_data");
	int code;

	if (strcmp(text_of(c->doc, "messaging_product"), "whatsapp") != 0)
		return refuse(c, 100, "messaging_product is required");
	if (strcmp(text_of(c->doc, "status"), "read") == 0) {
		c->out->is_receipt = true;
		return str_starts(text_of(c->doc, "message_id"), "wamid.")
		           ? 0
		           : refuse(c, 131009, "message_id");
	}
	if (!str_copy(c->out->callback, sizeof(c->out->callback), callback))
		return refuse(c, 131009, "biz_opaque_callback_data");
	if ((code = check_recipient(c)) != 0)
		return code;
	return check_type(c);
}

int
provider__check(const char *body, size_t n, struct send *out, char details[200])
{
	struct json *doc = NULL;
	struct check c = {NULL, out, details};
	int code;

	memset(out, 0, sizeof(*out));
	details[0] = '\0';
	if (json_parse(body, n, &json_limits_api, &doc, NULL) != 0)
		return refuse(&c, 100, "the body is not valid JSON");
	c.doc = doc;
	code = check_doc(&c);
	json_free(&doc);
	return code;
}
