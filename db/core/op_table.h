/*
 * op_table - every operation, one row each; included by op.h and op.c.
 *
 * OPERATION(id, name, label, record, operator, supervisor, technician, admin,
 *     auditor, bot, flags, event)
 * Scopes: NO none, OWN (with OP_UNOWNED also what nobody owns), TEAM, ALL of
 * the tenant.  Operations with OP_HOST are
 * refused to everybody but the account that owns the desk.
 */
/* clang-format off */
#define NO SCOPE_NONE
#define OWN SCOPE_OWN
#define TEAM SCOPE_TEAM
#define ALL SCOPE_ALL

/*        id                       name                      label                                    record                    operator, supervisor, technician, admin, auditor, bot; flags; event */
OPERATION(OP_TENANT_NEW,           "tenant.new",             N_("Make a tenant"),                     RECORD_TENANT,            NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_TENANT_EDIT,          "tenant.edit",            N_("Change the tenant's settings"),      RECORD_TENANT,            NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_TEAM_NEW,             "team.new",               N_("Make a team"),                       RECORD_TEAM,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_UNDOABLE | OP_STEP_UP,  NULL)
OPERATION(OP_TEAM_EDIT,            "team.edit",              N_("Change a team"),                     RECORD_TEAM,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_UNDOABLE | OP_STEP_UP,  NULL)
OPERATION(OP_TEAM_DELETE,          "team.delete",            N_("Delete a team"),                     RECORD_TEAM,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_UNDOABLE | OP_STEP_UP,  NULL)
OPERATION(OP_OPERATOR_NEW,         "operator.new",           N_("Make an operator"),                  RECORD_OPERATOR,          NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_OPERATOR_EDIT,        "operator.edit",          N_("Change an operator"),                RECORD_OPERATOR,          NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_OPERATOR_DISABLE,     "operator.disable",       N_("Disable or enable an operator"),     RECORD_OPERATOR,          NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_OPERATOR_PASSWORD,    "operator.password",      N_("Set an operator's password"),        RECORD_OPERATOR,          OWN,  OWN,  OWN,  ALL,  OWN,  NO,   OP_STEP_UP,                NULL)
OPERATION(OP_OPERATOR_TOTP,        "operator.totp",          N_("Set an operator's code generator"),  RECORD_OPERATOR,          OWN,  OWN,  OWN,  ALL,  OWN,  NO,   OP_STEP_UP,                NULL)
OPERATION(OP_LOGIN_TRY,            "login.try",              N_("Count a try to log in"),             RECORD_OPERATOR,          NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_LOGIN,                "login",                  N_("Log in"),                            RECORD_OPERATOR,          OWN,  OWN,  OWN,  OWN,  OWN,  NO,   OP_PERSON,                 NULL)
OPERATION(OP_LOGIN_STEP_UP,        "login.step_up",          N_("Confirm who one is"),                RECORD_OPERATOR,          OWN,  OWN,  OWN,  OWN,  OWN,  NO,   OP_PERSON,                 NULL)
OPERATION(OP_COMPANY_NEW,          "company.new",            N_("Make a company"),                    RECORD_COMPANY,           ALL,  ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               "company.created")
OPERATION(OP_COMPANY_EDIT,         "company.edit",           N_("Change a company"),                  RECORD_COMPANY,           ALL,  ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               "company.updated")
OPERATION(OP_COMPANY_DELETE,       "company.delete",         N_("Delete a company"),                  RECORD_COMPANY,           NO,   ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               "company.deleted")
OPERATION(OP_DIVISION_NEW,         "division.new",           N_("Make a division"),                   RECORD_DIVISION,          ALL,  ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               NULL)
OPERATION(OP_DIVISION_EDIT,        "division.edit",          N_("Change a division"),                 RECORD_DIVISION,          ALL,  ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               NULL)
OPERATION(OP_DIVISION_DELETE,      "division.delete",        N_("Delete a division"),                 RECORD_DIVISION,          NO,   ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               NULL)
OPERATION(OP_CONTACT_NEW,          "contact.new",            N_("Make a contact"),                    RECORD_CONTACT,           ALL,  ALL,  NO,   ALL,  NO,   NO,   OP_UNDOABLE,               "contact.created")
OPERATION(OP_CONTACT_EDIT,         "contact.edit",           N_("Change a contact"),                  RECORD_CONTACT,           OWN,  TEAM, NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "contact.updated")
OPERATION(OP_CONTACT_DELETE,       "contact.delete",         N_("Delete a contact"),                  RECORD_CONTACT,           NO,   TEAM, NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "contact.deleted")
OPERATION(OP_CONTACT_READ,         "contact.read",           N_("Read contacts"),                     RECORD_CONTACT,           ALL,  ALL,  ALL,  ALL,  ALL,  NO,   OP_READ,                   NULL)
OPERATION(OP_CONTACT_READ_FULL,    "contact.read_full",      N_("See how a contact is reached"),       RECORD_CONTACT,           TEAM, TEAM, NO,   NO,   NO,   NO,   OP_READ | OP_UNOWNED,      NULL)
OPERATION(OP_CONVERSATION_READ,    "conversation.read",      N_("Read conversations"),                RECORD_CONVERSATION,      TEAM, ALL,  OWN,  ALL,  ALL,  ALL,  OP_READ | OP_UNOWNED,      NULL)
OPERATION(OP_CONVERSATION_NEW,     "conversation.new",       N_("Open a conversation"),               RECORD_CONVERSATION,      ALL,  ALL,  NO,   NO,   NO,   NO,   0,                         "conversation.opened")
OPERATION(OP_CONVERSATION_CLAIM,   "conversation.claim",     N_("Claim a conversation"),              RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "conversation.assigned")
OPERATION(OP_CONVERSATION_ASSIGN,  "conversation.assign",    N_("Assign or transfer a conversation"), RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   ALL,  OP_UNDOABLE | OP_UNOWNED,  "conversation.assigned")
OPERATION(OP_CONVERSATION_CLOSE,   "conversation.close",     N_("Close a conversation"),              RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "conversation.closed")
OPERATION(OP_CONVERSATION_REOPEN,  "conversation.reopen",    N_("Reopen a conversation"),             RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "conversation.reopened")
OPERATION(OP_CONVERSATION_SEEN,    "conversation.seen",      N_("Mark a conversation as read"),       RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   NO,   OP_FACT | OP_UNOWNED,      NULL)
OPERATION(OP_CONVERSATION_NOTE,    "conversation.note",      N_("Write an internal note"),            RECORD_CONVERSATION,      TEAM, ALL,  OWN,  NO,   NO,   ALL,  OP_UNDOABLE | OP_UNOWNED,  NULL)
OPERATION(OP_CONVERSATION_LINK,    "conversation.link",      N_("Link a conversation to a ticket"),   RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   ALL,  OP_UNDOABLE | OP_UNOWNED,  NULL)
OPERATION(OP_MESSAGE_RECEIVE,      "message.receive",        N_("Take in a message"),                 RECORD_CONVERSATION,      NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   "message.received")
OPERATION(OP_MESSAGE_STATUS,       "message.status",         N_("Take in a delivery status"),         RECORD_MESSAGE,           NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_MESSAGE_SEND,         "message.send",           N_("Send a message"),                    RECORD_CONVERSATION,      OWN,  TEAM, OWN,  NO,   NO,   ALL,  OP_UNOWNED,                "message.sent")
OPERATION(OP_MESSAGE_SEND_TEMPLATE,"message.send_template",  N_("Send a template"),                   RECORD_CONVERSATION,      OWN,  ALL,  NO,   NO,   NO,   NO,   OP_UNOWNED,                "message.sent")
OPERATION(OP_MESSAGE_RETRY,        "message.retry",          N_("Send a failed message again"),       RECORD_CONVERSATION,      OWN,  TEAM, NO,   NO,   NO,   NO,   OP_UNOWNED,                NULL)
OPERATION(OP_RAW_EVENT_RECEIVE,    "raw_event.receive",      N_("Store an event"),                    RECORD_RAW_EVENT,         NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_RAW_EVENT_REPLAY,     "raw_event.replay",       N_("Read a failed event again"),         RECORD_RAW_EVENT,         NO,   TEAM, NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_TICKET_READ,          "ticket.read",            N_("Read tickets"),                      RECORD_TICKET,            TEAM, ALL,  OWN,  ALL,  ALL,  ALL,  OP_READ | OP_UNOWNED,      NULL)
OPERATION(OP_TICKET_NEW,           "ticket.new",             N_("Make a ticket"),                     RECORD_TICKET,            ALL,  ALL,  ALL,  NO,   NO,   ALL,  OP_UNDOABLE,               "ticket.created")
OPERATION(OP_TICKET_EDIT,          "ticket.edit",            N_("Change a ticket"),                   RECORD_TICKET,            OWN,  ALL,  OWN,  NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "ticket.updated")
OPERATION(OP_TICKET_STATE,         "ticket.state",           N_("Change a ticket's status"),          RECORD_TICKET,            OWN,  ALL,  OWN,  NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "ticket.status_changed")
OPERATION(OP_TICKET_ASSIGN,        "ticket.assign",          N_("Assign or transfer a ticket"),       RECORD_TICKET,            OWN,  TEAM, OWN,  NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "ticket.assigned")
OPERATION(OP_TICKET_COMMENT,       "ticket.comment",         N_("Comment on a ticket"),               RECORD_TICKET,            TEAM, ALL,  OWN,  NO,   NO,   ALL,  OP_UNDOABLE | OP_UNOWNED,  "ticket.commented")
OPERATION(OP_TICKET_DELETE,        "ticket.delete",          N_("Move a ticket to the trash"),        RECORD_TICKET,            OWN,  ALL,  NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "ticket.deleted")
OPERATION(OP_TICKET_RESTORE,       "ticket.restore",         N_("Take a ticket out of the trash"),    RECORD_TICKET,            OWN,  ALL,  NO,   NO,   NO,   NO,   OP_UNDOABLE | OP_UNOWNED,  "ticket.restored")
OPERATION(OP_OUTBOX_FACT,          "outbox.fact",            N_("Record how a sending went"),         RECORD_OUTBOX,            NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_OUTBOX_REPLAY,        "outbox.replay",          N_("Send a dead letter again"),          RECORD_OUTBOX,            NO,   TEAM, NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_OUTBOX_RESOLVE,       "outbox.resolve",         N_("Settle an uncertain sending"),       RECORD_OUTBOX,            ALL,  TEAM, NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_OUTBOX_READ,          "outbox.read",            N_("Read the outbox"),                   RECORD_OUTBOX,            NO,   TEAM, NO,   ALL,  ALL,  NO,   OP_READ,                   NULL)
OPERATION(OP_JOB_NEW,              "job.new",                N_("Queue a job"),                       RECORD_JOB,               NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_JOB_FACT,             "job.fact",               N_("Record how a job went"),             RECORD_JOB,               NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_FILE_NEW,             "file.new",               N_("Store a file"),                      RECORD_FILE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_DRAFT_SAVE,           "draft.save",             N_("Keep a draft"),                      RECORD_DRAFT,             ALL,  ALL,  ALL,  ALL,  NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_PRESENCE,             "presence.set",           N_("Say where one is"),                  RECORD_NONE,              ALL,  ALL,  ALL,  ALL,  ALL,  NO,   OP_FACT,                   NULL)
OPERATION(OP_SETTING_OWN,          "setting.own",            N_("Change an own setting"),             RECORD_SETTING,           ALL,  ALL,  ALL,  ALL,  ALL,  NO,   OP_FACT,                   NULL)
OPERATION(OP_SETTING_TENANT,       "setting.tenant",         N_("Change a tenant setting"),           RECORD_SETTING,           NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_TOKEN_NEW,            "token.new",              N_("Issue a token"),                     RECORD_TOKEN,             NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_TOKEN_REVOKE,         "token.revoke",           N_("Revoke a token"),                    RECORD_TOKEN,             NO,   NO,   NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_TOKEN_FACT,           "token.fact",             N_("Note that a token was used"),        RECORD_TOKEN,             NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_CHANNEL_READ,         "channel.read",           N_("Read channels"),                     RECORD_CHANNEL,           ALL,  ALL,  ALL,  ALL,  ALL,  NO,   OP_READ,                   NULL)
OPERATION(OP_CHANNEL_TEST,         "channel.test",           N_("Test a channel"),                    RECORD_CHANNEL,           NO,   ALL,  NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_CHANNEL_FACT,         "channel.fact",           N_("Record a channel's state"),          RECORD_CHANNEL,           NO,   NO,   NO,   NO,   NO,   NO,   OP_FACT,                   NULL)
OPERATION(OP_CHANNEL_RESUME,       "channel.resume",         N_("Let a stopped channel go on"),       RECORD_CHANNEL,           NO,   NO,   NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_AUDIT_READ,           "audit.read",             N_("Read the audit trail"),              RECORD_NONE,              OWN,  TEAM, OWN,  ALL,  ALL,  NO,   OP_READ,                   NULL)
OPERATION(OP_APPROVAL_READ,        "approval.read",          N_("Read what waits for a second person"), RECORD_APPROVAL,         OWN,  OWN,  OWN,  ALL,  ALL,  NO,   OP_READ | OP_PERSON,       NULL)
OPERATION(OP_APPROVAL_PROPOSE,     "approval.propose",       N_("Propose what takes two people"),     RECORD_APPROVAL,          NO,   NO,   NO,   NO,   NO,   NO,   OP_PERSON,                 "approval.proposed")
OPERATION(OP_APPROVAL_APPROVE,     "approval.approve",       N_("Approve what another one proposed"), RECORD_APPROVAL,          ALL,  ALL,  ALL,  ALL,  NO,   NO,   OP_STEP_UP,                "approval.approved")
OPERATION(OP_APPROVAL_REFUSE,      "approval.refuse",        N_("Refuse what was proposed"),          RECORD_APPROVAL,          ALL,  ALL,  ALL,  ALL,  NO,   NO,   OP_PERSON,                 "approval.refused")
OPERATION(OP_APPROVAL_EXPIRE,      "approval.expire",        N_("End what nobody decided in time"),   RECORD_APPROVAL,          NO,   NO,   NO,   NO,   NO,   NO,   OP_PERSON,                 "approval.expired")
OPERATION(OP_RETENTION_READ,       "retention.read",         N_("Read how long things are kept"),     RECORD_NONE,              NO,   NO,   NO,   ALL,  ALL,  NO,   OP_READ,                   NULL)
OPERATION(OP_RETENTION_SET,        "retention.set",          N_("Set how long things are kept"),      RECORD_NONE,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP | OP_SECOND,    NULL)
OPERATION(OP_RETENTION_HOLD,       "retention.hold",         N_("Put a legal hold on a record"),      RECORD_HOLD,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP | OP_SECOND,    NULL)
OPERATION(OP_RETENTION_RELEASE,    "retention.release",      N_("Take a legal hold off"),             RECORD_HOLD,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP | OP_SECOND,    NULL)
OPERATION(OP_RETENTION_RUN,        "retention.run",          N_("Clear what was kept long enough"),   RECORD_NONE,              NO,   NO,   NO,   ALL,  NO,   NO,   OP_STEP_UP,                NULL)
OPERATION(OP_AUDIT_CUT,            "audit.cut",              N_("Cut old rows off the audit trail"),  RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_PERSON,                 NULL)
OPERATION(OP_REHEARSE,             "rehearse.run",           N_("Run a rehearsal"),                   RECORD_NONE,              NO,   NO,   NO,   ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_BACKUP_NEW,           "backup.new",             N_("Make a backup"),                     RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_BACKUP_PRUNE,         "backup.prune",           N_("Remove old backups"),                RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_BACKUP_RESTORE,       "backup.restore",         N_("Restore a desk from a backup"),      RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_DESK_COPY,            "desk.copy",              N_("Copy a whole desk"),                 RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_DESK_REOPEN,          "desk.reopen",            N_("Go on with a desk that was moved"),  RECORD_NONE,              NO,   NO,   NO,   NO,   NO,   NO,   OP_HOST,                   NULL)
OPERATION(OP_UNDO,                 "undo",                   N_("Undo"),                              RECORD_NONE,              ALL,  ALL,  ALL,  ALL,  NO,   NO,   0,                         NULL)
OPERATION(OP_REDO,                 "redo",                   N_("Redo"),                              RECORD_NONE,              ALL,  ALL,  ALL,  ALL,  NO,   NO,   0,                         NULL)

#undef NO
#undef OWN
#undef TEAM
#undef ALL
/* clang-format on */
