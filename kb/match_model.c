/*
 * match_model - the model as bytes.
 *
 * A head, then the parts in the order of struct head, each at a multiple of 8.
 * Numbers are the machine's own; the head tells bytes of another kind of
 * machine, which train anew.
 */
#include "kb/match_model.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

uint64_t
match__digest(const char *bytes, size_t n)
{
	size_t head = offsetof(struct match__head, digest);
	uint64_t h = match__hash(MATCH_MAGIC, bytes, head), word;

	/* Eight bytes at a time: this is most of a program's start. */
	for (size_t at = sizeof(struct match__head); at < n; at += 8) {
		size_t left = n - at < 8 ? n - at : 8;

		word = 0;
		memcpy(&word, bytes + at, left);
		h = match__chain(h, word);
	}
	return h;
}

static void
pad(struct str *out, size_t base)
{
	while ((out->len - base) % 8 != 0)
		str_addc(out, '\0');
}

static void
part(struct str *out, size_t base, const void *p, size_t n)
{
	str_addn(out, p, n);
	pad(out, base);
}

#define CLIP       127
#define NUMBER_MAX 1000.0f /* of what is learnt */
#define FINEST     4       /* weights nearer to 0 are left out */

/* The parts of a model that are gathered while it is written. */
struct packed {
	struct str hashes, begins, classes, weights, names;
};

static void
pack_weights(struct packed *p, const struct match__numbers *numbers,
    const float *w, size_t width, size_t class_count, float unit)
{
	uint32_t end;

	for (size_t f = 0; f < numbers->count; f++) {
		uint32_t begin = (uint32_t)p->weights.len;

		for (size_t c = 0; c < class_count; c++) {
			int8_t q = (int8_t)lrintf(w[f * width + c] / unit);

			if (abs(q) < FINEST)
				continue;
			str_addc(&p->classes, (char)c);
			str_addc(&p->weights, (char)q);
		}
		if (p->weights.len == begin)
			continue;
		str_addn(&p->hashes, &numbers->hashes[f], sizeof(uint32_t));
		str_addn(&p->begins, &begin, sizeof(begin));
	}
	end = (uint32_t)p->weights.len;
	str_addn(&p->begins, &end, sizeof(end));
}

static void
put_parts(struct str *out, const struct match_lexicon *lex,
    const struct packed *p, const float *bias, struct match__head *h)
{
	size_t base = out->len, last = lex->word_count;

	if (last > 0)
		h->word_bytes =
		    lex->word_at[last - 1] +
		    (uint32_t)strlen(lex->words + lex->word_at[last - 1]) + 1;
	str_addn(out, h, sizeof(*h));
	part(out, base, bias, h->classes * sizeof(*bias));
	part(out, base, lex->prefixes,
	    lex->prefix_count * sizeof(*lex->prefixes));
	part(
	    out, base, lex->phrases, lex->phrase_count * sizeof(*lex->phrases));
	part(out, base, p->hashes.s, p->hashes.len);
	part(out, base, p->begins.s, p->begins.len);
	part(out, base, lex->word_at, lex->word_count * sizeof(*lex->word_at));
	part(out, base, p->classes.s, p->classes.len);
	part(out, base, p->weights.s, p->weights.len);
	part(out, base, lex->words, h->word_bytes);
	part(out, base, p->names.s, p->names.len);
	h->size = (uint32_t)(out->len - base);
	memcpy(out->s + base, h, sizeof(*h));
	h->digest = match__digest(out->s + base, h->size);
	memcpy(out->s + base, h, sizeof(*h));
}

void
match__write(struct str *out, const struct match_lexicon *lex,
    const struct match__numbers *numbers, const float *w, size_t width,
    const float *bias, char *const *topics, size_t topic_count)
{
	struct packed p = {STR_INIT, STR_INIT, STR_INIT, STR_INIT, STR_INIT};
	struct match__head h = {
	    .magic = MATCH_MAGIC, .classes = (uint32_t)topic_count};
	float top = 0;

	for (size_t i = 0; i < numbers->count * width; i++)
		if (fabsf(w[i]) > top)
			top = fabsf(w[i]);
	h.unit = top > 0 ? top / CLIP : 1;
	pack_weights(&p, numbers, w, width, topic_count, h.unit);
	for (size_t c = 1; c < topic_count; c++)
		str_addn(&p.names, topics[c], strlen(topics[c]) + 1);
	h.features = (uint32_t)(p.hashes.len / sizeof(uint32_t));
	h.weights = (uint32_t)p.weights.len;
	h.prefixes = (uint32_t)lex->prefix_count;
	h.phrases = (uint32_t)lex->phrase_count;
	h.words = (uint32_t)lex->word_count;
	h.topic_bytes = (uint32_t)p.names.len;
	put_parts(out, lex, &p, bias, &h);
	str_free(&p.hashes);
	str_free(&p.begins);
	str_free(&p.classes);
	str_free(&p.weights);
	str_free(&p.names);
}

/* ---- reading ---- */

struct reader {
	char *bytes;
	size_t size, at;
};

/* The next part, NULL when the bytes end before it. */
static const void *
next(struct reader *r, size_t count, size_t each)
{
	size_t n = count * each, start = r->at;

	if (n > r->size - start)
		return NULL;
	r->at = start + (n + 7) / 8 * 8;
	if (r->at > r->size)
		return NULL;
	return r->bytes + start;
}

static bool
read_words(struct match_model *m, uint32_t bytes)
{
	struct match_lexicon *lex = &m->lex;
	size_t before = 0;

	if (bytes > 0 && lex->words[bytes - 1] != '\0')
		return false;
	for (size_t i = 0; i < lex->word_count; i++) {
		size_t n;

		if (lex->word_at[i] >= bytes)
			return false;
		n = strlen(lex->words + lex->word_at[i]);
		if (n < before || n > MATCH_WORD || n == 0)
			return false;
		before = n;
		m->masks[i] = match__mask(lex->words + lex->word_at[i]);
	}
	lex->word_mask = m->masks;
	match__lengths(lex);
	return true;
}

static bool
read_names(struct match_model *m, const char *names, uint32_t bytes)
{
	size_t at = 0;

	if (bytes == 0 || names[bytes - 1] != '\0')
		return false;
	m->topics[0] = "";
	for (size_t c = 1; c < m->class_count; c++) {
		if (at >= bytes)
			return false;
		m->topics[c] = names + at;
		at += strlen(names + at) + 1;
	}
	return at == bytes;
}

static bool
read_weights(const struct match_model *m, uint32_t count)
{
	for (size_t i = 0; i < m->feature_count; i++)
		if (m->begins[i] > m->begins[i + 1])
			return false;
	if (m->begins[m->feature_count] != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (m->classes[i] >= m->class_count)
			return false;
	for (size_t c = 0; c < m->class_count; c++)
		if (!(fabsf(m->bias[c]) < NUMBER_MAX))
			return false;
	return fabsf(m->unit) < NUMBER_MAX;
}

static bool
read_parts(struct match_model *m, size_t size)
{
	struct reader r = {m->bytes, size, sizeof(struct match__head)};
	struct match__head h;
	const float *bias;
	const char *names;

	if (size < sizeof(h))
		return false;
	memcpy(&h, m->bytes, sizeof(h));
	if (h.magic != MATCH_MAGIC || h.size != size || h.classes < 2 ||
	    h.classes > MATCH_CLASSES ||
	    h.digest != match__digest(m->bytes, size))
		return false;
	m->class_count = h.classes;
	m->feature_count = h.features;
	m->unit = h.unit;
	m->lex.prefix_count = h.prefixes;
	m->lex.phrase_count = h.phrases;
	m->lex.word_count = h.words;
	bias = next(&r, h.classes, sizeof(*bias));
	m->lex.prefixes = next(&r, h.prefixes, sizeof(uint64_t));
	m->lex.phrases = next(&r, h.phrases, sizeof(struct match_phrase));
	m->features = next(&r, h.features, sizeof(uint32_t));
	m->begins = next(&r, (size_t)h.features + 1, sizeof(uint32_t));
	m->lex.word_at = next(&r, h.words, sizeof(uint32_t));
	m->classes = next(&r, h.weights, 1);
	m->weights = next(&r, h.weights, 1);
	m->lex.words = next(&r, h.word_bytes, 1);
	names = next(&r, h.topic_bytes, 1);
	if (bias == NULL || m->lex.prefixes == NULL || m->lex.phrases == NULL ||
	    m->features == NULL || m->begins == NULL ||
	    m->lex.word_at == NULL || m->classes == NULL ||
	    m->weights == NULL || m->lex.words == NULL || names == NULL ||
	    r.at != size)
		return false;
	memcpy(m->bias, bias, h.classes * sizeof(*bias));
	m->masks = try_alloc((size_t)h.words * sizeof(*m->masks) + 4);
	return m->masks != NULL && read_words(m, h.word_bytes) &&
	       read_names(m, names, h.topic_bytes) &&
	       read_weights(m, h.weights);
}

int
match_model_take(struct str *bytes, struct match_model **out, struct err *err)
{
	struct match_model *m = xcalloc(1, sizeof(*m));
	size_t n = bytes->len;

	*out = NULL;
	m->bytes = str_take(bytes);
	if (!read_parts(m, n)) {
		match_model_free(&m);
		return err_set(err, OD_EDATA,
		    "The matcher's model cannot be read; publish a guide once "
		    "more to make it anew");
	}
	*out = m;
	return 0;
}

int
match_model_load(
    const void *bytes, size_t n, struct match_model **out, struct err *err)
{
	struct str copy = STR_INIT;

	*out = NULL;
	if (!str_try_reserve(&copy, n))
		return err_set(err, OD_ELIMIT,
		    "There is no memory for the matcher's model");
	str_addn(&copy, bytes, n);
	return match_model_take(&copy, out, err);
}

void
match_model_free(struct match_model **mp)
{
	struct match_model *m = *mp;

	if (m == NULL)
		return;
	free(m->bytes);
	free(m->masks);
	FREE(mp);
}
