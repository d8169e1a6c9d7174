/*
 * webhook_fan - asks the committer to promise webhooks what happened.
 */
#ifndef SYNCD_WORK_WEBHOOK_FAN_H
#define SYNCD_WORK_WEBHOOK_FAN_H

struct daemon;
struct webhook_fan;

struct webhook_fan *webhook_fan_new(struct daemon *d);
/* Something may have happened: at start, after a bell. */
void webhook_fan_wake(struct webhook_fan *f);
/* Look again at the webhooks that the configuration names; at the next wake. */
void webhook_fan_configure(struct webhook_fan *f);
/* When the store has stopped. */
void webhook_fan_free(struct webhook_fan **f);

#endif
