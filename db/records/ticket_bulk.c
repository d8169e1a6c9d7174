/* ticket_bulk - see ticket_bulk.h. */
#include "db/records/ticket_bulk.h"
#include "common/i18n.h"
#include "db/core/tags.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_sleep.h"
#include <string.h>

/* The ticket's tags without this one, or with it at the end. */
static int
retag(struct desk *d, const struct ticket *t, const char *tag, bool on,
    struct err *err)
{
	struct str tags = STR_INIT;
	int rc = 0;

	if (tags_with(t->tags, tag, on, &tags))
		rc = ticket_edit(d, t->id, 0,
		    &(struct change){"tags", b_text(tags.s)}, 1, err);
	str_free(&tags);
	return rc;
}

static int
change_one(struct desk *d, const struct ticket_bulk *b, const struct ticket *t,
    struct err *err)
{
	const struct change level[] = {{"priority", b_int(b->priority)},
	    {"priority_reason", b_text(b->reason)}};

	switch (b->act) {
	case BULK_ASSIGN:
		return ticket_assign(
		    d, t->id, 0, b->operator_id, b->team_id, b->note, err);
	case BULK_STATE:
		return ticket_set_state(
		    d, t->id, 0, b->state, b->reason, b->until_us, err);
	case BULK_PRIORITY:
		return ticket_edit(
		    d, t->id, 0, level, b->reason != NULL ? 2 : 1, err);
	case BULK_TAG:
	case BULK_UNTAG:
		return retag(d, t, b->tag, b->act == BULK_TAG, err);
	case BULK_DELETE:
		return ticket_delete(d, t->id, 0, err);
	case BULK_RESTORE:
		return ticket_restore(d, t->id, err);
	case BULK_SNOOZE:
		return ticket_snooze(
		    d, t->id, 0, b->until_us, b->until_reply, err);
	case BULK_WAKE:
		return t->snoozed_until_us != 0 ? ticket_wake(d, t->id, 0, err)
		                                : 0;
	}
	return 0;
}

static void
name_it(const struct ticket_bulk *b, char sentence[256])
{
	int n = (int)b->count;

	switch (b->act) {
	case BULK_ASSIGN:
		if (b->operator_id != 0 || b->team_id != 0)
			str_format(sentence, 256, _("Assigned %d tickets"), n);
		else
			str_format(sentence, 256, _("Released %d tickets"), n);
		return;
	case BULK_STATE:
		str_format(sentence, 256, _("Set %d tickets to %s"), n,
		    _(ticket_state_names[b->state]));
		return;
	case BULK_PRIORITY:
		str_format(sentence, 256, _("Set %d tickets to priority %d"), n,
		    b->priority);
		return;
	case BULK_TAG:
		str_format(
		    sentence, 256, _("Tagged %d tickets: %s"), n, b->tag);
		return;
	case BULK_UNTAG:
		str_format(sentence, 256, _("Took a tag off %d tickets: %s"), n,
		    b->tag);
		return;
	case BULK_DELETE:
		str_format(
		    sentence, 256, _("Moved %d tickets to the trash"), n);
		return;
	case BULK_RESTORE:
		str_format(
		    sentence, 256, _("Took %d tickets out of the trash"), n);
		return;
	case BULK_SNOOZE:
		str_format(sentence, 256, _("Put %d tickets to sleep"), n);
		return;
	case BULK_WAKE:
		str_format(sentence, 256, _("Woke %d tickets"), n);
		return;
	}
}

static int
check(const struct ticket_bulk *b, struct err *err)
{
	if (b->count == 0)
		return err_set(err, OD_EUSAGE, "No tickets were named");
	if (b->count > TICKET_BULK_MAX)
		return err_set(err, OD_EUSAGE,
		    "At most %d tickets can be changed at once",
		    TICKET_BULK_MAX);
	if (b->act == BULK_PRIORITY && (b->priority < 1 || b->priority > 5))
		return err_set(err, OD_EDATA, "A priority is 1 to 5");
	if ((b->act == BULK_TAG || b->act == BULK_UNTAG) &&
	    (b->tag == NULL || b->tag[0] == '\0' || strchr(b->tag, ',')))
		return err_set(
		    err, OD_EDATA, "A tag is a word or some, without commas");
	return 0;
}

int
ticket_bulk(struct desk *d, const struct ticket_bulk *b, char sentence[256],
    struct err *err)
{
	char name[256];
	int rc;

	if ((rc = check(b, err)) != 0 || (rc = op_together_begin(d, err)) != 0)
		return rc;
	name_it(b, name);
	for (size_t i = 0; rc == 0 && i < b->count; i++) {
		struct ticket t = {0};

		if ((rc = ticket__load(d, b->ids[i], &t, err)) == 0 &&
		    (rc = change_one(d, b, &t, err)) != 0 && b->count > 1)
			(void)err_prefix(err,
			    "Nothing was changed; ticket %lld",
			    (long long)t.number);
		ticket_clear(&t);
	}
	rc = op_together_end(d, rc, name, err);
	if (rc == 0 && sentence != NULL)
		str_copy(sentence, 256, name);
	return rc;
}
