/* rec_control - see rec_control.h. */
#include "tui/audio/rec_control.h"
#include "common/clock.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const words[] = {
    [REC_PAUSE] = "pause",
    [REC_RESUME] = "resume",
    [REC_MARK] = "mark",
    [REC_LEVELS] = "levels",
    [REC_STOP] = "stop",
    [REC_SEEK] = "seek",
    [REC_SPEED] = "speed",
};

struct rec_command
rec_command_parse(const char *line)
{
	struct rec_command cmd = {REC_UNKNOWN, 0};
	size_t n = strcspn(line, " ");

	for (int i = 0; i < REC_UNKNOWN; i++)
		if (strlen(words[i]) == n && memcmp(words[i], line, n) == 0)
			cmd.word = (enum rec_word)i;
	if (line[n] == ' ' &&
	    !str_to_int64(line + n + 1, 0, INT32_MAX, &cmd.value))
		cmd.word = REC_UNKNOWN;
	return cmd;
}

void
rec_control_init(struct rec_control *c, int fd)
{
	*c = (struct rec_control){.fd = fd, .in = STR_INIT, .out = STR_INIT};
}

void
rec_control_free(struct rec_control *c)
{
	str_free(&c->in);
	str_free(&c->out);
}

static void
flush(struct rec_control *c)
{
	while (c->out.len > 0 && !c->is_gone) {
		ssize_t n = send(
		    c->fd, c->out.s, c->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0)
			str_remove(&c->out, 0, (size_t)n);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR)
			c->is_gone = true;
	}
}

/* Whole lines of what came; one that is too long is not a command. */
static void
split(struct rec_control *c,
    void (*fn)(const struct rec_command *cmd, void *data), void *data)
{
	char *end;

	while ((end = memchr(c->in.s, '\n', c->in.len)) != NULL) {
		struct rec_command cmd;

		*end = '\0';
		cmd = rec_command_parse(c->is_long ? "" : c->in.s);
		c->is_long = false;
		str_remove(&c->in, 0, (size_t)(end + 1 - c->in.s));
		fn(&cmd, data);
	}
	if (c->in.len > REC_CONTROL_LINE) {
		c->is_long = true;
		str_clear(&c->in);
	}
}

void
rec_control_wait(struct rec_control *c, int timeout_ms,
    void (*fn)(const struct rec_command *cmd, void *data), void *data)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	char block[512];
	ssize_t n;

	if (c->is_gone)
		return;
	if (c->out.len > 0)
		p.events |= POLLOUT;
	if (poll(&p, 1, timeout_ms) <= 0)
		return;
	flush(c);
	if ((p.revents & (POLLIN | POLLHUP | POLLERR)) == 0)
		return;
	n = recv(c->fd, block, sizeof(block), MSG_DONTWAIT);
	if (n > 0) {
		str_addn(&c->in, block, (size_t)n);
		split(c, fn, data);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		c->is_gone = true;
	}
}

void
rec_control_event(struct json_out *w, struct str *out, const char *name)
{
	json_out_init(w, out);
	json_out_object(w, NULL);
	json_out_string(w, "event", name);
}

void
rec_control_end(struct rec_control *c, struct json_out *w, struct str *out)
{
	json_out_end(w, '}');
	str_addc(out, '\n');
	if (c->out.len + out->len <= REC_CONTROL_MAX)
		str_addn(&c->out, out->s, out->len);
	str_free(out);
	flush(c);
}

void
rec_control_drain(struct rec_control *c, int timeout_ms)
{
	int64_t until_us = clock_mono_us() + timeout_ms * US_PER_MS;

	for (flush(c); c->out.len > 0 && !c->is_gone; flush(c)) {
		struct pollfd p = {.fd = c->fd, .events = POLLOUT};
		int64_t left_us = until_us - clock_mono_us();

		if (left_us <= 0 ||
		    poll(&p, 1, (int)(left_us / US_PER_MS) + 1) < 0)
			return;
	}
}
