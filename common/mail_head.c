/* mail_head - the headers of a mail; see mail.h. */
#include "common/digest.h"
#include "common/mail_int.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const mail_kind_names[] = {
    "person", "list", "automatic", "bounce", NULL};

static const char *
header(GMimeObject *o, const char *name)
{
	const char *value = mail__lib.object_get_header(o, name);

	return value != NULL ? value : "";
}

static bool
has(GMimeObject *o, const char *name)
{
	return mail__lib.object_get_header(o, name) != NULL;
}

/* A header's word, without what stands behind ";" or blanks. */
static bool
says(GMimeObject *o, const char *name, const char *word)
{
	const char *value = header(o, name);
	size_t n;

	value += strspn(value, " \t\r\n");
	n = strcspn(value, "; \t\r\n(");
	return n == strlen(word) && strncasecmp(value, word, n) == 0;
}

/* One line, as it may be shown. */
static void
line(char *dst, size_t size, const char *value)
{
	char *safe = text_safe_dup(value, TEXT_LINE);
	const char *from = safe + strspn(safe, " ");
	size_t n = utf8_cut(
	    from, strlen(from), strlen(from) < size ? strlen(from) : size - 1);

	while (n > 0 && from[n - 1] == ' ')
		n--;
	memcpy(dst, from, n);
	dst[n] = '\0';
	free(safe);
}

static bool
is_id_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '>';
}

/* Whatever stands between < and >; what no mail should have is left out. */
static void
clean_id(char dst[MAIL_ID_MAX + 1], const char *s, size_t n)
{
	size_t used = 0;
	bool fits = true;

	for (size_t i = 0; i < n; i++) {
		if (!is_id_byte(s[i]))
			continue;
		fits = fits && used < MAIL_ID_MAX;
		if (fits)
			dst[used++] = s[i];
	}
	dst[used] = '\0';
	if (!fits) {
		char hex[SHA256_HEX_SIZE];

		sha256_hex(s, n, hex);
		str_format(dst, MAIL_ID_MAX + 1, "sha256.%s", hex);
	}
}

void
mail__add_refs(struct mail *m, const char *ids)
{
	size_t n = strlen(ids);

	while (n > 0 && m->ref_count < MAIL_REFS_MAX) {
		char id[MAIL_ID_MAX + 1];
		size_t from;
		bool known = false;

		while (n > 0 && ids[n - 1] != '>')
			n--;
		for (from = n; from > 0 && ids[from - 1] != '<';)
			from--;
		if (from == 0)
			return;
		clean_id(id, ids + from, n - 1 - from);
		n = from - 1;
		for (size_t i = 0; i < m->ref_count; i++)
			known = known || strcmp(m->refs[i], id) == 0;
		if (id[0] == '\0' || known)
			continue;
		m->refs =
		    xreallocarray(m->refs, m->ref_count + 1, sizeof(*m->refs));
		m->refs[m->ref_count++] = xstrdup(id);
	}
}

static void
read_id(struct mail *m, GMimeObject *o)
{
	const char *value = header(o, "Message-Id");
	const char *open = strchr(value, '<');
	const char *close = open != NULL ? strchr(open, '>') : NULL;

	if (close != NULL)
		clean_id(m->id, open + 1, (size_t)(close - open - 1));
	else
		clean_id(m->id, value, strlen(value));
}

/* The first mailbox of a header. */
static bool
read_sender(struct mail *m, const char *value)
{
	InternetAddressList *list;
	bool found = false;

	if (value[0] == '\0' ||
	    (list = mail__lib.list_parse(NULL, value)) == NULL)
		return false;
	for (int i = 0; !found && i < mail__lib.list_length(list); i++) {
		InternetAddress *a = mail__lib.list_get_address(list, i);
		const char *address, *name;

		if (!mail__is(a, mail__lib.mailbox_get_type()))
			continue;
		/* NOLINTNEXTLINE(cast-align): it was asked just above */
		address = mail__lib.mailbox_get_addr((void *)a);
		name = mail__lib.address_get_name(a);
		if (address == NULL || strchr(address, '@') == NULL ||
		    strlen(address) >= sizeof(m->from))
			continue;
		line(m->from, sizeof(m->from), address);
		line(m->from_name, sizeof(m->from_name),
		    name != NULL ? name : "");
		found = true;
	}
	mail__lib.object_unref(list);
	for (char *p = m->from; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 32);
	return found;
}

/* "<>" is what a mail server gives as the sender of what it says itself. */
static bool
from_nobody(GMimeObject *o)
{
	const char *value = header(o, "Return-Path");

	value += strspn(value, " \t\r\n");
	return value[0] == '<' && value[1 + strspn(value + 1, " \t")] == '>';
}

static bool
is_report(GMimeObject *o)
{
	GMimeContentType *type = mail__lib.object_get_content_type(o);
	const char *sub = type != NULL
	                      ? mail__lib.content_type_get_media_subtype(type)
	                      : NULL;
	const char *of = type != NULL ? mail__lib.content_type_get_parameter(
					    type, "report-type")
	                              : NULL;

	return sub != NULL && strcasecmp(sub, "report") == 0 && of != NULL &&
	       strcasecmp(of, "delivery-status") == 0;
}

static bool
is_automatic(GMimeObject *o)
{
	return (has(o, "Auto-Submitted") && !says(o, "Auto-Submitted", "no")) ||
	       says(o, "Precedence", "bulk") || says(o, "Precedence", "junk") ||
	       says(o, "Precedence", "auto_reply") || has(o, "X-Autoreply") ||
	       has(o, "X-Autorespond") || has(o, "X-Auto-Reply");
}

static enum mail_kind
kind_of(const struct mail *m, GMimeObject *message, GMimeObject *part)
{
	if ((part != NULL && is_report(part)) ||
	    strncmp(m->from, "mailer-daemon@", 14) == 0)
		return MAIL_BOUNCE;
	if (is_automatic(message) && !has(message, "List-Id"))
		return MAIL_AUTOMATIC;
	if (from_nobody(message))
		return MAIL_BOUNCE;
	if (has(message, "List-Id") || has(message, "List-Post") ||
	    says(message, "Precedence", "list"))
		return MAIL_FROM_LIST;
	return MAIL_BY_PERSON;
}

void
mail__head(struct mail *m, GMimeObject *message)
{
	/* NOLINTNEXTLINE(cast-align): the caller has a message */
	GMimeObject *part =
	    mail__lib.message_get_mime_part((GMimeMessage *)(void *)message);

	read_id(m, message);
	mail__add_refs(m, header(message, "In-Reply-To"));
	mail__add_refs(m, header(message, "References"));
	line(m->subject, sizeof(m->subject), header(message, "Subject"));
	line(m->desk_id, sizeof(m->desk_id), header(message, "X-Opdesk-Desk"));
	if (!read_sender(m, header(message, "From")))
		(void)read_sender(m, header(message, "Sender"));
	m->kind = kind_of(m, message, part);
}
