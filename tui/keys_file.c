/* keys_file - see keys_file.h. */
#include "tui/keys_file.h"

#include "common/conf.h"
#include "common/fsutil.h"

#include <unistd.h>

#define FILE_MAX ((size_t)64 * 1024)

int
keys_file_read(
    const char *path, struct str *name, struct str *text, struct err *err)
{
	str_clear(text);
	if (path != NULL) {
		str_clear(name);
		str_add(name, path);
	} else {
		conf_find_keys(name);
		if (name->len == 0 || access(name->s, F_OK) != 0)
			return 0;
	}
	return fs_read(name->s, FILE_MAX, text, err);
}
