/*
 * command_reach - operations that are reached by a command which does not name
 * them: by what it opens, or by what one does there.  The palette finds the
 * command by them, too.
 */
#include "tui/command.h"

const struct command_reach command_reaches[] = {
    {"agent.read", "view.board"},
    {"approval.read", "system.approvals"},
    {"calendar.delete", "admin.calendars"},
    {"calendar.edit", "admin.calendars"},
    {"calendar.new", "admin.calendars"},
    {"calendar.read", "admin.calendars"},
    {"call.end", "call.start"},
    {"call.figures", "view.board"},
    {"call.link", "call.ticket"},
    {"call.override", "call.start"},
    {"call.resume", "call.hold"},
    {"callback.done", "call.close"},
    {"callback.read", "view.call"},
    {"category.delete", "admin.categories"},
    {"category.edit", "admin.categories"},
    {"category.new", "admin.categories"},
    {"checklist.delete", "admin.checklists"},
    {"checklist.edit", "admin.checklists"},
    {"checklist.new", "admin.checklists"},
    {"checklist.restore", "admin.checklists"},
    {"contact.new", "inbox.new"},
    {"contact.read", "inbox.new"},
    {"conversation.new", "inbox.new"},
    {"field.delete", "admin.fields"},
    {"field.edit", "admin.fields"},
    {"field.new", "admin.fields"},
    {"hint.ask", "call.objection"},
    {"outbox.read", "system.outbox"},
    {"promise.delete", "admin.promises"},
    {"promise.set", "admin.promises"},
    {"raw_event.replay", "system.again"},
    {"recording.end", "call.record"},
    {"reply.read", "ticket.reply"},
    {"setting.read", "admin.settings"},
    {"setting.tenant", "admin.settings"},
    {"status.delete", "admin.labels"},
    {"status.edit", "admin.labels"},
    {"status.new", "admin.labels"},
    {"time.delete", "ticket.time"},
    {"time.edit", "ticket.time"},
    {"time.read", "ticket.time"},
    {"view.delete", "tickets.views"},
    {"view.edit", "tickets.save"},
    {"view.read", "tickets.views"},
    {"webhook.read", "system.webhooks"},
    {"webhook.replay", "system.again"},
};
const size_t command_reach_count =
    sizeof(command_reaches) / sizeof(command_reaches[0]);
