/*
 * Unit tests of db/core/search with each engine's index.
 */
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/search.h"
#include "db/engine/migrate.h"
#include "tests/lib/engine.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct tmp tmp;
static struct desk desk;

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("code %d: %s", rc, err->text);
}

static int
setup(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	tmp_make(&tmp);
	memset(&desk, 0, sizeof(desk));
	desk.actor.tenant_id = 1;
	must(db_open(tmp_desk(&tmp, "desk.db"), DB_CREATE, &desk.db, &err),
	    &err);
	must(migrate_run(desk.db, NULL, &err), &err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	db_close(&desk.db);
	tmp_remove(&tmp);
	return 0;
}

static void
put(enum record_kind kind, int64_t id, const char *text)
{
	struct err err = ERR_INIT;

	must(db_begin(desk.db, "test", &err), &err);
	must(search_put(&desk, kind, id, id, text, &err), &err);
	must(db_commit(desk.db, &err), &err);
}

/* Ids found, newest first: "12 11 ". */
static const char *
find(enum record_kind kind, const char *text)
{
	static char out[256];
	struct search_hit hits[8];
	struct err err = ERR_INIT;
	size_t count, at = 0;

	must(search_find(&desk, kind, text, 0, 8, hits, &count, &err), &err);
	out[0] = '\0';
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(
		    out + at, sizeof(out) - at, "%d ", (int)hits[i].record_id);
	return out;
}

static void
assert_index_is_whole(void)
{
	struct err err = ERR_INIT;

	if (engine_is_postgres())
		return; /* the index is a column of the row */
	must(db_begin(desk.db, "test", &err), &err);
	must(db_exec(desk.db,
		 "INSERT INTO search(search, rank) "
		 "VALUES('integrity-check', 1)",
		 NO_BINDS, NULL, &err),
	    &err);
	must(db_commit(desk.db, &err), &err);
}

static void
search_find__words__newest_first(void **state)
{
	(void)state;
	put(RECORD_TICKET, 11, "El router no da conexión");
	put(RECORD_TICKET, 12, "CONEXIÓN lenta, router nuevo");
	put(RECORD_TICKET, 13, "impresora");
	assert_string_equal(find(RECORD_TICKET, "router"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "conexion"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "Conexión router"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "router lenta"), "12 ");
	assert_string_equal(find(RECORD_TICKET, "router impresora"), "");
	assert_index_is_whole();
}

static void
search_find__last_word__is_a_prefix(void **state)
{
	(void)state;
	put(RECORD_TICKET, 11, "factura pendiente");
	put(RECORD_TICKET, 12, "facturación");
	assert_string_equal(find(RECORD_TICKET, "fa"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "factur"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "factura"), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "factur "), "12 11 ");
	assert_string_equal(find(RECORD_TICKET, "factur pendiente"), "");
	assert_string_equal(find(RECORD_TICKET, "factura pend"), "11 ");
	/* One letter is a word, not yet a prefix. */
	assert_string_equal(find(RECORD_TICKET, "f"), "");
	put(RECORD_TICKET, 13, "plan f");
	assert_string_equal(find(RECORD_TICKET, "f"), "13 ");
}

static void
search_find__operators_and_quotes__are_only_text(void **state)
{
	static const char *const harmless[] = {"\"", "\"\"", "*", "router *",
	    "^router", "router AND", "OR", "NOT router", "router NEAR x",
	    "NEAR(router x, 3)", "scope : t1", "{scope} : t2", "(router",
	    "router)", "rou\"ter", "-router", "a:b", "text:router", "\\",
	    "';--", "+", "router + x", "\xff\xfe", "\xe2\x80\x94", "%s%n",
	    "t1k11", "t1"};

	(void)state;
	put(RECORD_TICKET, 11, "router");
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		find(RECORD_TICKET, harmless[i]);
	/* What is no word counts for nothing; the rest is looked for. */
	assert_string_equal(find(RECORD_TICKET, "^router"), "11 ");
	assert_string_equal(find(RECORD_TICKET, "* router \""), "11 ");
	assert_string_equal(find(RECORD_TICKET, "router AND"), "");
	assert_string_equal(find(RECORD_TICKET, "NOT router"), "");
	assert_string_equal(find(RECORD_TICKET, "t1k11"), "");
	put(RECORD_TICKET, 12, "rock \"and\" roll not");
	assert_string_equal(find(RECORD_TICKET, "rock AND roll"), "12 ");
}

static void
search_find__no_words__gives_no_hits(void **state)
{
	static const char *const empty[] = {
	    "", " ", "\t\n", "-", "\"", "* *", "\xe2\x80\x94", "...", "\x01"};

	(void)state;
	put(RECORD_TICKET, 11, "router");
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		assert_string_equal(find(RECORD_NONE, empty[i]), "");
}

static void
search_find__tenants_and_kinds__are_apart(void **state)
{
	(void)state;
	put(RECORD_TICKET, 11, "router");
	put(RECORD_CONTACT, 21, "router");
	desk.actor.tenant_id = 11;
	put(RECORD_TICKET, 31, "router");
	assert_string_equal(find(RECORD_TICKET, "router"), "31 ");
	assert_string_equal(find(RECORD_NONE, "router"), "31 ");
	desk.actor.tenant_id = 1;
	assert_string_equal(find(RECORD_TICKET, "router"), "11 ");
	assert_string_equal(find(RECORD_CONTACT, "router"), "21 ");
	assert_string_equal(find(RECORD_NONE, "router"), "21 11 ");
	assert_string_equal(find(RECORD_COMPANY, "router"), "");
	desk.actor.tenant_id = 2;
	assert_string_equal(find(RECORD_NONE, "router"), "");
}

static void
search_put__again__replaces_and_keeps_its_place(void **state)
{
	(void)state;
	put(RECORD_TICKET, 11, "router viejo");
	put(RECORD_TICKET, 12, "router");
	put(RECORD_TICKET, 11, "router nuevo");
	put(RECORD_TICKET, 11, "Router Nuevo");
	assert_string_equal(find(RECORD_TICKET, "viejo"), "");
	assert_string_equal(find(RECORD_TICKET, "nuevo"), "11 ");
	assert_string_equal(find(RECORD_TICKET, "router"), "12 11 ");
	assert_index_is_whole();
}

static void
search_put__empty__removes(void **state)
{
	(void)state;
	put(RECORD_TICKET, 11, "router");
	put(RECORD_TICKET, 11, "");
	put(RECORD_TICKET, 12, "");
	assert_string_equal(find(RECORD_NONE, "router"), "");
	assert_index_is_whole();
	put(RECORD_TICKET, 11, "router");
	assert_string_equal(find(RECORD_NONE, "router"), "11 ");
}

static void
search_put__rolled_back__leaves_the_index_as_it_was(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	put(RECORD_TICKET, 11, "router");
	must(db_begin(desk.db, "test", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 11, 1, "switch", &err), &err);
	db_rollback(desk.db);
	assert_string_equal(find(RECORD_NONE, "router"), "11 ");
	assert_string_equal(find(RECORD_NONE, "switch"), "");
	assert_index_is_whole();
}

static void
search_put__huge_text__is_cut_and_can_be_replaced(void **state)
{
	size_t n = 300 * 1000;
	char *text = xmalloc(n + 1);

	(void)state;
	memset(text, ' ', n);
	memcpy(text, "primero", 7);
	memcpy(text + n - 6, "ultimo", 6);
	text[n] = '\0';
	put(RECORD_TICKET, 11, text);
	assert_string_equal(find(RECORD_NONE, "primero"), "11 ");
	assert_string_equal(find(RECORD_NONE, "ultimo"), "");
	put(RECORD_TICKET, 11, "");
	assert_index_is_whole();
	free(text);
}

static void
search_find__position__goes_on_where_it_stopped(void **state)
{
	struct search_hit hits[3];
	struct err err = ERR_INIT;
	int64_t before = 0;
	size_t count, all = 0;

	(void)state;
	for (int i = 1; i <= 7; i++)
		put(RECORD_TICKET, i, "router");
	do {
		must(search_find(&desk, RECORD_TICKET, "router", before, 3,
			 hits, &count, &err),
		    &err);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(hits[i].record_id, 7 - all - i);
		all += count;
		if (count > 0)
			before = hits[count - 1].position;
	} while (count > 0);
	assert_int_equal(all, 7);
}

/*
 * Long prefixes are found among the newest rows or by the index: both ways
 * must agree, also where the one hands over to the other.
 */
static void
search_find__long_prefix__same_by_both_ways(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	must(db_begin(desk.db, "test", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 1, 1, "facturas viejas", &err),
	    &err);
	must(search_put(&desk, RECORD_TICKET, 2, 2, "prefactura, factor", &err),
	    &err);
	for (int i = 10; i < 900; i++)
		must(search_put(&desk, RECORD_TICKET, i, i, "facil", &err),
		    &err);
	must(search_put(&desk, RECORD_TICKET, 900, 900,
		 "\xc2\xbf"
		 "Factura? (factura)",
		 &err),
	    &err);
	must(search_put(&desk, RECORD_TICKET, 901, 901,
		 "refactura \xe5\xae\xa2"
		 "factura",
		 &err),
	    &err);
	must(search_put(&desk, RECORD_TICKET, 902, 902,
		 "nota\xe2\x80\x94"
		 "facturada",
		 &err),
	    &err);
	must(db_commit(desk.db, &err), &err);
	assert_string_equal(find(RECORD_TICKET, "factur"), "902 900 1 ");
	assert_string_equal(find(RECORD_TICKET, "factura"), "902 900 1 ");
	assert_string_equal(find(RECORD_TICKET, "nota factur"), "902 ");
	assert_string_equal(find(RECORD_TICKET, "facilx"), "");
	assert_string_equal(
	    find(RECORD_TICKET, "facil"), "899 898 897 896 895 894 893 892 ");
	assert_string_equal(find(RECORD_TICKET, "pref"), "2 ");
}

/*
 * Where the newest rows are looked through first: what stands behind them is
 * found all the same, and a page goes on from the one to the other.
 */
static void
search_find__behind_many_rows__is_found(void **state)
{
	struct search_hit hits[8];
	struct err err = ERR_INIT;
	int64_t before = 0, last = 8000;
	size_t count, all = 0;

	(void)state;
	put(RECORD_TICKET, 1, "router");
	put(RECORD_TICKET, 2, "router roto");
	must(db_begin(desk.db, "test", &err), &err);
	must(db_exec(desk.db,
		 "INSERT INTO search_texts(tenant_id, kind, record_id, at_us,"
		 " scope, text) WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL"
		 " SELECT i + 1 FROM n WHERE i < 7000) SELECT 1, $1, i, i,"
		 " 't1 t1k' || CAST($1 AS BIGINT), 'cable' FROM n",
		 BINDS(b_int(RECORD_TICKET)), NULL, &err),
	    &err);
	if (!engine_is_postgres()) {
		desk.search_from = 3;
		must(search_flush(&desk, &err), &err);
	}
	must(db_commit(desk.db, &err), &err);
	put(RECORD_TICKET, 7001, "router nuevo");
	assert_string_equal(find(RECORD_TICKET, "router"), "7001 2 1 ");
	assert_string_equal(find(RECORD_NONE, "router"), "7001 2 1 ");
	assert_string_equal(find(RECORD_TICKET, "roto"), "2 ");
	do {
		must(search_find(&desk, RECORD_TICKET, "router", before, 1,
			 hits, &count, &err),
		    &err);
		if (count == 0)
			break;
		assert_true(hits[0].record_id < last);
		last = hits[0].record_id;
		must(search_place(&desk, RECORD_TICKET, last, &before, &err),
		    &err);
		assert_int_equal(hits[0].position, before);
		all++;
	} while (all < 8);
	assert_int_equal(all, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* In a batch: new, changed, taken away, and undone by its savepoint. */
static void
search_flush__batch__indexes_what_is_left(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	put(RECORD_TICKET, 1, "scanner");
	must(db_begin(desk.db, "test", &err), &err);
	desk.in_batch = true;
	must(db_savepoint(desk.db, &err), &err);
	must(search_put(&desk, RECORD_TICKET, 2, 2, "undone", &err), &err);
	db_undo_savepoint(desk.db);
	must(search_put(&desk, RECORD_TICKET, 3, 3, "printer", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 3, 3, "plotter", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 4, 4, "gone", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 4, 4, "", &err), &err);
	must(search_put(&desk, RECORD_TICKET, 1, 1, "copier", &err), &err);
	must(search_flush(&desk, &err), &err);
	desk.in_batch = false;
	must(db_commit(desk.db, &err), &err);
	assert_string_equal(find(RECORD_TICKET, "plotter"), "3 ");
	assert_string_equal(find(RECORD_TICKET, "copier"), "1 ");
	assert_string_equal(find(RECORD_TICKET, "printer"), "");
	assert_string_equal(find(RECORD_TICKET, "scanner"), "");
	assert_string_equal(find(RECORD_TICKET, "undone"), "");
	assert_string_equal(find(RECORD_TICKET, "gone"), "");
	assert_index_is_whole();
	/* Later changes find what the flush put in. */
	put(RECORD_TICKET, 3, "drucker");
	assert_string_equal(find(RECORD_TICKET, "plotter"), "");
	assert_index_is_whole();
}

/* What is said of one text is what the index says of it. */
static void
search_has_words__any_text__agrees_with_the_index(void **state)
{
	static const char *const texts[] = {"La impresora no imprime",
	    "impresoras: todas", "Wi-Fi lento", "el wifi", "número 1234-5678",
	    "café con leche", "日本語 の 文", "no", "a b c", "fin."};
	static const char *const queries[] = {"impresora", "imp", "i", "no",
	    "impresora n", "la imprime", "wi fi", "wi-fi", "wifi", "1234",
	    "1234-5678", "5678", "cafe", "CAFÉ c", "日本", "fin", "fi", "...",
	    "", "a b", "todas", "leche ", "zzz"};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		put(RECORD_TICKET, (int64_t)t + 1, texts[t]);
	for (size_t k = 0; k < sizeof(queries) / sizeof(queries[0]); k++) {
		struct search_hit hits[16];
		struct str folded = STR_INIT;
		size_t count;

		utf8_fold(&folded, queries[k], strlen(queries[k]));
		must(search_find(&desk, RECORD_TICKET, queries[k], 0, 16, hits,
			 &count, &err),
		    &err);
		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
			struct str text = STR_INIT;
			bool found = false, said;

			for (size_t h = 0; h < count; h++)
				found |= hits[h].record_id == (int64_t)t + 1;
			utf8_fold(&text, texts[t], strlen(texts[t]));
			said = search_has_words(text.s, folded.s);
			if (said != found)
				fail_msg("\"%s\" in \"%s\": %d, not %d",
				    queries[k], texts[t], said, found);
			str_free(&text);
		}
		str_free(&folded);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(search_has_words__any_text__agrees_with_the_index),
	    TEST(search_find__words__newest_first),
	    TEST(search_find__last_word__is_a_prefix),
	    TEST(search_find__operators_and_quotes__are_only_text),
	    TEST(search_find__no_words__gives_no_hits),
	    TEST(search_find__tenants_and_kinds__are_apart),
	    TEST(search_put__again__replaces_and_keeps_its_place),
	    TEST(search_put__empty__removes),
	    TEST(search_put__rolled_back__leaves_the_index_as_it_was),
	    TEST(search_put__huge_text__is_cut_and_can_be_replaced),
	    TEST(search_find__position__goes_on_where_it_stopped),
	    TEST(search_find__long_prefix__same_by_both_ways),
	    TEST(search_find__behind_many_rows__is_found),
	    TEST(search_flush__batch__indexes_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
