/*
 * log - one JSON line an event, to stderr or a file; never customer data.
 *
 * A line is made on the stack: logging works when memory is gone.
 */
#include "common/log.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/utf8.h"
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX       2048  /* bytes of one text before it is escaped */
#define LINE_MAX_BYTES 16384 /* six bytes an escaped one, and the rest */

static struct {
	pthread_mutex_t lock; /* guards all but level */
	const char *program;
	int fd;
	bool to_journal;
	void (*sink)(const char *line, void *data);
	void *sink_data;
	struct log_brake *brakes; /* those that were used */
	atomic_int level;
} logger = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .program = "opdesk",
    .fd = STDERR_FILENO,
    .level = LOG_INFO,
};

static const struct level {
	const char *name;
	const char *priority; /* of syslog(3), as systemd reads it */
} levels[] = {
    [LOG_ERROR] = {"error", "<3>"},
    [LOG_WARN] = {"warn", "<4>"},
    [LOG_INFO] = {"info", "<6>"},
    [LOG_DEBUG] = {"debug", "<7>"},
};

struct line {
	char s[LINE_MAX_BYTES];
	size_t len;
};

/* systemd names in JOURNAL_STREAM the file that it reads lines from. */
static bool
is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (!stream || fstat(fd, &st) != 0)
		return false;
	str_format(own, sizeof(own), "%llu:%llu", (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino);
	return str_equal(stream, own);
}

void
log_init(const char *program, int fd, enum log_level level)
{
	pthread_mutex_lock(&logger.lock);
	logger.program = program;
	logger.fd = fd;
	logger.to_journal = is_journal(fd);
	pthread_mutex_unlock(&logger.lock);
	log_set_level(level);
}

void
log_set_level(enum log_level level)
{
	atomic_store(&logger.level, (int)level);
}

void
log_set_sink(void (*sink)(const char *line, void *data), void *data)
{
	pthread_mutex_lock(&logger.lock);
	logger.sink = sink;
	logger.sink_data = data;
	pthread_mutex_unlock(&logger.lock);
}

static void
add(struct line *l, const char *s, size_t n)
{
	/* Cannot happen with the two sizes above; then the end is missing. */
	if (n > sizeof(l->s) - l->len)
		n = sizeof(l->s) - l->len;
	memcpy(l->s + l->len, s, n);
	l->len += n;
}

static void
add_literal(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

static void
add_escape(struct line *l, uint32_t cp)
{
	char hex[16];

	if (cp >= 0x10000) /* a surrogate pair, as JSON wants it */
		str_format(hex, sizeof(hex), "\\u%04x\\u%04x",
		    0xD800 + ((cp - 0x10000) >> 10), 0xDC00 + (cp & 0x3FF));
	else
		str_format(hex, sizeof(hex), "\\u%04x", cp);
	add_literal(l, hex);
}

static void
add_string(struct line *l, const char *s)
{
	size_t n = strlen(s), len;
	uint32_t cp;
	char utf8[4];

	if (n > TEXT_MAX)
		n = utf8_cut(s, n, TEXT_MAX);
	add_literal(l, "\"");
	for (size_t at = 0; at < n; at += len) {
		len = utf8_decode(s + at, n - at, &cp);
		if (cp == '"' || cp == '\\') {
			add_literal(l, "\\");
			add(l, s + at, 1);
		} else if (cp == '\n') {
			add_literal(l, "\\n");
		} else if (utf8_cp_is_control(cp) || utf8_cp_is_invisible(cp)) {
			add_escape(l, cp);
		} else {
			add(l, utf8, utf8_encode(cp, utf8));
		}
	}
	add_literal(l, "\"");
}

static void
write_line(const char *s, size_t n)
{
	while (n > 0 && logger.fd >= 0) {
		ssize_t done = write(logger.fd, s, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* nobody to tell */
		s += done;
		n -= (size_t)done;
	}
}

static void
emit_locked(
    struct line *l, enum log_level level, const char *subject, const char *text)
{
	char at[RFC3339_SIZE];
	size_t head;

	clock_format_rfc3339(at, clock_wall_us());
	if (logger.to_journal && !logger.sink)
		add_literal(l, levels[level].priority);
	head = l->len;
	add_literal(l, "{\"at\":\"");
	add_literal(l, at);
	add_literal(l, "\",\"level\":\"");
	add_literal(l, levels[level].name);
	add_literal(l, "\",\"program\":");
	add_string(l, logger.program);
	add_literal(l, ",\"subject\":");
	add_string(l, subject);
	add_literal(l, ",\"text\":");
	add_string(l, text);
	add_literal(l, "}\n");
	if (!logger.sink) {
		write_line(l->s, l->len);
		return;
	}
	l->s[l->len - 1] = '\0'; /* in place of the line end */
	logger.sink(l->s + head, logger.sink_data);
}

__attribute__((format(printf, 2, 0))) static void
format(char text[TEXT_MAX], const char *fmt, va_list ap)
{
	if (!str_vformat(text, TEXT_MAX - 3, fmt, ap))
		memcpy(text + strlen(text), "…", sizeof("…"));
}

void
log_line(enum log_level level, const char *subject, const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct line l;
	va_list ap;
	int error = errno;

	if ((int)level > atomic_load(&logger.level))
		return;
	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	l.len = 0;
	pthread_mutex_lock(&logger.lock);
	emit_locked(&l, level, subject, text);
	pthread_mutex_unlock(&logger.lock);
	errno = error;
}

/* ---- brakes ---- */

static void
release_locked(struct log_brake *b, struct line *l)
{
	char text[sizeof(b->text) + 64];

	if (b->held == 0)
		return;
	str_format(text, sizeof(text),
	    "%s (%d more like this were not written)", b->text, b->held);
	b->held = 0;
	l->len = 0;
	emit_locked(l, b->level, b->subject, text);
}

/* A new minute begins with the first line after the last one's end. */
static void
enter_locked(struct log_brake *b, struct line *l)
{
	int64_t now = clock_mono_us();

	if (b->is_listed && now - b->since_us < US_PER_MINUTE)
		return;
	release_locked(b, l);
	b->since_us = now;
	b->written = 0;
	if (b->is_listed)
		return;
	b->is_listed = true;
	b->next = logger.brakes;
	logger.brakes = b;
}

void
log_braked(struct log_brake *b, enum log_level level, const char *subject,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct line l;
	va_list ap;
	int error = errno;

	if ((int)level > atomic_load(&logger.level))
		return;
	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&logger.lock);
	enter_locked(b, &l);
	if (b->written < LOG_BRAKE_LINES) {
		b->written++;
		l.len = 0;
		emit_locked(&l, level, subject, text);
	} else {
		b->held++;
		b->level = level;
		b->subject = subject;
		str_copy(b->text, sizeof(b->text), text);
	}
	pthread_mutex_unlock(&logger.lock);
	errno = error;
}

void
log_tend(bool is_last)
{
	struct line l;

	pthread_mutex_lock(&logger.lock);
	for (struct log_brake *b = logger.brakes; b != NULL; b = b->next)
		if (is_last || clock_mono_us() - b->since_us >= US_PER_MINUTE)
			release_locked(b, &l);
	pthread_mutex_unlock(&logger.lock);
}
