/* llm_look - whether a model server is there, and what it has; see llm.h. */
#include "common/clock.h"
#include "common/llm_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_MS  5000
#define MAX_LIST ((size_t)2 << 20)

struct llm_look {
	struct llm_look *next;
	struct llm *l;
	struct http_call *http;
	void (*done)(const struct llm_status *status, void *data);
	void *data;
	struct llm_model *models; /* owned */
	struct llm_status status;
	struct err err;
};

static void
finish(struct llm_look *k)
{
	struct llm_look **link = &k->l->looks;

	k->status.error = k->err.text;
	k->status.models = k->models;
	while (*link != k)
		link = &(*link)->next;
	*link = k->next; /* done may free the client */
	k->done(&k->status, k->data);
	llm__leave(k->l);
	free(k->models);
	free(k);
}

static int
get(struct llm_look *k, enum llm__path path,
    void (*done)(const struct http_response *r, void *data))
{
	struct str url = STR_INIT;
	struct http_request r;
	int rc;

	llm__url(&k->l->settings, path, &url);
	llm__request(k->l, "GET", url.s, &r);
	r.first_byte_ms = r.idle_ms = LOOK_MS;
	r.total_ms = 2 * LOOK_MS;
	r.max_body = MAX_LIST;
	r.done = done;
	r.data = k;
	rc = http_client_send(k->l->http, &r, &k->http, &k->err);
	str_free(&url);
	return rc;
}

static struct llm_model *
find(struct llm_look *k, const char *name)
{
	for (size_t i = 0; i < k->status.count; i++)
		if (llm_same_model(
			k->l->settings.kind, k->models[i].name, name))
			return &k->models[i];
	return NULL;
}

/* What Ollama has loaded. */
static void
on_loaded(const struct http_response *r, void *data)
{
	struct llm_look *k = data;
	struct llm_model *loaded = NULL;
	size_t n = 0;

	k->http = NULL;
	if (r->outcome == HTTP_ANSWERED && r->status == 200)
		(void)llm_models_read(r->body, r->body_len, &loaded, &n, NULL);
	for (size_t i = 0; i < n; i++) {
		struct llm_model *m = find(k, loaded[i].name);

		if (m != NULL)
			m->is_loaded = true;
		k->status.is_warm |= llm_same_model(
		    LLM_OLLAMA, loaded[i].name, k->l->settings.model);
	}
	free(loaded);
	if (k->status.is_warm)
		llm__is_warm_now(k->l);
	else if (r->outcome == HTTP_ANSWERED && r->status == 200)
		k->l->warm_until_us = 0;
	finish(k);
}

static void
tell_missing(struct llm_look *k)
{
	const struct llm_settings *s = &k->l->settings;

	if (s->model[0] == '\0')
		err_set(&k->err, OD_EUNAVAIL,
		    "No model is chosen; give one in [llm] model, or \"opdesk "
		    "hint use MODEL\"");
	else if (s->kind == LLM_OLLAMA)
		err_set(&k->err, OD_EUNAVAIL,
		    "The model server has no model \"%s\"; \"ollama pull %s\" "
		    "fetches it",
		    s->model, s->model);
	else
		err_set(&k->err, OD_EUNAVAIL,
		    "The model server has no model \"%s\"; \"opdesk hint "
		    "models\" lists those that there are",
		    s->model);
}

static void
on_models(const struct http_response *r, void *data)
{
	struct llm_look *k = data;
	const struct llm_settings *s = &k->l->settings;
	struct llm_status *st = &k->status;

	k->http = NULL;
	if (r->outcome != HTTP_ANSWERED) {
		st->code = r->outcome == HTTP_CANCELLED
		               ? err_set(&k->err, OD_ECANCEL,
				     "The question was taken back")
		               : llm__not_there(s, r, &k->err);
		finish(k);
		return;
	}
	/* Some have no list of models. */
	st->is_vague =
	    s->kind == LLM_OPENAI && (r->status == 404 || r->status == 405);
	if (r->status != 200 && !st->is_vague) {
		st->code = llm__refused(s, r, r->body, r->body_len, &k->err);
		finish(k);
		return;
	}
	if (!st->is_vague && (st->code = llm_models_read(r->body, r->body_len,
				  &k->models, &st->count, NULL)) != 0) {
		st->code = err_set(&k->err, OD_EUNAVAIL,
		    "What answers there is no model server; see whether [llm] "
		    "url and kind are right");
		finish(k);
		return;
	}
	st->is_reachable = true;
	st->has_model =
	    s->model[0] != '\0' && (st->is_vague || find(k, s->model) != NULL);
	if (!st->has_model)
		tell_missing(k);
	if (s->kind == LLM_OPENAI) {
		st->is_warm = st->has_model;
		finish(k);
	} else if (k->l->is_closing ||
		   get(k, LLM_PATH_LOADED, on_loaded) != 0) {
		finish(k);
	}
}

int
llm_look(struct llm *l,
    void (*done)(const struct llm_status *status, void *data), void *data,
    struct err *err)
{
	struct llm_look *k = xcalloc(1, sizeof(*k));
	int rc;

	k->l = l;
	k->done = done;
	k->data = data;
	if ((rc = get(k, LLM_PATH_MODELS, on_models)) != 0) {
		if (err != NULL)
			*err = k->err;
		free(k);
		return rc;
	}
	k->next = l->looks;
	l->looks = k;
	llm__enter(l);
	return 0;
}

void
llm__cancel_looks(struct llm *l)
{
	for (struct llm_look *k = l->looks; k != NULL; k = k->next)
		if (k->http != NULL)
			http_client_cancel(k->http);
}
