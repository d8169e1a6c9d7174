/* tags - see tags.h. */
#include "db/core/tags.h"
#include "common/utf8.h"
#include "db/core/record.h"
#include <stdlib.h>
#include <string.h>

bool
tags_next(const char **at, char tag[TAG_SIZE])
{
	const char *s = *at;
	size_t n;

	s += strspn(s, " ,");
	if ((n = strcspn(s, ",")) == 0)
		return false;
	*at = s + n;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	if (n >= TAG_SIZE)
		n = utf8_cut(s, n, TAG_SIZE - 1);
	memcpy(tag, s, n);
	tag[n] = '\0';
	return true;
}

static bool
is_tag(const char *a, const char *b)
{
	struct str x = STR_INIT, y = STR_INIT;
	bool same;

	utf8_fold(&x, a, strlen(a));
	utf8_fold(&y, b, strlen(b));
	same = str_equal(x.s, y.s);
	str_free(&x);
	str_free(&y);
	return same;
}

bool
tags_with(const char *tags, const char *tag, bool on, struct str *out)
{
	char one[TAG_SIZE];
	bool had = false;

	str_clear(out);
	while (tags_next(&tags, one)) {
		if (is_tag(one, tag)) {
			had = true;
			continue;
		}
		str_addf(out, "%s%s", out->len > 0 ? ", " : "", one);
	}
	if (on)
		str_addf(out, "%s%s", out->len > 0 ? ", " : "", tag);
	return had != on;
}

int
tags_put(struct desk *d, int64_t ticket_id, const char *tags, struct err *err)
{
	struct str folded = STR_INIT;
	char tag[TAG_SIZE];
	int rc = 0;

	while (rc == 0 && tags_next(&tags, tag)) {
		str_clear(&folded);
		utf8_fold(&folded, tag, strlen(tag));
		rc = db_later(d->db, NULL,
		    "INSERT INTO ticket_tags(tenant_id, ticket_id, folded, tag)"
		    " VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
			b_text(folded.s), b_text(tag)),
		    err);
	}
	str_free(&folded);
	return rc;
}

int
tags_follow(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	char *tags = NULL;
	int rc;

	if (kind != RECORD_TICKET || !str_equal(column, "tags"))
		return 0;
	rc = db_exec(d->db,
	    "DELETE FROM ticket_tags WHERE tenant_id = $1 AND ticket_id = $2",
	    BINDS(tenant, b_int(id)), NULL, err);
	if (rc == 0)
		rc = db_text(d->db, &tags,
		    "SELECT tags FROM tickets WHERE tenant_id = $1 AND id = $2",
		    BINDS(tenant, b_int(id)), err);
	if (rc == 0)
		rc = tags_put(d, id, tags, err);
	free(tags);
	return rc;
}
