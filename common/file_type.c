/* file_type - see file_type.h. */
#include "common/file_type.h"

#include "common/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct magic {
	size_t at, n;
	const char *bytes;
	const char *type;
};

/* clang-format off */
static const struct magic magics[] = {
	{0, 8, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, 3, "\xff\xd8\xff", "image/jpeg"},
	{0, 6, "GIF87a", "image/gif"},
	{0, 6, "GIF89a", "image/gif"},
	{0, 4, "II*\0", "image/tiff"},
	{0, 4, "MM\0*", "image/tiff"},
	{8, 4, "WEBP", "image/webp"},
	{8, 4, "WAVE", "audio/wav"},
	{0, 5, "%PDF-", "application/pdf"},
	{0, 2, "\x1f\x8b", "application/gzip"},
	{0, 6, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, 4, "fLaC", "audio/flac"},
	{0, 4, "OggS", "audio/ogg"},
	{0, 3, "ID3", "audio/mpeg"},
	{4, 8, "ftypM4A ", "audio/mp4"},
	{4, 4, "ftyp", "video/mp4"},
	{0, 4, "\x1a\x45\xdf\xa3", "video/webm"},
	{0, 5, "{\\rtf", "application/rtf"},
};

/* Archives of an office, by what their first members are called. */
static const struct {
	const char *name, *type;
} members[] = {
	{"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
	{"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"},
	{"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
};
/* clang-format on */

static bool
has(const char *p, size_t n, const char *what)
{
	return memmem(p, n, what, strlen(what)) != NULL;
}

/* UTF-8 without control characters other than those of lines. */
static bool
is_text(const char *p, size_t n)
{
	size_t whole = n;

	for (size_t i = 0; i < n; i++) {
		uint8_t b = (uint8_t)p[i];

		if ((b < 0x20 && b != '\t' && b != '\n' && b != '\r' &&
			b != '\f') ||
		    b == 0x7f)
			return false;
	}
	/* The head may end within a character. */
	for (int i = 0;
	     i < 4 && n == FILE_TYPE_HEAD && whole > 0 && !utf8_valid(p, whole);
	     i++)
		whole--;
	return utf8_valid(p, whole);
}

const char *
file_type(const void *head, size_t n)
{
	const char *p = head;

	if (n > FILE_TYPE_HEAD)
		n = FILE_TYPE_HEAD;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *m = &magics[i];

		if (n >= m->at + m->n &&
		    memcmp(p + m->at, m->bytes, m->n) == 0 &&
		    (m->at != 8 || memcmp(p, "RIFF", 4) == 0))
			return m->type;
	}
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0) {
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]);
		     i++)
			if (has(p, n, members[i].name))
				return members[i].type;
		return "application/zip";
	}
	return n > 0 && is_text(p, n) ? "text/plain"
	                              : "application/octet-stream";
}
