/* rest_tickets - see rest_tickets.h. */
#include "tests/lib/rest_tickets.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

void
rest_must(struct rest *r, int status, const char *method, const char *path,
    const char *headers, const char *body)
{
	int got = rest_call(r, method, path, headers, body);

	if (got != status)
		fail_msg("%s %s: %d, not %d: %s", method, path, got, status,
		    r->body.s);
}

const char *
rest_at(const char *prefix, int64_t number, const char *suffix)
{
	static _Thread_local char path[96];

	str_format(
	    path, sizeof(path), "%s/%lld%s", prefix, (long long)number, suffix);
	return path;
}

const char *
rest_ticket(int64_t number)
{
	return rest_at("/api/tickets", number, "");
}

const char *
rest_comments(int64_t number)
{
	return rest_at("/api/tickets", number, "/comments");
}

int64_t
rest_make(struct rest *r, const char *subject)
{
	char body[256];

	str_format(body, sizeof(body), "{\"subject\":\"%s\"}", subject);
	rest_must(r, 201, "POST", "/api/tickets", "", body);
	return rest_int(r, "number");
}
