/* import_encoding - which encoding a file has; see import_source_int.h. */
#include "common/i18n.h"
#include "db/records/import_source_int.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct look {
	int64_t line;
	int64_t good, bad; /* lines with other letters than those of ASCII */
	int64_t first_bad;
	int follow;   /* bytes of a character that are to come */
	bool is_high; /* of the line so far */
	bool is_bad;
	size_t nul[2], bytes; /* NUL at even and at odd places */
};

static void
end_line(struct look *l)
{
	if (l->follow > 0)
		l->is_bad = true;
	if (l->is_bad && l->bad++ == 0)
		l->first_bad = l->line;
	if (l->is_high && !l->is_bad)
		l->good++;
	l->is_bad = l->is_high = false;
	l->follow = 0;
}

static void
look_at(struct look *l, unsigned char c)
{
	if (c == '\0')
		l->nul[l->bytes % 2]++;
	l->bytes++;
	if (c == '\n') {
		end_line(l);
		l->line++;
		return;
	}
	if (c >= 0x80)
		l->is_high = true;
	if (l->follow > 0 && c >= 0x80 && c < 0xc0) {
		l->follow--;
		return;
	}
	if (l->follow > 0)
		l->is_bad = true;
	l->follow = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	if (c >= 0x80 && (c < 0xc2 || c > 0xf4)) {
		l->is_bad = true;
		l->follow = 0;
	}
}

int
import__check_encoding(FILE *in, struct err *err)
{
	unsigned char buffer[65536];
	struct look l = {.line = 1};
	size_t n;

	if (fseeko(in, 0, SEEK_SET) != 0)
		return err_set(err, OD_EIO, "The file cannot be read: %m");
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0) {
		if (l.bytes == 0 && n >= 2 &&
		    (memcmp(buffer, "\xff\xfe", 2) == 0 ||
			memcmp(buffer, "\xfe\xff", 2) == 0))
			l.nul[0] = SIZE_MAX / 4;
		for (size_t i = 0; i < n; i++)
			look_at(&l, buffer[i]);
	}
	if (ferror(in))
		return err_set(err, OD_EIO, "The file cannot be read: %m");
	end_line(&l);
	if (l.nul[0] + l.nul[1] > l.bytes / 4)
		return err_set(err, OD_EDATA,
		    "The file is UTF-16, not UTF-8; say so with --encoding"
		    " utf-16");
	if (l.bad > l.good)
		return err_set(err, OD_EDATA,
		    "The file is not UTF-8 (line %lld is the first that is"
		    " not); it seems to be Windows-1252 or Latin-1: say so with"
		    " --encoding windows-1252, or save it as UTF-8",
		    (long long)l.first_bad);
	return 0;
}
