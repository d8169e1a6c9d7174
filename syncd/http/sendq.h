/*
 * sendq - does a client take what was written to its socket?
 *
 * Apart, because the kernel's tcp.h cannot be included beside uv.h.
 */
#ifndef SYNCD_HTTP_SENDQ_H
#define SYNCD_HTTP_SENDQ_H

#include <stdbool.h>
#include <stdint.h>

/*
 * True when nothing waits in fd's send queue, or when more bytes were
 * acknowledged than *acked, which is brought up to date.  Also true when the
 * kernel does not say.
 */
bool sendq_has_moved(int fd, uint64_t *acked);

#endif
