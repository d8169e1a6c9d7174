/* cli_ask - see cli_ask.h. */
#include "tui/cli/cli_ask.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/str.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int
open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool
cli_has_terminal(void)
{
	int fd = open_terminal();

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void
say(int fd, const char *text, size_t n)
{
	ssize_t done = write(fd, text, n);

	(void)done;
}

/* One character back: all bytes of it. */
static size_t
back(const char *out, size_t n)
{
	if (n > 0)
		n--;
	while (n > 0 && ((unsigned char)out[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Byte by byte, so that ^C ends it with the terminal as it was. */
static int
read_line(int fd, bool echo, char *out, size_t size, struct err *err)
{
	size_t n = 0;
	bool fits = true;
	char c;

	for (;;) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == 3 || c == 4 || c == 27)
			return err_set(err, OD_ECANCEL,
			    "Nothing was changed, as you wished");
		if (c == '\r' || c == '\n')
			break;
		if (c == 127 || c == 8) {
			if (echo && n > 0)
				say(fd, "\b \b", 3);
			n = back(out, n);
			continue;
		}
		if ((unsigned char)c < 32)
			continue;
		fits = fits && n + 1 < size;
		if (fits)
			out[n++] = c;
		if (echo)
			say(fd, &c, 1);
	}
	out[n] = '\0';
	return fits ? 0 : err_set(err, OD_ELIMIT, "That is too long");
}

int
cli_ask(const char *prompt, bool echo, char *out, size_t size, struct err *err)
{
	struct termios was, quiet;
	int fd, rc;

	out[0] = '\0';
	if ((fd = open_terminal()) < 0 || tcgetattr(fd, &was) != 0) {
		if (fd >= 0)
			close(fd);
		return err_set(
		    err, OD_EUNAVAIL, "There is no terminal to ask at");
	}
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	say(fd, prompt, strlen(prompt));
	if (tcsetattr(fd, TCSAFLUSH, &quiet) != 0) {
		close(fd);
		return err_set(err, OD_EIO,
		    "The terminal would show what is typed; nothing was asked");
	}
	rc = read_line(fd, echo, out, size, err);
	say(fd, "\n", 1);
	(void)tcsetattr(fd, TCSAFLUSH, &was);
	close(fd);
	return rc;
}

static int
take_line(const char *text, size_t len, int n, char *out, size_t size,
    struct err *err)
{
	size_t used;

	for (; n > 0 && len > 0; n--) {
		const char *lf = memchr(text, '\n', len);
		size_t skip = lf != NULL ? (size_t)(lf - text) + 1 : len;

		text += skip;
		len -= skip;
	}
	used = strcspn(text, "\r\n");
	if (used > len)
		used = len;
	if (used >= size)
		return err_set(err, OD_ELIMIT, "That is too long");
	memcpy(out, text, used);
	out[used] = '\0';
	return 0;
}

static int
line_of_stdin(char *out, size_t size, struct err *err)
{
	char line[2048];

	out[0] = '\0';
	if (fgets(line, sizeof(line), stdin) == NULL)
		return 0;
	return take_line(line, strlen(line), 0, out, size, err);
}

int
cli_secret_line(
    const char *file, int n, char *out, size_t size, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	out[0] = '\0';
	if (strcmp(file, "-") == 0)
		return line_of_stdin(out, size, err);
	if ((rc = fs_read_secret(file, &text, err)) == 0)
		rc = take_line(text.s, text.len, n, out, size, err);
	if (text.len > 0)
		explicit_bzero(text.s, text.len);
	str_free(&text);
	return rc;
}
