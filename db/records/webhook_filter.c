/*
 * webhook_filter - which of its events a webhook is told of, by what they are
 * about; see webhooks.h.
 *
 * It is kept as it was typed, with ids for the names of teams and the words of
 * the API for states, so that a team may be called otherwise tomorrow.
 */
#include "common/i18n.h"
#include "common/terms.h"
#include "common/xalloc.h"
#include "db/records/conversations.h"
#include "db/records/guide_sessions.h"
#include "db/records/records_int.h"
#include "db/records/staff.h"
#include "db/records/ticket_where_int.h"
#include "db/records/tickets.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

enum about { /* kinds of records that an event is about; bits */
	OF_TICKET = 1,
	OF_TALK = 2,
	OF_SESSION = 4,
	OF_GUIDE = 8,
	OF_ANY = OF_TICKET | OF_TALK | OF_SESSION,
};

enum filter_field { BY_TEAM, BY_PRIORITY, BY_STATUS, BY_CHANNEL, BY_GUIDE };

static const struct {
	const char *name, *spanish;
	unsigned about;
} fields[] = {
    [BY_TEAM] = {"team", "equipo", OF_ANY},
    [BY_PRIORITY] = {"priority", "prioridad", OF_ANY},
    [BY_STATUS] = {"status", "estado", OF_ANY},
    [BY_CHANNEL] = {"channel", "canal", OF_ANY},
    [BY_GUIDE] = {"guide", "guia", OF_SESSION | OF_GUIDE},
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static const struct {
	const char *word, *spanish;
	unsigned about;
} statuses[] = {
    {"new", "nuevo", OF_TICKET},
    {"open", "abierto", OF_TICKET},
    {"waiting", "espera", OF_TICKET},
    {"solved", "resuelto", OF_TICKET},
    {"closed", "cerrado", OF_TICKET | OF_TALK},
    {"merged", "fusionado", OF_TICKET},
    {"active", "activa", OF_TALK | OF_SESSION},
    {"handed_off", "derivada", OF_TALK},
    {"paused", "en pausa", OF_SESSION},
    {"resolved", "resuelta", OF_SESSION},
    {"escalated", "escalada", OF_SESSION},
    {"abandoned", "abandonada", OF_SESSION},
};
#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))

static unsigned
about(enum record_kind kind)
{
	if (kind == RECORD_TICKET)
		return OF_TICKET;
	if (kind == RECORD_CONVERSATION)
		return OF_TALK;
	if (kind == RECORD_KNOWLEDGE)
		return OF_GUIDE;
	return kind == RECORD_GUIDE_SESSION ? OF_SESSION : 0;
}

static bool
find_field(const char *name, enum filter_field *out)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (strcmp(name, fields[i].name) == 0 ||
		    strcmp(name, fields[i].spanish) == 0) {
			*out = (enum filter_field)i;
			return true;
		}
	return false;
}

/* ---- as it is typed ---- */

static int
add_team(struct desk *d, const struct term *t, const char *value,
    struct str *out, struct err *err)
{
	char *wanted = where__folded(value), *folded;
	struct team *rows = NULL;
	struct str all = STR_INIT;
	size_t count = 0;
	int64_t id = -1;
	int rc = team_list(d, &rows, &count, err);

	if (strcmp(wanted, "none") == 0 || strcmp(wanted, "ninguno") == 0)
		id = 0;
	for (size_t i = 0; rc == 0 && id < 0 && i < count; i++) {
		folded = where__folded(rows[i].name);
		if (strcmp(folded, wanted) == 0)
			id = rows[i].id;
		str_addf(&all, "%s, ", rows[i].name);
		free(folded);
	}
	if (rc == 0 && id < 0) {
		str_add(&all, "none");
		rc = where__unknown(t, value, all.s, err);
	}
	if (rc == 0)
		str_addf(out, "%lld", (long long)id);
	str_free(&all);
	free(rows);
	free(wanted);
	return rc;
}

/* A level, or all that are above or below it. */
static int
add_levels(
    const struct term *t, const char *value, struct str *out, struct err *err)
{
	char *folded = where__folded(value);
	const char *comma = "";
	int64_t level, from, to;
	bool known =
	    str_to_int64(value, 1, 5, &level) || where__level(folded, &level);

	free(folded);
	if (!known)
		return where__unknown(
		    t, value, "1, 2, 3, 4, 5, low, high, urgent", err);
	from = t->relation == TERM_ABOVE ? level + 1
	       : t->relation == TERM_BELOW || t->relation == TERM_AT_MOST
	           ? 1
	           : level;
	to = t->relation == TERM_BELOW ? level - 1
	     : t->relation == TERM_ABOVE || t->relation == TERM_AT_LEAST
	         ? 5
	         : level;
	if (from > to)
		return where__unknown(
		    t, value, _("1 to 5; nothing is beyond"), err);
	for (; from <= to; from++, comma = ",")
		str_addf(out, "%s%lld", comma, (long long)from);
	return 0;
}

static int
add_status(const struct term *t, const char *value, struct str *out,
    unsigned *met, struct err *err)
{
	struct str all = STR_INIT;
	char *folded = where__folded(value);
	size_t i = 0;
	int rc = 0;

	while (i < STATUS_COUNT && strcmp(value, statuses[i].word) != 0 &&
	       strcmp(folded, statuses[i].spanish) != 0)
		i++;
	free(folded);
	if (i < STATUS_COUNT) {
		str_add(out, statuses[i].word);
		*met |= statuses[i].about;
		return 0;
	}
	for (i = 0; i < STATUS_COUNT; i++)
		str_addf(&all, "%s%s", i > 0 ? ", " : "", statuses[i].word);
	rc = where__unknown(t, value, all.s, err);
	str_free(&all);
	return rc;
}

static int
add_channel(
    const struct term *t, const char *value, struct str *out, struct err *err)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	if (value[strspn(value, letters)] != '\0')
		return where__unknown(t, value,
		    _("a channel of the configuration, or whatsapp, telegram,"
		      " web, mail, call, api, desk"),
		    err);
	str_add(out, value);
	return 0;
}

static int
add_guide(struct desk *d, const char *value, struct str *out, struct err *err)
{
	int rc = records__any(d,
	    "SELECT 1 FROM knowledge WHERE tenant_id = $1 AND kind = 1"
	    " AND topic = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_text(value)), err);

	if (rc == 0)
		return err_set(err, OD_EDATA,
		    "There is no guide \"%s\"; opdesk guide list shows them",
		    value);
	if (rc == 1)
		str_add(out, value);
	return rc == 1 ? 0 : rc;
}

/* met: the kinds of records that can have one of its values. */
static int
add_value(struct desk *d, const struct term *t, enum filter_field field,
    const char *value, struct str *out, unsigned *met, struct err *err)
{
	if (field != BY_STATUS)
		*met |= fields[field].about;
	switch (field) {
	case BY_TEAM:
		return add_team(d, t, value, out, err);
	case BY_PRIORITY:
		return add_levels(t, value, out, err);
	case BY_STATUS:
		return add_status(t, value, out, met, err);
	case BY_CHANNEL:
		return add_channel(t, value, out, err);
	case BY_GUIDE:
		return add_guide(d, value, out, err);
	}
	BUG("no such field of a filter: %d", (int)field);
}

/* What the events of a list are about. */
static unsigned
about_events(const char *events)
{
	unsigned all = 0;

	for (int i = 0; i < OP_COUNT; i++) {
		const struct op_def *def = op_def((enum op_id)i);

		if (def->event != NULL &&
		    webhook_events_match(events, def->event))
			all |= about(def->kind);
	}
	return all;
}

static int
add_term(struct desk *d, const struct term *t, const char *events,
    struct str *out, struct err *err)
{
	enum filter_field field = BY_TEAM;
	unsigned met = 0;
	int rc = 0;

	if (!find_field(t->field, &field))
		return err_set(err, OD_EDATA,
		    "\"%s\" is nothing that a webhook is filtered by; it can be"
		    " team, priority, status, channel and guide, such as"
		    " team:Soporte priority>=4",
		    t->field[0] != '\0' ? t->field : t->values[0]);
	if (t->value_count == 0)
		return err_set(err, OD_EDATA,
		    "A value is missing behind \"%s\"", t->field);
	if (t->relation != TERM_IS && field != BY_PRIORITY)
		return err_set(err, OD_EDATA,
		    "Only priority can be above or below; write %s:...",
		    t->field);
	str_addf(out, "%s%s%s:", out->len > 0 ? " " : "",
	    t->is_negated ? "-" : "", fields[field].name);
	for (size_t i = 0; rc == 0 && i < t->value_count; i++) {
		if (i > 0)
			str_addc(out, ',');
		rc = add_value(d, t, field, t->values[i], out, &met, err);
	}
	if (rc == 0 && (met & about_events(events)) == 0)
		rc = err_set(err, OD_EDATA,
		    "None of its events can meet %s:%s; choose other events,"
		    " or leave that out",
		    t->field, t->values[0]);
	return rc;
}

int
webhook__filter_parse(struct desk *d, const char *text, const char *events,
    struct str *out, struct err *err)
{
	struct terms terms;
	int rc = terms_parse(text, &terms, err);

	for (size_t i = 0; rc == 0 && i < terms.count; i++)
		rc = add_term(d, &terms.terms[i], events, out, err);
	if (rc == 0 && out->len > WEBHOOK_FILTER_MAX)
		rc = err_set(err, OD_ELIMIT,
		    "The filter of a webhook has at most %d characters",
		    WEBHOOK_FILTER_MAX);
	terms_clear(&terms);
	return rc;
}

/* ---- as it is shown ---- */

static int
show_team(struct desk *d, const char *value, struct str *out, struct err *err)
{
	struct team team;
	int64_t id = 0;
	int rc;

	if (!str_to_int64(value, 1, INT64_MAX, &id)) {
		str_add(out, "none");
		return 0;
	}
	rc = team_get(d, id, &team, err);
	if (rc == OD_ENOTFOUND) { /* it was deleted */
		str_addf(out, "#%s", value);
		return 0;
	}
	if (rc == 0)
		str_addf(out,
		    team.name[strcspn(team.name, " ,")] != '\0' ? "\"%s\""
								: "%s",
		    team.name);
	return rc;
}

int
webhook__filter_text(
    struct desk *d, const char *kept, struct str *out, struct err *err)
{
	struct terms terms;
	int rc = terms_parse(kept, &terms, err);

	for (size_t i = 0; rc == 0 && i < terms.count; i++) {
		const struct term *t = &terms.terms[i];

		str_addf(out, "%s%s%s:", i > 0 ? " " : "",
		    t->is_negated ? "-" : "", t->field);
		for (size_t k = 0; rc == 0 && k < t->value_count; k++) {
			if (k > 0)
				str_addc(out, ',');
			if (strcmp(t->field, fields[BY_TEAM].name) == 0)
				rc = show_team(d, t->values[k], out, err);
			else
				str_add(out, t->values[k]);
		}
	}
	terms_clear(&terms);
	return rc;
}

/* ---- an event ---- */

struct facts { /* of the record that an event is about */
	int64_t team_id, priority;
	const char *status, *way; /* way: the kind of its channel */
	char channel[65], guide[65];
};

static const char ticket_sql[] =
    "SELECT COALESCE(t.team_id, o.team_id), t.priority, t.state, t.source,"
    " v.channel, '' FROM tickets t"
    " LEFT JOIN operators o ON o.id = t.operator_id"
    " AND o.tenant_id = t.tenant_id"
    " LEFT JOIN conversations v ON v.id = t.conversation_id"
    " AND v.tenant_id = t.tenant_id"
    " WHERE t.tenant_id = $1 AND t.id = $2";
static const char talk_sql[] =
    "SELECT COALESCE(v.team_id, o.team_id), t.priority, v.state,"
    " v.channel_kind, v.channel, '' FROM conversations v"
    " LEFT JOIN operators o ON o.id = v.operator_id"
    " AND o.tenant_id = v.tenant_id"
    " LEFT JOIN tickets t ON t.id = v.ticket_id AND t.tenant_id = v.tenant_id"
    " WHERE v.tenant_id = $1 AND v.id = $2";
static const char session_sql[] =
    "SELECT COALESCE(s.team_id, o.team_id), t.priority, s.state,"
    " v.channel_kind, v.channel, k.topic FROM guide_sessions s"
    " JOIN knowledge k ON k.id = s.knowledge_id AND k.tenant_id = s.tenant_id"
    " LEFT JOIN operators o ON o.id = s.operator_id"
    " AND o.tenant_id = s.tenant_id"
    " LEFT JOIN conversations v ON v.id = s.conversation_id"
    " AND v.tenant_id = s.tenant_id"
    " LEFT JOIN tickets t ON t.id = s.ticket_id AND t.tenant_id = s.tenant_id"
    " WHERE s.tenant_id = $1 AND s.id = $2";
static const char guide_sql[] =
    "SELECT NULL, NULL, 0, 0, '', CASE WHEN kind = 1 THEN topic ELSE '' END"
    " FROM knowledge WHERE tenant_id = $1 AND id = $2";

struct fact_row {
	int64_t state, way;
	struct facts f;
};

static void
read_facts(struct stmt *st, void *row)
{
	struct fact_row *r = row;

	r->f.team_id = stmt_int(st, 0);
	r->f.priority = stmt_int(st, 1);
	r->state = stmt_int(st, 2);
	r->way = stmt_int(st, 3);
	str_copy(r->f.channel, sizeof(r->f.channel), stmt_text(st, 4));
	str_copy(r->f.guide, sizeof(r->f.guide), stmt_text(st, 5));
}

/* 1 and what is known of it; 0: nothing that is filtered by, or it is gone. */
static int
load_facts(struct desk *d, const struct webhook_event *e, struct facts *out,
    struct err *err)
{
	struct fact_row r = {.state = 0};
	unsigned kind = about(e->kind);
	int rc;

	if (kind == 0)
		return 0;
	rc = records__first(d,
	    kind == OF_TICKET  ? ticket_sql
	    : kind == OF_TALK  ? talk_sql
	    : kind == OF_GUIDE ? guide_sql
			       : session_sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(e->record_id)), read_facts,
	    &r, err);
	if (rc != 1)
		return rc;
	*out = r.f;
	if (kind == OF_GUIDE)
		return 1;
	out->way = kind == OF_TICKET ? ticket_source_names[r.way]
	                             : channel_kind_names[r.way];
	out->status = kind == OF_TICKET ? ticket_state_names[r.state]
	              : kind == OF_TALK ? conversation_state_names[r.state]
	                                : guide_session_state_names[r.state];
	return 1;
}

static bool
has_value(const struct facts *f, enum filter_field field, const char *value)
{
	int64_t n = 0;

	switch (field) {
	case BY_TEAM:
		return str_to_int64(value, 0, INT64_MAX, &n) && n == f->team_id;
	case BY_PRIORITY:
		return str_to_int64(value, 1, 5, &n) && n == f->priority;
	case BY_STATUS:
		return f->status != NULL && strcmp(value, f->status) == 0;
	case BY_CHANNEL:
		return strcmp(value, f->channel) == 0 ||
		       (f->way != NULL && strcmp(value, f->way) == 0);
	case BY_GUIDE:
		return strcmp(value, f->guide) == 0;
	}
	BUG("no such field of a filter: %d", (int)field);
}

/* Of what it cannot be asked of, an event is not told either way. */
static bool
meets(const struct facts *f, const struct term *t, unsigned kind)
{
	enum filter_field field;
	bool found = false;

	if (!find_field(t->field, &field) || (fields[field].about & kind) == 0)
		return false;
	for (size_t i = 0; !found && i < t->value_count; i++)
		found = has_value(f, field, t->values[i]);
	return found != t->is_negated;
}

int
webhook__filter_meets(struct desk *d, const char *kept,
    const struct webhook_event *e, bool *met, struct err *err)
{
	struct facts f = {.team_id = 0};
	struct terms terms;
	int rc;

	*met = kept[0] == '\0';
	if (*met || (rc = load_facts(d, e, &f, err)) == 0)
		return 0;
	if (rc < 0 || (rc = terms_parse(kept, &terms, err)) != 0)
		return rc;
	*met = true;
	for (size_t i = 0; *met && i < terms.count; i++)
		*met = meets(&f, &terms.terms[i], about(e->kind));
	terms_clear(&terms);
	return 0;
}
