/*
 * model_admin - what a tenant decides about its tickets: labels of states,
 * categories, fields, calendars, promises, checklists and settings, and changes of them.
 *
 * Everybody may look.  Changes are the use cases of the command line; what
 * asks for a proof of who it is, is asked for it and sent again.
 */
#ifndef TUI_MODEL_MODEL_ADMIN_H
#define TUI_MODEL_MODEL_ADMIN_H

#include "db/records/calendars.h"
#include "db/records/checklists.h"
#include "db/records/login.h"
#include "db/records/people.h"
#include "db/records/tenant_settings.h"
#include "db/records/ticket_form.h"
#include "tui/model/model.h"

enum admin_kind {
	ADMIN_LABELS,
	ADMIN_CATEGORIES,
	ADMIN_FIELDS,
	ADMIN_CALENDARS,
	ADMIN_PROMISES,
	ADMIN_CHECKLISTS,
	ADMIN_SETTINGS,
	ADMIN_KINDS
};

struct calendar_dates {            /* of one calendar */
	struct calendar_day *rows; /* owned */
	size_t count;
};

struct admin_view { /* all arrays are owned */
	bool trash; /* what was deleted; of calendars, promises: what there is */
	struct ticket_status *labels;
	size_t label_count;
	struct ticket_category *categories;
	size_t category_count;
	struct ticket_field *fields;
	size_t field_count;
	struct calendar_row *calendars;
	struct calendar_dates *dates; /* as calendars */
	size_t calendar_count;
	struct promise *promises;
	size_t promise_count;
	struct checklist *checklists;
	size_t checklist_count;
	struct tenant_setting_row settings[TENANT_SETTINGS];
	struct company *companies; /* by name, the first ones */
	size_t company_count;
};
void admin_view_clear(struct admin_view *v);

/* view may be taken: copy it out and zero it. */
typedef void admin_view_fn(struct screen *s, uint64_t turn,
    struct admin_view *view, const struct model_answer *answer);
void model_admin_view(struct model *m, struct screen *s, uint64_t turn,
    bool trash, admin_view_fn *fn);

enum admin_verb {
	ADMIN_NEW,
	ADMIN_EDIT,
	ADMIN_DELETE,
	ADMIN_RESTORE,
	ADMIN_MOVE,
	ADMIN_DATE,     /* of a calendar: hours of its own */
	ADMIN_DATE_OFF, /* none any more */
	ADMIN_VERBS
};

enum admin_part { /* bits: what an edit sets; a new one has all */
	ADMIN_SET_NAME = 1 << 0,
	ADMIN_SET_CATEGORY = 1 << 1,
	ADMIN_SET_TYPE = 1 << 2,
	ADMIN_SET_CHOICES = 1 << 3,
	ADMIN_SET_REQUIRED = 1 << 4,
	ADMIN_SET_HELP = 1 << 5,
	ADMIN_SET_ITEMS = 1 << 6,
	ADMIN_SET_FOR = 1 << 7,
};

#define ADMIN_ITEMS_MAX 8192 /* that a form takes */

struct admin_act {
	enum admin_kind kind;
	enum admin_verb verb;
	unsigned set; /* enum admin_part, of labels, categories and fields */
	int64_t id, version;
	int step; /* of ADMIN_MOVE: -1 up, 1 down */
	char name[201], help[201]; /* of a setting: help is the value */
	enum ticket_state state;
	enum ticket_field_type type;
	bool required, make_default;
	int64_t category_id, company_id, calendar_id;
	char choices[4097]; /* one a line */
	/* Of a checklist: one a line; whose tickets get it by themselves. */
	char items[ADMIN_ITEMS_MAX + 1], category[65];
	char zone[64], week[800];
	int priority;
	char spans[3][32];         /* first, next, resolution; "": none */
	char date[16], hours[101]; /* with name, of ADMIN_DATE */
	char given[1026];          /* the proof, if it was asked for */
};

struct admin_answer {
	const struct admin_act *act; /* as it was sent */
	bool wants_proof;            /* send it again with one */
	enum login_proof proof;
	char login[64]; /* what is typed with PROOF_TYPED */
};
/* rc 0: done.  Nothing was shown yet. */
typedef void admin_answer_fn(struct ui *ui, struct screen *s,
    const struct admin_answer *a, const struct model_answer *answer);
/* The operation that it is, for the question whether one may. */
const char *admin_operation(enum admin_kind kind, enum admin_verb verb);
/* act is copied; fn is called if s is still there. */
void model_admin_act(struct model *m, struct screen *s,
    const struct admin_act *act, admin_answer_fn *fn);

#endif
