/*
 * pg_lib - libpq, loaded when the first desk on a server is opened.
 *
 * libpq brings fifteen libraries along; a desk in a file, which most are,
 * would pay for them at every start.  So these are libpq's functions by name,
 * each handing on to the real one.  Using another one of libpq's takes a row
 * in each of the three lists below.
 */
#include "common/library.h"
#include "db/engine/pg_int.h"
#include <pthread.h>
#include <stddef.h>

#define LIBRARY "libpq.so.5"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

static struct {
	__typeof__(PQbackendPID) *PQbackendPID;
	__typeof__(PQclear) *PQclear;
	__typeof__(PQcmdStatus) *PQcmdStatus;
	__typeof__(PQcmdTuples) *PQcmdTuples;
	__typeof__(PQconnectdbParams) *PQconnectdbParams;
	__typeof__(PQconsumeInput) *PQconsumeInput;
	__typeof__(PQenterPipelineMode) *PQenterPipelineMode;
	__typeof__(PQerrorMessage) *PQerrorMessage;
	__typeof__(PQexec) *PQexec;
	__typeof__(PQexecPrepared) *PQexecPrepared;
	__typeof__(PQexitPipelineMode) *PQexitPipelineMode;
	__typeof__(PQfinish) *PQfinish;
	__typeof__(PQfreemem) *PQfreemem;
	__typeof__(PQftype) *PQftype;
	__typeof__(PQgetResult) *PQgetResult;
	__typeof__(PQgetisnull) *PQgetisnull;
	__typeof__(PQgetlength) *PQgetlength;
	__typeof__(PQgetvalue) *PQgetvalue;
	__typeof__(PQisBusy) *PQisBusy;
	__typeof__(PQnfields) *PQnfields;
	__typeof__(PQnotifies) *PQnotifies;
	__typeof__(PQntuples) *PQntuples;
	__typeof__(PQpipelineSync) *PQpipelineSync;
	__typeof__(PQprepare) *PQprepare;
	__typeof__(PQputCopyData) *PQputCopyData;
	__typeof__(PQputCopyEnd) *PQputCopyEnd;
	__typeof__(PQreset) *PQreset;
	__typeof__(PQresultErrorField) *PQresultErrorField;
	__typeof__(PQresultStatus) *PQresultStatus;
	__typeof__(PQsendPrepare) *PQsendPrepare;
	__typeof__(PQsendQuery) *PQsendQuery;
	__typeof__(PQsendQueryParams) *PQsendQueryParams;
	__typeof__(PQsendQueryPrepared) *PQsendQueryPrepared;
	__typeof__(PQserverVersion) *PQserverVersion;
	__typeof__(PQsetErrorVerbosity) *PQsetErrorVerbosity;
	__typeof__(PQsetNoticeReceiver) *PQsetNoticeReceiver;
	__typeof__(PQsocket) *PQsocket;
	__typeof__(PQstatus) *PQstatus;
	__typeof__(PQtransactionStatus) *PQtransactionStatus;
	__typeof__(PQunescapeBytea) *PQunescapeBytea;
} lib;

/* clang-format off */
static const struct library_function functions[] = {
	{"PQbackendPID", offsetof(__typeof__(lib), PQbackendPID)},
	{"PQclear", offsetof(__typeof__(lib), PQclear)},
	{"PQcmdStatus", offsetof(__typeof__(lib), PQcmdStatus)},
	{"PQcmdTuples", offsetof(__typeof__(lib), PQcmdTuples)},
	{"PQconnectdbParams", offsetof(__typeof__(lib), PQconnectdbParams)},
	{"PQconsumeInput", offsetof(__typeof__(lib), PQconsumeInput)},
	{"PQenterPipelineMode", offsetof(__typeof__(lib), PQenterPipelineMode)},
	{"PQerrorMessage", offsetof(__typeof__(lib), PQerrorMessage)},
	{"PQexec", offsetof(__typeof__(lib), PQexec)},
	{"PQexecPrepared", offsetof(__typeof__(lib), PQexecPrepared)},
	{"PQexitPipelineMode", offsetof(__typeof__(lib), PQexitPipelineMode)},
	{"PQfinish", offsetof(__typeof__(lib), PQfinish)},
	{"PQfreemem", offsetof(__typeof__(lib), PQfreemem)},
	{"PQftype", offsetof(__typeof__(lib), PQftype)},
	{"PQgetResult", offsetof(__typeof__(lib), PQgetResult)},
	{"PQgetisnull", offsetof(__typeof__(lib), PQgetisnull)},
	{"PQgetlength", offsetof(__typeof__(lib), PQgetlength)},
	{"PQgetvalue", offsetof(__typeof__(lib), PQgetvalue)},
	{"PQisBusy", offsetof(__typeof__(lib), PQisBusy)},
	{"PQnfields", offsetof(__typeof__(lib), PQnfields)},
	{"PQnotifies", offsetof(__typeof__(lib), PQnotifies)},
	{"PQntuples", offsetof(__typeof__(lib), PQntuples)},
	{"PQpipelineSync", offsetof(__typeof__(lib), PQpipelineSync)},
	{"PQprepare", offsetof(__typeof__(lib), PQprepare)},
	{"PQputCopyData", offsetof(__typeof__(lib), PQputCopyData)},
	{"PQputCopyEnd", offsetof(__typeof__(lib), PQputCopyEnd)},
	{"PQreset", offsetof(__typeof__(lib), PQreset)},
	{"PQresultErrorField", offsetof(__typeof__(lib), PQresultErrorField)},
	{"PQresultStatus", offsetof(__typeof__(lib), PQresultStatus)},
	{"PQsendPrepare", offsetof(__typeof__(lib), PQsendPrepare)},
	{"PQsendQuery", offsetof(__typeof__(lib), PQsendQuery)},
	{"PQsendQueryParams", offsetof(__typeof__(lib), PQsendQueryParams)},
	{"PQsendQueryPrepared", offsetof(__typeof__(lib), PQsendQueryPrepared)},
	{"PQserverVersion", offsetof(__typeof__(lib), PQserverVersion)},
	{"PQsetErrorVerbosity", offsetof(__typeof__(lib), PQsetErrorVerbosity)},
	{"PQsetNoticeReceiver", offsetof(__typeof__(lib), PQsetNoticeReceiver)},
	{"PQsocket", offsetof(__typeof__(lib), PQsocket)},
	{"PQstatus", offsetof(__typeof__(lib), PQstatus)},
	{"PQtransactionStatus", offsetof(__typeof__(lib), PQtransactionStatus)},
	{"PQunescapeBytea", offsetof(__typeof__(lib), PQunescapeBytea)},
};
/* clang-format on */

static void
load(void)
{
	is_loaded = library_load(
	    LIBRARY, functions, sizeof(functions) / sizeof(functions[0]), &lib);
}

int
pg__load(struct err *err)
{
	pthread_once(&once, load);
	if (!is_loaded)
		return err_set(err, OD_EUNAVAIL,
		    "A desk on a server cannot be opened without %s; install "
		    "it (on Debian the package libpq5)",
		    LIBRARY);
	return 0;
}

int
PQbackendPID(const PGconn *conn)
{
	return lib.PQbackendPID(conn);
}

void
PQclear(PGresult *res)
{
	lib.PQclear(res);
}

char *
PQcmdStatus(PGresult *res)
{
	return lib.PQcmdStatus(res);
}

char *
PQcmdTuples(PGresult *res)
{
	return lib.PQcmdTuples(res);
}

PGconn *
PQconnectdbParams(
    const char *const *keywords, const char *const *values, int expand_dbname)
{
	return lib.PQconnectdbParams(keywords, values, expand_dbname);
}

int
PQconsumeInput(PGconn *conn)
{
	return lib.PQconsumeInput(conn);
}

int
PQenterPipelineMode(PGconn *conn)
{
	return lib.PQenterPipelineMode(conn);
}

char *
PQerrorMessage(const PGconn *conn)
{
	return lib.PQerrorMessage(conn);
}

PGresult *
PQexec(PGconn *conn, const char *query)
{
	return lib.PQexec(conn, query);
}

PGresult *
PQexecPrepared(PGconn *conn, const char *name, int count,
    const char *const *values, const int *lengths, const int *formats,
    int result_format)
{
	return lib.PQexecPrepared(
	    conn, name, count, values, lengths, formats, result_format);
}

int
PQexitPipelineMode(PGconn *conn)
{
	return lib.PQexitPipelineMode(conn);
}

void
PQfinish(PGconn *conn)
{
	lib.PQfinish(conn);
}

void
PQfreemem(void *p)
{
	lib.PQfreemem(p);
}

Oid
PQftype(const PGresult *res, int field)
{
	return lib.PQftype(res, field);
}

PGresult *
PQgetResult(PGconn *conn)
{
	return lib.PQgetResult(conn);
}

int
PQgetisnull(const PGresult *res, int row, int field)
{
	return lib.PQgetisnull(res, row, field);
}

int
PQgetlength(const PGresult *res, int row, int field)
{
	return lib.PQgetlength(res, row, field);
}

char *
PQgetvalue(const PGresult *res, int row, int field)
{
	return lib.PQgetvalue(res, row, field);
}

int
PQisBusy(PGconn *conn)
{
	return lib.PQisBusy(conn);
}

int
PQnfields(const PGresult *res)
{
	return lib.PQnfields(res);
}

PGnotify *
PQnotifies(PGconn *conn)
{
	return lib.PQnotifies(conn);
}

int
PQntuples(const PGresult *res)
{
	return lib.PQntuples(res);
}

int
PQpipelineSync(PGconn *conn)
{
	return lib.PQpipelineSync(conn);
}

PGresult *
PQprepare(PGconn *conn, const char *name, const char *query, int count,
    const Oid *types)
{
	return lib.PQprepare(conn, name, query, count, types);
}

int
PQputCopyData(PGconn *conn, const char *buffer, int nbytes)
{
	return lib.PQputCopyData(conn, buffer, nbytes);
}

int
PQputCopyEnd(PGconn *conn, const char *errormsg)
{
	return lib.PQputCopyEnd(conn, errormsg);
}

void
PQreset(PGconn *conn)
{
	lib.PQreset(conn);
}

char *
PQresultErrorField(const PGresult *res, int field)
{
	return lib.PQresultErrorField(res, field);
}

ExecStatusType
PQresultStatus(const PGresult *res)
{
	return lib.PQresultStatus(res);
}

int
PQsendPrepare(PGconn *conn, const char *name, const char *query, int count,
    const Oid *types)
{
	return lib.PQsendPrepare(conn, name, query, count, types);
}

int
PQsendQuery(PGconn *conn, const char *query)
{
	return lib.PQsendQuery(conn, query);
}

int
PQsendQueryParams(PGconn *conn, const char *command, int count,
    const Oid *types, const char *const *values, const int *lengths,
    const int *formats, int result_format)
{
	return lib.PQsendQueryParams(conn, command, count, types, values,
	    lengths, formats, result_format);
}

int
PQsendQueryPrepared(PGconn *conn, const char *name, int count,
    const char *const *values, const int *lengths, const int *formats,
    int result_format)
{
	return lib.PQsendQueryPrepared(
	    conn, name, count, values, lengths, formats, result_format);
}

int
PQserverVersion(const PGconn *conn)
{
	return lib.PQserverVersion(conn);
}

PGVerbosity
PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
	return lib.PQsetErrorVerbosity(conn, verbosity);
}

PQnoticeReceiver
PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver receiver, void *arg)
{
	return lib.PQsetNoticeReceiver(conn, receiver, arg);
}

int
PQsocket(const PGconn *conn)
{
	return lib.PQsocket(conn);
}

ConnStatusType
PQstatus(const PGconn *conn)
{
	return lib.PQstatus(conn);
}

PGTransactionStatusType
PQtransactionStatus(const PGconn *conn)
{
	return lib.PQtransactionStatus(conn);
}

unsigned char *
PQunescapeBytea(const unsigned char *text, size_t *length)
{
	return lib.PQunescapeBytea(text, length);
}
