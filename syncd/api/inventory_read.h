/*
 * inventory_read - what an inventory agent posted: which one it is, and what
 * it wants.  Pure: bytes in, a plain struct out; any thread.
 *
 * GLPI Agent, FusionInventory and OCS agents: a question what to do (PROLOG in
 * XML, CONTACT in JSON) or a report, in JSON or the older XML.  The report
 * itself is only looked at as far as it names its agent.
 */
#ifndef SYNCD_API_INVENTORY_READ_H
#define SYNCD_API_INVENTORY_READ_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

#define INVENTORY_INFLATED_MAX ((size_t)64 * 1024 * 1024)
#define INVENTORY_RATIO_MAX    ((size_t)200) /* beyond the first 4 MiB */

enum inventory_what {
	INVENTORY_PROLOG,  /* XML: asks whether to send a report */
	INVENTORY_CONTACT, /* JSON: the same, and what else to do */
	INVENTORY_REPORT,
	INVENTORY_OTHER, /* a task that this desk has none for */
};

struct inventory_said {
	enum inventory_what what;
	bool is_xml;
	bool is_partial; /* of a report */
	bool has_tag;
	char device_id[256];
	char program[65], version[65]; /* "" when it does not say */
	char tag[201];
	char action[65]; /* of INVENTORY_OTHER, as it named it */
};

enum inventory_fault {
	INVENTORY_FINE,
	INVENTORY_BAD,	     /* damaged, or not what an agent sends: 400 */
	INVENTORY_LARGE,     /* 413 */
	INVENTORY_UNPACKABLE, /* packed in a way that is not known: 415 */
};

/*
 * type: the Content-Type, NULL when there is none.  is_xml is right as soon
 * as the bytes could be unpacked, whatever comes of them.
 */
enum inventory_fault inventory_read(const void *body, size_t n,
    const char *type, struct inventory_said *out, struct err *err);

/* "GLPI-Agent_v1.11" into its two parts; either may be "". */
void inventory_program(
    const char *text, char program[65], char version[65]);

#endif
