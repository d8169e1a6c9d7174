/* macro_parts - what a macro does, as JSON and back; see macros.h. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/macro_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX    16384 /* of a reply or note */
#define ACTIONS_MAX 32768 /* of all, as JSON */

const char *const macro_act_names[] = {"reply", "note", "status", "category",
    "field", "urgency", "impact", "priority", "tag", "untag", "take", "assign",
    "assign_team", "release", NULL};

void
macro_parts_free(struct macro_part **parts, size_t count)
{
	for (size_t i = 0; *parts != NULL && i < count; i++) {
		free((*parts)[i].text);
		free((*parts)[i].name);
	}
	FREE(parts);
}

/* ---- from JSON ---- */

/* Each act's members: its name for struct's name, and for text. */
static const struct {
	const char *id, *name, *text;
	bool needs_text, many;
} members[] = {
    [MACRO_REPLY] = {NULL, NULL, "text", true, false},
    [MACRO_NOTE] = {NULL, NULL, "text", true, false},
    [MACRO_STATUS] = {"status_id", "status", "reason", false, false},
    [MACRO_CATEGORY] = {NULL, "category", NULL, false, false},
    [MACRO_FIELD] = {NULL, "field", "value", false, true},
    [MACRO_URGENCY] = {NULL, NULL, NULL, false, false},
    [MACRO_IMPACT] = {NULL, NULL, NULL, false, false},
    [MACRO_PRIORITY] = {NULL, NULL, "reason", false, false},
    [MACRO_TAG] = {NULL, NULL, "tag", true, true},
    [MACRO_UNTAG] = {NULL, NULL, "tag", true, true},
    [MACRO_TAKE] = {NULL, NULL, NULL, false, false},
    [MACRO_ASSIGN] = {"operator_id", "operator", NULL, false, false},
    [MACRO_ASSIGN_TEAM] = {"team_id", "team", NULL, false, false},
    [MACRO_RELEASE] = {NULL, NULL, NULL, false, false},
};

static bool
has_level(enum macro_act act)
{
	return act == MACRO_URGENCY || act == MACRO_IMPACT ||
	       act == MACRO_PRIORITY;
}

static bool
has_owner(enum macro_act act)
{
	return act == MACRO_TAKE || act == MACRO_ASSIGN ||
	       act == MACRO_ASSIGN_TEAM || act == MACRO_RELEASE;
}

static int
place_of(const char *const *names, const char *word)
{
	for (int i = 0; word != NULL && names[i] != NULL; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	return -1;
}

static int
read_type(const struct json *v, struct macro_part *p, struct err *err)
{
	const char *word = json_string(v, "type");
	int type = place_of(ticket_field_types, word);

	if (word != NULL && type < 0)
		return err_set(
		    err, OD_EDATA, "\"%s\" is no type of a field", word);
	p->type =
	    type < 0 ? TICKET_FIELD_TYPE_COUNT : (enum ticket_field_type)type;
	return 0;
}

static int
read_members(const struct json *v, struct macro_part *p, struct err *err)
{
	const char *name = members[p->act].name, *text = members[p->act].text;
	int64_t level = 0;

	name = name != NULL ? json_string(v, name) : NULL;
	text = text != NULL ? json_string(v, text) : NULL;
	p->name = xstrdup(name != NULL ? name : "");
	p->text = xstrdup(text != NULL ? text : "");
	if (members[p->act].id != NULL)
		(void)json_int64(v, members[p->act].id, &p->id);
	if (members[p->act].needs_text && p->text[0] == '\0')
		return err_set(err, OD_EDATA, "\"%s\" needs \"%s\"",
		    macro_act_names[p->act], members[p->act].text);
	if (members[p->act].name != NULL && p->name[0] == '\0' && p->id == 0)
		return err_set(err, OD_EDATA, "\"%s\" needs \"%s\"",
		    macro_act_names[p->act], members[p->act].name);
	if (has_level(p->act) &&
	    (!json_int64(v, "level", &level) || level < 1 || level > 5))
		return err_set(err, OD_EDATA,
		    "\"%s\" needs a \"level\" from 1 to 5",
		    macro_act_names[p->act]);
	p->level = (int)level;
	if (strlen(p->text) > TEXT_MAX)
		return err_set(err, OD_EDATA,
		    "The text of a macro has at most %d bytes", TEXT_MAX);
	return read_type(v, p, err);
}

/* Some things are done once, or not at all. */
static int
check_once(const struct macro_part *parts, size_t n, struct err *err)
{
	const struct macro_part *p = &parts[n];

	for (size_t i = 0; i < n; i++) {
		bool same = parts[i].act == p->act && !members[p->act].many;

		if (same || (has_owner(p->act) && has_owner(parts[i].act)))
			return err_set(err, OD_EDATA,
			    "\"%s\" and \"%s\" cannot both be there",
			    macro_act_names[parts[i].act],
			    macro_act_names[p->act]);
	}
	return 0;
}

static int
read_part(
    const struct json *v, struct macro_part *parts, size_t n, struct err *err)
{
	struct macro_part *p = &parts[n];
	const char *word = json_string(v, "do");
	int act = place_of(macro_act_names, word), rc;

	p->text = xstrdup("");
	p->name = xstrdup("");
	if (act < 0)
		return err_set(err, OD_EDATA,
		    "\"do\" is one of reply, note, status, category, field,"
		    " urgency, impact, priority, tag, untag, take, assign,"
		    " assign_team, release");
	free(p->text);
	free(p->name);
	p->act = (enum macro_act)act;
	rc = read_members(v, p, err);
	return rc != 0 ? rc : check_once(parts, n, err);
}

int
macro_parse(const char *actions, struct macro_part **parts, size_t *count,
    struct err *err)
{
	struct json *doc;
	int rc;

	*parts = NULL;
	*count = 0;
	if (strlen(actions) > ACTIONS_MAX)
		return err_set(err, OD_EDATA,
		    "What a macro does has at most %d bytes", ACTIONS_MAX);
	rc = json_parse(actions, strlen(actions), &json_limits_api, &doc, err);
	if (rc != 0)
		return rc;
	if (json_type(doc) != JSON_ARRAY || json_size(doc) == 0 ||
	    json_size(doc) > MACRO_ACTS_MAX)
		rc = err_set(err, OD_EDATA,
		    "A macro is a list of 1 to %d actions such as"
		    " {\"do\":\"tag\",\"tag\":\"vip\"}",
		    MACRO_ACTS_MAX);
	if (rc == 0)
		*parts = xcalloc(json_size(doc), sizeof(**parts));
	for (const struct json *v = rc == 0 ? json_first(doc) : NULL;
	     v != NULL && rc == 0; v = json_next(v)) {
		rc = read_part(v, *parts, (*count)++, err);
		if (rc != 0)
			(void)err_prefix(err, "Action %zu", *count);
	}
	json_free(&doc);
	if (rc != 0) {
		macro_parts_free(parts, *count);
		*count = 0;
	}
	return rc;
}

/* ---- to JSON ---- */

static void
print_part(const struct macro_part *p, struct json_out *w)
{
	json_out_object(w, NULL);
	json_out_string(w, "do", macro_act_names[p->act]);
	if (members[p->act].name != NULL)
		json_out_string(w, members[p->act].name, p->name);
	if (members[p->act].id != NULL && p->id != 0)
		json_out_int(w, members[p->act].id, p->id);
	if (has_level(p->act))
		json_out_int(w, "level", p->level);
	if (p->act == MACRO_FIELD && p->type != TICKET_FIELD_TYPE_COUNT)
		json_out_string(w, "type", ticket_field_types[p->type]);
	if (members[p->act].text != NULL &&
	    (members[p->act].needs_text || p->act == MACRO_FIELD ||
		p->text[0] != '\0'))
		json_out_string(w, members[p->act].text, p->text);
	json_out_end(w, '}');
}

void
macro_print(const struct macro_part *parts, size_t count, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_array(&w, NULL);
	for (size_t i = 0; i < count; i++)
		print_part(&parts[i], &w);
	json_out_end(&w, ']');
}

/* ---- names become ids ---- */

static void
rename_to(struct macro_part *p, const char *name)
{
	char *copy = xstrdup(name);

	free(p->name);
	p->name = copy;
}

/* A state's default label stands for the state, whatever it is called. */
static int
settle_status(struct desk *d, struct macro_part *p, struct err *err)
{
	struct ticket_status label;
	int rc = p->id != 0 ? ticket_status_get(d, p->id, &label, err)
	                    : ticket_status_by_name(d, p->name, &label, err);

	if (rc != 0)
		return rc;
	if (label.state == TICKET_MERGED || label.state == TICKET_NEW)
		return err_set(err, OD_EDATA,
		    "A macro cannot make a ticket new or merged");
	p->id = label.is_default ? 0 : label.id;
	rename_to(
	    p, label.is_default ? ticket_state_names[label.state] : label.name);
	return 0;
}

static int
settle_field(struct desk *d, struct macro_part *p, struct err *err)
{
	char value[TICKET_VALUE_MAX + 1];
	struct ticket_field f = {.id = 0};
	int rc = ticket_field_find(d, p->name, &f, err);

	if (rc == 0 &&
	    (rc = ticket_field_value(&f, p->text, value, err)) == 0) {
		p->type = f.type;
		free(p->text);
		p->text = xstrdup(value);
	}
	ticket_field_clear(&f);
	return rc;
}

static int
settle_owner(struct desk *d, struct macro_part *p, struct err *err)
{
	bool team = p->act == MACRO_ASSIGN_TEAM;
	struct bind tenant = b_int(d->actor.tenant_id);
	int rc;

	if (p->id == 0 && team)
		rc = db_int(d->db, &p->id,
		    "SELECT id FROM teams WHERE tenant_id = $1 AND name = $2"
		    " AND deleted_at IS NULL",
		    BINDS(tenant, b_text(p->name)), err);
	else if (p->id == 0)
		rc = db_int(d->db, &p->id,
		    "SELECT id FROM operators WHERE tenant_id = $1"
		    " AND login = $2 AND deleted_at IS NULL",
		    BINDS(tenant, b_text(p->name)), err);
	else
		return records__exists(
		    d, team ? RECORD_TEAM : RECORD_OPERATOR, p->id, err);
	if (rc != OD_ENOTFOUND)
		return rc;
	return team ? err_set(
			  err, OD_ENOTFOUND, "There is no team \"%s\"", p->name)
	            : err_set(err, OD_ENOTFOUND, "There is no operator \"%s\"",
			  p->name);
}

static int
settle_tag(struct macro_part *p, struct err *err)
{
	char tag[201];
	int rc = records__fit(_("Tag"), tag, sizeof(tag), p->text, err);

	if (rc == 0 && (tag[0] == '\0' || strchr(tag, ',') != NULL))
		rc = err_set(
		    err, OD_EDATA, "A tag is a word or some, without commas");
	if (rc == 0) {
		free(p->text);
		p->text = xstrdup(tag);
	}
	return rc;
}

static int
settle_one(struct desk *d, struct macro_part *p, struct err *err)
{
	char key[65];
	int rc;

	switch (p->act) {
	case MACRO_STATUS:
		return settle_status(d, p, err);
	case MACRO_CATEGORY:
		if ((rc = ticket__category(d, p->name, key, err)) == 0)
			rename_to(p, key);
		return rc;
	case MACRO_FIELD:
		return settle_field(d, p, err);
	case MACRO_TAG:
	case MACRO_UNTAG:
		return settle_tag(p, err);
	case MACRO_ASSIGN:
	case MACRO_ASSIGN_TEAM:
		return settle_owner(d, p, err);
	case MACRO_REPLY:
	case MACRO_NOTE:
		return records__body(_("Text"), p->text, TEXT_MAX, err);
	case MACRO_PRIORITY:
	case MACRO_URGENCY:
	case MACRO_IMPACT:
	case MACRO_TAKE:
	case MACRO_RELEASE:
	case MACRO_ACT_COUNT:
		break;
	}
	return 0;
}

int
macro__settle(
    struct desk *d, struct macro_part *parts, size_t count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = settle_one(d, &parts[i], err);
	return rc;
}
