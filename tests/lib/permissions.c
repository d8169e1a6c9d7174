/* permissions - see permissions.h. */
#include "tests/lib/permissions.h"
#include "common/digest.h"
#include "db/records/people.h"
#include "db/records/macros.h"
#include "db/records/replies.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "db/records/tokens.h"
#include "db/records/views.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

#define TABLE "tests/data/permissions.txt"

const char *const whose_names[] = {"own", "a mate's", "nobody's",
    "another team's", "another queue's", "foreign"};

static struct permission rows[OP_COUNT];

/* "o+" */
static bool
read_cell(const char *word, struct permission_cell *cell)
{
	cell->letter = word[0];
	cell->unowned = word[1] == '+';
	return strchr("-ota", word[0]) != NULL && word[0] != '\0' &&
	       word[1 + cell->unowned] == '\0' &&
	       (!cell->unowned || strchr("ot", word[0]) != NULL);
}

static void
read_row(char *line, int number)
{
	char *save = NULL, *word = strtok_r(line, " \t\n", &save);
	enum op_id id;
	struct permission *p;

	if (word == NULL || word[0] == '#')
		return;
	if ((id = op_by_name(word)) == OP_COUNT)
		fail_msg(TABLE ":%d: no such operation: %s", number, word);
	p = &rows[id];
	if (p->is_there)
		fail_msg(TABLE ":%d: twice: %s", number, word);
	p->is_there = true;
	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		if ((word = strtok_r(NULL, " \t\n", &save)) == NULL ||
		    !read_cell(word, &p->role[r]))
			fail_msg(TABLE ":%d: column %d", number, r + 2);
	if ((word = strtok_r(NULL, " \t\n", &save)) == NULL ||
	    (strcmp(word, "s") != 0 && strcmp(word, "-") != 0))
		fail_msg(TABLE ":%d: token", number);
	p->token = word[0] == 's';
	if ((word = strtok_r(NULL, " \t\n", &save)) == NULL)
		return;
	p->second = strcmp(word, "second") == 0;
	p->step = p->second || strcmp(word, "step") == 0;
	p->host = strcmp(word, "host") == 0;
	p->fact = strcmp(word, "fact") == 0;
	p->read = strcmp(word, "read") == 0;
	if (!p->step && !p->host && !p->fact && !p->read)
		fail_msg(TABLE ":%d: %s", number, word);
}

const struct permission *
permission(enum op_id id)
{
	static bool done;
	char line[512];
	FILE *f;

	if (!done) {
		done = true;
		if ((f = fopen(TABLE, "r")) == NULL)
			fail_msg("cannot read " TABLE);
		for (int n = 1; fgets(line, sizeof(line), f) != NULL; n++)
			read_row(line, n);
		fclose(f);
	}
	if (!rows[id].is_there)
		fail_msg(TABLE ": add a row for %s", op_def(id)->name);
	return &rows[id];
}

bool
permission_has_owner(enum record_kind kind)
{
	return kind == RECORD_TICKET || kind == RECORD_CONVERSATION ||
	       kind == RECORD_OPERATOR || kind == RECORD_CONTACT ||
	       kind == RECORD_CANNED_REPLY || kind == RECORD_VIEW ||
	       kind == RECORD_MACRO || kind == RECORD_TIME ||
	       kind == RECORD_GUIDE_SESSION || kind == RECORD_CALL ||
	       kind == RECORD_CALLBACK || kind == RECORD_LEAD ||
	       kind == RECORD_RECORDING;
}

int
permission_expected(
    enum op_id id, const struct permission_cell *cell, enum whose whose)
{
	enum record_kind kind = op_def(id)->kind;

	if (cell->letter == '-')
		return OD_EDENIED;
	if (kind == RECORD_NONE || kind == RECORD_SETTING ||
	    kind == RECORD_DRAFT)
		return 0;
	if (whose == FOREIGN)
		return OD_ENOTFOUND;
	if (!permission_has_owner(kind) || cell->letter == 'a' ||
	    whose == OWN_ONE)
		return 0;
	if (whose == OF_NOBODY && cell->unowned)
		return 0;
	return whose == OF_A_MATE && cell->letter == 't' ? 0 : OD_EDENIED;
}

static int64_t
insert(
    struct desk_fixture *f, const char *sql, const struct bind *binds, size_t n)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id, sql, binds, n, &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static void
owner_of(const struct fixture_tenant *t, enum staff_role role, enum whose whose,
    int64_t *operator_id, int64_t *team_id)
{
	*operator_id = *team_id = 0;
	switch (whose) {
	case OWN_ONE:
	case FOREIGN:
		*operator_id = t->operators[role];
		break;
	case OF_A_MATE:
		*operator_id = t->mate;
		break;
	case OF_OTHER_TEAM:
		*operator_id = t->stranger;
		break;
	case OF_OTHER_QUEUE:
		*team_id = t->sales;
		break;
	case OF_NOBODY:
	case WHOSE_COUNT:
		break;
	}
}

static int64_t
make_ticket(struct desk_fixture *f, int64_t operator_id, int64_t team_id,
    int64_t contact_id)
{
	struct ticket_new in = {.subject = "x",
	    .operator_id = operator_id,
	    .team_id = team_id,
	    .contact_id = contact_id};
	struct err err = ERR_INIT;
	int64_t id, number;

	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static int64_t
make_reply(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	struct reply_new in = {.title = "x",
	    .body = "y",
	    .operator_id = operator_id,
	    .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(reply_new(f->d, &in, &id, &err));
	return id;
}

static int64_t
make_view(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	static int made;
	char name[32];
	struct view_new in = {
	    .name = name, .operator_id = operator_id, .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id;

	str_format(name, sizeof(name), "view %d", ++made);
	assert_ok(view_new(f->d, &in, &id, &err));
	return id;
}

/* What nobody worked is not there: somebody else did. */
static int64_t
make_time(struct desk_fixture *f, int64_t operator_id, int64_t stranger)
{
	int64_t ticket = make_ticket(f, 0, 0, 0);

	return insert(f,
	    "INSERT INTO ticket_times(tenant_id, ticket_id, operator_id,"
	    " from_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(ticket),
		b_int(operator_id != 0 ? operator_id : stranger)));
}

static int64_t
make_macro(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	struct macro_new in = {.name = "x",
	    .actions = "[{\"do\":\"take\"}]",
	    .operator_id = operator_id,
	    .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(macro_new(f->d, &in, &id, &err));
	return id;
}

static int64_t
make_conversation(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	static int peers;
	char peer[32];
	int64_t contact = desk_fixture_contact(f, "Ana", "");

	str_format(peer, sizeof(peer), "34600%06d", ++peers);
	return insert(f,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, operator_id, team_id,"
	    " last_message_us, created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,$3,0,$4,$5,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact), b_text(peer),
		b_ref(operator_id), b_ref(team_id)));
}

static int64_t
make_guide(struct desk_fixture *f)
{
	char topic[33];

	random_hex(topic, 32);
	topic[0] = 'g';
	return insert(f,
	    "INSERT INTO knowledge(tenant_id, kind, topic, draft, created_at,"
	    " updated_at) VALUES($1,1,$2,'{}',1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_text(topic)));
}

static int64_t
make_session(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	struct bind tenant = b_int(f->d->actor.tenant_id);
	char name[33];
	int64_t guide, version;

	random_hex(name, 32);
	guide = insert(f,
	    "INSERT INTO knowledge(tenant_id, kind, topic, published,"
	    " created_at, updated_at) VALUES($1,1,$2,1,1,1) RETURNING id",
	    BINDS(tenant, b_text(name)));
	version = insert(f,
	    "INSERT INTO knowledge_versions(tenant_id, knowledge_id, number,"
	    " body, digest, created_at) VALUES($1,$2,1,'{}','',1)"
	    " RETURNING id",
	    BINDS(tenant, b_int(guide)));
	return insert(f,
	    "INSERT INTO guide_sessions(tenant_id, name, knowledge_id,"
	    " version_id, lang, step, step_since_us, operator_id, team_id,"
	    " created_at, updated_at) VALUES($1,$2,$3,$4,'es',1,1,$5,$6,1,1)"
	    " RETURNING id",
	    BINDS(tenant, b_text(name), b_int(guide), b_int(version),
		b_ref(operator_id), b_ref(team_id)));
}

static int64_t
make_call(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	char name[33];

	random_hex(name, 32);
	return insert(f,
	    "INSERT INTO calls(tenant_id, name, direction, state, started_us,"
	    " operator_id, team_id, created_at, updated_at)"
	    " VALUES($1,$2,0,4,1,$3,$4,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_text(name),
		b_ref(operator_id), b_ref(team_id)));
}

/* What has no owner. */
static int64_t
make_of_calls(struct desk_fixture *f, enum record_kind kind)
{
	struct bind tenant = b_int(f->d->actor.tenant_id);
	char key[9];

	random_hex(key, 8);
	if (kind == RECORD_DISPOSITION)
		return insert(f,
		    "INSERT INTO dispositions(tenant_id, key, label_es,"
		    " label_en, created_at, updated_at)"
		    " VALUES($1,$2,'x','x',1,1) RETURNING id",
		    BINDS(tenant, b_text(key)));
	if (kind == RECORD_PAUSE_REASON)
		return insert(f,
		    "INSERT INTO pause_reasons(tenant_id, key, label_es,"
		    " label_en, created_at, updated_at)"
		    " VALUES($1,$2,'x','x',1,1) RETURNING id",
		    BINDS(tenant, b_text(key)));
	return insert(f,
	    "INSERT INTO do_not_call(tenant_id, number, number_folded,"
	    " created_at, updated_at) VALUES($1,$2,$2,1,1) RETURNING id",
	    BINDS(tenant, b_text(key)));
}

static int64_t
make_callback(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	return insert(f,
	    "INSERT INTO callbacks(tenant_id, number, number_folded, due_us,"
	    " operator_id, team_id, created_at, updated_at)"
	    " VALUES($1,'1','1',1,$2,$3,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_ref(operator_id),
		b_ref(team_id)));
}

static int64_t
make_lead(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	return insert(f,
	    "INSERT INTO leads(tenant_id, problem_statement, operator_id,"
	    " team_id, created_at, updated_at)"
	    " VALUES($1,'x',$2,$3,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_ref(operator_id),
		b_ref(team_id)));
}

static int64_t
make_agent(struct desk_fixture *f)
{
	char key[17];

	random_hex(key, 16);
	return insert(f,
	    "INSERT INTO agents(tenant_id, agent_key, device_id, contact_us,"
	    " created_at, updated_at) VALUES($1,$2,$2,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_text(key)));
}

static int64_t
make_recording(struct desk_fixture *f, int64_t operator_id, int64_t team_id)
{
	char name[33];

	random_hex(name, 32);
	return insert(f,
	    "INSERT INTO recordings(tenant_id, name, operator_id, team_id,"
	    " started_us, state, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,1,2,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_text(name),
		b_ref(operator_id), b_ref(team_id)));
}

static int64_t
make_people(struct desk_fixture *f, enum record_kind kind)
{
	struct company_new in = {.name = "Sol"};
	struct err err = ERR_INIT;
	int64_t id, division;

	assert_ok(company_new(f->d, &in, &id, &err));
	if (kind == RECORD_COMPANY)
		return id;
	assert_ok(division_new(f->d, id, "Office", NULL, &division, &err));
	return division;
}

/* A record of its tenant, made by the account that owns the desk. */
int64_t
permission_record(struct desk_fixture *f, enum record_kind kind,
    enum staff_role role, enum whose whose)
{
	const struct fixture_tenant *t =
	    whose == FOREIGN ? &f->other : &f->demo;
	struct operator_new op = {.login = "temp", .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t operator_id, team_id, id = 0;
	char token[TOKEN_SIZE];

	desk_fixture_act(
	    f, whose == FOREIGN ? FIXTURE_OTHER : FIXTURE_TENANT, NULL);
	owner_of(t, role, whose, &operator_id, &team_id);
	if (kind == RECORD_TENANT)
		return t->id;
	if (kind == RECORD_TICKET)
		return make_ticket(f, operator_id, team_id, 0);
	if (kind == RECORD_CONTACT) { /* whose its ticket is */
		id = desk_fixture_contact(f, "Ana", "");
		(void)make_ticket(f, operator_id, team_id, id);
		return id;
	}
	if (kind == RECORD_CONVERSATION)
		return make_conversation(f, operator_id, team_id);
	if (kind == RECORD_CANNED_REPLY)
		return make_reply(f, operator_id, team_id);
	if (kind == RECORD_VIEW)
		return make_view(f, operator_id, team_id);
	if (kind == RECORD_MACRO)
		return make_macro(f, operator_id, team_id);
	if (kind == RECORD_GUIDE_SESSION)
		return make_session(f, operator_id, team_id);
	if (kind == RECORD_CALL)
		return make_call(f, operator_id, team_id);
	if (kind == RECORD_CALLBACK)
		return make_callback(f, operator_id, team_id);
	if (kind == RECORD_LEAD)
		return make_lead(f, operator_id, team_id);
	if (kind == RECORD_AGENT)
		return make_agent(f);
	if (kind == RECORD_DISPOSITION || kind == RECORD_PAUSE_REASON ||
	    kind == RECORD_DO_NOT_CALL)
		return make_of_calls(f, kind);
	if (kind == RECORD_RECORDING)
		return make_recording(f, operator_id, team_id);
	if (kind == RECORD_KNOWLEDGE)
		return make_guide(f);
	if (kind == RECORD_TIME)
		return make_time(f, operator_id, t->stranger);
	if (kind == RECORD_TEAM) {
		random_hex(token, 16);
		assert_ok(team_new(f->d, token, &id, &err));
	} else if (kind == RECORD_OPERATOR) {
		random_hex(token, 16);
		op.login = token;
		assert_ok(operator_new(f->d, &op, &id, &err));
	} else if (kind == RECORD_TOKEN) {
		assert_ok(token_new(f->d, "t", "*", 0, token, &id, &err));
	} else if (kind == RECORD_COMPANY || kind == RECORD_DIVISION) {
		id = make_people(f, kind);
	}
	return id;
}
