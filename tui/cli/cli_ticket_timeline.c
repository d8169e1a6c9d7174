/* cli_ticket_timeline - all that happened to a ticket. */
#include "common/i18n.h"
#include "common/str.h"
#include "db/records/ticket_timeline.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"at", N_("At"), CLI_TIME},
    {"kind", N_("Kind"), 0},
    {"by", N_("By"), 20},
    {"field", N_("Field"), 16},
    {"before", N_("Before"), 16},
    {"after", N_("After"), 16},
    {"ticket", N_("Ticket"), 0},
    {"text", N_("Text"), 60},
};

static const struct cli_option options[] = {
    {"--limit", "N", N_("at most so many rows, up to 200 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

/* "TIME/KIND/ID", numbers all of them. */
static int
read_cursor(struct cli *c, struct timeline_place *p, struct err *err)
{
	const char *s = cli_option(c, "--cursor");
	int64_t parts[3];
	char part[3][24];
	bool right = true;

	if (s == NULL)
		return 0;
	for (int i = 0; i < 3 && right; i++) {
		size_t n = strcspn(s, "/");

		right = n < sizeof(part[i]) && (s[n] == '/') == (i < 2);
		if (!right)
			break;
		memcpy(part[i], s, n);
		part[i][n] = '\0';
		right = str_to_int64(part[i], 0, INT64_MAX, &parts[i]);
		s += n + (i < 2);
	}
	if (!right || parts[1] >= TIMELINE_KIND_COUNT)
		return err_set(err, OD_EUSAGE,
		    "--cursor takes what the list said at its end");
	p->at_us = parts[0];
	p->kind = (enum timeline_kind)parts[1];
	p->id = parts[2];
	return 0;
}

static int
run_timeline(struct cli *c, struct err *err)
{
	struct timeline_place behind = {0};
	struct timeline_item *rows = NULL;
	struct ticket t = {0};
	size_t count = 0;
	int64_t limit;
	int rc;

	if ((rc = cli_option_int(c, "--limit", 1, 200, 50, &limit, err)) != 0 ||
	    (rc = read_cursor(c, &behind, err)) != 0 ||
	    (rc = cli_ticket_arg(c, 0, &t, err)) != 0 ||
	    (rc = ticket_timeline(
		 c->desk, t.id, &behind, (int)limit, &rows, &count, err)) != 0)
		goto out;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		timeline_json(&rows[i], cli_row(c));
	if (count == (size_t)limit) {
		char cursor[80];

		str_format(cursor, sizeof(cursor), "%lld/%d/%lld",
		    (long long)rows[count - 1].at_us, (int)rows[count - 1].kind,
		    (long long)rows[count - 1].id);
		cli_more(c, cursor);
	}
out:
	timeline_free(&rows, count);
	ticket_clear(&t);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "timeline", "NUMBER", 1, 1, options, CLI_OPERATOR, true, run_timeline,
	    N_("List all that happened to a ticket, the newest first.")},
};
/* clang-format on */

const struct cli_table cli_ticket_timeline_table = {rows, COUNT(rows)};
