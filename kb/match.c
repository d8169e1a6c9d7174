/*
 * match - which topic a text is about.
 *
 * What each word adds to each topic is summed up; then the text is looked at
 * through windows of several widths, and what a topic is worth in them counts
 * beside what it is worth in all of the text, so that a long story does not
 * drown its point.
 */
#include "kb/match_model.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE  0.5f  /* what the whole text counts beside its windows */
#define WIDTH  16    /* words of the narrowest window */
#define STEP   4     /* words from one to the next */
#define SIZES  3     /* each twice as wide as the one before */
#define FAINT  0.01f /* what is less likely is not named at all */
#define SPAN   5     /* words of one reason */
#define REASON 0.1f  /* a piece of text that says less is no reason */

/* A feature of the model that the text has. */
struct hit {
	uint32_t feature;
	float value;
	uint16_t first, last;
};

struct sums {
	const struct match_model *m;
	float *z;    /* token by class: sums up to each token */
	float *norm; /* the same of squares */
	struct hit *hits;
	size_t hit_count, hit_room;
};

static size_t
feature_of(const struct match_model *m, uint32_t hash)
{
	size_t low = 0, high = m->feature_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->features[mid] < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->feature_count && m->features[low] == hash
	           ? low
	           : m->feature_count;
}

static void
add_feature(void *arg, const struct match_feature *f)
{
	struct sums *s = arg;
	const struct match_model *m = s->m;
	size_t i = feature_of(m, f->hash);
	float *z = s->z + ((size_t)f->last + 1) * m->class_count;

	if (i == m->feature_count)
		return;
	for (uint32_t k = m->begins[i]; k < m->begins[i + 1]; k++)
		z[m->classes[k]] += f->value * (float)m->weights[k];
	s->norm[f->last + 1] += f->value * f->value;
	if (s->hit_count == s->hit_room) {
		s->hit_room = s->hit_room * 2 + 1024;
		s->hits = xreallocarray(s->hits, s->hit_room, sizeof(*s->hits));
	}
	s->hits[s->hit_count++] =
	    (struct hit){(uint32_t)i, f->value, f->first, f->last};
}

static void
add_text(struct sums *s, const struct match_tokens *t, enum lang lang)
{
	size_t width = s->m->class_count;

	s->z = xcalloc((t->count + 1) * width, sizeof(*s->z));
	s->norm = xcalloc(t->count + 1, sizeof(*s->norm));
	match__features(&s->m->lex, t, lang, add_feature, s);
	for (size_t i = 1; i <= t->count; i++) {
		s->norm[i] += s->norm[i - 1];
		for (size_t c = 0; c < width; c++)
			s->z[i * width + c] += s->z[(i - 1) * width + c];
	}
}

/* How likely each class is by the tokens [from, to): logarithms. */
static void
window(const struct sums *s, size_t from, size_t to, float *logp)
{
	const struct match_model *m = s->m;
	const float *a = s->z + from * m->class_count;
	const float *b = s->z + to * m->class_count;
	float scale = match__scale(s->norm[to] - s->norm[from]) * m->unit;
	float top = -INFINITY, sum = 0;

	for (size_t c = 0; c < m->class_count; c++) {
		logp[c] = m->bias[c] + (b[c] - a[c]) * scale;
		if (logp[c] > top)
			top = logp[c];
	}
	for (size_t c = 0; c < m->class_count; c++)
		sum += expf(logp[c] - top);
	for (size_t c = 0; c < m->class_count; c++)
		logp[c] -= logf(sum) + top;
}

/* The sum of likelihoods over all windows; how many there are. */
static size_t
windows(const struct sums *s, size_t tokens, float *sum)
{
	size_t width = WIDTH, step = STEP, count = 0;
	float logp[MATCH_CLASSES];

	memset(sum, 0, s->m->class_count * sizeof(*sum));
	for (int size = 0; size < SIZES && tokens > width + 2; size++) {
		for (size_t from = 0, to = 0; to < tokens; from += step) {
			to = from + width < tokens ? from + width : tokens;
			window(s, from, to, logp);
			for (size_t c = 0; c < s->m->class_count; c++)
				sum[c] += expf(logp[c]);
			count++;
		}
		width *= 2;
		step *= 2;
	}
	return count;
}

/*
 * The best topic gets how sure it is rather than nothing, whatever the others
 * are (two guides that might both be meant are no reason to name none); the
 * others as much less as they are less likely.  Class 0 is not meant, and what
 * is about a hidden topic is about nothing.
 */
static void
judge(const struct sums *s, size_t tokens, float *score)
{
	size_t n = s->m->class_count;
	float parts[MATCH_CLASSES], best = -INFINITY, top = 0;

	window(s, 0, tokens, score);
	/* Nothing is what is true of the whole text, not of a part. */
	if (windows(s, tokens, parts) > 0)
		for (size_t c = 1; c < n; c++)
			score[c] = score[c] * WHOLE +
			           logf(parts[c] + 1e-6f) * (1 - WHOLE);
	for (size_t c = 0; c < n; c++)
		best = score[c] > best ? score[c] : best;
	for (size_t c = 0; c < n; c++)
		score[c] = expf(score[c] - best);
	for (size_t c = 1; c < n; c++)
		if (s->m->hidden[c]) {
			score[0] += score[c];
			score[c] = 0;
		}
	for (size_t c = 1; c < n; c++)
		top = score[c] > top ? score[c] : top;
	for (size_t c = 1; c < n; c++)
		score[c] /= top + score[0];
}

/* ---- why ---- */

static float
weight_of(const struct match_model *m, uint32_t feature, size_t class)
{
	for (uint32_t k = m->begins[feature]; k < m->begins[feature + 1]; k++)
		if (m->classes[k] == class)
			return (float)m->weights[k];
	return 0;
}

/* The pieces of the text that speak most for a class, each word once. */
static void
reasons(const struct sums *s, const struct match_tokens *t, const char *text,
    size_t class, struct match *out)
{
	float *worth = xcalloc(t->count * SPAN, sizeof(*worth));
	float scale = match__scale(s->norm[t->count]) * s->m->unit;

	for (size_t i = 0; i < s->hit_count; i++) {
		const struct hit *h = &s->hits[i];

		if (h->last - h->first < SPAN)
			worth[(size_t)h->first * SPAN + h->last - h->first] +=
			    h->value * scale *
			    weight_of(s->m, h->feature, class);
	}
	while (out->why_count < MATCH_WHY) {
		const struct match_token *a, *b;
		char piece[MATCH_WHY_BYTES];
		size_t best = 0;

		for (size_t i = 1; i < t->count * SPAN; i++)
			if (worth[i] > worth[best])
				best = i;
		if (worth[best] < REASON)
			break;
		a = &t->t[best / SPAN];
		b = a + best % SPAN;
		str_format(piece, sizeof(piece), "%.*s",
		    (int)(b->at + b->len - a->at), text + a->at);
		text_safe_buf(
		    out->why[out->why_count++], MATCH_WHY_BYTES, piece);
		for (size_t i = 0; i < t->count * SPAN; i++)
			if (i / SPAN <= best / SPAN + best % SPAN &&
			    i / SPAN + i % SPAN >= best / SPAN)
				worth[i] = 0;
	}
	free(worth);
}

static void
name_best(const struct sums *s, const struct match_tokens *t, const char *text,
    float *score, double threshold, struct match_result *out)
{
	const struct match_model *m = s->m;

	while (out->count < MATCH_BEST) {
		struct match *found = &out->matches[out->count];
		size_t best = 1;

		for (size_t c = 2; c < m->class_count; c++)
			if (score[c] > score[best])
				best = c;
		if ((out->count == 0 && (double)score[best] < threshold) ||
		    score[best] < FAINT)
			break;
		found->topic = m->topics[best];
		found->score = (double)score[best];
		reasons(s, t, text, best, found);
		out->count++;
		score[best] = 0;
	}
}

void
match_find(const struct match_model *m, const char *s, size_t n, enum lang lang,
    double threshold, struct match_result *out)
{
	struct match_tokens *t = xmalloc(sizeof(*t));
	struct sums sums = {.m = m};
	float score[MATCH_CLASSES] = {0};

	memset(out, 0, sizeof(*out));
	match__tokens(t, s, n);
	match__keys(&m->lex, t);
	add_text(&sums, t, lang);
	if (sums.norm[t->count] > 0) {
		judge(&sums, t->count, score);
		name_best(&sums, t, s, score,
		    threshold < 0 ? MATCH_THRESHOLD : threshold, out);
	}
	free(sums.z);
	free(sums.norm);
	free(sums.hits);
	free(t);
}

void
match_hide(struct match_model *m, size_t i)
{
	m->hidden[i + 1] = true;
}

size_t
match_topic_count(const struct match_model *m)
{
	return m->class_count - 1;
}

const char *
match_topic(const struct match_model *m, size_t i)
{
	return m->topics[i + 1];
}
