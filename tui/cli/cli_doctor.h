/* cli_doctor - what the files of "opdesk doctor" share. */
#ifndef TUI_CLI_CLI_DOCTOR_H
#define TUI_CLI_CLI_DOCTOR_H

#include "common/conf.h"
#include "db/core/desk.h"

enum finding { FINDING_FINE, FINDING_WARNING, FINDING_FAULT };

/* text is borrowed. */
typedef void (*doctor_tell_fn)(
    const char *check, enum finding finding, const char *text, void *data);

/* Of a desk on a server: the server, and the role that is used there. */
void doctor__server(struct desk *desk, doctor_tell_fn tell, void *data);
/* Of a desk on a server: whether the place of its files is theirs. */
void doctor__place(struct desk *desk, doctor_tell_fn tell, void *data);
/* How the database works: what "desk health" shows. */
void doctor__health(struct desk *desk, doctor_tell_fn tell, void *data);
/* The model server, where one is configured. */
void doctor__model(const struct conf *conf, doctor_tell_fn tell, void *data);
/* Devices to record from, unless nothing is ever recorded. */
void doctor__sound(const struct conf *conf, doctor_tell_fn tell, void *data);
/* The directory of a telephone system's recordings, where one is set. */
void doctor__watched(const struct conf *conf, doctor_tell_fn tell, void *data);
/* What the page for phones is drawn with. */
void doctor__page(doctor_tell_fn tell, void *data);
/* Whether there are large ones; acts as the system of each tenant. */
void doctor__recordings(struct desk *desk, doctor_tell_fn tell, void *data);
/* Whether the key of what is sealed opens it; acts as each tenant's system. */
void doctor__sealed(struct desk *desk, doctor_tell_fn tell, void *data);
/* The program that dials, where one is configured; desk: file or URI. */
void doctor__dialler(const struct conf *conf, const char *desk,
    doctor_tell_fn tell, void *data);

#endif
