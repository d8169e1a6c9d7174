/*
 * bench_match - how often the matcher names the right guide, or the right card
 * of what customers object, by language and style, and how long it takes; on
 * queries that nothing was learnt from.
 */
#include "common/clock.h"
#include "kb/guides_desk.h"
#include "kb/hint_desk.h"
#include "kb/matcher.h"
#include "kb/matcher_study.h"
#include "tests/lib/desk_fixture.h"
#include "tests/lib/figures.h"
#include "tests/lib/queries.h"
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GROUPS 40
#define ROUNDS 5  /* of all queries, for the time */
#define STARTS 21 /* of the program */

struct group {
	char name[32];
	struct tally t;
};

static struct group groups[GROUPS];
static size_t group_count;

static void
add(const char *name, const struct query *q, const struct match_result *r)
{
	size_t i = 0;

	while (i < group_count && strcmp(groups[i].name, name) != 0)
		i++;
	if (i == GROUPS)
		return;
	if (i == group_count)
		str_copy(
		    groups[group_count++].name, sizeof(groups[i].name), name);
	tally_add(&groups[i].t, q, r);
}

static void
print(const char *what, const struct group *g)
{
	char name[64];

	if (g->t.in_scope > 0) {
		str_format(name, sizeof(name), "%s.%s.top1", what, g->name);
		figure(name, tally_top1(&g->t), 3, "");
		str_format(name, sizeof(name), "%s.%s.top3", what, g->name);
		figure(name, tally_top3(&g->t), 3, "");
	}
	if (g->t.nothing > 0) {
		str_format(name, sizeof(name), "%s.%s.refused", what, g->name);
		figure(
		    name, (double)g->t.nothing_refused / g->t.nothing, 3, "");
	}
}

/* What a model makes of a file of queries, as figures WHAT.NAME. */
struct aims {
	double threshold, top1, top3, f1;
};

static void
accuracy(const char *what, const struct match_model *m, const struct queries *q,
    const struct aims *aims)
{
	struct tally all = {0};
	struct match_result r;
	char name[64];

	memset(groups, 0, sizeof(groups));
	group_count = 0;
	for (size_t i = 0; i < q->count; i++) {
		const struct query *x = &q->items[i];

		match_find(
		    m, x->text, strlen(x->text), x->lang, aims->threshold, &r);
		tally_add(&all, x, &r);
		add(lang_code(x->lang), x, &r);
		str_format(
		    name, sizeof(name), "%s.%s", lang_code(x->lang), x->style);
		add(name, x, &r);
	}
	str_format(name, sizeof(name), "%s.top1", what);
	figure_at_least(name, tally_top1(&all), aims->top1, 3, "");
	str_format(name, sizeof(name), "%s.top3", what);
	figure_at_least(name, tally_top3(&all), aims->top3, 3, "");
	str_format(name, sizeof(name), "%s.refusal", what);
	figure_at_least(name, tally_f1(&all), aims->f1, 3, "F1");
	for (size_t i = 0; i < group_count; i++)
		print(what, &groups[i]);
}

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
times(const char *name, const struct match_model *m, const struct queries *q)
{
	struct match_result r;
	double began = cpu_us();

	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < q->count; i++)
			match_find(m, q->items[i].text,
			    strlen(q->items[i].text), q->items[i].lang, -1, &r);
	figure_at_most(name, (cpu_us() - began) / (double)(ROUNDS * q->count),
	    1000, 0, "us");
}

/* How long the worker of a console is kept at once by learning. */
static void
slices(
    const char *what, enum knowledge_kind kind, const struct kb_guides *guides)
{
	struct matcher_study *study = NULL;
	struct kb_import imported = {0};
	struct err err = ERR_INIT;
	struct samples s = {0};
	struct desk_fixture f;
	bool done = false;
	char name[64];
	double began;
	int rc;

	desk_fixture_make(&f);
	desk_fixture_act(&f, FIXTURE_TENANT, "admin");
	rc = kind == KNOWLEDGE_GUIDE
	         ? kb_guides_import(f.d, guides, false, &imported, &err)
	         : kb_texts_import(f.d, kind, NULL, 0, false, &imported, &err);
	began = cpu_us();
	if (rc == 0)
		rc = matcher_study_begin(f.d, kind, &study, &err);
	while (rc == 0 && study != NULL && !done) {
		samples_add(&s, (cpu_us() - began) / 1e3);
		began = cpu_us();
		rc = matcher_study_step(study, &done, &err);
	}
	samples_add(&s, (cpu_us() - began) / 1e3);
	began = cpu_us();
	if (done)
		rc = matcher_study_keep(f.d, study, NULL, &err);
	samples_add(&s, (cpu_us() - began) / 1e3);
	if (rc == 0) {
		str_format(name, sizeof(name), "%s.slices", what);
		figure(name, (double)s.count, 0, "");
		str_format(name, sizeof(name), "%s.slice", what);
		figure(name, samples_at(&s, 0.5), 1, "ms");
		str_format(name, sizeof(name), "%s.slice.longest", what);
		figure_at_most(name, samples_at(&s, 1), 100, 1, "ms");
	}
	samples_free(&s);
	matcher_study_free(&study);
	kb_import_free(&imported);
	desk_fixture_remove(&f);
}

static void
learning(void)
{
	struct kb_guides guides;
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;
	double began = cpu_us();

	if (kb_guides_shipped(&guides, &err) != 0)
		exit(1);
	if (matcher_train(&guides, NULL, &bytes, &err) == 0) {
		figure("match.learning", (cpu_us() - began) / 1e6, 2, "s");
		figure("match.model", (double)bytes.len / 1024, 0, "KiB");
	}
	slices("match.learning", KNOWLEDGE_GUIDE, &guides);
	slices("match.hint.learning", KNOWLEDGE_CARD, NULL);
	kb_guides_free(&guides);
	str_free(&bytes);
}

/* "opdesk guide match --jsonl" from its start to its end, with no text. */
static void
starts(void)
{
	struct samples s = {0};
	char self[PATH_MAX], *end;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 20);
	posix_spawn_file_actions_t files;

	self[n > 0 ? n : 0] = '\0';
	if ((end = strstr(self, "/tests/bench/")) == NULL)
		return;
	memcpy(end, "/opdesk", sizeof("/opdesk"));
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", 0, 0);
	for (int i = 0; i < STARTS; i++) {
		char *argv[] = {self, (char *)"--db",
		    (char *)"/nowhere/desk.db", (char *)"guide",
		    (char *)"match", (char *)"--jsonl", NULL};
		int64_t began = clock_mono_us();
		int status = 1;
		pid_t pid;

		if (posix_spawn(&pid, self, &files, NULL, argv, environ) != 0 ||
		    waitpid(pid, &status, 0) != pid || status != 0)
			break;
		samples_add(&s, (double)(clock_mono_us() - began) / 1e3);
	}
	posix_spawn_file_actions_destroy(&files);
	figure_at_most("match.start", samples_at(&s, 0.5), 20, 1, "ms");
	samples_free(&s);
}

static void
hints(void)
{
	static const struct aims aims = {
	    MATCHER_OBJECTION_THRESHOLD, 0.75, 0.90, 0.80};
	struct match_model *m = queries_objections();
	struct queries q;

	queries_read("tests/data/objection_queries.jsonl", &q);
	accuracy("match.hint", m, &q, &aims);
	times("match.hint.query", m, &q);
	queries_free(&q);
	match_model_free(&m);
}

int
main(void)
{
	static const struct aims aims = {-1, 0.85, 0.95, 0.85};
	struct match_model *m;
	struct queries q;

	/* No database is in it. */
	if (getenv("OPDESK_TEST_ENGINE") != NULL)
		return 0;
	m = queries_model();
	queries_read("tests/data/guide_queries.jsonl", &q);
	accuracy("match", m, &q, &aims);
	times("match.query", m, &q);
	starts();
	learning();
	queries_free(&q);
	match_model_free(&m);
	hints();
	return 0;
}
