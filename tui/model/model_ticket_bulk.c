/* model_ticket_bulk - many tickets at once; see model_tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/model/model_tickets.h"

#include <stdlib.h>

struct bulk_args {
	struct ticket_bulk b;
	int64_t *ids; /* owned */
	char reason[201], note[201], tag[201], sentence[256];
};

static int
bulk_run(struct desk *d, void *data, struct err *err)
{
	struct bulk_args *a = data;

	return ticket_bulk(d, &a->b, a->sentence, err);
}

static void
bulk_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct bulk_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK, _("%s; u takes it back"), a->sentence);
}

static void
bulk_free(void *data)
{
	struct bulk_args *a = data;

	free(a->ids);
	free(a);
}

void
model_ticket_bulk(
    struct model *m, struct screen *s, const struct ticket_bulk *bulk)
{
	static const struct model_question q = {.run = bulk_run,
	    .done = bulk_done,
	    .free_args = bulk_free,
	    .writes = true};
	struct bulk_args *a = xcalloc(1, sizeof(*a));

	a->b = *bulk;
	a->ids = xmemdup(bulk->ids, bulk->count * sizeof(a->ids[0]));
	a->b.ids = a->ids;
	if (bulk->reason != NULL) {
		str_copy(a->reason, sizeof(a->reason), bulk->reason);
		a->b.reason = a->reason;
	}
	if (bulk->note != NULL) {
		str_copy(a->note, sizeof(a->note), bulk->note);
		a->b.note = a->note;
	}
	if (bulk->tag != NULL) {
		str_copy(a->tag, sizeof(a->tag), bulk->tag);
		a->b.tag = a->tag;
	}
	model_ask(m, s, &q, a);
}
