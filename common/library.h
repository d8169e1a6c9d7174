/*
 * library - functions of a shared library, found when they are first wanted.
 *
 * Loading one with everything that it brings along takes longer than most
 * programs run that would be linked with it.
 */
#ifndef COMMON_LIBRARY_H
#define COMMON_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct library_function {
	const char *name;
	size_t at; /* of its pointer in the struct that is filled */
};

/*
 * The pointers of all functions into the struct at out.  False: the library or
 * one of them is not there, and out is not to be used.  Never unloaded; callers
 * see to it that it is done once (pthread_once).
 */
bool library_load(const char *name, const struct library_function *functions,
    size_t count, void *out);

#endif
