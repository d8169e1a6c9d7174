/* daemon_run - the daemon from start to stop, for main. */
#ifndef SYNCD_DAEMON_RUN_H
#define SYNCD_DAEMON_RUN_H

#include "common/conf.h"

struct daemon_options {
	const char *uri;
	const char *listen;  /* NULL: from the configuration */
	struct conf **conf;  /* taken; *conf is NULL afterwards */
};

/*
 * Run until SIGTERM or SIGINT.  0 after an orderly stop.  On an error before
 * the loop ran nothing is released: the caller prints and exits.  OD_EDATA:
 * the configuration is at fault.
 */
int daemon_run(const struct daemon_options *options, struct err *err);

#endif
