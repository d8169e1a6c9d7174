/* session_send - a step on its way to the customer; see session.h. */
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/messages.h"
#include "kb/session_int.h"
#include <string.h>

#define BUTTON_TEXT_MAX 1024 /* characters above buttons */

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static void
add_question(const struct session *s, struct str *out)
{
	const struct guide_step *step = session_step(s);
	struct guide_step_words words;

	guide_step_words(s->guide, step, s->lang, &words);
	session_fill(s, words.question, out);
}

static int
send_text(
    struct desk *d, const struct session *s, const char *text, struct err *err)
{
	const struct message_new in = {.conversation_id = s->s.conversation_id,
	    .kind = MESSAGE_TEXT,
	    .body = text};
	int64_t id;

	return message_send(d, &in, &id, err);
}

static int
send_buttons(
    struct desk *d, const struct session *s, const char *text, struct err *err)
{
	struct message_new in = {.conversation_id = s->s.conversation_id,
	    .kind = MESSAGE_INTERACTIVE,
	    .body = text};
	char ids[3][48];
	int64_t id;

	for (int i = 0; i < SESSION_BUTTONS; i++) {
		session_button_id(s, (enum session_button)i, ids[i]);
		in.buttons[i][0] = ids[i];
		in.buttons[i][1] =
		    session_button_title(s->lang, (enum session_button)i);
	}
	return message_send(d, &in, &id, err);
}

/* Where there are no buttons the answers stand below the question. */
static void
add_choices(const struct session *s, struct str *out)
{
	str_addc(out, '\n');
	for (int i = 0; i < SESSION_BUTTONS; i++)
		str_addf(out, "%d. %s\n", i + 1,
		    session_button_title(s->lang, (enum session_button)i));
}

static int
send_for_answer(struct desk *d, const struct session *s, bool has_buttons,
    struct str *text, struct err *err)
{
	struct str question = STR_INIT;
	int rc;

	if (!has_buttons) {
		add_choices(s, text);
		return send_text(d, s, text->s, err);
	}
	if (characters(text->s) <= BUTTON_TEXT_MAX)
		return send_buttons(d, s, text->s, err);
	add_question(s, &question);
	if ((rc = send_text(d, s, text->s, err)) == 0)
		rc = send_buttons(d, s, question.s, err);
	str_free(&question);
	return rc;
}

static int
send(struct desk *d, const struct session *s, struct err *err)
{
	struct conversation c;
	struct str text = STR_INIT;
	int rc;

	if (session_step(s) == NULL)
		return err_set(err, OD_ECONFLICT,
		    "The session %.8s has ended; there is no step to send",
		    s->s.name);
	if ((rc = conversation_get(d, s->s.conversation_id, &c, err)) != 0 ||
	    (rc = session_text(s, &text, err)) != 0)
		goto out;
	rc = s->s.walker == WALKER_CUSTOMER
	         ? send_for_answer(
		       d, s, c.channel_kind == CHANNEL_WHATSAPP, &text, err)
	         : send_text(d, s, text.s, err);
out:
	str_free(&text);
	return rc;
}

static int
send_mail(struct desk *d, const struct session *s, struct err *err)
{
	struct str subject = STR_INIT, text = STR_INIT;
	int rc;

	session_title(s, &subject);
	if (session_step(s) == NULL)
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s has ended; there is no step to send",
		    s->s.name);
	else if ((rc = session_text(s, &text, err)) == 0)
		rc = guide_session_mail(d, s->s.id, subject.s, text.s, err);
	str_free(&subject);
	str_free(&text);
	return rc;
}

/* Both or none: a batch of its own where there is none yet. */
int
session_send(struct desk *d, int64_t id, struct err *err)
{
	bool together = !d->in_batch;
	struct session s;
	int rc;

	if ((rc = session_open(d, id, &s, err)) != 0)
		return rc;
	if (s.s.conversation_id == 0) {
		rc = send_mail(d, &s, err);
		goto out;
	}
	if (together && (rc = op_together_begin(d, err)) != 0)
		goto out;
	if ((rc = send(d, &s, err)) == 0)
		rc = guide_session_sent(d, id, "conversation", err);
	if (together)
		rc = op_together_end(d, rc, "", err);
out:
	session_close(&s);
	return rc;
}

/* ---- buttons ---- */

static const char *const button_words[SESSION_BUTTONS] = {
    "yes", "no", "person"};

void
session_button_id(
    const struct session *s, enum session_button button, char out[48])
{
	str_format(out, 48, "guide:%.8s:%lld:%s", s->s.name,
	    (long long)s->s.step, button_words[button]);
}

const char *
session_button_title(enum lang lang, enum session_button button)
{
	/* TRANSLATORS: buttons of a chat, at most 20 characters each. */
	static const char *const titles[SESSION_BUTTONS] = {
	    N_("Yes"), N_("No"), N_("I need a person")};

	return tr(lang, titles[button]);
}
