/*
 * inbox_text - the words and signs of the inbox, from records to text.
 *
 * Pure functions but for the language; what they append is not gated, the
 * caller draws it as text from outside.
 */
#ifndef TUI_SCREENS_INBOX_TEXT_H
#define TUI_SCREENS_INBOX_TEXT_H

#include "common/zone.h"
#include "db/records/messages.h"
#include "tui/term/theme.h"

/* "✓✓ read": how far an outgoing message got; *role how it is drawn. */
void inbox_ticks(const struct message *m, struct str *out, enum role *role);

/*
 * "window: 3 h 12 min", "window closed"; "" where the channel has none.
 */
void inbox_window(int64_t left_us, struct str *out, enum role *role);

/* "Today", "Yesterday", "Friday 20/11", "Friday 20/11/2025". */
void inbox_day(
    const struct zone *zone, int64_t us, int64_t now_us, struct str *out);
/* Whether both times are on the same day of the zone. */
bool inbox_same_day(const struct zone *zone, int64_t a_us, int64_t b_us);
/* "18:04" */
void inbox_clock(const struct zone *zone, int64_t us, struct str *out);

/* "14 kB" */
void inbox_size(int64_t bytes, struct str *out);
/* "[image] front.jpg, 14 kB"; appends nothing for text. */
void inbox_card(const struct message *m, struct str *out);
/* "image": a kind's word, translated. */
const char *inbox_kind_word(enum message_kind kind);

/* Who said it: a name, or the word for customer, assistant, system, app. */
void inbox_author(
    const struct message *m, const char *contact_name, struct str *out);

/* What the list shows of a conversation's last message. */
void inbox_preview(const struct conversation *c, struct str *out);

#endif
