/* demo_calls - see demo_calls.h. */
#include "tui/cli/demo_calls.h"
#include "common/clock.h"
#include "db/records/call_settings.h"
#include "db/records/calls.h"
#include "db/records/leads.h"
#include "tui/cli/demo_data.h"

/* clang-format off */
static const struct demo_call {
	const char *login;
	int64_t minutes_ago;
	int contact; /* of demo_contacts; -1: a number that nobody knows */
	enum call_direction direction;
	int talk_s, hold_s;
	const char *code;
	int64_t cents;
	const char *notes;
} calls[] = {
	{"ana",   4 * 1440 + 300, 0, CALL_IN,  412, 35, "OTHER",  0,    "Pregunta por la avería de ayer."},
	{"marta", 4 * 1440 + 240, 1, CALL_OUT, 305, 0,  "SALE",   3990, "Pasa a 600 Mb."},
	{"ana",   3 * 1440 + 290, 2, CALL_OUT, 0,   0,  "NA",     0,    NULL},
	{"ana",   3 * 1440 + 270, 3, CALL_OUT, 188, 0,  "NI",     0,    "Está contenta con lo que tiene."},
	{"marta", 3 * 1440 + 200, 4, CALL_IN,  640, 90, "SALE",   5490, "Fibra y centralita."},
	{"ana",   2 * 1440 + 310, -1, CALL_IN, 45,  0,  "WRONG",  0,    NULL},
	{"ana",   2 * 1440 + 250, 5, CALL_OUT, 260, 20, "SALE",   2990, NULL},
	{"marta", 1 * 1440 + 280, 0, CALL_OUT, 0,   0,  "BUSY",   0,    NULL},
	{"ana",   1 * 1440 + 230, 1, CALL_IN,  350, 0,  "XFER",   0,    "Quería hablar con facturación."},
	{"ana",   1 * 1440 + 190, 2, CALL_OUT, 24,  0,  "MACHINE", 0,   NULL},
	{"ana",   50,             3, CALL_IN,  220, 15, "SALE",   1990, "Añade una línea móvil."},
	{"marta", 40,             4, CALL_OUT, 130, 0,  "NI",     0,    NULL},
	{"ana",   30,             -1, CALL_OUT, 0,  0,  "NA",     0,    NULL},
};

static const struct demo_lead {
	const char *login;
	int64_t minutes_ago, next_in; /* minutes; 0: nothing is to be done */
	int contact;                  /* of demo_contacts */
	enum lead_status status;
	const char *problem;
} leads[] = {
	{"marta", 3 * 1440 + 190, -180, 4, LEAD_NEEDS_EXPERT, "Centralita para diez puestos: pide precio y plazo."},
	{"ana",   2 * 1440 + 240, 1440, 5, LEAD_QUALIFIED,    "Fibra en la segunda oficina, que abre el mes que viene."},
	{"ana",   1 * 1440 + 220, 0,    1, LEAD_QUALIFIED,    "Le interesa pasar las líneas móviles de otra compañía."},
	{"ana",   4 * 1440 + 290, 0,    3, LEAD_CLOSED,       "Línea móvil adicional: la ha contratado."},
};
/* clang-format on */

static void
set_time(int64_t now_us, int64_t seconds_ago)
{
	clock_fake_wall(now_us - seconds_ago * US_PER_SECOND);
}

static int
talk(struct desk *d, const struct demo_call *k, int64_t id, int64_t now_us,
    int64_t *ago, struct err *err)
{
	int rc;

	if (k->talk_s == 0)
		return 0;
	set_time(now_us, *ago -= 8);
	if ((rc = call_answer(d, id, err)) != 0)
		return rc;
	set_time(now_us, *ago -= k->talk_s);
	if (k->hold_s == 0)
		return 0;
	if ((rc = call_hold(d, id, err)) != 0)
		return rc;
	set_time(now_us, *ago -= k->hold_s);
	return call_resume(d, id, err);
}

static int
make_call(
    struct desk *d, const struct demo_call *k, int64_t now_us, struct err *err)
{
	const struct call_new in = {.direction = k->direction,
	    .number = k->contact < 0 ? "+34911000222"
	                             : demo_contacts[k->contact].phone,
	    .rings = true};
	const struct call_close close = {
	    .disposition = k->code, .sale_cents = k->cents, .notes = k->notes};
	int64_t id, ago = k->minutes_ago * 60;
	int rc;

	set_time(now_us, ago);
	if ((rc = desk_act_as_operator(d, "demo", k->login, err)) != 0 ||
	    (rc = call_start(d, &in, &id, NULL, err)) != 0)
		return rc;
	set_time(now_us, ago -= 12);
	if ((rc = talk(d, k, id, now_us, &ago, err)) != 0)
		return rc;
	set_time(now_us, ago -= 5);
	if ((rc = call_end(d, id, err)) != 0)
		return rc;
	set_time(now_us, ago - 31);
	return call_close(d, id, &close, err);
}

static int
make_lead(struct desk *d, const struct demo_lead *k, int64_t contact_id,
    int64_t now_us, struct err *err)
{
	struct lead_new in = {.problem_statement = k->problem,
	    .status = k->status,
	    .contact_id = contact_id};
	int64_t id;
	int rc;

	set_time(now_us, k->minutes_ago * 60);
	if (k->next_in != 0)
		in.next_us = now_us + k->next_in * US_PER_MINUTE;
	if ((rc = desk_act_as_operator(d, "demo", k->login, err)) != 0)
		return rc;
	return lead_new(d, &in, &id, err);
}

int
demo_calls(
    struct desk *d, const int64_t *contacts, int64_t now_us, struct err *err)
{
	int rc;

	/* So that a number is known as one says it, without +34. */
	desk_act_as_system(d, d->actor.tenant_id);
	rc = call_settings_set(d, "country", "34", err);
	for (size_t i = 0; rc == 0 && i < sizeof(calls) / sizeof(calls[0]); i++)
		rc = make_call(d, &calls[i], now_us, err);
	for (size_t i = 0; rc == 0 && i < sizeof(leads) / sizeof(leads[0]); i++)
		rc = make_lead(d, &leads[i], contacts[leads[i].contact], now_us,
		    err);
	return rc;
}
