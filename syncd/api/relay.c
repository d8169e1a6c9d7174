/*
 * relay - see relay.h.
 *
 * A talk is one request: admitted on the committer (or the reader, when it is
 * about the list of models), then with the model's server, then noted.
 */
#include "syncd/api/relay.h"
#include "common/llm_serve.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/ai_budget.h"
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#define COUNT(a)       (sizeof(a) / sizeof((a)[0]))
#define BACKENDS_MAX   16
#define CONNECTIONS    256
#define SWEEP_MS       100   /* until it is seen that a console went away */
#define IDLE_MS        60000 /* longer than a console keeps a connection */
#define BYTES_OF_TOKEN 4     /* where the server does not count */
#define GROWTH         4     /* of an answer in our own records, at most */

struct backend { /* the model server, asked for one model */
	LIST_ENTRY(backend) link;
	struct llm *llm;
	char model[129];
	int talks;
	bool is_old; /* of a configuration that was replaced */
};

struct relay {
	struct daemon *d;
	struct http_server *server;
	struct router *router;
	char *path; /* owned */
	LIST_HEAD(, backend) backends;
	int talks;
	bool is_stopped;
};

enum talk_what {
	TALK_ASK,
	TALK_LOAD,  /* only have the model loaded */
	TALK_LIST,  /* the models */
	TALK_LOADED /* those in memory */
};

struct talk {
	struct relay *r;
	enum talk_what what;
	enum llm_kind kind;         /* that is spoken with the console */
	struct http_req *req;       /* NULL: answered */
	struct http_stream *stream; /* or NULL */
	struct llm_served asked;
	struct backend *backend;
	struct llm_call *call;
	bool has_left;
	int64_t said_bytes;
	/* The job's while it runs. */
	struct work_job job;
	int64_t uid, log_id;
	char tenant[65], server[17];
	struct ai_budget budget;
	struct ai_log_end end;
	char reason[ERR_TEXT_SIZE];
};

/* ---- the model server ---- */

static void
drop_backend(struct backend *b)
{
	LIST_REMOVE(b, link);
	llm_free(&b->llm);
	free(b);
}

static int
take_backend(struct talk *t, struct err *err)
{
	struct backend *b, *unused = NULL;
	struct llm_settings s;
	int count = 0, rc;

	LIST_FOREACH(b, &t->r->backends, link)
	{
		count++;
		if (b->talks == 0)
			unused = b;
		if (!b->is_old && strcmp(b->model, t->asked.model) == 0)
			break;
	}
	if (b == NULL) {
		if (count >= BACKENDS_MAX && unused == NULL)
			return err_set(err, OD_EUNAVAIL,
			    "Too many models are asked at once; ask again in a "
			    "moment");
		if (count >= BACKENDS_MAX)
			drop_backend(unused);
		b = xcalloc(1, sizeof(*b));
		llm_settings_read(t->r->d->conf, &s);
		s.model = str_copy(b->model, sizeof(b->model), t->asked.model)
		              ? b->model
		              : "";
		if ((rc = llm_new(t->r->d->loop, &s, &b->llm, err)) != 0) {
			free(b);
			return rc;
		}
		LIST_INSERT_HEAD(&t->r->backends, b, link);
	}
	b->talks++;
	t->backend = b;
	return 0;
}

/* ---- the end of a talk ---- */

static void
end_talk(struct talk *t)
{
	struct relay *r = t->r;
	struct backend *b = t->backend;

	if (b != NULL && --b->talks == 0 && b->is_old && !r->is_stopped)
		drop_backend(b);
	llm_served_clear(&t->asked);
	free(t);
	r->talks--;
	if (r->is_stopped)
		daemon_settled(r->d);
}

static void
refuse(struct talk *t, int code, const char *sentence)
{
	struct http_req *req = t->req;
	struct str body = STR_INIT;

	t->req = NULL;
	if (req == NULL)
		return;
	llm_serve_refusal(sentence, &body);
	http_reply_json(
	    req, code == OD_EUNAVAIL ? 503 : err_http_status(code), &body);
}

static int
note_run(struct work_job *job, void *context, struct err *err)
{
	struct talk *t = job->data;
	struct desk *desk = store_desk(context);
	int rc = desk_act_as_account(desk, t->tenant, t->uid, err);

	return rc != 0 ? rc : ai_log_finish(desk, t->log_id, &t->end, err);
}

static void
note_done(struct work_job *job, int rc, const struct err *err)
{
	if (rc != 0)
		log_warn(
		    "relay", "an answer was not noted: %s", err_plain(err));
	end_talk(job->data);
}

/* What a server does not count is guessed, or it would cost nothing. */
static int64_t
tokens(int64_t told, int64_t bytes)
{
	return told >= 0 ? told : (bytes + BYTES_OF_TOKEN - 1) / BYTES_OF_TOKEN;
}

static void
note(struct talk *t, const struct llm_answer *a)
{
	bool was_heard = a->first_us != 0;

	str_copy(t->reason, sizeof(t->reason), a->error);
	t->end = (struct ai_log_end){.outcome = (int)a->outcome,
	    .reason = t->reason,
	    .tokens_in =
		tokens(a->tokens_in, was_heard ? (int64_t)t->asked.bytes : 0),
	    .tokens_out = tokens(a->tokens_out, t->said_bytes),
	    .first_us = a->first_us,
	    .done_us = a->done_us};
	t->job =
	    (struct work_job){.run = note_run, .done = note_done, .data = t};
	store_write(t->r->d->store, &t->job);
}

static void
give_up(struct talk *t, enum llm_outcome outcome, int code, const char *why)
{
	const struct llm_answer a = {.outcome = outcome,
	    .code = code,
	    .error = why,
	    .text = "",
	    .tokens_in = -1,
	    .tokens_out = -1,
	    .done_us = clock_wall_us()};

	refuse(t, code, why);
	if (t->log_id != 0)
		note(t, &a);
	else
		end_talk(t);
}

/* ---- an answer on its way ---- */

static void
on_leave(void *data)
{
	struct talk *t = data;

	t->has_left = true;
	if (t->call != NULL)
		llm_cancel(t->call);
}

static void
on_closed(void *data)
{
	struct talk *t = data;

	t->stream = NULL;
	on_leave(t);
}

static void
put(struct talk *t, struct str *out)
{
	if (t->stream != NULL)
		(void)http_stream_write(t->stream, out->s, out->len);
	str_free(out);
}

static void
on_text(const char *s, size_t n, void *data)
{
	struct talk *t = data;
	struct http_req *req = t->req;
	struct str out = STR_INIT;

	t->said_bytes += (int64_t)n;
	if (req != NULL) {
		t->req = NULL;
		t->stream = http_stream_open_as(
		    req, llm_serve_type(t->kind), on_closed, t);
		if (t->stream == NULL)
			on_leave(t);
	}
	llm_serve_text(t->kind, t->asked.model, s, n, &out);
	put(t, &out);
}

static void
on_answer(const struct llm_answer *a, void *data)
{
	struct talk *t = data;
	struct str out = STR_INIT;

	t->call = NULL;
	if (a->outcome == LLM_WHOLE)
		llm_serve_end(t->kind, t->asked.model, a, &out);
	else
		llm_serve_error(t->kind, a->error, &out);
	put(t, &out);
	if (t->stream != NULL)
		http_stream_close(t->stream);
	t->stream = NULL;
	refuse(t, a->code == OD_ECANCEL ? OD_EUNAVAIL : a->code, a->error);
	note(t, a);
}

static void
on_loaded(const struct llm_answer *a, void *data)
{
	struct talk *t = data;
	struct str out = STR_INIT;

	if (a->outcome != LLM_WHOLE) {
		refuse(t, OD_EUNAVAIL, a->error);
	} else {
		llm_serve_loaded(t->asked.model, &out);
		http_reply_json(t->req, 200, &out);
	}
	end_talk(t);
}

static void
on_look(const struct llm_status *s, void *data)
{
	struct talk *t = data;
	struct str out = STR_INIT;

	if (!s->is_reachable) {
		refuse(t, s->code, s->error);
	} else if (s->is_vague) {
		refuse(t, OD_ENOTFOUND, s->error);
	} else {
		llm_serve_models(t->kind, s, t->what == TALK_LOADED, &out);
		http_reply_json(t->req, 200, &out);
	}
	end_talk(t);
}

/* ---- who asks, and whether he may ---- */

static int
admit_run(struct work_job *job, void *context, struct err *err)
{
	struct talk *t = job->data;
	struct desk *desk = store_desk(context);
	int rc;

	if (desk == NULL)
		return err_set(err, OD_EUNAVAIL,
		    "The desk cannot be read just now; ask again in a moment");
	if ((rc = desk_act_as_account(desk, t->tenant, t->uid, err)) != 0)
		return rc;
	switch (t->what) {
	case TALK_ASK:
		return ai_relay_begin(desk, &t->budget, t->asked.model,
		    t->server, &t->log_id, err);
	case TALK_LOAD:
		return op_may(desk, OP_HINT_ASK, 0, err);
	case TALK_LIST:
	case TALK_LOADED:
		return op_may(desk, OP_HINT_READ, 0, err);
	}
	return 0;
}

static int
pass_on(struct talk *t, struct err *err)
{
	const struct llm_question q = {
	    t->asked.messages, t->asked.count, on_text, on_answer, t};
	int rc = take_backend(t, err);

	if (rc != 0)
		return rc;
	switch (t->what) {
	case TALK_ASK:
		return llm_ask(t->backend->llm, &q, &t->call, err);
	case TALK_LOAD:
		return llm_warm_up(t->backend->llm, on_loaded, t, err);
	case TALK_LIST:
	case TALK_LOADED:
		return llm_look(t->backend->llm, on_look, t, err);
	}
	return 0;
}

static void
admit_done(struct work_job *job, int rc, const struct err *err)
{
	struct talk *t = job->data;
	struct err why = ERR_INIT;

	if (rc != 0) {
		t->log_id = 0; /* its row was not kept */
		give_up(t, LLM_FAILED, rc, err->text);
	} else if (t->has_left || t->r->is_stopped) {
		give_up(t, LLM_CANCELLED, OD_EUNAVAIL, "The daemon stops");
	} else if ((rc = pass_on(t, &why)) != 0) {
		give_up(t, LLM_FAILED, rc, why.text);
	}
}

static void
read_conf(struct talk *t)
{
	const struct conf *conf = t->r->d->conf;
	const struct conf_section *s = conf_section(conf, CONF_LLM);

	str_copy(t->tenant, sizeof(t->tenant),
	    conf_string(conf_section(conf, CONF_DESK), "tenant"));
	str_copy(t->server, sizeof(t->server), conf_string(s, "kind"));
	if (t->asked.model[0] == '\0')
		str_copy(t->asked.model, sizeof(t->asked.model),
		    conf_string(s, "model"));
	t->budget = (struct ai_budget){conf_int(s, "operator_questions"),
	    conf_int(s, "operator_tokens"), conf_int(s, "tenant_questions"),
	    conf_int(s, "tenant_tokens")};
}

static void
begin_talk(struct relay *r, struct http_req *req, enum talk_what what,
    enum llm_kind kind)
{
	struct talk *t = xcalloc(1, sizeof(*t));
	struct err err = ERR_INIT;
	const char *body;
	size_t n;
	int rc = 0;

	r->talks++;
	t->r = r;
	t->req = req;
	t->what = what;
	t->kind = kind;
	t->uid = http_req_uid(req);
	body = http_req_body(req, &n);
	if (what == TALK_ASK)
		rc = llm_serve_read(body, n, &t->asked, &err);
	if (rc != 0) {
		refuse(t, OD_EUSAGE, err.text);
		end_talk(t);
		return;
	}
	if (what == TALK_ASK && t->asked.count == 0)
		t->what = TALK_LOAD;
	read_conf(t);
	http_req_on_leave(req, on_leave, t);
	t->job =
	    (struct work_job){.run = admit_run, .done = admit_done, .data = t};
	if (t->what == TALK_ASK || t->what == TALK_LOAD)
		store_write(r->d->store, &t->job);
	else
		store_read(r->d->store, &t->job);
}

static void
ollama_chat(struct http_req *req, void *data)
{
	begin_talk(data, req, TALK_ASK, LLM_OLLAMA);
}

static void
ollama_list(struct http_req *req, void *data)
{
	begin_talk(data, req, TALK_LIST, LLM_OLLAMA);
}

static void
ollama_loaded(struct http_req *req, void *data)
{
	begin_talk(data, req, TALK_LOADED, LLM_OLLAMA);
}

static void
openai_chat(struct http_req *req, void *data)
{
	begin_talk(data, req, TALK_ASK, LLM_OPENAI);
}

static void
openai_list(struct http_req *req, void *data)
{
	begin_talk(data, req, TALK_LIST, LLM_OPENAI);
}

/* clang-format off */
static const struct route routes[] = {
    {"POST", "/api/chat", LLM_SERVED_MAX, ROUTE_OPEN, NULL, ollama_chat, NULL},
    {"GET", "/api/tags", 0, ROUTE_OPEN, NULL, ollama_list, NULL},
    {"GET", "/api/ps", 0, ROUTE_OPEN, NULL, ollama_loaded, NULL},
    {"POST", "/v1/chat/completions", LLM_SERVED_MAX, ROUTE_OPEN, NULL, openai_chat, NULL},
    {"GET", "/v1/models", 0, ROUTE_OPEN, NULL, openai_list, NULL},
};
/* clang-format on */

/* ---- start and stop ---- */

int
relay_start(struct daemon *d, struct relay **out, struct err *err)
{
	const struct conf_section *s = conf_section(d->conf, CONF_LLM);
	const char *path = conf_string(s, "daemon_socket");
	struct http_config c = {.listen = path,
	    .limits = {.sweep_ms = SWEEP_MS,
		.idle_ms = IDLE_MS,
		.stream_backlog = GROWTH * (size_t)conf_int(s, "max_bytes"),
		.max_connections = CONNECTIONS,
		.max_per_address = CONNECTIONS}};
	struct relay *r;
	int rc;

	*out = NULL;
	if (path[0] == '\0')
		return 0;
	r = xcalloc(1, sizeof(*r));
	LIST_INIT(&r->backends);
	r->d = d;
	r->path = xstrdup(path);
	r->router = router_new();
	router_add(r->router, routes, COUNT(routes), r);
	c.app = router_app(r->router);
	if ((rc = http_server_start(d->loop, &c, &r->server, err)) != 0) {
		relay_free(&r);
		return rc;
	}
	log_info("relay", "consoles may ask the model at %s", path);
	*out = r;
	return 0;
}

void
relay_configure(struct relay *r)
{
	struct backend *b, *next;

	if (r == NULL)
		return;
	for (b = LIST_FIRST(&r->backends); b != NULL; b = next) {
		next = LIST_NEXT(b, link);
		b->is_old = true;
		if (b->talks == 0)
			drop_backend(b);
	}
}

static void
on_server_stopped(void *data)
{
	struct relay *r = data;

	r->server = NULL;
	daemon_settled(r->d);
}

void
relay_stop(struct relay *r)
{
	struct backend *b;

	if (r == NULL || r->is_stopped)
		return;
	r->is_stopped = true;
	(void)unlink(r->path);
	LIST_FOREACH(b, &r->backends, link)
	llm_free(&b->llm);
	http_server_stop(r->server, on_server_stopped, r);
}

bool
relay_is_idle(const struct relay *r)
{
	return r == NULL || (r->talks == 0 && r->server == NULL);
}

void
relay_free(struct relay **rp)
{
	struct relay *r = *rp;
	struct backend *b;

	if (r == NULL)
		return;
	while ((b = LIST_FIRST(&r->backends)) != NULL) {
		LIST_REMOVE(b, link);
		free(b);
	}
	router_free(&r->router);
	free(r->path);
	FREE(rp);
}
