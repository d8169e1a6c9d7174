/* fill - see fill.h. */
#include "tui/cli/fill.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/engine/keeper.h"
#include "db/records/conversations.h"
#include "db/records/messages.h"
#include "db/records/people.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 5000
#define TOLD_EVERY 20
#define YEAR_US (365 * US_PER_DAY)
#define PER_CONVERSATION 8

static const char *const things[] = {"la impresora", "el router", "la VPN",
    "el correo", "la factura", "el teléfono", "la pantalla", "la licencia",
    "the printer", "the router", "the invoice", "la centralita", "el wifi",
    "la cuenta", "el portátil", "the account", "la carpeta compartida"};
static const char *const troubles[] = {"no responde", "va muy lento",
    "se corta a ratos", "da un error", "does not work", "no llega",
    "keeps failing", "pide contraseña", "está bloqueado", "no imprime",
    "se apaga", "hace ruido", "is slow", "no conecta desde casa"};
static const char *const places[] = {"en recepción", "en el almacén",
    "desde ayer", "since Monday", "en la sala 2", "en la tienda", "en casa",
    "desde la actualización", "upstairs", "en contabilidad"};
static const char *const names[] = {"Lucía", "Marcos", "Elena", "Iván",
    "Nora", "Bruno", "Olga", "Hugo", "Sara", "Leo", "Grace", "Henry", "Inés",
    "Raúl", "Paula", "Amir", "Wei", "Jana"};
static const char *const surnames[] = {"Robles", "Ferrer", "Cano", "Vega",
    "Soler", "Ibarra", "Lozano", "Stone", "Brooks", "Paredes", "Quiroga",
    "Mena", "Novak", "Duarte"};

struct filler {
	struct desk *desk;
	const struct fill_options *o;
	struct actor operator; /* who asked */
	uint64_t random;
	int64_t now_us, done;
	int64_t *operators;
	size_t operator_count;
	struct keeper *keeper; /* NULL: the daemon keeps the file */
};

/* A small generator with a seed, so that the desk can be made again. */
static uint32_t
pick(struct filler *f, uint32_t below)
{
	f->random = f->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((f->random >> 33) % below);
}

#define PICK(f, list) list[pick(f, sizeof(list) / sizeof(list[0]))]

static void
sentence(struct filler *f, char *out, size_t size)
{
	str_format(out, size, "%s %s %s", PICK(f, things), PICK(f, troubles),
	    PICK(f, places));
}

/* In the midst of a batch only now and then. */
static void
tell(struct filler *f, bool in_batch)
{
	if (f->o->progress != NULL && !(in_batch && f->done % TOLD_EVERY != 0))
		f->o->progress(f->done, f->o->tickets + f->o->messages,
		    f->o->data);
}

static int
list_operators(struct filler *f, struct err *err)
{
	struct operator *rows = NULL;
	size_t count = 0;
	int rc = operator_list(f->desk, &rows, &count, err);

	f->operators = xcalloc(count + 1, sizeof(*f->operators));
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].enabled && rows[i].role != ROLE_BOT)
			f->operators[f->operator_count++] = rows[i].id;
	free(rows);
	return rc;
}

static int
one_ticket(struct filler *f, int64_t i, struct err *err)
{
	static const enum ticket_source sources[] = {SOURCE_WHATSAPP,
	    SOURCE_MAIL, SOURCE_CALL, SOURCE_WEB, SOURCE_DESK};
	char subject[160], description[480];
	struct ticket_new in = {.subject = subject,
	    .description = description,
	    .urgency = 1 + (int)pick(f, 5),
	    .impact = 1 + (int)pick(f, 5),
	    .source = PICK(f, sources)};
	int64_t id, number;
	int rc;

	sentence(f, subject, sizeof(subject));
	sentence(f, description, sizeof(description));
	if (f->operator_count > 0 && pick(f, 4) != 0)
		in.operator_id =
		    f->operators[pick(f, (uint32_t)f->operator_count)];
	clock_fake_wall(
	    f->now_us - YEAR_US + YEAR_US / f->o->tickets * i + i);
	if ((rc = ticket_new(f->desk, &in, &id, &number, err)) != 0)
		return rc;
	if (i * 100 / f->o->tickets < 88)
		return ticket_set_state(f->desk, id, 0,
		    pick(f, 2) != 0 ? TICKET_SOLVED : TICKET_CLOSED, NULL, 0,
		    err);
	return pick(f, 2) != 0
	    ? ticket_set_state(f->desk, id, 0, TICKET_OPEN, NULL, 0, err)
	    : 0;
}

static int
one_message(struct filler *f, int64_t i, struct err *err)
{
	char text[160], name[64], number[32], id[48];
	int64_t person = i / PER_CONVERSATION;
	struct inbound_message in = {.channel = "fill",
	    .channel_kind = CHANNEL_WHATSAPP,
	    .provider_id = id,
	    .number = number,
	    .user_id = "",
	    .parent_user_id = "",
	    .username = "",
	    .name = name,
	    .kind = MESSAGE_TEXT,
	    .kind_name = "text",
	    .body = text,
	    .detail = "",
	    .reply_to = ""};
	struct inbound_result result;

	sentence(f, text, sizeof(text));
	str_format(name, sizeof(name), "%s %s",
	    names[(size_t)person % (sizeof(names) / sizeof(names[0]))],
	    surnames[(size_t)(person / 7) %
		(sizeof(surnames) / sizeof(surnames[0]))]);
	str_format(number, sizeof(number), "3469%08" PRId64, person);
	str_format(id, sizeof(id), "wamid.fill-%" PRId64 "-%" PRId64,
	    f->o->seed, i);
	clock_fake_wall(
	    f->now_us - YEAR_US + YEAR_US / f->o->messages * i + i);
	return message_receive(f->desk, &in, &result, err);
}

static int
fill_batches(struct filler *f, int64_t count,
    int (*one)(struct filler *f, int64_t i, struct err *err), struct err *err)
{
	int rc = 0;

	for (int64_t i = 0; rc == 0 && i < count;) {
		if ((rc = db_batch_begin(f->desk, err)) != 0)
			break;
		for (int k = 0; rc == 0 && k < BATCH && i < count; k++, i++) {
			tell(f, true);
			rc = one(f, i, err);
			f->done++;
		}
		if (rc == 0)
			rc = db_batch_end(f->desk, err);
		else
			db_batch_cancel(f->desk);
		if (rc == 0 && f->keeper != NULL)
			rc = keeper_tend(f->keeper, false, err);
		tell(f, false);
	}
	return rc;
}

int
fill_desk(struct desk *d, const struct fill_options *o, struct err *err)
{
	struct filler f = {.desk = d, .o = o, .operator = d->actor,
	    .random = (uint64_t)o->seed, .now_us = clock_wall_us()};
	int rc;

	if ((rc = list_operators(&f, err)) != 0)
		goto out;
	desk_act_as_system(d, f.operator.tenant_id);
	(void)keeper_become(db_uri(d->db), &f.keeper, NULL);
	rc = fill_batches(&f, o->tickets, one_ticket, err);
	if (rc == 0)
		rc = fill_batches(&f, o->messages, one_message, err);
	if (rc == 0 && f.keeper != NULL)
		rc = keeper_tend(f.keeper, true, err);
out:
	keeper_free(&f.keeper);
	clock_fake_wall(0);
	d->actor = f.operator;
	free(f.operators);
	return rc;
}
