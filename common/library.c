/* library - see library.h. */
#include "common/library.h"
#include <dlfcn.h>
#include <string.h>

bool
library_load(const char *name, const struct library_function *functions,
    size_t count, void *out)
{
	void *lib = dlopen(name, RTLD_NOW | RTLD_LOCAL);

	if (lib == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		void *f = dlsym(lib, functions[i].name);

		if (f == NULL)
			return false;
		memcpy((char *)out + functions[i].at, &f, sizeof(f));
	}
	return true;
}
