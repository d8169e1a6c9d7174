/* cli_tables - the verbs of each file of this folder. */
#ifndef TUI_CLI_CLI_TABLES_H
#define TUI_CLI_CLI_TABLES_H

#include "tui/cli/cli.h"

extern const struct cli_table cli_desk_table;         /* cli_desk.c */
extern const struct cli_table cli_tenant_table;       /* cli_tenant.c */
extern const struct cli_table cli_desk_copy_table;    /* cli_desk_copy.c */
extern const struct cli_table cli_desk_health_table; /* cli_desk_health.c */
extern const struct cli_table cli_files_table;        /* cli_files.c */
extern const struct cli_table cli_conversation_table; /* cli_conversation.c */
extern const struct cli_table cli_message_table;      /* cli_message.c */
extern const struct cli_table cli_channel_table;      /* cli_channel.c */
extern const struct cli_table cli_outbox_table;       /* cli_outbox.c */
extern const struct cli_table cli_webhook_table;      /* cli_webhook.c */
extern const struct cli_table cli_ticket_read_table;  /* cli_ticket_read.c */
extern const struct cli_table cli_ticket_table;       /* cli_ticket.c */
extern const struct cli_table cli_ticket_merge_table; /* cli_ticket_merge.c */
extern const struct cli_table
    cli_ticket_timeline_table;                     /* cli_ticket_timeline.c */
extern const struct cli_table cli_ticket_clock_table; /* cli_ticket_clock.c */
extern const struct cli_table cli_calendar_table; /* cli_calendar.c */
extern const struct cli_table cli_contact_table;   /* cli_contact.c */
extern const struct cli_table cli_people_table;    /* cli_people.c */
extern const struct cli_table cli_secret_table;    /* cli_secret.c */
extern const struct cli_table cli_access_table;    /* cli_access.c */
extern const struct cli_table cli_approval_table;  /* cli_approval.c */
extern const struct cli_table cli_retention_table; /* cli_retention.c */
extern const struct cli_table cli_draft_table;     /* cli_draft.c */
extern const struct cli_table cli_config_table;    /* cli_config.c */
extern const struct cli_table cli_backup_table;    /* cli_backup.c */
extern const struct cli_table cli_doctor_table;    /* cli_doctor.c */
extern const struct cli_table cli_rehearse_table;  /* cli_rehearse.c */
extern const struct cli_table cli_help_table;      /* cli_help.c */
extern const struct cli_table cli_ticket_set_table;   /* cli_ticket_set.c */
extern const struct cli_table cli_form_table;         /* cli_form.c */
extern const struct cli_table cli_macro_table;       /* cli_macro.c */
extern const struct cli_table cli_reply_table;       /* cli_reply.c */
extern const struct cli_table cli_time_table;        /* cli_time.c */
extern const struct cli_table cli_keys_table;        /* cli_keys.c */
extern const struct cli_table cli_checklist_table;   /* cli_checklist.c */
extern const struct cli_table cli_view_table;        /* cli_view.c */
extern const struct cli_table cli_session_table;     /* cli_session.c */
extern const struct cli_table cli_session_do_table;  /* cli_session_do.c */
extern const struct cli_table
    cli_session_figures_table;                     /* cli_session_figures.c */
extern const struct cli_table cli_template_table;  /* cli_template.c */
extern const struct cli_table cli_ticket_bulk_table; /* cli_ticket_bulk.c */
extern const struct cli_table cli_receive_table;     /* cli_receive.c */
extern const struct cli_table cli_ticket_files_table; /* cli_ticket_files.c */
extern const struct cli_table cli_import_table;      /* cli_import.c */
extern const struct cli_table cli_employee_table;    /* cli_employee.c */
extern const struct cli_table cli_guide_table;       /* cli_guide.c */
extern const struct cli_table cli_phone_table;       /* cli_phone.c */
extern const struct cli_table cli_export_table;      /* cli_export.c */
extern const struct cli_table cli_report_table;      /* cli_report.c */
extern const struct cli_table cli_recording_table;   /* cli_recording.c */
extern const struct cli_table cli_hint_table;        /* cli_hint.c */
extern const struct cli_table cli_call_table;        /* cli_call.c */
extern const struct cli_table cli_call_seat_table;   /* cli_call_seat.c */
extern const struct cli_table cli_lead_table;        /* cli_lead.c */
extern const struct cli_table cli_agent_table;        /* cli_agent.c */

#endif
