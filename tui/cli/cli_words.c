/*
 * cli_words - states, kinds and roles as people read them.
 *
 * In JSON, in options and in English they are the words of the desk; this is
 * what a table says of them in another language.
 */
#include "common/i18n.h"
#include "tui/cli/cli_int.h"
#include <stdio.h>
#include <string.h>

/*
 * "MEMBER|WORD", "NOUN MEMBER|WORD" where one noun says it in its own way.
 * TRANSLATORS: only what stands behind the bar is shown.
 */
static const char *const words[] = {
    N_("state|new"),
    N_("state|open"),
    N_("state|waiting"),
    N_("state|solved"),
    N_("state|closed"),
    N_("state|merged"),
    N_("state|active"),
    N_("state|handed_off"),
    N_("conversation state|closed"),
    N_("state|received"),
    N_("state|due"),
    N_("state|sending"),
    N_("state|sent"),
    N_("state|delivered"),
    N_("state|read"),
    N_("state|uncertain"),
    N_("state|held"),
    N_("state|failed"),
    N_("state|dead"),
    N_("state|done"),
    N_("state|queued"),
    N_("state|running"),
    N_("state|cancelled"),
    N_("state|proposed"),
    N_("state|approved"),
    N_("state|refused"),
    N_("state|expired"),
    N_("state|ok"),
    N_("state|paused"),
    N_("state|stopped"),
    N_("state|wrong"),
    N_("state|warning"),
    N_("state|fault"),
    N_("state|right"),
    N_("state|missing"),
    N_("state|unmarked"),
    N_("state|foreign"),
    N_("status|APPROVED"),
    N_("status|PENDING"),
    N_("status|REJECTED"),
    N_("status|PAUSED"),
    N_("status|DISABLED"),
    N_("result|done"),
    N_("result|denied"),
    N_("role|operator"),
    N_("role|supervisor"),
    N_("role|technician"),
    N_("role|admin"),
    N_("role|auditor"),
    N_("role|bot"),
    N_("role|user"),
    N_("role|assistant"),
    N_("role|system"),
    N_("role|app"),
    N_("actor_kind|system"),
    N_("actor_kind|operator"),
    N_("actor_kind|token"),
    N_("actor_kind|bot"),
    N_("actor_kind|host"),
    N_("check|audit"),
    N_("check|channels"),
    N_("check|clock"),
    N_("check|configuration"),
    N_("check|connections"),
    N_("check|daemon"),
    N_("check|desk"),
    N_("check|disk"),
    N_("check|files"),
    N_("check|indexes"),
    N_("check|keeper"),
    N_("check|library"),
    N_("check|moved"),
    N_("check|outbox"),
    N_("check|pages"),
    N_("check|policies"),
    N_("check|program"),
    N_("check|recovered"),
    N_("check|recovery"),
    N_("check|replication"),
    N_("check|restored"),
    N_("check|role"),
    N_("check|rows"),
    N_("check|schema"),
    N_("check|server"),
    N_("check|table"),
    N_("check|tables"),
    N_("check|tenants"),
    N_("slot|reply"),
    N_("slot|note"),
    N_("slot|form"),
    N_("source|desk"),
    N_("source|web"),
    N_("source|mail"),
    N_("source|call"),
    N_("source|agent"),
    N_("type|text"),
    N_("type|number"),
    N_("type|date"),
    N_("type|choice"),
    N_("type|yes_no"),
    N_("kind|text"),
    N_("kind|image"),
    N_("kind|video"),
    N_("kind|audio"),
    N_("kind|document"),
    N_("kind|sticker"),
    N_("kind|location"),
    N_("kind|contacts"),
    N_("kind|interactive"),
    N_("kind|button"),
    N_("kind|reaction"),
    N_("kind|order"),
    N_("kind|system"),
    N_("kind|unsupported"),
    N_("kind|template"),
    N_("kind|other"),
    N_("kind|mark_read"),
    N_("kind|reply"),
    N_("kind|phone"),
    N_("kind|whatsapp_user"),
    N_("kind|mail"),
    N_("kind|web"),
    N_("kind|tenant"),
    N_("kind|team"),
    N_("kind|operator"),
    N_("kind|company"),
    N_("kind|division"),
    N_("kind|contact"),
    N_("kind|contact_point"),
    N_("kind|conversation"),
    N_("kind|message"),
    N_("kind|note"),
    N_("kind|ticket"),
    N_("kind|comment"),
    N_("kind|outbox"),
    N_("kind|job"),
    N_("kind|token"),
    N_("kind|file"),
    N_("kind|event"),
    N_("kind|channel"),
    N_("kind|setting"),
    N_("kind|draft"),
    N_("kind|approval"),
    N_("kind|hold"),
    N_("kind|status"),
    N_("kind|category"),
    N_("kind|field"),
    N_("kind|field_value"),
    N_("kind|link"),
    N_("kind|merge"),
    N_("kind|checklist"),
    N_("kind|check"),
    N_("kind|canned_reply"),
    N_("kind|macro"),
    N_("kind|view"),
    N_("kind|calendar"),
    N_("kind|calendar_date"),
    N_("kind|policy"),
    N_("kind|clock"),
    N_("kind|interval"),
    N_("kind|snooze"),
    N_("kind|time"),
    N_("kind|employee"),
    N_("kind|call"),
    N_("kind|guide"),
    N_("kind|equipment"),
    N_("kind|change"),
    N_("relation|related"),
    N_("relation|follow_up"),
    N_("relation|split_from"),
    N_("relation|duplicate"),
};

/* The words of an entry with this whole key; NULL: none. */
static const char *
find(const char *noun, const char *member, const char *word)
{
	char key[96];

	str_format(key, sizeof(key), "%s%s%s|%s", noun,
	    noun[0] != '\0' ? " " : "", member, word);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], key) == 0) {
			const char *said = _(words[i]);

			return said != words[i] ? said : word;
		}
	}
	return NULL;
}

const char *
cli__word(const char *noun, const char *member, const char *word)
{
	const char *said;

	if (member == NULL || word == NULL || i18n_lang() == LANG_EN)
		return word;
	if ((said = find(noun, member, word)) == NULL)
		said = find("", member, word);
	return said != NULL ? said : word;
}
