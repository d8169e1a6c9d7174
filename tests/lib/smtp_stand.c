/* smtp_stand - see smtp_stand.h. */
#include "tests/lib/smtp_stand.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct talk { /* one connection */
	struct smtp_stand *s;
	enum stand_fault fault; /* as it was when it began */
	int fd;
	void *ssl;
	char buf[32768]; /* more than a record of TLS */
	size_t n, at;
	char *from, *to, *user, *password, *ehlo, *mail_line;
	bool secure;
};

static void
must(bool is_so, const char *what)
{
	if (is_so)
		return;
	perror(what);
	abort();
}

/* ---- bytes ---- */

/* False: closed, or the test ends. */
static bool
wait_readable(struct talk *t)
{
	struct pollfd p[2] = {{t->fd, POLLIN, 0}, {t->s->stop[0], POLLIN, 0}};

	while (poll(p, 2, -1) < 0)
		must(errno == EINTR, "poll");
	return p[1].revents == 0;
}

static int
next_byte(struct talk *t)
{
	if (t->at == t->n) {
		ssize_t n;

		if (!wait_readable(t))
			return -1;
		n = t->ssl != NULL
		        ? stand_tls_read(t->ssl, t->buf, sizeof(t->buf))
		        : recv(t->fd, t->buf, sizeof(t->buf), 0);
		if (n <= 0)
			return -1;
		t->n = (size_t)n;
		t->at = 0;
	}
	return (unsigned char)t->buf[t->at++];
}

static bool
read_line(struct talk *t, struct str *line)
{
	int c;

	str_clear(line);
	while ((c = next_byte(t)) >= 0 && c != '\n')
		str_addc(line, (char)c);
	if (c < 0)
		return false;
	if (line->len > 0 && line->s[line->len - 1] == '\r')
		str_trunc(line, line->len - 1);
	return true;
}

static void
put(struct talk *t, const char *p, size_t n)
{
	size_t step = t->fault == STAND_SLOW ? 1 : n;

	for (size_t i = 0; i < n; i += step) {
		if (t->ssl != NULL)
			(void)stand_tls_write(t->ssl, p + i, (int)step);
		else
			(void)send(t->fd, p + i, step, MSG_NOSIGNAL);
		if (step == 1)
			(void)poll(NULL, 0, 1);
	}
}

static void
say(struct talk *t, int code, const char *text)
{
	struct str s = STR_INIT;

	if (t->fault == STAND_LONG_LINES && code < 400)
		for (int i = 0; i < 5; i++)
			str_addf(&s, "%d-%0900d\r\n", code, i);
	str_addf(&s, "%d %s\r\n", code, text);
	put(t, s.s, s.len);
	str_free(&s);
}

/* ---- login ---- */

static int
value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static void
decode(const char *s, struct str *out)
{
	unsigned bits = 0;
	int have = 0;

	for (; value(*s) >= 0; s++) {
		bits = bits << 6 | (unsigned)value(*s);
		if ((have += 6) >= 8)
			str_addc(out, (char)(bits >> (have -= 8)));
	}
}

static void
set(char **what, const char *text)
{
	free(*what);
	*what = xstrdup(text);
}

static bool
log_in(struct talk *t, const char *line)
{
	struct str got = STR_INIT, next = STR_INIT;
	bool alive = true;

	if (strncasecmp(line, "AUTH PLAIN", 10) == 0) {
		if (line[10] == '\0') {
			say(t, 334, "");
			alive = read_line(t, &next);
			decode(next.s, &got);
		} else {
			decode(line + 11, &got);
		}
		/* "", name and password, each with a NUL between. */
		str_addc(&got, '\0');
		str_addc(&got, '\0');
		set(&t->user, got.s + strlen(got.s) + 1);
		set(&t->password, got.s + strlen(got.s) + strlen(t->user) + 2);
	} else if (strncasecmp(line, "AUTH LOGIN", 10) == 0) {
		say(t, 334, "VXNlcm5hbWU6");
		alive = read_line(t, &next);
		decode(next.s, &got);
		set(&t->user, got.s);
		say(t, 334, "UGFzc3dvcmQ6");
		alive = alive && read_line(t, &next);
		str_clear(&got);
		decode(next.s, &got);
		set(&t->password, got.s);
	} else {
		say(t, 504, "5.5.4 no such mechanism");
		set(&t->user, "");
	}
	if (alive && t->user[0] != '\0')
		say(t, t->fault == STAND_NO_LOGIN ? 535 : 235,
		    t->fault == STAND_NO_LOGIN
			? "5.7.8 Username and password\033[31m not accepted"
			: "2.7.0 welcome");
	str_free(&got);
	str_free(&next);
	return alive;
}

/* ---- the mail ---- */

static void
keep(struct talk *t, struct str *data)
{
	struct smtp_stand *s = t->s;
	struct stand_mail *m;

	pthread_mutex_lock(&s->lock);
	must(s->count < 4096, "too many mails");
	m = &s->mails[s->count];
	m->from = xstrdup(t->from);
	m->to = xstrdup(t->to);
	m->size = data->len;
	m->data = str_take(data);
	m->user = xstrdup(t->user);
	m->password = xstrdup(t->password);
	m->ehlo = xstrdup(t->ehlo);
	m->mail_line = xstrdup(t->mail_line);
	m->secure = t->secure;
	s->count++;
	pthread_mutex_unlock(&s->lock);
}

static bool
take_body(struct talk *t)
{
	struct str data = STR_INIT, line = STR_INIT;
	bool alive = true;

	say(t, 354, "go on");
	while ((alive = read_line(t, &line)) && strcmp(line.s, ".") != 0) {
		str_addn(&data, line.s + (line.s[0] == '.'),
		    line.len - (line.s[0] == '.'));
		str_add(&data, "\r\n");
		if (t->fault == STAND_CUTS_BODY)
			say(t, 552, "5.3.4 larger than we take");
		if (t->fault == STAND_CUTS_BODY ||
		    t->fault == STAND_DROPS_BODY) {
			alive = false;
			break;
		}
	}
	if (alive && t->fault == STAND_REFUSES_END)
		say(t, 554, "5.7.1 it looks like spam");
	else if (alive && t->fault == STAND_LATER_END)
		say(t, 452, "4.3.1 no room at the moment");
	else if (alive)
		keep(t, &data);
	if (alive && t->fault == STAND_DROPS_END)
		alive = false;
	else if (alive && t->fault != STAND_SILENT_END &&
		 t->fault != STAND_REFUSES_END && t->fault != STAND_LATER_END)
		say(t, 250, "2.0.0 it is ours now");
	str_free(&data);
	str_free(&line);
	return alive;
}

static void
address(const char *line, char **out)
{
	const char *open = strchr(line, '<');
	size_t n = open != NULL ? strcspn(open + 1, ">") : 0;

	free(*out);
	*out = xstrndup(open != NULL ? open + 1 : "", n);
}

static void
greet_again(struct talk *t, const char *line)
{
	set(&t->ehlo, line + 5);
	put(t, "250-stand.example\r\n", 19);
	if (t->s->offers_tls && t->ssl == NULL)
		put(t, "250-STARTTLS\r\n", 14);
	if (t->s->needs_login)
		put(t, "250-AUTH PLAIN LOGIN\r\n", 22);
	if (!t->s->hides_size)
		put(t, "250-SIZE 30000000\r\n", 19);
	say(t, 250, "HELP");
}

static void
sender(struct talk *t, const char *line)
{
	set(&t->mail_line, line);
	address(line, &t->from);
	if (t->fault == STAND_BAD_SENDER)
		say(t, 550, "5.1.8 not from this sender");
	else if (t->s->needs_login && t->user[0] == '\0')
		say(t, 530, "5.7.0 log in first");
	else if (t->fault == STAND_NONSENSE)
		put(t, "hello\r\n", 7);
	else if (t->fault == STAND_ENDLESS_LINE)
		for (int i = 0; i < 100; i++)
			put(t, "250 endless endless endless endless endless",
			    43);
	else
		say(t, 250, "2.1.0 fine");
}

static void
recipient(struct talk *t, const char *line)
{
	address(line, &t->to);
	if (strncmp(t->to, "nobody@", 7) == 0)
		say(t, 550, "5.1.1 there is no such mailbox");
	else if (strncmp(t->to, "later@", 6) == 0)
		say(t, 451, "4.2.1 this mailbox is busy");
	else
		say(t, 250, "2.1.5 fine");
}

/* False: it is over. */
static bool
one_line(struct talk *t, const char *line)
{
	if (strncasecmp(line, "EHLO ", 5) == 0) {
		greet_again(t, line);
	} else if (strcasecmp(line, "STARTTLS") == 0 && t->s->offers_tls) {
		say(t, 220, "now");
		t->n = t->at = 0;
		t->ssl = stand_tls_accept(t->s->tls, t->fd);
		t->secure = t->ssl != NULL;
		return t->secure;
	} else if (strncasecmp(line, "AUTH ", 5) == 0) {
		return log_in(t, line);
	} else if (strncasecmp(line, "MAIL FROM:", 10) == 0) {
		sender(t, line);
	} else if (strncasecmp(line, "RCPT TO:", 8) == 0) {
		recipient(t, line);
	} else if (strcasecmp(line, "DATA") == 0) {
		if (t->fault != STAND_NO_DATA)
			return take_body(t);
		say(t, 451, "4.3.0 not now");
	} else if (strcasecmp(line, "QUIT") == 0) {
		say(t, 221, "bye");
		return false;
	} else {
		say(t, 500, "5.5.1 what is that");
	}
	return true;
}

static void
serve(struct smtp_stand *s, int fd)
{
	struct talk t = {.s = s, .fd = fd};
	struct str line = STR_INIT;

	set(&t.from, "");
	set(&t.to, "");
	set(&t.user, "");
	set(&t.password, "");
	set(&t.ehlo, "");
	set(&t.mail_line, "");
	pthread_mutex_lock(&s->lock);
	t.fault = s->fault;
	s->connections++;
	pthread_mutex_unlock(&s->lock);
	if (t.fault == STAND_BUSY)
		say(&t, 421, "4.3.2 too many connections");
	else if (t.fault != STAND_NO_GREETING)
		say(&t, 220, "stand.example ESMTP");
	if (t.fault != STAND_BUSY)
		while (read_line(&t, &line) && one_line(&t, line.s))
			;
	if (t.ssl != NULL)
		stand_tls_end(t.ssl);
	close(fd);
	str_free(&line);
	free(t.from);
	free(t.to);
	free(t.user);
	free(t.password);
	free(t.ehlo);
	free(t.mail_line);
}

/* ---- the server ---- */

static void *
run(void *data)
{
	struct smtp_stand *s = data;
	struct pollfd p[2] = {
	    {s->listening, POLLIN, 0}, {s->stop[0], POLLIN, 0}};
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	for (;;) {
		int fd;

		while (poll(p, 2, -1) < 0)
			must(errno == EINTR, "poll");
		if (p[1].revents != 0)
			return NULL;
		if ((fd = accept(s->listening, NULL, NULL)) >= 0)
			serve(s, fd);
	}
}

void
stand_open(struct smtp_stand *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);

	signal(SIGPIPE, SIG_IGN);
	s->fault = STAND_FINE;
	s->count = s->connections = 0;
	s->mails = xcalloc(4096, sizeof(*s->mails));
	s->tls = s->offers_tls ? stand_tls_new(s->ca_path, sizeof(s->ca_path))
	                       : NULL;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(s->listening, (struct sockaddr *)&a, n) == 0, "bind");
	must(listen(s->listening, 64) == 0, "listen");
	must(getsockname(s->listening, (struct sockaddr *)&a, &n) == 0,
	    "getsockname");
	s->port = ntohs(a.sin_port);
	must(pipe(s->stop) == 0, "pipe");
	must(pthread_mutex_init(&s->lock, NULL) == 0, "lock");
	must(pthread_create(&s->thread, NULL, run, s) == 0, "thread");
}

void
stand_close(struct smtp_stand *s)
{
	must(write(s->stop[1], "", 1) == 1, "write");
	pthread_join(s->thread, NULL);
	for (size_t i = 0; i < s->count; i++) {
		struct stand_mail *m = &s->mails[i];

		free(m->from);
		free(m->to);
		free(m->data);
		free(m->user);
		free(m->password);
		free(m->ehlo);
		free(m->mail_line);
	}
	free(s->mails);
	close(s->listening);
	close(s->stop[0]);
	close(s->stop[1]);
	stand_tls_free(&s->tls, s->ca_path);
	pthread_mutex_destroy(&s->lock);
}

void
stand_set(struct smtp_stand *s, enum stand_fault fault)
{
	pthread_mutex_lock(&s->lock);
	s->fault = fault;
	pthread_mutex_unlock(&s->lock);
}

size_t
stand_count(struct smtp_stand *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->count;
	pthread_mutex_unlock(&s->lock);
	return n;
}

size_t
stand_connections(struct smtp_stand *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->connections;
	pthread_mutex_unlock(&s->lock);
	return n;
}

const struct stand_mail *
stand_mail(struct smtp_stand *s, size_t i)
{
	const struct stand_mail *m;

	pthread_mutex_lock(&s->lock);
	must(i < s->count, "no such mail");
	m = &s->mails[i];
	pthread_mutex_unlock(&s->lock);
	return m;
}

size_t
stand_holding(struct smtp_stand *s, const char *text)
{
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->count; i++)
		n += strstr(s->mails[i].data, text) != NULL;
	pthread_mutex_unlock(&s->lock);
	return n;
}
