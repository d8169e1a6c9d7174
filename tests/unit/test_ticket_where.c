/*
 * Unit tests of db/records/ticket_where: filters over random tickets find what
 * a plain comparison of each ticket finds, in every order.
 *
 * Broken on purpose: without the "NOT" of a negated condition, with ">" for
 * ">=" in a range, without the second range of an order by priority.
 */
#include "db/records/ticket_where.h"
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/people.h"
#include "db/records/ticket_list_int.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

#define TICKETS 150
#define PAGE    7
#define T0      1790000000000000 /* a Tuesday noon in September 2026 */
#define ROUNDS  300              /* WHERE_ROUNDS says another number */

struct item {
	int64_t id, number, created_us, changed_us, due_us;
	int64_t operator_id, team_id;
	int state, priority, contact, words, category, tag;
	bool deleted, labelled, has_company;
};

struct world {
	struct desk_fixture *f;
	struct item items[TICKETS];
	int64_t people[4], team_of[4], contacts[3], label, company;
	int64_t me, my_team;
	uint64_t random;
};

static unsigned
pick(struct world *w, unsigned below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((w->random >> 33) % below);
}

/* ---- what is said, and what it means of one ticket ---- */

static const char *const subjects[] = {"La impresora no enciende",
    "Router sin luz, VIP", "No enciende el router", "Factura de la impresora"};
static const char *const categories[] = {"", "redes", "hardware"};
static const char *const tags[] = {"", "vip", "vip, taller", "línea fija"};
static const char *const names[] = {"", "Ana Sol", "Anacleto Ruiz"};

static int64_t
team_of(const struct world *w, const struct item *i)
{
	if (i->team_id != 0)
		return i->team_id;
	for (size_t k = 1; k < 4; k++)
		if (w->people[k] == i->operator_id)
			return w->team_of[k];
	return 0;
}

static bool
has(const struct item *i, const char *word)
{
	return strcasestr(subjects[i->words], word) != NULL ||
	       strcasestr(tags[i->tag], word) != NULL ||
	       strcasestr(names[i->contact], word) != NULL ||
	       strcasestr(categories[i->category], word) != NULL;
}

enum atom {
	A_OPEN,
	A_WAITING_SOLVED,
	A_NOT_CLOSED,
	A_LABEL,
	A_BEGUN,
	A_PRIORITY,
	A_URGENT,
	A_LOW,
	A_CATEGORY,
	A_NO_CATEGORY,
	A_TAG,
	A_TAG_NOT,
	A_TAG_TWO,
	A_MATE,
	A_NOBODY_OR_ME,
	A_NOT_MATE,
	A_TEAM,
	A_CONTACT,
	A_CONTACT_NOT,
	A_COMPANY,
	A_COMPANY_NOT,
	A_YOUNG,
	A_OLD,
	A_TODAY,
	A_OVERDUE,
	A_DUE_SOON,
	A_NUMBER,
	A_FREE,
	A_SOURCE,
	A_WORD,
	A_NOT_WORD,
	A_PHRASE,
	A_NOT_PHRASE,
	A_SOLVED,
	A_ANY,
	ATOMS
};

static const char *const said[ATOMS] = {
    [A_OPEN] = "estado:abierto",
    [A_WAITING_SOLVED] = "state:espera,solved",
    [A_NOT_CLOSED] = "-estado:cerrado",
    [A_LABEL] = "estado:\"en taller\"",
    [A_BEGUN] = "Estado:ab",
    [A_PRIORITY] = "prioridad>=4",
    [A_URGENT] = "priority:urgente,2",
    [A_LOW] = "priority<normal",
    [A_CATEGORY] = "categoria:redes",
    [A_NO_CATEGORY] = "category:none",
    [A_TAG] = "etiqueta:VIP",
    [A_TAG_NOT] = "-tag:vip",
    [A_TAG_TWO] = "tag:taller,\"linea fija\"",
    [A_MATE] = "responsable:mate",
    [A_NOBODY_OR_ME] = "owner:nobody,me",
    [A_NOT_MATE] = "-owner:mate",
    [A_TEAM] = "equipo:ventas",
    [A_CONTACT] = "contacto:ana",
    [A_CONTACT_NOT] = "-contact:anac",
    [A_COMPANY] = "empresa:nadie",
    [A_COMPANY_NOT] = "-empresa:acm",
    [A_YOUNG] = "creado<30m",
    [A_OLD] = "created>1h",
    [A_TODAY] = "cambiado:hoy",
    [A_OVERDUE] = "es:vencido",
    [A_DUE_SOON] = "vence<2h",
    [A_NUMBER] = "numero<=40",
    [A_FREE] = "is:free",
    [A_SOURCE] = "origen:mesa",
    [A_WORD] = "router",
    [A_NOT_WORD] = "-router",
    [A_PHRASE] = "\"no enciende\"",
    [A_NOT_PHRASE] = "-\"no enciende\"",
    [A_SOLVED] = "solved<1h",
    [A_ANY] = "es:todos",
};

/* state and what follows from it are as when solved_us is created_us. */
static bool
means(const struct world *w, enum atom a, const struct item *i, int64_t now)
{
	switch (a) {
	case A_OPEN:
	case A_BEGUN:
		return i->state == TICKET_OPEN;
	case A_WAITING_SOLVED:
		return i->state == TICKET_WAITING || i->state == TICKET_SOLVED;
	case A_NOT_CLOSED:
		return i->state != TICKET_CLOSED;
	case A_LABEL:
		return i->labelled;
	case A_PRIORITY:
		return i->priority >= 4;
	case A_URGENT:
		return i->priority == 5 || i->priority == 2;
	case A_LOW:
		return i->priority < 3;
	case A_CATEGORY:
		return i->category == 1;
	case A_NO_CATEGORY:
		return i->category == 0;
	case A_TAG:
		return i->tag == 1 || i->tag == 2;
	case A_TAG_NOT:
		return i->tag != 1 && i->tag != 2;
	case A_TAG_TWO:
		return i->tag >= 2;
	case A_MATE:
		return i->operator_id == w->people[2];
	case A_NOBODY_OR_ME:
		return i->operator_id == 0 || i->operator_id == w->me;
	case A_NOT_MATE:
		return i->operator_id != w->people[2];
	case A_TEAM:
		return team_of(w, i) == w->f->demo.sales;
	case A_CONTACT:
		return i->contact > 0;
	case A_CONTACT_NOT:
		return i->contact != 2;
	case A_COMPANY:
	case A_COMPANY_NOT:
		return !i->has_company;
	case A_YOUNG:
		return i->created_us >= now - 30 * US_PER_MINUTE;
	case A_OLD:
		return i->created_us < now - US_PER_HOUR;
	case A_TODAY:
		return i->changed_us >= T0 - 12 * US_PER_HOUR;
	case A_OVERDUE:
		return !i->deleted && i->state < TICKET_SOLVED &&
		       i->due_us < now;
	case A_DUE_SOON:
		return i->due_us < now + 2 * US_PER_HOUR;
	case A_NUMBER:
		return i->number <= 40;
	case A_FREE:
		return i->operator_id == 0;
	case A_SOURCE:
		return true;
	case A_WORD:
		return has(i, "router");
	case A_NOT_WORD:
		return !has(i, "router");
	case A_PHRASE:
		return has(i, "no enciende");
	case A_NOT_PHRASE:
		return !has(i, "no enciende");
	case A_SOLVED:
		return i->state >= TICKET_SOLVED &&
		       i->changed_us >= now - US_PER_HOUR;
	case A_ANY:
		return true;
	case ATOMS:
		break;
	}
	return false;
}

static bool
may_read(const struct world *w, const struct item *i, bool all)
{
	int64_t team = team_of(w, i);

	return all || i->operator_id == w->me || team == w->my_team ||
	       (i->operator_id == 0 && team == 0);
}

static bool
is_in(enum ticket_view view, bool finished, const struct item *i)
{
	if (view == TICKETS_TRASH)
		return i->deleted;
	if (i->deleted)
		return false;
	return view == TICKETS_ALL || finished || i->state < TICKET_SOLVED;
}

/* ---- the order ---- */

static struct ticket_filter *sorted_by;

static int
compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int
in_order(const void *x, const void *y)
{
	const struct item *a = *(const struct item *const *)x;
	const struct item *b = *(const struct item *const *)y;
	int c = 0;

	switch (sorted_by->sort) {
	case TICKETS_BY_CREATION:
		c = -compare(a->created_us, b->created_us);
		break;
	case TICKETS_BY_PRIORITY:
		c = -compare(a->priority, b->priority);
		if (c == 0)
			c = compare(a->changed_us, b->changed_us);
		if (c == 0)
			c = compare(a->id, b->id);
		break;
	case TICKETS_BY_DUE:
		c = compare(a->due_us, b->due_us);
		if (c == 0)
			c = compare(a->id, b->id);
		break;
	case TICKETS_BY_CHANGE:
	case TICKET_SORT_COUNT:
		c = -compare(a->changed_us, b->changed_us);
		break;
	}
	if (c == 0)
		c = -compare(a->id, b->id);
	return sorted_by->is_reversed ? -c : c;
}

static int
newest_ticket(const void *x, const void *y)
{
	const struct item *a = *(const struct item *const *)x;
	const struct item *b = *(const struct item *const *)y;

	return -compare(a->id, b->id);
}

/* ---- what the desk says ---- */

static size_t
walk(struct desk *d, const struct ticket_filter *f, bool back, int64_t *got)
{
	struct page page = {.limit = PAGE, .backwards = back};
	struct err err = ERR_INIT;
	size_t n = 0, count;

	do {
		struct ticket *rows;

		assert_ok(ticket_list(d, f, &page, &rows, &count, &err));
		assert_true(n + count <= TICKETS);
		for (size_t i = 0; i < count; i++)
			got[n + i] = rows[back ? count - 1 - i : i].id;
		n += count;
		if (count > 0) {
			const struct ticket *last = &rows[back ? 0 : count - 1];

			page.after_key = ticket_sort_key(last, f->sort);
			page.after_id = last->id;
		}
		ticket_list_free(&rows, count);
	} while (count == PAGE);
	return n;
}

/* What is not looked through is not counted, and that is said. */
static void
count_soon(struct world *w, const struct ticket_filter *f, size_t count,
    const char *text)
{
	static const int looked[] = {3, 40, 100000};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 3; i++) {
		bool is_least;
		int n;

		wanted__looked = looked[i];
		assert_ok(ticket_count_soon(
		    w->f->d, f, 1000, &n, &is_least, &err));
		if (n > (int)count || (!is_least && n != (int)count) ||
		    (is_least && i == 2))
			fail_msg("%s: %d counted of %d among %d", text, n,
			    (int)count, looked[i]);
	}
	assert_true(count < 1000);
}

static void
check(struct world *w, struct ticket_filter *f, const enum atom *atoms,
    size_t n, const char *text, bool all)
{
	const struct item *expected[TICKETS];
	int64_t got[TICKETS] = {0}, now = clock_wall_us();
	struct err err = ERR_INIT;
	bool finished = false;
	size_t count = 0, found;
	int counted;

	for (size_t k = 0; k < n; k++)
		finished |= atoms[k] == A_OPEN || atoms[k] == A_BEGUN ||
		            atoms[k] == A_WAITING_SOLVED ||
		            atoms[k] == A_LABEL || atoms[k] == A_NUMBER ||
		            atoms[k] == A_SOLVED || atoms[k] == A_ANY;
	for (size_t i = 0; i < TICKETS; i++) {
		const struct item *item = &w->items[i];
		bool fits =
		    may_read(w, item, all) && is_in(f->view, finished, item);

		for (size_t k = 0; k < n; k++)
			fits = fits && means(w, atoms[k], item, now);
		if (fits)
			expected[count++] = item;
	}
	sorted_by = f;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(expected, count, sizeof(expected[0]),
	    ticket_filter_searches(f) ? newest_ticket : in_order);
	assert_ok(ticket_count(w->f->d, f, 1000, &counted, &err));
	found = walk(w->f->d, f, false, got);
	if (counted != (int)count || found != count)
		fail_msg("%s: %d listed, %d counted, not %d (view %d, by %d)",
		    text, (int)found, counted, (int)count, (int)f->view,
		    (int)f->sort);
	for (size_t i = 0; i < count; i++)
		if (got[i] != expected[i]->id)
			fail_msg("%s: row %d (view %d, by %d%s)", text, (int)i,
			    (int)f->view, (int)f->sort,
			    f->is_reversed ? ", reversed" : "");
	count_soon(w, f, count, text);
	if (ticket_filter_searches(f))
		return;
	assert_int_equal(walk(w->f->d, f, true, got), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(got[i], expected[count - 1 - i]->id);
	assert_ok(ticket_count(w->f->d, f, 3, &counted, &err));
	assert_int_equal(counted, count < 3 ? count : 3);
}

/* ---- the tickets ---- */

static void
sql(struct world *w, const char *text, const struct bind *b, size_t n)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(w->f->d->db, "test", &err));
	assert_ok(db_exec(w->f->d->db, text, b, n, NULL, &err));
	assert_ok(db_commit(w->f->d->db, &err));
}

static void
make_item(struct world *w, struct item *i)
{
	struct ticket_new in = {0};
	struct err err = ERR_INIT;
	int k = (int)pick(w, 4);

	clock_fake_advance((int64_t)pick(w, 3) * US_PER_MINUTE);
	i->words = (int)pick(w, 4);
	i->category = (int)pick(w, 3);
	i->tag = (int)pick(w, 4);
	i->contact = (int)pick(w, 3);
	i->operator_id = w->people[k];
	i->team_id = k == 0 && pick(w, 2) ? w->f->demo.sales : 0;
	in.subject = subjects[i->words];
	in.category = categories[i->category];
	in.tags = tags[i->tag];
	in.contact_id = w->contacts[i->contact];
	i->has_company = pick(w, 3) == 0;
	in.company_id = i->has_company ? w->company : 0;
	in.urgency = 1 + (int)pick(w, 5);
	in.impact = 1 + (int)pick(w, 5);
	in.operator_id = i->operator_id;
	in.team_id = i->team_id;
	i->priority = ticket_priority(in.urgency, in.impact);
	assert_ok(ticket_new(w->f->d, &in, &i->id, &i->number, &err));
	i->created_us = i->changed_us = clock_wall_us();
	i->state = (int)pick(w, TICKET_CLOSED + 1);
	if (i->state != TICKET_NEW)
		assert_ok(ticket_set_state(w->f->d, i->id, 0,
		    (enum ticket_state)i->state, "", 0, &err));
	if ((i->deleted = pick(w, 8) == 0))
		assert_ok(ticket_delete(w->f->d, i->id, 0, &err));
	i->labelled = i->state == TICKET_WAITING && pick(w, 2) == 0;
	i->due_us = pick(w, 3) == 0
	                ? INT64_MAX
	                : T0 + (int64_t)pick(w, 300) * US_PER_MINUTE;
	sql(w,
	    "UPDATE tickets SET due_us = $1, status_id = $2 WHERE id = $3"
	    " AND tenant_id = $4",
	    BINDS(b_int(i->due_us), b_ref(i->labelled ? w->label : 0),
		b_int(i->id), b_int(w->f->demo.id)));
}

static void
make_world(struct world *w, struct desk_fixture *f)
{
	const struct fixture_tenant *t = &f->demo;
	const struct company_new acme = {.name = "ACME"};
	struct err err = ERR_INIT;

	memset(w, 0, sizeof(*w));
	w->f = f;
	w->random = 11;
	clock_fake_wall(T0);
	w->people[1] = t->operators[ROLE_OPERATOR];
	w->people[2] = t->mate;
	w->people[3] = t->stranger;
	w->team_of[1] = w->team_of[2] = t->support;
	w->team_of[3] = t->sales;
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	w->contacts[1] = desk_fixture_contact(f, names[1], "");
	w->contacts[2] = desk_fixture_contact(f, names[2], "");
	assert_ok(company_new(f->d, &acme, &w->company, &err));
	for (size_t i = 1; i < 3; i++)
		sql(w,
		    "INSERT INTO ticket_categories(tenant_id, key, name,"
		    " created_at, updated_at) VALUES($1, $2, $2, 1, 1)",
		    BINDS(b_int(t->id), b_text(categories[i])));
	sql(w, "UPDATE teams SET name = 'Ventas' WHERE id = $1",
	    BINDS(b_int(t->sales)));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &w->label,
	    "INSERT INTO ticket_statuses(tenant_id, name, state, position,"
	    " created_at, updated_at) VALUES($1, 'En taller', 2, 9, 1, 1)"
	    " RETURNING id",
	    BINDS(b_int(t->id)), &err));
	assert_ok(db_commit(f->d->db, &err));
	for (size_t i = 0; i < TICKETS; i++)
		make_item(w, &w->items[i]);
}

static void
one_round(struct world *w, bool all)
{
	enum atom atoms[3];
	size_t n = 1 + pick(w, 3);
	struct ticket_filter f = {.state = -1, .match = ""};
	struct ticket_where *where;
	struct err err = ERR_INIT;
	char text[256] = "";

	for (size_t k = 0; k < n; k++) {
		atoms[k] = (enum atom)pick(w, ATOMS);
		str_format(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%s", k > 0 ? " " : "", said[atoms[k]]);
	}
	f.view = (enum ticket_view[]){
	    TICKETS_ACTIVE, TICKETS_ALL, TICKETS_TRASH}[pick(w, 3)];
	f.sort = (enum ticket_sort)pick(w, TICKET_SORT_COUNT);
	f.is_reversed = pick(w, 2) != 0;
	wanted__few = pick(w, 2) ? 0 : pick(w, 2) ? 20 : 1000;
	if (ticket_where_parse(w->f->d, text, &where, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	f.where = where;
	check(w, &f, atoms, n, text, all);
	ticket_where_free(&where);
}

static void
ticket_list__random_filters__find_what_a_plain_look_finds(void **state)
{
	const char *rounds = getenv("WHERE_ROUNDS");
	struct world w;

	make_world(&w, *state);
	for (int i = 0; i < (rounds != NULL ? atoi(rounds) : ROUNDS); i++) {
		bool all = i % 2 == 0;

		desk_fixture_act(
		    w.f, FIXTURE_TENANT, all ? "supervisor" : "operator");
		w.me = w.f->d->actor.id;
		w.my_team = w.f->d->actor.team_id;
		one_round(&w, all);
	}
	wanted__few = 1000;
	clock_fake_wall(0);
}

/* ---- what is not understood ---- */

static void
ticket_where_parse__not_understood__names_the_word(void **state)
{
	static const struct {
		const char *text, *word, *also;
	} cases[] = {
	    {"estdo:abierto", "\"estdo\"", "estado"},
	    {"estado:abirto", "\"abirto\"", "open"},
	    {"-prioridad:mucha", "\"mucha\"", "urgent"},
	    {"prioridad:7", "\"7\"", "1 to 5"},
	    {"creado<pronto", "\"pronto\"", "2026-11-02"},
	    {"created:31/02x", "\"31/02x\"", "today"},
	    {"creado:1d,2d", "creado", "twice"},
	    {"owner:nobodyelse", "\"nobodyelse\"", "mate"},
	    {"equipo:luna", "\"luna\"", "equipo"},
	    {"es:rojo", "\"rojo\"", "vencido"},
	    {"estado>abierto", "estado", "estado:abierto"},
	    {"tag>vip", "tag", "tag:vip"},
	    {"numero:doce", "\"doce\"", "number"},
	    {"a b c d e f g h i j k l m n o p q", "too long", "16"},
	};
	struct desk_fixture *f = *state;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ticket_where *w = NULL;
		struct err err = ERR_INIT;
		int rc = ticket_where_parse(f->d, cases[i].text, &w, &err);

		if (rc == 0 || strstr(err.text, cases[i].word) == NULL ||
		    strstr(err.text, cases[i].also) == NULL)
			fail_msg("%s: %d %s", cases[i].text, rc, err.text);
		assert_null(w);
	}
}

/* Each way of writing it as it is typed, key by key. */
/*
 * Its default label says nothing that the state does not say: it is read in
 * the state's index, not past all that changed since.  Turned red by: the
 * label kept beside its state.
 */
static void
ticket_where_parse__label_called_as_its_state__is_the_state(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_where *where;
	int64_t labels;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(db_int(f->d->db, &labels,
	    "SELECT count(*) FROM ticket_statuses WHERE tenant_id = $1"
	    " AND name = 'closed' AND state = 4 AND is_default = 1",
	    BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(labels, 1);
	assert_ok(ticket_where_parse(f->d, "status:closed", &where, &err));
	assert_int_equal(where->count, 1);
	assert_int_equal(where->conds[0].num_count, 1);
	assert_int_equal(where->conds[0].plain_count, 0);
	assert_true(where__is_in_order(&where->conds[0]));
	ticket_where_free(&where);
}

static void
ticket_where_parse__while_it_is_typed__never_breaks(void **state)
{
	static const char text[] =
	    "router \"no enciende\" -vip estado:abierto,espera prioridad>=4 "
	    "creado<7d contacto:\"ana so\" owner:me,nobody -tag:vip es:libre";
	struct ticket_filter f = {
	    .view = TICKETS_ACTIVE, .state = -1, .match = ""};
	struct desk_fixture *fix = *state;
	struct err err = ERR_INIT;
	char typed[sizeof(text)];
	int understood = 0, n;

	desk_fixture_act(fix, FIXTURE_TENANT, "supervisor");
	for (size_t i = 0; i < sizeof(text); i++) {
		struct ticket_where *w;

		str_format(typed, sizeof(typed), "%.*s", (int)i, text);
		if (ticket_where_parse(fix->d, typed, &w, &err) != 0)
			continue;
		f.where = w;
		assert_ok(ticket_count(fix->d, &f, 10, &n, &err));
		ticket_where_free(&w);
		understood++;
	}
	assert_true(understood > (int)sizeof(text) * 8 / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(
		ticket_list__random_filters__find_what_a_plain_look_finds),
	    DESK_TEST(ticket_where_parse__not_understood__names_the_word),
	    DESK_TEST(
		ticket_where_parse__label_called_as_its_state__is_the_state),
	    DESK_TEST(ticket_where_parse__while_it_is_typed__never_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
