/*
 * mask - what is shown of a customer to those who may know that he is there,
 * but not how he is reached.
 *
 * Below the screens, so that every way out says the same.
 */
#ifndef DB_RECORDS_MASK_H
#define DB_RECORDS_MASK_H

#include "db/core/op.h"
#include "db/records/people.h"

/*
 * Whether the actor sees how the customer of this conversation or ticket is
 * reached (contact.read_full); of one that nobody has, too.
 */
bool mask_sees(struct desk *d, const struct op_owner *own);

/* "+34 600 111 222": "•••222"; a mail address: its first letter. */
void mask_address(char *address, size_t size);
/* A name that is a number, as a customer has before anybody names him. */
void mask_name(char *name, size_t size);
/* Numbers, addresses, and what was written about him. */
void mask_contact(struct contact *c);
void mask_point(struct contact_point *p);

#endif
