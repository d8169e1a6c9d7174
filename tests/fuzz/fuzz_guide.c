/*
 * Guides: any bytes are read, checked, walked and written, and what was
 * written is read as the same.
 */
#include "common/err.h"
#include "kb/guide_check.h"
#include "kb/guide_walk.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
answer(void *arg, const char *name)
{
	(void)arg;
	return name;
}

static void
walk(const struct guide *g)
{
	const struct guide_values values = {answer, NULL};
	struct str text = STR_INIT;

	for (int i = 0; i < g->n_steps; i++) {
		for (int a = 0; a < GUIDE_ANSWER_COUNT; a++) {
			struct guide_place p = guide_walk_next(
			    g, g->steps[i].number, (enum guide_answer)a);

			BUG_ON((p.end == GUIDE_GOES_ON) !=
			       (guide_step(g, p.step) != NULL));
		}
		for (int lang = 0; lang < LANG_COUNT; lang++)
			guide_step_text(g, g->steps[i].number,
			    (enum lang)lang, &values, &text, NULL);
	}
	BUG_ON(guide_unfilled(g, &values) != NULL);
	str_free(&text);
}

static void
write_again(const struct guide *g)
{
	struct str once = STR_INIT, twice = STR_INIT;
	struct guide_file *again = NULL;

	guide_print(g, &once);
	BUG_ON(guide_read_one(once.s, once.len, &again, NULL) != 0);
	guide_print(&again->guides[0], &twice);
	BUG_ON(strcmp(once.s, twice.s) != 0);
	guide_file_free(&again);
	str_free(&once);
	str_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	struct guide_file *f = NULL;

	if (guide_file_read((const char *)data, size, &found, &f, NULL) == 0) {
		guide_check(f, &found);
		guide_check_phrases(&f, 1, &found);
		for (int i = 0; i < f->count; i++) {
			walk(&f->guides[i]);
			write_again(&f->guides[i]);
		}
	}
	for (int i = 0; i < found.count; i++)
		BUG_ON(found.items[i].line < 1 || !found.items[i].text[0]);
	guide_findings_free(&found);
	guide_file_free(&f);
	return 0;
}
