/*
 * Unit tests of db/records/leads: what is overdue first and each once over
 * pages, the contact of the call it came up in, what is refused, closing as an
 * event of its own, the trash, lists that hold what may be read alone, and
 * what a person writes to narrow them down.
 *
 * Turned red by: a page that compares ids alone, a contact that is not taken
 * from the call, a close that tells of a change, a list without its scope, a
 * trash that is left out of what changed; a filter that finds closed ones
 * overdue, pages that go back in another order.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/calls.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "tests/lib/desk_test.h"
#include <stdlib.h>

#define NOW DESK_TEST_NOW

static int64_t
make(struct desk_fixture *f, const char *problem, int64_t next_us)
{
	const struct lead_new in = {
	    .problem_statement = problem, .next_us = next_us};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(lead_new(f->d, &in, &id, &err));
	return id;
}

static struct lead
get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct lead l;

	assert_ok(lead_get(f->d, id, &l, &err));
	return l;
}

static void
set_status(struct desk_fixture *f, int64_t id, enum lead_status status)
{
	const struct change c = {"status", b_int(status)};
	struct err err = ERR_INIT;

	assert_ok(lead_edit(f->d, id, 0, &c, 1, &err));
}

static int64_t
told(struct desk_fixture *f, const char *event)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM events WHERE tenant_id = $1 AND name = $2",
	    BINDS(b_int(f->demo.id), b_text(event)), &err));
	return n;
}

/* The ids of a list, page by page of so many rows; how many. */
static size_t
ids_of(struct desk_fixture *f, const struct lead_filter *filter, int limit,
    int64_t ids[16])
{
	struct page page = {.limit = limit};
	struct err err = ERR_INIT;
	struct lead *rows;
	size_t n = 0, got;

	do {
		assert_ok(
		    lead_list(f->d, filter, &page, &rows, &got, &err));
		for (size_t i = 0; i < got; i++) {
			assert_true(n < 16);
			ids[n++] = rows[i].id;
			page.after_key = lead_page_key(filter, &rows[i]);
			page.after_id = rows[i].id;
		}
		free(rows);
	} while (got == (size_t)limit);
	return n;
}

static void
assert_list(struct desk_fixture *f, struct lead_filter filter,
    const int64_t *want, size_t count)
{
	int64_t ids[16];

	for (int limit = 1; limit < 5; limit++) {
		assert_int_equal(ids_of(f, &filter, limit, ids), count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(ids[i], want[i]);
	}
}
#define WANT(...)                                                              \
	(const int64_t[]){__VA_ARGS__},                                        \
	    sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

static void
leads__in_pages__overdue_first_and_each_once(void **state)
{
	struct desk_fixture *f = *state;
	int64_t never, later, late, same, closed;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	never = make(f, "Fibre", 0);
	later = make(f, "A switchboard", NOW + US_PER_DAY);
	late = make(f, "Mobile lines", NOW - US_PER_HOUR);
	same = make(f, "More of them", NOW - US_PER_HOUR);
	closed = make(f, "A telephone", NOW - US_PER_DAY);
	set_status(f, closed, LEAD_CLOSED);
	set_status(f, later, LEAD_NEEDS_EXPERT);
	assert_list(f, (struct lead_filter){.status = -1},
	    WANT(late, same, later, never));
	assert_list(f, (struct lead_filter){.view = LEADS_ALL, .status = -1},
	    WANT(closed, late, same, later, never));
	assert_list(f, (struct lead_filter){.status = LEAD_NEEDS_EXPERT},
	    WANT(later));
	assert_list(f,
	    (struct lead_filter){.view = LEADS_ALL, .status = LEAD_CLOSED},
	    WANT(closed));
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	late = make(f, "His own", 0);
	assert_list(f, (struct lead_filter){.view = LEADS_MINE, .status = -1},
	    WANT(late));
}

/* From the end to the beginning, two at a time. */
static void
leads__backwards__are_in_the_same_order(void **state)
{
	const struct lead_filter f = {.status = -1};
	struct page page = {.limit = 2, .backwards = true};
	struct desk_fixture *d = *state;
	struct err err = ERR_INIT;
	struct lead *rows;
	int64_t ids[5], count;
	size_t got;

	desk_fixture_act(d, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 5; i++)
		ids[i] = make(d, "Fibre", NOW + i / 2 * US_PER_HOUR);
	for (int at = 5; at > 0; at -= 2) {
		assert_ok(lead_list(d->d, &f, &page, &rows, &got, &err));
		assert_int_equal(got, at > 1 ? 2 : 1);
		for (size_t i = 0; i < got; i++)
			assert_int_equal(
			    rows[got - 1 - i].id, ids[at - 1 - (int)i]);
		page.after_key = lead_page_key(&f, &rows[0]);
		page.after_id = rows[0].id;
		free(rows);
	}
	assert_ok(lead_count(d->d, &f, 10, &count, &err));
	assert_int_equal(count, 5);
	assert_ok(lead_count(d->d, &f, 3, &count, &err));
	assert_int_equal(count, 3);
}

/* What a text leaves of the view that it narrows down. */
static void
assert_found(struct desk_fixture *f, enum lead_view view, const char *text,
    const int64_t *want, size_t count)
{
	struct lead_filter filter = {.view = view, .status = -1};
	struct err err = ERR_INIT;

	assert_ok(lead_where(f->d, text, &filter, &err));
	assert_list(f, filter, want, count);
}

static void
lead_where__words_and_fields__leave_what_they_mean(void **state)
{
	struct lead_filter filter = {.status = -1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct lead_new in = {.problem_statement = "Líneas móviles 50%",
	    .next_us = NOW - US_PER_HOUR};
	int64_t late, soon, never, over;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	in.contact_id = desk_fixture_contact(f, "Lucía Peña", "600111222");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(lead_new(f->d, &in, &late, &err));
	soon = make(f, "Fibra en la segunda casa", NOW + US_PER_HOUR);
	over = make(f, "Un teléfono", NOW - US_PER_DAY);
	set_status(f, soon, LEAD_NEEDS_EXPERT);
	set_status(f, over, LEAD_CLOSED);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	never = make(f, "Fibra", 0);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
#define FOUND(text, ...) assert_found(f, LEADS_OPEN, text, WANT(__VA_ARGS__))
	FOUND("", late, soon, never);
	FOUND("lineas MÓVILES", late);
	FOUND("50%", late);
	FOUND("fibra", soon, never);
	FOUND("casa fibra", soon);
	FOUND("peña", late);
	FOUND("contacto:lucia", late);
	FOUND("state:needs_expert", soon);
	FOUND("estado:cualificada", late, never);
	FOUND("state:qualified,needs", late, soon, never);
	/* Whoever asks for closed ones is to see them. */
	FOUND("state:closed", over);
	FOUND("is:overdue", late);
	assert_found(f, LEADS_ALL, "es:vencida", WANT(late));
	FOUND("es:todas", over, late, soon, never);
	FOUND("next:none", never);
	FOUND("next<2h", late, soon);
	FOUND("next:2h", soon);
	assert_found(
	    f, LEADS_OPEN, "proximo>1d created:today", NULL, 0);
	FOUND("owner:operator", late, soon);
	FOUND("responsable:mate,operator fibra", soon, never);
	FOUND("owner:", late, soon, never);
#undef FOUND
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_found(f, LEADS_OPEN, "is:mine", WANT(never));
	assert_found(f, LEADS_ALL, "owner:me", WANT(never));
	assert_rc(lead_where(f->d, "colour:red", &filter, &err), OD_EDATA);
	assert_rc(lead_where(f->d, "-fibra", &filter, &err), OD_EDATA);
	assert_rc(lead_where(f->d, "state:lost", &filter, &err), OD_EDATA);
	assert_rc(lead_where(f->d, "is:blue", &filter, &err), OD_EDATA);
	assert_rc(lead_where(f->d, "next:sometime", &filter, &err), OD_EDATA);
}

static void
lead_new__from_a_call__is_with_its_contact(void **state)
{
	struct desk_fixture *f = *state;
	int64_t contact = desk_fixture_contact(f, "Ana", "600111222"), call, id;
	const struct call_new in = {
	    .direction = CALL_IN, .number = "600111222"};
	struct lead_new from = {.problem_statement = "Wants\ntwo lines"};
	struct err err = ERR_INIT;
	struct lead l;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, &call, NULL, &err));
	from.call_id = call;
	assert_ok(lead_new(f->d, &from, &id, &err));
	l = get(f, id);
	assert_int_equal(l.contact_id, contact);
	assert_int_equal(l.call_id, call);
	assert_int_equal(l.operator_id, f->d->actor.id);
	assert_int_equal(l.next_us, LEAD_NEVER);
	assert_string_equal(l.contact_name, "Ana");
	assert_string_equal(l.problem_statement, "Wants\ntwo lines");
	assert_list(f,
	    (struct lead_filter){.status = -1, .contact_id = contact},
	    WANT(id));
	assert_list(
	    f, (struct lead_filter){.status = -1, .call_id = call}, WANT(id));
	assert_int_equal(told(f, "lead.created"), 1);
}

/* A call that is linked later, and the one in which it came up: each once. */
static void
lead_calls__linked_and_first__are_there_once(void **state)
{
	const struct call_close done = {.disposition = "NI"};
	struct call_new in = {.direction = CALL_IN, .number = "600111222"};
	struct desk_fixture *f = *state;
	struct lead_new from = {.problem_statement = "Fibre"};
	struct call_links about = {0}, nothing = {.lead_id = -1};
	struct call *rows, now;
	struct err err = ERR_INIT;
	int64_t first, second, id, other;
	struct lead l;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	(void)desk_fixture_contact(f, "Ana", "600111222");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, &first, NULL, &err));
	from.call_id = first;
	assert_ok(lead_new(f->d, &from, &id, &err));
	/* The call stays with the first that was made of it. */
	assert_ok(lead_new(f->d, &from, &other, &err));
	assert_ok(call_get(f->d, first, &now, &err));
	assert_int_equal(now.lead_id, id);
	call_clear(&now);
	assert_ok(call_end(f->d, first, &err));
	assert_ok(call_close(f->d, first, &done, &err));
	clock_fake_wall(NOW + US_PER_HOUR);
	assert_ok(call_start(f->d, &in, &second, NULL, &err));
	about.lead_id = id;
	assert_ok(call_link(f->d, second, &about, &err));
	l = get(f, id);
	assert_ok(lead_calls(f->d, &l, 5, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].id, second);
	assert_int_equal(rows[1].id, first);
	call_list_free(&rows, n);
	assert_ok(call_link(f->d, second, &nothing, &err));
	l = get(f, other);
	assert_ok(lead_calls(f->d, &l, 5, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, first);
	call_list_free(&rows, n);
	/* One in the trash is nothing that a call is about. */
	assert_ok(lead_delete(f->d, id, 0, &err));
	assert_ok(call_get(f->d, first, &now, &err));
	assert_int_equal(now.lead_id, 0);
	call_clear(&now);
}

static void
leads__by_the_crm_id_of_their_contact__are_its_alone(void **state)
{
	const struct contact_new in = {.full_name = "Ana", .crm_id = "C7"};
	struct desk_fixture *f = *state;
	struct lead_new of = {.problem_statement = "Fibre"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)make(f, "Somebody else's", 0);
	assert_ok(contact_new(f->d, &in, &of.contact_id, &err));
	assert_ok(lead_new(f->d, &of, &id, &err));
	assert_list(f, (struct lead_filter){.status = -1, .crm_id = "C7"},
	    WANT(id));
	assert_list(f, (struct lead_filter){.status = -1, .crm_id = "c"},
	    NULL, 0);
	assert_list(
	    f, (struct lead_filter){.status = -1, .crm_id = ""}, NULL, 0);
}

static void
lead__what_it_cannot_be__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	char words[LEAD_PROBLEM_MAX + 2];
	struct lead_new in = {.problem_statement = " \n"};
	struct change c = {"problem_statement", b_text("")};
	struct err err = ERR_INIT;
	int64_t id, other;

	memset(words, 'x', sizeof(words));
	words[LEAD_PROBLEM_MAX + 1] = '\0';
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	other = desk_fixture_contact(f, "Eva", "600333444");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(lead_new(f->d, &in, &id, &err), OD_EDATA);
	in.problem_statement = NULL;
	assert_rc(lead_new(f->d, &in, &id, &err), OD_EDATA);
	in.problem_statement = words;
	assert_rc(lead_new(f->d, &in, &id, &err), OD_EDATA);
	in.problem_statement = words + 1; /* as much as there is room for */
	assert_ok(lead_new(f->d, &in, &id, &err));
	assert_string_equal(get(f, id).problem_statement, words + 1);
	in.contact_id = other;
	assert_rc(lead_new(f->d, &in, &other, &err), OD_ENOTFOUND);
	assert_rc(lead_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
	c = (struct change){"contact_id", b_int(in.contact_id)};
	assert_rc(lead_edit(f->d, id, 0, &c, 1, &err), OD_ENOTFOUND);
	c = (struct change){"status", b_int(LEAD_STATUS_COUNT)};
	assert_rc(lead_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
	c = (struct change){"created_at", b_int(5)};
	assert_rc(lead_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
	c = (struct change){"status", b_int(LEAD_NEEDS_EXPERT)};
	assert_ok(lead_edit(f->d, id, 1, &c, 1, &err));
	c = (struct change){"status", b_int(LEAD_QUALIFIED)};
	assert_rc(lead_edit(f->d, id, 1, &c, 1, &err), OD_ECONFLICT);
	assert_rc(lead_get(f->d, id + 100, &(struct lead){0}, &err),
	    OD_ENOTFOUND);
}

static void
lead_edit__that_closes__tells_so_once(void **state)
{
	const struct change both[] = {{"status", b_int(LEAD_CLOSED)},
	    {"problem_statement", b_text("Bought it")}};
	struct desk_fixture *f = *state;
	char sentence[256];
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = make(f, "Fibre", 0);
	set_status(f, id, LEAD_NEEDS_EXPERT);
	assert_int_equal(told(f, "lead.updated"), 1);
	assert_ok(lead_edit(f->d, id, 0, both, 2, &err));
	assert_int_equal(told(f, "lead.closed"), 1);
	assert_int_equal(told(f, "lead.updated"), 1);
	set_status(f, id, LEAD_CLOSED);
	assert_int_equal(told(f, "lead.closed"), 1);
	assert_int_equal(get(f, id).status, LEAD_CLOSED);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(get(f, id).status, LEAD_NEEDS_EXPERT);
	assert_string_equal(get(f, id).problem_statement, "Fibre");
}

static void
lead_delete__and_restore__are_seen_by_who_follows(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t kept, gone, closed;
	struct lead_filter since = {.status = -1, .updated_since_us = NOW + 1};

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	kept = make(f, "Fibre", 0);
	gone = make(f, "A switchboard", 0);
	closed = make(f, "A telephone", 0);
	clock_fake_advance(US_PER_HOUR);
	assert_ok(lead_delete(f->d, gone, 0, &err));
	clock_fake_advance(US_PER_HOUR);
	set_status(f, closed, LEAD_CLOSED);
	assert_list(f, (struct lead_filter){.status = -1}, WANT(kept));
	assert_list(f, (struct lead_filter){.view = LEADS_TRASH, .status = -1},
	    WANT(gone));
	assert_list(f, since, WANT(gone, closed));
	assert_true(get(f, gone).deleted_at != 0);
	assert_rc(lead_delete(f->d, gone, 0, &err), OD_ECONFLICT);
	assert_ok(lead_restore(f->d, gone, &err));
	assert_list(f, (struct lead_filter){.status = -1}, WANT(kept, gone));
	assert_int_equal(told(f, "lead.deleted"), 1);
	assert_int_equal(told(f, "lead.restored"), 1);
}

/* The rows of a list are those that may be read one by one. */
static void
lead_list__by_every_role__is_what_may_be_read(void **state)
{
	static const char *const logins[] = {"operator", "supervisor",
	    "technician", "admin", "auditor", "mate", "stranger"};
	const struct lead_filter all = {.view = LEADS_ALL, .status = -1};
	struct desk_fixture *f = *state;
	struct lead_new in = {.problem_statement = "Fibre"};
	struct err err = ERR_INIT;
	int64_t made[16], ids[16];
	size_t n = 0, seen, count;
	struct lead l;

	for (int owner = 0; owner < 3; owner++)
		for (int team = 0; team < 3; team++) {
			desk_fixture_act(f, FIXTURE_TENANT, NULL);
			in.operator_id = owner == 1 ? f->demo.mate
			                 : owner == 2 ? f->demo.stranger
			                              : 0;
			in.team_id = team == 1   ? f->demo.support
			             : team == 2 ? f->demo.sales
			                         : 0;
			assert_ok(lead_new(f->d, &in, &made[n++], &err));
		}
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		desk_fixture_act(f, FIXTURE_TENANT, logins[i]);
		count = ids_of(f, &all, 4, ids);
		seen = 0;
		for (size_t k = 0; k < n; k++)
			if (lead_get(f->d, made[k], &l, &err) == 0)
				assert_int_equal(ids[seen++], made[k]);
		assert_int_equal(seen, count);
		assert_true(count > 0);
	}
	desk_fixture_act(f, FIXTURE_TENANT, "bot");
	assert_rc(lead_list(f->d, &all, &(struct page){0}, &(struct lead *){0},
		      &count, &err),
	    OD_EDENIED);
}

/* A customer who is a number only, to who may not see how he is reached. */
static void
lead_get__of_a_nameless_contact__masks_the_number(void **state)
{
	struct desk_fixture *f = *state;
	struct lead_new in = {.problem_statement = "Fibre"};
	struct err err = ERR_INIT;
	int64_t id;

	in.contact_id = desk_fixture_contact(f, "+34600111222", "600111222");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(lead_new(f->d, &in, &id, &err));
	assert_string_equal(get(f, id).contact_name, "+34600111222");
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_null(strstr(get(f, id).contact_name, "600111"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST_AT_NOW(leads__in_pages__overdue_first_and_each_once),
	    DESK_TEST_AT_NOW(leads__backwards__are_in_the_same_order),
	    DESK_TEST_AT_NOW(
		lead_where__words_and_fields__leave_what_they_mean),
	    DESK_TEST_AT_NOW(lead_new__from_a_call__is_with_its_contact),
	    DESK_TEST_AT_NOW(lead_calls__linked_and_first__are_there_once),
	    DESK_TEST_AT_NOW(
		leads__by_the_crm_id_of_their_contact__are_its_alone),
	    DESK_TEST_AT_NOW(lead__what_it_cannot_be__is_refused),
	    DESK_TEST_AT_NOW(lead_edit__that_closes__tells_so_once),
	    DESK_TEST_AT_NOW(lead_delete__and_restore__are_seen_by_who_follows),
	    DESK_TEST_AT_NOW(lead_list__by_every_role__is_what_may_be_read),
	    DESK_TEST_AT_NOW(lead_get__of_a_nameless_contact__masks_the_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
