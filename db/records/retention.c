/* retention - how long each class is kept; see retention.h. */
#include "db/records/retention.h"
#include "common/i18n.h"
#include "db/records/records_int.h"
#include "db/records/retention_int.h"
#include <string.h>

/* clang-format off */
static const struct retention_class_def classes[RETENTION_CLASSES] = {
	[RETENTION_WEBHOOKS] = {"webhooks", N_("What providers sent, as it came in"), 30, 7, 365},
	[RETENTION_MESSAGES] = {"messages", N_("Tickets and conversations, since they were closed"), 730, 30, 3650},
	[RETENTION_GUIDED] = {"guide_sessions", N_("Guide sessions, since they ended"), 730, 30, 3650},
	[RETENTION_CALLS] = {"calls", N_("Calls, promised calls and leads, since they ended"), 730, 30, 3650},
	[RETENTION_RECORDINGS] = {"recordings", N_("The sound of calls; that there was one stays"), 90, 1, 3650},
	[RETENTION_HINTS] = {"hints", N_("What models were asked and said; the figures stay"), 30, 1, 365},
	[RETENTION_DRAFTS] = {"drafts", N_("Drafts that nobody touched"), 30, 7, 365},
	[RETENTION_DELETED] = {"deleted", N_("What is in the trash, and what can be undone"), 30, 7, 365},
	[RETENTION_OUTBOX] = {"outbox", N_("Sendings and jobs that ended, dead letters"), 90, 7, 730},
	[RETENTION_LOGINS] = {"logins", N_("Tries to log in, sessions that ended"), 30, 1, 365},
	[RETENTION_AUDIT] = {"audit", N_("The audit trail"), 730, 180, 3650},
	[RETENTION_BACKUPS] = {"backups", N_("Backups of the whole desk"), 35, 7, 365},
};
/* clang-format on */

const struct retention_class_def *
retention_class(enum retention_class c)
{
	BUG_ON(c < 0 || c >= RETENTION_CLASSES);
	return &classes[c];
}

enum retention_class
retention_by_name(const char *name)
{
	for (int c = 0; c < RETENTION_CLASSES; c++)
		if (str_equal(classes[c].name, name))
			return (enum retention_class)c;
	return RETENTION_CLASSES;
}

static int
read_rule(struct desk *d, struct retention_rule *r, struct err *err)
{
	int64_t days = 0;
	int rc = db_int(d->db, &days,
	    "SELECT days FROM retention_rules WHERE tenant_id = $1"
	    " AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(classes[r->which].name)),
	    err);

	r->is_set = rc == 0;
	r->days = r->is_set ? (int)days : classes[r->which].days;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
retention_days(
    struct desk *d, enum retention_class c, int *days, struct err *err)
{
	struct retention_rule r = {.which = c};
	int rc = read_rule(d, &r, err);

	*days = r.days;
	return rc;
}

int
retention_list(struct desk *d, struct retention_rule rows[RETENTION_CLASSES],
    struct err *err)
{
	int rc = op_may(d, OP_RETENTION_READ, 0, err);

	for (int c = 0; rc == 0 && c < RETENTION_CLASSES; c++) {
		rows[c].which = (enum retention_class)c;
		rc = read_rule(d, &rows[c], err);
	}
	return rc;
}

void
retention_json(const struct retention_rule *r, struct json_out *out)
{
	const struct retention_class_def *c = &classes[r->which];

	json_out_object(out, NULL);
	json_out_string(out, "class", c->name);
	json_out_string(out, "holds", _(c->label));
	json_out_int(out, "days", r->days);
	json_out_int(out, "default_days", c->days);
	json_out_int(out, "min_days", c->min_days);
	json_out_int(out, "max_days", c->max_days);
	json_out_bool(out, "is_set", r->is_set);
	json_out_end(out, '}');
}

/* ---- setting, by two people ---- */

/* was: what the proposer saw; another one meanwhile makes it another wish. */
static int
set(struct desk *d, const struct retention_rule *was, int days, struct err *err)
{
	const struct retention_class_def *c = &classes[was->which];
	struct str args = STR_INIT, sentence = STR_INIT;
	struct op_matter m;
	struct json_out out;
	struct op op;
	int rc;

	json_out_init(&out, &args);
	json_out_object(&out, NULL);
	json_out_string(&out, "class", c->name);
	json_out_int(&out, "days", days);
	json_out_int(&out, "was", was->days);
	json_out_end(&out, '}');
	str_addf(&sentence, _("Keep this for %d days instead of %d: %s"), days,
	    was->days, _(c->label));
	m = (struct op_matter){args.s, sentence.s};
	if ((rc = op_begin_second(d, &op, OP_RETENTION_SET, 0, &m, err)) == 0) {
		rc = db_exec(d->db,
		    "INSERT INTO retention_rules(tenant_id, name, days,"
		    " updated_at) VALUES($1, $2, $3, $4)"
		    " ON CONFLICT(tenant_id, name) DO UPDATE"
		    " SET days = excluded.days,"
		    " updated_at = excluded.updated_at",
		    BINDS(b_int(d->actor.tenant_id), b_text(c->name),
			b_int(days), b_int(op.now_us)),
		    NULL, err);
		rc = op_end(d, &op, rc, err);
	}
	str_free(&args);
	str_free(&sentence);
	return rc;
}

int
retention_set(
    struct desk *d, enum retention_class which, int days, struct err *err)
{
	struct retention_rule was = {.which = which};
	const struct retention_class_def *c = retention_class(which);
	int rc;

	if (days < c->min_days || days > c->max_days)
		return err_set(err, OD_EDATA,
		    "\"%s\" can be kept for %d to %d days, not for %d", c->name,
		    c->min_days, c->max_days, days);
	if ((rc = read_rule(d, &was, err)) != 0)
		return rc;
	if (was.days == days && d->approved == NULL)
		return err_set(err, OD_ECONFLICT,
		    "\"%s\" is kept for %d days already", c->name, days);
	return set(d, &was, days, err);
}

int
retention__run_set(
    struct desk *d, int64_t record_id, const struct json *args, struct err *err)
{
	enum retention_class c = retention_by_name(json_string(args, "class"));
	int64_t days = 0;

	(void)record_id;
	if (c == RETENTION_CLASSES || !json_int64(args, "days", &days) ||
	    days < 0 || days > INT32_MAX)
		return err_set(
		    err, OD_EDATA, "What was proposed cannot be read");
	return retention_set(d, c, (int)days, err);
}
