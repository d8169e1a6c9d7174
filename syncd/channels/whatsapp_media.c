/*
 * whatsapp_media - attachments in two steps: where it is, then the bytes.
 */
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "syncd/channels/whatsapp.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MIB (1024 * 1024)

int64_t
whatsapp_media_limit(enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_IMAGE:
		return 5 * MIB;
	case MESSAGE_AUDIO:
	case MESSAGE_VIDEO:
		return 16 * MIB;
	case MESSAGE_DOCUMENT:
		return 100 * MIB;
	case MESSAGE_STICKER:
		return 500 * 1024;
	case MESSAGE_TEXT:
	case MESSAGE_LOCATION:
	case MESSAGE_CONTACTS:
	case MESSAGE_INTERACTIVE:
	case MESSAGE_BUTTON:
	case MESSAGE_REACTION:
	case MESSAGE_ORDER:
	case MESSAGE_SYSTEM:
	case MESSAGE_UNSUPPORTED:
	case MESSAGE_TEMPLATE:
	case MESSAGE_OTHER:
	case MESSAGE_KIND_COUNT:
		break;
	}
	return 0;
}

int
whatsapp_media_lookup(const struct channel *channel, const char *media_id,
    struct channel_request *request, struct err *err)
{
	const size_t n = strlen(media_id);

	if (n == 0 || n > 64 || strspn(media_id, "0123456789") != n)
		return err_set(err, OD_EDATA,
		    "The attachment has no id that WhatsApp would know.");
	request->method = "GET";
	whatsapp__url(channel, &request->url);
	str_addf(&request->url, "%s?phone_number_id=%s", media_id,
	    channel->number_id);
	request->bearer = channel->access_token;
	request->loopback_only = channel->rehearsal;
	return 0;
}

int
whatsapp_media_parse(
    const char *body, size_t n, struct whatsapp_media *out, struct err *err)
{
	struct json *doc = NULL;
	const char *url, *mime, *hex;
	int rc;

	memset(out, 0, sizeof(*out));
	out->size = -1;
	if ((rc = json_parse(body, n, &json_limits_api, &doc, err)) != 0)
		return rc;
	url = json_string(doc, "url");
	mime = json_string(doc, "mime_type");
	hex = json_string(doc, "sha256");
	if (!json_lax_int64(doc, "file_size", &out->size) || out->size < 0)
		out->size = -1;
	if (mime != NULL)
		str_copy(out->mime, sizeof(out->mime), mime);
	out->mime[strcspn(out->mime, "; ")] = '\0';
	for (char *p = out->mime; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (hex != NULL && strlen(hex) == 64 &&
	    strspn(hex, "0123456789abcdefABCDEF") == 64)
		for (size_t i = 0; i < 64; i++)
			out->sha256[i] = (char)tolower((unsigned char)hex[i]);
	if (url == NULL || !str_copy(out->url, sizeof(out->url), url) ||
	    url[0] == '\0')
		rc = err_set(err, OD_EDATA,
		    "WhatsApp does not say where the attachment is.");
	json_free(&doc);
	return rc;
}

/* "https://Host:port/..." -> scheme length and authority. */
static bool
split_url(const char *url, bool *https, const char **host, size_t *len)
{
	if (str_starts(url, "https://"))
		*https = true;
	else if (str_starts(url, "http://"))
		*https = false;
	else
		return false;
	*host = url + (*https ? 8 : 7);
	*len = strcspn(*host, "/?#");
	/* A user part would hide the real host. */
	return *len > 0 && memchr(*host, '@', *len) == NULL &&
	       memchr(*host, '\\', *len) == NULL;
}

static bool
is_metas(const char *host, size_t n)
{
	static const char *const domains[] = {
	    ".fbsbx.com", ".facebook.com", ".whatsapp.net", ".fbcdn.net"};

	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		const size_t d = strlen(domains[i]);

		if (n > d && strncasecmp(host + n - d, domains[i], d) == 0)
			return true;
	}
	return false;
}

int
whatsapp_media_download(const struct channel *channel, const char *url,
    enum message_kind kind, struct channel_request *request, struct err *err)
{
	const int64_t max = whatsapp_media_limit(kind);
	const char *host, *own;
	bool https, own_https, ours;
	size_t n, own_n;

	if (max == 0 || !split_url(url, &https, &host, &n) ||
	    !split_url(channel->api_base, &own_https, &own, &own_n))
		return err_set(
		    err, OD_EDATA, "The attachment's address cannot be used.");
	ours =
	    https == own_https && n == own_n && strncasecmp(host, own, n) == 0;
	if (!ours && (!https || !is_metas(host, n)))
		return err_set(err, OD_EDATA,
		    "The attachment is on a host that is not WhatsApp's; it "
		    "is not fetched.");
	request->method = "GET";
	str_clear(&request->url);
	str_add(&request->url, url);
	request->bearer = channel->access_token;
	request->loopback_only = channel->rehearsal;
	request->max_body = (size_t)max;
	return 0;
}

int
whatsapp_media_check(const struct whatsapp_media *promised,
    enum message_kind kind, int64_t size, const char *sha256_hex,
    struct err *err)
{
	if (size > whatsapp_media_limit(kind))
		return err_set(err, OD_ELIMIT,
		    "The attachment has %lld bytes; %lld are allowed.",
		    (long long)size, (long long)whatsapp_media_limit(kind));
	if (promised->size >= 0 && promised->size != size)
		return err_set(err, OD_EDATA,
		    "The attachment has %lld bytes instead of %lld.",
		    (long long)size, (long long)promised->size);
	if (promised->sha256[0] != '\0' &&
	    strcmp(promised->sha256, sha256_hex) != 0)
		return err_set(err, OD_EDATA,
		    "The attachment is not the one that was announced: its "
		    "SHA-256 differs.");
	return 0;
}
