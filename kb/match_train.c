/*
 * match_train - the model: multinomial logistic regression over the features
 * of the phrases, by stochastic gradient with a step of its own for each
 * feature (Adagrad).  Words are left out at random, so that what is learnt does
 * not hang on one of them.
 */
#include "kb/match_train.h"
#include "kb/match_model.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PHRASES_MAX 200000
#define ROUNDS      14
#define STEP        0.5f    /* of the first change of a weight */
#define DROP        0.25    /* words that are left out */
#define KEEP        0.9999f /* of a weight, each time that it is used */
#define SMOOTH      0.15f   /* what is left to all other classes */
#define NOTHING     2.0f    /* what a phrase of nothing counts, unless told */

/* One slice: some twenty milliseconds on a machine of today. */
#define SLICE_BYTES   40000   /* of phrases, where they are read */
#define SLICE_CHANGES 8000000 /* of weights, where it is learnt */

struct example {
	char *text; /* owned */
	enum lang lang;
	unsigned class;
	size_t at, count; /* of its features */
};

struct used {
	uint32_t feature;
	float value;
	uint16_t first, last;
};

struct learner {
	size_t width; /* classes, a multiple of 8 */
	float *w;     /* owned; feature by class */
	float *sum;   /* owned; a feature's squared steps */
	float bias[MATCH_CLASSES];
	float bias_sum;
	uint32_t *order; /* owned; of the examples in this round */
	int round;
};

/* What is done next; each but the last may take many slices. */
enum stage {
	STAGE_WORDS,
	STAGE_LEXICON,
	STAGE_COUNT,
	STAGE_NUMBER,
	STAGE_USE,
	STAGE_LEARN,
	STAGE_WRITE,
	STAGE_DONE
};

struct match_trainer {
	char *topics[MATCH_CLASSES]; /* owned; [0] is NULL: nothing */
	size_t topic_count;          /* with nothing */
	struct example *examples;
	size_t example_count, example_room;
	struct match__build build;
	struct used *used;
	size_t used_count, used_room;
	uint64_t random;
	float nothing; /* what a phrase of nothing counts */
	enum stage stage;
	size_t next; /* example of the stage */
	struct match_lexicon lex;
	struct match__counter counter;
	struct match__numbers numbers;
	struct learner learner;
};

struct match_trainer *
match_trainer_new(void)
{
	struct match_trainer *t = xcalloc(1, sizeof(*t));

	t->topic_count = 1;
	t->random = 20240229;
	t->nothing = NOTHING;
	return t;
}

void
match_trainer_weigh_nothing(struct match_trainer *t, float weight)
{
	t->nothing = weight;
}

void
match_trainer_free(struct match_trainer **tp)
{
	struct match_trainer *t = *tp;

	if (t == NULL)
		return;
	for (size_t i = 0; i < t->topic_count; i++)
		free(t->topics[i]);
	for (size_t i = 0; i < t->example_count; i++)
		free(t->examples[i].text);
	free(t->examples);
	free(t->used);
	free(t->learner.w);
	free(t->learner.sum);
	free(t->learner.order);
	free(t->numbers.hashes);
	match__counter_clear(&t->counter);
	match__build_clear(&t->build);
	FREE(tp);
}

int
match_trainer_phrase(struct match_trainer *t, const char *topic, enum lang lang,
    const char *text, struct err *err)
{
	size_t class = 0;

	if (topic != NULL) {
		for (class = 1; class < t->topic_count; class ++)
			if (strcmp(t->topics[class], topic) == 0)
				break;
		if (class == MATCH_CLASSES)
			return err_set(err, OD_ELIMIT,
			    "More than %d topics cannot be told apart; "
			    "unpublish some",
			    MATCH_CLASSES - 1);
		if (class == t->topic_count)
			t->topics[t->topic_count++] = xstrdup(topic);
	}
	if (t->example_count == PHRASES_MAX)
		return err_set(err, OD_ELIMIT,
		    "More than %d phrases are too many to learn from",
		    PHRASES_MAX);
	if (t->example_count == t->example_room) {
		t->example_room = t->example_room * 2 + 256;
		t->examples = xreallocarray(
		    t->examples, t->example_room, sizeof(*t->examples));
	}
	t->examples[t->example_count++] = (struct example){
	    .text = xstrdup(text),
	    .lang = lang,
	    .class = (unsigned)class,
	};
	return 0;
}

int
match_trainer_concept(struct match_trainer *t, const char *concept,
    enum lang lang, const char *text, struct err *err)
{
	return match__build_concept(&t->build, concept, lang, text, err);
}

/* ---- features of the examples ---- */

static void
count_one(void *arg, const struct match_feature *f)
{
	struct match_trainer *t = arg;

	match__count(&t->counter, f->hash);
}

static void
use_one(void *arg, const struct match_feature *f)
{
	struct match_trainer *t = arg;
	uint32_t n = match__number(&t->numbers, f->hash);

	if (n == MATCH_NO_FEATURE)
		return;
	if (t->used_count == t->used_room) {
		t->used_room = t->used_room * 2 + 65536;
		t->used =
		    xreallocarray(t->used, t->used_room, sizeof(*t->used));
	}
	t->used[t->used_count++] =
	    (struct used){n, f->value, f->first, f->last};
}

static void
read_one(struct match_trainer *t, struct example *x)
{
	struct match_tokens tokens;

	match__tokens(&tokens, x->text, strlen(x->text));
	match__keys(&t->lex, &tokens);
	if (t->stage == STAGE_COUNT) {
		match__features(&t->lex, &tokens, x->lang, count_one, t);
		match__counter_next(&t->counter);
		return;
	}
	x->at = t->used_count;
	match__features(&t->lex, &tokens, x->lang, use_one, t);
	x->count = t->used_count - x->at;
}

/* A slice of the examples; whether there are more. */
static bool
read_some(struct match_trainer *t)
{
	size_t bytes = 0;

	while (t->next < t->example_count && bytes < SLICE_BYTES) {
		struct example *x = &t->examples[t->next++];

		bytes += strlen(x->text) + 1;
		if (t->stage == STAGE_WORDS)
			match__build_words(&t->build, x->text);
		else
			read_one(t, x);
	}
	return t->next < t->example_count;
}

/* ---- learning ---- */

static uint64_t
draw(struct match_trainer *t)
{
	uint64_t x = t->random += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static double
chance(struct match_trainer *t)
{
	return (double)(draw(t) >> 11) / 9007199254740992.0;
}

/* z += w * v over all classes. */
static void
add_scaled(float *restrict z, const float *restrict w, float v, size_t width)
{
	for (size_t c = 0; c < width; c += 8)
		for (size_t k = 0; k < 8; k++)
			z[c + k] += w[c + k] * v;
}

static void
softmax(float *z, size_t n)
{
	float top = z[0], sum = 0;

	for (size_t c = 1; c < n; c++)
		if (z[c] > top)
			top = z[c];
	for (size_t c = 0; c < n; c++)
		sum += z[c] = expf(z[c] - top);
	for (size_t c = 0; c < n; c++)
		z[c] /= sum;
}

#define PARTS 4096 /* features of one turn */

struct turn {
	struct used part[PARTS];
	size_t count;
};

static void
take(struct match_trainer *t, const struct example *x, struct turn *turn,
    double drop)
{
	bool gone[MATCH_TOKENS] = {false};
	size_t tokens = 0;

	for (size_t i = 0; i < x->count; i++)
		if (t->used[x->at + i].last >= tokens)
			tokens = t->used[x->at + i].last + 1u;
	for (size_t i = 0; i < tokens; i++)
		gone[i] = tokens > 2 && chance(t) < drop;
	for (size_t i = 0; i < x->count && turn->count < PARTS; i++) {
		const struct used *u = &t->used[x->at + i];

		if (!gone[u->first] && !gone[u->last])
			turn->part[turn->count++] = *u;
	}
}

static void
learn_one(struct match_trainer *t, struct learner *l, const struct turn *turn,
    unsigned class, float weight)
{
	float z[MATCH_CLASSES], norm = 0, square = 0, scale;
	size_t n = t->topic_count;

	memcpy(z, l->bias, sizeof(z));
	for (size_t i = 0; i < turn->count; i++)
		norm += turn->part[i].value * turn->part[i].value;
	scale = match__scale(norm);
	for (size_t i = 0; i < turn->count; i++)
		add_scaled(z, l->w + turn->part[i].feature * l->width,
		    turn->part[i].value * scale, l->width);
	softmax(z, n);
	for (size_t c = n; c < l->width; c++)
		z[c] = 0;
	for (size_t c = 0; c < n; c++) {
		z[c] -= SMOOTH / (float)n + (c == class ? 1 - SMOOTH : 0);
		z[c] *= weight;
		square += z[c] * z[c];
	}
	l->bias_sum += square;
	for (size_t c = 0; c < n; c++)
		l->bias[c] -= 0.1f * z[c] / sqrtf(l->bias_sum + 1);
	for (size_t i = 0; i < turn->count; i++) {
		size_t f = turn->part[i].feature;
		float v = turn->part[i].value * scale;
		float *w = l->w + f * l->width;

		l->sum[f] += square * v * v;
		add_scaled(
		    w, z, -STEP * v / sqrtf(l->sum[f] + 1e-6f), l->width);
		for (size_t c = 0; c < l->width; c += 8)
			for (size_t k = 0; k < 8; k++)
				w[c + k] *= KEEP;
	}
}

static void
shuffle(struct match_trainer *t)
{
	uint32_t *order = t->learner.order;

	for (size_t i = t->example_count; i-- > 1;) {
		size_t j = draw(t) % (i + 1);
		uint32_t x = order[i];

		order[i] = order[j];
		order[j] = x;
	}
}

static void
start_learning(struct match_trainer *t)
{
	struct learner *l = &t->learner;

	l->width = (t->topic_count + 7) / 8 * 8;
	l->w = xcalloc(t->numbers.count * l->width + 1, sizeof(*l->w));
	l->sum = xcalloc(t->numbers.count + 1, sizeof(*l->sum));
	l->order = xreallocarray(NULL, t->example_count, sizeof(*l->order));
	for (size_t i = 0; i < t->example_count; i++)
		l->order[i] = (uint32_t)i;
}

/* A slice of a round; whether there are more. */
static bool
learn_some(struct match_trainer *t)
{
	struct turn turn;
	struct learner *l = &t->learner;
	size_t changes = 0;

	if (t->next == 0)
		shuffle(t);
	while (t->next < t->example_count && changes < SLICE_CHANGES) {
		const struct example *x = &t->examples[l->order[t->next++]];

		turn.count = 0;
		take(t, x, &turn, DROP);
		learn_one(
		    t, l, &turn, x->class, x->class == 0 ? t->nothing : 1);
		changes += turn.count * l->width;
	}
	if (t->next == t->example_count && ++l->round < ROUNDS)
		t->next = 0;
	return t->next < t->example_count;
}

/* A slice of the stage; whether there are more of it. */
static bool
step(struct match_trainer *t, struct str *out)
{
	const struct learner *l = &t->learner;

	switch (t->stage) {
	case STAGE_LEXICON:
		match__build_lexicon(&t->build, &t->lex);
		return false;
	case STAGE_NUMBER:
		match__counter_end(&t->counter, &t->numbers);
		return false;
	case STAGE_WORDS:
	case STAGE_COUNT:
	case STAGE_USE:
		return read_some(t);
	case STAGE_LEARN:
		if (l->w == NULL)
			start_learning(t);
		return learn_some(t);
	case STAGE_WRITE:
		match__write(out, &t->lex, &t->numbers, l->w, l->width, l->bias,
		    t->topics, t->topic_count);
		return false;
	case STAGE_DONE:
		break;
	}
	BUG("the trainer is done");
}

int
match_trainer_step(
    struct match_trainer *t, struct str *out, bool *done, struct err *err)
{
	*done = false;
	if (t->topic_count < 2)
		return err_set(err, OD_EDATA,
		    "There is no phrase to learn from; give the guides some");
	if (!step(t, out)) {
		t->stage++;
		t->next = 0;
	}
	*done = t->stage == STAGE_DONE;
	return 0;
}

int
match_trainer_finish(struct match_trainer *t, struct str *out, struct err *err)
{
	bool done = false;
	int rc = 0;

	while (rc == 0 && !done)
		rc = match_trainer_step(t, out, &done, err);
	return rc;
}
