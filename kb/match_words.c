/*
 * match_words - texts cut into words, and what a word is without its ending.
 */
#include "kb/match_int.h"
#include "common/utf8.h"
#include <string.h>

/* How people write in a hurry; what is left out says nothing. */
static const struct {
	const char *from, *to;
} shorthand[] = {
    {"q", "que"},
    {"k", "que"},
    {"ke", "que"},
    {"qe", "que"},
    {"xq", "porque"},
    {"pq", "porque"},
    {"xk", "porque"},
    {"porq", "porque"},
    {"x", "por"},
    {"d", "de"},
    {"m", "me"},
    {"t", "te"},
    {"s", "se"},
    {"n", "en"},
    {"tb", "tambien"},
    {"tmb", "tambien"},
    {"tbn", "tambien"},
    {"bn", "bien"},
    {"nd", "nada"},
    {"nda", "nada"},
    {"dnd", "donde"},
    {"cel", "celular"},
    {"celu", "celular"},
    {"cell", "celular"},
    {"tel", "telefono"},
    {"telf", "telefono"},
    {"tlf", "telefono"},
    {"tfno", "telefono"},
    {"fono", "telefono"},
    {"compu", "computadora"},
    {"lap", "laptop"},
    {"orde", "ordenador"},
    {"pc", "computadora"},
    {"impre", "impresora"},
    {"msj", "mensaje"},
    {"msg", "message"},
    {"msgs", "messages"},
    {"contra", "contrasena"},
    {"pass", "password"},
    {"pwd", "password"},
    {"pw", "password"},
    {"psw", "password"},
    {"passwd", "password"},
    {"cta", "cuenta"},
    {"ctas", "cuentas"},
    {"usr", "usuario"},
    {"int", "internet"},
    {"inet", "internet"},
    {"net", "internet"},
    {"internete", "internet"},
    {"guifi", "wifi"},
    {"wfi", "wifi"},
    {"wiffi", "wifi"},
    {"uifi", "wifi"},
    {"hr", "hora"},
    {"hrs", "horas"},
    {"min", "minuto"},
    {"mins", "minutes"},
    {"seg", "segundo"},
    {"secs", "seconds"},
    {"u", "you"},
    {"ur", "your"},
    {"r", "are"},
    {"pls", "please"},
    {"plz", "please"},
    {"thx", "thanks"},
    {"ty", "thanks"},
    {"tx", "thanks"},
    {"grax", "gracias"},
    {"grcs", "gracias"},
    {"b4", "before"},
    {"2day", "today"},
    {"2nite", "tonight"},
    {"cuz", "because"},
    {"coz", "because"},
    {"bc", "because"},
    {"cos", "because"},
    {"w", "with"},
    {"wo", "without"},
    {"dont", "not"},
    {"doesnt", "not"},
    {"wont", "not"},
    {"cant", "not"},
    {"cannot", "not"},
    {"isnt", "not"},
    {"arent", "not"},
    {"didnt", "not"},
    {"wasnt", "not"},
    {"wouldnt", "not"},
    {"couldnt", "not"},
    {"hasnt", "not"},
    {"havent", "not"},
    {"aint", "not"},
    {"dnt", "not"},
    {"wnt", "not"},
    {"cnt", "not"},
    {"doesn", "not"},
    {"dosnt", "not"},
    {"dsnt", "not"},
    {"didn", "not"},
    {"nt", "not"},
    {"isn", "not"},
    {"never", "not"},
    {"nunca", "no"},
    {"ni", "no"},
    {"tampoco", "no"},
    {"jamas", "no"},
    {"sms", "mensaje"},
    {"fb", "facebook"},
    {"wsp", "whatsapp"},
    {"wpp", "whatsapp"},
    {"wasap", "whatsapp"},
    {"whats", "whatsapp"},
    {"guasap", "whatsapp"},
    {"wapp", "whatsapp"},
    {"acct", "account"},
    {"acc", "account"},
    {"comp", "computer"},
    {"puter", "computer"},
    {"ph", "phone"},
    {"fone", "phone"},
    {"pic", "picture"},
    {"vid", "video"},
    {"mic", "microphone"},
    {"micro", "microfono"},
    {"bt", "bluetooth"},
    {"aplicacion", "app"},
    {"application", "app"},
    {"apli", "app"},
};

static const char *const stops[] = {"a", "al", "el", "la", "los", "las", "un",
    "una", "uno", "unos", "unas", "de", "del", "y", "e", "o", "u", "en", "que",
    "me", "te", "se", "le", "les", "lo", "nos", "os", "mi", "mis", "tu", "tus",
    "su", "sus", "es", "son", "ha", "he", "han", "hay", "por", "con", "para",
    "como", "pero", "si", "ya", "muy", "mas", "esta", "este", "esto", "eso",
    "esa", "ese", "yo", "porque", "tambien", "eh", "pues", "bueno", "osea",
    "entonces", "nuestro", "nuestra", "the", "an", "of", "to", "and", "or",
    "my", "our", "your", "his", "her", "its", "it", "is", "are", "was", "were",
    "be", "been", "i", "im", "ive", "you", "we", "they", "he", "she", "this",
    "that", "these", "those", "in", "at", "for", "so", "but", "has", "have",
    "had", "do", "does", "did", "as", "um", "uh", "er", "just", "then", "with",
    "there", "theres", "thats", "when", "will", "would", "like"};

/* Endings of both languages, the longest first. */
static const char *const endings[] = {"andose", "iendose", "andome", "iendome",
    "aciones", "iones", "arlos", "arlas", "erlos", "erlas", "irlos", "irlas",
    "aron", "ieron", "iendo", "ando", "arse", "arme", "arlo", "arla", "arle",
    "erse", "erme", "erlo", "erla", "erle", "irse", "irme", "irlo", "irla",
    "aban", "abas", "ados", "adas", "idos", "idas", "amos", "emos", "imos",
    "iste", "aste", "cion", "sion", "ion", "ado", "ada", "ido", "ida", "aba",
    "ian", "ing", "ers", "ies", "ed", "es", "er", "ar", "ir", "an", "en", "as",
    "os", "io", "ia", "ly", "s", "a", "o", "e", "y", "i"};

uint64_t
match__hash(uint64_t seed, const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t h = seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

bool
match__is_stop(const char *word)
{
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (strcmp(word, stops[i]) == 0)
			return true;
	return false;
}

size_t
match__stem(const char *word, char out[MATCH_WORD + 1])
{
	size_t n = strlen(word);

	memcpy(out, word, n + 1);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t k = strlen(endings[i]);

		if (n < k + 3 || memcmp(word + n - k, endings[i], k) != 0)
			continue;
		n -= k;
		break;
	}
	out[n] = '\0';
	return n;
}

uint32_t
match__mask(const char *word)
{
	uint32_t m = 0;

	for (; *word != '\0'; word++)
		if (*word >= 'a' && *word <= 'z')
			m |= 1u << (*word - 'a');
		else
			m |= 1u << (26 + (*word & 3));
	return m;
}

/* Letters that are held down say no more than one or two. */
static size_t
squeeze(char *s, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (k >= 2 && s[k - 1] == s[i] && s[k - 2] == s[i]) {
			while (i + 1 < n && s[i + 1] == s[i])
				i++;
			if (s[i] < '0' || s[i] > '9') {
				k--;
				continue;
			}
		}
		s[k++] = s[i];
	}
	return k;
}

static void
put_word(struct match_tokens *out, const char *s, size_t at, size_t n,
    unsigned clause)
{
	struct match_token *t = &out->t[out->count];
	struct str folded = STR_INIT;
	size_t k = 0;

	utf8_fold(&folded, s + at, n);
	for (size_t i = 0; i < folded.len; i++) {
		char c = folded.s[i];

		if (c == '\'' || c == ' ')
			continue;
		if (c == '\xe2' && i + 2 < folded.len &&
		    memcmp(folded.s + i, "\xe2\x80\x99", 3) == 0) {
			i += 2;
			continue;
		}
		folded.s[k++] = c;
	}
	k = squeeze(folded.s, k);
	if (k > MATCH_WORD)
		k = utf8_cut(folded.s, k, MATCH_WORD);
	*t = (struct match_token){
	    .at = (uint32_t)at, .len = (uint32_t)n, .clause = (uint16_t)clause};
	memcpy(t->word, folded.s, k);
	t->word[k] = '\0';
	str_free(&folded);
	if (k == 0)
		return;
	for (size_t i = 0; i < sizeof(shorthand) / sizeof(shorthand[0]); i++)
		if (strcmp(t->word, shorthand[i].from) == 0) {
			str_copy(t->word, sizeof(t->word), shorthand[i].to);
			break;
		}
	t->is_stop = match__is_stop(t->word);
	t->asks = false;
	memcpy(t->fixed, t->word, sizeof(t->fixed));
	out->count++;
}

static bool
ends_clause(uint32_t cp)
{
	return cp == '.' || cp == '!' || cp == '?' || cp == ';' || cp == ':' ||
	       cp == '\n' || cp == ',' || cp == '(' || cp == ')' ||
	       cp == 0xbf || cp == 0xa1 || cp == 0x2026 || cp == 0x2014;
}

/* The clause that ends here was a question. */
static void
ask(struct match_tokens *out, unsigned clause)
{
	for (size_t i = out->count; i > 0 && out->t[i - 1].clause == clause;
	     i--)
		out->t[i - 1].asks = true;
}

void
match__tokens(struct match_tokens *out, const char *s, size_t n)
{
	unsigned clause = 0;

	out->count = 0;
	if (n > MATCH_BYTES)
		n = MATCH_BYTES;
	for (size_t i = 0; i < n && out->count < MATCH_TOKENS;) {
		uint32_t cp;
		size_t start = i, len = utf8_decode(s + i, n - i, &cp);

		if (utf8_cp_is_pictograph(cp) && cp > 0xff) {
			put_word(out, s, i, len, clause);
			i += len;
			continue;
		}
		if (!utf8_cp_is_word(cp)) {
			if (cp == '?')
				ask(out, clause);
			clause += ends_clause(cp);
			i += len;
			continue;
		}
		while (i < n) {
			len = utf8_decode(s + i, n - i, &cp);
			if (!utf8_cp_is_word(cp) && cp != '\'' && cp != 0x2019)
				break;
			i += len;
		}
		put_word(out, s, start, i - start, clause);
	}
}
