/*
 * llmstand - for test scripts: a model server that stands in, until standard
 * input ends.
 *
 * usage: llmstand [FAULT]    prints its port; each line on standard input
 *                            names another fault (tests/lib/llm_stand.h) and is
 *                            answered by a line
 */
#include "tests/lib/llm_stand.h"
#include <stdio.h>
#include <string.h>

static int
set(struct llm_stand *s, const char *name)
{
	enum llm_fault fault = llm_stand_fault(name);

	if (fault == LLM_FAULTS) {
		fprintf(stderr, "llmstand: no fault \"%s\"\n", name);
		return 1;
	}
	llm_stand_set(s, fault);
	return 0;
}

int
main(int argc, char **argv)
{
	struct llm_stand s = {.port = 0};
	char line[100];

	llm_stand_open(&s);
	if (argc > 1 && set(&s, argv[1]) != 0)
		return 2;
	printf("%d\n", s.port);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (set(&s, line) != 0)
			return 2;
		puts(line);
		fflush(stdout);
	}
	llm_stand_close(&s);
	return 0;
}
