/* plans - see plans.h. */
#include "tests/lib/plans.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIANTS 2 /* of the values of a statement */

struct noted {
	char *sql; /* owned */
	size_t len;
	struct bind *binds; /* owned, with what they point to */
	size_t nbinds;
	struct noted *next;
};

struct known { /* which text a prepared statement has */
	const struct engine_stmt *st;
	char *sql; /* owned */
	struct known *next;
};

static struct engine watched;
static const struct engine *plain;
static struct noted *notes;
static struct known *texts;

static bool
is_planned(const char *sql)
{
	static const char *const words[] = {
	    "SELECT", "UPDATE", "DELETE", "INSERT", "WITH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(sql, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static void
note(const char *sql, const struct bind *binds, size_t n)
{
	struct noted *new, **p = &notes;
	size_t len = strlen(sql);
	int variants = 0;

	if (!is_planned(sql))
		return;
	for (; *p != NULL; p = &(*p)->next)
		variants += (*p)->len == len && memcmp((*p)->sql, sql, len) == 0;
	if (variants == VARIANTS)
		return;
	new = xcalloc(1, sizeof(*new));
	new->sql = xstrdup(sql);
	new->len = len;
	new->nbinds = n;
	new->binds = xcalloc(n + 1, sizeof(*binds));
	for (size_t i = 0; i < n; i++) {
		new->binds[i] = binds[i];
		if (binds[i].kind == BIND_TEXT || binds[i].kind == BIND_BLOB)
			new->binds[i].p =
			    xmemdup(binds[i].n > 0 ? binds[i].p : "",
				binds[i].n > 0 ? binds[i].n : 1);
	}
	*p = new;
}

static int
watch_prepare(struct engine_conn *conn, const char *sql,
    struct engine_stmt **st, struct err *err)
{
	int rc = plain->prepare(conn, sql, st, err);
	struct known *k;

	if (rc != 0)
		return rc;
	k = xcalloc(1, sizeof(*k));
	k->st = *st;
	k->sql = xstrdup(sql);
	k->next = texts;
	texts = k; /* ahead of an older one at the same address */
	return 0;
}

static int
watch_run(struct engine_stmt *st, const struct bind *binds, size_t n,
    bool is_kept, struct err *err)
{
	for (const struct known *k = texts; k != NULL; k = k->next) {
		if (k->st == st) {
			note(k->sql, binds, n);
			break;
		}
	}
	return plain->run(st, binds, n, is_kept, err);
}

void
plans_watch(struct desk *d)
{
	plain = d->db->engine;
	watched = *plain;
	watched.prepare = watch_prepare;
	watched.run = watch_run;
	watched.later = NULL; /* all of them are run */
	/* What is prepared already would not be noted. */
	stmt__free_all(d->db);
	d->db->engine = &watched;
}

static void
must(int rc, const char *sql, const struct err *err)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "plans: %s: %s\n", sql, err->text);
	abort();
}

static bool
is_excused(const struct plan_excuse *excuses, const char *name)
{
	for (; excuses->name != NULL; excuses++)
		if (strcmp(excuses->name, name) == 0)
			return true;
	return false;
}

/* The word behind text in line, or NULL. */
static const char *
word_behind(const char *line, const char *text, char word[64])
{
	const char *at = strstr(line, text);

	if (at == NULL)
		return NULL;
	at += strlen(text);
	snprintf(word, 64, "%.*s", (int)strcspn(at, " \n"), at);
	return word;
}

/*
 * A line of SQLite's: whatever is scanned is read whole, but for the rows of
 * a subquery, a list of values, and full text that is asked for words.
 */
static bool
is_bad_sqlite(
    const char *plan, const char *line, const struct plan_excuse *excuses)
{
	char name[64], index[64], made[96];

	/* All of a tenant, which may be nearly all there is. */
	if (strstr(line, " (tenant_id=?)") != NULL)
		return word_behind(line, " INDEX ", index) != NULL &&
		       !is_excused(excuses, index);
	if (word_behind(line, "SCAN ", name) == NULL ||
	    strcmp(name, "CONSTANT") == 0 || name[0] == '(' ||
	    is_excused(excuses, name))
		return false;
	if (strstr(line, "VIRTUAL TABLE INDEX") != NULL)
		return strstr(line, ":M") == NULL &&
		       strstr(line, ":=M") == NULL; /* one row of it */
	if (word_behind(line, " INDEX ", index) != NULL &&
	    is_excused(excuses, index))
		return false;
	snprintf(made, sizeof(made), "CO-ROUTINE %s\n", name);
	if (strstr(plan, made) != NULL)
		return false;
	snprintf(made, sizeof(made), "MATERIALIZE %s\n", name);
	return strstr(plan, made) == NULL;
}

/* A table, or an index without a condition, as its next line shows. */
static bool
is_bad_postgres(
    const char *line, const char *next, const struct plan_excuse *excuses)
{
	static const char tenant_only[] = "Index Cond: (tenant_id = ";
	char index[64], table[64];

	if (word_behind(line, "Seq Scan on ", table) != NULL)
		return !is_excused(excuses, table);
	if (word_behind(line, "Scan using ", index) == NULL &&
	    word_behind(line, "Scan Backward using ", index) == NULL)
		return false;
	next += strspn(next, " ");
	if (strncmp(next, tenant_only, strlen(tenant_only)) == 0 &&
	    next[strcspn(next, ")")] == ')' &&
	    next[strcspn(next, ")") + 1] == '\n')
		return !is_excused(excuses, index);
	return strncmp(next, "Index Cond", 10) != 0 &&
	       word_behind(line, " on ", table) != NULL &&
	       !is_excused(excuses, table) && !is_excused(excuses, index);
}

static void
plan_of(struct db *db, const struct noted *n, struct str *plan)
{
	bool is_sqlite = db->engine->is_file;
	struct str sql = STR_INIT;
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	int rc;

	str_clear(plan);
	str_add(&sql, is_sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ");
	str_add(&sql, n->sql);
	must(db_query(db, &st, sql.s, n->binds, n->nbinds, &err), n->sql, &err);
	while ((rc = stmt_step(st, &err)) > 0) {
		str_add(plan, stmt_text(st, is_sqlite ? 3 : 0));
		str_addc(plan, '\n');
	}
	must(rc, n->sql, &err);
	stmt_close(&st);
	str_free(&sql);
}

static bool
is_bad(const struct db *db, const char *plan, const struct plan_excuse *excuses)
{
	for (const char *at = plan; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		const char *next = at + len + (at[len] == '\n');
		char line[400];

		snprintf(line, sizeof(line), "%.*s", (int)len, at);
		if (db->engine->is_file ? is_bad_sqlite(plan, line, excuses)
					: is_bad_postgres(line, next, excuses))
			return true;
		at = next;
	}
	return false;
}

static void
forget(void)
{
	while (notes != NULL) {
		struct noted *n = notes;

		notes = n->next;
		for (size_t i = 0; i < n->nbinds; i++)
			if (n->binds[i].kind == BIND_TEXT ||
			    n->binds[i].kind == BIND_BLOB)
				free((void *)(uintptr_t)n->binds[i].p);
		free(n->binds);
		free(n->sql);
		free(n);
	}
	while (texts != NULL) {
		struct known *k = texts;

		texts = k->next;
		free(k->sql);
		free(k);
	}
}

int
plans_judge(struct desk *d, const struct plan_excuse *excuses, int *seen,
    struct str *told)
{
	struct str plan = STR_INIT;
	struct err err = ERR_INIT;
	int bad = 0;

	stmt__free_all(d->db);
	d->db->engine = plain;
	*seen = 0;
	must(db_begin(d->db, "plans", &err), "begin", &err);
	if (!plain->is_file)
		must(db_script(d->db, "SET LOCAL seq_page_cost = 1000", &err),
		    "cost", &err);
	for (const struct noted *n = notes; n != NULL; n = n->next) {
		++*seen;
		plan_of(d->db, n, &plan);
		if (!is_bad(d->db, plan.s, excuses))
			continue;
		bad++;
		str_addf(told, "reads all: %s\n%s\n", n->sql, plan.s);
	}
	db_rollback(d->db);
	forget();
	str_free(&plan);
	return bad;
}
