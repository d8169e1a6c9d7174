/* thanks - see thanks.h. */
#include "common/thanks.h"
#include "common/str.h"
#include "common/utf8.h"
#include <ctype.h>
#include <string.h>

/* Folded.  What says it, and what may stand around it. */
static const char *const saying[] = {"gracias", "grax", "thanks", "thank",
    "thx", "ty", "ok", "okay", "oki", "vale", "perfecto", "perfect", "genial",
    "great", "listo", "excelente", "excellent", "estupendo", "agradecido",
    "agradecida", "bien", "good", "fine", "solucionado", "resuelto", "solved",
    "entendido", "understood", NULL};
static const char *const around[] = {"muchas", "muchisimas", "mil", "muy",
    "muchos", "amable", "amables", "por", "todo", "de", "nuevo", "acuerdo", "a",
    "lot", "very", "much", "so", "you", "for", "everything", "all", "ya",
    "esta", "ha", "quedado", "is", "it", "now", "many", "la", "ayuda", "the",
    "help", "your", "su", "tu", "vuestra", "y", "and", "un", "saludo",
    "saludos", "regards", "igualmente", "buen", "buenas", "buenos", "dia",
    "dias", "tarde", "tardes", "noches", "adios", "bye", NULL};

static bool
is_among(const char *word, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* *said: one of the words says it. */
static bool
only_such_words(char *folded, int *count, bool *said)
{
	char *rest = folded, *word;

	while ((word = strtok_r(rest, " ", &rest)) != NULL) {
		if (is_among(word, saying))
			*said = true;
		else if (!is_among(word, around))
			return false;
		if (++*count > THANKS_WORDS)
			return false;
	}
	return true;
}

/* Signs without a meaning of their own are left out; *said: one says it. */
static void
add_plain(struct str *out, const char *text, bool *said)
{
	static const char *const gestures[] = {"\U0001F44D", "\U0001F64F",
	    "\U0001F44C", "\u2764", "\U0001F60A", NULL};
	static const char *const empty[] = {"\u00A1", "\uFE0F", "\U0001F3FB",
	    "\U0001F3FC", "\U0001F3FD", "\U0001F3FE", "\U0001F3FF", NULL};

	while (*text != '\0') {
		size_t n = 0;

		for (size_t i = 0; n == 0 && gestures[i] != NULL; i++)
			if (str_starts(text, gestures[i])) {
				n = strlen(gestures[i]);
				*said = true;
			}
		for (size_t i = 0; n == 0 && empty[i] != NULL; i++)
			if (str_starts(text, empty[i]))
				n = strlen(empty[i]);
		if (n == 0)
			str_addn(out, text, n = 1);
		text += n;
	}
}

bool
thanks_only(const char *text)
{
	struct str plain = STR_INIT, folded = STR_INIT;
	bool said = false, only = strlen(text) <= 200;
	int count = 0;

	add_plain(&plain, only ? text : "", &said);
	utf8_fold(&folded, plain.s, plain.len);
	for (size_t i = 0; i < folded.len; i++) {
		unsigned char c = (unsigned char)folded.s[i];

		only = only && c < 0x80 && c != '?' && !isdigit(c);
		if (!isalpha(c))
			folded.s[i] = ' ';
	}
	only = only &&
	       (folded.len == 0 || only_such_words(folded.s, &count, &said));
	str_free(&plain);
	str_free(&folded);
	return only && said;
}
