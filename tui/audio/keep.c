/* keep - see keep.h. */
#include "tui/audio/keep.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "tui/audio/helper.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_MS     600000 /* of a conversion that hangs */
#define LIST_MS      20000
#define OUTPUT_MAX_N 65536

struct child {
	uv_loop_t loop;
	uv_process_t process;
	uv_pipe_t out, control;
	struct loop_timer *limit;
	struct str *text; /* NULL: not read */
	int64_t status;
	int signum;
	char block[4096];
};

static void
on_exit_of(uv_process_t *p, int64_t status, int signum)
{
	struct child *c = p->data;

	c->status = status;
	c->signum = signum;
	loop_timer_stop(c->limit);
	uv_close((uv_handle_t *)p, NULL);
	if (!uv_is_closing((uv_handle_t *)&c->control))
		uv_close((uv_handle_t *)&c->control, NULL);
}

static void
on_limit(void *data)
{
	struct child *c = data;

	uv_process_kill(&c->process, SIGKILL);
}

static void
give_block(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct child *c = h->data;

	(void)suggested;
	*buf = uv_buf_init(c->block, sizeof(c->block));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct child *c = s->data;

	if (n > 0 && c->text->len < OUTPUT_MAX_N)
		str_addn(c->text, buf->base, (size_t)n);
	else if (n < 0)
		uv_close((uv_handle_t *)s, NULL);
}

static void
on_signal(int signum, void *data)
{
	struct child *c = data;

	(void)signum;
	uv_process_kill(&c->process, SIGTERM);
}

static void
connect_to(struct child *c, uv_stdio_container_t io[6], int three, int five,
    bool has_control)
{
	if (c->text != NULL)
		io[1] = (uv_stdio_container_t){
		    .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		    .data.stream = (uv_stream_t *)&c->out};
	if (three >= 0)
		io[3] = (uv_stdio_container_t){
		    .flags = UV_INHERIT_FD, .data.fd = three};
	if (has_control)
		io[4] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE |
		                                        UV_READABLE_PIPE |
		                                        UV_WRITABLE_PIPE,
		    .data.stream = (uv_stream_t *)&c->control};
	if (five >= 0)
		io[5] = (uv_stdio_container_t){
		    .flags = UV_INHERIT_FD, .data.fd = five};
}

/* Descriptors 3 and 5 of the program; below 0: none. */
static int
run(const char *const *words, int three, int five, bool has_control,
    struct str *text, uint64_t limit_ms, struct err *err)
{
	static const int signums[] = {SIGINT, SIGTERM};
	struct child c = {.text = text};
	struct loop_signals *signals = NULL;
	struct str path = STR_INIT;
	char *argv[12];
	uv_stdio_container_t io[6] = {{.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
	uv_process_options_t o = {
	    .exit_cb = on_exit_of, .args = argv, .stdio = io, .stdio_count = 6};
	int n = 0, rc;

	uv_loop_init(&c.loop);
	uv_pipe_init(&c.loop, &c.out, 0);
	uv_pipe_init(&c.loop, &c.control, 0);
	c.process.data = c.out.data = c.control.data = &c;
	c.limit = loop_timer_new(&c.loop, on_limit, &c);
	helper_program(&path);
	argv[n++] = path.s;
	for (; words[n - 1] != NULL; n++)
		argv[n] = (char *)(uintptr_t)words[n - 1];
	argv[n] = NULL;
	o.file = path.s;
	connect_to(&c, io, three, five, has_control);
	rc = uv_spawn(&c.loop, &c.process, &o);
	if (rc != 0) {
		rc = err_set(err, OD_EUNAVAIL,
		    "opdesk-recorder cannot be started (%s); install it beside "
		    "opdesk",
		    uv_strerror(rc));
	} else {
		(void)loop_signals_new(
		    &c.loop, signums, 2, on_signal, &c, &signals, NULL);
		if (limit_ms > 0)
			loop_timer_start(c.limit, limit_ms, 0);
		if (text != NULL)
			uv_read_start(
			    (uv_stream_t *)&c.out, give_block, on_read);
		while (uv_is_active((uv_handle_t *)&c.process) ||
		       (text != NULL && uv_is_active((uv_handle_t *)&c.out)))
			uv_run(&c.loop, UV_RUN_ONCE);
	}
	loop_signals_free(&signals);
	loop_timer_free(&c.limit);
	str_free(&path);
	if (loop_finish(&c.loop) != 0)
		BUG("a handle of a child is still open");
	if (rc != 0)
		return rc;
	if (c.status == 0 && c.signum == 0)
		return 0;
	return c.status == 7 ? OD_EDATA : c.status == 6 ? OD_EUNAVAIL : OD_EIO;
}

int
keep_convert(int from, int to, const char *format, struct err *err)
{
	const char *words[] = {"--convert", format, NULL};
	int rc = run(words, from, to, false, NULL, LIMIT_MS, err);

	return rc == 0 || rc == OD_EUNAVAIL ? rc
	                                    : err_set(err, rc,
						  "The recording could not be "
						  "kept as %s; it stays as WAV",
						  format);
}

/* ---- the same, while the loop goes on ---- */

struct keep {
	uv_process_t process;
	struct loop_timer *limit;
	keep_fn *fn; /* NULL: given up */
	void *data;
	int rc;
};

static void
on_keep_closed(uv_handle_t *h)
{
	struct keep *k = h->data;

	if (k->fn != NULL)
		k->fn(k->rc, k->data);
	free(k);
}

static void
on_keep_exit(uv_process_t *p, int64_t status, int signum)
{
	struct keep *k = p->data;

	k->rc = status == 0 && signum == 0 ? 0
	        : status == 7              ? OD_EDATA
	                                   : OD_EIO;
	loop_timer_free(&k->limit);
	uv_close((uv_handle_t *)p, on_keep_closed);
}

static void
on_keep_limit(void *data)
{
	struct keep *k = data;

	uv_process_kill(&k->process, SIGKILL);
}

int
keep_begin(uv_loop_t *loop, const char *program, int from, int to,
    const char *format, keep_fn *fn, void *data, struct keep **out,
    struct err *err)
{
	struct keep *k = xcalloc(1, sizeof(*k));
	struct str path = STR_INIT;
	char *argv[] = {NULL, (char *)(uintptr_t) "--convert",
	    (char *)(uintptr_t)format, NULL};
	uv_stdio_container_t io[6] = {{.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
	uv_process_options_t o = {.exit_cb = on_keep_exit,
	    .args = argv,
	    .stdio = io,
	    .stdio_count = 6};
	int rc;

	io[3] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = from};
	io[5] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = to};
	if (program != NULL)
		str_add(&path, program);
	else
		helper_program(&path);
	argv[0] = path.s;
	o.file = path.s;
	k->process.data = k;
	rc = uv_spawn(loop, &k->process, &o);
	str_free(&path);
	if (rc != 0) {
		uv_close((uv_handle_t *)&k->process, on_keep_closed);
		return err_set(err, OD_EUNAVAIL,
		    "opdesk-recorder cannot be started (%s); install it beside "
		    "opdesk",
		    uv_strerror(rc));
	}
	k->fn = fn;
	k->data = data;
	k->limit = loop_timer_new(loop, on_keep_limit, k);
	loop_timer_start(k->limit, LIMIT_MS, 0);
	*out = k;
	return 0;
}

void
keep_cancel(struct keep **kp)
{
	struct keep *k = *kp;

	*kp = NULL;
	if (k == NULL)
		return;
	k->fn = NULL;
	if (!uv_is_closing((uv_handle_t *)&k->process))
		uv_process_kill(&k->process, SIGKILL);
}

int
keep_devices(struct str *out, struct err *err)
{
	const char *words[] = {"--list", NULL};
	int rc = run(words, -1, -1, false, out, LIST_MS, err);

	return rc == 0 ? 0
	               : err_set(err, OD_EUNAVAIL,
			     "The sound system does not answer; look whether "
			     "its server runs");
}

int
keep_play(int file, const char *device, struct err *err)
{
	const char *words[] = {"--play", "--device", device, NULL};
	int rc;

	if (device[0] == '\0')
		words[1] = NULL;
	rc = run(words, file, -1, true, NULL, 0, err);
	return rc == 0 ? 0
	               : err_set(err, OD_EUNAVAIL,
			     "The recording cannot be played: there is no "
			     "loudspeaker, or the sound server does not run");
}

int
keep_copy(int from, const char *path, struct err *err)
{
	char block[65536];
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = 0;
	int rc = 0;

	if (to < 0)
		return err_set(err, err_errno_code(errno),
		    "%s cannot be written: %m", path);
	while (rc == 0 && (n = read(from, block, sizeof(block))) > 0)
		rc = fs_put(to, block, (size_t)n, err);
	if (rc == 0 && (n < 0 || fsync(to) != 0))
		rc = err_set(err, OD_EIO, "%s cannot be written: %m", path);
	close(to);
	if (rc != 0)
		fs_remove(path);
	return rc;
}
