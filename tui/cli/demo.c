/* demo - see demo.h. */
#include "tui/cli/demo.h"
#include "common/clock.h"
#include "common/str.h"
#include "db/records/conversations.h"
#include "db/records/outbox.h"
#include "db/records/people.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "tui/cli/demo_agents.h"
#include "tui/cli/demo_calls.h"
#include "tui/cli/demo_data.h"
#include "tui/cli/demo_rules.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct demo { /* what is made so far */
	struct desk *desk;
	const char *channel;
	int64_t now_us;
	int64_t teams[8], operators[16], contacts[32];
};

/* The desk's past: every use case stamps its rows with this time. */
static void
set_time(const struct demo *m, int64_t minutes_ago)
{
	clock_fake_wall(m->now_us - minutes_ago * US_PER_MINUTE);
}

static int
as_login(struct demo *m, const char *login, struct err *err)
{
	return desk_act_as_operator(m->desk, "demo", login, err);
}

static int64_t
team_id(const struct demo *m, const char *name)
{
	for (size_t i = 0; name != NULL && demo_teams[i] != NULL; i++)
		if (strcmp(demo_teams[i], name) == 0)
			return m->teams[i];
	return 0;
}

static int64_t
operator_id(const struct demo *m, const char *login)
{
	for (size_t i = 0; login != NULL && i < demo_operator_count; i++)
		if (strcmp(demo_operators[i].login, login) == 0)
			return m->operators[i];
	return 0;
}

static int64_t
contact_id(const struct demo *m, const char *phone)
{
	for (size_t i = 0; i < demo_contact_count; i++)
		if (strcmp(demo_contacts[i].phone, phone) == 0)
			return m->contacts[i];
	return 0;
}

static int
make_staff(struct demo *m, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && demo_teams[i] != NULL; i++)
		rc = team_new(m->desk, demo_teams[i], &m->teams[i], err);
	for (size_t i = 0; rc == 0 && i < demo_operator_count; i++) {
		const struct demo_operator *o = &demo_operators[i];
		struct operator_new in = {.login = o->login,
		    .full_name = o->name,
		    .lang = o->lang,
		    .role = o->role,
		    .team_id = team_id(m, o->team),
		    .unix_uid = i == 0 ? (int64_t)getuid() : -1};

		rc = operator_new(m->desk, &in, &m->operators[i], err);
	}
	return rc;
}

static int
make_contacts(struct demo *m, struct err *err)
{
	const char *company = "", *division = "";
	int64_t company_id = 0, division_id = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < demo_contact_count; i++) {
		const struct demo_contact *c = &demo_contacts[i];
		struct contact_new in = {.full_name = c->name,
		    .email = c->email,
		    .phone_number = c->phone,
		    .lang = c->lang};

		if (strcmp(company, c->company) != 0) {
			struct company_new cn = {.name = c->company};

			company = c->company;
			division = "";
			rc = company_new(m->desk, &cn, &company_id, err);
		}
		if (rc == 0 && strcmp(division, c->division) != 0) {
			division = c->division;
			rc = division_new(m->desk, company_id, division, NULL,
			    &division_id, err);
		}
		in.division_id = division_id;
		if (rc == 0)
			rc = contact_new(m->desk, &in, &m->contacts[i], err);
	}
	return rc;
}

static int
customer_says(struct demo *m, const struct demo_talk *t, const char *text,
    const char *id, int64_t *conversation, struct err *err)
{
	struct inbound_message in = {.channel = m->channel,
	    .channel_kind = CHANNEL_WHATSAPP,
	    .provider_id = id,
	    .number = t->phone,
	    .user_id = "",
	    .parent_user_id = "",
	    .username = "",
	    .name = t->name,
	    .kind = MESSAGE_TEXT,
	    .kind_name = "text",
	    .body = text,
	    .detail = "",
	    .reply_to = ""};
	struct inbound_result result = {0};
	int rc;

	desk_act_as_system(m->desk, m->desk->actor.tenant_id);
	rc = message_receive(m->desk, &in, &result, err);
	*conversation = result.conversation_id;
	return rc;
}

/* Sent long ago: the daemon's claim and verdict, and the customer's reading. */
static int
settle(struct demo *m, const char *id, struct err *err)
{
	static const char *const words[] = {"sent", "delivered", "read"};
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int64_t next;
	int rc;

	desk_act_as_system(m->desk, m->desk->actor.tenant_id);
	rc = outbox_claim(m->desk, "demo", 60, 1, 1, NULL, &rows, &count,
	    &next, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = outbox_sent(m->desk, rows[i].id, id, "", err);
	outbox_list_free(&rows, count);
	for (size_t i = 0; rc == 0 && i < 3; i++) {
		struct inbound_status in = {.channel = m->channel,
		    .provider_id = id,
		    .callback = "",
		    .status = words[i],
		    .recipient = "",
		    .error_text = "",
		    .at_us = clock_wall_us() + (int64_t)i * US_PER_SECOND};
		bool duplicate;

		rc = message_status(m->desk, &in, &duplicate, err);
	}
	return rc;
}

static int
operator_says(struct demo *m, const struct demo_talk *t, const char *text,
    const char *id, int64_t conversation, struct err *err)
{
	struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = text};
	int64_t message;
	int rc;

	if ((rc = as_login(m, t->owner, err)) != 0 ||
	    (rc = message_send(m->desk, &in, &message, err)) != 0)
		return rc;
	return settle(m, id, err);
}

static int
say(struct demo *m, const struct demo_talk *t, size_t line,
    int64_t *conversation, struct err *err)
{
	const struct demo_line *l = &t->lines[line];
	char id[64];

	set_time(m, l->minutes_ago);
	str_format(id, sizeof(id), "wamid.demo-%s-%zu", t->phone, line);
	return l->inbound
	    ? customer_says(m, t, l->text, id, conversation, err)
	    : operator_says(m, t, l->text, id, *conversation, err);
}

static int
finish_talk(struct demo *m, const struct demo_talk *t, int64_t conversation,
    struct err *err)
{
	int64_t id, number;
	int rc = 0;

	if (t->owner == NULL)
		return 0;
	if ((rc = as_login(m, t->owner, err)) != 0)
		return rc;
	if (t->note != NULL)
		rc = conversation_note(m->desk, conversation, t->note, &id,
		    err);
	if (rc == 0 && t->ticket)
		rc = ticket_from_conversation(m->desk, conversation, NULL, &id,
		    &number, err);
	if (rc == 0 && t->closed)
		rc = conversation_close(m->desk, conversation, 0, err);
	return rc;
}

static int
make_talk(struct demo *m, const struct demo_talk *t, struct err *err)
{
	int64_t conversation = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->count; i++) {
		rc = say(m, t, i, &conversation, err);
		if (rc != 0 || i > 0 || t->owner == NULL)
			continue;
		if ((rc = as_login(m, t->owner, err)) == 0)
			rc = conversation_claim(m->desk, conversation, 0, err);
	}
	return rc != 0 ? rc : finish_talk(m, t, conversation, err);
}

static int
make_ticket(struct demo *m, const struct demo_ticket *t, struct err *err)
{
	struct ticket_new in = {.subject = t->subject,
	    .description = t->description,
	    .category = t->category,
	    .tags = t->tags,
	    .urgency = t->urgency,
	    .impact = t->impact,
	    .source = t->source,
	    .contact_id = contact_id(m, t->phone),
	    .operator_id = operator_id(m, t->owner),
	    .team_id = team_id(m, t->team)};
	const char *owner = t->owner != NULL ? t->owner : "marta";
	int64_t id, number, comment;
	int rc;

	set_time(m, t->hours_ago * 60);
	if ((rc = as_login(m, "marta", err)) != 0 ||
	    (rc = ticket_new(m->desk, &in, &id, &number, err)) != 0 ||
	    (rc = as_login(m, owner, err)) != 0)
		return rc;
	set_time(m, t->hours_ago * 60 - 40);
	if (t->note != NULL)
		rc = ticket_comment(m->desk, id, COMMENT_NOTE, t->note,
		    &comment, err);
	if (rc == 0 && t->state != TICKET_NEW)
		rc = ticket_set_state(m->desk, id, 0, t->state, t->waiting,
		    t->waiting != NULL ? m->now_us + 2 * US_PER_DAY : 0, err);
	return rc;
}

int
demo_fill(struct desk *d, const char *channel, struct err *err)
{
	struct demo m = {.desk = d, .channel = channel,
	    .now_us = clock_wall_us()};
	int64_t tenant;
	int rc;

	set_time(&m, 14 * 24 * 60);
	if ((rc = tenant_new(d, "demo", "Fibra Norte", true, "es",
		 "Europe/Madrid", &tenant, err)) != 0 ||
	    (rc = desk_act_as_host(d, "demo", err)) != 0 ||
	    (rc = make_staff(&m, err)) != 0 ||
	    (rc = demo_rules(d, err)) != 0 ||
	    (rc = as_login(&m, "marta", err)) != 0 ||
	    (rc = make_contacts(&m, err)) != 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < demo_ticket_count; i++)
		rc = make_ticket(&m, &demo_tickets[i], err);
	for (size_t i = 0; rc == 0 && i < demo_talk_count; i++)
		rc = make_talk(&m, &demo_talks[i], err);
	if (rc == 0)
		rc = demo_calls(d, m.contacts, m.now_us, err);
	if (rc == 0)
		rc = demo_agents(d, m.now_us, err);
out:
	clock_fake_wall(0);
	return rc;
}
