/*
 * bench_db - lists, counts, search and new tickets on a large desk.
 */
#include "common/clock.h"
#include "db/engine/health.h"
#include "db/records/tickets.h"
#include "tests/lib/engine.h"
#include "tests/lib/figures.h"
#include "tests/lib/large_desk.h"
#include "tests/lib/stage_desk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES   200
#define WARM      3
#define PAGE      50
#define COUNT_CAP 1001

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_db: %s\n", err->text);
	exit(1);
}

/* The page after the given row, which moves on to the last one of it. */
static size_t
list(struct desk *d, const struct ticket_filter *f, struct page *page)
{
	struct ticket *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;

	must(ticket_list(d, f, page, &rows, &count, &err), &err);
	if (count > 0) {
		page->after_key = rows[count - 1].updated_at;
		page->after_id = rows[count - 1].id;
	}
	ticket_list_free(&rows, count);
	return count;
}

static void
tell(const char *name, struct samples *took, double limit_ms)
{
	char part[96];

	snprintf(part, sizeof(part), "db.%s.p50", name);
	figure(part, samples_at(took, 0.5), 3, "ms");
	snprintf(part, sizeof(part), "db.%s.p99", name);
	figure_at_most(part, samples_at(took, 0.99), limit_ms, 3, "ms");
	samples_free(took);
}

static double
since_ms(int64_t since)
{
	return (double)(clock_mono_us() - since) / 1000;
}

/* First page, then one after the other. */
static void
bench_pages(struct desk *d, const char *name, struct ticket_filter f)
{
	struct samples took = {0};
	struct page page = {.limit = PAGE};

	for (int i = 0; i < SAMPLES + WARM; i++) {
		int64_t since = clock_mono_us();

		if (list(d, &f, &page) < PAGE)
			page.after_id = 0;
		if (i >= WARM)
			samples_add(&took, since_ms(since));
	}
	tell(name, &took, 2);
}

/*
 * What the server's policies cost: the same page for its superuser, whom they
 * do not bind, one after the other.
 */
static void
bench_policies(struct stage *s, struct desk *d, const struct ticket_filter *f)
{
	static const char bound[] = "user=opdesk";
	struct samples with = {0}, without = {0};
	struct page page = {.limit = PAGE}, free_page = page;
	struct stage as = *s;
	char *at = strstr(as.desk, bound);
	struct desk *unbound;

	if (!engine_is_postgres() || at == NULL)
		return;
	str_format(at, sizeof(as.desk) - (size_t)(at - as.desk),
	    "user=postgres%s", strstr(s->desk, bound) + strlen(bound));
	unbound = stage_desk(&as, "marta");
	for (int i = 0; i < SAMPLES + WARM; i++) {
		int64_t since = clock_mono_us(), then;

		if (list(d, f, &page) < PAGE)
			page.after_id = 0;
		then = clock_mono_us();
		if (list(unbound, f, &free_page) < PAGE)
			free_page.after_id = 0;
		if (i < WARM)
			continue;
		samples_add(&with, (double)(then - since) / 1000);
		samples_add(&without, since_ms(then));
	}
	figure_beside("db.page.policies", samples_at(&with, 0.5), "without",
	    samples_at(&without, 0.5), 3, "ms");
	samples_free(&with);
	samples_free(&without);
	desk_close(&unbound);
}

static void
bench_count(struct desk *d, const char *name, struct ticket_filter f)
{
	struct samples took = {0};
	struct err err = ERR_INIT;
	int count;

	for (int i = 0; i < SAMPLES + WARM; i++) {
		int64_t since = clock_mono_us();

		must(ticket_count(d, &f, COUNT_CAP, &count, &err), &err);
		if (i >= WARM)
			samples_add(&took, since_ms(since));
	}
	tell(name, &took, 2);
}

/* Each text letter by letter, a page of hits for every one. */
static void
bench_search(struct desk *d, const char *name)
{
	static const char *const texts[] = {"impresora", "la impresora no",
	    "factura contabilidad", "router", "centralita hace ruido",
	    "contraseña", "since monday", "zzzz"};
	struct samples took = {0};
	char typed[64];

	for (int round = 0; round < 3; round++) {
		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
			for (size_t n = 1; n <= strlen(texts[t]); n++) {
				struct ticket_filter f = {.view = TICKETS_ALL,
				    .state = -1,
				    .match = typed};
				struct page page = {.limit = PAGE};
				int64_t since;

				str_format(typed, sizeof(typed), "%.*s", (int)n,
				    texts[t]);
				since = clock_mono_us();
				(void)list(d, &f, &page);
				if (round > 0)
					samples_add(&took, since_ms(since));
			}
		}
	}
	tell(name, &took, 10);
}

/* Filters as an operator types them, parsed each time; a page and a count. */
static void
bench_filters(struct desk *d)
{
	static const struct {
		const char *name, *text;
		enum ticket_sort sort;
		bool oldest; /* the active ones, from the other end */
	} filters[] = {
	    {"all", "", TICKETS_BY_CHANGE, false},
	    {"state", "estado:abierto prioridad>=4", TICKETS_BY_CHANGE, false},
	    {"without", "estado:cerrado -impresora", TICKETS_BY_CHANGE, false},
	    {"contact", "contacto:ana creado<30d", TICKETS_BY_CHANGE, false},
	    {"words", "router prioridad:5", TICKETS_BY_CHANGE, false},
	    {"priority", "estado:abierto", TICKETS_BY_PRIORITY, false},
	    {"created", "prioridad:urgente", TICKETS_BY_CREATION, false},
	    {"due", "responsable:nadie", TICKETS_BY_DUE, false},
	    {"few", "etiqueta:ninguna", TICKETS_BY_CHANGE, false},
	    {"not_word", "-router", TICKETS_BY_CHANGE, false},
	    {"oldest", "", TICKETS_BY_CREATION, true},
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct ticket_filter f = {
		    .view = TICKETS_ALL, .state = -1, .match = ""};
		struct samples pages = {0}, counts = {0};
		struct err err = ERR_INIT;
		char name[64];

		f.sort = filters[i].sort;
		f.is_reversed = filters[i].oldest;
		f.view = filters[i].oldest ? TICKETS_ACTIVE : TICKETS_ALL;
		for (int k = 0; k < SAMPLES / 4 + WARM; k++) {
			struct page page = {.limit = PAGE};
			struct ticket_where *where;
			int64_t since = clock_mono_us(), then;
			bool is_least;
			int count;

			must(ticket_where_parse(
				 d, filters[i].text, &where, &err),
			    &err);
			f.where = where;
			(void)list(d, &f, &page);
			then = clock_mono_us();
			must(ticket_count_soon(
				 d, &f, 5001, &count, &is_least, &err),
			    &err);
			ticket_where_free(&where);
			if (k < WARM)
				continue;
			samples_add(&pages, (double)(then - since) / 1000);
			samples_add(&counts, since_ms(then));
		}
		str_format(name, sizeof(name), "filter.%s", filters[i].name);
		tell(name, &pages, 10);
		str_format(
		    name, sizeof(name), "filter.%s.count", filters[i].name);
		tell(name, &counts, 10);
	}
}

static void
change(struct desk *d, const char *sql, const struct bind *b, size_t n)
{
	struct err err = ERR_INIT;

	must(db_exec(d->db, sql, b, n, NULL, &err), &err);
}

/*
 * In a file it is taken back later.  A server's desk is a copy for this alone:
 * it is kept, and swept as a server does by itself.
 */
static void
settle(struct desk *d)
{
	struct err err = ERR_INIT;

	if (!engine_is_postgres())
		return;
	must(db_commit(d->db, &err), &err);
	must(db_tidy(d->db, &err), &err);
}

static void
take_back(struct desk *d)
{
	if (!engine_is_postgres())
		db_rollback(d->db);
}

/*
 * The same for an operator whose team has few of the tickets: all the others
 * are another team's, also those that nobody has.
 */
static void
bench_team(struct desk *d, const struct ticket_filter *filters,
    const char *const *names)
{
	const struct bind tenant[] = {b_int(d->actor.tenant_id)};
	const struct ticket_filter waiting = {
	    .view = TICKETS_ALL, .state = TICKET_WAITING};
	struct err err = ERR_INIT;
	struct actor before = d->actor;
	bool single_user = d->single_user;
	char name[64];

	must(db_begin(d->db, "bench", &err), &err);
	/* A new one without a team, and some tickets that nobody has. */
	must(db_insert(d->db, &d->actor.id,
		 "INSERT INTO operators(tenant_id, login, full_name, role,"
		 " created_at, updated_at) VALUES($1, 'few', 'Few', 0, 1, 1)"
		 " RETURNING id",
		 tenant, 1, &err),
	    &err);
	change(d,
	    "UPDATE tickets SET reach = 3 WHERE tenant_id = $1 AND reach = 1"
	    " AND number % 5000 <> 7",
	    tenant, 1);
	settle(d);
	d->single_user = false;
	for (int i = 0; names[i] != NULL; i++) {
		snprintf(name, sizeof(name), "few.%s", names[i]);
		bench_pages(d, name, filters[i]);
		snprintf(name, sizeof(name), "few.count.%s", names[i]);
		bench_count(d, name, filters[i]);
	}
	bench_pages(d, "few.page.waiting", waiting);
	bench_search(d, "few.search_as_you_type");
	take_back(d);
	d->actor = before;
	d->single_user = single_user;
}

/* Its team has all of them, which nothing of the list may depend on either. */
static void
bench_whole_team(struct desk *d, const struct ticket_filter *filters,
    const char *const *names)
{
	bool single_user = d->single_user;
	enum staff_role role = d->actor.role;
	struct err err = ERR_INIT;
	char name[64];

	must(db_begin(d->db, "bench", &err), &err);
	change(d,
	    "UPDATE operators SET role = 0 WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)));
	d->single_user = false;
	for (int i = 0; names[i] != NULL; i++) {
		snprintf(name, sizeof(name), "team.%s", names[i]);
		bench_pages(d, name, filters[i]);
		snprintf(name, sizeof(name), "team.count.%s", names[i]);
		bench_count(d, name, filters[i]);
	}
	bench_search(d, "team.search_as_you_type");
	db_rollback(d->db);
	d->single_user = single_user;
	d->actor.role = role;
}

static void
bench_new(struct desk *d, const char *dir)
{
	char subject[64];
	const struct ticket_new in = {.subject = subject,
	    .description = "Desde esta mañana, en recepción",
	    .source = SOURCE_DESK};
	double limit_us =
	    (double)figure_setting("BENCH_SECONDS", 3) * US_PER_SECOND;
	struct samples took = {0};
	struct disk_figures disk;
	struct err err = ERR_INIT;
	int64_t began = clock_mono_us(), id, number;

	while ((double)(clock_mono_us() - began) < limit_us) {
		int64_t since = clock_mono_us();

		str_format(subject, sizeof(subject), "%zu. prueba de alta",
		    took.count);
		must(ticket_new(d, &in, &id, &number, &err), &err);
		samples_add(&took, since_ms(since));
	}
	figure("db.ticket_new",
	    (double)took.count * 1e6 / (double)(clock_mono_us() - began), 0,
	    "tickets/s");
	figure("db.ticket_new.p50", samples_at(&took, 0.5), 3, "ms");
	figure("db.ticket_new.p99", samples_at(&took, 0.99), 3, "ms");
	samples_free(&took);
	figure_disk(dir, 1, &disk);
	figure("db.disk.fdatasync", disk.per_second, 0, "/s");
}

int
main(void)
{
	const struct ticket_filter all = {.view = TICKETS_ALL, .state = -1};
	const struct ticket_filter active = {
	    .view = TICKETS_ACTIVE, .state = -1};
	const struct ticket_filter mine = {.view = TICKETS_MINE, .state = -1};
	const struct ticket_filter none = {
	    .view = TICKETS_UNASSIGNED, .state = -1};
	const struct ticket_filter solved = {
	    .view = TICKETS_ALL, .state = TICKET_SOLVED};
	const struct ticket_filter scoped[] = {all, active, none, solved};
	static const char *const names[] = {
	    "page", "page.active", "page.unassigned", "page.solved", NULL};
	struct stage s;
	struct desk *d;

	large_desk_open(&s);
	d = stage_desk(&s, "marta");
	figure("db.tickets", (double)large_desk_tickets(), 0, "");
	bench_pages(d, "page", all);
	bench_policies(&s, d, &all);
	bench_pages(d, "page.active", active);
	bench_pages(d, "page.mine", mine);
	bench_pages(d, "page.solved", solved);
	bench_count(d, "count", all);
	bench_count(d, "count.active", active);
	bench_count(d, "count.unassigned", none);
	bench_search(d, "search_as_you_type");
	bench_filters(d);
	bench_whole_team(d, scoped, names);
	bench_team(d, scoped, names);
	bench_new(d, s.dir);
	desk_close(&d);
	stage_close(&s);
	return 0;
}
