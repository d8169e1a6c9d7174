/*
 * conf_print - the table of keys as an example file, as mdoc, and what is in
 * force.
 */
#include "common/conf_int.h"
#include "common/i18n.h"
#include <string.h>

#define WIDTH 76

/* One row a name: those of other kinds of channel differ in the default. */
static bool
is_repeated(const struct conf_key *table, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (table[i].section == table[row].section &&
		    strcmp(table[i].name, table[row].name) == 0)
			return true;
	return false;
}

/* Comment lines of at most WIDTH bytes. */
static void
add_comment(struct str *out, const char *s)
{
	size_t used = 0;

	while (*s) {
		size_t n = strcspn(s, " ");

		if (used == 0 || used + n + 1 > WIDTH) {
			str_add(out, used ? "\n;" : ";");
			used = 1;
		}
		str_addc(out, ' ');
		str_addn(out, s, n);
		used += n + 1;
		s += n + (s[n] == ' ');
	}
	str_addc(out, '\n');
}

static void
add_values(struct str *out, const struct conf_key *k, const char *between)
{
	for (const char *const *w = k->values; w && *w; w++)
		str_addf(out, "%s%s", w == k->values ? "" : between, *w);
}

void
conf_print_example(struct str *out)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);

	str_add(out, "; opdesk.conf: see opdesk.conf(5)\n");
	for (size_t i = 0; i < count; i++) {
		const struct conf_key *k = &table[i];
		const char *name = conf_section_name(k->section);

		if (i == 0 || table[i - 1].section != k->section)
			str_addf(out,
			    conf_section_has_name(k->section) ? "\n;[%s main]\n"
							      : "\n[%s]\n",
			    name);
		if (is_repeated(table, i))
			continue;
		add_comment(out, tr(i18n_lang(), k->help));
		if (k->values) {
			str_add(out, "; ");
			add_values(out, k, " | ");
			str_addc(out, '\n');
		}
		if (k->type == CONF_SECRET)
			str_addf(out, ";%s_file =\n", k->name);
		else
			str_addf(out, ";%s =%s%s\n", k->name,
			    k->fallback && k->fallback[0] ? " " : "",
			    k->fallback ? k->fallback : "");
	}
}

static const char *
type_word(const struct conf_key *k)
{
	switch (k->type) {
	case CONF_STRING:
		return _("text");
	case CONF_INT:
		return _("number");
	case CONF_BOOL:
		return _("yes or no");
	case CONF_ENUM:
		return "";
	case CONF_PATH:
		return _("path");
	case CONF_URL:
		return _("address");
	case CONF_ADDRESS:
		return _("host:port");
	case CONF_LIST:
		return _("list, separated by commas");
	case CONF_SECRET:
		return _("path of a file with the secret");
	}
	return "";
}

/* Text of a man page: short lines, and one sentence a line. */
static void
add_mdoc_text(struct str *out, const char *s)
{
	size_t used = 0;

	while (*s) {
		size_t n = strcspn(s, " ");

		if (used > 0 && (used + n + 1 > WIDTH || s[-2] == '.')) {
			str_addc(out, '\n');
			used = 0;
		}
		if (used > 0)
			str_addc(out, ' ');
		for (size_t i = 0; i < n; i++)
			str_add(out, s[i] == '\\' ? "\\e" : (char[]){s[i], 0});
		used += n + 1;
		s += n + (s[n] == ' ');
	}
	str_addc(out, '\n');
}

static void
add_mdoc_key(struct str *out, const struct conf_key *k)
{
	bool is_secret = k->type == CONF_SECRET;

	str_addf(out, ".It Cm %s%s No = ", k->name, is_secret ? "_file" : "");
	if (k->values) {
		str_add(out, "Cm ");
		add_values(out, k, " | ");
		str_addc(out, '\n');
	} else {
		str_addf(out, "Ar %s\n", type_word(k));
	}
	add_mdoc_text(out, tr(i18n_lang(), k->help));
	if (k->kinds) {
		str_add(out, _("Channels:"));
		str_addf(out, " %s.\n", k->kinds);
	}
	if (k->type == CONF_INT) {
		str_addf(out, _("From %lld to %lld."), (long long)k->min,
		    (long long)k->max);
		str_addc(out, '\n');
	}
	if (!k->fallback) {
		str_addf(out, "%s\n", _("It must be given."));
	} else if (k->fallback[0] != '\0') {
		str_addf(
		    out, "%s\n.Ql %s .\n", _("The default is"), k->fallback);
	}
}

void
conf_print_mdoc(struct str *out)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct conf_key *k = &table[i];
		bool named = conf_section_has_name(k->section);

		if (i == 0 || table[i - 1].section != k->section)
			str_addf(out, "%s.Ss %s%s%s\n.Bl -tag -width indent\n",
			    i == 0 ? "" : ".El\n",
			    conf_section_name(k->section), named ? " " : "",
			    named ? _("NAME") : "");
		add_mdoc_key(out, k);
	}
	str_add(out, ".El\n");
}

void
conf_print_values(const struct conf *conf, struct str *out)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);
	const struct conf_section *s;

	for (s = conf->sections; s; s = s->next) {
		str_addf(out, "%s[%s%s%s]\n", s == conf->sections ? "" : "\n",
		    conf_section_name(s->kind), s->id[0] ? " " : "", s->id);
		for (size_t i = 0; i < count; i++) {
			const struct conf_value *v = &s->values[i];

			if (!conf__row_fits(s, &table[i]))
				continue;
			if (table[i].type != CONF_SECRET)
				str_addf(out, "%s =%s%s\n", table[i].name,
				    v->text ? " " : "", v->text ? v->text : "");
			else if (v->is_set)
				str_addf(out, "; %s is set\n", table[i].name);
		}
	}
}
