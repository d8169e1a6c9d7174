/* cli_guide - verbs of guides whose files are beside cli_guide.c. */
#ifndef TUI_CLI_CLI_GUIDE_H
#define TUI_CLI_CLI_GUIDE_H

#include "tui/cli/cli.h"

extern const struct cli_option cli_guide_check_options[];
int cli_guide_check(struct cli *c, struct err *err);

/*
 * Open the desk for reading when there is one, for a verb of nobody that can do
 * without.  Nobody need say who asks: without a part, and where no tenant is
 * clear, it is as if there were none.
 */
int cli_try_desk(struct cli *c, bool *is_there, struct err *err);

extern const struct cli_option cli_guide_match_options[];
int cli_guide_match(struct cli *c, struct err *err);

/* cli_guide_settings.c */
extern const struct cli_option cli_guide_set_options[];
int cli_guide_settings(struct cli *c, struct err *err);
int cli_guide_set(struct cli *c, struct err *err);

/* cli_guide_desk.c */
extern const struct cli_option cli_guide_list_options[];
extern const struct cli_option cli_guide_show_options[];
extern const struct cli_option cli_guide_export_options[];
extern const struct cli_option cli_guide_import_options[];
extern const struct cli_option cli_guide_edit_options[];
extern const struct cli_option cli_guide_publish_options[];
extern const struct cli_option cli_guide_diff_options[];
int cli_guide_list(struct cli *c, struct err *err);
int cli_guide_show(struct cli *c, struct err *err);
int cli_guide_export(struct cli *c, struct err *err);
int cli_guide_import(struct cli *c, struct err *err);
int cli_guide_edit(struct cli *c, struct err *err);
int cli_guide_publish(struct cli *c, struct err *err);
int cli_guide_delete(struct cli *c, struct err *err);
int cli_guide_restore(struct cli *c, struct err *err);
int cli_guide_train(struct cli *c, struct err *err);
int cli_guide_versions(struct cli *c, struct err *err);
int cli_guide_diff(struct cli *c, struct err *err);

#endif
