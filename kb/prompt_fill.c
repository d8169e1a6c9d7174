/* prompt_fill - a prompt with what is known put into it; see prompt.h. */
#include "common/redact.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "kb/prompt.h"
#include <stdlib.h>
#include <string.h>

#define MAX_PRODUCT 4000 /* bytes of each */
#define MAX_CONTACT 500
#define MAX_MESSAGE 600
#define MAX_SAID    4000
#define MAX_BEFORE  2000

/* Through the gate, and without what a model need not know: redact.h. */
static void
add_safe(struct str *out, const char *s, size_t max)
{
	size_t n = s != NULL ? strlen(s) : 0;
	struct str safe = STR_INIT;

	if (n > max)
		n = utf8_cut(s, n, max);
	if (n > 0)
		text_safe(&safe, s, n, TEXT_BLOCK);
	redact(out, safe.s, safe.len);
	str_free(&safe);
}

/*
 * A text from outside, each line behind a mark, so that none of it can look
 * like a heading of ours.
 */
static void
quote(struct str *out, const char *s, size_t max)
{
	struct str safe = STR_INIT;
	const char *p, *end;

	add_safe(&safe, s, max);
	for (p = safe.s; *p != '\0'; p = end + (*end == '\n')) {
		end = strchrnul(p, '\n');
		if (out->len > 0 && out->s[out->len - 1] != '\n')
			str_addc(out, '\n');
		str_add(out, "> ");
		str_addn(out, p, (size_t)(end - p));
	}
	if (safe.len == 0)
		str_add(out, "> -");
	str_free(&safe);
}

static void
put_talk(struct str *out, const struct hint_context *in, size_t skip)
{
	static const char *const who[LANG_COUNT][2] = {
	    [LANG_ES] = {"Operador: ", "Cliente: "},
	    [LANG_EN] = {"Operator: ", "Customer: "},
	};
	struct str line = STR_INIT;

	if (skip >= in->talk_count)
		quote(out, NULL, 0);
	for (size_t i = skip; i < in->talk_count; i++) {
		str_clear(&line);
		str_add(&line, who[in->lang][in->talk[i].by_customer]);
		str_add(&line, in->talk[i].text);
		quote(out, line.s, MAX_MESSAGE);
	}
	str_free(&line);
}

static void
put_cards(struct str *out, const struct hint_context *in)
{
	struct str line = STR_INIT;

	if (in->card_count == 0)
		quote(out, NULL, 0);
	for (size_t i = 0; i < in->card_count; i++) {
		const struct objection_words *w =
		    &in->cards[i]->words[in->lang];

		quote(out, w->title, MAX_MESSAGE);
		for (int k = 0; k < w->n_rebuttals; k++) {
			str_clear(&line);
			str_add(&line, "- ");
			(void)card_fill(
			    w->rebuttals[k].text, in->values, in->lang, &line);
			str_addc(&line, ' ');
			(void)card_fill(w->rebuttals[k].question, in->values,
			    in->lang, &line);
			quote(out, line.s, 2 * MAX_MESSAGE);
		}
		for (int k = 0; k < w->avoid.count; k++) {
			str_clear(&line);
			str_addf(&line,
			    in->lang == LANG_ES ? "Evitar: %s" : "Avoid: %s",
			    w->avoid.items[k]);
			quote(out, line.s, MAX_MESSAGE);
		}
	}
	str_free(&line);
}

static void
put_variable(struct str *out, const char *name, size_t n,
    const struct hint_context *in, size_t skip)
{
	struct str value = STR_INIT;

	if (n == 7 && memcmp(name, "product", n) == 0)
		quote(&value, in->product, MAX_PRODUCT);
	else if (n == 7 && memcmp(name, "contact", n) == 0)
		quote(&value, in->contact, MAX_CONTACT);
	else if (n == 12)
		put_talk(&value, in, skip);
	else
		put_cards(&value, in);
	str_addn(out, value.s, value.len);
	str_free(&value);
}

/* The context with its variables filled in; what is filled in stays as is. */
static void
fill(struct str *out, const char *s, const struct hint_context *in, size_t skip)
{
	const char *at;

	while ((at = strstr(s, "{{")) != NULL) {
		const char *end = strstr(at, "}}");

		str_addn(out, s, (size_t)(at - s));
		put_variable(out, at + 2, (size_t)(end - at) - 2, in, skip);
		s = end + 2;
	}
	str_add(out, s);
}

static void
add(struct hint_messages *m, enum llm_role role, char *text)
{
	m->items = xreallocarray(m->items, m->count + 1, sizeof(*m->items));
	m->texts = xreallocarray(m->texts, m->count + 1, sizeof(*m->texts));
	m->texts[m->count] = text;
	m->items[m->count].role = role;
	m->items[m->count++].text = text;
}

static char *
safe_text(const char *s, size_t max)
{
	struct str out = STR_INIT;

	add_safe(&out, s, max);
	return str_take(&out);
}

static size_t
before_bytes(const struct llm_message *m)
{
	size_t n = strlen(m->text);

	return n < MAX_BEFORE ? n : MAX_BEFORE;
}

void
hint_messages_make(const struct prompt *p, const struct hint_context *in,
    size_t max_bytes, struct hint_messages *out)
{
	const struct prompt_words *w = &p->words[in->lang];
	struct str context = STR_INIT;
	char *said = safe_text(in->said, MAX_SAID);
	size_t used, first = in->history_count, skip = 0;

	memset(out, 0, sizeof(*out));
	used = strlen(w->system) + strlen(said);
	fill(&context, w->context, in, 0);
	while (used + context.len > max_bytes && skip < in->talk_count) {
		str_clear(&context);
		fill(&context, w->context, in, ++skip);
	}
	used += context.len;
	while (first > 0 &&
	       used + before_bytes(&in->history[first - 1]) <= max_bytes)
		used += before_bytes(&in->history[--first]);
	/* An answer without its question says nothing. */
	while (first < in->history_count && in->history[first].role != LLM_USER)
		first++;
	add(out, LLM_SYSTEM, xstrdup(w->system));
	add(out, LLM_USER, str_take(&context));
	for (size_t i = first; i < in->history_count; i++)
		add(out, in->history[i].role,
		    safe_text(in->history[i].text, MAX_BEFORE));
	add(out, LLM_USER, said);
}

void
hint_messages_free(struct hint_messages *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->texts[i]);
	FREE(&m->texts);
	FREE(&m->items);
	m->count = 0;
}
