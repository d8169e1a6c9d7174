/* token_scope - what a token's scope list covers. */
#ifndef DB_CORE_TOKEN_SCOPE_H
#define DB_CORE_TOKEN_SCOPE_H

#include <stdbool.h>

/* A scope that is no operation: the daemon's figures, for who is elsewhere. */
#define SCOPE_METRICS "metrics.read"
/* The same: an inventory agent reports as it, see agents.h. */
#define SCOPE_INVENTORY "inventory.report"
/* Of mobile.h; nobody can ask for these, and they cover nothing. */
#define SCOPE_CODE    "-mobile-code"
#define SCOPE_SESSION "-mobile-session"

/*
 * scopes: names separated by commas or spaces; "ticket.*" covers a noun, "*"
 * everything.
 */
bool token_scopes_cover(const char *scopes, const char *operation);

#endif
