/*
 * llm_frames - a stream of bytes as records; see llm_read.h.
 *
 * Lines end with LF, CR or CRLF in both kinds of stream.  A line of JSON is a
 * record; of server-sent events, what the lines "data:" up to a blank one
 * hold.
 */
#include "common/llm_read.h"
#include <string.h>

void
llm_frames_init(struct llm_frames *f, enum llm_kind kind, size_t max_record)
{
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	f->max_record = max_record;
	str_init(&f->line);
	str_init(&f->event);
}

void
llm_frames_clear(struct llm_frames *f)
{
	str_free(&f->line);
	str_free(&f->event);
}

static bool
is_blank(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t')
			return false;
	return true;
}

static int
end_event(struct llm_frames *f, llm_record_fn *fn, void *data)
{
	int rc = 0;

	if (f->has_event && !is_blank(f->event.s, f->event.len))
		rc = fn(f->event.s, f->event.len, data);
	str_clear(&f->event);
	f->has_event = false;
	return rc;
}

/* A line of server-sent events. */
static int
take_field(struct llm_frames *f, llm_record_fn *fn, void *data)
{
	const char *s = f->line.s;
	size_t n = f->line.len;

	if (!f->is_begun && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		s += 3, n -= 3;
	f->is_begun = true;
	if (n == 0)
		return end_event(f, fn, data);
	if (n < 5 || memcmp(s, "data:", 5) != 0)
		return 0; /* a comment, or a field that says nothing to us */
	s += 5, n -= 5;
	if (n > 0 && s[0] == ' ')
		s++, n--;
	if (f->event.len + n >= f->max_record)
		return OD_ELIMIT;
	if (f->has_event)
		str_addc(&f->event, '\n');
	str_addn(&f->event, s, n);
	f->has_event = true;
	return 0;
}

static int
take_line(struct llm_frames *f, llm_record_fn *fn, void *data)
{
	int rc = 0;

	if (f->kind == LLM_OPENAI)
		rc = take_field(f, fn, data);
	else if (!is_blank(f->line.s, f->line.len))
		rc = fn(f->line.s, f->line.len, data);
	str_clear(&f->line);
	return rc;
}

int
llm_frames_feed(struct llm_frames *f, const char *p, size_t n,
    llm_record_fn *fn, void *data)
{
	int rc = 0;

	while (rc == 0 && n > 0) {
		size_t k = 0;

		if (f->after_cr && *p == '\n') {
			f->after_cr = false;
			p++, n--;
			continue;
		}
		f->after_cr = false;
		while (k < n && p[k] != '\n' && p[k] != '\r')
			k++;
		if (f->line.len + k > f->max_record)
			return OD_ELIMIT;
		str_addn(&f->line, p, k);
		if (k < n) {
			f->after_cr = p[k] == '\r';
			k++;
			rc = take_line(f, fn, data);
		}
		p += k;
		n -= k;
	}
	return rc;
}

int
llm_frames_end(struct llm_frames *f, llm_record_fn *fn, void *data)
{
	int rc = f->line.len > 0 ? take_line(f, fn, data) : 0;

	return rc == 0 ? end_event(f, fn, data) : rc;
}
