/* session - opened, told and closed; see session.h. */
#include "kb/session_int.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/guide_bodies.h"
#include <stdlib.h>
#include <string.h>

void
session_close(struct session *s)
{
	guide_session_clear(&s->s);
	guide_file_free(&s->file);
	s->guide = NULL;
	guide_steps_free(&s->rows, s->count);
	s->count = s->trail_count = 0;
	json_free(&s->given);
	for (int i = 0; i < GUIDE_SOURCE_COUNT; i++)
		FREE(&s->known[i]);
}

static int
open_guide(struct desk *d, struct session *s, struct err *err)
{
	struct guide_body body;
	struct err why = ERR_INIT;
	int rc;

	if ((rc = guide_body_of_version(d, s->s.version_id, &body, err)) != 0)
		return rc;
	rc = guide_read_one(body.body, strlen(body.body), &s->file, &why);
	guide_body_clear(&body);
	if (rc == OD_EUNAVAIL) { /* another time it may be */
		if (err != NULL)
			*err = why;
		return rc;
	}
	if (rc != 0)
		return err_set(err, OD_EDATA,
		    "Version %lld of the guide \"%s\" cannot be read: %s",
		    (long long)s->s.guide_version, s->s.topic, err_plain(&why));
	s->guide = &s->file->guides[0];
	return 0;
}

static int
open_values(struct session *s, struct err *err)
{
	const char *text = s->s.variables;

	if (text == NULL || text[0] == '\0')
		return 0;
	return json_parse(text, strlen(text), &json_limits_api, &s->given, err);
}

/* Behind the record itself, which is there. */
static int
open_rest(struct desk *d, struct session *s, struct err *err)
{
	int rc;

	if (!lang_parse(s->s.lang, &s->lang))
		s->lang = i18n_lang();
	if ((rc = guide_session_steps(d, s->s.id, &s->rows, &s->count, err)) !=
		0 ||
	    (rc = open_values(s, err)) != 0 ||
	    (rc = session__know(d, s, err)) != 0)
		return rc;
	s->trail_count = guide_session_trail(
	    s->rows, s->count, s->s.step, s->trail, SESSION_TRAIL_MAX);
	return open_guide(d, s, err);
}

int
session_open(struct desk *d, int64_t id, struct session *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = guide_session_get(d, id, &out->s, err)) == 0 &&
	    (rc = open_rest(d, out, err)) == 0)
		return 0;
	session_close(out);
	return rc;
}

int
session_open_name(
    struct desk *d, const char *name, struct session *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = guide_session_by_name(d, name, &out->s, err)) == 0 &&
	    (rc = open_rest(d, out, err)) == 0)
		return 0;
	session_close(out);
	return rc;
}

const struct guide_step *
session_step(const struct session *s)
{
	return s->s.state >= SESSION_RESOLVED
	           ? NULL
	           : guide_step(s->guide, (int)s->s.step);
}

const char *
session_value(const struct session *s, const struct guide_variable *v)
{
	const char *given = json_string(s->given, v->name);

	if (given != NULL && given[0] != '\0')
		return given;
	return s->known[v->source] != NULL ? s->known[v->source] : "";
}

static const char *
get_value(void *arg, const char *name)
{
	const struct session *s = arg;
	const struct guide_variable *v =
	    guide_variable(s->guide, name, strlen(name));

	return v != NULL ? session_value(s, v) : NULL;
}

struct guide_values
session__values(const struct session *s)
{
	union { /* the callback takes what it does not change */
		const struct session *from;
		void *to;
	} arg = {.from = s};

	return (struct guide_values){get_value, arg.to};
}

int
session_text(const struct session *s, struct str *out, struct err *err)
{
	struct guide_values values = session__values(s);

	return guide_step_text(
	    s->guide, (int)s->s.step, s->lang, &values, out, err);
}

/* A variable's description, "" when the guide has none such. */
static void
add_bracket(
    const struct session *s, const char *name, size_t n, struct str *out)
{
	const struct guide_variable *v = guide_variable(s->guide, name, n);
	struct guide_variable_words words;
	const char *said = "";

	if (v != NULL) {
		guide_variable_words(s->guide, v, s->lang, &words);
		said =
		    words.description[0] != '\0' ? words.description : v->name;
	}
	str_addc(out, '[');
	if (said[0] != '\0')
		text_safe(out, said, strlen(said), TEXT_LINE);
	else
		text_safe(out, name, n, TEXT_LINE);
	str_addc(out, ']');
}

void
session_fill(const struct session *s, const char *text, struct str *out)
{
	size_t at = 0, done = 0, begin = 0, n = 0;
	const char *name;

	while (guide_next_variable(text, &at, &begin, &name, &n)) {
		const struct guide_variable *v =
		    guide_variable(s->guide, name, n);
		const char *value = v != NULL ? session_value(s, v) : "";

		text_safe(out, text + done, begin - done, TEXT_BLOCK);
		if (value[0] != '\0')
			text_safe(out, value, strlen(value), TEXT_LINE);
		else
			add_bracket(s, name, n, out);
		done = at;
	}
	text_safe(out, text + done, strlen(text + done), TEXT_BLOCK);
}

void
session_title(const struct session *s, struct str *out)
{
	struct guide_words words;

	guide_words(s->guide, s->lang, &words);
	text_safe(out, words.title, strlen(words.title), TEXT_LINE);
}
