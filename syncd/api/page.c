/* page - see page.h. */
#include "syncd/api/page.h"
#include "common/i18n.h"
#include "common/text.h"
#include <string.h>

void
page_value(struct str *out, const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		switch (*p) {
		case '&':
			str_add(out, "&amp;");
			break;
		case '<':
			str_add(out, "&lt;");
			break;
		case '>':
			str_add(out, "&gt;");
			break;
		case '"':
			str_add(out, "&quot;");
			break;
		case '\'':
			str_add(out, "&#39;");
			break;
		case '\r': /* would come back as a line end */
			str_add(out, "&#13;");
			break;
		default:
			str_addc(out, *p);
		}
}

void
page_text(struct str *out, const char *s)
{
	struct str safe = STR_INIT;

	(void)text_safe(&safe, s, strlen(s), TEXT_LINE);
	page_value(out, safe.s);
	str_free(&safe);
}

void
page_begin(struct str *out, const char *title)
{
	str_addf(out,
	    "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\">"
	    "<title>",
	    lang_code(i18n_lang()));
	page_text(out, title);
	str_add(out, "</title>\n<h1>");
	page_text(out, title);
	str_add(out, "</h1>\n");
}

void
page_end(struct str *out)
{
	str_add(out, "</html>\n");
}

void
page_sentence(struct str *out, const char *title, const char *sentence)
{
	page_begin(out, title);
	str_add(out, "<p>");
	page_text(out, sentence);
	str_addf(
	    out, "</p>\n<p><a href=\"/mesa_ayuda\">%s</a></p>\n", _("Tickets"));
	page_end(out);
}
