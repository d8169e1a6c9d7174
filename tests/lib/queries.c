/* queries - labelled texts and their score; see queries.h. */
#include "tests/lib/queries.h"
#include "common/fsutil.h"
#include "common/json.h"
#include "common/share.h"
#include "common/xalloc.h"
#include "kb/matcher.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)8 << 20)

static void
give_up(const char *what, const struct err *err)
{
	fprintf(stderr, "%s: %s\n", what, err->text);
	exit(1);
}

static void
read_one(const char *line, size_t n, struct query *out)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	if (json_parse(line, n, &json_limits_api, &doc, &err) != 0)
		give_up("queries", &err);
	out->text = xstrdup(json_string(doc, "text"));
	out->topic = xstrdup(json_string(doc, "topic"));
	str_copy(out->style, sizeof(out->style), json_string(doc, "style"));
	if (out->text == NULL ||
	    !lang_parse(json_string(doc, "lang"), &out->lang))
		exit(1);
	json_free(&doc);
}

void
queries_read(const char *path, struct queries *out)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	*out = (struct queries){NULL, 0};
	if (fs_read(path, FILE_MAX, &text, &err) != 0)
		give_up(path, &err);
	for (const char *s = text.s; *s != '\0';) {
		size_t n = strcspn(s, "\n");

		out->items = xreallocarray(
		    out->items, out->count + 1, sizeof(*out->items));
		if (n > 0)
			read_one(s, n, &out->items[out->count++]);
		s += n + (s[n] == '\n');
	}
	str_free(&text);
}

void
queries_free(struct queries *q)
{
	for (size_t i = 0; i < q->count; i++) {
		free(q->items[i].text);
		free(q->items[i].topic);
	}
	free(q->items);
	*q = (struct queries){NULL, 0};
}

void
tally_add(struct tally *t, const struct query *q, const struct match_result *r)
{
	if (q->topic == NULL) {
		t->nothing++;
		t->nothing_refused += r->count == 0;
		return;
	}
	t->in_scope++;
	t->refused += r->count == 0;
	for (size_t i = 0; i < r->count && i < 3; i++) {
		if (strcmp(r->matches[i].topic, q->topic) != 0)
			continue;
		t->top1 += i == 0;
		t->top3++;
	}
}

static double
share(int part, int all)
{
	return all > 0 ? (double)part / all : 0;
}

double
tally_top1(const struct tally *t)
{
	return share(t->top1, t->in_scope);
}

double
tally_top3(const struct tally *t)
{
	return share(t->top3, t->in_scope);
}

double
tally_f1(const struct tally *t)
{
	return share(2 * t->nothing_refused,
	    t->nothing_refused + t->refused + t->nothing);
}

void
queries_share(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct str dir = STR_INIT;

	/* BUILD/tests/unit/test_x, BUILD/share/opdesk */
	self[n > 0 ? n : 0] = '\0';
	for (int up = 0; up < 3 && strrchr(self, '/') != NULL; up++)
		*strrchr(self, '/') = '\0';
	str_addf(&dir, "%s/share/opdesk", self);
	share_use(dir.s);
	str_free(&dir);
}

static struct match_model *
built(int (*load)(struct match_model **, struct err *))
{
	struct match_model *m = NULL;
	struct err err = ERR_INIT;

	queries_share();
	if (load(&m, &err) != 0)
		give_up("the model", &err);
	return m;
}

struct match_model *
queries_model(void)
{
	return built(matcher_shipped);
}

struct match_model *
queries_objections(void)
{
	return built(matcher_shipped_objections);
}
