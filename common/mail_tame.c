/*
 * mail_tame - what would make libgmime slow, large or deep is refused or made
 * blank before it sees it; see mail_int.h.
 *
 * It reads headers of senders and recipients when it meets them, also those of
 * mails within a mail: a group within a group by a call of itself, and what is
 * no address in time that grows with its square.
 */
#include "common/mail_int.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NESTS_MAX      1000   /* words that can begin parts within parts */
#define BOUNDARIES_MAX 100000 /* lines that can begin a part */
#define HEADERS_MAX    200000 /* lines that can be headers */
#define ADDRESSES_MAX  4096   /* bytes of one such header */
#define ADDRESSES_ALL  (256u << 10)
#define COLONS_MAX     100 /* of one such header: groups within groups */

struct tame {
	int nests, boundaries, headers;
	size_t addresses; /* bytes of all of them */
	size_t open; /* bytes of the header of addresses that is open, or 0 */
	int colons;
};

/* Words anywhere: a boundary can be written in many ways. */
static void
count_nests(struct tame *t, const char *s, size_t n)
{
	static const char *const words[] = {"multipart", "message"};
	const char *end = s + n, *p = s;

	while ((p = memchr(p, '/', (size_t)(end - p))) != NULL) {
		for (size_t i = 0; i < 2; i++) {
			size_t len = strlen(words[i]);

			if ((size_t)(p - s) >= len &&
			    strncasecmp(p - len, words[i], len) == 0)
				t->nests++;
		}
		p++;
	}
}

static bool
is_header(const char *s, size_t n, size_t *name)
{
	size_t i = 0;

	while (i < n && s[i] > ' ' && s[i] < 0x7f && s[i] != ':')
		i++;
	*name = i;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return *name > 0 && i < n && s[i] == ':';
}

static bool
has_addresses(const char *s, size_t name)
{
	static const char *const names[] = {
	    "from", "to", "cc", "bcc", "sender", "reply-to"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == name &&
		    strncasecmp(s, names[i], name) == 0)
			return true;
	return false;
}

/* What stands behind the first few of them is nobody's business here. */
static void
take_addresses(struct tame *t, char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		t->colons += s[i] == ':' ? 1 : 0;
		if (t->open + i > ADDRESSES_MAX || t->colons > COLONS_MAX ||
		    t->addresses + i > ADDRESSES_ALL)
			s[i] = ' ';
	}
	t->open += n;
	t->addresses += n;
}

static void
take_line(struct tame *t, char *s, size_t n)
{
	size_t name;

	t->boundaries += n >= 2 && s[0] == '-' && s[1] == '-' ? 1 : 0;
	count_nests(t, s, n);
	if (n > 0 && (s[0] == ' ' || s[0] == '\t')) {
		if (t->open > 0)
			take_addresses(t, s, n);
		return;
	}
	t->open = 0;
	if (!is_header(s, n, &name))
		return;
	t->headers++;
	if (has_addresses(s, name)) {
		t->colons = 0;
		t->open = name + 1;
		take_addresses(t, s + name + 1, n - name - 1);
	}
}

int
mail__tame(char *bytes, size_t n, struct err *err)
{
	struct tame t = {0};

	for (size_t at = 0; at < n;) {
		char *end = memchr(bytes + at, '\n', n - at);
		size_t len = end != NULL ? (size_t)(end - bytes) - at : n - at;

		take_line(&t, bytes + at, len);
		at += len + 1;
	}
	if (t.nests > NESTS_MAX || t.boundaries > BOUNDARIES_MAX)
		return err_set(err, OD_EDATA,
		    "The mail has more than %d parts; send it in several",
		    MAIL_PARTS_MAX);
	if (t.headers > HEADERS_MAX)
		return err_set(err, OD_EDATA, "The mail has too many headers");
	return 0;
}
