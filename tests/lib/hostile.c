/* hostile - see hostile.h. */
#include "tests/lib/hostile.h"
#include "common/xalloc.h"
#include "db/records/people.h"
#include "db/records/seat.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "db/records/tokens.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER HOSTILE_MARKER

const char *const hostile_texts[] = {"\033", "\033[31m", "\033[2J\033[H",
    "\033[6n", "\033[5n", "\033[c", "\033c", "\033[?1049h", "\033[?1049l",
    "\033[5i", "\033[4i", "\033[?25l", "\033[8;1;1t", "\033[21t", "\033[20t",
    "\033]0;t\a", "\033]2;t\033\\", "\033]52;c;aGk=\a", "\033]8;;http://x\a",
    "\033]9;x\a", "\033]777;notify;x;y\a", "\033]1337;File=:x\a",
    "\033]4;1;?\a", "\033]10;?\a", "\033P1$r0m\033\\", "\033P+q544e\033\\",
    "\033_Gx\033\\", "\033^x\033\\", "\033Xx\033\\", "\033(0", "\033)B",
    "\033#8", "\033%G", "\033N", "\033O", "\0337", "\0338", "\033D", "\033M",
    "\033[200~", "\033[201~", "\001", "\005", "\a", "\b\b\b", "\v", "\f", "\r",
    "x\ry", "\016", "\017", "\022", "\030", "\032", "\034", "\037", "\177",
    "\t", "\n", "\r\n\r\n", "\xc2\x80", "\xc2\x84", "\xc2\x85", "\xc2\x8d",
    "\xc2\x90q\xc2\x9c", "\xc2\x9b",
    "\xc2\x9b"
    "31m",
    "\xc2\x9c",
    "\xc2\x9d"
    "0;t\xc2\x9c",
    "\xc2\x9e", "\xc2\x9f", "\xd8\x9c", "\xe2\x80\x8b", "\xe2\x80\x8c",
    "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
    "\xe2\x80\xad", "\xe2\x80\xaemoc.knab", "\xe2\x81\xa0", "\xe2\x81\xa6",
    "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf", "\xc2\xad",
    "\xf3\xa0\x81\x81\xf3\xa0\x81\xbf", "\xef\xbf\xb9x\xef\xbf\xbby",
    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88",
    "\xcd\x8f", "\xe1\xa0\x8e", "\xee\x80\x80", "\xe3\x85\xa4", "%s%s%n",
    "$(reboot)", "`id`", "{{1}}", "\\033[31m", "^[[31m", "</b>&lt;",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "'; DROP TABLE tickets;"};
const size_t hostile_count = sizeof(hostile_texts) / sizeof(hostile_texts[0]);

char *
hostile_marked(size_t i)
{
	return xasprintf(MARKER "%s" MARKER " %zu", hostile_texts[i], i);
}

void
hostile_number(size_t i, char number[16])
{
	snprintf(number, 16, "3466000%04zu", i);
}

static void
must(int rc, size_t i, const char *what, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "hostile %zu: %s: %s\n", i, what, err->text);
	abort();
}

static void
fill_people(struct desk *d, size_t i, const char *text)
{
	struct company_new company = {.name = text, .notes = text};
	struct contact_new contact = {.full_name = text, .notes = text};
	struct operator_new who = {.full_name = text,
	    .lang = "es",
	    .zone = "Europe/Madrid",
	    .role = ROLE_OPERATOR,
	    .unix_uid = -1};
	char login[24], token[TOKEN_SIZE];
	struct err err = ERR_INIT;
	int64_t id;

	snprintf(login, sizeof(login), "hostile%zu", i);
	who.login = login;
	must(company_new(d, &company, &id, &err), i, "company", &err);
	must(division_new(d, id, text, NULL, &id, &err), i, "division", &err);
	contact.division_id = id;
	must(contact_new(d, &contact, &id, &err), i, "contact", &err);
	must(team_new(d, text, &who.team_id, &err), i, "team", &err);
	must(operator_new(d, &who, &id, &err), i, "operator", &err);
	must(token_new(d, text, "ticket.new", 0, token, &id, &err), i, "token",
	    &err);
}

static void
fill_ticket(struct desk *d, size_t i, const char *text)
{
	struct ticket_new in = {.subject = text, .description = text};
	struct err err = ERR_INIT;
	int64_t id, comment, number;

	must(ticket_new(d, &in, &id, &number, &err), i, "ticket", &err);
	must(ticket_comment(d, id, COMMENT_NOTE, text, &comment, &err), i,
	    "comment", &err);
	must(draft_save(d, RECORD_TICKET, id, DRAFT_NOTE, text, 0, 1, &err), i,
	    "draft", &err);
}

void
hostile_fill(struct stage *s)
{
	struct desk *marta = stage_desk(s, "marta");
	struct desk *irene = stage_desk(s, "irene");
	char number[16];

	for (size_t i = 0; i < hostile_count; i++) {
		char *text = hostile_marked(i);

		hostile_number(i, number);
		if (stage_says(s, number, text, text, NULL) != 200) {
			fprintf(stderr, "hostile %zu was refused\n", i);
			abort();
		}
		fill_people(irene, i, text);
		fill_ticket(marta, i, text);
		free(text);
	}
	desk_close(&marta);
	desk_close(&irene);
	/* What cannot be read is shown, too. */
	(void)stage_hook(s, MARKER "\033[31m{", strlen(MARKER) + 6);
	if (!stage_wait_int(
		s, "SELECT count(*) FROM raw_events WHERE state = 0", 0) ||
	    !stage_wait_int(s,
		"SELECT count(*) FROM conversations WHERE peer LIKE '3466000%'",
		(int64_t)hostile_count))
		abort();
}
