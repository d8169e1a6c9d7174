/*
 * sendq - does a client take what was written to its socket?
 */
#include "syncd/http/sendq.h"
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

bool
sendq_has_moved(int fd, uint64_t *acked)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);
	int queued = 0;

	if (ioctl(fd, SIOCOUTQ, &queued) != 0 || queued == 0)
		return true;
	/* The queue may stay equally full while it moves: ask the counter. */
	memset(&info, 0, sizeof(info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
		return true;
	if (info.tcpi_bytes_acked == *acked)
		return false;
	*acked = info.tcpi_bytes_acked;
	return true;
}
