/*
 * Lists, pages and counts show what the actor may read, no more and no less,
 * compared with a plain model of who has what.
 */
#include "db/core/reach.h"
#include "db/records/audit.h"
#include "db/records/conversations.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>

#define TICKETS 70
#define TALKS   40
#define PAGE    7

/* One of either kind, as it was made and moved. */
struct item {
	int64_t id, operator_id, team_id, changed_us;
	int state;
	bool deleted, unread;
};

struct actor_case {
	const char *login;
	enum staff_role role;
	int64_t id, team_id;
};

struct world {
	struct desk_fixture *f;
	struct item tickets[TICKETS], talks[TALKS];
	int64_t people[5], teams[3], team_of[5];
	uint64_t random;
};

static unsigned
pick(struct world *w, unsigned below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((w->random >> 33) % below);
}

/* ---- the model ---- */

static int64_t
team_of(const struct world *w, const struct item *i)
{
	if (i->team_id != 0)
		return i->team_id;
	for (size_t k = 1; k < 5; k++)
		if (w->people[k] == i->operator_id)
			return w->team_of[k];
	return 0;
}

static bool
may_read(
    const struct world *w, const struct actor_case *a, const struct item *i)
{
	int64_t team = team_of(w, i);
	bool mine = i->operator_id == a->id;
	bool my_team = team != 0 && team == a->team_id;
	bool free = i->operator_id == 0 && (team == 0 || my_team);

	if (a->role == ROLE_SUPERVISOR)
		return true;
	return mine || free || (a->role == ROLE_OPERATOR && my_team);
}

static bool
ticket_is_in(const struct world *w, const struct actor_case *a,
    const struct ticket_filter *f, const struct item *i)
{
	if (f->state >= 0 && i->state != f->state)
		return false;
	if (f->updated_since_us != 0 && f->view != TICKETS_TRASH &&
	    i->changed_us < f->updated_since_us)
		return false;
	if (f->view == TICKETS_MINE && i->operator_id != a->id)
		return false;
	if (f->view == TICKETS_UNASSIGNED && i->operator_id != 0)
		return false;
	if (f->view == TICKETS_TEAM &&
	    (a->team_id == 0 || team_of(w, i) != a->team_id))
		return false;
	if (f->view == TICKETS_TRASH)
		return i->deleted;
	if (f->updated_since_us != 0)
		return true;
	if (i->deleted)
		return false;
	return f->view == TICKETS_ALL || f->state >= 0 ||
	       i->state < TICKET_SOLVED;
}

static bool
talk_is_in(const struct world *w, const struct actor_case *a,
    enum conversation_view view, const struct item *i)
{
	bool closed = i->state == CONVERSATION_CLOSED;

	switch (view) {
	case VIEW_MINE:
		return !closed && i->operator_id == a->id;
	case VIEW_UNASSIGNED:
		return !closed && i->operator_id == 0;
	case VIEW_UNREAD:
		return !closed && i->unread;
	case VIEW_TEAM:
		return !closed && a->team_id != 0 &&
		       team_of(w, i) == a->team_id;
	case VIEW_ALL:
		return !closed;
	case VIEW_CLOSED:
	case CONVERSATION_VIEW_COUNT:
		break;
	}
	return closed;
}

static int
newest_first(const void *a, const void *b)
{
	const struct item *x = *(const struct item *const *)a;
	const struct item *y = *(const struct item *const *)b;

	if (x->changed_us != y->changed_us)
		return x->changed_us < y->changed_us ? 1 : -1;
	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* ---- what the desk says ---- */

static void
same(const struct actor_case *a, const char *what, int view,
    const struct item *const *expected, size_t n, const int64_t *got,
    size_t got_n, int counted)
{
	if (got_n != n || counted != (int)n)
		fail_msg("%s, view %d of %s: %d rows, %d counted, not %d",
		    a->login, view, what, (int)got_n, counted, (int)n);
	for (size_t i = 0; i < n; i++)
		if (expected[i]->id != got[i])
			fail_msg("%s, view %d of %s: row %d", a->login, view,
			    what, (int)i);
}

static size_t
walk_tickets(
    struct desk *d, const struct ticket_filter *f, bool back, int64_t *got)
{
	struct page page = {.limit = PAGE, .backwards = back};
	struct err err = ERR_INIT;
	size_t n = 0, count;

	do {
		struct ticket *rows;

		assert_ok(ticket_list(d, f, &page, &rows, &count, &err));
		for (size_t i = 0; i < count; i++)
			got[n + i] = rows[back ? count - 1 - i : i].id;
		n += count;
		if (count > 0) {
			page.after_key = rows[back ? 0 : count - 1].updated_at;
			page.after_id = rows[back ? 0 : count - 1].id;
		}
		ticket_list_free(&rows, count);
	} while (count == PAGE);
	return n;
}

static void
check_tickets(
    struct world *w, const struct actor_case *a, const struct ticket_filter *f)
{
	int64_t got[TICKETS + 1], back[TICKETS + 1];
	const struct item *expected[TICKETS];
	struct desk *d = w->f->d;
	struct err err = ERR_INIT;
	size_t n = 0, m;
	int counted;

	for (int i = 0; i < TICKETS; i++)
		if (may_read(w, a, &w->tickets[i]) &&
		    ticket_is_in(w, a, f, &w->tickets[i]))
			expected[n++] = &w->tickets[i];
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(expected, n, sizeof(expected[0]), newest_first);
	assert_ok(ticket_count(d, f, 1000, &counted, &err));
	m = walk_tickets(d, f, false, got);
	same(a, "tickets", (int)f->view, expected, n, got, m, counted);
	m = walk_tickets(d, f, true, back);
	assert_int_equal(m, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(back[i], got[n - 1 - i]);
	assert_ok(ticket_count(d, f, 3, &counted, &err));
	assert_int_equal(counted, n < 3 ? n : 3);
}

static void
check_talks(
    struct world *w, const struct actor_case *a, enum conversation_view view)
{
	struct page page = {.limit = PAGE};
	const struct item *expected[TALKS];
	struct desk *d = w->f->d;
	struct err err = ERR_INIT;
	int64_t got[TALKS + 1];
	size_t n = 0, m = 0, count;
	int counted;

	for (int i = 0; i < TALKS; i++)
		if (may_read(w, a, &w->talks[i]) &&
		    talk_is_in(w, a, view, &w->talks[i]))
			expected[n++] = &w->talks[i];
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(expected, n, sizeof(expected[0]), newest_first);
	do {
		struct conversation *rows;

		assert_ok(
		    conversation_list(d, view, "", &page, &rows, &count, &err));
		for (size_t i = 0; i < count; i++)
			got[m++] = rows[i].id;
		if (count > 0) {
			page.after_key = rows[count - 1].last_message_us;
			page.after_id = rows[count - 1].id;
		}
		free(rows);
	} while (count == PAGE);
	assert_ok(conversation_count(d, view, 1000, &counted, &err));
	same(a, "conversations", (int)view, expected, n, got, m, counted);
}

/* Each by itself: what a list hides is refused too, and nothing else. */
static void
check_single(struct world *w, const struct actor_case *a)
{
	struct err err = ERR_INIT;

	for (int i = 0; i < TICKETS; i++) {
		struct ticket t = {0};

		assert_rc(ticket_get(w->f->d, w->tickets[i].id, &t, &err),
		    may_read(w, a, &w->tickets[i]) ? 0 : OD_EDENIED);
		ticket_clear(&t);
	}
	for (int i = 0; i < TALKS; i++) {
		struct conversation c;

		assert_rc(conversation_get(w->f->d, w->talks[i].id, &c, &err),
		    may_read(w, a, &w->talks[i]) ? 0 : OD_EDENIED);
	}
}

static void
check_actor(struct world *w, const struct actor_case *a)
{
	static const char *const matches[] = {"", "impresora", "nunca"};

	desk_fixture_act(w->f, FIXTURE_TENANT, a->login);
	for (int v = 0; v < TICKET_VIEW_COUNT; v++)
		for (int k = 0; k < 4; k++) {
			const struct ticket_filter f = {
			    .view = (enum ticket_view)v,
			    .state = k == 1 ? TICKET_SOLVED : -1,
			    .updated_since_us =
				k == 2 ? TALK_T0 + 30 * US_PER_SECOND : 0,
			    .match = matches[0]};

			check_tickets(w, a, &f);
		}
	for (int v = 0; v < CONVERSATION_VIEW_COUNT; v++)
		check_talks(w, a, (enum conversation_view)v);
	check_single(w, a);
}

/* Searching finds the same tickets, newest first. */
static void
check_search(struct world *w, const struct actor_case *a)
{
	const struct ticket_filter f = {
	    .view = TICKETS_ALL, .state = -1, .match = "impresora"};
	struct page page = {.limit = 1000};
	struct err err = ERR_INIT;
	struct ticket *rows;
	size_t n, expected = 0;
	int counted;

	desk_fixture_act(w->f, FIXTURE_TENANT, a->login);
	for (int i = 0; i < TICKETS; i++)
		expected +=
		    may_read(w, a, &w->tickets[i]) && !w->tickets[i].deleted;
	assert_ok(ticket_list(w->f->d, &f, &page, &rows, &n, &err));
	assert_int_equal(n, expected);
	ticket_list_free(&rows, n);
	assert_ok(ticket_count(w->f->d, &f, 1000, &counted, &err));
	assert_int_equal(counted, expected);
}

static void
check_everybody(struct world *w)
{
	const struct fixture_tenant *t = &w->f->demo;
	const struct actor_case actors[] = {
	    {"operator", ROLE_OPERATOR, t->operators[ROLE_OPERATOR],
		t->support},
	    {"technician", ROLE_TECHNICIAN, t->operators[ROLE_TECHNICIAN],
		t->support},
	    {"supervisor", ROLE_SUPERVISOR, t->operators[ROLE_SUPERVISOR],
		t->support},
	    {"mate", ROLE_OPERATOR, t->mate, w->team_of[2]},
	    {"stranger", ROLE_OPERATOR, t->stranger, w->team_of[3]},
	};

	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
		check_actor(w, &actors[i]);
		check_search(w, &actors[i]);
	}
	clock_fake_advance(US_PER_SECOND);
}

/* ---- making and moving ---- */

static void
owner(struct world *w, struct item *i)
{
	i->operator_id = w->people[pick(w, 5)];
	i->team_id = w->teams[pick(w, 3)];
}

static void
make_ticket(struct world *w, struct item *i)
{
	struct ticket_new in = {.subject = "La impresora no va"};
	struct err err = ERR_INIT;
	int64_t number;

	owner(w, i);
	in.operator_id = i->operator_id;
	in.team_id = i->team_id;
	/* Some at the same moment: then the id decides. */
	clock_fake_advance(pick(w, 3) * US_PER_SECOND);
	assert_ok(ticket_new(w->f->d, &in, &i->id, &number, &err));
	i->changed_us = clock_wall_us();
	if (pick(w, 3) == 0) {
		assert_ok(ticket_set_state(
		    w->f->d, i->id, 0, TICKET_SOLVED, "", 0, &err));
		i->state = TICKET_SOLVED;
	}
	if (pick(w, 6) == 0) {
		assert_ok(ticket_delete(w->f->d, i->id, 0, &err));
		i->deleted = true;
	}
}

static void
make_talk(struct world *w, struct item *i, int n)
{
	char number[32], message[32];
	struct inbound_message in = talk_message(message, "Hola", 0);
	struct err err = ERR_INIT;

	snprintf(number, sizeof(number), "34611%06d", n);
	snprintf(message, sizeof(message), "wamid.r%d", n);
	in.number = number;
	clock_fake_advance(pick(w, 3) * US_PER_SECOND);
	in.at_us = i->changed_us = clock_wall_us();
	i->id = talk_receive(w->f, &in).conversation_id;
	i->unread = true;
	desk_fixture_act(w->f, FIXTURE_TENANT, NULL);
	owner(w, i);
	assert_ok(conversation_assign(
	    w->f->d, i->id, 0, i->operator_id, i->team_id, NULL, &err));
	if (pick(w, 2) == 0) {
		assert_ok(conversation_seen(w->f->d, i->id, false, &err));
		i->unread = false;
	}
	if (pick(w, 4) == 0) {
		assert_ok(conversation_close(w->f->d, i->id, 0, &err));
		i->state = CONVERSATION_CLOSED;
		i->unread = false;
	}
}

static void
make_world(struct world *w, struct desk_fixture *f)
{
	const struct fixture_tenant *t = &f->demo;
	const int64_t people[] = {0, t->operators[ROLE_OPERATOR], t->mate,
	    t->stranger, t->operators[ROLE_TECHNICIAN]};
	const int64_t team_of[] = {
	    0, t->support, t->support, t->sales, t->support};

	memset(w, 0, sizeof(*w));
	w->f = f;
	w->random = 7;
	memcpy(w->people, people, sizeof(people));
	memcpy(w->team_of, team_of, sizeof(team_of));
	w->teams[1] = t->support;
	w->teams[2] = t->sales;
	clock_fake_wall(TALK_T0);
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	for (int i = 0; i < TICKETS; i++)
		make_ticket(w, &w->tickets[i]);
	for (int i = 0; i < TALKS; i++)
		make_talk(w, &w->talks[i], i);
}

static void
move_person(struct world *w, int person, int64_t team_id)
{
	struct change c = {"team_id", b_ref(team_id)};
	struct err err = ERR_INIT;

	desk_fixture_act(w->f, FIXTURE_TENANT, "admin");
	assert_ok(operator_edit(w->f->d, w->people[person], 0, &c, 1, &err));
	w->team_of[person] = team_id;
}

static void
lists__every_view_and_actor__show_what_may_be_read(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct world w;

	make_world(&w, f);
	check_everybody(&w);
	/* Who moves to another team takes what is his along. */
	move_person(&w, 3, f->demo.support);
	check_everybody(&w);
	move_person(&w, 2, 0);
	check_everybody(&w);
	move_person(&w, 3, f->demo.sales);
	move_person(&w, 2, f->demo.support);
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	for (int i = 0; i < TICKETS; i += 3) {
		struct item *t = &w.tickets[i];

		if (t->deleted)
			continue;
		owner(&w, t);
		clock_fake_advance(US_PER_SECOND);
		assert_ok(ticket_assign(
		    f->d, t->id, 0, t->operator_id, t->team_id, NULL, &err));
		assert_ok(db_int(f->d->db, &t->changed_us,
		    "SELECT updated_at FROM tickets WHERE tenant_id = $1"
		    " AND id = $2",
		    BINDS(b_int(f->demo.id), b_int(t->id)), &err));
	}
	check_everybody(&w);
	clock_fake_wall(0);
}

/* Undo and redo of who has it. */
static void
undo__of_an_assignment__takes_the_reach_back(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	struct ticket t = {0};
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_assign(
	    f->d, id, 0, f->demo.operators[ROLE_OPERATOR], 0, "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	assert_rc(ticket_get(f->d, id, &t, &err), OD_EDENIED);
	for (int i = 0; i < 2; i++) {
		const struct ticket_filter filter = {
		    .view = TICKETS_ALL, .state = -1, .match = ""};
		int n;

		desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
		assert_ok(i == 0 ? op_undo(f->d, sentence, &err)
				 : op_redo(f->d, sentence, &err));
		desk_fixture_act(f, FIXTURE_TENANT, "stranger");
		assert_ok(ticket_count(f->d, &filter, 10, &n, &err));
		assert_int_equal(n, 1 - i);
	}
}

/* A refused look is kept, once. */
static void
read__of_another_teams__is_audited_once(void **state)
{
	static const char denied[] =
	    "SELECT count(*) FROM audit WHERE operation = 'ticket.read'"
	    " AND result = 1";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t id, n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_assign(f->d, id, 0, 0, f->demo.support, "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	for (int i = 0; i < 3; i++) {
		assert_rc(ticket_get(f->d, id, &t, &err), OD_EDENIED);
		assert_rc(ticket_by_number(f->d, 1, &t, &err), OD_EDENIED);
		assert_null(t.description);
	}
	assert_ok(db_int(f->d->db, &n, denied, NO_BINDS, &err));
	assert_int_equal(n, 1);
}

/* Auditors are audited: each record once, and the trail itself. */
static void
read__by_an_auditor__is_audited_once(void **state)
{
	static const char *const done[] = {
	    "SELECT count(*) FROM audit WHERE operation = 'ticket.read'"
	    " AND result = 0",
	    "SELECT count(*) FROM audit WHERE operation = 'audit.read'"
	    " AND result = 0"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_row *rows;
	struct ticket t = {0};
	struct desk *d;
	int64_t id, n;
	size_t count;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_get(f->d, id, &t, &err));
	ticket_clear(&t);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	for (int i = 0; i < 3; i++) {
		assert_ok(ticket_get(f->d, id, &t, &err));
		ticket_clear(&t);
		assert_ok(audit_list(f->d, 0, 10, &rows, &count, &err));
		audit_list_free(&rows, count);
	}
	for (int i = 0; i < 2; i++) {
		assert_ok(db_int(f->d->db, &n, done[i], NO_BINDS, &err));
		assert_int_equal(n, 1);
	}
	/* In a desk to read it waits for another connection. */
	d = desk_fixture_open(f);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "auditor", &err));
	d->readonly = true;
	assert_false(op_has_reads(d));
	assert_ok(ticket_get(d, id, &t, &err));
	ticket_clear(&t);
	assert_true(op_has_reads(d));
	op_note_reads(f->d, d);
	desk_close(&d);
	assert_ok(db_int(f->d->db, &n, done[0], NO_BINDS, &err));
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(lists__every_view_and_actor__show_what_may_be_read),
	    DESK_TEST(undo__of_an_assignment__takes_the_reach_back),
	    DESK_TEST(read__of_another_teams__is_audited_once),
	    DESK_TEST(read__by_an_auditor__is_audited_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
