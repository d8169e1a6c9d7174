/*
 * ticket_where - which tickets a person means by what he types:
 *
 *   router "no enciende" -vip estado:abierto,espera prioridad>=4 creado<7d
 *
 * Words are looked for in the tickets' texts, fields are compared; a "-" takes
 * away what would be found.  Names and values are understood in Spanish and
 * English alike, and begun ones as far as they are typed.
 */
#ifndef DB_RECORDS_TICKET_WHERE_H
#define DB_RECORDS_TICKET_WHERE_H

#include "common/str.h"
#include "db/core/desk.h"

/* Understood for one actor and moment, and never changed; any thread's. */
struct ticket_where;

/*
 * Times are those of the actor's zone, now is clock_wall_us().  The caller
 * frees *out.  OD_EDATA with a sentence that names the word that is not
 * understood, and what would be; OD_ELIMIT when it is too long.  No permission
 * is asked: ticket_list shows what may be read.
 */
int ticket_where_parse(struct desk *d, const char *text,
    struct ticket_where **out, struct err *err);
void ticket_where_free(struct ticket_where **w); /* NULL is fine */

/*
 * The fields there are, each with its Spanish name: "state estado, ...", for
 * help and sentences.
 */
void ticket_where_fields(struct str *out);

#endif
