/* token_scope - see token_scope.h. */
#include "db/core/token_scope.h"
#include <string.h>

static bool
covers(const char *scope, size_t n, const char *operation)
{
	if (n == 1 && scope[0] == '*')
		return true;
	if (n > 2 && scope[n - 1] == '*' && scope[n - 2] == '.')
		return strncmp(scope, operation, n - 1) == 0;
	return strlen(operation) == n && memcmp(scope, operation, n) == 0;
}

bool
token_scopes_cover(const char *scopes, const char *operation)
{
	while (*scopes != '\0') {
		size_t n = strcspn(scopes, ", ");

		if (n > 0 && covers(scopes, n, operation))
			return true;
		scopes += n;
		scopes += strspn(scopes, ", ");
	}
	return false;
}
