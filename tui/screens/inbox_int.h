/*
 * inbox_int - what the files of the inbox screen share.
 *
 *	scr_inbox.c      the screen's table, focus and layout
 *	inbox_list.c     left pane: conversations
 *	inbox_thread.c   right pane: one thread, from snapshot to text
 *	inbox_draw.c     everything that is painted
 *	inbox_compose.c  writing: editor, guards, sending
 *	inbox_draft.c    writing: drafts
 *	inbox_act.c      commands: claim, assign, close, ticket, retry ...
 *	inbox_new.c      writing to somebody first
 */
#ifndef TUI_SCREENS_INBOX_INT_H
#define TUI_SCREENS_INBOX_INT_H

#include "tui/model/model_inbox_new.h"
#include "tui/screens/inbox_form.h"
#include "tui/screens/inbox_text.h"
#include "tui/widgets/w_editor.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

enum inbox_focus { INBOX_LIST, INBOX_THREAD, INBOX_COMPOSER };

enum compose_mode { COMPOSE_NONE, COMPOSE_REPLY, COMPOSE_NOTE, COMPOSE_FORM };

enum thread_state {
	THREAD_NONE,    /* no conversation is chosen */
	THREAD_READING, /* asked for, not there yet */
	THREAD_SHOWN,
	THREAD_GONE, /* deleted, or not ours to read any more */
};

struct composer {
	enum compose_mode mode;
	int64_t id;     /* conversation that is written to */
	char name[201]; /* its contact */
	char channel[65];
	struct w_editor editor;
	uint64_t turn;            /* of the draft that is being read */
	bool draft_due;           /* it has not come yet ... */
	bool draft_away;          /* ... as the desk could not be asked */
	char *behind;             /* owned; what is kept behind it then */
	unsigned saved;           /* editor revision that is in the desk */
	bool saving;              /* a save is under way ... */
	unsigned saving_revision; /* ... of this revision */
	bool save_failed;
	int64_t key_us; /* last change, monotonic; 0: none since the save */
	bool send_due;  /* asked for before thread and draft had come */
	bool sending;
	struct template_form form;
	/*
	 * What the person had before the eyes: guards of message_send.  Not
	 * moved on by what somebody else of the desk did while writing.
	 */
	int64_t seen_version, seen_message, seen_owner;
};

#define INBOX_CHANNELS 16

struct inbox_first {        /* to whom the first message goes */
	int64_t contact_id; /* below 1: known by the number only */
	char peer[201], name[201], channel[65];
};

struct inbox {
	enum inbox_focus focus;
	uint64_t turn; /* of the newest question of any kind */
	/* left */
	enum conversation_view view;
	struct w_list list;
	struct conversation *rows; /* owned window */
	size_t count;
	int counts[CONVERSATION_VIEW_COUNT];
	bool counts_known;
	uint64_t list_turn; /* of the question under way, 0: none */
	bool list_again;
	bool loaded;   /* rows are those of view and filter */
	bool open_due; /* Enter was pressed before the rows had come */
	/* right */
	int64_t current; /* conversation shown, 0: none */
	enum thread_state state;
	struct inbox_thread thread;
	struct conversation head; /* what is known of it before that */
	struct w_text text;
	int limit;
	uint64_t thread_turn; /* of the question under way, 0: none */
	bool thread_again;
	struct composer composer;
	/* what others see of me */
	int64_t present; /* conversation told, 0: none */
	bool typing;
	int64_t present_us; /* monotonic time of the last telling */
	/* marked as read up to this inbound message of that conversation */
	int64_t seen_id, seen_inbound_us;
	/* the answer of a dialog belongs to */
	int64_t subject, subject_version, chosen;
	/* a new conversation: who could be meant, and over what */
	struct inbox_first first, found[INBOX_FOUND_MAX + 1];
	size_t found_count;
	char channels[INBOX_CHANNELS][65];
	size_t channel_count;
	int list_w;           /* cells of the left pane, 0: one pane only */
	int64_t drawn_minute; /* of the wall clock, for ages */
};

/* Text is written, not a form filled in. */
static inline bool
inbox__has_editor(const struct composer *c)
{
	return c->mode == COMPOSE_REPLY || c->mode == COMPOSE_NOTE;
}

static inline struct inbox *
inbox_of(const struct screen *s)
{
	return s->data;
}

/* scr_inbox.c */
bool inbox__shows_list(const struct screen *s);
bool inbox__shows_thread(const struct screen *s);
void inbox__focus(struct screen *s, enum inbox_focus focus);
/* The view at column x of the row that names them; -1: none. */
int inbox__view_at(const struct screen *s, int x);
/* Rows above the panes: 1 while the views are shown. */
int inbox__top_rows(const struct screen *s);
/* Show this conversation, among all open ones. */
void inbox__show(struct screen *s, int64_t id);
/* The conversation that commands act on; NULL when there is none. */
const struct conversation *inbox__subject(const struct screen *s);

/* inbox_list.c */
void inbox__list_init(struct screen *s);
void inbox__list_ask(struct screen *s);
void inbox__list_view(struct screen *s, enum conversation_view view);
/* The selection moved by hand: show that conversation. */
void inbox__list_moved(struct screen *s);

/* inbox_thread.c */
void inbox__thread_open(struct screen *s, int64_t id);
void inbox__thread_ask(struct screen *s);
/* The day of what is read, when its rule has gone up out of sight; or "". */
void inbox__thread_day(const struct screen *s, struct str *out);
void inbox__thread_layout(struct screen *s, int w, int h);
/* The text again from the same snapshot: another language or day. */
void inbox__thread_rebuild(struct screen *s);
/* The thread as text; pure but for the language. */
void inbox__thread_build(struct w_text *t, const struct inbox_thread *th,
    const struct zone *zone, int64_t now_us, bool older_hint);
unsigned inbox__thread_input(struct screen *s, const struct input *in);
/* It is before the person's eyes: unread no more, and others may know. */
void inbox__thread_seen(struct screen *s);
void inbox__presence(struct screen *s);

/* inbox_draw.c */
void inbox__draw(const struct screen *s, struct canvas *c);
/* Rows of the thread's header, with its line, in a pane of height h. */
int inbox__header_rows(int h);
int inbox__composer_rows(const struct screen *s, int w, int h);
/* A row that tells of a draft stands below the thread. */
bool inbox__has_draft_hint(const struct inbox *d);
/* The guide that is walked with the customer has one, too. */
bool inbox__has_walk(const struct inbox *d);

/* inbox_compose.c */
void inbox__composer_init(struct composer *c);
void inbox__composer_free(struct composer *c);
/* The thread of conv may still be under way; conv is borrowed. */
unsigned inbox__composer_open(
    struct screen *s, const struct conversation *conv, enum compose_mode mode);
/* The desk changed: what the form lacks may be there. */
void inbox__composer_refresh(struct screen *s);
/* Keep the draft and close; text stays in the desk. */
void inbox__composer_leave(struct screen *s);
void inbox__composer_layout(struct screen *s, int w, int h);
unsigned inbox__composer_input(struct screen *s, const struct input *in);
unsigned inbox__composer_paste(struct screen *s, const char *text, size_t n);
/* Its own key was pressed: the one of notes, or the one of replies. */
unsigned inbox__composer_accept(struct screen *s, bool as_note);
/* A reply that was sent before thread and draft were there: now? */
void inbox__send_if_due(struct screen *s);
/* A snapshot of the thread arrived; first: the first one of it. */
void inbox__composer_seen(struct screen *s, bool first);
bool inbox__composer_has_text(const struct screen *s);
/* Free text may be sent now, as far as the screen knows. */
bool inbox__window_is_open(const struct conversation *c);

/* inbox_draft.c */
/* Save a draft that is due; now: without waiting for the pause. */
void inbox__draft_keep(struct screen *s, bool now);
/* Once a second: the same, and ask again for one that could not be read. */
void inbox__draft_tick(struct screen *s);
/* Ask for the draft of what is being written; it comes into the editor. */
void inbox__draft_read(struct screen *s);

/* inbox_act.c */
/* The ticket of the conversation; without one it asks whether to make it. */
unsigned inbox__open_ticket(struct screen *s);

/* inbox_new.c */
unsigned inbox__write_first(
    struct ui *ui, struct screen *s, const struct command *cmd);

#endif
