/* load - see load.h. */
#include "tests/lib/load.h"
#include "common/clock.h"
#include "common/rehearsal.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tests/lib/wire.h"
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct connection {
	struct load *load;
	int fd; /* -1: to be opened */
	struct str request;
};

static void
build(struct connection *c, int64_t n)
{
	const struct load_options *o = &c->load->o;
	char id[64], from[32], text[80], signature[REHEARSAL_SIGNATURE_SIZE];
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = o->number_id,
	    .from = from,
	    .name = "Carga",
	    .id = id,
	    .text = text};
	struct str body = STR_INIT;

	snprintf(id, sizeof(id), "wamid.load-%" PRId64, n);
	snprintf(from, sizeof(from), "3461%07d",
	    (int)(n % (o->customers > 0 ? o->customers : 1000)));
	snprintf(text, sizeof(text), "Mensaje de carga %" PRId64, n);
	rehearsal_message(&m, &body, NULL);
	rehearsal_sign(signature, o->secret, body.s, body.len);
	str_clear(&c->request);
	str_addf(&c->request,
	    "POST /whatsapp HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\n%s\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    signature, body.len);
	str_addn(&c->request, body.s, body.len);
	str_free(&body);
}

static void
note(struct load *l, int64_t number, int64_t took_us)
{
	pthread_mutex_lock(&l->lock);
	if ((l->acknowledged_count & (l->acknowledged_count - 1)) == 0)
		l->acknowledged = xreallocarray(l->acknowledged,
		    l->acknowledged_count * 2 + 1, sizeof(*l->acknowledged));
	l->acknowledged[l->acknowledged_count++] = number;
	if (l->o.keep_times) {
		if ((l->times_count & (l->times_count - 1)) == 0)
			l->times_us = xreallocarray(l->times_us,
			    l->times_count * 2 + 1, sizeof(*l->times_us));
		l->times_us[l->times_count++] = (uint32_t)took_us;
	}
	pthread_mutex_unlock(&l->lock);
}

/* One message, once; false when the connection broke. */
static bool
exchange(struct connection *c, int64_t number)
{
	int64_t since = clock_mono_us();
	int status;

	if (c->fd < 0 && (c->fd = wire_dial(c->load->o.port)) < 0)
		return false;
	if (!wire_send(c->fd, c->request.s, c->request.len) ||
	    (status = wire_answer(c->fd, NULL)) == 0) {
		close(c->fd);
		c->fd = -1;
		return false;
	}
	if (status == 200) {
		note(c->load, number, clock_mono_us() - since);
		atomic_fetch_add(&c->load->answered, 1);
	} else {
		atomic_fetch_add(&c->load->refused, 1);
	}
	return true;
}

static void *
run(void *arg)
{
	struct load *l = arg;
	struct connection c = {l, -1, STR_INIT};

	while (!atomic_load(&l->stop)) {
		int64_t n;

		if (atomic_load(&l->held)) {
			poll(NULL, 0, 1);
			continue;
		}
		n = atomic_fetch_add(&l->next, 1);
		if (l->o.count > 0 && n >= l->o.first + l->o.count)
			break;
		build(&c, n);
		if (!exchange(&c, n) && l->o.count == 0)
			break; /* the daemon was killed */
		if (l->o.pause_ms > 0)
			poll(NULL, 0, l->o.pause_ms);
	}
	if (c.fd >= 0)
		close(c.fd);
	str_free(&c.request);
	return NULL;
}

void
load_start(struct load *l, const struct load_options *o)
{
	memset(l, 0, sizeof(*l));
	l->o = *o;
	atomic_init(&l->next, o->first);
	pthread_mutex_init(&l->lock, NULL);
	l->started_us = clock_mono_us();
	for (int i = 0; i < o->connections; i++)
		if (pthread_create(&l->threads[i], NULL, run, l) != 0)
			abort();
}

void
load_hold(struct load *l)
{
	atomic_store(&l->held, true);
}

void
load_go_on(struct load *l)
{
	atomic_store(&l->held, false);
}

void
load_wait(struct load *l)
{
	for (int i = 0; i < l->o.connections; i++)
		pthread_join(l->threads[i], NULL);
	l->ended_us = clock_mono_us();
}

void
load_stop(struct load *l)
{
	atomic_store(&l->stop, true);
	load_wait(l);
}

void
load_free(struct load *l)
{
	free(l->acknowledged);
	free(l->times_us);
	pthread_mutex_destroy(&l->lock);
}

static int
by_time(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

uint32_t
load_percentile(struct load *l, double share)
{
	if (l->times_count == 0)
		return 0;
	qsort(l->times_us, l->times_count, sizeof(*l->times_us), by_time);
	return l->times_us[(size_t)((double)(l->times_count - 1) * share)];
}
