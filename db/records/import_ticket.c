/* import_ticket - a row as a ticket; see import_int.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 999999999

void
import__ticket_clear(struct import_ticket *t)
{
	for (size_t i = 0; i < t->comment_count; i++)
		free(t->comments[i].owned);
	FREE(&t->comments);
	t->comment_count = 0;
	str_free(&t->description);
}

/* ---- words ---- */

static int
take_state(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	const char *word = in->value[IN_STATE];
	char folded[80], name[80];

	if (word[0] == '\0') {
		t->state = in->value[IN_CLOSED][0] != '\0'   ? TICKET_CLOSED
		           : in->value[IN_SOLVED][0] != '\0' ? TICKET_SOLVED
		           : t->operator_id != 0             ? TICKET_OPEN
		                                             : TICKET_NEW;
		return 0;
	}
	import_fold(folded, sizeof(folded), word);
	for (size_t i = 0; i < im->status_count; i++) {
		const struct ticket_status *s = &im->statuses[i];

		import_fold(name, sizeof(name), s->name);
		if (strcmp(name, folded) == 0 && s->state != TICKET_MERGED) {
			t->state = (int)s->state;
			t->status_id = s->is_default ? 0 : s->id;
			return 0;
		}
	}
	if (import_state(word, &t->state))
		return 0;
	return import__fault(im, IN_STATE,
	    err_set(err, OD_EDATA,
		"No state is called \"%s\"; say which one it is with --word"
		" \"state:%s=open\" (or new, waiting, solved, closed)",
		word, word));
}

static int
take_level(struct importing *im, const struct import_in *in,
    enum import_field field, int *level, struct err *err)
{
	const char *word = in->value[field];

	*level = 0;
	if (word[0] == '\0' || import_level(word, level))
		return 0;
	return import__fault(im, field,
	    err_set(err, OD_EDATA,
		"\"%s\" is none of 1 to 5, nor low, medium, high or urgent;"
		" say which one it is with --word \"%s:%s=3\"",
		word, import_field_name(field), word));
}

/*
 * Urgency and impact that give the priority, unless they are told; a priority
 * that is not theirs says why.
 */
static int
take_levels(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	int rc, fallback;

	if ((rc = take_level(im, in, IN_PRIORITY, &t->priority, err)) != 0 ||
	    (rc = take_level(im, in, IN_URGENCY, &t->urgency, err)) != 0 ||
	    (rc = take_level(im, in, IN_IMPACT, &t->impact, err)) != 0)
		return rc;
	fallback = t->priority != 0 && t->urgency == 0 && t->impact == 0
	               ? t->priority
	               : 3;
	if (t->urgency == 0)
		t->urgency = fallback;
	if (t->impact == 0)
		t->impact = fallback;
	rc = ticket_priority(t->urgency, t->impact);
	if (t->priority == 0)
		t->priority = rc;
	if (t->priority != rc)
		str_copy(t->priority_reason, sizeof(t->priority_reason),
		    _("As it was imported"));
	return 0;
}

static void
take_source(
    struct importing *im, const struct import_in *in, struct import_ticket *t)
{
	t->source = SOURCE_DESK;
	if (in->value[IN_SOURCE][0] != '\0' &&
	    !import_source(in->value[IN_SOURCE], &t->source))
		import__note(im, IN_SOURCE,
		    _("\"%s\" is no channel that is known; the ticket counts as"
		      " made at the desk"),
		    in->value[IN_SOURCE]);
}

static bool
same(const char *a, const char *folded)
{
	char b[80];

	import_fold(b, sizeof(b), a);
	return b[0] != '\0' && strcmp(b, folded) == 0;
}

static int64_t
find_operator(const struct importing *im, const char *word)
{
	char folded[80];

	import_fold(folded, sizeof(folded), word);
	for (size_t i = 0; i < im->operator_count; i++)
		if (same(im->operators[i].login, folded) ||
		    same(im->operators[i].email, folded) ||
		    same(im->operators[i].full_name, folded))
			return im->operators[i].id;
	return 0;
}

static void
take_staff(
    struct importing *im, const struct import_in *in, struct import_ticket *t)
{
	const char *who = in->value[IN_OPERATOR], *team = in->value[IN_TEAM];
	char folded[80];

	if (who[0] != '\0' && (t->operator_id = find_operator(im, who)) == 0)
		import__note(im, IN_OPERATOR,
		    _("Nobody here is called \"%s\"; the ticket is nobody's"),
		    who);
	import_fold(folded, sizeof(folded), team);
	for (size_t i = 0; i < im->team_count && team[0] != '\0'; i++)
		if (same(im->teams[i].name, folded))
			t->team_id = im->teams[i].id;
	if (team[0] != '\0' && t->team_id == 0)
		import__note(im, IN_TEAM,
		    _("No team is called \"%s\"; the ticket is no team's"),
		    team);
}

/* ---- times ---- */

static int
take_time(struct importing *im, const struct import_in *in,
    enum import_field field, int64_t *us, struct err *err)
{
	int rc;

	*us = 0;
	if (in->value[field][0] == '\0')
		return 0;
	rc = import_time(in->value[field], im->zone, im->o->dates, us, err);
	if (rc == 0 && *us > im->now_us + US_PER_DAY)
		rc = err_set(err, OD_EDATA,
		    "\"%s\" is still to come; see --dates", in->value[field]);
	return import__fault(im, field, rc);
}

static int
take_times(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	int rc;

	if ((rc = take_time(im, in, IN_CREATED, &t->created_us, err)) != 0 ||
	    (rc = take_time(im, in, IN_UPDATED, &t->updated_us, err)) != 0 ||
	    (rc = take_time(im, in, IN_SOLVED, &t->solved_us, err)) != 0 ||
	    (rc = take_time(im, in, IN_CLOSED, &t->closed_us, err)) != 0)
		return rc;
	return 0;
}

/* What was not said follows from what was. */
static void
settle_times(const struct importing *im, struct import_ticket *t)
{
	int64_t last =
	    t->closed_us > t->solved_us ? t->closed_us : t->solved_us;

	for (size_t i = 0; i < t->comment_count; i++)
		if (t->comments[i].at_us > last)
			last = t->comments[i].at_us;
	if (t->created_us == 0)
		t->created_us = t->updated_us != 0 ? t->updated_us
		                : last != 0        ? last
		                                   : im->now_us;
	if (t->updated_us == 0)
		t->updated_us = last;
	if (t->updated_us < t->created_us)
		t->updated_us = t->created_us;
	if (t->state == TICKET_CLOSED && t->closed_us == 0)
		t->closed_us = t->updated_us;
	if (t->state >= TICKET_SOLVED && t->solved_us == 0)
		t->solved_us = t->closed_us != 0 ? t->closed_us : t->updated_us;
	if (t->state < TICKET_SOLVED)
		t->solved_us = 0;
	if (t->state != TICKET_CLOSED)
		t->closed_us = 0;
	for (size_t i = 0; i < t->comment_count; i++)
		if (t->comments[i].at_us == 0)
			t->comments[i].at_us = t->updated_us;
}

/* ---- texts ---- */

/* A subject that is too long goes on in the description, whole. */
static int
take_texts(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	const char *subject = in->value[IN_SUBJECT];
	const char *body = in->value[IN_DESCRIPTION];
	const char *from = subject[0] != '\0' ? subject : body;
	char *first = subject[0] != '\0'
	                  ? xstrdup(subject)
	                  : xstrndup(body, strcspn(body, "\r\n"));
	char *line = text_safe_dup(first, TEXT_LINE);
	bool is_cut = from == subject && strlen(line) > 200;

	if (strlen(line) > 200) {
		size_t n = utf8_cut(line, strlen(line), 197);

		line[n] = '\0';
		str_format(t->subject, sizeof(t->subject), "%s…", line);
	} else {
		records__line(t->subject, sizeof(t->subject), line);
	}
	free(line);
	free(first);
	if (t->subject[0] == '\0')
		return import__fault(im, IN_SUBJECT,
		    err_set(err, OD_EDATA, "The ticket needs a subject"));
	if (is_cut) {
		str_addf(&t->description, "%s\n\n", subject);
		import__note(im, IN_SUBJECT,
		    _("The subject is longer than 200 bytes; the whole of it"
		      " begins the description"));
	}
	str_add(&t->description, body);
	return import__fault(im, IN_DESCRIPTION,
	    records__body(_("Description"), t->description.s, BODY_MAX, err));
}

static int
take_category(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	char word[65];
	int rc;

	rc = records__fit(
	    _("Category"), word, sizeof(word), in->value[IN_CATEGORY], err);
	if (rc == 0 && strcmp(word, im->category_word) != 0) {
		rc = ticket__category(im->d, word, im->category_key, err);
		str_copy(im->category_word, sizeof(im->category_word),
		    rc == 0 ? word : "");
		if (rc == OD_EDATA)
			rc = err_set(err, rc,
			    "There is no category \"%s\"; make it first, or say"
			    " which one it is with --word \"category:%s=...\"",
			    word, word);
		if (rc != 0)
			im->category_key[0] = '\0';
	}
	if (rc == 0)
		str_copy(t->category, sizeof(t->category), im->category_key);
	return import__fault(im, IN_CATEGORY, rc);
}

static int
take_lines(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	char *tags = xstrdup(in->value[IN_TAGS]);
	int rc;

	for (char *p = tags; *p != '\0'; p++)
		if (*p == ';' || *p == '|')
			*p = ',';
	rc = import__fault(im, IN_TAGS,
	    records__fit(_("Tags"), t->tags, sizeof(t->tags), tags, err));
	free(tags);
	if (rc != 0)
		return rc;
	return import__fault(im, IN_REFERENCE,
	    records__fit(_("External id"), t->reference, sizeof(t->reference),
		in->value[IN_REFERENCE], err));
}

/* The desk's own fields; what the ticket's category has not is said. */
static int
take_given(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	char value[TICKET_VALUE_MAX + 1];

	for (size_t i = 0; i < in->given_count; i++) {
		const struct ticket_given *g = &in->given[i];
		const struct ticket_field *f = im->out->fields;
		int rc;

		while (f->key != g->key)
			f++;
		if (f->category[0] != '\0' &&
		    strcmp(f->category, t->category) != 0) {
			im->bad_field = f->key;
			import__note(im, NO_FIELD,
			    _("Tickets of the category \"%s\" have no such"
			      " field; it was left out"),
			    t->category);
			continue;
		}
		if ((rc = ticket_field_value(f, g->value, value, err)) != 0) {
			im->bad_field = f->key;
			return rc;
		}
		t->given[t->given_count++] = *g;
	}
	return 0;
}

/*
 * "12", "#12", "TK-000012"; 0 for what is none.  What is more than a number is
 * kept as the reference.
 */
static void
take_number(const struct import_in *in, struct import_ticket *t)
{
	const char *text = in->value[IN_NUMBER];
	size_t n;

	if (text[0] == '\0')
		text = in->value[IN_ID];
	n = strlen(text);
	while (n > 0 && text[n - 1] >= '0' && text[n - 1] <= '9')
		n--;
	if (!str_to_int64(text + n, 1, NUMBER_MAX, &t->number))
		t->number = 0;
	if (t->reference[0] == '\0' &&
	    (t->number == 0 || (n > 0 && !(n == 1 && text[0] == '#'))))
		records__line(t->reference, sizeof(t->reference), text);
}

/* ---- comments ---- */

static struct import_comment *
add_comment(struct import_ticket *t)
{
	t->comments = xreallocarray(
	    t->comments, t->comment_count + 1, sizeof(*t->comments));
	t->comments[t->comment_count] =
	    (struct import_comment){.kind = COMMENT_NOTE};
	return &t->comments[t->comment_count++];
}

static int
check_body(struct importing *im, const char *heading, const char *body,
    struct err *err)
{
	int rc = records__body(_("Comment"), body, BODY_MAX, err);

	if (rc != 0)
		im->bad_field = heading;
	return rc;
}

static const char *
first_of(const struct json *v, const char *const *names)
{
	for (; *names != NULL; names++) {
		const struct json *m = json_get(v, *names);
		const char *s = json_type(m) == JSON_OBJECT
		                    ? json_string(m, "name")
		                    : json_as_string(m);

		if (s != NULL && s[0] != '\0')
			return s;
	}
	return "";
}

/* Internal unless it says that it is not. */
static void
take_direction(const struct json *v, struct import_comment *c,
    const struct import_ticket *t)
{
	static const char *const kinds[] = {"kind", "tipo", "type", NULL};
	char folded[80], name[80];

	import_fold(folded, sizeof(folded), first_of(v, kinds));
	if (strcmp(folded, "reply") == 0 || strcmp(folded, "respuesta") == 0 ||
	    strcmp(folded, "public") == 0 || strcmp(folded, "publico") == 0)
		c->kind = COMMENT_REPLY;
	import_fold(folded, sizeof(folded), c->author);
	import_fold(name, sizeof(name), t->who.name);
	if (json_bool(v, "inbound") ||
	    (folded[0] != '\0' && strcmp(folded, name) == 0)) {
		c->inbound = true;
		c->kind = COMMENT_REPLY;
		c->operator_id = 0;
	}
}

static int
take_comment(struct importing *im, const struct json *v,
    struct import_ticket *t, struct err *err)
{
	static const char *const bodies[] = {"body", "text", "comment", "texto",
	    "comentario", "mensaje", "message", "contenido", NULL};
	static const char *const authors[] = {
	    "author", "autor", "operator", "user", "usuario", "by", "de", NULL};
	static const char *const times[] = {
	    "at", "created_at", "date", "fecha", "created", "creado_en", NULL};
	const char *body =
	    json_as_string(v) != NULL ? json_as_string(v) : first_of(v, bodies);
	const char *at = first_of(v, times);
	struct import_comment *c;
	int rc;

	if (body[0] == '\0')
		return 0;
	if ((rc = check_body(im, "comments", body, err)) != 0)
		return rc;
	c = add_comment(t);
	c->body = body;
	records__line(c->author, sizeof(c->author), first_of(v, authors));
	if (c->author[0] != '\0')
		c->operator_id = find_operator(im, c->author);
	if (at[0] != '\0') {
		rc = import_time(at, im->zone, im->o->dates, &c->at_us, err);
		if (rc == 0 && c->at_us > im->now_us + US_PER_DAY)
			rc = err_set(err, OD_EDATA,
			    "\"%s\" is still to come; see --dates", at);
		if (rc != 0)
			im->bad_field = "comments";
	}
	take_direction(v, c, t);
	return rc;
}

/* Columns of comments, each under its heading where there are several. */
static int
take_comments(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	int rc = 0;

	for (const struct json *v =
		 in->comments != NULL ? json_first(in->comments) : NULL;
	     rc == 0 && v != NULL; v = json_next(v))
		rc = take_comment(im, v, t, err);
	for (size_t i = 0; rc == 0 && i < in->extra_count; i++) {
		struct import_comment *c = add_comment(t);

		c->body = in->extra[i].text;
		if (in->extra_count > 1)
			c->body = c->owned = xasprintf(
			    "%s: %s", in->extra[i].heading, in->extra[i].text);
		rc = check_body(im, in->extra[i].heading, c->body, err);
	}
	return rc;
}

int
import__ticket_parse(struct importing *im, const struct import_in *in,
    struct import_ticket *t, struct err *err)
{
	int rc;

	str_init(&t->description);
	take_staff(im, in, t);
	take_source(im, in, t);
	if ((rc = take_texts(im, in, t, err)) != 0 ||
	    (rc = take_state(im, in, t, err)) != 0 ||
	    (rc = take_levels(im, in, t, err)) != 0 ||
	    (rc = take_times(im, in, t, err)) != 0 ||
	    (rc = take_lines(im, in, t, err)) != 0 ||
	    (rc = take_category(im, in, t, err)) != 0 ||
	    (rc = take_given(im, in, t, err)) != 0 ||
	    (rc = import__who(im, in, &t->who, err)) != 0 ||
	    (rc = take_comments(im, in, t, err)) != 0)
		return rc;
	take_number(in, t);
	settle_times(im, t);
	return 0;
}
