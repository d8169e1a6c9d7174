/* recording_where - words that narrow recordings down; see recordings.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/recordings_int.h"
#include "db/records/staff.h"
#include "db/records/ticket_where_int.h"
#include <stdlib.h>
#include <string.h>

enum where { BY_WORDS, BY_STATE, BY_OPERATOR, BY_DATE, BY_IS };

/* Folded, as they are typed in either language. */
static const struct where_name fields[] = {
    {"", BY_WORDS},
    {"state", BY_STATE},
    {"estado", BY_STATE},
    {"operator", BY_OPERATOR},
    {"operador", BY_OPERATOR},
    {"date", BY_DATE},
    {"fecha", BY_DATE},
    {"is", BY_IS},
    {"es", BY_IS},
    {NULL, 0},
};

static const struct {
	const char *word;
	enum recording_state state;
} states[] = {
    {"recording", RECORDING_RUNNING},
    {"grabando", RECORDING_RUNNING},
    {"ready", RECORDING_READY},
    {"lista", RECORDING_READY},
    {"recovered", RECORDING_RECOVERED},
    {"recuperada", RECORDING_RECOVERED},
    {"failed", RECORDING_FAILED},
    {"fallida", RECORDING_FAILED},
    {"missing", RECORDING_MISSING},
    {"desaparecida", RECORDING_MISSING},
};

static int
by_state(const struct term *t, const char *value, struct recording_filter *f,
    struct err *err)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strncmp(states[i].word, value, strlen(value)) == 0) {
			f->state = (int)states[i].state;
			return 0;
		}
	return where__unknown(t, t->values[0],
	    _("ready, recovered, failed, missing or recording"), err);
}

static int
by_is(const struct term *t, const char *value, struct recording_filter *f,
    struct err *err)
{
	if (str_equal(value, "silent") || str_equal(value, "muda"))
		f->silent = true;
	else if (str_equal(value, "held") || str_equal(value, "retenida"))
		f->held = true;
	else
		return where__unknown(
		    t, t->values[0], _("silent or held"), err);
	return 0;
}

static int
by_operator(struct desk *d, const struct term *t, struct recording_filter *f,
    struct err *err)
{
	struct operator o;
	int rc;

	if (str_equal(t->values[0], "me") || str_equal(t->values[0], "yo")) {
		f->operator_id = d->actor.id;
		return 0;
	}
	rc = operator_by_login(d, t->values[0], &o, err);
	if (rc == 0)
		f->operator_id = o.id;
	return rc == OD_ENOTFOUND ? where__unknown(t, t->values[0],
					_("an operator's login"), err)
	                          : rc;
}

static int
by_date(struct desk *d, const struct term *t, struct recording_filter *f,
    struct err *err)
{
	struct ticket_where now = {.now_us = clock_wall_us()};
	struct where_reader r = {.d = d, .w = &now};
	struct where_cond c = {.field = WHERE_CREATED};
	int rc = where__zone(d, &r.zone, err);

	if (rc == 0)
		rc = where__times(&r, t, &c, err);
	if (rc != 0)
		return rc;
	if (c.from > 0)
		f->from_us = c.from;
	if (c.to != INT64_MAX)
		f->to_us = c.to;
	return 0;
}

static int
take(struct desk *d, const struct term *t, struct recording_filter *f,
    struct str *words, struct err *err)
{
	const struct where_name *name = where__field_of(fields, t);
	char *folded;
	int rc = 0;

	if (name == NULL)
		return err_set(err, OD_EDATA,
		    "\"%s\" is nothing that recordings are found by; there are "
		    "state, operator, date and is",
		    where__said(t));
	if (t->value_count == 0)
		return 0; /* it is still being typed */
	if (t->value_count > 1 && name->field != BY_DATE)
		return err_set(err, OD_EDATA,
		    "%s takes one value here, and not \"%s\" too", t->field,
		    t->values[1]);
	folded = where__folded(t->values[0]);
	switch ((enum where)name->field) {
	case BY_WORDS:
		str_addf(
		    words, "%s%s", words->len > 0 ? " " : "", t->values[0]);
		break;
	case BY_STATE:
		rc = by_state(t, folded, f, err);
		break;
	case BY_OPERATOR:
		rc = by_operator(d, t, f, err);
		break;
	case BY_DATE:
		rc = by_date(d, t, f, err);
		break;
	case BY_IS:
		rc = by_is(t, folded, f, err);
		break;
	}
	free(folded);
	return rc;
}

int
recording_where(struct desk *d, const char *text, struct recording_filter *f,
    char out[201], struct err *err)
{
	struct terms terms = {.count = 0};
	struct str words = STR_INIT;
	int rc = terms_parse(text, &terms, err);

	for (size_t i = 0; rc == 0 && i < terms.count; i++)
		rc = take(d, &terms.terms[i], f, &words, err);
	str_copy(out, 201, words.len > 0 ? words.s : "");
	if (out[0] != '\0')
		f->contact = out;
	terms_clear(&terms);
	str_free(&words);
	return rc;
}
