/* helper - see helper.h. */
#include "tui/audio/helper.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_MAX_N 32768 /* no report is longer */
#define WORDS_MAX  16

struct helper {
	uv_process_t process;
	uv_pipe_t control;
	struct helper_options o; /* what is called; the rest is not ours */
	int open;                /* handles that are not closed yet */
	bool is_gone, is_closed; /* the process; its end of the socket */
	bool is_free;
	struct str in;
	char block[4096];
};

void
helper_program(struct str *out)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	str_clear(out);
	str_addn(out, self, slash != NULL ? (size_t)(slash + 1 - self) : 0);
	str_add(out, "opdesk-recorder");
}

static void
release(struct helper *h)
{
	if (!h->is_free || h->open > 0)
		return;
	str_free(&h->in);
	free(h);
}

static void
on_closed(uv_handle_t *handle)
{
	struct helper *h = handle->data;

	h->open--;
	release(h);
}

static void
close_one(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

/* What it said last may still be in the socket when the process is gone. */
static void
end_when_both(struct helper *h)
{
	if (h->is_gone && h->is_closed && !h->is_free)
		h->o.over(h->o.data);
}

static void
on_exit_of(uv_process_t *p, int64_t status, int signum)
{
	struct helper *h = p->data;

	(void)status;
	(void)signum;
	h->is_gone = true;
	close_one(p);
	end_when_both(h);
}

static void
give_block(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct helper *h = handle->data;

	(void)suggested;
	*buf = uv_buf_init(h->block, sizeof(h->block));
}

static void
hear_lines(struct helper *h)
{
	char *end;

	while ((end = memchr(h->in.s, '\n', h->in.len)) != NULL) {
		size_t n = (size_t)(end - h->in.s);
		struct json *doc = NULL;

		if (json_parse(h->in.s, n, &json_limits_api, &doc, NULL) == 0)
			h->o.hear(doc, h->o.data);
		json_free(&doc);
		if (h->is_free)
			return;
		str_remove(&h->in, 0, n + 1);
	}
	if (h->in.len > LINE_MAX_N)
		str_clear(&h->in);
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct helper *h = s->data;

	if (n > 0) {
		str_addn(&h->in, buf->base, (size_t)n);
		hear_lines(h);
		return;
	}
	if (n == 0)
		return;
	h->is_closed = true;
	close_one(s);
	end_when_both(h);
}

static int
spawn(uv_loop_t *loop, struct helper *h)
{
	struct str path = STR_INIT;
	char *argv[WORDS_MAX];
	int n = 0, rc;
	uv_stdio_container_t io[6] = {{.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE},
	    {.flags = UV_INHERIT_FD, .data.fd = h->o.file},
	    {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
		.data.stream = (uv_stream_t *)&h->control},
	    {.flags = UV_INHERIT_FD, .data.fd = h->o.log_fd}};
	uv_process_options_t p = {.exit_cb = on_exit_of,
	    .args = argv,
	    .stdio = io,
	    .stdio_count = h->o.log_fd >= 0 ? 6 : 5};

	if (h->o.program != NULL)
		str_add(&path, h->o.program);
	else
		helper_program(&path);
	argv[n++] = path.s;
	for (; h->o.words[n - 1] != NULL; n++) {
		BUG_ON(n + 1 >= WORDS_MAX);
		argv[n] = (char *)(uintptr_t)h->o.words[n - 1];
	}
	argv[n] = NULL;
	p.file = path.s;
	rc = uv_spawn(loop, &h->process, &p);
	str_free(&path);
	return rc;
}

int
helper_start(uv_loop_t *loop, const struct helper_options *o,
    struct helper **out, struct err *err)
{
	struct helper *h = xcalloc(1, sizeof(*h));
	int rc;

	*out = NULL;
	h->o = *o;
	str_init(&h->in);
	h->process.data = h->control.data = h;
	uv_pipe_init(loop, &h->control, 0);
	h->open = 2;
	/* Also after an error the process handle is the loop's to close. */
	if ((rc = spawn(loop, h)) != 0) {
		helper_free(&h);
		return err_set(err, OD_EUNAVAIL,
		    "opdesk-recorder cannot be started (%s); install it beside "
		    "opdesk",
		    uv_strerror(rc));
	}
	uv_read_start((uv_stream_t *)&h->control, give_block, on_read);
	*out = h;
	return 0;
}

void
helper_say(struct helper *h, const char *line)
{
	uv_os_fd_t fd;

	/* A few bytes into an empty socket.  The command line ends by SIGPIPE,
	 * but not of this. */
	if (uv_fileno((uv_handle_t *)&h->control, &fd) == 0)
		(void)send(fd, line, strlen(line), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
helper_kill(struct helper *h)
{
	if (!h->is_gone)
		uv_process_kill(&h->process, SIGKILL);
}

void
helper_free(struct helper **hp)
{
	struct helper *h = *hp;

	if (h == NULL)
		return;
	*hp = NULL;
	h->is_free = true;
	close_one(&h->control);
	close_one(&h->process);
	release(h);
}
