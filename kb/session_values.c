/* session_values - what fills a guide's variables; see session.h. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "kb/guide_value.h"
#include "kb/session_int.h"
#include <stdlib.h>
#include <string.h>

/* ---- what the desk knows ---- */

static void
keep(struct session *s, enum guide_source source, const char *value)
{
	if (value != NULL && value[0] != '\0' && s->known[source] == NULL)
		s->known[source] = xstrdup(value);
}

static int
know_contact(struct desk *d, struct session *s, struct err *err)
{
	struct contact c = {.id = 0};
	int rc = OD_ENOTFOUND;

	/* Who may not does not try: it would be in the trail each time. */
	if (s->s.contact_id != 0 &&
	    (rc = op_may(d, OP_CONTACT_READ, s->s.contact_id, err)) == 0)
		rc = contact_get(d, s->s.contact_id, &c, err);
	if (rc == 0) {
		keep(s, GUIDE_FROM_CONTACT_NAME, c.full_name);
		keep(s, GUIDE_FROM_CONTACT_EMAIL, c.email);
		keep(s, GUIDE_FROM_CONTACT_PHONE, c.phone_number);
		keep(s, GUIDE_FROM_COMPANY, c.company_name);
	}
	contact_clear(&c);
	keep(s, GUIDE_FROM_CONTACT_NAME, s->s.customer_name);
	keep(s, GUIDE_FROM_CONTACT_EMAIL, s->s.customer_email);
	/* One that was deleted, or is not for this actor, fills nothing. */
	return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
}

static int
know_ticket(struct desk *d, struct session *s, struct err *err)
{
	struct ticket t = {.id = 0};
	char number[32];
	int rc = s->s.ticket_id != 0 ? ticket_get(d, s->s.ticket_id, &t, err)
	                             : OD_ENOTFOUND;

	if (rc == 0) {
		str_format(number, sizeof(number), "%lld", (long long)t.number);
		keep(s, GUIDE_FROM_TICKET_NUMBER, number);
		keep(s, GUIDE_FROM_TICKET_SUBJECT, t.subject);
	}
	ticket_clear(&t);
	keep(s, GUIDE_FROM_TICKET_NUMBER, s->s.external_ticket);
	return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
}

int
session__know(struct desk *d, struct session *s, struct err *err)
{
	int rc;

	keep(s, GUIDE_FROM_OPERATOR, s->s.operator_name);
	if ((rc = know_contact(d, s, err)) != 0)
		return rc;
	return know_ticket(d, s, err);
}

/* ---- what is given ---- */

/* The same to people: "Portatil" is "portátil". */
static bool
is_same(const char *a, const char *b)
{
	struct str fa = STR_INIT, fb = STR_INIT;
	bool same;

	utf8_fold(&fa, a, strlen(a));
	utf8_fold(&fb, b, strlen(b));
	same = str_equal(fa.s, fb.s);
	str_free(&fa);
	str_free(&fb);
	return same;
}

/* The choice that is meant, in the session's language; NULL: none. */
static const char *
find_choice(
    const struct session *s, const struct guide_variable *v, const char *word)
{
	struct guide_variable_words mine, words;

	guide_variable_words(s->guide, v, s->lang, &mine);
	for (int l = 0; l < LANG_COUNT; l++) {
		guide_variable_words(s->guide, v, (enum lang)l, &words);
		for (int i = 0; i < words.choices.count; i++)
			if (is_same(words.choices.items[i], word))
				return i < mine.choices.count
				           ? mine.choices.items[i]
				           : words.choices.items[i];
	}
	return NULL;
}

static const char *
find_yes_no(const struct session *s, const char *word)
{
	static const char *const yes[] = {"yes", "si", "y", "s", "true"};
	static const char *const no[] = {"no", "n", "false"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (is_same(yes[i], word))
			return tr(s->lang, N_("yes"));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (is_same(no[i], word))
			return tr(s->lang, N_("no"));
	return NULL;
}

/* The value as it is kept; NULL: it is not of the variable's type. */
static const char *
settle(
    const struct session *s, const struct guide_variable *v, const char *value)
{
	if (v->type == GUIDE_CHOICE)
		return find_choice(s, v, value);
	if (v->type == GUIDE_YES_NO)
		return find_yes_no(s, value);
	return guide_value_is(v->type, value) ? value : NULL;
}

static void
add_choices(
    const struct session *s, const struct guide_variable *v, struct str *out)
{
	struct guide_variable_words words;

	guide_variable_words(s->guide, v, s->lang, &words);
	for (int i = 0; i < words.choices.count; i++)
		str_addf(
		    out, "%s\"%s\"", i > 0 ? ", " : "", words.choices.items[i]);
}

static int
refuse(const struct session *s, const struct guide_variable *v, struct err *err)
{
	struct str choices = STR_INIT;
	int rc;

	if (v->type != GUIDE_CHOICE)
		return err_set(err, OD_EDATA, "\"%s\" wants %s", v->name,
		    guide_value_words(v->type));
	add_choices(s, v, &choices);
	rc = err_set(err, OD_EDATA, "\"%s\" is one of these: %s", v->name,
	    choices.s != NULL ? choices.s : "");
	str_free(&choices);
	return rc;
}

static const struct session_given *
given_for(const char *name, const struct session_given *given, size_t count)
{
	for (size_t i = count; i > 0; i--)
		if (strcmp(given[i - 1].name, name) == 0)
			return &given[i - 1];
	return NULL;
}

static int
check_names(const struct session *s, const struct session_given *given,
    size_t count, struct err *err)
{
	struct str names = STR_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (guide_variable(
			s->guide, given[i].name, strlen(given[i].name)) != NULL)
			continue;
		for (int k = 0; k < s->guide->n_variables; k++)
			str_addf(&names, "%s%s", k > 0 ? ", " : "",
			    s->guide->variables[k].name);
		rc = err_set(err, OD_EDATA,
		    "This guide has no variable \"%s\"; it has: %s",
		    given[i].name, names.s != NULL ? names.s : _("none"));
	}
	str_free(&names);
	return rc;
}

/* All values as they are then, and what changed for the path. */
static int
print_values(const struct session *s, const struct session_given *given,
    size_t count, struct str *all, struct str *changed, struct err *err)
{
	struct json_out w;

	json_out_init(&w, all);
	json_out_object(&w, NULL);
	for (int i = 0; i < s->guide->n_variables; i++) {
		const struct guide_variable *v = &s->guide->variables[i];
		const struct session_given *g =
		    given_for(v->name, given, count);
		const char *value = json_string(s->given, v->name);

		if (g != NULL && g->value[0] != '\0') {
			if ((value = settle(s, v, g->value)) == NULL)
				return refuse(s, v, err);
		} else if (g != NULL) {
			value = NULL;
		}
		if (g != NULL)
			str_addf(changed, "%s%s: %s",
			    changed->len > 0 ? "\n" : "", v->name,
			    value != NULL ? value : "-");
		if (value != NULL)
			json_out_string(&w, v->name, value);
	}
	json_out_end(&w, '}');
	return 0;
}

int
session_give(struct desk *d, int64_t id, int64_t seen_version,
    const struct session_given *given, size_t count, struct err *err)
{
	struct str all = STR_INIT, changed = STR_INIT;
	struct session s;
	int rc;

	if ((rc = session_open(d, id, &s, err)) != 0)
		return rc;
	if ((rc = check_names(&s, given, count, err)) == 0 &&
	    (rc = print_values(&s, given, count, &all, &changed, err)) == 0)
		rc = guide_session_fill(d, id,
		    seen_version != 0 ? seen_version : s.s.version, all.s,
		    changed.s != NULL ? changed.s : "", err);
	session_close(&s);
	str_free(&all);
	str_free(&changed);
	return rc;
}
