/* imports - see imports.h: a file, row by row, in batches. */
#include "db/records/imports.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include "db/records/tenants.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BATCH_ROWS 1000
/* Others who write wait no longer than they would for anybody. */
#define BATCH_US  (200 * US_PER_MS)
#define TELL_ROWS 64 /* between two words about how far it is */

const char *const import_outcome_names[] = {
    N_("refused"), N_("kept"), N_("note"), NULL};

/* ---- what was asked for ---- */

/* "tickets-2024.csv" is "tickets-2024". */
static void
name_source(struct import_result *out, const struct import_options *o)
{
	const char *name = o->source;
	char *copy, *dot;

	if (name != NULL && name[0] != '\0') {
		records__line(out->source, sizeof(out->source), name);
		return;
	}
	name = strrchr(o->path, '/');
	copy = xstrdup(name != NULL ? name + 1 : o->path);
	dot = strrchr(copy, '.');
	if (dot != NULL && dot != copy)
		*dot = '\0';
	records__line(out->source, sizeof(out->source), copy);
	free(copy);
}

static int
field_named(const struct importing *im, const char *name)
{
	enum import_field field = import_field_by_name(im->o->kind, name);

	if (field != IN_FIELD_COUNT)
		return (int)field;
	for (size_t i = 0; i < im->out->field_count; i++)
		if (strcmp(im->out->fields[i].key, name) == 0)
			return OWN_FIELD + (int)i;
	return NO_FIELD;
}

static int
refuse_field(const struct importing *im, const char *name, struct err *err)
{
	struct str list = STR_INIT;
	int rc;

	for (int i = 0; i < IN_FIELD_COUNT; i++) {
		const char *known = import_field_name((enum import_field)i);

		if (field_named(im, known) != NO_FIELD)
			str_addf(
			    &list, "%s%s", list.len > 0 ? ", " : "", known);
	}
	rc = err_set(err, OD_EUSAGE, "There is no field \"%s\"; there are: %s",
	    name, list.s != NULL ? list.s : "");
	str_free(&list);
	return rc;
}

/* "HEADING=FIELD"; a heading may hold a "=", a field does not. */
static int
take_maps(struct importing *im, struct err *err)
{
	im->maps = xcalloc(im->o->map_count + 1, sizeof(*im->maps));
	for (size_t i = 0; i < im->o->map_count; i++) {
		const char *map = im->o->maps[i], *equals = strrchr(map, '=');
		char *heading;

		if (equals == NULL || equals == map)
			return err_set(err, OD_EUSAGE,
			    "--map takes HEADING=FIELD, not \"%s\"", map);
		heading = xstrndup(map, (size_t)(equals - map));
		import_fold(
		    im->maps[i].folded, sizeof(im->maps[i].folded), heading);
		free(heading);
		im->maps[i].field = field_named(im, equals + 1);
		if (equals[1] != '\0' && im->maps[i].field == NO_FIELD)
			return refuse_field(im, equals + 1, err);
	}
	return 0;
}

/* "FIELD:WORD=WORD" */
static int
take_words(struct importing *im, struct err *err)
{
	im->words = xcalloc(im->o->word_count + 1, sizeof(*im->words));
	for (size_t i = 0; i < im->o->word_count; i++) {
		const char *text = im->o->words[i];
		const char *colon = strchr(text, ':');
		const char *equals = strrchr(text, '=');
		char *part;
		int field;

		if (colon == NULL || equals == NULL || equals < colon + 2)
			return err_set(err, OD_EUSAGE,
			    "--word takes FIELD:WORD=WORD, not \"%s\"", text);
		part = xstrndup(text, (size_t)(colon - text));
		field = (int)import_field_by_name(im->o->kind, part);
		if (field == NO_FIELD) {
			int rc = refuse_field(im, part, err);

			free(part);
			return rc;
		}
		free(part);
		part = xstrndup(colon + 1, (size_t)(equals - colon - 1));
		import_fold(
		    im->words[i].folded, sizeof(im->words[i].folded), part);
		free(part);
		im->words[i].field = (enum import_field)field;
		im->words[i].to = xstrdup(equals + 1);
	}
	return 0;
}

/* What rows are compared with; who asks may read all of it. */
static int
read_desk(struct importing *im, struct err *err)
{
	struct tenant t;
	int rc;

	if ((rc = tenant_get(im->d, im->d->actor.tenant_id, &t, err)) != 0 ||
	    (rc = zone_get(t.zone, &im->zone, err)) != 0)
		return rc;
	if (im->o->kind != IMPORT_TICKETS)
		return 0;
	if ((rc = operator_list(
		 im->d, &im->operators, &im->operator_count, err)) != 0 ||
	    (rc = team_list(im->d, &im->teams, &im->team_count, err)) != 0 ||
	    (rc = ticket_status_list(
		 im->d, &im->statuses, &im->status_count, err)) != 0)
		return rc;
	return ticket_field_list(
	    im->d, &im->out->fields, &im->out->field_count, err);
}

/* A look is allowed in a desk that was opened for reading. */
static int
may(struct desk *d, bool dry_run, struct err *err)
{
	if (!dry_run || !d->readonly)
		return op_may(d, OP_IMPORT_RUN, 0, err);
	return op_scope(d, OP_IMPORT_RUN) == SCOPE_ALL
	           ? 0
	           : err_set(err, OD_EDENIED,
			 "You may not import; ask a supervisor or an"
			 " administrator");
}

/* Opened a second time, closing it would let go of the desk's own locks. */
static int
check_not_desk(const struct desk *d, const char *path, struct err *err)
{
	struct stat a, b;

	if (db_path(d->db)[0] == '\0' || stat(path, &a) != 0 ||
	    stat(db_path(d->db), &b) != 0 || a.st_dev != b.st_dev ||
	    a.st_ino != b.st_ino)
		return 0;
	return err_set(err, OD_EUSAGE,
	    "That is this desk itself; there is nothing to import from it");
}

/* ---- rows ---- */

static bool
is_of_the_row(int rc)
{
	return rc == OD_EDATA || rc == OD_ECONFLICT || rc == OD_ENOTFOUND ||
	       rc == OD_ELIMIT;
}

static void
refuse(struct importing *im, const struct err *err)
{
	im->out->refused++;
	import__tell(im, IMPORT_REFUSED, NO_FIELD, err->text);
}

static void
count_step(struct importing *im, enum import_step step)
{
	switch (step) {
	case STEP_NEW:
		im->out->made++;
		break;
	case STEP_CHANGED:
		im->out->updated++;
		break;
	case STEP_UNCHANGED:
		im->out->unchanged++;
		break;
	case STEP_KEPT:
		im->out->kept++;
		import__tell(im, IMPORT_KEPT, NO_FIELD,
		    _("It was changed here since it was imported, and stays as"
		      " it is; --overwrite takes the file's words"));
		break;
	}
}

static int
do_row(struct importing *im, const struct import_in *in, enum import_step *step,
    struct err *err)
{
	if (!import__seen_add(&im->seen, in->key))
		return err_set(err, OD_EDATA,
		    "An earlier row is the same one (%s); only the first was"
		    " taken",
		    in->key + 2);
	switch (im->o->kind) {
	case IMPORT_TICKETS:
		return import__ticket(im, in, step, err);
	case IMPORT_CONTACTS:
		return import__contact(im, in, step, err);
	case IMPORT_EMPLOYEES:
		return import__employee(im, in, step, err);
	}
	return 0;
}

/* A row that is refused leaves nothing behind. */
static int
take_row(struct importing *im, const struct import_row *row, struct err *err)
{
	struct err reason = ERR_INIT;
	enum import_step step = STEP_NEW;
	struct import_in in;
	int rc;

	im->out->rows++;
	im->line = row->line;
	im->bad_field = NULL;
	if (im->op != NULL && (rc = db_savepoint(im->d->db, err)) != 0)
		return rc;
	if ((rc = import__take_row(im, row, &in, &reason)) == 0)
		rc = do_row(im, &in, &step, &reason);
	if (rc == 0 && im->op != NULL)
		rc = db_release(im->d->db, &reason);
	if (rc != 0 && im->op != NULL) {
		db_undo_savepoint(im->d->db);
		memset(im->who, 0, sizeof(im->who));
	}
	if (rc == 0)
		count_step(im, step);
	else if (is_of_the_row(rc))
		refuse(im, &reason);
	else
		return err_set(err, rc, "%s", reason.text);
	return 0;
}

/* 0, OD_ENOTFOUND at the end of the file, or what ends the import. */
static int
take_next(struct importing *im, struct import_source *src, struct err *err)
{
	struct err reason = ERR_INIT;
	struct import_row row;
	int rc = import_source_next(src, &row, &reason);

	if (rc == 0)
		return take_row(im, &row, err);
	if (rc == OD_EDATA || rc == OD_ELIMIT) {
		im->out->rows++;
		im->line = row.line;
		im->bad_field = NULL;
		refuse(im, &reason);
		return 0;
	}
	if (rc == OD_ENOTFOUND)
		return rc;
	im->cannot_read = true;
	return err_set(err, rc, "%s", reason.text);
}

static void
tell_progress(const struct importing *im, const struct import_source *src)
{
	int64_t done, all;

	if (im->o->progress == NULL)
		return;
	import_source_progress(src, &done, &all);
	im->o->progress(done, all, im->o->data);
}

static bool
is_stopped(struct importing *im)
{
	if (im->o->stop != NULL && im->o->stop(im->o->data))
		im->out->stopped = true;
	return im->out->stopped;
}

/* Rows until the batch is full; OD_ENOTFOUND: there are no more. */
static int
take_some(struct importing *im, struct import_source *src, struct err *err)
{
	int64_t until = clock_mono_us() + BATCH_US;
	int rc = 0;

	for (int n = 0; rc == 0 && n < BATCH_ROWS; n++) {
		if (im->out->rows % TELL_ROWS == 0 &&
		    im->out->rows != im->told_rows) {
			im->told_rows = im->out->rows;
			tell_progress(im, src);
			if (is_stopped(im))
				break;
		}
		if (n > 0 && clock_mono_us() > until)
			break;
		rc = take_next(im, src, err);
	}
	return rc;
}

/* One transaction; where the file cannot be read on, what came before stays. */
static int
take_batch(struct importing *im, struct import_source *src, struct err *err)
{
	struct op op;
	int rc, read_rc;

	if ((rc = op_together_begin(im->d, err)) != 0)
		return rc;
	/*
	 * A savepoint around all of it would keep a copy of every page in
	 * memory: each row has one, and an error of the batch ends it all.
	 */
	if ((rc = op_begin_one(im->d, &op, OP_IMPORT_RUN, 0, err)) != 0)
		return op_together_end(im->d, rc, "", err);
	im->op = &op;
	im->now_us = op.now_us;
	op_digest(&op, im->out->source, strlen(im->out->source) + 1);
	rc = read_rc = take_some(im, src, err);
	if (rc == OD_ENOTFOUND || im->cannot_read)
		rc = 0;
	if (rc == 0)
		rc = import__numbers_keep(im, err);
	im->op = NULL;
	rc = op_end(im->d, &op, rc, err);
	rc = op_together_end(im->d, rc, "", err);
	return rc != 0 ? rc : read_rc;
}

static int
run(struct importing *im, struct import_source *src, struct err *err)
{
	const char *const *names;
	size_t count = import_source_headings(src, &names);
	int rc = 0;

	if (count > 0) {
		import__map_headings(im, names, count);
		rc = import__check_columns(im, names, count, err);
	}
	while (rc == 0 && !im->out->stopped)
		rc = im->o->dry_run ? take_some(im, src, err)
		                    : take_batch(im, src, err);
	if (rc == OD_ENOTFOUND)
		rc = 0;
	if (rc == 0)
		tell_progress(im, src);
	return rc;
}

int
import_run(struct desk *d, const struct import_options *o,
    struct import_result *out, struct err *err)
{
	struct importing *im = xcalloc(1, sizeof(*im));
	const struct import_source_options so = {
	    .kind = o->kind, .encoding = o->encoding, .table = o->table};
	struct import_source *src = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	im->d = d;
	im->o = o;
	im->out = out;
	im->number = im->told_rows = -1;
	im->now_us = clock_wall_us();
	name_source(out, o);
	if ((rc = may(d, o->dry_run, err)) == 0 &&
	    (rc = check_not_desk(d, o->path, err)) == 0 &&
	    (rc = read_desk(im, err)) == 0 && (rc = take_maps(im, err)) == 0 &&
	    (rc = take_words(im, err)) == 0 &&
	    (rc = import_source_open(o->path, &so, &src, err)) == 0) {
		out->format = import_source_format(src);
		rc = run(im, src, err);
	}
	import_source_close(&src);
	import__seen_free(&im->seen);
	for (size_t i = 0; im->words != NULL && i < o->word_count; i++)
		free(im->words[i].to);
	free(im->words);
	free(im->maps);
	free(im->operators);
	free(im->teams);
	free(im->statuses);
	free(im);
	return rc;
}

void
import_result_clear(struct import_result *result)
{
	ticket_field_list_free(&result->fields, result->field_count);
	result->field_count = 0;
}
