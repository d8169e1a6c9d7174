/*
 * audit_anchor - where the audit trails stood, kept outside of the desk.
 *
 * A chain of hashes cannot tell that its end was cut off, nor that all of it
 * was computed anew: DESK.audit says what the last row's hash was at a time.
 * One line an anchor, appended and synced:
 *
 *	TIME TENANT SEQ HASH MAC
 *
 * TIME in us, MAC an HMAC-SHA256 over the MAC before and the line, under the
 * key in DESK.audit-key (0600, made with the first anchor; DESK.audit itself
 * is 0640 where a group shares the desk).  Who may not read
 * the key still compares the hashes.  An unfinished last line counts as none.
 */
#ifndef DB_RECORDS_AUDIT_ANCHOR_H
#define DB_RECORDS_AUDIT_ANCHOR_H

#include "common/digest.h"
#include "db/core/desk.h"

struct audit_anchor {
	int64_t at_us, tenant_id, seq;
	char hash[SHA256_HEX_SIZE];
};

struct audit_anchors {
	struct audit_anchor *rows; /* owned; in the order of the file */
	size_t count;
	bool has_key;              /* and every MAC was compared */
	int64_t bad_line;          /* 0, or the first line that is not right */
	char mac[SHA256_HEX_SIZE]; /* private */
	size_t bytes;              /* private: of whole lines */
};

/*
 * Append an anchor for each tenant whose trail went on since its last one;
 * the desk's own (0) too.  *written counts them.  The desk acts as anybody.
 * OD_EDATA, and nothing is written, when the file was changed.
 */
int audit_anchor_write(struct desk *d, int *written, struct err *err);
/* Nothing (and 0) when there is no file yet.  Free with the call below. */
int audit_anchor_read(
    const char *uri, struct audit_anchors *out, struct err *err);
/*
 * A MAC of text under the same key; "" when it is not ours to read, or there
 * is none, and make is not set or we may make none.  0, or OD_EIO and the like
 * when the key cannot be read or made for another reason.
 */
int audit_anchor_sign(const char *uri, const char *text, bool make,
    char mac[SHA256_HEX_SIZE], struct err *err);
void audit_anchor_free(struct audit_anchors *a);

#endif
