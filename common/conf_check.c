/*
 * conf_check - one value of opdesk.conf against its row of the table.
 */
#include "common/conf_int.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

/* What is allowed, composed; err_set copies it before the next one. */
static _Thread_local char allowed[256];

static bool
printable(const char *s)
{
	if (!utf8_valid(s, strlen(s)))
		return false;
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return false;
	return true;
}

static const char *
set_int(const struct conf_key *k, struct conf_value *v, const char *s)
{
	if (str_to_int64(s, k->min, k->max, &v->number))
		return NULL;
	str_format(allowed, sizeof(allowed), _("a number from %lld to %lld"),
	    (long long)k->min, (long long)k->max);
	return allowed;
}

static const char *
set_bool(struct conf_value *v, const char *s)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
			v->number = strcmp(s, yes[i]) == 0;
			return NULL;
		}
	}
	return _("yes or no");
}

static const char *
check_enum(const struct conf_key *k, const char *s)
{
	size_t used = 0;

	for (const char *const *w = k->values; *w; w++)
		if (strcmp(s, *w) == 0)
			return NULL;
	allowed[0] = '\0';
	for (const char *const *w = k->values; *w; w++) {
		str_format(allowed + used, sizeof(allowed) - used, "%s%s",
		    used ? ", " : "", *w);
		used += strlen(allowed + used);
	}
	return allowed;
}

/* "host", "host:port", "[address]" or "[address]:port" of n bytes. */
static bool
is_host(const char *s, size_t n)
{
	const char *end = memchr(s, s[0] == '[' ? ']' : ':', n);
	char port[8] = "0";
	int64_t number;
	size_t host_n;

	if (end == NULL)
		return n > 0 && s[0] != '[' && !memchr(s, ']', n);
	if (s[0] == '[')
		end++;
	host_n = (size_t)(end - s);
	if (host_n == 0 || (s[0] == '[' && host_n < 4))
		return false;
	if (host_n == n)
		return true;
	if (*end != ':' || n - host_n > sizeof(port))
		return false;
	memcpy(port, end + 1, n - host_n - 1);
	port[n - host_n - 1] = '\0';
	return str_to_int64(port, 0, 65535, &number);
}

static const char *
check_url(const char *s)
{
	const char *host = strstr(s, "://");
	size_t n;

	if (!str_starts(s, "https://") && !str_starts(s, "http://"))
		return _("an address that begins with https:// or http://");
	host += 3;
	n = strcspn(host, "/?#");
	if (n == 0 || n > 253 || strpbrk(s, " \"<>\\") || strchr(s, '#'))
		return _("an address such as https://desk.example.com");
	if (memchr(host, '@', n))
		return _("an address without a name and password in it");
	if (!is_host(host, n))
		return _("an address such as https://desk.example.com");
	return NULL;
}

static const char *
check_address(const char *s)
{
	const char *colon = strrchr(s, ':');
	int64_t port;

	/* An IPv6 address stands in brackets, so that its end is known. */
	if (!colon || colon == s || !str_to_int64(colon + 1, 0, 65535, &port) ||
	    (s[0] == '[') != (colon[-1] == ']') ||
	    (s[0] != '[' && strchr(s, ':') != colon) || strchr(s, ' '))
		return _("an address and port such as 127.0.0.1:8480");
	return NULL;
}

static const char *
set_list(const struct conf_key *k, struct conf_value *v, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, ",");
		const char *next = s + n + (s[n] == ',');
		const char *wrong = NULL;

		while (n > 0 && *s == ' ')
			s++, n--;
		while (n > 0 && s[n - 1] == ' ')
			n--;
		if (n > 0)
			conf__add_item(v, s, n);
		if (n > 0 && k->check)
			wrong = k->check(v->items[v->count - 1]);
		if (wrong)
			return tr(i18n_lang(), wrong);
		s = next;
	}
	return NULL;
}

void
conf__add_item(struct conf_value *v, const char *s, size_t n)
{
	v->items = xreallocarray(v->items, v->count + 1, sizeof(*v->items));
	v->items[v->count++] = xstrndup(s, n);
}

void
conf__add_lines(struct conf_value *v, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, "\n");
		const char *next = s + n + (s[n] == '\n');

		while (n > 0 && strchr(" \t\r", s[n - 1]))
			n--;
		if (n > 0)
			conf__add_item(v, s, n);
		s = next;
	}
}

void
conf__clear(struct conf_value *v)
{
	for (size_t i = 0; i < v->count; i++) {
		explicit_bzero(v->items[i], strlen(v->items[i]));
		free(v->items[i]);
	}
	free(v->items);
	free(v->text);
	memset(v, 0, sizeof(*v));
}

const char *
conf__set(const struct conf_key *k, struct conf_value *v, const char *text,
    const char *dir)
{
	const char *wrong = NULL;

	if (!printable(text))
		return _("UTF-8 text without control characters");
	switch (k->type) {
	case CONF_STRING:
	case CONF_PATH:
		break;
	case CONF_INT:
		wrong = set_int(k, v, text);
		break;
	case CONF_BOOL:
		wrong = set_bool(v, text);
		break;
	case CONF_ENUM:
		wrong = check_enum(k, text);
		break;
	case CONF_URL:
		wrong = check_url(text);
		break;
	case CONF_ADDRESS:
		wrong = check_address(text);
		break;
	case CONF_LIST:
		wrong = set_list(k, v, text);
		break;
	case CONF_SECRET:
		conf__add_item(v, text, strlen(text));
		return NULL;
	}
	if (wrong)
		return wrong;
	if (k->check && k->type != CONF_LIST && (wrong = k->check(text)))
		return tr(i18n_lang(), wrong);
	free(v->text);
	if (k->type == CONF_PATH && text[0] != '/' && !strstr(text, "://"))
		v->text = xasprintf("%s/%s", dir, text);
	else
		v->text = xstrdup(text);
	return NULL;
}
