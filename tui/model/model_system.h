/*
 * model_system - how the machinery is: daemon, channels, failed events,
 * outbox, approvals; and what people do about it.
 */
#ifndef TUI_MODEL_MODEL_SYSTEM_H
#define TUI_MODEL_MODEL_SYSTEM_H

#include "common/fsutil.h"
#include "db/records/approvals.h"
#include "db/records/channels.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/webhooks.h"
#include "tui/model/model.h"

#define SYSTEM_MOST 200 /* events, and outbox rows of a state */

struct system_view {
	bool daemon_alive;        /* some process keeps the desk's file */
	struct daemon_row daemon; /* the one that started last */
	bool daemon_known;
	enum fs_room room;               /* on the desk's disk */
	struct channel_status *channels; /* owned */
	size_t channel_count;
	struct raw_event *events; /* owned; failed ones, without body */
	size_t event_count;
	int event_states[3];
	struct outbox_item
	    *items; /* owned; what is stuck first, not sent ones */
	size_t item_count;
	struct outbox_counts outbox;
	struct approval *approvals; /* owned; those that wait first */
	size_t approval_count;
	struct webhook *webhooks; /* owned; by name */
	size_t webhook_count;
	struct webhook_attempt *attempts; /* owned; of all, the newest first */
	size_t attempt_count;
	int undelivered;   /* open conversations; see message_undelivered */
	bool restored;     /* the desk came back from a backup once */
	bool closed_to_me; /* events and outbox are not for this role */
};
/*
 * On the worker.  A daemon that runs has said that it started, and keeps the
 * desk's file; a console without one keeps it itself.
 */
bool system_daemon_alive(struct desk *d);
void system_view_clear(struct system_view *v);

/* view may be taken: move it out and zero it. */
typedef void system_view_fn(struct screen *s, uint64_t turn,
    struct system_view *view, const struct model_answer *answer);
void model_system_view(
    struct model *m, struct screen *s, uint64_t turn, system_view_fn *fn);

enum system_act {
	SYSTEM_TEST,         /* channel: ask the provider */
	SYSTEM_TEMPLATES,    /* channel: fetch its templates */
	SYSTEM_RESUME,       /* channel: let it go on */
	SYSTEM_READ_EVENT,   /* id: read it once more */
	SYSTEM_SEND_AGAIN,   /* id: a dead letter */
	SYSTEM_WAS_SENT,     /* id: an uncertain one went out */
	SYSTEM_NOT_SENT,     /* id: it did not; send it */
	SYSTEM_RELEASE_HELD, /* all that is held */
	SYSTEM_HOOK_ON,      /* id: a webhook is told again */
	SYSTEM_HOOK_OFF,     /* id: it is not */
	SYSTEM_HOOK_TEST,    /* id: send it a test */
	SYSTEM_HOOK_AGAIN,   /* id: its dead letters */
};
/* The result is a toast; what came of it is seen in the next view. */
void model_system_act(struct model *m, enum system_act act, const char *channel,
    int64_t id, bool daemon_alive);

/* What an event's body says; text is borrowed during the call. */
typedef void system_body_fn(
    struct screen *s, int64_t id, const char *text, size_t n);
void model_system_body(
    struct model *m, struct screen *s, int64_t id, system_body_fn *fn);

#endif
