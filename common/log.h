/*
 * log - one JSON line an event, to stderr or a file; never customer data.
 *
 * Lines carry ids, counts and error texts, not bodies, numbers or tokens.
 * Everything below 0x20, DEL, C1, U+2028/9 and what is invisible is escaped,
 * so that a line is always one valid JSON object and shows what it holds.  A
 * text of more than 2 KiB is cut and ends in "…".  Thread-safe; cannot fail.
 * Under systemd (JOURNAL_STREAM) each line has its <N> priority before it.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/*
 * program is the name in every line, a constant; fd is borrowed and stays
 * open, -1 loses the lines.  Before this call they go to stderr as "opdesk".
 */
void log_init(const char *program, int fd, enum log_level level);
void log_set_level(enum log_level level);
/*
 * Tests: lines go to sink instead (NULL: back to the descriptor), without
 * their line end.  sink runs under the log's lock and must not log.
 */
void log_set_sink(void (*sink)(const char *line, void *data), void *data);

/*
 * subject is a short constant such as "outbox"; fmt a sentence.
 * {"at":"...Z","level":"warn","program":"...","subject":"...","text":"..."}
 */
void log_line(enum log_level level, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Lines that outsiders can cause in any number: of those that share a brake
 * the first LOG_BRAKE_LINES of a minute are written, and then one that repeats
 * the last and counts them.  brake is static, zero at first, and the log's.
 */
#define LOG_BRAKE_LINES 10
struct log_brake {
	struct log_brake *next; /* in the log's list, once it is used */
	bool is_listed;
	int64_t since_us; /* the minute's begin, monotonic */
	int written, held;
	enum log_level level; /* of the last that was held, as the next two */
	const char *subject;
	char text[256];
};
void log_braked(struct log_brake *brake, enum log_level level,
    const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* From time to time: say what brakes held when their minute is over, or at
 * the end (is_last) before. */
void log_tend(bool is_last);

#define log_error(subject, ...) log_line(LOG_ERROR, subject, __VA_ARGS__)
#define log_warn(subject, ...)  log_line(LOG_WARN, subject, __VA_ARGS__)
#define log_info(subject, ...)  log_line(LOG_INFO, subject, __VA_ARGS__)
#define log_debug(subject, ...) log_line(LOG_DEBUG, subject, __VA_ARGS__)

#endif
