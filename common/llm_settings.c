/* llm_settings - [llm] of the configuration; see llm.h. */
#include "common/llm.h"
#include <limits.h>
#include <string.h>

static int
ms(const struct conf_section *s, const char *key)
{
	return (int)conf_int(s, key) * 1000;
}

void
llm_settings_read(const struct conf *conf, struct llm_settings *out)
{
	const struct conf_section *s = conf_section(conf, CONF_LLM);
	const char *kind = conf_string(s, "kind");

	memset(out, 0, sizeof(*out));
	out->kind = strcmp(kind, "ollama") == 0   ? LLM_OLLAMA
	            : strcmp(kind, "openai") == 0 ? LLM_OPENAI
	                                          : LLM_NONE;
	out->url = conf_string(s, "url");
	out->unix_socket = conf_string(s, "socket");
	out->model = conf_string(s, "model");
	out->key = conf_secret(s, "api_key", 0);
	out->connect_ms = ms(s, "connect_timeout");
	out->cold_ms = ms(s, "first_timeout");
	out->warm_ms = ms(s, "warm_timeout");
	out->idle_ms = ms(s, "idle_timeout");
	out->whole_ms = ms(s, "timeout");
	out->keep_alive_s = (int)conf_int(s, "keep_minutes") * 60;
	out->context_tokens = (int)conf_int(s, "context_tokens");
	out->max_tokens = (int)conf_int(s, "max_tokens");
	out->max_text = (int)conf_int(s, "max_text_bytes");
	out->max_bytes = (int)conf_int(s, "max_bytes");
}

/* It waits for the server, tries twice, and its thoughts are not passed on. */
#define DAEMON_MORE_MS 10000
#define GROWTH         4 /* of an answer in the daemon's records, at most */

void
llm_settings_console(const struct conf *conf, struct llm_settings *out)
{
	const struct conf_section *s = conf_section(conf, CONF_LLM);
	const char *path = conf_string(s, "daemon_socket");

	llm_settings_read(conf, out);
	if (path[0] == '\0' || out->kind == LLM_NONE)
		return;
	out->by_daemon = true;
	out->unix_socket = path;
	out->url = "http://localhost";
	out->key = "";
	out->cold_ms += out->cold_ms + out->whole_ms + DAEMON_MORE_MS;
	out->warm_ms = out->cold_ms;
	out->whole_ms += DAEMON_MORE_MS;
	out->idle_ms = out->whole_ms;
	if (out->max_bytes <= INT_MAX / GROWTH)
		out->max_bytes *= GROWTH;
}
