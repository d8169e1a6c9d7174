/* stage_desk - see stage_desk.h. */
#include "tests/lib/stage_desk.h"
#include "tests/lib/engine.h"
#include "common/clock.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/audit.h"
#include "tests/lib/wire.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TENANT "demo"

static void
must(int rc, const char *what, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "stage: %s: %s\n", what, err->text);
	abort();
}

struct desk *
stage_desk(struct stage *s, const char *login)
{
	struct desk_options o = {.uri = s->desk};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int64_t tenant;

	must(desk_open(&o, &d, &err), "the desk", &err);
	if (login != NULL) {
		must(desk_act_as_operator(d, TENANT, login, &err), login, &err);
		op_stepped_up(d);
		return d;
	}
	must(db_int(d->db, &tenant,
		 "SELECT id FROM tenants WHERE slug = 'demo'", NO_BINDS, &err),
	    "the tenant", &err);
	desk_act_as_system(d, tenant);
	return d;
}

static struct db *
look(struct stage *s)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(s->desk, DB_READONLY, &db, &err), "the desk", &err);
	return db;
}

static int64_t
ask(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;
	int rc = db_int(db, &n, sql, NO_BINDS, &err);

	if (rc == OD_ENOTFOUND)
		return -1;
	must(rc, sql, &err);
	return n;
}

int64_t
stage_int(struct stage *s, const char *sql)
{
	struct db *db = look(s);
	int64_t n = ask(db, sql);

	db_close(&db);
	return n;
}

char *
stage_text(struct stage *s, const char *sql)
{
	struct db *db = look(s);
	struct err err = ERR_INIT;
	char *text = NULL;
	int rc = db_text(db, &text, sql, NO_BINDS, &err);

	if (rc == OD_ENOTFOUND)
		text = xstrdup("");
	else
		must(rc, sql, &err);
	db_close(&db);
	return text;
}

bool
stage_wait_int(struct stage *s, const char *sql, int64_t wanted)
{
	return stage_wait_int_doing(s, sql, wanted, NULL, NULL);
}

bool
stage_wait_int_doing(struct stage *s, const char *sql, int64_t wanted,
    void (*meanwhile)(void *data), void *data)
{
	int64_t until = 0, n, before = -1;
	struct db *db = look(s);

	while ((n = ask(db, sql)) != wanted) {
		if (n != before)
			until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
		before = n;
		if (clock_mono_us() >= until)
			break;
		if (meanwhile != NULL)
			meanwhile(data);
		poll(NULL, 0, 2);
	}
	db_close(&db);
	if (n != wanted)
		fprintf(stderr, "%s\n\tgives %lld, not %lld\n", sql,
		    (long long)n, (long long)wanted);
	return n == wanted;
}

bool
stage_wait_spool(struct stage *s)
{
	static const char name[] = "\nopdesk_spooled_events ";
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	struct str text = STR_INIT;
	int left = -1;

	while (left != 0 && clock_mono_us() < until) {
		const char *at;

		str_clear(&text);
		(void)wire_call(
		    s->daemon_port, "GET", "/metrics", "", "", 0, &text);
		at = strstr(text.s, name);
		if (at != NULL && atoi(at + strlen(name)) != left) {
			left = atoi(at + strlen(name));
			until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
		}
		poll(NULL, 0, 10);
	}
	str_free(&text);
	if (left != 0)
		fprintf(stderr, "%d events stay in files\n", left);
	return left == 0;
}

bool
stage_is_busy(int rc, const struct err *err, int64_t until_us)
{
	return rc == OD_EUNAVAIL && strstr(err->text, "is busy") != NULL &&
	       clock_mono_us() < until_us;
}

int64_t
stage_send(struct desk *d, const struct message_new *in)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS, id = 0;
	struct err err = ERR_INIT;
	int rc;

	do
		rc = message_send(d, in, &id, &err);
	while (stage_is_busy(rc, &err, until));
	must(rc, in->body, &err);
	return id;
}

static void
exec_with(struct stage *s, const char *sql, const struct bind *binds, size_t n)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	struct desk *d = stage_desk(s, NULL);
	struct err err = ERR_INIT;
	int rc;

	do
		rc = db_begin(d->db, "stage", &err);
	while (stage_is_busy(rc, &err, until));
	must(rc, sql, &err);
	must(db_exec(d->db, sql, binds, n, NULL, &err), sql, &err);
	must(db_commit(d->db, &err), sql, &err);
	desk_close(&d);
}

void
stage_exec(struct stage *s, const char *sql)
{
	exec_with(s, sql, NO_BINDS);
}

void
stage_noon(struct stage *s)
{
	int hour = (int)(clock_wall_us() / US_PER_HOUR % 24);
	char zone[32] = "UTC";

	/* Named by what is to be added to reach UTC. */
	if (hour != 12)
		str_format(zone, sizeof(zone), "Etc/GMT%+d", hour - 12);
	exec_with(s, "UPDATE tenants SET zone = $1 WHERE tenant_id > 0",
	    BINDS(b_text(zone)));
}

void
stage_check_whole(struct stage *s)
{
	struct desk *d = stage_desk(s, "irene");
	struct err err = ERR_INIT;
	struct audit_verdict chain;
	char *verdict = NULL;

	must(
	    db_text(d->db, &verdict,
		engine_is_postgres() ? "SELECT 'ok'" : "PRAGMA integrity_check",
		NO_BINDS, &err),
	    "integrity", &err);
	if (strcmp(verdict, "ok") != 0) {
		fprintf(stderr, "stage: the desk is damaged: %s\n", verdict);
		abort();
	}
	free(verdict);
	must(audit_verify(d, &chain, &err), "the audit chain", &err);
	if (chain.bad_seq != 0) {
		fprintf(stderr, "stage: the audit chain breaks at %lld: %s\n",
		    (long long)chain.bad_seq, chain.reason);
		abort();
	}
	desk_close(&d);
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of all messages of a load, in order; owned. */
static int64_t *
load_numbers(struct stage *s, size_t *count)
{
	int64_t *numbers = xcalloc(1, sizeof(*numbers));
	struct db *db = look(s);
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	size_t n = 0;

	must(db_query(db, &st,
		 "SELECT substr(provider_id, 12) FROM messages"
		 " WHERE provider_id LIKE 'wamid.load-%'",
		 NO_BINDS, &err),
	    "its messages", &err);
	while (stmt_step(st, &err) == 1) {
		if ((n & (n - 1)) == 0)
			numbers =
			    xreallocarray(numbers, n * 2 + 1, sizeof(*numbers));
		numbers[n++] = strtoll(stmt_text(st, 0), NULL, 10);
	}
	stmt_close(&st);
	db_close(&db);
	qsort(numbers, n, sizeof(*numbers), by_number);
	*count = n;
	return numbers;
}

static void
complain(int64_t number, const char *what)
{
	fprintf(stderr, "stage: message %lld %s\n", (long long)number, what);
	abort();
}

void
stage_check_load(struct stage *s, const int64_t *acknowledged, size_t count)
{
	size_t there;
	int64_t *numbers = load_numbers(s, &there);

	for (size_t i = 1; i < there; i++)
		if (numbers[i] == numbers[i - 1])
			complain(numbers[i], "is there twice");
	for (size_t i = 0; i < count; i++)
		if (bsearch(&acknowledged[i], numbers, there, sizeof(*numbers),
			by_number) == NULL)
			complain(
			    acknowledged[i], "was acknowledged and is lost");
	free(numbers);
}

int
stage_hook(struct stage *s, const void *body, size_t n)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct str headers = STR_INIT;
	int status;

	rehearsal_sign(signature, STAGE_SECRET, body, n);
	str_addf(
	    &headers, "Content-Type: application/json\r\n%s\r\n", signature);
	status = wire_call(
	    s->daemon_port, "POST", "/whatsapp", headers.s, body, n, NULL);
	str_free(&headers);
	return status;
}

int
stage_says(struct stage *s, const char *from, const char *name,
    const char *text, char *id_out)
{
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = STAGE_NUMBER_ID,
	    .from = from,
	    .name = name,
	    .text = text};
	char id[REHEARSAL_ID_SIZE];
	struct str body = STR_INIT;
	int status;

	rehearsal_message(&m, &body, id);
	if (id_out != NULL)
		memcpy(id_out, id, sizeof(id));
	status = stage_hook(s, body.s, body.len);
	str_free(&body);
	return status;
}
