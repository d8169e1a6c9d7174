/*
 * mail_write - a mail of ours as it goes over the network (RFC 5322, 2045,
 * 2047, 2231).
 *
 * Pure: a plain struct in, bytes out, with lines that end with CR LF, none of
 * more than 998 bytes, all of them ASCII, so that any server takes them.  What
 * would be a line of its own in a header becomes a blank there.
 */
#ifndef COMMON_MAIL_WRITE_H
#define COMMON_MAIL_WRITE_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAIL_ADDRESS_MAX 254

struct mail_part {        /* a file that goes along */
	const char *name; /* any text */
	const char *type; /* "a/b"; else it goes as bytes of any kind */
	const void *bytes;
	size_t n;
};

/* All borrowed.  Texts are UTF-8; bytes that are not are mended. */
struct mail_new {
	const char *from, *from_name; /* the name may be "" */
	const char *to, *to_name;
	const char *subject;
	const char *id;          /* of mail_id_new */
	const char *const *refs; /* what it answers, the oldest first */
	size_t ref_count;
	const char *desk_id; /* against loops; "" for none */
	const char *text;    /* lines end with LF, CR LF or CR */
	const struct mail_part *parts;
	size_t part_count;
	int64_t at_us;
	bool is_automatic; /* no person wrote it (RFC 3834) */
};

/*
 * Whether a mail can be sent to it: local@domain in ASCII without blanks,
 * quotes, brackets or control characters, at most MAIL_ADDRESS_MAX bytes.
 */
bool mail_address_ok(const char *address);
/* "a***@example.org", for those who only have to know where it goes. */
void mail_address_hint(const char *address, char *dst, size_t size);
/* A random id for the domain of an address, without < and >. */
void mail_id_new(const char *from, char *dst, size_t size);
/* OD_EDATA: an address is none, or the mail is above MAIL_BYTES_MAX. */
int mail_write(const struct mail_new *m, struct str *out, struct err *err);

#endif
