/*
 * Key names, sequences, and the operator's key file.
 */
#include "common/err.h"
#include "common/str.h"
#include "tui/command.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read must be written so that it reads the same. */
static void
check_sequence(const char *s)
{
	struct key seq[KEY_SEQUENCE_MAX], again[KEY_SEQUENCE_MAX];
	char name[KEY_NAME_SIZE * KEY_SEQUENCE_MAX];
	size_t n, m;

	if (key_parse_sequence(s, seq, &n, NULL) != 0)
		return;
	BUG_ON(n < 1 || n > KEY_SEQUENCE_MAX);
	key_format_sequence(seq, n, name, sizeof name);
	BUG_ON(key_parse_sequence(name, again, &m, NULL) != 0);
	BUG_ON(m != n);
	for (size_t i = 0; i < n; i++)
		BUG_ON(!key_equal(&seq[i], &again[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct commands *cs = commands_new();
	struct keymap *km = keymap_new();
	struct err err = ERR_INIT;
	char *s = malloc(size + 1);

	if (s == NULL)
		return 0;
	if (size > 0)
		memcpy(s, data, size);
	s[size] = '\0';
	check_sequence(s);
	commands_add(cs, base_commands, base_commands_count);
	if (commands_bind_all(cs, km, s, size, "keys", &err) != 0)
		BUG_ON(!str_starts(err.text, "keys:"));
	keymap_free(&km);
	commands_free(&cs);
	free(s);
	return 0;
}
