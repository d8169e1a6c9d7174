/* draft_files - see draft_files.h. */
#include "db/records/draft_files.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/records_int.h"
#include "db/records/seat_int.h"
#include "db/records/tokens.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT      ".draft"
#define TAKING    ".taking" /* by a program that has read it */
#define FILE_MOST (8 * 1024 * 1024)
#define ID_DIGITS 32

static const struct json_limits limits = {FILE_MOST, 4, 64, 1048576 + 1};

/* One file, read. */
struct kept {
	struct draft draft;
	char id[ID_DIGITS + 1], desk[ID_DIGITS + 1];
	int64_t tenant_id, operator_id;
	bool is_behind; /* of whatever the desk has, also of what is older */
};

/* ---- writing ---- */

/* Nothing of it comes from outside.  behind: which editor, 0 for none. */
static void
path_of(const struct desk *d, const struct draft *draft, uint64_t behind,
    struct str *path)
{
	str_addf(path, "%s/%s-%d-%lld-%d", d->drafts_dir, d->session,
	    (int)draft->kind, (long long)draft->record_id, (int)draft->slot);
	if (behind != 0)
		str_addf(path, "-%llu", (unsigned long long)behind);
	str_add(path, KEPT);
}

static int
write_file(struct desk *d, const struct draft *draft, int64_t owner,
    uint64_t behind, struct err *err)
{
	struct str json = STR_INIT, path = STR_INIT;
	struct json_out out;
	char id[ID_DIGITS + 1];
	int rc;

	if ((rc = fs_mkdir(d->drafts_dir, 0700, err)) != 0)
		return rc;
	random_hex(id, ID_DIGITS);
	json_out_init(&out, &json);
	json_out_object(&out, NULL);
	json_out_string(&out, "id", id);
	json_out_string(&out, "desk", d->id);
	json_out_int(&out, "tenant_id", d->actor.tenant_id);
	json_out_int(&out, "operator_id", owner);
	json_out_int(&out, "kind", draft->kind);
	json_out_int(&out, "record_id", draft->record_id);
	json_out_int(&out, "slot", draft->slot);
	json_out_int(&out, "cursor_at", draft->cursor_at);
	json_out_int(&out, "seen_version", draft->seen_version);
	json_out_int(&out, "at_us", clock_wall_us());
	json_out_bool(&out, "after", behind != 0);
	json_out_string(&out, "body", draft->body != NULL ? draft->body : "");
	json_out_end(&out, '}');
	path_of(d, draft, behind, &path);
	rc = fs_write_atomic(path.s, json.s, json.len, 0600, err);
	if (rc == 0)
		d->has_draft_files = true;
	str_free(&json);
	str_free(&path);
	return rc;
}

/* What the desk has now is newer. */
static void
forget_file(const struct desk *d, const struct draft *draft, uint64_t behind)
{
	struct str path = STR_INIT;

	path_of(d, draft, behind, &path);
	fs_remove(path.s);
	str_free(&path);
}

/* In a file when rc says that this program cannot write into the desk now. */
static int
or_in_a_file(struct desk *d, int rc, const struct draft *draft,
    uint64_t behind, struct err *err)
{
	int64_t owner = 0;

	if (rc == 0 && d->has_draft_files)
		forget_file(d, draft, behind);
	if (rc != OD_EUNAVAIL || (!d->outdated && !db_is_away(d->db)) ||
	    seat__draft_owner(d, &owner, err) != 0)
		return rc;
	return write_file(d, draft, owner, behind, err);
}

int
draft_keep(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, int64_t cursor_at,
    int64_t seen_version, struct err *err)
{
	struct draft draft = {.kind = kind,
	    .record_id = record_id,
	    .slot = slot,
	    .body = (char *)(uintptr_t)body, /* read only */
	    .cursor_at = cursor_at,
	    .seen_version = seen_version};
	int rc = draft_save(
	    d, kind, record_id, slot, body, cursor_at, seen_version, err);

	return or_in_a_file(d, rc, &draft, 0, err);
}

const char *
draft_joint(const char *before)
{
	size_t n = strlen(before);

	return n == 0 || before[n - 1] == ' ' || before[n - 1] == '\n' ? ""
	                                                               : "\n";
}

size_t
draft_before(const char *body, const char *behind)
{
	size_t n = strlen(body), m = strlen(behind);

	return n >= m && strcmp(body + n - m, behind) == 0 ? n - m : n;
}

int
draft_keep_behind(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, const char *earlier,
    uint64_t place, struct err *err)
{
	struct draft old = {0}, draft = {.kind = kind,
	    .record_id = record_id,
	    .slot = slot,
	    .body = (char *)(uintptr_t)body, /* read only */
	    .cursor_at = (int64_t)strlen(body)};
	int rc = draft_get(d, kind, record_id, slot, &old, err);
	char *both = NULL;

	if (rc == 0) {
		if (earlier != NULL)
			old.body[draft_before(old.body, earlier)] = '\0';
		both = xasprintf(
		    "%s%s%s", old.body, draft_joint(old.body), body);
	}
	draft_clear(&old);
	if (rc == 0)
		rc = draft_save(d, kind, record_id, slot, both,
		    (int64_t)strlen(both), 0, err);
	else if (rc == OD_ENOTFOUND)
		rc = draft_save(
		    d, kind, record_id, slot, body, draft.cursor_at, 0, err);
	free(both);
	return or_in_a_file(d, rc, &draft, place, err);
}

/* ---- reading ---- */

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && memcmp(name + n - m, end, m) == 0;
}

static int
parse(const struct str *text, struct kept *k, struct err *err)
{
	struct json *doc = NULL;
	const char *id, *desk, *body;
	int64_t kind, slot;
	int rc;

	memset(k, 0, sizeof(*k));
	if ((rc = json_parse(text->s, text->len, &limits, &doc, err)) != 0)
		return rc;
	id = json_string(doc, "id");
	desk = json_string(doc, "desk");
	body = json_string(doc, "body");
	if (id == NULL || desk == NULL || body == NULL ||
	    !str_copy(k->id, sizeof(k->id), id) ||
	    !str_copy(k->desk, sizeof(k->desk), desk) ||
	    !json_int64(doc, "tenant_id", &k->tenant_id) ||
	    !json_int64(doc, "operator_id", &k->operator_id) ||
	    !json_int64(doc, "kind", &kind) || kind < 0 ||
	    kind >= RECORD_KIND_COUNT || !json_int64(doc, "slot", &slot) ||
	    slot < 0 || slot > DRAFT_SENT_FILES ||
	    !json_int64(doc, "record_id", &k->draft.record_id) ||
	    !json_int64(doc, "cursor_at", &k->draft.cursor_at) ||
	    !json_int64(doc, "seen_version", &k->draft.seen_version) ||
	    !json_int64(doc, "at_us", &k->draft.updated_at)) {
		rc = err_set(err, OD_EDATA, "It is no draft");
	} else {
		k->is_behind = json_bool(doc, "after");
		k->draft.kind = (enum record_kind)kind;
		k->draft.slot = (enum draft_slot)slot;
		k->draft.body = xstrdup(body);
	}
	json_free(&doc);
	return rc;
}

static int
read_file(const char *path, struct kept *k, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	memset(k, 0, sizeof(*k));
	rc = fs_read(path, FILE_MOST, &text, err);
	if (rc == 0)
		rc = parse(&text, k, err);
	str_free(&text);
	return rc;
}

/* ---- taking in ---- */

/*
 * The file is older than what the desk has now, or nobody saw that when it was
 * written: both stay, one after the other.  A form cannot be joined: the newer
 * one stays.
 */
static void
join(struct draft *draft, const struct draft *there, bool is_behind)
{
	char *both;

	if (there->updated_at <= draft->updated_at && !is_behind)
		return;
	both = draft->slot == DRAFT_FORM || strstr(there->body, draft->body)
	           ? xstrdup(there->body)
	           : xasprintf("%s%s%s", there->body, draft_joint(there->body),
			 draft->body);
	free(draft->body);
	draft->body = both;
	draft->cursor_at = (int64_t)strlen(both);
}

/* Once: a file whose id the desk has is only removed. */
static int
take(struct desk *d, struct kept *k, bool *is_new, struct err *err)
{
	char key[sizeof(k->id) + 8];
	struct draft there = {0};
	struct op op;
	int rc;

	*is_new = true;
	if ((rc = op_begin(d, &op, OP_DRAFT_SAVE, 0, err)) != 0)
		return rc;
	str_format(key, sizeof(key), "draft-%s", k->id);
	rc = idempotency_keep(d, key, "", 200, "", err);
	if (rc == 0) {
		rc = draft_get(d, k->draft.kind, k->draft.record_id,
		    k->draft.slot, &there, err);
		if (rc == 0)
			join(&k->draft, &there, k->is_behind);
		draft_clear(&there);
		rc = rc == OD_ENOTFOUND ? 0 : rc;
	}
	/* The record may be gone: what was written to it is still there. */
	if (rc == 0)
		rc = seat__draft_put(
		    d, k->operator_id, &k->draft, op.now_us, err);
	rc = op_end(d, &op, rc, err);
	if (rc == OD_ECONFLICT) {
		*is_new = false;
		rc = 0;
	}
	return rc;
}

static bool
is_for(const struct kept *k, const struct desk *d, int64_t owner)
{
	return str_equal(k->desk, d->id) &&
	       k->tenant_id == d->actor.tenant_id && k->operator_id == owner;
}

static int
unread(const char *path, const struct err *why, struct err *err)
{
	char shown[512];

	text_safe_buf(shown, sizeof(shown), path);
	return err_set(err, OD_EDATA,
	    "The draft in %s cannot be taken in (%s); read it there, then"
	    " delete the file",
	    shown, why->text);
}

/*
 * It is renamed before it is taken: an old program that still runs then makes
 * a new one beside it.
 */
static int
claim(const char *path, const char *taking, struct err *err)
{
	if (rename(path, taking) == 0)
		return 0;
	return err_set(err, errno == ENOENT ? OD_ENOTFOUND : OD_EIO, "%s",
	    strerror(errno));
}

static int
take_file(struct desk *d, const char *name, int64_t owner, size_t *taken,
    struct err *err)
{
	struct str path = STR_INIT, taking = STR_INIT;
	struct err why = ERR_INIT;
	struct kept k;
	bool is_new = false;
	int rc;

	str_addf(&path, "%s/%s", d->drafts_dir, name);
	str_add(&taking, path.s);
	if (!ends_with(name, TAKING))
		str_add(&taking, TAKING);
	rc = read_file(path.s, &k, &why);
	if (rc == 0 && is_for(&k, d, owner)) {
		if (!str_equal(path.s, taking.s)) {
			draft_clear(&k.draft);
			rc = claim(path.s, taking.s, &why);
			if (rc == 0)
				rc = read_file(taking.s, &k, &why);
		}
		if (rc == 0)
			rc = take(d, &k, &is_new, &why);
		if (rc == 0)
			fs_remove(taking.s);
		*taken += is_new && rc == 0 ? 1 : 0;
	}
	if (rc == OD_ENOTFOUND)
		rc = 0; /* another console took it meanwhile */
	else if (rc != 0)
		rc = unread(path.s, &why, err);
	draft_clear(&k.draft);
	str_free(&path);
	str_free(&taking);
	return rc;
}

int
draft_files_take(struct desk *d, size_t *taken, struct err *err)
{
	struct dirent *e;
	int64_t owner = 0;
	DIR *dir;
	int rc, bad = 0, one;

	*taken = 0;
	if ((dir = opendir(d->drafts_dir)) == NULL)
		return 0; /* nothing was ever kept */
	rc = seat__draft_owner(d, &owner, err);
	while (rc == 0 && (e = readdir(dir)) != NULL) {
		if (!ends_with(e->d_name, KEPT) &&
		    !ends_with(e->d_name, TAKING))
			continue;
		if ((one = take_file(d, e->d_name, owner, taken, err)) != 0)
			bad = one;
	}
	closedir(dir);
	return rc != 0 ? rc : bad;
}
