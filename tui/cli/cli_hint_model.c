/*
 * cli_hint_model - the model server of the hints: what it has, which model is
 * asked, what was asked, and how good it was.
 */
#include "common/i18n.h"
#include "common/llm_read.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/records/ai_logs.h"
#include "db/records/seat.h"
#include "kb/hint.h"
#include "tui/cli/cli_guide.h"
#include "tui/cli/cli_hint.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What was chosen, as the value that is printed. */
static void
put_choice(struct cli *c, const char *name, const char *value)
{
	struct json_out *out = cli_value(c);

	json_out_object(out, NULL);
	json_out_string(out, name, value);
	json_out_end(out, '}');
}

/* ---- the server ---- */

struct looking {
	struct llm *llm;
	struct cli_hint_look *out;
};

static void
on_look(const struct llm_status *s, void *data)
{
	struct looking *k = data;

	k->out->status = *s;
	str_copy(k->out->error, sizeof(k->out->error), s->error);
	k->out->models = xcalloc(s->count + 1, sizeof(*s->models));
	if (s->count > 0)
		memcpy(
		    k->out->models, s->models, s->count * sizeof(*s->models));
	llm_free(&k->llm);
}

int
cli_hint_look(
    const struct llm_settings *s, struct cli_hint_look *out, struct err *err)
{
	struct looking k = {.out = out};
	uv_loop_t loop;
	int rc;

	memset(out, 0, sizeof(*out));
	uv_loop_init(&loop);
	if ((rc = llm_new(&loop, s, &k.llm, err)) == 0 &&
	    (rc = llm_look(k.llm, on_look, &k, err)) == 0)
		uv_run(&loop, UV_RUN_DEFAULT);
	llm_free(&k.llm);
	(void)loop_finish(&loop);
	return rc;
}

/* The operator's choice, if there is a desk to ask; *model: its memory. */
static int
read_settings(
    struct cli *c, struct llm_settings *s, char **model, struct err *err)
{
	bool is_there;
	int rc = cli_try_desk(c, &is_there, err);

	*model = NULL;
	llm_settings_console(c->conf, s);
	if (rc == 0 && is_there)
		rc = setting_get(c->desk, SETTING_HINT_MODEL, model, err);
	if (rc == 0 && *model != NULL && (*model)[0] != '\0')
		s->model = *model;
	return rc;
}

static const struct cli_column model_columns[] = {
    {"name", N_("Model"), 0},
    {"bytes", N_("Size"), 0},
    {"is_loaded", N_("Loaded"), 0},
    {"is_used", N_("In use"), 0},
};

int
cli_hint_models(struct cli *c, struct err *err)
{
	struct cli_hint_look look = {.models = NULL};
	struct llm_settings s;
	char *model;
	int rc;

	if ((rc = read_settings(c, &s, &model, err)) != 0 ||
	    (rc = cli_hint_look(&s, &look, err)) != 0)
		goto out;
	if (!look.status.is_reachable) {
		rc = err_set(err, look.status.code, "%s", look.error);
		goto out;
	}
	cli_list(c, model_columns, COUNT(model_columns));
	for (size_t i = 0; i < look.status.count; i++) {
		const struct llm_model *m = &look.models[i];
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "name", m->name);
		if (m->bytes > 0)
			json_out_int(out, "bytes", m->bytes);
		else
			json_out_null(out, "bytes");
		json_out_bool(out, "is_loaded", m->is_loaded);
		json_out_bool(
		    out, "is_used", llm_same_model(s.kind, m->name, s.model));
		json_out_end(out, '}');
	}
	if (look.status.is_vague)
		cli_say(c, "%s", _("The server does not say what it has"));
out:
	free(look.models);
	free(model);
	return rc;
}

int
cli_hint_status(struct cli *c, struct err *err)
{
	static const char *const kinds[] = {"none", "ollama", "openai"};
	struct cli_hint_look look = {.models = NULL};
	struct llm_settings s;
	struct json_out *out;
	char *model;
	int rc;

	if ((rc = read_settings(c, &s, &model, err)) != 0 ||
	    (rc = cli_hint_look(&s, &look, err)) != 0)
		goto out;
	cli_keep_rows(c);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "kind", kinds[s.kind]);
	json_out_string(
	    out, "url", s.unix_socket[0] != '\0' ? s.unix_socket : s.url);
	json_out_string(out, "model", s.model);
	json_out_bool(out, "is_reachable", look.status.is_reachable);
	json_out_bool(out, "has_model", look.status.has_model);
	json_out_bool(out, "is_warm", look.status.is_warm);
	json_out_string(out, "error", look.error);
	json_out_end(out, '}');
	if (!look.status.is_reachable)
		rc = err_set(err, look.status.code, "%s", look.error);
	else if (!look.status.has_model)
		rc = err_set(err, OD_EUNAVAIL, "%s", look.error);
out:
	free(look.models);
	free(model);
	return rc;
}

int
cli_hint_use(struct cli *c, struct err *err)
{
	struct cli_hint_look look = {.models = NULL};
	struct llm_settings s;
	int rc = 0;

	llm_settings_console(c->conf, &s);
	if (c->args[0][0] != '\0') {
		s.model = c->args[0];
		rc = cli_hint_look(&s, &look, err);
		if (rc == 0 && look.status.is_reachable &&
		    !look.status.has_model)
			rc = err_set(err, OD_ENOTFOUND, "%s", look.error);
	}
	if (rc == 0)
		rc = setting_set(c->desk, SETTING_HINT_MODEL, c->args[0], err);
	if (rc == 0 && c->args[0][0] != '\0' && !look.status.is_reachable)
		cli_say(c, "%s", look.error);
	if (rc == 0)
		put_choice(c, "model", c->args[0]);
	free(look.models);
	return rc;
}

/* ---- the log ---- */

const struct cli_option cli_hint_history_options[] = {
    {"--call", "ID", N_("of a call")},
    {"--log", NULL, N_("all that was asked, newest first")},
    {"--before", "ID", N_("with --log: older than that one")},
    {NULL, NULL, NULL},
};

static const struct cli_column log_columns[] = {
    {"id", N_("Number"), 0},
    {"asked_at", N_("Asked"), CLI_TIME},
    {"asked", N_("Customer"), 30},
    {"said", N_("Answer"), 40},
    {"model", N_("Model"), 16},
    {"outcome", N_("Outcome"), 0},
    {"rating", N_("Rating"), 0},
};

int
cli_hint_history(struct cli *c, struct err *err)
{
	struct ai_log *rows = NULL;
	int64_t call, before;
	size_t n = 0;
	int rc;

	if ((rc = cli_option_int(c, "--call", 1, INT64_MAX, 0, &call, err)) !=
		0 ||
	    (rc = cli_option_int(
		 c, "--before", 1, INT64_MAX, 0, &before, err)) != 0)
		return rc;
	rc = cli_flag(c, "--log")
	         ? ai_log_list(c->desk, before, 50, &rows, &n, err)
	         : ai_log_history(c->desk, call, &rows, &n, err);
	if (rc != 0)
		return rc;
	cli_list(c, log_columns, COUNT(log_columns));
	for (size_t i = 0; i < n; i++)
		ai_log_json(&rows[i], cli_row(c));
	ai_log_list_free(&rows, n);
	return 0;
}

int
cli_hint_clear(struct cli *c, struct err *err)
{
	int rc = ai_log_forget(c->desk, err);

	if (rc == 0)
		put_choice(c, "history", "");
	return rc;
}

const struct cli_option cli_hint_rate_options[] = {
    {"--id", "ID", N_("another answer, by its number in the log")},
    {NULL, NULL, NULL},
};

int
cli_hint_rate(struct cli *c, struct err *err)
{
	static const char *const words[] = {"none", "bad", "good", NULL};
	int64_t id;
	int rc, word;

	if ((rc = cli_word(_("Rating"), c->args[0], words, &word, err)) != 0 ||
	    (rc = cli_option_int(c, "--id", 1, INT64_MAX, 0, &id, err)) != 0)
		return rc;
	rc = ai_log_rate(
	    c->desk, id, (enum ai_rating)(word + AI_RATING_NONE), err);
	if (rc == 0)
		put_choice(c, "rating", words[word]);
	return rc;
}
