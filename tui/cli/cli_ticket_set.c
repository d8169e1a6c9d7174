/* cli_ticket_set - a ticket's fields, status label and priority at once. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/ticket_form.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define FIELDS_MAX 64

static const struct cli_option set_options[] = {
    {"--field", "KEY=VALUE...", N_("the value of a field; KEY= takes it away")},
    {"--status", "LABEL", N_("its status label, which gives it its state")},
    {"--reason", "TEXT", N_("what it waits for")},
    {"--until", "TIME", N_("until when it waits")},
    {"--priority", "1-5", N_("another one than urgency and impact give")},
    {"--because", "TEXT", N_("why the priority is another one")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

/* What was given, as ticket_edit_form wants it. */
struct wanted {
	struct ticket_given given[FIELDS_MAX];
	char *keys[FIELDS_MAX]; /* owned */
	size_t given_count;
	struct change changes[2];
	size_t count;
};

static void
wanted_free(struct wanted *w)
{
	for (size_t i = 0; i < w->given_count; i++)
		free(w->keys[i]);
}

static int
collect_fields(const struct cli *c, struct wanted *w, struct err *err)
{
	const char *pair, *equals;

	for (int k = 0; (pair = cli_option_nth(c, "--field", k)) != NULL; k++) {
		if ((equals = strchr(pair, '=')) == NULL || equals == pair)
			return err_set(err, OD_EUSAGE,
			    "--field %s: write KEY=VALUE; the list of fields"
			    " shows the keys",
			    pair);
		if (w->given_count == FIELDS_MAX)
			return err_set(err, OD_EUSAGE,
			    "At most %d fields at once", FIELDS_MAX);
		w->keys[w->given_count] =
		    xstrndup(pair, (size_t)(equals - pair));
		w->given[w->given_count] =
		    (struct ticket_given){w->keys[w->given_count], equals + 1};
		w->given_count++;
	}
	return 0;
}

static int
collect(const struct cli *c, struct wanted *w, struct err *err)
{
	int64_t priority;
	int rc;

	if (cli_flag(c, "--priority")) {
		if ((rc = cli_option_int(
			 c, "--priority", 1, 5, 3, &priority, err)) != 0)
			return rc;
		w->changes[w->count++] =
		    (struct change){"priority", b_int(priority)};
	}
	if (cli_flag(c, "--because"))
		w->changes[w->count++] = (struct change){
		    "priority_reason", b_text(cli_option(c, "--because"))};
	return collect_fields(c, w, err);
}

/* Fields first: the label may end a ticket that lacked them. */
static int
set_both(struct cli *c, const struct ticket *t, int64_t seen,
    const struct wanted *w, bool *wrote, struct err *err)
{
	struct ticket_status label;
	struct ticket now = {0};
	int64_t until;
	int rc;

	if (w->count + w->given_count > 0 &&
	    (rc = ticket_edit_form(c->desk, t->id, seen, w->changes, w->count,
		 w->given, w->given_count, err)) != 0)
		return rc;
	*wrote = w->count + w->given_count > 0;
	if (!cli_flag(c, "--status"))
		return 0;
	if ((rc = cli_option_time(c, "--until", &until, err)) == 0 &&
	    (rc = ticket_status_by_name(
		 c->desk, cli_option(c, "--status"), &label, err)) == 0 &&
	    (rc = ticket_get(c->desk, t->id, &now, err)) == 0)
		rc = ticket_set_status(c->desk, t->id,
		    *wrote ? now.version : seen, label.id,
		    cli_option_or(c, "--reason", ""), until, err);
	ticket_clear(&now);
	return rc;
}

static int
show(struct cli *c, int64_t number, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_by_number(c->desk, number, &t, err);

	if (rc == 0)
		ticket_json(&t, cli_value(c));
	ticket_clear(&t);
	return rc;
}

static int
run_set(struct cli *c, struct err *err)
{
	struct wanted w = {.count = 0};
	struct ticket t = {0};
	bool wrote = false;
	int64_t seen;
	int rc;

	if ((rc = collect(c, &w, err)) != 0)
		goto out;
	if (w.count + w.given_count == 0 && !cli_flag(c, "--status")) {
		rc = cli_nothing(err);
		goto out;
	}
	if ((rc = cli_ticket_arg(c, 0, &t, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, t.version,
		 &seen, err)) != 0 ||
	    (rc = db_batch_begin(c->desk, err)) != 0)
		goto out;
	if ((rc = set_both(c, &t, seen, &w, &wrote, err)) == 0)
		rc = db_batch_end(c->desk, err);
	else if (wrote)
		db_batch_cancel(c->desk);
	else /* at most the record of its refusal */
		(void)db_batch_end(c->desk, NULL);
	if (rc == 0)
		rc = show(c, t.number, err);
out:
	ticket_clear(&t);
	wanted_free(&w);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "set", "NUMBER", 1, 1, set_options, CLI_OPERATOR, false, run_set,
	    N_("Set a ticket's own fields, status label and priority.")},
};
/* clang-format on */

const struct cli_table cli_ticket_set_table = {rows, COUNT(rows)};
