/*
 * conf - access to a loaded configuration.
 */
#include "common/conf_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *
conf__channel_kind(const struct conf_section *s)
{
	size_t count;
	const struct conf_key *t = conf_table(&count);

	if (s->kind != CONF_CHANNEL)
		return "";
	for (size_t i = 0; i < count; i++)
		if (t[i].section == CONF_CHANNEL &&
		    strcmp(t[i].name, "kind") == 0 && s->values[i].text)
			return s->values[i].text;
	return "";
}

bool
conf__row_fits(const struct conf_section *s, const struct conf_key *k)
{
	const char *kind, *p;
	size_t n;

	if (k->section != s->kind)
		return false;
	if (!k->kinds)
		return true;
	kind = conf__channel_kind(s);
	n = strlen(kind);
	for (p = k->kinds; n > 0 && *p; p += strspn(p, " ")) {
		size_t word = strcspn(p, " ");

		if (word == n && memcmp(p, kind, n) == 0)
			return true;
		p += word;
	}
	return false;
}

int
conf__row(const struct conf_section *s, const char *key)
{
	size_t count;
	const struct conf_key *t = conf_table(&count);

	for (size_t i = 0; i < count; i++)
		if (t[i].section == s->kind && strcmp(t[i].name, key) == 0 &&
		    conf__row_fits(s, &t[i]))
			return (int)i;
	return -1;
}

/* Of another kind of channel, so that nothing can be set. */
static const struct conf_value nothing;

static const struct conf_value *
value(const struct conf_section *s, const char *key, unsigned types)
{
	size_t count;
	const struct conf_key *t = conf_table(&count);
	int row = conf__row(s, key);

	for (size_t i = 0; row < 0 && i < count; i++)
		if (t[i].section == s->kind && strcmp(t[i].name, key) == 0)
			return &nothing;
	if (row < 0)
		BUG("no key %s in [%s]", key, conf_section_name(s->kind));
	if (!(types & (1u << t[row].type)))
		BUG("key %s of [%s] is of another type", key,
		    conf_section_name(s->kind));
	return &s->values[row];
}

#define ANY_TYPE   (~0u)
#define TEXT_TYPES (ANY_TYPE & ~(1u << CONF_SECRET))

struct conf_section *
conf__add_section(
    struct conf *c, enum conf_section_kind kind, const char *id, int line)
{
	struct conf_section *s = xcalloc(1, sizeof(*s)), **end;
	size_t count;

	conf_table(&count);
	s->kind = kind;
	s->id = xstrdup(id);
	s->line = line;
	s->values = xcalloc(count, sizeof(*s->values));
	for (end = &c->sections; *end; end = &(*end)->next)
		;
	*end = s;
	return s;
}

void
conf__warn(struct conf *c, char *taken)
{
	c->warnings = xreallocarray(
	    c->warnings, c->warning_count + 1, sizeof(*c->warnings));
	c->warnings[c->warning_count++] = taken;
}

void
conf_free(struct conf **conf)
{
	struct conf *c = *conf;
	struct conf_section *s;
	size_t count;

	if (!c)
		return;
	conf_table(&count);
	while ((s = c->sections) != NULL) {
		c->sections = s->next;
		for (size_t i = 0; i < count; i++)
			conf__clear(&s->values[i]);
		free(s->values);
		free(s->id);
		free(s);
	}
	for (size_t i = 0; i < c->warning_count; i++)
		free(c->warnings[i]);
	free(c->warnings);
	free(c->path);
	FREE(conf);
}

const char *
conf_path(const struct conf *conf)
{
	return conf->path;
}

void
conf_find(struct str *path)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	str_clear(path);
	/* XDG: a relative path is to be ignored. */
	if (xdg && xdg[0] == '/')
		str_addf(path, "%s/opdesk/opdesk.conf", xdg);
	else if (home && home[0] == '/')
		str_addf(path, "%s/.config/opdesk/opdesk.conf", home);
	if (path->len > 0 && (access(path->s, F_OK) == 0 ||
				 access("/etc/opdesk/opdesk.conf", F_OK) != 0))
		return;
	str_clear(path);
	str_add(path, "/etc/opdesk/opdesk.conf");
}

void
conf_find_keys(struct str *path)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	str_clear(path);
	if (xdg && xdg[0] == '/')
		str_addf(path, "%s/opdesk/keys.conf", xdg);
	else if (home && home[0] == '/')
		str_addf(path, "%s/.config/opdesk/keys.conf", home);
}

const struct conf_section *
conf_section(const struct conf *conf, enum conf_section_kind kind)
{
	BUG_ON(conf_section_has_name(kind));
	return conf_next(conf, kind, NULL);
}

const struct conf_section *
conf_next(const struct conf *conf, enum conf_section_kind kind,
    const struct conf_section *after)
{
	const struct conf_section *s = after ? after->next : conf->sections;

	while (s && s->kind != kind)
		s = s->next;
	return s;
}

const char *
conf_tenant(const struct conf *conf, const struct conf_section *s)
{
	const char *own = conf_string(s, "tenant");

	return own[0] != '\0'
	           ? own
	           : conf_string(conf_section(conf, CONF_DESK), "tenant");
}

const struct conf_section *
conf_named(
    const struct conf *conf, enum conf_section_kind kind, const char *name)
{
	const struct conf_section *s = conf_next(conf, kind, NULL);

	while (s && strcmp(s->id, name) != 0)
		s = conf_next(conf, kind, s);
	return s;
}

const char *
conf_section_id(const struct conf_section *s)
{
	return s->id;
}

bool
conf_is_set(const struct conf_section *s, const char *key)
{
	return value(s, key, ANY_TYPE)->is_set;
}

const char *
conf_string(const struct conf_section *s, const char *key)
{
	const char *text = value(s, key, TEXT_TYPES)->text;

	return text ? text : "";
}

int64_t
conf_int(const struct conf_section *s, const char *key)
{
	return value(s, key, 1u << CONF_INT)->number;
}

bool
conf_bool(const struct conf_section *s, const char *key)
{
	return value(s, key, 1u << CONF_BOOL)->number != 0;
}

size_t
conf_list_count(const struct conf_section *s, const char *key)
{
	return value(s, key, 1u << CONF_LIST)->count;
}

const char *
conf_list_item(const struct conf_section *s, const char *key, size_t i)
{
	const struct conf_value *v = value(s, key, 1u << CONF_LIST);

	return i < v->count ? v->items[i] : "";
}

size_t
conf_secret_count(const struct conf_section *s, const char *key)
{
	return value(s, key, 1u << CONF_SECRET)->count;
}

const char *
conf_secret(const struct conf_section *s, const char *key, size_t i)
{
	const struct conf_value *v = value(s, key, 1u << CONF_SECRET);

	return i < v->count ? v->items[i] : "";
}

void
conf_warnings(const struct conf *conf,
    void (*fn)(const char *sentence, void *data), void *data)
{
	for (size_t i = 0; i < conf->warning_count; i++)
		fn(conf->warnings[i], data);
}
