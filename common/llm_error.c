/* llm_error - what goes wrong with a model server; see llm_int.h. */
#include "common/llm_int.h"
#include <string.h>

#define LONGEST_WAIT_S 5 /* a longer one is told, not waited for */
#define PAUSE_MS       250

int
llm__not_there(const struct llm_settings *s, const struct http_response *r,
    struct err *err)
{
	const char *where = s->unix_socket[0] != '\0' ? s->unix_socket : s->url;

	if (s->by_daemon && r->outcome == HTTP_NOT_SENT)
		return err_set(err, OD_EUNAVAIL,
		    "The daemon, which asks the model server for all of this "
		    "host, does not answer at %s; whoever runs it types "
		    "\"systemctl start opdesk-syncd\". The cards need none",
		    where);
	if (r->outcome == HTTP_TOO_LARGE)
		return err_set(err, OD_ELIMIT,
		    "The model server sent more than %d bytes and was cut off",
		    s->max_bytes);
	if (r->outcome != HTTP_NOT_SENT)
		return err_set(err, OD_EUNAVAIL,
		    "The model server at %s did not answer: %s", where,
		    r->error);
	if (s->kind == LLM_OLLAMA && s->unix_socket[0] == '\0')
		return err_set(err, OD_EUNAVAIL,
		    "No Ollama answers at %s: %s Start it with \"ollama "
		    "serve\", or give its address in [llm] url",
		    where, r->error);
	return err_set(err, OD_EUNAVAIL,
	    "No model server answers at %s: %s Start it, or give its address "
	    "in [llm]",
	    where, r->error);
}

static int
not_found(const struct llm_settings *s, const char *why, struct err *err)
{
	if (s->kind == LLM_OLLAMA)
		return err_set(err, OD_EUNAVAIL,
		    "The model server has no model \"%s\"; \"ollama pull %s\" "
		    "fetches it, \"opdesk hint models\" lists those that there "
		    "are",
		    s->model, s->model);
	return err_set(err, OD_EUNAVAIL,
	    "The model server does not know the model \"%s\" or the address "
	    "(%s); \"opdesk hint models\" lists the models",
	    s->model, why[0] != '\0' ? why : "404");
}

int
llm__refused(const struct llm_settings *s, const struct http_response *r,
    const char *body, size_t n, struct err *err)
{
	char why[256];

	llm_error_text(body, n, why, sizeof(why));
	if (s->by_daemon && why[0] != '\0')
		return err_set(err,
		    r->status == 403   ? OD_EDENIED
		    : r->status == 429 ? OD_ELIMIT
		    : r->status == 400 ? OD_EDATA
		                       : OD_EUNAVAIL,
		    "%s", why);
	switch (r->status) {
	case 401:
		if (s->key[0] == '\0')
			return err_set(err, OD_EDENIED,
			    "The model server wants a key; write it into a "
			    "file, name that as api_key_file in [llm], and "
			    "start the daemon anew if there is one");
		return err_set(err, OD_EDENIED,
		    "The model server does not accept the key; check "
		    "api_key_file in [llm]");
	case 402:
		return err_set(err, OD_EDENIED,
		    "The account at the model server has no money left");
	case 403:
		return err_set(err, OD_EDENIED,
		    "The model server refuses this key, or this way to reach "
		    "it (403); check [llm]");
	case 404:
		return not_found(s, why, err);
	case 429:
		if (r->retry_after_s > 0)
			return err_set(err, OD_EUNAVAIL,
			    "The model server has too much to do; ask again "
			    "in %lld s",
			    (long long)r->retry_after_s);
		return err_set(err, OD_EUNAVAIL,
		    "The model server has too much to do, or its account is "
		    "used up; ask again later");
	case 503:
		return err_set(err, OD_EUNAVAIL,
		    "The model server is busy or still loading (%s); ask again "
		    "in a moment",
		    why[0] != '\0' ? why : "503");
	default:
		break;
	}
	return err_set(err, OD_EUNAVAIL, "The model server answered %d: %s",
	    r->status, why[0] != '\0' ? why : "?");
}

bool
llm__may_retry(const struct llm_settings *s, const struct http_response *r,
    int64_t *wait_ms)
{
	*wait_ms = PAUSE_MS;
	if (s->by_daemon && r->outcome == HTTP_ANSWERED) /* it tried */
		return false;
	if (r->outcome == HTTP_NOT_SENT || r->outcome == HTTP_UNKNOWN)
		return true;
	if (r->outcome != HTTP_ANSWERED ||
	    (r->status != 429 && r->status != 502 && r->status != 503))
		return false;
	if (r->retry_after_s > 0)
		*wait_ms = r->retry_after_s * 1000;
	return r->retry_after_s <= LONGEST_WAIT_S;
}
