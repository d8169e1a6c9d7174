/* bytes - see bytes.h. */
#include "syncd/api/bytes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* ---- ranges ---- */

static bool
take_place(const char **s, int64_t *out)
{
	char digits[20];
	size_t n = strspn(*s, "0123456789");

	if (n == 0 || n >= sizeof(digits))
		return false;
	str_format(digits, sizeof(digits), "%.*s", (int)n, *s);
	*s += n;
	return str_to_int64(digits, 0, INT64_MAX, out);
}

int
bytes_range(const char *header, int64_t size, int64_t *from, int64_t *n)
{
	int64_t first, last = size - 1;
	const char *s = header;

	*from = 0;
	*n = size;
	if (s == NULL || !str_starts(s, "bytes="))
		return 200;
	s += strlen("bytes=");
	if (*s == '-') { /* the last ones */
		s++;
		if (!take_place(&s, &first) || *s != '\0')
			return 200;
		if (first == 0 || size == 0)
			return 416;
		first = first > size ? 0 : size - first;
	} else {
		if (!take_place(&s, &first) || *s++ != '-' ||
		    (*s != '\0' && !take_place(&s, &last)) || *s != '\0' ||
		    (last < first && first < size))
			return 200;
		if (first >= size)
			return 416;
		if (last >= size)
			last = size - 1;
	}
	*from = first;
	*n = last - first + 1;
	return 206;
}

/* ---- names ---- */

void
bytes_disposition(const char *title, char dst[BYTES_DISPOSITION_SIZE])
{
	static const char hex[] = "0123456789ABCDEF";
	char plain[201], encoded[3 * 200 + 1];
	size_t n = 0, m = 0;

	for (const char *p = title; *p != '\0' && n < sizeof(plain) - 1; p++) {
		unsigned char b = (unsigned char)*p;
		bool is_plain = b >= 0x20 && b < 0x7f && b != '"' &&
		                b != '\\' && b != '/' && b != '%';

		plain[n++] = '_';
		if (is_plain)
			plain[n - 1] = *p;
		if (is_plain && strchr(" '*();,", b) == NULL) {
			encoded[m++] = (char)b;
		} else {
			encoded[m++] = '%';
			encoded[m++] = hex[b >> 4];
			encoded[m++] = hex[b & 15];
		}
	}
	plain[n] = encoded[m] = '\0';
	str_format(dst, BYTES_DISPOSITION_SIZE,
	    "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, encoded);
}

/* ---- reading ---- */

static int
read_piece(int fd, int64_t from, int64_t n, struct str *out, struct err *err)
{
	char piece[65536];

	if (!str_try_reserve(out, (size_t)n + 1))
		return err_set(
		    err, OD_ELIMIT, "There is no memory for the file now");
	while (n > 0) {
		size_t want =
		    n < (int64_t)sizeof(piece) ? (size_t)n : sizeof(piece);
		ssize_t got = pread(fd, piece, want, from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(err, OD_EIO,
			    "The file's bytes cannot be read to their end");
		str_addn(out, piece, (size_t)got);
		from += got;
		n -= got;
	}
	return 0;
}

int
bytes_read(struct api_call *c, struct desk *d, const struct file_row *f,
    struct err *err)
{
	struct api_file *file = &c->file;
	int fd = -1, rc;

	file->is_there = true;
	file->size = f->size;
	str_copy(file->mime, sizeof(file->mime), f->mime);
	str_copy(file->digest, sizeof(file->digest), f->digest);
	bytes_disposition(f->title, file->disposition);
	c->status = bytes_range(c->range, f->size, &file->from, &file->n);
	if (c->status == 416)
		return err_set(err, OD_EUSAGE,
		    "The file has %lld bytes; ask for some of these",
		    (long long)f->size);
	if ((rc = file_open(d, f, &fd, err)) == 0)
		rc = read_piece(fd, file->from, file->n, &c->out, err);
	if (fd >= 0)
		close(fd);
	/* Only how it went well is said by the range. */
	if (rc != 0)
		c->status = 0;
	return rc;
}

/* ---- the answer ---- */

static bool
is_known(const struct api_call *c, const char *tag)
{
	const char *tags = http_req_header(c->req, "If-None-Match");

	return tags != NULL &&
	       (strcmp(tags, "*") == 0 || strstr(tags, tag) != NULL);
}

void
bytes_answer(struct api_call *c)
{
	const struct api_file *f = &c->file;
	char line[96], tag[80];

	str_format(tag, sizeof(tag), "\"%s\"", f->digest);
	http_reply_header(c->req, "ETag", tag);
	http_reply_header(c->req, "Cache-Control", "private, no-cache");
	if (is_known(c, tag)) {
		http_reply(c->req, 304, NULL, NULL, 0);
		return;
	}
	http_reply_header(c->req, "Accept-Ranges", "bytes");
	http_reply_header(c->req, "Content-Disposition", f->disposition);
	http_reply_header(c->req, "X-Content-Type-Options", "nosniff");
	http_reply_header(
	    c->req, "Content-Security-Policy", "default-src 'none'; sandbox");
	if (c->status == 206) {
		str_format(line, sizeof(line), "bytes %lld-%lld/%lld",
		    (long long)f->from, (long long)(f->from + f->n - 1),
		    (long long)f->size);
		http_reply_header(c->req, "Content-Range", line);
	}
	http_reply_take(c->req, c->status,
	    f->mime[0] != '\0' ? f->mime : "application/octet-stream", &c->out);
}
