/* preload - see preload.h. */
#include "tests/lib/preload.h"
#include "common/xalloc.h"
#include "tests/lib/stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *library, *variable; /* "NAME=VALUE"; owned */
static char variable_name[64];

/* A program's sanitizer is not the first library any more. */
static void
excuse_order(void)
{
	static const char excuse[] = "verify_asan_link_order=0";
	const char *given = getenv("ASAN_OPTIONS");
	char options[512];

	if (given != NULL && strstr(given, excuse) != NULL)
		return;
	snprintf(options, sizeof(options), "%s%s%s", given != NULL ? given : "",
	    given != NULL ? ":" : "", excuse);
	setenv("ASAN_OPTIONS", options, 1);
}

void
preload_begin(const char *shim, const char *name, const char *value)
{
	char file[64];

	snprintf(file, sizeof(file), "tests/shim/%s.so", shim);
	excuse_order();
	library = xasprintf("LD_PRELOAD=%s", stage_program(file));
	snprintf(variable_name, sizeof(variable_name), "%s", name);
	variable = xasprintf("%s=%s", name, value);
	putenv(library);
	putenv(variable);
}

void
preload_end(void)
{
	if (library == NULL)
		return;
	unsetenv("LD_PRELOAD");
	unsetenv(variable_name);
	FREE(&library);
	FREE(&variable);
}

const char *const *
preload_env(void)
{
	static const char *env[3];

	env[0] = library;
	env[1] = variable;
	return env;
}
