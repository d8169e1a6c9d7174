/* visitor - see visitor.h. */
#include "tests/lib/visitor.h"
#include "tests/lib/wire.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEARD_MAX ((size_t)256 * 1024)
#define LIMIT_S   40

/* Shared with the processes. */
struct board {
	atomic_bool is_done;
	bool was_silent; /* neither an answer nor an end came */
	char heard[HEARD_MAX];
};
static struct board *board;
static int port_pipe[2];

void
visitor_init(void)
{
	if (board == NULL)
		board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		abort();
}

static void
drop_dates(char *text)
{
	char *line;

	while ((line = strstr(text, "\r\nDate: ")) != NULL) {
		const char *end = strstr(line + 2, "\r\n");

		if (end == NULL)
			end = line + strlen(line);
		memmove(line, end, strlen(end) + 1);
	}
}

static void
visit(int port, const char *bytes, size_t n)
{
	size_t len = 0;
	ssize_t k = 0;
	int fd;

	if ((fd = wire_dial(port)) < 0)
		return;
	(void)wire_send(fd, bytes, n); /* it may be refused before the end */
	while (len < HEARD_MAX - 1 &&
	       (k = recv(fd, board->heard + len, HEARD_MAX - 1 - len, 0)) > 0)
		len += (size_t)k;
	board->heard[len] = '\0';
	board->was_silent = k < 0 && errno == EAGAIN;
	close(fd);
}

void
visitor_start(const char *bytes, size_t n)
{
	int port;

	atomic_store(&board->is_done, false);
	board->was_silent = false;
	board->heard[0] = '\0';
	if (pipe(port_pipe) != 0)
		abort();
	if (fork() != 0) {
		close(port_pipe[0]);
		return;
	}
	alarm(LIMIT_S);
	close(port_pipe[1]);
	if (read(port_pipe[0], &port, sizeof(port)) == sizeof(port))
		visit(port, bytes, n);
	drop_dates(board->heard);
	atomic_store(&board->is_done, true);
	_exit(0);
}

void
visitor_go(int port)
{
	if (write(port_pipe[1], &port, sizeof(port)) != sizeof(port))
		abort();
	close(port_pipe[1]);
}

bool
visitor_is_done(void)
{
	return atomic_load(&board->is_done);
}

const char *
visitor_heard(void)
{
	return board->heard;
}

void
visitor_forget(const char *from)
{
	char *at = strstr(board->heard, from);

	if (at != NULL)
		*at = '\0';
}

int
visitor_judge(const char *ought, struct err *err)
{
	const char *heard = board->heard;
	size_t n = 0;

	while (heard[n] != '\0' && heard[n] == ought[n])
		n++;
	if (board->was_silent)
		return err_set(err, OD_EDATA, "neither an answer nor an end");
	if (heard[n] == '\0')
		return ought[n] == '\0'
		           ? 0
		           : err_set(err, OD_EUNAVAIL, "cut after %zu", n);
	/* Another status, after answers that were right. */
	while (n > 0 && strncmp(heard + n, "HTTP/1.1 ", 9) != 0)
		n--;
	if (strncmp(heard + n, "HTTP/1.1 5", 10) == 0)
		return err_set(err, OD_EUNAVAIL, "%.3s", heard + n + 9);
	return err_set(err, OD_EDATA, "heard: %.300s", heard + n);
}
