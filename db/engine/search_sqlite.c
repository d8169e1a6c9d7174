/*
 * search_sqlite - full text with FTS5.
 *
 * The index has no text of its own, so what is taken out must be given again
 * as it was put in.  Words are quoted strings of FTS5: nothing in them can
 * be an operator.  Strings side by side mean "and", and those without a
 * letter or digit count for nothing there; when none is left, neither does
 * the "AND" with the scope find anything.
 */
#include "db/engine/sqlite_int.h"
#include "common/utf8.h"
#include <string.h>

#define WORDS_MAX 16 /* of one query; what comes after is ignored */

static void
quote(struct str *out, const char *word, size_t n)
{
	str_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '"')
			str_addc(out, '"');
		str_addc(out, word[i]);
	}
	str_addc(out, '"');
}

/* A prefix of one letter would read the whole index. */
static bool
may_be_prefix(const char *word, size_t n)
{
	uint32_t cp;

	return utf8_decode(word, n, &cp) < n;
}

static void
pattern(
    struct str *out, const char *scope, const char *folded, size_t prefix_max)
{
	static const char spaces[] = " \t\r\n\f\v";
	const char *word = folded + strspn(folded, spaces);

	str_clear(out);
	str_add(out, "{scope} : ");
	quote(out, scope, strlen(scope));
	str_add(out, " AND {text} : (");
	if (*word == '\0')
		str_add(out, "\"\"");
	for (int i = 0; *word != '\0' && i < WORDS_MAX; i++) {
		size_t n = strcspn(word, spaces);
		const char *next = word + n + strspn(word + n, spaces);

		if (i > 0)
			str_addc(out, ' ');
		if (*next == '\0' && prefix_max > 0 && n > prefix_max)
			n = prefix_max;
		quote(out, word, n);
		if (*next == '\0' && may_be_prefix(word, n))
			str_add(out, " *");
		word = next;
	}
	str_addc(out, ')');
}

/*
 * FTS5 says by the rows it touched whether there was anything to do: its own
 * bookkeeping of the statement counts as one.
 */
static int
merge(struct engine_conn *conn, bool *goes_on, struct err *err)
{
	sqlite3_int64 before = sqlite3_total_changes64(conn->db);
	int rc;

	rc = sqlite__run(
	    conn, "INSERT INTO search(search, rank) VALUES('merge', 32)", err);
	*goes_on = rc == 0 && sqlite3_total_changes64(conn->db) - before >= 2;
	return rc;
}

/*
 * A negative number makes FTS5 merge all pieces into one, a step at a time;
 * what was deleted is gone only from that one.
 */
static int
expunge(struct engine_conn *conn, bool first, bool *goes_on, struct err *err)
{
	sqlite3_int64 before = sqlite3_total_changes64(conn->db);
	int rc;

	rc = sqlite__run(conn,
	    first
		? "INSERT INTO search(search, rank) VALUES('merge', -64)"
		: "INSERT INTO search(search, rank) VALUES('merge', 64)",
	    err);
	*goes_on = rc == 0 && sqlite3_total_changes64(conn->db) - before >= 2;
	return rc;
}

static const char find[] =
    "SELECT t.kind, t.record_id, t.id, t.text FROM search s "
    "JOIN search_texts t ON t.id = s.rowid "
    "WHERE s.search MATCH $1 AND s.rowid < $2 AND t.tenant_id = $4 "
    "ORDER BY s.rowid DESC LIMIT $3";

const struct engine_search engine_search_sqlite = {
    .add = "INSERT INTO search(rowid, scope, text) VALUES($1, $2, $3)",
    .forget = "INSERT INTO search(search, rowid, scope, text) "
	      "VALUES('delete', $1, $2, $3)",
    .add_from = "INSERT INTO search(rowid, scope, text) "
		"SELECT id, scope, text FROM search_texts WHERE id >= $1",
    .quick_prefix = 3, /* the longest prefix index, see the schema */
    .find = {find, find},
    /* Looked up in the index a row would cost by what has its words. */
    .has = "EXISTS (SELECT 1 FROM search_texts x WHERE x.kind = $? "
	   "AND x.record_id = t.id AND x.tenant_id = t.tenant_id "
	   "AND has_words(x.text, $?))",
    .has_folded = true,
    .place = "SELECT id FROM search_texts "
	     "WHERE tenant_id = $1 AND kind = $2 AND record_id = $3",
    .pattern = pattern,
    .merge = merge,
    .expunge = expunge,
};
