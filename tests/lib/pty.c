/*
 * pty - forkpty and libvterm.
 */
#include "tests/lib/pty.h"

#include "common/clock.h"
#include "common/utf8.h"
#include "common/xalloc.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vterm.h>

#define ENV_MAX  40
#define ARGS_MAX 40

struct pty {
	pid_t pid;
	int fd;
	VTerm *vt;
	VTermScreen *screen;
	int w, h;
	bool alt, cursor_on, ended;
	VTermPos cursor;
	int status;
	uint64_t bytes;
	struct str output;
};

static int
on_property(VTermProp prop, VTermValue *value, void *data)
{
	struct pty *p = data;

	if (prop == VTERM_PROP_ALTSCREEN)
		p->alt = value->boolean != 0;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_on = value->boolean != 0;
	return 1;
}

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *data)
{
	struct pty *p = data;

	(void)old;
	(void)visible;
	p->cursor = pos;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
    .settermprop = on_property,
    .movecursor = on_cursor,
};

static void
on_answer(const char *s, size_t n, void *data)
{
	pty_send_n(data, s, n);
}

static bool
is_given(const struct pty_options *o, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; o->env != NULL && o->env[i] != NULL; i++)
		if (strncmp(o->env[i], name, n) == 0 && o->env[i][n] == '=')
			return true;
	return false;
}

static void
stop_flow(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t) != 0)
		return;
	t.c_iflag &= ~(tcflag_t)IXON;
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

static void
run_child(const char *const *argv, const struct pty_options *o)
{
	static const char *const kept[] = {"PATH", "HOME", "XDG_DATA_HOME",
	    "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
	char *env[ENV_MAX], *args[ARGS_MAX];
	size_t n = 0, argc = 0;

	if (o->no_flow)
		stop_flow();
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nothing */
	if (!is_given(o, "TERM"))
		env[n++] = xasprintf(
		    "TERM=%s", o->term != NULL ? o->term : "xterm-256color");
	if (!is_given(o, "LC_ALL"))
		env[n++] = xstrdup("LC_ALL=C.UTF-8");
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		if (getenv(kept[i]) != NULL)
			env[n++] = xasprintf("%s=%s", kept[i], getenv(kept[i]));
	}
	for (size_t i = 0;
	     o->env != NULL && o->env[i] != NULL && n < ENV_MAX - 1; i++)
		env[n++] = xstrdup(o->env[i]);
	env[n] = NULL;
	while (argv[argc] != NULL && argc < ARGS_MAX - 1) {
		args[argc] = xstrdup(argv[argc]);
		argc++;
	}
	args[argc] = NULL;
	if (o->dir != NULL && chdir(o->dir) != 0)
		_exit(126);
	execve(args[0], args, env);
	_exit(127);
}

struct pty *
pty_start(const char *const *argv, const struct pty_options *o)
{
	static const struct pty_options none;
	struct pty *p = xcalloc(1, sizeof *p);
	struct winsize ws = {0};

	o = o != NULL ? o : &none;
	p->w = o->w > 0 ? o->w : 80;
	p->h = o->h > 0 ? o->h : 24;
	ws.ws_col = (unsigned short)p->w;
	ws.ws_row = (unsigned short)p->h;
	str_init(&p->output);
	p->cursor_on = true;
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0) {
		free(p);
		return NULL;
	}
	if (p->pid == 0)
		run_child(argv, o);
	p->vt = vterm_new(p->h, p->w);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, on_answer, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_reset(p->screen, 1);
	return p;
}

static bool
reap(struct pty *p, int flags)
{
	if (!p->ended && waitpid(p->pid, &p->status, flags) == p->pid)
		p->ended = true;
	return p->ended;
}

void
pty_stop(struct pty **pp)
{
	struct pty *p = *pp;

	if (p == NULL)
		return;
	if (!reap(p, WNOHANG)) {
		kill(p->pid, SIGKILL);
		reap(p, 0);
	}
	if (p->fd >= 0)
		close(p->fd);
	vterm_free(p->vt);
	str_free(&p->output);
	FREE(pp);
}

/* One piece of output, waiting at most ms; false: nothing came. */
static bool
read_some(struct pty *p, int ms)
{
	struct pollfd pfd = {p->fd, POLLIN, 0};
	char buf[16384];
	ssize_t n;

	if (p->fd < 0 || poll(&pfd, 1, ms) <= 0)
		return false;
	n = read(p->fd, buf, sizeof buf);
	if (n <= 0)
		return false;
	p->bytes += (uint64_t)n;
	str_addn(&p->output, buf, (size_t)n);
	vterm_input_write(p->vt, buf, (size_t)n);
	return true;
}

void
pty_pump(struct pty *p)
{
	while (read_some(p, 0))
		;
}

void
pty_send_n(struct pty *p, const char *bytes, size_t n)
{
	while (n > 0 && p->fd >= 0) {
		struct pollfd pfd = {p->fd, POLLIN | POLLOUT, 0};
		size_t piece = n < 512 ? n : 512;
		ssize_t k;

		if (poll(&pfd, 1, PTY_WAIT_MS) <= 0)
			return;
		if ((pfd.revents & POLLIN) != 0)
			read_some(p, 0);
		if ((pfd.revents & POLLOUT) == 0) {
			if ((pfd.revents & POLLHUP) != 0)
				return;
			continue;
		}
		if ((k = write(p->fd, bytes, piece)) < 0)
			return;
		bytes += k;
		n -= (size_t)k;
	}
}

void
pty_send(struct pty *p, const char *keys)
{
	pty_send_n(p, keys, strlen(keys));
}

bool
pty_has_ended(struct pty *p)
{
	return reap(p, WNOHANG);
}

void
pty_resize(struct pty *p, int w, int h)
{
	struct winsize ws = {0};

	p->w = w;
	p->h = h;
	ws.ws_col = (unsigned short)w;
	ws.ws_row = (unsigned short)h;
	/* libvterm reads what is not there when it is made very small. */
	vterm_set_size(p->vt, h > 6 ? h : 6, w > 20 ? w : 20);
	ioctl(p->fd, TIOCSWINSZ, &ws);
}

void
pty_signal(struct pty *p, int signum)
{
	if (!reap(p, WNOHANG))
		kill(p->pid, signum);
}

void
pty_hang_up(struct pty *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

bool
pty_wait(struct pty *p, bool (*fn)(struct pty *p, void *data), void *data,
    int deadline_ms)
{
	int64_t until = clock_mono_us() + deadline_ms * US_PER_MS;

	for (;;) {
		int64_t left = (until - clock_mono_us()) / US_PER_MS;

		pty_pump(p);
		if (fn(p, data))
			return true;
		if (left <= 0)
			return false;
		/* Short turns: an exit makes no output. */
		if (!read_some(p, left < 10 ? (int)left : 10) &&
		    reap(p, WNOHANG)) {
			pty_pump(p);
			return fn(p, data);
		}
	}
}

static bool
has_text(struct pty *p, void *data)
{
	return pty_find(p, data) >= 0;
}

static bool
has_no_text(struct pty *p, void *data)
{
	return pty_find(p, data) < 0;
}

bool
pty_wait_text(struct pty *p, const char *text)
{
	char *copy = xstrdup(text);
	bool found = pty_wait(p, has_text, copy, PTY_WAIT_MS);

	free(copy);
	return found;
}

bool
pty_wait_no_text(struct pty *p, const char *text)
{
	char *copy = xstrdup(text);
	bool gone = pty_wait(p, has_no_text, copy, PTY_WAIT_MS);

	free(copy);
	return gone;
}

bool
pty_wait_exit(struct pty *p, int *status)
{
	int64_t until = clock_mono_us() + PTY_WAIT_MS * US_PER_MS;

	while (!reap(p, WNOHANG)) {
		if (clock_mono_us() > until)
			return false;
		if (p->fd < 0)
			poll(NULL, 0, 1);
		else
			read_some(p, 5);
	}
	pty_pump(p);
	*status = p->status;
	return true;
}

void
pty_row(struct pty *p, int row, struct str *out)
{
	size_t keep = out->len;
	char utf8[4];

	for (int col = 0; col < p->w;) {
		VTermScreenCell cell;
		VTermPos pos = {row, col};

		vterm_screen_get_cell(p->screen, pos, &cell);
		if (cell.chars[0] == 0)
			str_addc(out, ' ');
		for (int i = 0;
		     i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
			str_addn(out, utf8, utf8_encode(cell.chars[i], utf8));
		if (cell.chars[0] != 0 && cell.chars[0] != ' ')
			keep = out->len;
		col += cell.width > 1 ? cell.width : 1;
	}
	str_trunc(out, keep);
}

void
pty_screen(struct pty *p, struct str *out)
{
	for (int row = 0; row < p->h; row++) {
		pty_row(p, row, out);
		str_addc(out, '\n');
	}
}

int
pty_find(struct pty *p, const char *text)
{
	struct str row;
	int found = -1;

	str_init(&row);
	for (int i = 0; i < p->h && found < 0; i++) {
		str_clear(&row);
		pty_row(p, i, &row);
		if (strstr(row.s, text) != NULL)
			found = i;
	}
	str_free(&row);
	return found;
}

static int
colour(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c) ||
	    !VTERM_COLOR_IS_INDEXED(c))
		return -1;
	return c->indexed.idx;
}

bool
pty_cell_at(struct pty *p, int row, int col, struct pty_cell *out)
{
	VTermScreenCell cell;
	VTermPos pos = {row, col};

	memset(out, 0, sizeof *out);
	if (row < 0 || col < 0 || row >= p->h || col >= p->w)
		return false;
	vterm_screen_get_cell(p->screen, pos, &cell);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && i < 5; i++)
		out->cp[i] = cell.chars[i];
	out->cells = cell.width;
	out->bold = cell.attrs.bold != 0;
	out->underline = cell.attrs.underline != 0;
	out->reverse = cell.attrs.reverse != 0;
	out->fg = colour(&cell.fg);
	out->bg = colour(&cell.bg);
	return true;
}

bool
pty_cursor(struct pty *p, int *row, int *col)
{
	*row = p->cursor.row;
	*col = p->cursor.col;
	return p->cursor_on;
}

bool
pty_is_stopped(struct pty *p)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)p->pid, &info,
		   WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == p->pid;
}

bool
pty_is_alt_screen(const struct pty *p)
{
	return p->alt;
}

pid_t
pty_pid(const struct pty *p)
{
	return p->ended ? 0 : p->pid;
}

uint64_t
pty_bytes(const struct pty *p)
{
	return p->bytes;
}

const struct str *
pty_output(const struct pty *p)
{
	return &p->output;
}

bool
pty_settings(struct pty *p, struct termios *out)
{
	return p->fd >= 0 && tcgetattr(p->fd, out) == 0;
}
