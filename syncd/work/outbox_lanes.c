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

static struct lane *
add(struct lanes *l, const char *id)
{
	struct lane *lane = xcalloc(1, sizeof(*lane));

	l->all = xreallocarray(l->all, l->count + 1, sizeof(struct lane *));
	l->all[l->count++] = lane;
	str_copy(lane->id, sizeof(lane->id), id);
	pace_init(&lane->pace);
	return lane;
}

struct lane *
lanes_of_webhook(struct lanes *l, const char *id, int at_once)
{
	struct lane *lane = lanes_find(l, id);

	if (lane == NULL) {
		lane = add(l, id);
		lane->pace.at_once_max = at_once;
	}
	return lane;
}

void
lanes_update(struct lanes *l, const struct channel_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];
		struct lane *lane = lanes_find(l, c->id);

		if (lane == NULL)
			lane = add(l, c->id);
		lane->per_second = c->per_second;
	}
}

void
lanes_choose(struct lanes *l, int64_t now_us, int64_t *wait_us)
{
	*wait_us = 0;
	l->rules = xreallocarray(l->rules, l->count + 1, sizeof(*l->rules));
	for (size_t i = 0; i < l->count; i++) {
		const struct lane *lane = l->all[i];
		int64_t wait;
		bool may = pace_may(&lane->pace, now_us, &wait);

		l->rules[i] = (struct outbox_rule){.channel = lane->id,
		    .is_closed = !may,
		    .per_second = lane->per_second};
		if (wait > 0 && (*wait_us == 0 || wait < *wait_us))
			*wait_us = wait;
	}
	l->rules[l->count] = (struct outbox_rule){.channel = NULL};
}

void
lanes_free(struct lanes *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->all[i]);
	free(l->all);
	free(l->rules);
	*l = (struct lanes){NULL, 0, NULL};
}
