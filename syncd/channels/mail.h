/*
 * mail - what leaves by a channel of the kind mail: pure, as the adapters are,
 * which speak HTTP.
 */
#ifndef SYNCD_CHANNELS_MAIL_H
#define SYNCD_CHANNELS_MAIL_H

#include "common/mail_write.h"
#include "common/smtp.h"
#include "syncd/channels/channel.h"

/* Whether the channel sends at all. */
bool mail_channel_sends(const struct channel *c);
/* The first channel of a tenant that sends mail; NULL: none. */
const struct channel *mail_channel_of(
    const struct channel_set *set, int64_t tenant_id);

/*
 * The mail of an outbox row with its files, appended to out; to gets the
 * address.  OD_EDATA: it never can be sent.
 */
int mail_build(const struct channel *c, const struct outbox_item *item,
    const char *desk_id, const struct mail_part *parts, size_t part_count,
    char to[MAIL_ADDRESS_MAX + 1], struct str *out, struct err *err);
/*
 * The channel's part of a request: server, login, sender.  It borrows from c
 * until smtp_send returned.
 */
void mail_request(const struct channel *c, struct smtp_request *r);
void mail_judge(
    const struct smtp_result *result, struct channel_verdict *verdict);
/* What a live test found, in a sentence; true: it works. */
bool mail_test_result(const struct channel *c, const struct smtp_result *result,
    struct str *sentence);

#endif
