/*
 * permissions - tests/data/permissions.txt, and records that are one's own, a
 * team mate's, nobody's, another team's, another tenant's.
 */
#ifndef TESTS_LIB_PERMISSIONS_H
#define TESTS_LIB_PERMISSIONS_H

#include "db/core/op.h"
#include "tests/lib/desk_fixture.h"

enum whose {
	OWN_ONE,
	OF_A_MATE,
	OF_NOBODY,
	OF_OTHER_TEAM,  /* a stranger's */
	OF_OTHER_QUEUE, /* nobody's, but in the other team's queue */
	FOREIGN,
	WHOSE_COUNT
};
extern const char *const whose_names[];

struct permission_cell {
	char letter;  /* one of -ota */
	bool unowned; /* with a + */
};
struct permission {
	bool is_there; /* private */
	struct permission_cell role[STAFF_ROLE_COUNT];
	bool token, step, host, fact, read;
	bool second; /* with step */
};

/* The row; a test without one fails. */
const struct permission *permission(enum op_id id);
/* 0, OD_EDENIED or OD_ENOTFOUND. */
int permission_expected(
    enum op_id id, const struct permission_cell *cell, enum whose whose);
bool permission_has_owner(enum record_kind kind);

/*
 * A record of its tenant, made by the account that owns the desk; 0 for kinds
 * that nobody makes by hand.  Afterwards that account acts.
 */
int64_t permission_record(struct desk_fixture *f, enum record_kind kind,
    enum staff_role role, enum whose whose);

#endif
