/* mask - see mask.h. */
#include "db/records/mask.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define HIDDEN "•••"
#define SHOWN  3 /* digits */

bool
mask_sees(struct desk *d, const struct op_owner *own)
{
	return op_reaches(op_def(OP_CONTACT_READ_FULL),
	    op_scope(d, OP_CONTACT_READ_FULL), &d->actor, own);
}

/* How many digits, and whether there are letters. */
static size_t
count_digits(const char *s, bool *letters)
{
	size_t n = 0;

	*letters = false;
	for (; *s != '\0'; s++) {
		n += *s >= '0' && *s <= '9';
		*letters = *letters || (unsigned char)*s >= 0x80 ||
		           (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
	}
	return n;
}

static void
mask_number(char *number, size_t size)
{
	char digits[33];
	size_t n;

	records__digits(digits, sizeof(digits), number);
	n = strlen(digits);
	str_format(number, size, "%s%s", HIDDEN,
	    n > 2 * SHOWN ? digits + n - SHOWN : "");
}

void
mask_address(char *address, size_t size)
{
	char first[8] = "";
	bool letters;
	uint32_t cp;

	if (address[0] == '\0')
		return;
	(void)count_digits(address, &letters);
	if (!letters) {
		mask_number(address, size);
		return;
	}
	str_format(first, sizeof(first), "%.*s",
	    (int)utf8_decode(address, strlen(address), &cp), address);
	str_format(address, size, "%s%s", first, HIDDEN);
}

void
mask_name(char *name, size_t size)
{
	bool letters;

	if (count_digits(name, &letters) >= 5 && !letters)
		mask_number(name, size);
}

void
mask_contact(struct contact *c)
{
	c->masked = true;
	mask_name(c->full_name, sizeof(c->full_name));
	mask_address(c->email, sizeof(c->email));
	mask_address(c->phone_number, sizeof(c->phone_number));
	FREE(&c->problem_statement);
	FREE(&c->notes);
}

void
mask_point(struct contact_point *p)
{
	mask_address(p->value, sizeof(p->value));
	mask_address(p->username, sizeof(p->username));
	mask_address(p->parent_value, sizeof(p->parent_value));
}
