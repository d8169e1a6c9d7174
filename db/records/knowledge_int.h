/* knowledge_int - what the files of knowledge share. */
#ifndef DB_RECORDS_KNOWLEDGE_INT_H
#define DB_RECORDS_KNOWLEDGE_INT_H

#include "db/records/knowledge.h"
#include "db/records/records_int.h"

/*
 * The words for a kind, from literals, so that formats stay checked: PICK(kind,
 * guide, card, prompt).
 */
#define PICK(kind, guide, card, prompt)                                        \
	((kind) == KNOWLEDGE_CARD        ? card                                \
	    : (kind) == KNOWLEDGE_PROMPT ? prompt                              \
					 : guide)

/* Without asking whether the actor may. */
int knowledge__load(
    struct desk *d, int64_t id, struct knowledge *out, struct err *err);
int knowledge__find(struct desk *d, enum knowledge_kind kind, const char *topic,
    struct knowledge *out, struct err *err);

#endif
