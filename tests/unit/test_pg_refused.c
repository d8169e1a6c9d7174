/*
 * A server that lets nobody in: what it says is understood, whatever its
 * language, and so is what libpq says before there is a server.
 *
 * The server is a thread that answers as one does.  Turned red by: sentences
 * of the server that are looked for in English only.
 */
#include "db/engine/pg_int.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define SSL_REQUEST 80877103
#define GSS_REQUEST 80877104
#define SIXTEEN     "abcdefghijklmnop"

struct server {
	pthread_t thread;
	int fd;
	int port;
	const char *state, *text;
	int asked; /* connections that came as far as the refusal */
};

static bool
take(int fd, void *p, size_t n)
{
	return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

/* An ErrorResponse: severity twice, SQLSTATE, sentence. */
static void
refuse(int fd, const struct server *s)
{
	char message[512];
	uint32_t length;
	int n;

	n = snprintf(message + 5, sizeof(message) - 5,
	    "SFATAL%cVFATAL%cC%s%cM%s%c", 0, 0, s->state, 0, s->text, 0);
	assert_in_range(n, 1, (int)sizeof(message) - 7);
	message[0] = 'E';
	length = htonl((uint32_t)n + 5);
	memcpy(message + 1, &length, 4);
	message[5 + n] = '\0';
	(void)!send(fd, message, (size_t)n + 6, MSG_NOSIGNAL);
}

static void
serve_one(int fd, struct server *s)
{
	char rest[1024];
	uint32_t head[2];

	while (take(fd, head, sizeof(head))) {
		uint32_t n = ntohl(head[0]), code = ntohl(head[1]);

		if (code == SSL_REQUEST || code == GSS_REQUEST) {
			(void)!send(fd, "N", 1, MSG_NOSIGNAL);
			continue;
		}
		if (n < sizeof(rest) && take(fd, rest, n - 8)) {
			s->asked++;
			refuse(fd, s);
		}
		break;
	}
	close(fd);
}

static void *
serve(void *data)
{
	struct server *s = data;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0)
		serve_one(fd, s);
	return NULL;
}

static void
start(struct server *s, const char *state, const char *text)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof(at);

	memset(s, 0, sizeof(*s));
	s->state = state;
	s->text = text;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(s->fd, 8), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &size), 0);
	s->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void
stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

static void
expect(const char *uri, int code, const char *says)
{
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	int rc = pg__session(uri, &conn, &err);

	if (rc != code || strstr(err.text, says) == NULL)
		fail_msg("%s: %d, not %d: \"%s\" without \"%s\"", uri, rc, code,
		    err.text, says);
	assert_null(conn);
}

static void
pg__server_refuses__is_understood_in_any_language(void **state)
{
	static const struct {
		const char *state, *text;
		int code;
		const char *says;
	} cases[] = {
	    {"28P01", "password authentication failed for user \"x\"",
		OD_EDENIED, "password_file"},
	    {"28P01",
		"la autentificaci\xc3\xb3n password fall\xc3\xb3 para el "
		"usuario \xc2\xabx\xc2\xbb",
		OD_EDENIED, "password_file"},
	    {"28000", "no existe el rol \xc2\xabx\xc2\xbb", OD_EDENIED,
		"password_file"},
	    {"3D000",
		"no existe la base de datos \xc2\xab"
		"d\xc2\xbb",
		OD_ENOTFOUND, "createdb"},
	    {"53300", "lo siento, ya tenemos demasiados clientes", OD_EUNAVAIL,
		"max_connections"},
	    {"57P03",
		"el sistema de base de datos est\xc3\xa1 inici\xc3\xa1"
		"ndose",
		OD_EUNAVAIL, "starting or stopping"},
	    {"57P03", "the database system is starting up", OD_EUNAVAIL,
		"starting or stopping"},
	    {"28000", "no pg_hba.conf entry for host \"127.0.0.1\"", OD_EDENIED,
		"allows it in its pg_hba.conf"},
	    {"42501", "permission denied for database \"d\"", OD_EDENIED,
		"GRANT CONNECT"},
	    {"42501",
		"permiso denegado a la base de datos \xc2\xab"
		"d\xc2\xbb",
		OD_EDENIED, "GRANT CONNECT"},
	    {"XX000", "algo muy raro", OD_EUNAVAIL, "cannot be reached"},
	};
	struct server s;
	char uri[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&s, cases[i].state, cases[i].text);
		snprintf(uri, sizeof(uri),
		    "postgresql://x@127.0.0.1:%d/d?sslmode=disable", s.port);
		expect(uri, cases[i].code, cases[i].says);
		stop(&s);
		assert_in_range(s.asked, 1, 2);
	}
}

static void
pg__no_connection__says_what_is_wrong(void **state)
{
	static const struct {
		const char *end; /* of the URI */
		int code;
		const char *says;
	} cases[] = {
	    {"/d?sslmode=require", OD_EUNAVAIL, "does not support SSL"},
	    {"/d?sslmode=verify-full&sslrootcert=/nothing", OD_EUNAVAIL,
		"sslmode and the certificates"},
	    {"/d?sslmode=whatever", OD_EUSAGE, "not right: invalid sslmode"},
	    {"/d?whatever=1", OD_EUSAGE, "not right: invalid URI query"},
	    {"9999/d?sslmode=disable", OD_EUSAGE, "not right: invalid port"},
	};
	struct server s;
	char uri[160];

	(void)state;
	start(&s, "28P01", "no");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(uri, sizeof(uri), "postgresql://x@127.0.0.1:%d%s",
		    s.port, cases[i].end);
		expect(uri, cases[i].code, cases[i].says);
	}
	stop(&s);
	/* Longer than a name may be, so that nobody is asked for it. */
	expect("postgresql://x@n" SIXTEEN SIXTEEN SIXTEEN SIXTEEN ".invalid/d",
	    OD_EUNAVAIL, "finds others by name");
	expect(
	    "postgresql:///d?host=/nowhere", OD_EUNAVAIL, "cannot be reached");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pg__server_refuses__is_understood_in_any_language),
	    cmocka_unit_test(pg__no_connection__says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
