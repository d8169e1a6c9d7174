/*
 * framing - may two readers disagree about where this request ends?
 *
 * A pure check over the head of a request, for what the parser below lets
 * pass.  Whoever stands before us (a proxy) must see the same message.
 */
#ifndef SYNCD_HTTP_FRAMING_H
#define SYNCD_HTTP_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct framing {
	unsigned headers;
	unsigned lengths; /* Content-Length lines */
	unsigned encodings;
	unsigned hosts;
	bool is_bad; /* a line that can be read in two ways */
	bool is_chunked;
	uint64_t length; /* announced bytes, 0 without Content-Length */
	uintptr_t next;	 /* where the next header's name has to begin */
};

/*
 * The parser ends a line's text by writing NUL over its CR and LF, where they
 * stand in its buffer, so a well-formed head is a chain: each name begins two
 * bytes after the text before it, and only the colon (now NUL) and blanks
 * stand before its value.  A bare CR or LF, a NUL that was sent, a folded line
 * (which the parser puts together elsewhere, and wrongly) or a line that it
 * skipped breaks the chain; another reader might see another message.
 *
 * Begin with the request line, whose last text is version.
 */
void framing_start(struct framing *f, const char *version);
/*
 * The line's parts stand in it with one space between them: a NUL in the
 * method, or blanks that another reader takes for a part, do not.
 */
void framing_line(struct framing *f, const char *method, uintptr_t target);
/*
 * The head ends at end, behind its empty line: nothing stands between that
 * and the last header.  Behind all framing_header.
 */
void framing_end(struct framing *f, uintptr_t end);
/* Note one header line; name and value point into the parser's buffer. */
void framing_header(struct framing *f, const char *name, size_t name_len,
    const char *value, size_t value_len);
/* 0 when the head is fine, else the status to answer: 400, 431, 505. */
int framing_verdict(const struct framing *f, const char *version,
    unsigned max_headers);
/* The request target as sent: visible ASCII without '#', bad is false. */
bool framing_target_ok(const char *uri, size_t n);

#endif
