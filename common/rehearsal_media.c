/*
 * rehearsal_media - small attachments made in memory: a PNG with a colour
 * gradient, an Ogg Opus file of silence, a text file.
 */
#include "common/rehearsal.h"
#include <string.h>

static const struct rehearsal_media media[] = {
    {REHEARSAL_MEDIA_IMAGE, "image/png"},
    {REHEARSAL_MEDIA_AUDIO, "audio/ogg; codecs=opus"},
    {REHEARSAL_MEDIA_DOCUMENT, "text/plain"},
};

static void
add_be32(struct str *out, uint32_t v)
{
	const uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	str_addn(out, b, sizeof(b));
}

static void
add_le(struct str *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		str_addc(out, (char)(uint8_t)(v >> (8 * i)));
}

/* ---- PNG ---- */

static uint32_t
crc32_png(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < n; i++) {
		crc ^= b[i];
		for (int k = 0; k < 8; k++)
			crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1u));
	}
	return ~crc;
}

static void
add_chunk(struct str *out, const char type[5], const struct str *data)
{
	struct str body = STR_INIT;

	add_be32(out, (uint32_t)data->len);
	str_addn(&body, type, 4);
	str_addn(&body, data->s, data->len);
	str_addn(out, body.s, body.len);
	add_be32(out, crc32_png(body.s, body.len));
	str_free(&body);
}

/* A zlib stream of one stored block (n below 64 KiB). */
static void
add_stored(struct str *out, const struct str *raw)
{
	uint32_t a = 1, b = 0;

	str_addn(out, "\x78\x01\x01", 3);
	add_le(out, raw->len, 2);
	add_le(out, (uint16_t)~raw->len, 2);
	str_addn(out, raw->s, raw->len);
	for (size_t i = 0; i < raw->len; i++) {
		a = (a + (uint8_t)raw->s[i]) % 65521;
		b = (b + a) % 65521;
	}
	add_be32(out, b << 16 | a);
}

static void
make_png(struct str *out)
{
	enum { SIDE = 64 };
	struct str raw = STR_INIT, data = STR_INIT;

	str_addn(out, "\x89PNG\r\n\x1a\n", 8);
	add_be32(&data, SIDE);
	add_be32(&data, SIDE);
	str_addn(&data, "\x08\x02\x00\x00\x00", 5); /* 8 bit RGB */
	add_chunk(out, "IHDR", &data);
	str_clear(&data);
	for (int y = 0; y < SIDE; y++) {
		str_addc(&raw, 0);
		for (int x = 0; x < SIDE; x++) {
			str_addc(&raw, (char)(uint8_t)(x * 4));
			str_addc(&raw, (char)(uint8_t)(y * 4));
			str_addc(&raw, (char)0x80);
		}
	}
	add_stored(&data, &raw);
	add_chunk(out, "IDAT", &data);
	str_clear(&data);
	add_chunk(out, "IEND", &data);
	str_free(&raw);
	str_free(&data);
}

/* ---- Ogg Opus (RFC 3533, RFC 7845) ---- */

static uint32_t
crc32_ogg(const struct str *page)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < page->len; i++) {
		crc ^= (uint32_t)(uint8_t)page->s[i] << 24;
		for (int k = 0; k < 8; k++)
			crc = (crc << 1) ^
			      ((crc & 0x80000000u) != 0 ? 0x04c11db7u : 0);
	}
	return crc;
}

/* One page of count packets of n bytes each (n below 255). */
static void
add_page(struct str *out, uint32_t number, int flags, uint64_t position,
    const void *packet, size_t n, int count)
{
	struct str page = STR_INIT;
	uint32_t crc;

	str_addn(&page, "OggS", 5); /* with the version, 0 */
	str_addc(&page, (char)flags);
	add_le(&page, position, 8);
	add_le(&page, 0x6f706473, 4); /* serial number */
	add_le(&page, number, 4);
	add_le(&page, 0, 4);
	str_addc(&page, (char)count);
	for (int i = 0; i < count; i++)
		str_addc(&page, (char)(uint8_t)n);
	for (int i = 0; i < count; i++)
		str_addn(&page, packet, n);
	crc = crc32_ogg(&page);
	for (int i = 0; i < 4; i++)
		page.s[22 + i] = (char)(uint8_t)(crc >> (8 * i));
	str_addn(out, page.s, page.len);
	str_free(&page);
}

static void
make_ogg(struct str *out)
{
	static const char head[] = "OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00"
				   "\x00\x00"; /* the last 0 is the NUL */
	static const char tags[] = "OpusTags\x06\x00\x00\x00"
				   "opdesk\x00\x00\x00"; /* likewise */
	static const char silence[] = "\xf8\xff\xfe";    /* 20 ms */

	add_page(out, 0, 2, 0, head, sizeof(head), 1);
	add_page(out, 1, 0, 0, tags, sizeof(tags), 1);
	add_page(out, 2, 4, 50 * 960, silence, 3, 50);
}

const struct rehearsal_media *
rehearsal_media(const char *id, struct str *bytes)
{
	for (size_t i = 0; i < sizeof(media) / sizeof(media[0]); i++) {
		if (strcmp(media[i].id, id) != 0)
			continue;
		if (i == 0)
			make_png(bytes);
		else if (i == 1)
			make_ogg(bytes);
		else
			str_add(bytes, "Documento de ensayo.\n");
		return &media[i];
	}
	return NULL;
}
