/*
 * hostile - texts that would drive a terminal, and a desk full of them.
 *
 * What comes out of the programs afterwards is read by oracle.h.
 */
#ifndef TESTS_LIB_HOSTILE_H
#define TESTS_LIB_HOSTILE_H

#include "tests/lib/stage_desk.h"

#define HOSTILE_MARKER "Zqx" /* on both sides of each text */

/*
 * None of them holds a byte or a code point that the gate replaces by
 * U+FFFD: where that is seen, text came past the gate.
 */
extern const char *const hostile_texts[];
extern const size_t hostile_count;

/* A text between its markers, and its number: no two are alike; owned. */
char *hostile_marked(size_t i);
/* The number of the customer who says text i: "3466000" and four digits. */
void hostile_number(size_t i, char number[16]);
/*
 * Every text as a customer's name and message, as subject, description and
 * comment of a ticket, as name of a company, division, contact, team, operator
 * and token, and as a draft; one event that cannot be read.  The daemon runs.
 */
void hostile_fill(struct stage *s);

#endif
