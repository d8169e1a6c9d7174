/* daemon_run - the daemon from start to stop, for main. */
#ifndef SYNCD_DAEMON_RUN_H
#define SYNCD_DAEMON_RUN_H

#include "common/conf.h"

struct daemon_options {
	const char *uri;
	const char *listen; /* NULL: from the configuration */
	struct conf **conf; /* taken; *conf is NULL afterwards */
};

/*
 * Run until SIGTERM or SIGINT.  0 after an orderly stop; OD_EUSAGE when the
 * configuration is at fault, another code when the start failed or the disk
 * did: in every case all is closed and freed.
 */
int daemon_run(const struct daemon_options *options, struct err *err);
/* [daemon] log_level. */
void daemon_set_log_level(const struct conf *conf);

#endif
