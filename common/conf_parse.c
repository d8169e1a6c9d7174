/*
 * conf_parse - from the text of an opdesk.conf to a struct conf.
 *
 * Lines are read here and not by a library: errors need the line, a section
 * without keys is still to be checked, an indented line is not a
 * continuation, and a line may be long.  First the lines become entries;
 * then a section's kind decides which keys it may have.
 */
#include "common/clock.h"
#include "common/conf_int.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_BYTES       ((size_t)256 * 1024)
#define MAX_NAME        64
#define SECRET_AGE_DAYS 365

static bool use_env;
static bool secrets_optional;

struct entry {
	struct conf_section *section;
	int line;
	char *key;   /* owned */
	char *value; /* owned; wiped, it may be a secret */
	bool done;
};

struct parse {
	struct conf *conf;
	const char *name; /* of the file, for errors */
	char *dir;        /* owned; makes paths absolute */
	bool is_private;  /* nobody else can read it: secrets may stand in it */
	struct entry *entries;
	size_t count;
	struct conf_section *section; /* the one that lines belong to */
	struct err *err;
};

void
conf_use_env(bool use)
{
	use_env = use;
}

void
conf_secrets_optional(bool optional)
{
	secrets_optional = optional;
}

/* Put file and line before the sentence that was set. */
static int
at_line(struct parse *p, int line, int rc)
{
	err_prefix(p->err, "%s:%d", p->name, line);
	return rc;
}

static void
trim(const char **s, size_t *n)
{
	while (*n > 0 && strchr(" \t", **s) && **s)
		(*s)++, (*n)--;
	while (*n > 0 && (*s)[*n - 1] && strchr(" \t\r", (*s)[*n - 1]))
		(*n)--;
}

static bool
is_name(const char *s, size_t n)
{
	if (n == 0 || n > MAX_NAME)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= 'A' && s[i] <= 'Z') ||
			(s[i] >= '0' && s[i] <= '9') || s[i] == '_' ||
			s[i] == '-'))
			return false;
	return true;
}

/* What stands between the brackets. */
static int
parse_section(struct parse *p, int line, const char *s, size_t n)
{
	char shown[100], id[MAX_NAME + 1] = "";
	char *whole = xstrndup(s, n);
	enum conf_section_kind kind;
	int rc = 0;

	text_safe_buf(shown, sizeof(shown), whole);
	for (kind = 0; kind < CONF_SECTION_COUNT; kind++) {
		const char *word = conf_section_name(kind);
		size_t len = strlen(word);

		if (n < len || memcmp(s, word, len) != 0 ||
		    (n > len && s[len] != ' ' && s[len] != '\t'))
			continue;
		s += len;
		n -= len;
		break;
	}
	trim(&s, &n);
	if (kind == CONF_SECTION_COUNT) {
		rc = err_set(p->err, OD_EDATA,
		    "[%s] is not a section; opdesk.conf(5) lists them.", shown);
	} else if (conf_section_has_name(kind) && !is_name(s, n)) {
		rc = err_set(p->err, OD_EDATA,
		    "[%s] needs a name of letters, digits, '-' and '_', as in "
		    "[%s main].",
		    shown, conf_section_name(kind));
	} else if (!conf_section_has_name(kind) && n > 0) {
		rc = err_set(p->err, OD_EDATA, "[%s] has no name.",
		    conf_section_name(kind));
	}
	free(whole);
	if (rc != 0)
		return at_line(p, line, rc);
	memcpy(id, s, n);
	p->section = p->conf->sections;
	while (p->section &&
	       (p->section->kind != kind || strcmp(p->section->id, id) != 0))
		p->section = p->section->next;
	if (!p->section)
		p->section = conf__add_section(p->conf, kind, id, line);
	else if (p->section->line != 0)
		return at_line(p, line,
		    err_set(p->err, OD_EDATA, "[%s] is there twice.", shown));
	p->section->line = line;
	return 0;
}

static int
parse_line(struct parse *p, int line, const char *s, size_t n)
{
	const char *equals, *key, *value;
	size_t key_n, value_n;
	struct entry *e;

	trim(&s, &n);
	if (n == 0 || *s == ';' || *s == '#')
		return 0;
	for (size_t i = 1; i < n; i++)
		if (s[i] == ';' && (s[i - 1] == ' ' || s[i - 1] == '\t'))
			n = i;
	trim(&s, &n);
	if (*s == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
		trim(&s, &n);
		return parse_section(p, line, s, n);
	}
	equals = memchr(s, '=', n);
	if (!equals || equals == s || *s == '[')
		return at_line(p, line,
		    err_set(p->err, OD_EDATA,
			"The line is neither a [section] nor key = value."));
	if (!p->section)
		return at_line(p, line,
		    err_set(p->err, OD_EDATA,
			"The first line must be a [section]."));
	key = s;
	key_n = (size_t)(equals - s);
	value = equals + 1;
	value_n = n - key_n - 1;
	trim(&key, &key_n);
	trim(&value, &value_n);
	p->entries =
	    xreallocarray(p->entries, p->count + 1, sizeof(*p->entries));
	e = &p->entries[p->count++];
	memset(e, 0, sizeof(*e));
	e->section = p->section;
	e->line = line;
	e->key = xstrndup(key, key_n);
	e->value = xstrndup(value, value_n);
	return 0;
}

static int
parse_lines(struct parse *p, const char *s, size_t n)
{
	const char *end = s + n;
	int rc;

	if (memchr(s, '\0', n))
		return err_set(p->err, OD_EDATA,
		    "%s is not a text file: it has NUL bytes.", p->name);
	if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		s += 3;
	for (int line = 1; s < end; line++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((nl ? nl : end) - s);

		if ((rc = parse_line(p, line, s, len)) != 0)
			return rc;
		s += len + (nl != NULL);
	}
	return 0;
}

static int
unknown_key(struct parse *p, const struct entry *e)
{
	const char *kind = conf__channel_kind(e->section);
	char shown[100];

	text_safe_buf(shown, sizeof(shown), e->key);
	if (kind[0] != '\0')
		return err_set(p->err, OD_EDATA,
		    "\"%s\" is not a key of a %s channel; opdesk.conf(5) lists "
		    "them.",
		    shown, kind);
	return err_set(p->err, OD_EDATA,
	    "\"%s\" is not a key of [%s]; opdesk.conf(5) lists them.", shown,
	    conf_section_name(e->section->kind));
}

static void
warn_about_age(struct parse *p, const char *path)
{
	struct stat st;
	int64_t days;

	if (stat(path, &st) != 0)
		return;
	days = (clock_wall_us() / US_PER_SECOND - st.st_mtime) / 86400;
	if (days > SECRET_AGE_DAYS)
		conf__warn(p->conf,
		    xasprintf(_("%s was not changed for %lld days; replace the "
				"secret."),
			path, (long long)days));
}

static int
read_secret_file(struct parse *p, const struct entry *e, struct conf_value *v)
{
	struct str text = STR_INIT;
	char *path;
	int rc;

	path = e->value[0] == '/' ? xstrdup(e->value)
	                          : xasprintf("%s/%s", p->dir, e->value);
	rc = fs_read_secret(path, &text, p->err);
	if (rc == 0) {
		conf__add_lines(v, text.s);
		if (v->count == 0)
			rc = err_set(p->err, OD_EDATA,
			    "%s is empty; write the secret into it.", path);
		warn_about_age(p, path);
	}
	if (text.cap > 0)
		explicit_bzero(text.s, text.cap);
	str_free(&text);
	if (rc != 0 && secrets_optional) {
		conf__warn(p->conf,
		    xasprintf(_("The secret %s cannot be read here."), path));
		rc = 0;
	}
	free(path);
	return rc;
}

static int
take_secret(struct parse *p, const struct entry *e, const struct conf_key *k,
    struct conf_value *v, bool is_file)
{
	if (is_file)
		return read_secret_file(p, e, v);
	if (!p->is_private)
		return err_set(p->err, OD_EDATA,
		    "Others can read this file, so %s may not stand in it: "
		    "make it 0600, or put the secret into a 0600 file of its "
		    "own and name that in %s_file.",
		    k->name, k->name);
	if (conf__set(k, v, e->value, p->dir))
		return err_set(p->err, OD_EDATA,
		    "%s must be UTF-8 text without control characters.",
		    k->name);
	return 0;
}

static int
take_entry(struct parse *p, struct entry *e)
{
	size_t n, len = strlen(e->key);
	const struct conf_key *table = conf_table(&n), *k;
	bool is_file = false;
	struct conf_value *v;
	const char *must;
	int row = conf__row(e->section, e->key);

	e->done = true;
	if (row < 0 && len > 5 && strcmp(e->key + len - 5, "_file") == 0) {
		e->key[len - 5] = '\0';
		row = conf__row(e->section, e->key);
		is_file = row >= 0 && table[row].type == CONF_SECRET;
		e->key[len - 5] = '_';
		if (!is_file)
			row = -1;
	}
	if (row < 0)
		return at_line(p, e->line, unknown_key(p, e));
	k = &table[row];
	v = &e->section->values[row];
	if (e->value[0] == '\0')
		return 0;
	/* Only a secret that is written here may have several lines. */
	if (v->is_set && (k->type != CONF_SECRET || is_file || v->text))
		return at_line(p, e->line,
		    err_set(p->err, OD_EDATA, "%s is given twice.", k->name));
	v->is_set = true;
	if (k->type == CONF_SECRET) {
		int rc = take_secret(p, e, k, v, is_file);

		/* Marks that it came from a file. */
		if (is_file && !v->text)
			v->text = xstrdup("");
		return rc ? at_line(p, e->line, rc) : 0;
	}
	must = conf__set(k, v, e->value, p->dir);
	if (must)
		return at_line(p, e->line,
		    err_set(p->err, OD_EDATA, "%s must be %s.", k->name, must));
	return 0;
}

static int
take_entries(struct parse *p)
{
	int rc;

	/* The kind first: it decides about the others. */
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < p->count; i++) {
			struct entry *e = &p->entries[i];

			if (turn == 0 && strcmp(e->key, "kind") != 0)
				continue;
			if (!e->done && (rc = take_entry(p, e)) != 0)
				return rc;
		}
	}
	return 0;
}

static int
take_env(struct parse *p, const struct conf_key *k, struct conf_value *v)
{
	const char *text = getenv(k->env);
	const char *must;

	if (!text || text[0] == '\0')
		return 0;
	must = conf__set(k, v, text, p->dir);
	if (must)
		return err_set(p->err, OD_EDATA,
		    "The environment variable %s must be %s.", k->env, must);
	v->is_set = true;
	conf__warn(p->conf,
	    xasprintf(_("%s comes from the environment variable %s; write it "
			"into opdesk.conf."),
		k->name, k->env));
	return 0;
}

/* Older variables, defaults, and what must be there. */
static int
complete(struct parse *p, struct conf_section *s)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);
	int rc;

	for (size_t i = 0; i < count; i++) {
		const struct conf_key *k = &table[i];
		struct conf_value *v = &s->values[i];

		if (!conf__row_fits(s, k) || v->is_set)
			continue;
		if (use_env && k->env && (rc = take_env(p, k, v)) != 0)
			return rc;
		if (v->is_set || k->type == CONF_SECRET)
			continue;
		if (!k->fallback)
			return at_line(p, s->line,
			    err_set(p->err, OD_EDATA, "[%s %s] has no %s.",
				conf_section_name(s->kind), s->id, k->name));
		if (k->fallback[0] != '\0' &&
		    conf__set(k, v, k->fallback, p->dir))
			BUG("bad default of %s", k->name);
	}
	return 0;
}

/* Two keys with one secret: whoever knows the one has the other. */
static void
warn_about_reuse(struct conf *c, const struct conf_section *s, size_t row)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);
	const struct conf_value *v = &s->values[row];

	for (size_t i = row + 1; i < count; i++) {
		const struct conf_value *w = &s->values[i];

		if (table[i].type != CONF_SECRET || v->count == 0 ||
		    w->count == 0 || strcmp(v->items[0], w->items[0]) != 0)
			continue;
		conf__warn(c,
		    xasprintf(_("[%s %s] uses one secret as %s and as %s; give "
				"each its own."),
			conf_section_name(s->kind), s->id, table[row].name,
			table[i].name));
	}
}

static int
finish(struct parse *p)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);
	int rc;

	for (struct conf_section *s = p->conf->sections; s; s = s->next) {
		if ((rc = complete(p, s)) != 0)
			return rc;
		for (size_t i = 0; i < count; i++)
			if (table[i].type == CONF_SECRET)
				warn_about_reuse(p->conf, s, i);
	}
	return 0;
}

static void
init(struct parse *p, const char *name, struct err *err)
{
	const char *slash = strrchr(name, '/');
	char cwd[4096];

	memset(p, 0, sizeof(*p));
	p->err = err;
	p->name = name;
	p->conf = xcalloc(1, sizeof(*p->conf));
	p->conf->path = xstrdup(name);
	if (name[0] == '/')
		p->dir =
		    xstrndup(name, slash > name ? (size_t)(slash - name) : 1);
	else if (!getcwd(cwd, sizeof(cwd)))
		p->dir = xstrdup("/");
	else if (slash)
		p->dir = xasprintf("%s/%.*s", cwd, (int)(slash - name), name);
	else
		p->dir = xstrdup(cwd);
	for (enum conf_section_kind kind = 0; kind < CONF_SECTION_COUNT; kind++)
		if (!conf_section_has_name(kind))
			conf__add_section(p->conf, kind, "", 0);
}

static int
run(struct parse *p, const char *text, size_t n, struct conf **conf)
{
	int rc = parse_lines(p, text, n);

	if (rc == 0)
		rc = take_entries(p);
	if (rc == 0)
		rc = finish(p);
	for (size_t i = 0; i < p->count; i++) {
		explicit_bzero(
		    p->entries[i].value, strlen(p->entries[i].value));
		free(p->entries[i].value);
		free(p->entries[i].key);
	}
	free(p->entries);
	free(p->dir);
	if (rc != 0)
		conf_free(&p->conf);
	*conf = p->conf;
	return rc;
}

int
conf_parse(const char *text, size_t n, const char *name, struct conf **conf,
    struct err *err)
{
	struct parse p;

	init(&p, name, err);
	p.is_private = true;
	return run(&p, text, n, conf);
}

struct conf *
conf_default(void)
{
	struct conf *c = NULL;
	struct parse p;
	bool env = use_env;

	/* The table alone: a bad variable must not make this fail. */
	use_env = false;
	init(&p, "", NULL);
	if (run(&p, "", 0, &c) != 0)
		BUG("the table has a bad default");
	use_env = env;
	return c;
}

int
conf_load(const char *path, struct conf **conf, struct err *err)
{
	struct str text = STR_INIT;
	struct parse p;
	struct stat st;
	int rc;

	*conf = NULL;
	if (stat(path, &st) != 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no configuration %s; `opdesk config example` prints"
		    " one to begin with.",
		    path);
	if ((rc = fs_read(path, MAX_BYTES, &text, err)) == 0) {
		init(&p, path, err);
		p.is_private = (st.st_mode & 077) == 0;
		if (st.st_mode & 022)
			conf__warn(p.conf,
			    xasprintf(_("Others can change %s; take that right "
					"from them (chmod go-w)."),
				path));
		rc = run(&p, text.s, text.len, conf);
	}
	if (text.cap > 0)
		explicit_bzero(text.s, text.cap);
	str_free(&text);
	return rc;
}
