/* demo - the believable small company of `opdesk rehearse demo`. */
#ifndef TUI_CLI_DEMO_H
#define TUI_CLI_DEMO_H

#include "db/core/desk.h"

/*
 * Fill a new desk with the rehearsal tenant "demo": teams, operators of every
 * role (the first supervisor is the account that runs this), companies,
 * contacts, conversations and tickets of the last days, all by the use cases
 * of every day.  d acts as the host.  channel: name of the WhatsApp channel.
 */
int demo_fill(struct desk *d, const char *channel, struct err *err);

#endif
