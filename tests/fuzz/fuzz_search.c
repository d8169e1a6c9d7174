/*
 * Search: whatever is typed is a query without a syntax error, and finds
 * nothing of another tenant or another kind.
 */
#include "db/core/search.h"
#include "db/engine/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OURS         1
#define OTHER_TENANT 2
#define OTHER_KIND   3

static char dir[] = "/tmp/opdesk-fuzz-XXXXXX";
static struct desk desk;

static void
clean_up(void)
{
	static const char *const suffixes[] = {
	    "", "-wal", "-shm", ".turn", ".bell", ".keeper"};
	char path[64];

	db_close(&desk.db);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(path, sizeof(path), "%s/desk.db%s", dir, suffixes[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void
put(int64_t tenant_id, enum record_kind kind, int64_t id)
{
	struct err err = ERR_INIT;

	desk.actor.tenant_id = tenant_id;
	if (search_put(&desk, kind, id, 1,
		"a ab abc router nuevo conexión t1 t2 t1k11 1 AND OR NOT",
		&err) != 0)
		BUG("%s", err.text);
}

static void
make_desk(void)
{
	struct err err = ERR_INIT;
	char path[64];

	if (mkdtemp(dir) == NULL)
		BUG("no directory below /tmp");
	snprintf(path, sizeof(path), "%s/desk.db", dir);
	if (db_open(path, DB_CREATE, &desk.db, &err) != 0 ||
	    migrate_run(desk.db, NULL, &err) != 0 ||
	    db_begin(desk.db, "fuzz", &err) != 0)
		BUG("%s", err.text);
	atexit(clean_up);
	put(1, RECORD_TICKET, OURS);
	put(2, RECORD_TICKET, OTHER_TENANT);
	put(1, RECORD_CONTACT, OTHER_KIND);
	if (db_commit(desk.db, &err) != 0)
		BUG("%s", err.text);
	desk.actor.tenant_id = 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct search_hit hits[8];
	struct err err = ERR_INIT;
	char *text;
	size_t count;

	if (desk.db == NULL)
		make_desk();
	text = malloc(size + 1);
	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (search_find(&desk, RECORD_TICKET, text, 0, 8, hits, &count, &err) !=
	    0)
		BUG("%s", err.text);
	BUG_ON(count > 1);
	BUG_ON(count == 1 && hits[0].record_id != OURS);
	if (search_find(&desk, RECORD_NONE, text, 0, 8, hits, &count, &err) !=
	    0)
		BUG("%s", err.text);
	for (size_t i = 0; i < count; i++)
		BUG_ON(hits[i].record_id == OTHER_TENANT);
	free(text);
	return 0;
}
