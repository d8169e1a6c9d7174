/*
 * pg_refused - why no connection was made, and what to do about it.
 *
 * libpq tells it by a sentence only: its own, which are English here, or the
 * server's, which are in the server's language.  Where the words are unknown
 * the server is asked once more for its SQLSTATE, which is the same everywhere.
 */
#include "db/engine/pg_int.h"
#include "common/log.h"
#include "common/text.h"
#include <string.h>

#define DETAIL 256

enum reason {
	UNREACHABLE,
	NO_DATABASE,
	NO_ENTRY,
	NO_CONNECT,
	NO_LOGIN,
	NO_ROOM,
	NOT_YET,
	NO_NAME,
	NOT_SECURE,
	BAD_URI,
};

/* The first whose words are all there decides. */
static const struct {
	const char *words[2];
	enum reason reason;
} sentences[] = {
    {{"database \"", "does not exist"}, NO_DATABASE},
    {{"pg_hba.conf", NULL}, NO_ENTRY},
    {{"permission denied for database", NULL}, NO_CONNECT},
    {{"authentication", NULL}, NO_LOGIN},
    {{"password", NULL}, NO_LOGIN},
    {{"role \"", NULL}, NO_LOGIN},
    {{"connection slots", NULL}, NO_ROOM},
    {{"too many c", NULL}, NO_ROOM},
    {{"the database system is", NULL}, NOT_YET},
    {{"could not translate host name", NULL}, NO_NAME},
    {{"ssl", "invalid"}, BAD_URI}, /* what sslmode may be */
    {{"SSL", NULL}, NOT_SECURE},
    {{"certificate", NULL}, NOT_SECURE},
    {{"invalid", NULL}, BAD_URI},
    {{"URI", NULL}, BAD_URI},
};

/* The longest prefix comes first. */
static const struct {
	const char *state;
	enum reason reason;
} states[] = {
    {"3D000", NO_DATABASE},
    {"42501", NO_CONNECT},
    {"53300", NO_ROOM},
    {"57P03", NOT_YET},
    {"28", NO_LOGIN},
};

static struct log_brake unreached; /* several connections try again */

static bool
has_words(const char *text, const char *const words[2])
{
	return strstr(text, words[0]) != NULL &&
	       (words[1] == NULL || strstr(text, words[1]) != NULL);
}

static bool
by_words(const char *text, enum reason *reason)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		/* "invalid" of a server may be about anything. */
		if (sentences[i].reason == BAD_URI &&
		    strstr(text, "FATAL") != NULL)
			continue;
		*reason = sentences[i].reason;
		if (has_words(text, sentences[i].words))
			return true;
	}
	*reason = UNREACHABLE;
	return false;
}

/* "FATAL:  28P01: ..." */
static enum reason
by_state(const char *text)
{
	const char *at = strstr(text, ":  ");

	for (size_t i = 0; at != NULL && i < sizeof(states) / sizeof(states[0]);
	     i++)
		if (strncmp(at + 3, states[i].state, strlen(states[i].state)) ==
		    0)
			return states[i].reason;
	return UNREACHABLE;
}

/* What libpq says is wrong: the last part of its first line. */
static void
detail_of(const char *text, char detail[DETAIL])
{
	const char *failed = strstr(text, "failed: ");
	struct str line = STR_INIT;

	text = failed != NULL ? failed + strlen("failed: ") : text;
	str_addn(&line, text, strcspn(text, "\n"));
	text_safe_buf(detail, DETAIL, line.s);
	str_free(&line);
}

static int
login_refused(enum reason reason, struct err *err)
{
	if (reason == NO_ENTRY)
		return err_set(err, OD_EDENIED,
		    "The database server does not let this role in from this "
		    "machine; who looks after the server allows it in its "
		    "pg_hba.conf");
	if (reason == NO_CONNECT)
		return err_set(err, OD_EDENIED,
		    "This role may not use the database; its owner allows it "
		    "with GRANT CONNECT");
	return err_set(err, OD_EDENIED,
	    "The database server does not let this role in; check "
	    "its name and password_file");
}

static int
sentence(enum reason reason, const char *detail, struct err *err)
{
	switch (reason) {
	case NO_DATABASE:
		return err_set(err, OD_ENOTFOUND,
		    "The database server has no such database; make it with "
		    "createdb, then run opdesk init");
	case NO_ENTRY:
	case NO_CONNECT:
	case NO_LOGIN:
		return login_refused(reason, err);
	case NO_ROOM:
		return err_set(err, OD_EUNAVAIL,
		    "The database server has no room for one more connection; "
		    "raise its max_connections, or close a program that uses "
		    "it");
	case NOT_YET:
		return err_set(err, OD_EUNAVAIL,
		    "The database server is starting or stopping; try again "
		    "in a moment");
	case NO_NAME:
		return err_set(err, OD_EUNAVAIL,
		    "Nobody knows the name of the database server; check its "
		    "address, and whether this machine finds others by name");
	case NOT_SECURE:
		return err_set(err, OD_EUNAVAIL,
		    "There is no secure connection to the database server "
		    "(%s); check sslmode and the certificates",
		    detail);
	case BAD_URI:
		return err_set(err, OD_EUSAGE,
		    "The URI of the database is not right: %s", detail);
	case UNREACHABLE:
		break;
	}
	return err_set(err, OD_EUNAVAIL,
	    "The database server cannot be reached; check its address and "
	    "whether it runs");
}

int
pg__refused(struct engine_conn *conn, struct err *err)
{
	char detail[DETAIL];
	enum reason reason;
	const char *text;

	if (conn->pg == NULL || pg__lacks_memory(PQerrorMessage(conn->pg)))
		return pg__no_memory(err);
	text = PQerrorMessage(conn->pg);
	log_braked(&unreached, LOG_ERROR, "db", "%s", text);
	detail_of(text, detail);
	if (!by_words(text, &reason) && strstr(text, "FATAL") != NULL) {
		(void)PQsetErrorVerbosity(conn->pg, PQERRORS_VERBOSE);
		PQreset(conn->pg);
		if (PQstatus(conn->pg) == CONNECTION_OK) {
			(void)PQsetErrorVerbosity(conn->pg, PQERRORS_DEFAULT);
			return 0;
		}
		reason = by_state(PQerrorMessage(conn->pg));
	}
	return sentence(reason, detail, err);
}
