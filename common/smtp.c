/*
 * smtp - MAIL, RCPT, DATA and the mail; see smtp.h.
 *
 * Whether the server has the mail turns on one moment: when the last byte of
 * the line with the dot may have left.  Whatever ends before it is not sent,
 * what ends after it without an answer nobody knows.
 */
#include "common/smtp.h"
#include "common/clock.h"
#include "common/http_client_lib.h"
#include "common/i18n.h"
#include "common/mail_write.h"
#include "common/smtp_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define STEP_MS  30000
#define TOTAL_MS 100000

static void go_on(struct smtp_call *c);

/* ---- the end ---- */

static void
on_closed(uv_handle_t *handle)
{
	struct smtp_call *c = handle->data;

	if (--c->handles > 0)
		return;
	str_free(&c->in);
	str_free(&c->words);
	str_free(&c->out);
	str_free(&c->mail);
	free(c);
}

/* Politely, but without waiting: all that counts was said. */
static void
hang_up(struct smtp_call *c)
{
	size_t sent;

	if (c->is_bare) {
		(void)http__lib.easy_send(c->easy, "QUIT\r\n", 6, &sent);
		uv_poll_stop(&c->poll);
		(void)shutdown(c->fd, SHUT_RDWR);
		uv_close((uv_handle_t *)&c->poll, on_closed);
	}
	http__end(c->client, &c->transfer, c->easy);
	c->easy = NULL;
	uv_close((uv_handle_t *)&c->timer, on_closed);
}

static void
finish(struct smtp_call *c, enum smtp_outcome outcome, const struct err *err)
{
	struct http_client *client = c->client;
	struct smtp_result r = {.outcome = outcome,
	    .step = c->step,
	    .code = c->code,
	    .words = c->words.s,
	    .error = err != NULL ? err->text : ""};

	if (c->state == STATE_OVER)
		return;
	c->state = STATE_OVER;
	hang_up(c);
	c->done(&r, c->data);
	http__leave(client);
}

static void
lost(struct smtp_call *c, const char *why)
{
	struct err err = ERR_INIT;
	enum smtp_outcome outcome = SMTP_NOT_SENT;

	if (c->state == STATE_END)
		outcome = SMTP_UNKNOWN;
	else if (c->is_cancelled)
		outcome = SMTP_CANCELLED;
	err_set(&err, OD_EUNAVAIL,
	    "The connection to the mail server broke: %s.", why);
	c->code = 0;
	str_clear(&c->words);
	finish(c, outcome, &err);
}

static void
refused(struct smtp_call *c)
{
	struct err err = ERR_INIT;

	if (c->code < 400) {
		lost(c, _("its answer makes no sense"));
		return;
	}
	err_set(&err, OD_EUNAVAIL, "The mail server answers %d.", c->code);
	finish(c, SMTP_REFUSED, &err);
}

static void
on_timer(uv_timer_t *timer)
{
	struct smtp_call *c = timer->data;

	lost(c,
	    c->is_cancelled ? _("it was cancelled") : _("no answer in time"));
}

static void
wait_for(struct smtp_call *c)
{
	int64_t ms = (c->end_us - clock_mono_us()) / US_PER_MS;

	/* For its last word it gets all the time that there is. */
	if (ms > c->step_ms && c->state != STATE_END)
		ms = c->step_ms;
	uv_timer_start(&c->timer, on_timer, ms > 0 ? (uint64_t)ms : 0, 0);
}

/* ---- the conversation ---- */

static void
say(struct smtp_call *c, enum smtp_state state, enum smtp_step step,
    const char *line)
{
	str_clear(&c->out);
	str_add(&c->out, line);
	c->out_at = 0;
	c->state = state;
	c->step = step;
	c->code = 0;
	str_clear(&c->words);
	wait_for(c);
}

static void
say_mail(struct smtp_call *c)
{
	char line[400], size[40] = "";

	if (c->size == 0) {
		finish(c, SMTP_ACCEPTED, NULL);
		return;
	}
	if (c->takes_size)
		str_format(size, sizeof(size), " SIZE=%zu", c->size);
	str_format(line, sizeof(line), "MAIL FROM:<%s>%s\r\n", c->from, size);
	say(c, STATE_MAIL, SMTP_SENDER, line);
}

static void
say_body(struct smtp_call *c)
{
	str_free(&c->out);
	c->out = c->mail;
	str_init(&c->mail);
	c->out_at = 0;
	c->state = STATE_BODY;
	c->code = 0;
	str_clear(&c->words);
	wait_for(c);
}

static void
answered(struct smtp_call *c)
{
	char line[400];
	int kind = c->code / 100;

	switch (c->state) {
	case STATE_MAIL:
		if (kind != 2)
			break;
		str_format(line, sizeof(line), "RCPT TO:<%s>\r\n", c->to);
		say(c, STATE_RCPT, SMTP_RECIPIENT, line);
		return;
	case STATE_RCPT:
		if (kind != 2)
			break;
		say(c, STATE_DATA, SMTP_CONTENT, "DATA\r\n");
		return;
	case STATE_DATA:
		if (kind != 3)
			break;
		say_body(c);
		return;
	case STATE_END:
		if (kind != 2)
			break;
		finish(c, SMTP_ACCEPTED, NULL);
		return;
	case STATE_BODY: /* it does not want the rest */
	case STATE_CONNECTING:
	case STATE_OVER:
		break;
	}
	refused(c);
}

/* False: the call is over. */
static bool
take(struct smtp_call *c, const char *p, size_t n)
{
	const char *end;
	bool is_last;

	str_addn(&c->in, p, n);
	while (c->state != STATE_OVER &&
	       (end = memchr(c->in.s, '\n', c->in.len)) != NULL) {
		size_t len = (size_t)(end - c->in.s) + 1;

		if (!smtp__line(c, c->in.s, len, &is_last)) {
			lost(c, _("its answer cannot be read"));
			return false;
		}
		str_remove(&c->in, 0, len);
		if (is_last)
			answered(c);
	}
	if (c->state != STATE_OVER && c->in.len > SMTP_LINE_MAX)
		lost(c, _("its answer is too long"));
	return c->state != STATE_OVER;
}

static bool
read_all(struct smtp_call *c)
{
	char buf[4096];
	size_t n;
	CURLcode rc;

	while ((rc = http__lib.easy_recv(c->easy, buf, sizeof(buf), &n)) ==
	       CURLE_OK) {
		if (n == 0) {
			lost(c, _("the server closed it"));
			return false;
		}
		if (!take(c, buf, n))
			return false;
	}
	if (rc != CURLE_AGAIN) {
		lost(c, http__lib.easy_strerror(rc));
		return false;
	}
	return true;
}

static bool
write_all(struct smtp_call *c)
{
	while (c->out_at < c->out.len) {
		size_t n = 0;
		CURLcode rc;

		/* From here on the end may be on its way. */
		if (c->state == STATE_BODY &&
		    c->out.len - c->out_at <= CURL_MAX_WRITE_SIZE)
			c->state = STATE_END;
		rc = http__lib.easy_send(c->easy, c->out.s + c->out_at,
		    c->state == STATE_BODY ? CURL_MAX_WRITE_SIZE
					   : c->out.len - c->out_at,
		    &n);
		if (rc == CURLE_AGAIN) {
			/* Nothing of this piece has left. */
			if (c->state == STATE_END)
				c->state = STATE_BODY;
			return true;
		}
		if (rc != CURLE_OK) {
			/* It may have said why. */
			if (read_all(c))
				lost(c, http__lib.easy_strerror(rc));
			return false;
		}
		c->out_at += n;
		if (c->state == STATE_END && c->out_at < c->out.len)
			c->state = STATE_BODY;
		wait_for(c);
	}
	return true;
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	(void)status; /* reading tells what it is */
	(void)events;
	go_on(poll->data);
}

/* TLS may want to read in order to write, so both are tried. */
static void
go_on(struct smtp_call *c)
{
	size_t before;

	do {
		before = c->out_at;
		if (!write_all(c) || !read_all(c))
			return;
	} while (c->out_at < c->out.len && c->out_at != before);
	uv_poll_start(&c->poll,
	    UV_READABLE | (c->out_at < c->out.len ? UV_WRITABLE : 0), on_poll);
}

/* ---- connecting ---- */

static void
on_ended(struct http_transfer *t, int code)
{
	struct smtp_call *c = (struct smtp_call *)t;
	curl_socket_t fd = CURL_SOCKET_BAD;
	struct err err = ERR_INIT;

	if (code != CURLE_OK) {
		enum smtp_outcome outcome = smtp__why(c, code, &err);

		if (outcome == SMTP_REFUSED)
			refused(c);
		else
			finish(c, outcome, &err);
		return;
	}
	http__lib.easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD ||
	    uv_poll_init_socket(http__loop(c->client), &c->poll, fd) != 0) {
		lost(c, _("it cannot be read"));
		return;
	}
	c->poll.data = c;
	c->handles++;
	c->is_bare = true;
	c->fd = fd;
	say_mail(c);
	if (c->state != STATE_OVER)
		go_on(c);
}

void
smtp_cancel(struct smtp_call *c)
{
	c->is_cancelled = true;
	uv_timer_start(&c->timer, on_timer, 0, 0);
}

static void
on_cancel(struct http_transfer *t)
{
	smtp_cancel((struct smtp_call *)t);
}

/* Lines that begin with a dot get another one, and the end is one alone. */
static void
stuff(struct str *out, const char *s, size_t n)
{
	const char *end = s + n;
	bool at_start = true;

	str_reserve(out, n + n / 64 + 8);
	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		size_t len =
		    eol != NULL ? (size_t)(eol - s) + 1 : (size_t)(end - s);

		if (at_start && *s == '.')
			str_addc(out, '.');
		str_addn(out, s, len);
		at_start = eol != NULL;
		s += len;
	}
	str_add(out, at_start ? ".\r\n" : "\r\n.\r\n");
}

static int
check(const struct smtp_request *r, struct err *err)
{
	int rc = smtp_check_url(r->url, err);

	if (rc != 0)
		return rc;
	if (!mail_address_ok(r->from) ||
	    (r->mail != NULL && !mail_address_ok(r->to)))
		return err_set(err, OD_EDATA,
		    "A mail cannot be sent from or to an address such as this");
	return 0;
}

int
smtp_send(struct http_client *client, const struct smtp_request *r,
    struct smtp_call **call, struct err *err)
{
	struct smtp_call *c;
	int rc;

	if (call != NULL)
		*call = NULL;
	if ((rc = http__check_open(client, err)) != 0 ||
	    (rc = check(r, err)) != 0)
		return rc;
	c = xcalloc(1, sizeof(*c));
	c->transfer.ended = on_ended;
	c->transfer.cancel = on_cancel;
	c->client = client;
	c->is_loopback_only = r->loopback_only || smtp_is_loopback(r->url);
	c->step_ms = r->step_ms != 0 ? r->step_ms : STEP_MS;
	c->end_us =
	    clock_mono_us() +
	    (r->total_ms != 0 ? r->total_ms : TOTAL_MS) * (int64_t)US_PER_MS;
	c->size = r->mail != NULL ? r->mail_len : 0;
	c->done = r->done;
	c->data = r->data;
	str_init(&c->in);
	str_init(&c->words);
	str_init(&c->out);
	str_init(&c->mail);
	str_copy(c->from, sizeof(c->from), r->from);
	str_copy(c->to, sizeof(c->to), r->mail != NULL ? r->to : "");
	c->easy = http__lib.easy_init();
	rc = c->easy != NULL ? smtp__prepare(c, r, err) : http__no_memory(err);
	if (rc == 0)
		rc = http__begin(client, &c->transfer, c->easy, err);
	if (rc != 0) {
		http__lib.easy_cleanup(c->easy);
		free(c);
		return rc;
	}
	if (r->mail != NULL)
		stuff(&c->mail, r->mail, r->mail_len);
	uv_timer_init(http__loop(client), &c->timer);
	c->timer.data = c;
	c->handles = 1;
	uv_timer_start(&c->timer, on_timer,
	    (uint64_t)(c->end_us - clock_mono_us()) / US_PER_MS, 0);
	if (call != NULL)
		*call = c;
	return 0;
}
