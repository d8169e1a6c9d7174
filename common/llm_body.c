/* llm_body - what is sent to a model server; see llm_int.h. */
#include "common/json.h"
#include "common/llm_int.h"
#include <string.h>

static const char *const json_headers[] = {
    "Content-Type: application/json", NULL};

/* A path behind the host is the whole prefix, as "/v1" or "/openai/v1". */
static bool
has_path(const char *url)
{
	const char *host = strstr(url, "://");
	const char *slash = host != NULL ? strchr(host + 3, '/') : NULL;

	return slash != NULL && slash[strspn(slash, "/")] != '\0';
}

void
llm__url(const struct llm_settings *s, enum llm__path path, struct str *out)
{
	const char *rest = "";

	/* Over a socket the host is only a name that is taken anywhere. */
	str_add(out, s->url[0] != '\0' ? s->url : "http://localhost");
	while (out->len > 0 && out->s[out->len - 1] == '/')
		str_trunc(out, out->len - 1);
	if (s->kind == LLM_OPENAI && !has_path(out->s))
		str_add(out, "/v1");
	switch (path) {
	case LLM_PATH_CHAT:
		rest =
		    s->kind == LLM_OPENAI ? "/chat/completions" : "/api/chat";
		break;
	case LLM_PATH_MODELS:
		rest = s->kind == LLM_OPENAI ? "/models" : "/api/tags";
		break;
	case LLM_PATH_LOADED:
		rest = "/api/ps";
		break;
	}
	str_add(out, rest);
}

static void
add_messages(
    struct json_out *w, const struct llm_message *messages, size_t count)
{
	static const char *const roles[] = {"system", "user", "assistant"};

	json_out_array(w, "messages");
	for (size_t i = 0; i < count; i++) {
		json_out_object(w, NULL);
		json_out_string(w, "role", roles[messages[i].role]);
		json_out_string(w, "content", messages[i].text);
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
}

static void
add_ollama(struct json_out *w, const struct llm_settings *s, bool asks)
{
	json_out_int(w, "keep_alive", s->keep_alive_s);
	if (asks)
		json_out_bool(w, "think", false);
	/* Another length of context loads the model anew. */
	json_out_object(w, "options");
	json_out_int(w, "num_ctx", s->context_tokens);
	if (asks) {
		json_out_int(w, "num_predict", s->max_tokens);
		json_out_double(w, "temperature", 0.4);
	}
	json_out_end(w, '}');
}

void
llm__body(const struct llm_settings *s, const struct llm_message *messages,
    size_t count, bool new_limit_name, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "model", s->model);
	add_messages(&w, messages, count);
	json_out_bool(&w, "stream", count > 0);
	if (s->kind == LLM_OLLAMA) {
		add_ollama(&w, s, count > 0);
	} else {
		json_out_object(&w, "stream_options");
		json_out_bool(&w, "include_usage", true);
		json_out_end(&w, '}');
		json_out_int(&w,
		    new_limit_name ? "max_completion_tokens" : "max_tokens",
		    s->max_tokens);
		/* Who wants the new name takes no other temperature. */
		if (!new_limit_name)
			json_out_double(&w, "temperature", 0.4);
	}
	json_out_end(&w, '}');
}

void
llm__request(const struct llm *l, const char *method, const char *url,
    struct http_request *r)
{
	memset(r, 0, sizeof(*r));
	r->method = method;
	r->url = url;
	r->headers = json_headers;
	r->connect_ms = l->settings.connect_ms;
	r->max_body = (size_t)l->settings.max_bytes;
	if (l->settings.unix_socket[0] != '\0')
		r->unix_socket = l->settings.unix_socket;
	if (l->settings.key[0] != '\0')
		r->bearer = l->settings.key;
}
