/* session_begin - which guide, and its first step; see session.h. */
#include "common/i18n.h"
#include "common/digest.h"
#include "db/core/op.h"
#include "db/records/guide_bodies.h"
#include "db/records/tenant_settings.h"
#include "kb/matcher.h"
#include "kb/session_int.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/*
 * The model that was used last, for all threads: what is learned from the
 * same knowledge is the same, whoever's it is.
 */
static pthread_mutex_t model_lock = PTHREAD_MUTEX_INITIALIZER;
static struct match_model *model;
static char model_state[SHA256_HEX_SIZE];

/* The desk's own, else the one that comes with opdesk; under the lock. */
static int
load_anew(struct desk *d, struct err *err)
{
	char now[SHA256_HEX_SIZE];
	struct match_model *fresh;
	int rc = matcher_state(d, now, err);

	if (rc != 0 || (model != NULL && strcmp(now, model_state) == 0))
		return rc;
	if ((rc = matcher_of_desk(d, &fresh, err)) != 0)
		return rc;
	match_model_free(&model);
	model = fresh;
	str_copy(model_state, sizeof(model_state), now);
	return 0;
}

/* Who may start a session need not be one who reads guides: a program. */
static int
load_model(struct desk *d, struct err *err)
{
	const struct actor who = d->actor;
	int rc;

	d->actor.kind = ACTOR_SYSTEM;
	rc = load_anew(d, err);
	d->actor = who;
	return rc;
}

static void
add_why(struct session_candidate *c, const struct match *m)
{
	struct str all = STR_INIT;

	for (size_t i = 0; i < m->why_count; i++)
		str_addf(&all, "%s%s", i > 0 ? ", " : "", m->why[i]);
	if (all.len > 0)
		str_copy(c->why, sizeof(c->why), all.s);
	str_free(&all);
}

/* A topic that the model knows and the desk has. */
static int
add_candidate(struct desk *d, const struct match *m,
    struct session_candidate *out, size_t *count, struct err *err)
{
	struct session_candidate *c = &out[*count];
	struct guide_body body;
	int rc;

	memset(c, 0, sizeof(*c));
	rc = guide_body_published(d, m->topic, &body, err);
	if (rc == OD_ENOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	c->knowledge_id = body.knowledge_id;
	c->score = (int64_t)(m->score * SESSION_SCORE + 0.5);
	str_copy(c->topic, sizeof(c->topic), body.topic);
	str_copy(c->title, sizeof(c->title), body.title);
	add_why(c, m);
	(*count)++;
	guide_body_clear(&body);
	return 0;
}

/* What was found names topics of the model: while it is held. */
static int
take_matches(struct desk *d, const struct match_result *found,
    struct session_candidate *out, size_t *count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < found->count; i++)
		if (*count < SESSION_CANDIDATES)
			rc = add_candidate(
			    d, &found->matches[i], out, count, err);
	return rc;
}

int
session_candidates(struct desk *d, const char *text,
    struct session_candidate out[SESSION_CANDIDATES], size_t *count,
    int64_t *threshold, struct err *err)
{
	struct match_result found;
	int rc;

	*count = 0;
	if ((rc = tenant_setting(
		 d, SETTING_GUIDE_THRESHOLD, threshold, NULL, err)) != 0)
		return rc;
	pthread_mutex_lock(&model_lock);
	if ((rc = load_model(d, err)) == 0) {
		match_find(model, text, strlen(text), i18n_lang(), 0, &found);
		rc = take_matches(d, &found, out, count, err);
	}
	pthread_mutex_unlock(&model_lock);
	return rc;
}

/* ---- choosing ---- */

static void
print_candidates(
    const struct session_candidate *c, size_t count, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_array(&w, NULL);
	for (size_t i = 0; i < count; i++) {
		json_out_object(&w, NULL);
		json_out_string(&w, "topic", c[i].topic);
		json_out_double(
		    &w, "score", (double)c[i].score / SESSION_SCORE);
		json_out_string(&w, "why", c[i].why);
		json_out_end(&w, '}');
	}
	json_out_end(&w, ']');
}

static int
refuse_match(const struct session_candidate *c, size_t count, int64_t threshold,
    struct err *err)
{
	if (count == 0)
		return err_set(err, OD_ENOTFOUND,
		    "No guide is about this; choose one by its topic");
	return err_set(err, OD_ENOTFOUND,
	    "No guide is surely about this: the nearest is %s with %.2f, and"
	    " %.2f is asked for; choose one by its topic",
	    c[0].topic, (double)c[0].score / SESSION_SCORE,
	    (double)threshold / SESSION_SCORE);
}

struct choice {
	char topic[65];
	int64_t score, threshold;
	struct str matched;
};

static int
choose(struct desk *d, const struct session_begin *in, struct choice *c,
    struct err *err)
{
	struct session_candidate found[SESSION_CANDIDATES];
	size_t count;
	int rc;

	if (in->topic != NULL && in->topic[0] != '\0') {
		str_copy(c->topic, sizeof(c->topic), in->topic);
		c->score = in->score;
		c->threshold = in->score > 0 ? in->threshold : 0;
		if (in->matched != NULL)
			str_add(&c->matched, in->matched);
		return 0;
	}
	if (in->problem == NULL || in->problem[0] == '\0')
		return err_set(
		    err, OD_EDATA, "Say what the problem is, or which guide");
	if ((rc = session_candidates(
		 d, in->problem, found, &count, &c->threshold, err)) != 0)
		return rc;
	if (in->threshold >= 0)
		c->threshold = in->threshold;
	if (count == 0 || found[0].score < c->threshold)
		return refuse_match(found, count, c->threshold, err);
	str_copy(c->topic, sizeof(c->topic), found[0].topic);
	c->score = found[0].score;
	print_candidates(found, count, &c->matched);
	return 0;
}

/* ---- the language ---- */

static int
choose_lang(struct desk *d, const struct session_begin *in,
    const struct guide *g, char lang[8], struct err *err)
{
	enum lang known = i18n_lang();
	char known_to_desk[9];
	int rc;

	if (in->lang != NULL && in->lang[0] != '\0') {
		if (!lang_parse(in->lang, &known))
			return err_set(err, OD_EDATA,
			    "There is no language \"%s\"; es and en are there",
			    in->lang);
		str_copy(lang, 8, lang_code(known));
		return 0;
	}
	rc = guide_lang_of(d, in->contact_id, in->conversation_id,
	    in->ticket_id, known_to_desk, err);
	if (rc == 0)
		(void)lang_parse(known_to_desk, &known);
	if (!guide_speaks(g, known))
		known = g->lang;
	str_copy(lang, 8, lang_code(known));
	return rc;
}

static int
begin(struct desk *d, const struct session_begin *in, const struct choice *c,
    const struct guide_body *body, int64_t *id, struct err *err)
{
	struct guide_session_new new = {.knowledge_id = body->knowledge_id,
	    .version_id = body->version_id,
	    .walker = in->walker,
	    .ticket_id = in->ticket_id,
	    .conversation_id = in->conversation_id,
	    .contact_id = in->contact_id,
	    .call_name = in->call_name,
	    .external_ticket = in->external_ticket,
	    .customer_name = in->customer_name,
	    .customer_email = in->customer_email,
	    .problem = in->problem,
	    .score = c->score,
	    .threshold = c->threshold,
	    .matched = c->matched.s};
	struct guide_file *file = NULL;
	char lang[8] = "";
	int rc;

	if ((rc = guide_read_one(body->body, strlen(body->body), &file, err)) !=
	    0)
		return rc;
	new.step = guide_walk_first(&file->guides[0]);
	rc = choose_lang(d, in, &file->guides[0], lang, err);
	guide_file_free(&file);
	new.lang = lang;
	return rc != 0 ? rc : guide_session_start(d, &new, id, err);
}

int
session_begin(struct desk *d, const struct session_begin *in, int64_t *id,
    struct err *err)
{
	struct choice c = {.matched = STR_INIT};
	struct guide_body body = {.body = NULL};
	int rc;

	if ((rc = op_may(d, OP_SESSION_START, 0, err)) == 0 &&
	    (rc = choose(d, in, &c, err)) == 0 &&
	    (rc = guide_body_published(d, c.topic, &body, err)) == 0)
		rc = begin(d, in, &c, &body, id, err);
	guide_body_clear(&body);
	str_free(&c.matched);
	return rc;
}
