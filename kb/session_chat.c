/* session_chat - see session_chat.h. */
#include "kb/session_chat.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/utf8.h"
#include "db/core/op.h"
#include "db/records/guide_chats.h"
#include "db/records/messages.h"
#include "db/records/tenant_settings.h"
#include "db/records/tickets.h"
#include "kb/session_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void
act_as_bot(struct desk *d, int64_t tenant_id)
{
	desk_act_as_system(d, tenant_id);
	d->actor.kind = ACTOR_BOT;
	d->actor.role = ROLE_BOT;
}

/* ---- reading an answer ---- */

/* A button's id: "guide:1f0c9a2b:3:yes". */
static bool
read_button(const struct session *s, const char *detail, enum chat_answer *out)
{
	static const char *const words[] = {"yes\"", "no\"", "person\""};
	char start[32], step[32];
	const char *p = strstr(detail, "\"guide:");

	if (p == NULL)
		return false;
	*out = CHAT_STALE;
	str_format(start, sizeof(start), "\"guide:%.8s:", s->s.name);
	str_format(step, sizeof(step), "%lld:", (long long)s->s.step);
	if (strncmp(p, start, strlen(start)) != 0)
		return true;
	p += strlen(start);
	/* To want a person is never too late. */
	if (strstr(p, ":person\"") != NULL)
		*out = CHAT_PERSON;
	else if (strncmp(p, step, strlen(step)) == 0)
		for (int i = 0; i < 2; i++)
			if (strncmp(p + strlen(step), words[i],
				strlen(words[i])) == 0)
				*out = (enum chat_answer)i;
	return true;
}

/* Folded words, without what stands around them. */
static const char *const said_yes[] = {"1", "si", "s", "yes", "y", "yep",
    "yeah", "ya", "ya funciona", "funciona", "si gracias", "claro", "listo",
    "ok", "it works", "works", "done", "sii", "sip"};
static const char *const said_no[] = {"2", "no", "n", "nope", "nop", "nada",
    "sigue igual", "igual", "no funciona", "aun no", "todavia no", "not yet",
    "no gracias", "it does not work", "doesn't work", "still the same"};
static const char *const wants_person[] = {"3", "persona", "una persona",
    "quiero una persona", "necesito una persona", "agente", "asesor", "humano",
    "operador", "hablar con alguien", "person", "a person", "i need a person",
    "agent", "human", "operator", "ayuda", "help"};

static bool
is_among(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}
#define AMONG(s, words) is_among(s, words, sizeof(words) / sizeof((words)[0]))

static enum chat_answer
read_words(const char *body)
{
	enum chat_answer answer = CHAT_UNKNOWN;
	struct str folded = STR_INIT;
	char *s;
	size_t n;

	if (strstr(body, "\U0001F44D") == body) /* a thumb up, or down */
		return CHAT_YES;
	if (strstr(body, "\U0001F44E") == body)
		return CHAT_NO;
	utf8_fold(&folded, body, strlen(body));
	if (folded.len > 0) {
		s = folded.s;
		while (*s != '\0' && !isalnum((unsigned char)*s))
			s++;
		n = strlen(s);
		while (n > 0 && !isalnum((unsigned char)s[n - 1]))
			s[--n] = '\0';
		answer = AMONG(s, said_yes)       ? CHAT_YES
		         : AMONG(s, said_no)      ? CHAT_NO
		         : AMONG(s, wants_person) ? CHAT_PERSON
		                                  : CHAT_UNKNOWN;
	}
	str_free(&folded);
	return answer;
}

enum chat_answer
session_chat_read(const struct session *s, const char *body, const char *detail)
{
	enum chat_answer answer;

	return read_button(s, detail, &answer) ? answer : read_words(body);
}

/* ---- what follows ---- */

static int
say(struct desk *d, const struct session *s, const char *text, struct err *err)
{
	const struct message_new in = {.conversation_id = s->s.conversation_id,
	    .kind = MESSAGE_TEXT,
	    .body = text};
	int64_t id;

	return message_send(d, &in, &id, err);
}

/* To the queue of the conversations, with a word of what was tried. */
static int
hand_over(
    struct desk *d, const struct session *s, const char *why, struct err *err)
{
	const struct session_handover to = {.note = why, .by_customer = true};
	struct str note = STR_INIT;
	int64_t id;
	int rc;

	session__report(s, SESSION_ACTIVE, NULL, why, &note);
	if ((rc = guide_session_assign(d, s->s.id, &to, err)) == 0)
		rc = conversation_note(
		    d, s->s.conversation_id, note.s, &id, err);
	str_free(&note);
	if (rc == 0)
		rc = say(d, s,
		    tr(s->lang,
			N_("A person will go on with you here, as soon as"
			   " somebody is free.")),
		    err);
	return rc;
}

static int
after_answer(struct desk *d, int64_t id, struct err *err)
{
	struct session s;
	int rc = session_open(d, id, &s, err);

	if (rc != 0)
		return rc;
	if (s.s.state == SESSION_ACTIVE)
		rc = session_send(d, id, err);
	else if (s.s.state == SESSION_RESOLVED)
		rc = say(d, &s,
		    tr(s.lang,
			N_("I am glad that it works. Write again whenever you"
			   " need us.")),
		    err);
	else
		rc = say(d, &s,
		    tr(s.lang,
			N_("This needs a person. I have written down all that"
			   " we tried, and somebody will go on here.")),
		    err);
	session_close(&s);
	return rc;
}

static int
not_understood(struct desk *d, const struct session *s,
    const struct guide_chat *c, enum chat_answer answer, struct err *err)
{
	bool blank = c->body[strspn(c->body, " \t\r\n")] == '\0';
	char note[SESSION_NOTES_MAX + 1];
	int rc;

	str_copy(note, sizeof(note), blank ? "..." : c->body);
	if ((rc = guide_session_note(d, s->s.id, note, true, err)) != 0)
		return rc;
	if (answer == CHAT_STALE)
		return session_send(d, s->s.id, err);
	if (c->misunderstood > 0)
		return hand_over(
		    d, s, _("The answers were not understood"), err);
	return say(d, s,
	    tr(s->lang, N_("Please answer Yes or No. If you would rather have a"
			   " person, write \"person\".")),
	    err);
}

static int
answer(struct desk *d, const struct session *s, const struct guide_chat *c,
    struct err *err)
{
	enum chat_answer said = session_chat_read(s, c->body, c->detail);
	struct session_reply in = {.action = PATH_YES, .by_customer = true};
	bool again;
	int rc;

	switch (said) {
	case CHAT_PERSON:
		return hand_over(
		    d, s, _("The customer asks for a person"), err);
	case CHAT_STALE:
	case CHAT_UNKNOWN:
		return not_understood(d, s, c, said, err);
	case CHAT_NO:
		in.action = PATH_NO;
		break;
	case CHAT_YES:
		break;
	}
	if ((rc = session_reply(d, s->s.id, &in, &again, err)) != 0)
		return rc;
	return after_answer(d, s->s.id, err);
}

/* What the bot cannot do a person does; it is not tried for ever. */
static int
give_up(struct desk *d, int64_t id, const struct err *why, struct err *err)
{
	const struct session_handover to = {.note = why->text};

	log_warn("guides", "session %lld: %s; a person has to go on",
	    (long long)id, err_plain(why));
	return guide_session_assign(d, id, &to, err);
}

static int
one(struct desk *d, const struct guide_chat *c, struct err *err)
{
	struct err why = ERR_INIT;
	struct session s;
	int rc;

	if ((rc = session_open(d, c->session_id, &s, &why)) == 0) {
		i18n_set_thread(s.lang);
		rc = answer(d, &s, c, &why);
		session_close(&s);
	}
	if (rc == 0)
		return 0;
	if (rc == OD_EIO || rc == OD_EUNAVAIL) {
		*err = why;
		return rc;
	}
	return give_up(d, c->session_id, &why, err);
}

int
session_chat_run(
    struct desk *d, int64_t tenant_id, int limit, int *count, struct err *err)
{
	struct guide_chat c;
	int64_t after = 0;
	int rc = 0;

	act_as_bot(d, tenant_id);
	while (
	    *count < limit && (rc = guide_chat_next(d, after, &c, err)) == 1) {
		after = c.session_id;
		rc = one(d, &c, err);
		guide_chat_clear(&c);
		if (rc != 0)
			break;
		(*count)++;
	}
	return rc < 0 ? rc : 0;
}

/* ---- new tickets ---- */

#define MARK    "guide.ticket_event"
#define AT_ONCE 50

static bool
is_on(struct desk *d)
{
	int64_t on;

	return tenant_setting(d, SETTING_GUIDE_ON_TICKET, &on, NULL, NULL) ==
	           0 &&
	       on == 1;
}

static int
begin_for(struct desk *d, const struct ticket *t, int64_t *id, struct err *err)
{
	struct session_begin in = {.threshold = -1,
	    .ticket_id = t->id,
	    .walker =
		t->conversation_id != 0 ? WALKER_CUSTOMER : WALKER_PROGRAM};
	struct str problem = STR_INIT;
	int rc;

	str_add(&problem, t->subject);
	if (t->description != NULL && t->description[0] != '\0') {
		str_addc(&problem, '\n');
		str_addn(&problem, t->description,
		    utf8_cut(t->description, strlen(t->description), 4000));
	}
	in.problem = problem.s;
	rc = session_begin(d, &in, id, err);
	str_free(&problem);
	return rc;
}

static int
rule_ticket(struct desk *d, int64_t ticket_id, int *count, struct err *err)
{
	struct err why = ERR_INIT;
	struct ticket t = {.id = 0};
	int64_t id;
	int rc = ticket_get(d, ticket_id, &t, &why);

	if (rc == 0 && (t.deleted_at != 0 || t.state >= TICKET_SOLVED))
		rc = OD_ENOTFOUND;
	if (rc == 0 && (rc = begin_for(d, &t, &id, &why)) == 0) {
		(*count)++;
		rc = session_send(d, id, &why);
		if (rc != 0 && rc != OD_EIO)
			rc = guide_session_note(d, id, why.text, false, &why);
	}
	ticket_clear(&t);
	if (rc == OD_EIO)
		*err = why;
	/* No guide is for it, or it is led by one: nothing to do. */
	return rc == OD_EIO ? rc : 0;
}

int
session_rule_run(struct desk *d, int64_t tenant_id, int *count, struct err *err)
{
	int64_t event, seen, ids[AT_ONCE];
	size_t n = 0;
	int rc;

	desk_act_as_system(d, tenant_id);
	if (!is_on(d))
		return 0;
	if ((rc = guide_mark(d, MARK, &seen, err)) != 0)
		return rc;
	/* What there was before it was switched on is left alone. */
	event = seen;
	rc = seen == 0 ? guide_last_event(d, &event, err)
	               : guide_new_tickets(d, &event, ids, AT_ONCE, &n, err);
	if (rc != 0 || event == seen)
		return rc;
	act_as_bot(d, tenant_id);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = rule_ticket(d, ids[i], count, err);
	desk_act_as_system(d, tenant_id);
	return rc != 0 ? rc : guide_mark_set(d, MARK, event, err);
}

int
session_work_waits(
    struct desk *d, int64_t tenant_id, bool *waits, struct err *err)
{
	struct guide_chat c;
	int64_t seen, event;
	int rc;

	desk_act_as_system(d, tenant_id);
	rc = guide_chat_next(d, 0, &c, err);
	guide_chat_clear(&c);
	if (rc != 0) {
		*waits = rc == 1;
		return rc < 0 ? rc : 0;
	}
	*waits = false;
	if (!is_on(d))
		return 0;
	if ((rc = guide_mark(d, MARK, &seen, err)) == 0 &&
	    (rc = guide_last_event(d, &event, err)) == 0)
		*waits = event != seen;
	return rc;
}
