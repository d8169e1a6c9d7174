/* plans_tickets - see plans_tickets.h. */
#include "tests/lib/plans_tickets.h"
#include "common/clock.h"
#include "db/records/mails.h"
#include "db/records/people.h"
#include "db/records/ticket_files.h"
#include "db/records/ticket_list_int.h"
#include "db/records/ticket_reply_int.h"
#include "db/records/ticket_sleep.h"
#include "db/records/tickets.h"
#include "db/records/views.h"
#include "tests/lib/desk_test.h"
#include <stdlib.h>

void
plans_list_tickets(struct desk *d)
{
	static const char *const matches[] = {"", "impresora", "el rou"};
	struct err err = ERR_INIT;

	for (int view = 0; view < TICKET_VIEW_COUNT; view++) {
		for (int k = 0; k < 6; k++) {
			struct ticket_filter filter = {
			    .view = (enum ticket_view)view,
			    .state = k == 1 ? TICKET_SOLVED : -1,
			    .contact_id = k == 2 ? 5 : 0,
			    .updated_since_us = k == 3 ? 5 : 0,
			    .match = matches[k > 3 ? k - 3 : 0]};
			struct page page = {.limit = 50};
			struct ticket *rows = NULL;
			size_t n = 0;
			int total;

			for (int p = 0; p < 3; p++) {
				page.backwards = p == 2;
				assert_ok(ticket_list(
				    d, &filter, &page, &rows, &n, &err));
				if (n > 0) {
					page.after_key = rows[n - 1].updated_at;
					page.after_id = rows[n - 1].id;
				}
				ticket_list_free(&rows, n);
			}
			assert_ok(ticket_count(d, &filter, 1001, &total, &err));
		}
	}
}

/* Each condition by itself, in each order, from few tickets and from many. */
void
plans_filter_tickets(struct desk *d)
{
	static const char *const filters[] = {"estado:abierto", "prioridad>=4",
	    "creado<7d", "-impresora", "responsable:me,nadie", "equipo:support",
	    "contacto:ana", "empresa:a", "etiqueta:vip", "vence<2h",
	    "numero<50", "es:pospuesto", "\"no va\" -vip", "cambiado<1h",
	    "model:tp", "resuelto<1d origen:mesa impacto:3"};
	const size_t n = sizeof(filters) / sizeof(filters[0]);
	struct err err = ERR_INIT;

	for (size_t i = 0; i < n * TICKET_SORT_COUNT * 2; i++) {
		struct ticket_where *where;
		struct ticket_filter f = {
		    .view = i % 3 == 0 ? TICKETS_ACTIVE : TICKETS_ALL,
		    .state = -1,
		    .match = "",
		    .sort = (enum ticket_sort)(i / n % TICKET_SORT_COUNT)};
		struct page page = {.limit = 50};
		struct ticket *rows;
		bool is_least;
		size_t count;
		int total;

		f.is_reversed = i % 2 == 1;
		wanted__few = i < n * TICKET_SORT_COUNT ? 1000 : 0;
		assert_ok(ticket_where_parse(d, filters[i % n], &where, &err));
		f.where = where;
		for (int p = 0; p < 2; p++) {
			assert_ok(
			    ticket_list(d, &f, &page, &rows, &count, &err));
			if (count > 0) {
				page.after_key =
				    ticket_sort_key(&rows[count - 1], f.sort);
				page.after_id = rows[count - 1].id;
			}
			ticket_list_free(&rows, count);
		}
		assert_ok(ticket_count(d, &f, 1001, &total, &err));
		wanted__looked = 20;
		assert_ok(
		    ticket_count_soon(d, &f, 1001, &total, &is_least, &err));
		ticket_where_free(&where);
	}
	wanted__few = 1000;
	wanted__looked = 20000;
}

void
plans_use_views(struct desk *d)
{
	const struct view_new in = {
	    .name = "Loud", .slot = 7, .operator_id = d->actor.id};
	const struct change c = {"slot", b_int(8)};
	struct err err = ERR_INIT;
	struct view *rows, one;
	int64_t id;
	size_t n;

	assert_ok(view_new(d, &in, &id, &err));
	for (int i = 0; i < 2; i++) {
		assert_ok(view_list(d, i == 1, &rows, &n, &err));
		free(rows);
	}
	assert_ok(view_get(d, id, &one, &err));
	assert_ok(view_find(d, "loud", &one, &err));
	assert_ok(view_edit(d, id, 0, &c, 1, &err));
	assert_ok(view_delete(d, id, 0, &err));
}

void
plans_reply(struct desk *d, int64_t conversation_id)
{
	const struct mail_sender sender = {"correo", "desk@opdesk.example"};
	struct contact_new who = {
	    .full_name = "Eva", .email = "eva@opdesk.example"};
	struct ticket_new in = {.subject = "Reply"};
	struct actor person = d->actor;
	struct ticket_comment chat = {.way = REPLY_BY_CHAT};
	struct ticket_file *files;
	struct ticket_sweep sweep;
	struct reply_route route;
	struct err err = ERR_INIT;
	int64_t id, number, comment;
	size_t n;

	assert_ok(contact_new(d, &who, &in.contact_id, &err));
	assert_ok(ticket_new(d, &in, &id, &number, &err));
	desk_act_as_system(d, person.tenant_id);
	assert_ok(mail_sender_set(d, &sender, &err));
	d->actor = person;
	assert_ok(ticket_reply_route(d, id, &route, &err));
	assert_int_equal(route.way, REPLY_BY_MAIL);
	clock_fake_wall(clock_wall_us() - US_PER_MINUTE);
	assert_ok(ticket_comment(d, id, COMMENT_REPLY, "Sí", &comment, &err));
	clock_fake_wall(0);
	desk_act_as_system(d, person.tenant_id);
	assert_ok(ticket_sweep(d, &sweep, &err));
	assert_true(sweep.replied > 0);
	assert_ok(ticket__comment_files(d, comment, &files, &n, &err));
	free(files);
	d->actor = person;
	in.conversation_id = conversation_id;
	assert_ok(ticket_new(d, &in, &id, &number, &err));
	assert_ok(ticket_reply_route(d, id, &route, &err));
	chat.id = comment;
	assert_ok(ticket__reply_chats(d, id, &chat, 1, &err));
}
