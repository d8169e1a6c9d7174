/* cli_doctor - what the files of "opdesk doctor" share. */
#ifndef TUI_CLI_CLI_DOCTOR_H
#define TUI_CLI_CLI_DOCTOR_H

#include "db/core/desk.h"

enum finding { FINDING_FINE, FINDING_WARNING, FINDING_FAULT };

/* text is borrowed. */
typedef void (*doctor_tell_fn)(
    const char *check, enum finding finding, const char *text, void *data);

/* Of a desk on a server: the server, and the role that is used there. */
void doctor__server(struct desk *desk, doctor_tell_fn tell, void *data);
/* Of a desk on a server: whether the place of its files is theirs. */
void doctor__place(struct desk *desk, doctor_tell_fn tell, void *data);

#endif
