/*
 * cli_match - what a text is about, for the verbs "match": one text, or with
 * --jsonl one a line on standard input, and one answer a line as soon as it is
 * there.
 */
#ifndef TUI_CLI_CLI_MATCH_H
#define TUI_CLI_CLI_MATCH_H

#include "kb/match.h"
#include "tui/cli/cli.h"

/* Rows have the members topic, score and why. */
#define CLI_MATCH_COLUMNS 3

struct cli_match {
	const struct match_model *model;
	double threshold;
	const struct cli_column *columns; /* CLI_MATCH_COLUMNS, static */
	const char *nothing; /* N_(): the sentence when nothing passes */
};

/* --threshold, or usual; OD_EUSAGE when it is no number from 0 to 1. */
int cli_match_threshold(
    const struct cli *c, double usual, double *out, struct err *err);
/*
 * Answer the argument, or without one the lines of standard input.  OD_EDATA
 * when lines could not be read; the others are answered.
 */
int cli_match_answer(
    struct cli *c, const struct cli_match *match, struct err *err);

#endif
