/*
 * pg_err - PostgreSQL's SQLSTATEs as our codes, each with its sentence.
 */
#include "db/engine/pg_int.h"
#include "common/log.h"
#include <string.h>

enum meaning {
	BUSY,
	GONE,
	FULL,
	DENIED,
	TWICE,
	NO_TARGET,
	OUT_OF_RANGE,
	TOO_LARGE,
	CANCELLED,
	NO_MEMORY,
	DAMAGED,
	APPEND_ONLY,
	UNDONE,
	UNEXPECTED,
};

/* The longest prefix of a SQLSTATE that is in the table decides. */
static const struct {
	const char *state;
	enum meaning meaning;
} meanings[] = {
    {"08", GONE},
    {"22", OUT_OF_RANGE},
    {"23", OUT_OF_RANGE},
    {"23503", NO_TARGET},
    {"23505", TWICE},
    {"25006", DENIED}, /* a read-only transaction */
    {"25P02", UNDONE},
    {"25P03", GONE}, /* idle in a transaction for too long */
    {"40001", BUSY},
    {"40P01", BUSY},
    {"42501", DENIED},
    {"53100", FULL},
    {"53200", NO_MEMORY},
    {"53300", GONE}, /* too many connections */
    {"54", TOO_LARGE},
    {"55P03", BUSY}, /* lock_timeout */
    {"57014", CANCELLED},
    {"57P", GONE}, /* shut down, starting, crashed */
    {"58", DAMAGED},
    {"OD001", APPEND_ONLY}, /* of our triggers */
    {"XX001", DAMAGED},
    {"XX002", DAMAGED},
};

static enum meaning
meaning_of(const char *state)
{
	enum meaning found = UNEXPECTED;
	size_t best = 0;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		size_t n = strlen(meanings[i].state);

		if (n > best && strncmp(state, meanings[i].state, n) == 0) {
			best = n;
			found = meanings[i].meaning;
		}
	}
	return found;
}

bool
pg__lacks_memory(const char *text)
{
	return strstr(text, "out of memory") != NULL;
}

int
pg__no_memory(struct err *err)
{
	return err_set(err, OD_EIO,
	    "There is not enough memory; close other programs and "
	    "try again");
}

int
pg__away(struct err *err)
{
	return err_set(err, OD_EUNAVAIL,
	    "The database server does not answer; nothing was saved. Try "
	    "again when it is back");
}

int
pg__silent(struct err *err)
{
	return err_set(err, OD_EUNAVAIL,
	    "The database server does not answer; wait until it is back");
}

int
pg__undone(struct err *err)
{
	return err_set(err, OD_EIO,
	    "An earlier error undid what was being saved; try again");
}

int
pg__may_write(const struct engine_conn *conn, struct err *err)
{
	if (conn->readonly)
		return err_set(err, OD_EDENIED,
		    "The desk is open for reading only; nothing was saved");
	return 0;
}

static int
unexpected(const char *state, const char *text, struct err *err)
{
	log_error("db", "SQLSTATE %s: %s", state, text);
	return err_set(err, OD_EIO,
	    "The desk does not answer as this program expects; is its "
	    "version right? Run opdesk doctor");
}

/* What was committed before a look that fails stays saved. */
static int
gone(const struct engine_conn *conn, struct err *err)
{
	if (conn->lacked_memory)
		return pg__no_memory(err);
	return conn->began ? pg__away(err) : pg__silent(err);
}

static int
sentence(const struct engine_conn *conn, enum meaning m, const char *state,
    const char *text, struct err *err)
{
	switch (m) {
	case BUSY:
		return err_set(err, OD_EUNAVAIL,
		    "The desk is busy: another transaction holds what this "
		    "needs and does not end. Try again; if it stays so, "
		    "\"opdesk desk health\" says whose it is");
	case GONE:
		return gone(conn, err);
	case FULL:
		return err_set(err, OD_EIO,
		    "The disk is full; nothing was saved. Make room and try "
		    "again");
	case DENIED:
		return err_set(err, OD_EDENIED,
		    "The database server does not allow this; nothing was "
		    "saved. Check the rights of the role that opdesk uses "
		    "(%s)",
		    text);
	case TWICE:
		return err_set(err, OD_ECONFLICT,
		    "There is already one with the same value; change it or "
		    "use the one that is there");
	case NO_TARGET:
		return err_set(err, OD_ECONFLICT,
		    "Something that this refers to is not there; look it up "
		    "again");
	case OUT_OF_RANGE:
		log_error("db", "SQLSTATE %s: %s", state, text);
		return err_set(err, OD_EDATA,
		    "A value is missing or outside its range; nothing was "
		    "saved");
	case TOO_LARGE:
		return err_set(err, OD_ELIMIT,
		    "This is too large to be saved; make it shorter");
	case CANCELLED:
		return err_set(err, OD_EUNAVAIL,
		    "The database server took too long; nothing was saved. "
		    "Try again");
	case NO_MEMORY:
		return pg__no_memory(err);
	case DAMAGED:
		log_error("db", "SQLSTATE %s: %s", state, text);
		return err_set(err, OD_EIO,
		    "The database server reports an error of its disk or "
		    "files; nothing was saved. Look into its log");
	case APPEND_ONLY:
		return err_set(err, OD_EDENIED,
		    "The audit trail is never changed or deleted");
	case UNDONE:
		return pg__undone(err);
	case UNEXPECTED:
		break;
	}
	return unexpected(state, text, err);
}

int
pg__fail(struct engine_conn *conn, const PGresult *res, struct err *err)
{
	const char *state =
	    res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *text =
	    res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (pg__check_lost(conn))
		return gone(conn, err);
	if (state == NULL && pg__lacks_memory(PQerrorMessage(conn->pg)))
		return pg__no_memory(err);
	if (state == NULL)
		return unexpected("?", PQerrorMessage(conn->pg), err);
	return sentence(
	    conn, meaning_of(state), state, text ? text : "", err);
}
