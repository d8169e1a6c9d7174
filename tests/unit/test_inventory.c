/*
 * Inventory intake with a stand-in of its agents: the first question in XML of
 * those that speak JSON and those that do not, contact, reports packed in each
 * way and plain, and what is wrong with a post: nothing of it is kept, and the
 * agent is told in words it reads.
 *
 * Turned red by: an answer without expiration, a report that is kept unpacked,
 * a bomb that is unpacked to its end, a document type that is read, a wrong
 * token that counts as none, a token's scope that nobody looks at, a realm
 * that agents do not find, a report that is answered before it is kept, a log
 * that repeats what was asked.
 */
#include "common/conf.h"
#include "common/digest.h"
#include "common/log.h"
#include "db/records/agents.h"
#include "db/records/tokens.h"
#include "syncd/api/inventory_read.h"
#include "tests/lib/api_fixture.h"
#include <stdlib.h>
#define ZLIB_CONST /* it does not write there */
#include <zlib.h>

#define XML    "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"
#define PROLOG XML "<REQUEST><DEVICEID>pc1-2026-01-02-03-04-05</DEVICEID>" \
		   "<QUERY>PROLOG</QUERY><TOKEN>12345678</TOKEN></REQUEST>"
#define CONTACT                                                                \
	"{\"action\":\"contact\",\"deviceid\":\"pc1-2026-01-02-03-04-05\","    \
	"\"name\":\"GLPI-Agent\",\"version\":\"1.12-dev\",\"tag\":\"site-042\"," \
	"\"installed-tasks\":[\"inventory\"],\"httpd-plugins\":{}}"
#define REPORT                                                                 \
	"{\"action\":\"inventory\",\"content\":{\"hardware\":{\"name\":\"pc1\"," \
	"\"memory\":16},\"softwares\":[{\"name\":\"a\\u00f1\\\"\\\\\"}],"      \
	"\"versionclient\":\"GLPI-Agent_v1.11\"},"                             \
	"\"deviceid\":\"pc1-2026-01-02-03-04-05\",\"itemtype\":\"Computer\"}"
#define OLD_REPORT                                                             \
	XML "<REQUEST><CONTENT><ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>"  \
	    "almacen</KEYVALUE></ACCOUNTINFO><HARDWARE><NAME>pc2</NAME>"       \
	    "</HARDWARE><SOFTWARES><NAME>Espa\xf1" "a</NAME></SOFTWARES>"      \
	    "<SOFTWARES/><VERSIONCLIENT>FusionInventory-Agent_v2.6-3"          \
	    "</VERSIONCLIENT></CONTENT><DEVICEID>pc2-2026-01-01-00-00-00"      \
	    "</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>"
#define ID      "11111111-2222-3333-4444-555555555555"
#define GLPI    "GLPI-Agent-ID: " ID
#define ZLIB    "Content-Type: application/x-compress-zlib"
#define AGENTS  "SELECT COUNT(*) FROM agents"
#define REPORTS "SELECT COUNT(*) FROM agent_reports"

static void
anonymous(struct parts *p, const char *how)
{
	char text[200];
	struct err err = ERR_INIT;

	str_format(text, sizeof(text),
	    "[desk]\ntenant = " FIXTURE_TENANT "\n[inventory]\nanonymous = %s\n",
	    how);
	conf_free(&p->d.conf);
	assert_int_equal(conf_parse(text, strlen(text), "opdesk.conf",
			     &p->d.conf, &err),
	    0);
}

static int
setup(void **state)
{
	api_setup(state);
	anonymous(*state, "accept");
	return 0;
}

static int
post_bytes(struct parts *p, const void *body, size_t n, const char *type,
    const char *header)
{
	const char *const headers[] = {
	    type != NULL ? type : "Content-Type: application/json",
	    header != NULL ? header : "Pragma: no-cache",
	    "User-Agent: GLPI-Agent_v1.10", NULL};
	struct http_request r = {
	    .method = "POST", .headers = headers, .body = body, .body_len = n};

	return api_send(p, "/inventory", &r);
}

static int
post(struct parts *p, const char *body, const char *header)
{
	return post_bytes(p, body, strlen(body), NULL, header);
}

/* bits as zlib's deflateInit2 has them. */
static size_t
pack(const char *s, size_t n, int bits, unsigned char *out, size_t size)
{
	z_stream z = {0};
	size_t len;

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.next_in = (const Bytef *)s;
	z.avail_in = (uInt)n;
	z.next_out = out;
	z.avail_out = (uInt)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	len = z.total_out;
	deflateEnd(&z);
	return len;
}

static bool
says(const char *words)
{
	return strstr(api_answer()->body.s, words) != NULL;
}

static char *
agent_text(struct parts *p, const char *sql)
{
	struct err err = ERR_INIT;
	char *text;

	assert_int_equal(db_text(p->f->d->db, &text, sql, NULL, 0, &err), 0);
	return text;
}

static void
assert_agent(struct parts *p, const char *wanted)
{
	char *text = agent_text(p,
	    "SELECT agent_key || ' ' || program || ' ' || program_version"
	    " || ' ' || tag || ' ' || CAST(reports AS TEXT) FROM agents");

	assert_string_equal(text, wanted);
	free(text);
}

static void
inventory__asked_by_prolog__says_what_the_agent_speaks(void **state)
{
	struct parts *p = *state;

	assert_int_equal(post(p, PROLOG, GLPI), 200);
	assert_string_equal(api_answer()->kind, "application/json");
	assert_string_equal(
	    api_answer()->body.s, "{\"status\":\"ok\",\"expiration\":24}");
	assert_agent(p, ID " GLPI-Agent 1.10  0");
	assert_int_equal(post(p, PROLOG, NULL), 200);
	assert_string_equal(api_answer()->kind, "application/xml");
	assert_true(says("<PROLOG_FREQ>24</PROLOG_FREQ>"
			 "<RESPONSE>SEND</RESPONSE>"));
	assert_int_equal(talk_int(p->f, AGENTS), 1);
}

static void
inventory__contact__gets_its_tasks(void **state)
{
	struct parts *p = *state;

	assert_int_equal(post(p, CONTACT, GLPI), 200);
	assert_true(says("\"status\":\"ok\",\"expiration\":24,\"tasks\":"
			 "{\"inventory\":{\"server\":\"glpi\""));
	assert_true(says("\"disabled\":[\"collect\",\"deploy\""));
	assert_agent(p, ID " GLPI-Agent 1.12-dev site-042 0");
}

static void
inventory__report_packed_in_any_way__is_kept_as_it_came(void **state)
{
	static const struct {
		int bits;
		const char *type;
	} ways[] = {
	    {MAX_WBITS, ZLIB},
	    {MAX_WBITS + 16, "Content-Type: application/x-compress-gzip"},
	    {-MAX_WBITS, "Content-Type: application/x-deflate"},
	    {MAX_WBITS, "Content-Type: text/plain"},
	};
	unsigned char packed[4096];
	struct parts *p = *state;

	for (int i = 0; i < 4; i++) {
		size_t n = pack(REPORT, strlen(REPORT), ways[i].bits, packed,
		    sizeof(packed));
		char hex[SHA256_HEX_SIZE], *kept;

		assert_int_equal(
		    post_bytes(p, packed, n, ways[i].type, GLPI), 200);
		assert_true(says("{\"status\":\"ok\",\"expiration\":24}"));
		sha256_hex(packed, n, hex);
		kept = agent_text(p, "SELECT report_digest FROM agents");
		assert_string_equal(kept, hex);
		free(kept);
		assert_int_equal(talk_int(p->f,
				     "SELECT LENGTH(body) FROM agent_reports"),
		    n);
	}
	assert_int_equal(post(p, REPORT, GLPI), 200);
	assert_int_equal(
	    post_bytes(p, "\xef\xbb\xbf " REPORT, strlen(REPORT) + 4, NULL,
		GLPI),
	    200);
	assert_agent(p, ID " GLPI-Agent 1.11  6");
}

static void
inventory__old_report__is_read_whatever_its_letters(void **state)
{
	unsigned char packed[4096];
	struct parts *p = *state;
	size_t n = pack(OLD_REPORT, strlen(OLD_REPORT), MAX_WBITS, packed,
	    sizeof(packed));

	assert_int_equal(post_bytes(p, packed, n, ZLIB, NULL), 200);
	assert_string_equal(api_answer()->kind, "application/xml");
	assert_true(says("<REPLY><RESPONSE>SEND</RESPONSE></REPLY>"));
	assert_agent(p,
	    "pc2-2026-01-01-00-00-00 FusionInventory-Agent 2.6-3 almacen 1");
}

static void
inventory__part_of_a_report__is_kept_beside_it(void **state)
{
	struct parts *p = *state;

	assert_int_equal(post(p, REPORT, GLPI), 200);
	assert_int_equal(post(p,
			     "{\"deviceid\":\"pc1-2026-01-02-03-04-05\","
			     "\"partial\":true,\"content\":{"
			     "\"versionclient\":\"GLPI-Agent_v1.11\"}}",
			     GLPI),
	    200);
	assert_int_equal(talk_int(p->f, REPORTS), 2);
	assert_int_equal(talk_int(p->f, AGENTS " WHERE report_partial = 1"), 1);
}

static void
inventory__not_what_an_agent_sends__is_refused(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *type;
	} cases[] = {
	    {"", 400, NULL},
	    {"hello", 400, NULL},
	    {"{", 400, NULL},
	    {"{\"deviceid\":\"a\"} x", 400, NULL},
	    {"{\"deviceid\":7}x", 400, NULL},
	    {"{\"action\":\"contact\"}", 400, NULL},
	    {"{\"action\":\"deploy\",\"deviceid\":\"a\"}", 501, NULL},
	    {"x\x9c" "broken", 400, NULL},
	    {"a", 415, "Content-Type: application/x-br"},
	    {"<REQUEST><DEVICEID>a</DEVICEID>", 400, NULL},
	    {"<REQUEST><QUERY>PROLOG</QUERY></REQUEST>", 400, NULL},
	    {"<REQUEST><DEVICEID>a</DEVICEID><QUERY>SNMP</QUERY></REQUEST>",
		501, NULL},
	    {"<!DOCTYPE r [<!ENTITY a \"b\">]><REQUEST><DEVICEID>&a;"
	     "</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>",
		400, NULL},
	    {"<REQUEST><DEVICEID>&a;</DEVICEID></REQUEST>", 400, NULL},
	};
	struct parts *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = post_bytes(p, cases[i].body,
		    strlen(cases[i].body), cases[i].type, GLPI);

		if (status != cases[i].status)
			fail_msg("%s: %d", cases[i].body, status);
		if (!says(cases[i].body[0] == '<' ? "<REPLY><ERROR>"
						  : "{\"status\":\"error\","
						    "\"message\":\""))
			fail_msg("%s: %s", cases[i].body, api_answer()->body.s);
	}
	assert_int_equal(talk_int(p->f, AGENTS), 0);
}

static void
keep_line(const char *line, void *data)
{
	str_addf(data, "%s\n", line);
}

/* What the log's brake holds back is said at last, too. */
static void
inventory__unknown_query__is_logged_without_its_word(void **state)
{
	struct str log = STR_INIT;
	struct parts *p = *state;

	log_tend(true);
	log_set_sink(keep_line, &log);
	assert_int_equal(
	    post(p, "{\"action\":\"outsider\",\"deviceid\":\"a\"}", GLPI), 501);
	assert_true(says("outsider"));
	assert_int_equal(
	    post(p,
		XML "<REQUEST><DEVICEID>a</DEVICEID><QUERY>outsider"
		    "</QUERY></REQUEST>",
		GLPI),
	    501);
	log_tend(true);
	log_set_sink(NULL, NULL);
	assert_true(log.len > 0);
	assert_non_null(strstr(log.s, "refused with 501"));
	assert_null(strstr(log.s, "outsider"));
	str_free(&log);
}

static void
inventory__bomb__is_given_up(void **state)
{
	size_t n = INVENTORY_INFLATED_MAX + 1, len;
	unsigned char *packed = malloc(n / 500);
	char *plain = malloc(n);
	struct parts *p = *state;

	memset(plain, ' ', n);
	plain[0] = '{';
	len = pack(plain, n, MAX_WBITS, packed, n / 500);
	assert_int_equal(post_bytes(p, packed, len, ZLIB, GLPI), 413);
	/* Not so large, but beyond what any report is packed to. */
	len = pack(plain, n / 8, MAX_WBITS, packed, n / 500);
	assert_int_equal(post_bytes(p, packed, len, ZLIB, GLPI), 413);
	len = pack(REPORT, strlen(REPORT), MAX_WBITS, packed, n / 500);
	assert_int_equal(post_bytes(p, packed, len - 3, ZLIB, GLPI), 400);
	assert_int_equal(talk_int(p->f, AGENTS), 0);
	free(plain);
	free(packed);
}

static void
basic(char out[400], const char *password)
{
	char both[200];

	str_format(both, sizeof(both), "site:%s", password);
	str_copy(out, 400, "Authorization: Basic ");
	base64_encode(out + strlen(out), both, strlen(both));
}

static void
inventory__token__is_the_password(void **state)
{
	char token[TOKEN_SIZE], narrow[TOKEN_SIZE], header[400];
	struct err err = ERR_INIT;
	struct parts *p = *state;
	int64_t id;

	assert_int_equal(token_new(p->f->d, "Site", SCOPE_INVENTORY, 0, token,
			     &id, &err),
	    0);
	assert_int_equal(token_new(p->f->d, "Other", "ticket.read", 0, narrow,
			     &id, &err),
	    0);
	anonymous(p, "off");
	assert_int_equal(post(p, REPORT, NULL), 401);
	assert_memory_equal(api_answer()->wanted, "Basic realm=\"", 13);
	assert_true(says("{\"status\":\"error\""));
	basic(header, "opd_0000");
	assert_int_equal(post(p, REPORT, header), 401);
	basic(header, narrow);
	assert_int_equal(post(p, REPORT, header), 401);
	assert_int_equal(post(p, REPORT, "Authorization: Basic ???"), 401);
	assert_int_equal(talk_int(p->f, AGENTS), 0);
	basic(header, token);
	assert_int_equal(post(p, REPORT, header), 200);
	assert_int_equal(
	    talk_int(p->f, AGENTS " WHERE by_token = 1 AND state = 1"), 1);
	/* A wrong one is none anywhere; and who showed one shows it again. */
	anonymous(p, "accept");
	basic(header, "opd_0000");
	assert_int_equal(post(p, REPORT, header), 401);
	assert_int_equal(post(p, REPORT, NULL), 401);
}

static void
inventory__nobody_knows_it__waits_to_be_accepted(void **state)
{
	struct parts *p = *state;

	anonymous(p, "review");
	assert_int_equal(post(p, REPORT, GLPI), 200);
	assert_int_equal(talk_int(p->f, AGENTS " WHERE state = 0"), 1);
	assert_int_equal(talk_int(p->f, REPORTS), 1);
}

static void
inventory__the_desk_takes_nothing__comes_back_later(void **state)
{
	struct parts *p = *state;

	parts_fail_after(p, 1);
	assert_int_equal(post(p, REPORT, GLPI), 503);
	assert_true(says("{\"status\":\"error\""));
	assert_int_equal(talk_int(p->f, AGENTS), 0);
	assert_int_equal(post(p, REPORT, GLPI), 200);
	assert_int_equal(talk_int(p->f, REPORTS), 1);
}

#define INVENTORY_TEST(t) cmocka_unit_test_setup_teardown(t, setup, api_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    INVENTORY_TEST(
		inventory__asked_by_prolog__says_what_the_agent_speaks),
	    INVENTORY_TEST(inventory__contact__gets_its_tasks),
	    INVENTORY_TEST(
		inventory__report_packed_in_any_way__is_kept_as_it_came),
	    INVENTORY_TEST(inventory__old_report__is_read_whatever_its_letters),
	    INVENTORY_TEST(inventory__part_of_a_report__is_kept_beside_it),
	    INVENTORY_TEST(inventory__not_what_an_agent_sends__is_refused),
	    INVENTORY_TEST(
		inventory__unknown_query__is_logged_without_its_word),
	    INVENTORY_TEST(inventory__bomb__is_given_up),
	    INVENTORY_TEST(inventory__token__is_the_password),
	    INVENTORY_TEST(inventory__nobody_knows_it__waits_to_be_accepted),
	    INVENTORY_TEST(inventory__the_desk_takes_nothing__comes_back_later),
	};

	http_client_global_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
