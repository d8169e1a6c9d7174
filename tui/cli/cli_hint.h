/* cli_hint - verbs of hints whose files are beside cli_hint.c. */
#ifndef TUI_CLI_CLI_HINT_H
#define TUI_CLI_CLI_HINT_H

#include "common/llm.h"
#include "kb/card_fill.h"
#include "kb/objection.h"
#include "tui/cli/cli.h"

/* cli_hint.c */
double cli_hint_usual(const struct cli *c); /* the threshold configured */
/* values NULL: its variables as they stand. */
void cli_hint_put_card(struct json_out *out, const struct objection *o,
    const struct card_values *values);
/* A card's JSON as people read it: what is not filled in is a gap. */
void cli_hint_print_card(
    const struct cli *c, const struct json *doc, struct str *out);

/* cli_hint_ask.c */
extern const struct cli_option cli_hint_ask_options[];
int cli_hint_ask(struct cli *c, struct err *err);

/* cli_hint_model.c */
extern const struct cli_option cli_hint_history_options[];
extern const struct cli_option cli_hint_rate_options[];
int cli_hint_models(struct cli *c, struct err *err);
int cli_hint_status(struct cli *c, struct err *err);
int cli_hint_use(struct cli *c, struct err *err);
int cli_hint_history(struct cli *c, struct err *err);
int cli_hint_clear(struct cli *c, struct err *err);
int cli_hint_rate(struct cli *c, struct err *err);
/* Look at the server that is configured, and wait for what it says. */
struct cli_hint_look {
	struct llm_status status; /* its texts and models are below */
	struct llm_model *models; /* owned */
	char error[ERR_TEXT_SIZE];
};
int cli_hint_look(
    const struct llm_settings *s, struct cli_hint_look *out, struct err *err);

#endif
