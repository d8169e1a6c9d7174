/* cli_table - every table of verbs, in the order of the help. */
#include "tui/cli/cli_tables.h"

const struct cli_table *const cli_tables[] = {
    &cli_desk_table,
    &cli_desk_copy_table,
    &cli_files_table,
    &cli_conversation_table,
    &cli_message_table,
    &cli_ticket_read_table,
    &cli_ticket_table,
    &cli_ticket_merge_table,
    &cli_ticket_timeline_table,
    &cli_contact_table,
    &cli_people_table,
    &cli_channel_table,
    &cli_outbox_table,
    &cli_draft_table,
    &cli_secret_table,
    &cli_access_table,
    &cli_approval_table,
    &cli_retention_table,
    &cli_backup_table,
    &cli_doctor_table,
    &cli_config_table,
    &cli_rehearse_table,
    &cli_help_table,
    NULL,
};
