/* verify - see verify.h. */
#include "tests/lib/verify.h"
#include "common/digest.h"
#include "tests/lib/engine.h"
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 32 /* schemas */

static uint8_t known[KNOWN_MAX][SHA256_SIZE];
static size_t known_count;

static int
digest_schema(struct db *db, uint8_t out[SHA256_SIZE], struct err *err)
{
	struct digest *sum = digest_start();
	struct stmt *st = NULL;
	int rc = db_query(db, &st,
	    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
	    " UNION ALL SELECT 'version', '', '', user_version"
	    " FROM pragma_user_version ORDER BY 1, 2",
	    NO_BINDS, err);

	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		/* With its NUL, so that no text runs into the next one. */
		for (int c = 0; c < 4; c++)
			digest_add(
			    sum, stmt_text(st, c), strlen(stmt_text(st, c)) + 1);
		rc = 0;
	}
	stmt_close(&st);
	digest_finish(&sum, out);
	return rc;
}

static bool
is_known(const uint8_t schema[SHA256_SIZE])
{
	for (size_t i = 0; i < known_count; i++)
		if (memcmp(known[i], schema, SHA256_SIZE) == 0)
			return true;
	return false;
}

static int
check_pages(struct db *db, struct err *err)
{
	char *text = NULL;
	int rc = db_text(db, &text, "PRAGMA quick_check(1)", NO_BINDS, err);

	if (rc == 0 && strcmp(text, "ok") != 0)
		rc = err_set(err, OD_EDATA, "%s", text);
	free(text);
	return rc;
}

int
verify_again(struct db *db, struct err *err)
{
	uint8_t schema[SHA256_SIZE];
	int rc;

	if (engine_is_postgres())
		return db_verify(db, err);
	if ((rc = digest_schema(db, schema, err)) != 0)
		return rc;
	if (is_known(schema))
		return check_pages(db, err);
	if ((rc = db_verify(db, err)) == 0 && known_count < KNOWN_MAX)
		memcpy(known[known_count++], schema, SHA256_SIZE);
	return rc;
}
