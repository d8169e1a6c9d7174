/* cli_thread - a conversation's messages, for the nouns that show them. */
#ifndef TUI_CLI_CLI_THREAD_H
#define TUI_CLI_CLI_THREAD_H

#include "tui/cli/cli.h"

/* Member "messages": those before (before_us, before_id), oldest first. */
int cli_thread_json(struct cli *c, int64_t conversation_id, int64_t before_us,
    int64_t before_id, int limit, struct json_out *out, struct err *err);
/*
 * The members "conversation" and "messages" of doc, as people read the
 * messages.
 */
void cli_thread_print(
    const struct cli *c, const struct json *doc, struct str *out);

#endif
