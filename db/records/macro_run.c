/* macro_run - a macro on tickets, as one step; see macros.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/macro_int.h"
#include <stdlib.h>
#include <string.h>

/* Fields, levels, category and tags, in one change. */
static int
edit(struct desk *d, const struct macro_plan *p, struct err *err)
{
	struct ticket_given given[MACRO_ACTS_MAX];
	struct change c[6];
	size_t n = 0, fields = 0;

	if (p->categorized)
		c[n++] = (struct change){"category", b_text(p->category)};
	if (p->tagged)
		c[n++] = (struct change){"tags", b_text(p->tags)};
	if (p->urgency != 0)
		c[n++] = (struct change){"urgency", b_int(p->urgency)};
	if (p->impact != 0)
		c[n++] = (struct change){"impact", b_int(p->impact)};
	if (p->priority != 0)
		c[n++] = (struct change){"priority", b_int(p->priority)};
	if (p->priority != 0 && p->why[0] != '\0')
		c[n++] = (struct change){"priority_reason", b_text(p->why)};
	for (size_t i = 0; i < p->part_count; i++)
		if (p->parts[i].act == MACRO_FIELD)
			given[fields++] = (struct ticket_given){
			    p->parts[i].name, p->parts[i].text};
	return n + fields == 0 ? 0
	                       : ticket_edit_form(d, p->ticket_id, 0, c, n,
				     given, fields, err);
}

static int
assign(struct desk *d, const struct macro_plan *p, struct err *err)
{
	return ticket_assign(
	    d, p->ticket_id, 0, p->operator_id, p->team_id, "", err);
}

/*
 * What it takes first, since what follows may be for its owner alone; to give
 * it away comes last for the same reason.
 */
static int
apply(struct desk *d, const struct macro_plan *p, struct err *err)
{
	int64_t id;
	int rc = 0;

	if (p->assigned && p->taken)
		rc = assign(d, p, err);
	if (rc == 0)
		rc = edit(d, p, err);
	if (rc == 0 && p->note != NULL)
		rc = ticket_comment(
		    d, p->ticket_id, COMMENT_NOTE, p->note, &id, err);
	if (rc == 0 && p->reply != NULL)
		rc = ticket_comment(
		    d, p->ticket_id, COMMENT_REPLY, p->reply, &id, err);
	if (rc == 0 && p->moved)
		rc = ticket_set_status(
		    d, p->ticket_id, 0, p->status_id, p->waiting, 0, err);
	if (rc == 0 && p->assigned && !p->taken)
		rc = assign(d, p, err);
	return rc;
}

static int
check_seen(const struct macro_plan *now, const struct macro_plan *seen,
    struct err *err)
{
	if (seen == NULL)
		return 0;
	if (now->macro_version != seen->macro_version)
		return err_set(err, OD_ECONFLICT,
		    "The macro \"%s\" was changed meanwhile; look again",
		    now->name);
	if (now->ticket_version != seen->ticket_version)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was changed meanwhile; look again",
		    (long long)now->number);
	return 0;
}

int
macro_run(struct desk *d, int64_t id, int64_t ticket_id,
    const struct macro_plan *seen, char sentence[256], struct err *err)
{
	struct macro_plan now = {.count = 0};
	char name[256] = "";
	int rc;

	if ((rc = op_together_begin(d, err)) != 0)
		return rc;
	if ((rc = macro_look(d, id, ticket_id, &now, err)) == 0 &&
	    (rc = check_seen(&now, seen, err)) == 0) {
		rc = macro_plan_is_empty(&now)
		         ? err_set(err, OD_ECONFLICT,
			       "The macro \"%s\" changes nothing on ticket"
			       " %lld",
			       now.name, (long long)now.number)
		         : apply(d, &now, err);
		str_format(name, sizeof(name),
		    _("Ran the macro \"%s\" on ticket %lld"), now.name,
		    (long long)now.number);
	}
	rc = op_together_end(d, rc, name, err);
	if (rc == 0 && sentence != NULL)
		str_copy(sentence, 256, name);
	macro_plan_clear(&now);
	return rc;
}

/* *done counts those on which it changed something. */
static int
run_each(struct desk *d, int64_t id, const int64_t *ids, size_t count,
    char name[65], int *done, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct macro_plan p;

		if ((rc = macro_look(d, id, ids[i], &p, err)) == 0 &&
		    !macro_plan_is_empty(&p)) {
			if ((rc = apply(d, &p, err)) != 0)
				(void)err_prefix(err,
				    "Nothing was changed; ticket %lld",
				    (long long)p.number);
			(*done)++;
		}
		str_copy(name, 65, p.name);
		macro_plan_clear(&p);
	}
	return rc;
}

int
macro_run_many(struct desk *d, int64_t id, const int64_t *ticket_ids,
    size_t count, char sentence[256], struct err *err)
{
	char name[65] = "", told[256] = "";
	int rc, done = 0;

	if (count == 0 || count > TICKET_BULK_MAX)
		return err_set(err, OD_EUSAGE,
		    "A macro runs on 1 to %d tickets at once", TICKET_BULK_MAX);
	if ((rc = op_together_begin(d, err)) != 0)
		return rc;
	rc = run_each(d, id, ticket_ids, count, name, &done, err);
	if (rc == 0 && done == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "The macro \"%s\" changes nothing on these tickets", name);
	str_format(told, sizeof(told), _("Ran the macro \"%s\" on %d tickets"),
	    name, done);
	rc = op_together_end(d, rc, told, err);
	if (rc == 0 && sentence != NULL)
		str_copy(sentence, 256, told);
	return rc;
}
