/*
 * mobile - signing in to the page for phones, without a password on the way.
 *
 * The console gives a code that is good for a few minutes and once; the phone
 * exchanges it for a session, which ends by itself, when it is signed out,
 * when its token is revoked or the operator disabled.  Only digests of either
 * are kept, as tokens without any operation.
 */
#ifndef DB_RECORDS_MOBILE_H
#define DB_RECORDS_MOBILE_H

#include "db/core/desk.h"

#define MOBILE_CODE_SIZE     12 /* "ABCDE-FGHJK" and its end */
#define MOBILE_SESSION_SIZE  65
#define MOBILE_CODE_MINUTES  10
#define MOBILE_SESSION_HOURS 12

/* For the acting operator. */
int mobile_code_new(struct desk *d, char code[MOBILE_CODE_SIZE],
    int64_t *expires_us, struct err *err);
/*
 * From then on d acts as that operator.  Blanks, dashes and small letters are
 * as good.  OD_EDENIED: it is wrong, used or too old.
 */
int mobile_sign_in(struct desk *d, const char *code,
    char session[MOBILE_SESSION_SIZE], struct err *err);
/* Of one that has ended already: nothing. */
int mobile_sign_out(struct desk *d, const char *session, struct err *err);

#endif
