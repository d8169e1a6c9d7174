/* inventory_read - see inventory_read.h. */
#include "syncd/api/inventory_read.h"
#include "common/charset.h"
#include "common/inflate.h"
#include "common/json_skim.h"
#include "common/str.h"
#include "common/utf8.h"
#include "common/xml_pick.h"
#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct inflate_limits limits = {.max = INVENTORY_INFLATED_MAX,
    .max_ratio = INVENTORY_RATIO_MAX,
    .free_bytes = (size_t)4 * 1024 * 1024};

/* ---- unpacking ---- */

static bool
is_type(const char *type, const char *word)
{
	return type != NULL && strcasestr(type, word) != NULL;
}

/* The first byte that is no blank nor a mark of the encoding; 0: none. */
static char
first_byte(const char *s, size_t n)
{
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	for (; n > 0; s++, n--)
		if (strchr(" \t\r\n", *s) == NULL || *s == '\0')
			return *s;
	return '\0';
}

static enum inventory_fault
unpack(const char *p, size_t n, const char *type, struct str *out,
    struct err *err)
{
	char first = first_byte(p, n);
	bool raw = is_type(type, "deflate");
	int rc = 0;

	if (is_type(type, "x-br") || is_type(type, "x-compress-br")) {
		err_set(err, OD_EDATA,
		    "Brotli is not understood here; send zlib or nothing");
		return INVENTORY_UNPACKABLE;
	}
	if (first == '{' || first == '<')
		str_addn(out, p, n);
	else if (inflate_is_packed(p, n) || raw)
		rc = inflate_all(p, n, !inflate_is_packed(p, n), &limits, out,
		    err);
	else
		rc = err_set(err, OD_EDATA,
		    "This is neither JSON nor XML, nor packed by zlib");
	return rc == 0		? INVENTORY_FINE
	       : rc == OD_ELIMIT ? INVENTORY_LARGE
				 : INVENTORY_BAD;
}

/* ---- what it says ---- */

void
inventory_program(const char *text, char program[65], char version[65])
{
	const char *mark = strstr(text, "_v");
	size_t n = mark != NULL ? (size_t)(mark - text) : strlen(text);

	if (n > 64)
		n = 64;
	memcpy(program, text, n);
	program[n] = '\0';
	str_copy(version, 65, mark != NULL ? mark + 2 : "");
	version[strcspn(version, " ")] = '\0'; /* of a User-Agent */
}

static int
need_device(const struct inventory_said *out, struct err *err)
{
	return out->device_id[0] != '\0'
		   ? 0
		   : err_set(err, OD_EDATA,
			 "The post does not name its device");
}

static int
read_json(const char *s, size_t n, struct inventory_said *out, struct err *err)
{
	char client[130], partial[8];
	struct json_want wants[] = {
	    {.path = "deviceid", .out = out->device_id,
		.size = sizeof(out->device_id)},
	    {.path = "action", .out = out->action,
		.size = sizeof(out->action)},
	    {.path = "tag", .out = out->tag, .size = sizeof(out->tag)},
	    {.path = "name", .out = out->program,
		.size = sizeof(out->program)},
	    {.path = "version", .out = out->version,
		.size = sizeof(out->version)},
	    {.path = "content/versionclient", .out = client,
		.size = sizeof(client)},
	    {.path = "partial", .out = partial, .size = sizeof(partial)},
	};
	int rc;

	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if ((rc = json_skim(s, n, wants, COUNT(wants), err)) != 0)
		return rc;
	out->has_tag = wants[2].kind == JSON_SKIM_TEXT;
	if (!out->has_tag)
		out->tag[0] = '\0';
	out->is_partial = strcmp(partial, "true") == 0;
	if (client[0] != '\0')
		inventory_program(client, out->program, out->version);
	if (out->action[0] == '\0' || strcmp(out->action, "inventory") == 0)
		out->what = INVENTORY_REPORT;
	else if (strcmp(out->action, "contact") == 0)
		out->what = INVENTORY_CONTACT;
	else
		out->what = INVENTORY_OTHER;
	return need_device(out, err);
}

static int
pick_xml(const char *s, size_t n, struct inventory_said *out, struct err *err)
{
	char client[130], key[65];
	struct xml_want wants[] = {
	    {"REQUEST/DEVICEID", out->device_id, sizeof(out->device_id), false},
	    {"REQUEST/QUERY", out->action, sizeof(out->action), false},
	    {"REQUEST/CONTENT/VERSIONCLIENT", client, sizeof(client), false},
	    {"REQUEST/CONTENT/ACCOUNTINFO/KEYNAME", key, sizeof(key), false},
	    {"REQUEST/CONTENT/ACCOUNTINFO/KEYVALUE", out->tag,
		sizeof(out->tag), false},
	};
	int rc;

	if ((rc = xml_pick(s, n, wants, COUNT(wants), err)) != 0)
		return rc;
	inventory_program(client, out->program, out->version);
	out->has_tag = wants[4].is_there && strcasecmp(key, "TAG") == 0;
	if (!out->has_tag)
		out->tag[0] = '\0';
	if (strcasecmp(out->action, "PROLOG") == 0)
		out->what = INVENTORY_PROLOG;
	else if (out->action[0] == '\0' ||
		 strcasecmp(out->action, "INVENTORY") == 0)
		out->what = INVENTORY_REPORT;
	else
		out->what = INVENTORY_OTHER;
	return need_device(out, err);
}

/* Old agents say UTF-8 and send Latin-1, and bytes that XML has not. */
static int
read_xml(const char *s, size_t n, struct inventory_said *out, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	if (!charset_add(&text, NULL, s, n))
		return err_set(err, OD_ELIMIT, "There is no memory for it");
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.s[i] < ' ' &&
		    strchr("\t\r\n", text.s[i]) == NULL)
			text.s[i] = ' ';
	rc = pick_xml(text.s, text.len, out, err);
	str_free(&text);
	return rc;
}

enum inventory_fault
inventory_read(const void *body, size_t n, const char *type,
    struct inventory_said *out, struct err *err)
{
	struct str plain = STR_INIT;
	enum inventory_fault fault;
	char first;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	fault = unpack(body, n, type, &plain, err);
	if (fault == INVENTORY_FINE) {
		first = first_byte(plain.s, plain.len);
		out->is_xml = first == '<';
		rc = first == '{'   ? read_json(plain.s, plain.len, out, err)
		     : first == '<' ? read_xml(plain.s, plain.len, out, err)
				    : err_set(err, OD_EDATA,
					  "This is neither JSON nor XML");
		if (rc != 0)
			fault = rc == OD_ELIMIT ? INVENTORY_LARGE
						: INVENTORY_BAD;
	}
	str_free(&plain);
	return fault;
}
