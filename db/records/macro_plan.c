/* macro_plan - what a macro would change on a ticket; see macros.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/core/tags.h"
#include "db/records/macro_int.h"
#include "db/records/records_int.h"
#include "db/records/replies.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

void
macro_plan_clear(struct macro_plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->lines[i].before);
		free(p->lines[i].after);
	}
	FREE(&p->lines);
	p->count = 0;
	FREE(&p->reply);
	FREE(&p->note);
	macro_parts_free(&p->parts, p->part_count);
	p->part_count = 0;
}

bool
macro_plan_is_empty(const struct macro_plan *p)
{
	return p->count == 0 && p->reply == NULL && p->note == NULL;
}

static void
add_line(struct macro_plan *p, const char *column, const char *label,
    const char *before, const char *after)
{
	struct macro_line *l;

	if (str_equal(before, after))
		return;
	p->lines = records__grow(p->lines, p->count, sizeof(p->lines[0]));
	l = &p->lines[p->count++];
	str_copy(l->column, sizeof(l->column), column);
	str_copy(l->label, sizeof(l->label), label);
	l->before = xstrdup(before);
	l->after = xstrdup(after);
}

/* ---- part by part ---- */

/* A macro that names what is gone, or is another thing by now. */
static int
outdated(const struct macro_plan *p, const char *what, const char *name,
    struct err *err)
{
	return err_set(err, OD_ECONFLICT,
	    "The macro \"%s\" cannot be run: %s \"%s\" was deleted; change the"
	    " macro",
	    p->name, what, name);
}

static int
plan_text(struct macro_plan *p, const struct macro_part *part,
    const struct reply_values *values, char **out, struct err *err)
{
	struct str text = STR_INIT, names = STR_INIT;
	size_t at;
	int rc = 0;

	reply_fill_from(part->text, values, &text);
	if (reply_unfilled(text.s, &at, &names))
		rc = err_set(err, OD_EDATA,
		    "The macro \"%s\" cannot be run: %s is not known for"
		    " ticket %lld",
		    p->name, names.s, (long long)p->number);
	else
		*out = xstrdup(text.s);
	str_free(&names);
	str_free(&text);
	return rc;
}

/* Ours for a state's default label that the tenant left as it was. */
static const char *
status_word(const char *name, bool is_default, enum ticket_state state)
{
	const char *ours = ticket_state_names[state];

	return is_default && (str_equal(name, tr(LANG_ES, ours)) ||
				 str_equal(name, tr(LANG_EN, ours)))
	           ? _(ours)
	           : name;
}

static int
plan_status(struct desk *d, struct macro_plan *p, const struct macro_part *part,
    const struct ticket *t, struct err *err)
{
	struct ticket_status label;
	int rc;

	if (part->id != 0)
		rc = ticket_status_get(d, part->id, &label, err);
	else
		rc = ticket_status_by_name(d, part->name, &label, err);
	if (rc == OD_ENOTFOUND)
		return outdated(p, _("the status label"), part->name, err);
	if (rc != 0)
		return rc;
	str_copy(p->waiting, sizeof(p->waiting), part->text);
	p->state = label.state;
	p->status_id = label.id;
	p->moved = label.state != t->state ||
	           (label.is_default ? 0 : label.id) != t->status_id ||
	           (label.state == TICKET_WAITING &&
		       !str_equal(part->text, t->waiting_reason));
	add_line(p, "status", _("Status"),
	    status_word(t->status, t->status_id == 0, t->state),
	    status_word(label.name, label.is_default, label.state));
	if (p->moved && label.state == TICKET_WAITING)
		add_line(p, "waiting_reason", _("Waiting for"),
		    t->waiting_reason, part->text);
	return 0;
}

static int
plan_category(struct desk *d, struct macro_plan *p,
    const struct macro_part *part, const struct ticket *t, struct err *err)
{
	char key[65];
	int rc = ticket__category(d, part->name, key, err);

	if (rc == OD_EDATA || (rc == 0 && !str_equal(key, part->name)))
		return outdated(p, _("the category"), part->name, err);
	if (rc != 0)
		return rc;
	p->categorized = !str_equal(key, t->category);
	str_copy(p->category, sizeof(p->category), key);
	add_line(p, "category", _("Category"), t->category, key);
	return 0;
}

static const struct ticket_value *
find_value(const struct ticket_value *rows, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].field.key, key) == 0)
			return &rows[i];
	return NULL;
}

static int
check_field(struct desk *d, const struct macro_plan *p,
    const struct macro_part *part, struct err *err)
{
	struct ticket_field f = {.id = 0};
	char value[TICKET_VALUE_MAX + 1];
	int rc = ticket_field_find(d, part->name, &f, err);

	if (rc == OD_ENOTFOUND)
		rc = outdated(p, _("the field"), part->name, err);
	else if (rc == 0 && f.type != part->type)
		rc = err_set(err, OD_ECONFLICT,
		    "The macro \"%s\" cannot be run: the field \"%s\" has"
		    " another type since; change the macro",
		    p->name, f.name);
	else if (rc == 0 &&
		 (rc = ticket_field_value(&f, part->text, value, err)) != 0)
		(void)err_prefix(
		    err, "The macro \"%s\" cannot be run", p->name);
	ticket_field_clear(&f);
	return rc;
}

static int
plan_fields(struct desk *d, struct macro_plan *p, const struct ticket *t,
    struct err *err)
{
	const char *category = p->categorized ? p->category : t->category;
	struct ticket_value *rows = NULL;
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < p->part_count && rc == 0; i++) {
		const struct macro_part *part = &p->parts[i];
		const struct ticket_value *v;

		if (part->act != MACRO_FIELD ||
		    (rc = check_field(d, p, part, err)) != 0)
			continue;
		if (rows == NULL && (rc = ticket_values(d, t->id, category,
					 &rows, &count, err)) != 0)
			break;
		v = find_value(rows, count, part->name);
		if (v == NULL)
			rc = err_set(err, OD_ECONFLICT,
			    "The macro \"%s\" cannot be run: tickets of this"
			    " category have no field \"%s\"",
			    p->name, part->name);
		else
			add_line(p, v->field.key, v->field.name, v->value,
			    part->text);
	}
	ticket_values_free(&rows, count);
	return rc;
}

static void
add_level(struct macro_plan *p, const char *column, const char *label,
    int before, int after)
{
	char a[12], b[12];

	str_format(a, sizeof(a), "%d", before);
	str_format(b, sizeof(b), "%d", after);
	add_line(p, column, label, a, b);
}

/* The priority follows urgency and impact unless it is given. */
static void
plan_levels(struct macro_plan *p, const struct ticket *t)
{
	int urgency = p->urgency != 0 ? p->urgency : t->urgency;
	int impact = p->impact != 0 ? p->impact : t->impact;
	int computed = ticket_priority(urgency, impact);
	bool follows = p->urgency != 0 || p->impact != 0;

	add_level(p, "urgency", _("Urgency"), t->urgency, urgency);
	add_level(p, "impact", _("Impact"), t->impact, impact);
	if (p->priority == 0 && !follows)
		return;
	add_level(p, "priority", _("Priority"), t->priority,
	    p->priority != 0 ? p->priority : computed);
	if (p->priority == computed)
		p->why[0] = '\0';
	if (p->priority != 0 && p->priority != computed)
		add_line(p, "priority_reason", _("Reason for the priority"),
		    t->priority_reason, p->why);
}

static void
plan_tags(struct macro_plan *p, const struct ticket *t)
{
	struct str tags = STR_INIT, next = STR_INIT;

	str_add(&tags, t->tags);
	for (size_t i = 0; i < p->part_count; i++) {
		const struct macro_part *part = &p->parts[i];

		if (part->act != MACRO_TAG && part->act != MACRO_UNTAG)
			continue;
		if (!tags_with(
			tags.s, part->text, part->act == MACRO_TAG, &next))
			continue;
		p->tagged = true;
		str_clear(&tags);
		str_add(&tags, next.s);
	}
	str_copy(p->tags, sizeof(p->tags), tags.s);
	add_line(p, "tags", _("Tags"), t->tags, tags.s);
	str_free(&tags);
	str_free(&next);
}

/* ---- who gets it ---- */

static int
plan_operator(struct desk *d, struct macro_plan *p,
    const struct macro_part *part, char name[201], struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT full_name, team_id FROM operators WHERE tenant_id = $1"
	    " AND id = $2 AND deleted_at IS NULL AND enabled = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(part->id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		p->operator_id = part->id;
		str_copy(name, 201, stmt_text(st, 0));
		p->team_id = stmt_int(st, 1);
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ECONFLICT,
		    "The macro \"%s\" cannot be run: %s takes no tickets any"
		    " more; change the macro",
		    p->name, part->name);
	}
	stmt_close(&st);
	return rc;
}

static int
plan_team(struct desk *d, struct macro_plan *p, const struct macro_part *part,
    char name[201], struct err *err)
{
	char *team = NULL;
	int rc = db_text(d->db, &team,
	    "SELECT name FROM teams WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(part->id)), err);

	if (rc == OD_ENOTFOUND)
		return outdated(p, _("the team"), part->name, err);
	if (rc == 0)
		str_copy(name, 201, team);
	p->team_id = part->id;
	free(team);
	return rc;
}

static int
plan_owner(struct desk *d, struct macro_plan *p, const struct macro_part *part,
    const struct ticket *t, struct err *err)
{
	char name[201] = "";
	int rc = 0;

	if (part->act == MACRO_TAKE) {
		p->operator_id = d->actor.id;
		p->team_id = d->actor.team_id;
		str_copy(name, sizeof(name), d->actor.name);
	} else if (part->act == MACRO_ASSIGN) {
		rc = plan_operator(d, p, part, name, err);
	} else if (part->act == MACRO_ASSIGN_TEAM) {
		rc = plan_team(d, p, part, name, err);
	}
	if (rc != 0)
		return rc;
	p->assigned =
	    p->operator_id != t->operator_id || p->team_id != t->team_id;
	p->taken = part->act == MACRO_TAKE;
	add_line(p, "owner", _("Owner"),
	    t->operator_id != 0 ? t->operator_name : t->team_name, name);
	return 0;
}

/* ---- the whole ---- */

static int
plan_part(struct desk *d, struct macro_plan *p, const struct macro_part *part,
    const struct ticket *t, const struct reply_values *values, struct err *err)
{
	switch (part->act) {
	case MACRO_REPLY:
		return plan_text(p, part, values, &p->reply, err);
	case MACRO_NOTE:
		return plan_text(p, part, values, &p->note, err);
	case MACRO_STATUS:
		return plan_status(d, p, part, t, err);
	case MACRO_CATEGORY:
		return plan_category(d, p, part, t, err);
	case MACRO_URGENCY:
		p->urgency = part->level;
		return 0;
	case MACRO_IMPACT:
		p->impact = part->level;
		return 0;
	case MACRO_PRIORITY:
		p->priority = part->level;
		str_copy(p->why, sizeof(p->why), part->text);
		return 0;
	case MACRO_TAKE:
	case MACRO_ASSIGN:
	case MACRO_ASSIGN_TEAM:
	case MACRO_RELEASE:
		return plan_owner(d, p, part, t, err);
	case MACRO_FIELD:
	case MACRO_TAG:
	case MACRO_UNTAG:
	case MACRO_ACT_COUNT:
		break;
	}
	return 0;
}

static int
check_ticket(const struct ticket *t, struct err *err)
{
	int rc = ticket__check_alive(t, err);

	if (rc == 0 && t->state == TICKET_MERGED)
		rc = err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged into another one; work there",
		    (long long)t->number);
	return rc;
}

static int
plan_all(struct desk *d, const struct macro *m, const struct ticket *t,
    struct macro_plan *p, struct err *err)
{
	struct reply_values values;
	int rc;

	p->macro_id = m->id;
	p->macro_version = m->version;
	p->ticket_id = t->id;
	p->ticket_version = t->version;
	p->number = t->number;
	str_copy(p->name, sizeof(p->name), m->name);
	if ((rc = check_ticket(t, err)) != 0 ||
	    (rc = macro_parse(m->actions, &p->parts, &p->part_count, err)) !=
		0 ||
	    (rc = reply_values_read(d, RECORD_TICKET, t->id, &values, err)) !=
		0)
		return rc;
	for (size_t i = 0; i < p->part_count && rc == 0; i++)
		rc = plan_part(d, p, &p->parts[i], t, &values, err);
	if (rc == 0)
		rc = plan_fields(d, p, t, err);
	if (rc == 0) {
		plan_levels(p, t);
		plan_tags(p, t);
	}
	return rc;
}

int
macro_look(struct desk *d, int64_t id, int64_t ticket_id,
    struct macro_plan *plan, struct err *err)
{
	struct macro m = {.id = 0};
	struct ticket t = {0};
	int rc;

	memset(plan, 0, sizeof(*plan));
	if ((rc = macro_get(d, id, &m, err)) == 0 &&
	    (rc = ticket_get(d, ticket_id, &t, err)) == 0)
		rc = plan_all(d, &m, &t, plan, err);
	macro_clear(&m);
	ticket_clear(&t);
	if (rc != 0)
		macro_plan_clear(plan);
	return rc;
}

void
macro_plan_json(const struct macro_plan *p, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "macro", p->name);
	json_out_int(out, "number", p->number);
	json_out_array(out, "changes");
	for (size_t i = 0; i < p->count; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "field", p->lines[i].column);
		json_out_string(out, "label", p->lines[i].label);
		json_out_string(out, "before", p->lines[i].before);
		json_out_string(out, "after", p->lines[i].after);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_string(out, "reply", p->reply);
	json_out_string(out, "note", p->note);
	json_out_end(out, '}');
}
