/* cli_guide - troubleshooting guides. */
#include "tui/cli/cli_guide.h"
#include "common/i18n.h"
#include "tui/cli/cli_tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const struct cli_verb rows[] = {
	{"guide", "list", "", 0, 0, cli_guide_list_options, CLI_OPERATOR, true, cli_guide_list,
	    N_("List the guides of the desk.")},
	{"guide", "show", "TOPIC", 1, 1, cli_guide_show_options, CLI_OPERATOR, true, cli_guide_show,
	    N_("Show a guide with its steps.")},
	{"guide", "import", "[FILE...]", 0, 1000, cli_guide_import_options, CLI_OPERATOR, false, cli_guide_import,
	    N_("Publish the guides of files as new versions, where they differ; without FILE, those that come with opdesk.")},
	{"guide", "export", "[TOPIC]", 0, 1, cli_guide_export_options, CLI_OPERATOR, true, cli_guide_export,
	    N_("Print a guide as its file, or write all of them into a directory.")},
	{"guide", "edit", "TOPIC", 1, 1, cli_guide_edit_options, CLI_OPERATOR, false, cli_guide_edit,
	    N_("Give a guide a draft, or begin a guide with one; say what is wrong with it.")},
	{"guide", "publish", "TOPIC", 1, 1, cli_guide_publish_options, CLI_OPERATOR, false, cli_guide_publish,
	    N_("Publish the draft of a guide as its next version; sessions that run keep theirs.")},
	{"guide", "versions", "TOPIC", 1, 1, NULL, CLI_OPERATOR, true, cli_guide_versions,
	    N_("List the versions of a guide, newest first.")},
	{"guide", "diff", "TOPIC", 1, 1, cli_guide_diff_options, CLI_OPERATOR, true, cli_guide_diff,
	    N_("Show what differs between two versions, or the draft and what is published.")},
	{"guide", "delete", "TOPIC", 1, 1, NULL, CLI_OPERATOR, false, cli_guide_delete,
	    N_("Move a guide to the trash; sessions that run go on.")},
	{"guide", "restore", "TOPIC", 1, 1, NULL, CLI_OPERATOR, false, cli_guide_restore,
	    N_("Take a guide out of the trash.")},
	{"guide", "train", "", 0, 0, NULL, CLI_OPERATOR, false, cli_guide_train,
	    N_("Let the matcher learn anew from the published guides, if they changed; import, publish, delete and undo do so by themselves.")},
	{"guide", "settings", "", 0, 0, NULL, CLI_OPERATOR, true, cli_guide_settings,
	    N_("Show what was chosen about guides and their sessions.")},
	{"guide", "set", "", 0, 0, cli_guide_set_options, CLI_OPERATOR, false, cli_guide_set,
	    N_("Choose something about guides and their sessions.")},
	{"guide", "check", "[FILE...]", 0, 1000, cli_guide_check_options, CLI_NOBODY, true, cli_guide_check,
	    N_("Say what is wrong with files of guides, by line; without FILE, those that come with opdesk.")},
	{"guide", "match", "[TEXT]", 0, 1, cli_guide_match_options, CLI_NOBODY, true, cli_guide_match,
	    N_("Say which guide a text is about, and why; with --jsonl and without TEXT, of each line on standard input.")},
};
/* clang-format on */

const struct cli_table cli_guide_table = {rows, COUNT(rows)};
