/* share - found from the running program; see share.h. */
#include "common/share.h"
#include "common/xalloc.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *instead; /* owned; set before threads begin */

void
share_use(const char *dir)
{
	free(instead);
	instead = xstrdup(dir);
}

int
share_dir(struct str *out, struct err *err)
{
	static const char *const places[] = {"share/opdesk", "../share/opdesk"};
	char self[PATH_MAX], *slash;
	size_t was = out->len;
	struct stat st;
	ssize_t n;

	if (instead) {
		str_add(out, instead);
		return 0;
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < 2; i++) {
		str_addn(out, self, (size_t)(slash + 1 - self));
		str_add(out, places[i]);
		if (stat(out->s, &st) == 0 && S_ISDIR(st.st_mode))
			return 0;
		str_trunc(out, was);
	}
	return err_set(err, OD_ENOTFOUND,
	    "The files that come with opdesk are not beside it in "
	    "share/opdesk; install it whole.");
}
