/* outbox_lanes - see outbox_lanes.h. */
#include "syncd/work/outbox_lanes.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

struct lane *
lanes_find(const struct lanes *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->all[i]->id, id) == 0)
			return l->all[i];
	return NULL;
}

void
lanes_update(struct lanes *l, const struct channel_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];
		struct lane *lane = lanes_find(l, c->id);

		if (lane == NULL) {
			l->all = xreallocarray(
			    l->all, l->count + 1, sizeof(struct lane *));
			lane = xcalloc(1, sizeof(*lane));
			l->all[l->count++] = lane;
			str_copy(lane->id, sizeof(lane->id), c->id);
			pace_init(&lane->pace, c->per_second);
		}
		lane->pace.per_second = c->per_second;
	}
}

bool
lanes_choose(struct lanes *l, int64_t now_us, int64_t *wait_us)
{
	size_t skipped = 0;
	bool any = false;

	*wait_us = 0;
	l->skip = xreallocarray(l->skip, l->count + 1, sizeof(char *));
	for (size_t i = 0; i < l->count; i++) {
		struct lane *lane = l->all[i];
		int64_t wait;

		if (pace_may(&lane->pace, now_us, &wait)) {
			lane->asked = any = true;
			continue;
		}
		l->skip[skipped++] = lane->id;
		if (wait > 0 && (*wait_us == 0 || wait < *wait_us))
			*wait_us = wait;
	}
	l->skip[skipped] = NULL;
	return any || l->count == 0;
}

void
lanes_return(struct lanes *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->all[i]->asked)
			pace_unused(&l->all[i]->pace);
		l->all[i]->asked = false;
	}
}

void
lanes_free(struct lanes *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->all[i]);
	free(l->all);
	free(l->skip);
	*l = (struct lanes){NULL, 0, NULL};
}
