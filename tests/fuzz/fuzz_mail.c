/*
 * A mail of any bytes, and what must hold of what is read from it.
 */
#include "common/mail.h"
#include "common/utf8.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *s)
{
	BUG_ON(!utf8_is_text(s, strlen(s)));
	for (; *s != '\0'; s++)
		BUG_ON((unsigned char)*s < ' ');
}

static void
check(const struct mail *m)
{
	BUG_ON(m->id[0] == '\0' || m->ref_count > MAIL_REFS_MAX);
	BUG_ON(m->file_count > MAIL_PARTS_MAX);
	check_line(m->id);
	check_line(m->from);
	check_line(m->from_name);
	check_line(m->subject);
	check_line(m->desk_id);
	BUG_ON(!utf8_is_text(m->text.s, m->text.len));
	BUG_ON(mail_reply_end(m->text.s) > m->text.len);
	BUG_ON(mail_ticket_number(m->subject) < 0);
	for (size_t i = 0; i < m->file_count; i++) {
		check_line(m->files[i].name);
		check_line(m->files[i].type);
	}
	for (size_t i = 0; i < m->ref_count; i++)
		check_line(m->refs[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct mail m;
	int rc = mail_read((const char *)data, size, &m, &err);

	BUG_ON(rc == OD_EUNAVAIL);
	if (rc == 0)
		check(&m);
	mail_free(&m);
	return 0;
}
