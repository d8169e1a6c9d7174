/*
 * opdesk.conf: what is taken has a value for every key, and what is printed
 * of it is taken again, without a secret.
 */
#include "common/conf.h"
#include "common/utf8.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_section(const struct conf_section *s, enum conf_section_kind kind)
{
	size_t count;
	const struct conf_key *t = conf_table(&count);

	for (size_t i = 0; i < count; i++) {
		const char *key = t[i].name, *v;

		if (t[i].section != kind)
			continue;
		if (t[i].type == CONF_SECRET) {
			BUG_ON(conf_secret_count(s, key) > 0 &&
			       conf_secret(s, key, 0)[0] == '\0');
			continue;
		}
		v = conf_string(s, key);
		BUG_ON(!utf8_valid(v, strlen(v)));
		BUG_ON(t[i].type == CONF_INT && v[0] != '\0' &&
		       t[i].min > conf_int(s, key));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct conf_section *s;
	struct conf *c = NULL, *again = NULL;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	/* Never a file of this machine. */
	conf_secrets_optional(true);
	if (conf_parse((const char *)data, size, "/nonexistent/x.conf", &c,
		&err) != 0) {
		BUG_ON(c != NULL || err.text[0] == '\0');
		BUG_ON(!utf8_valid(err.text, strlen(err.text)));
		return 0;
	}
	for (int kind = 0; kind < CONF_SECTION_COUNT; kind++)
		for (s = conf_next(c, (enum conf_section_kind)kind, NULL); s;
		     s = conf_next(c, (enum conf_section_kind)kind, s))
			check_section(s, (enum conf_section_kind)kind);
	conf_print_values(c, &text);
	if (conf_parse(text.s, text.len, "/nonexistent/x.conf", &again, &err))
		BUG("%s", err.text);
	conf_free(&again);
	conf_free(&c);
	str_free(&text);
	return 0;
}
