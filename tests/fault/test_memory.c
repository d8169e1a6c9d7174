/*
 * Memory runs out at every place where what comes from outside is read:
 * configuration, JSON, files, archives, providers' posts, passwords.  Each
 * time it is refused with a sentence, or the program ends with one.
 *
 * Turned red by: realloc's result not looked at in json.c's add_node (a
 * crash), the document's text not freed when its nodes do not fit (a leak),
 * password_verify saying that a password is wrong when it could not look, a
 * request without a time-out of ours.
 *
 * SQLite only: no desk is opened.
 */
#include "common/archive.h"
#include "common/conf.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/http_client.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/password.h"
#include "common/seal.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/channels/whatsapp_parse.h"
#include "tests/lib/memory.h"
#include "tests/lib/tmp.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct tmp tmp;

static int
setup(void **state)
{
	(void)state;
	tmp_make(&tmp);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_remove(&tmp);
	return 0;
}

static void
put_file(const char *name, const char *text)
{
	struct err err = ERR_INIT;

	if (fs_write_atomic(
		tmp_path(&tmp, name), text, strlen(text), 0600, &err) != 0)
		fail_msg("%s", err.text);
}

/* ---- JSON ---- */

static int
json_run(void *context, struct err *err)
{
	struct str text = STR_INIT, again = STR_INIT;
	struct json_out out;
	struct json *doc = NULL;
	int rc;

	(void)context;
	json_out_init(&out, &text);
	json_out_object(&out, NULL);
	json_out_array(&out, "list");
	for (int i = 0; i < 200; i++)
		json_out_string(&out, NULL, "línea \"uno\"\n");
	json_out_end(&out, ']');
	json_out_array(&out, "dense"); /* more values than its length lets on */
	for (int i = 0; i < 3000; i++)
		json_out_int(&out, NULL, 0);
	json_out_end(&out, ']');
	json_out_object(&out, "wide");
	for (int i = 0; i < 60; i++) {
		char name[16];

		str_format(name, sizeof(name), "n%d", i);
		json_out_int(&out, name, i);
	}
	json_out_end(&out, '}');
	json_out_end(&out, '}');
	rc = json_parse(text.s, text.len, &json_limits_api, &doc, err);
	if (rc == 0 && json_get(json_get(doc, "wide"), "n59") == NULL)
		rc = err_set(err, OD_EDATA, "something is missing");
	json_free(&doc);
	str_free(&text);
	str_free(&again);
	return rc;
}

/* ---- configuration ---- */

static const char conf_text[] =
    "[desk]\ndatabase = /tmp/x.db\ntenant = demo\n"
    "[daemon]\ntrusted_proxies = 127.0.0.1, 10.0.0.1\n"
    "[channel soporte]\nkind = whatsapp\nphone_number_id = 1\n"
    "verify_token = t\napp_secret_file = secret\naccess_token = a\n"
    "[llm]\nkind = none\n";

static void *
conf_begin(const void *data)
{
	(void)data;
	put_file("opdesk.conf", conf_text);
	put_file("secret", "uno\ndos\n");
	return NULL;
}

static int
conf_run(void *context, struct err *err)
{
	struct str shown = STR_INIT;
	struct conf *conf = NULL;
	int rc;

	(void)context;
	rc = conf_load(tmp_path(&tmp, "opdesk.conf"), &conf, err);
	if (rc == 0) {
		const struct conf_section *s =
		    conf_named(conf, CONF_CHANNEL, "soporte");

		if (conf_secret_count(s, "app_secret") != 2)
			rc = err_set(err, OD_EDATA, "a secret is missing");
		conf_print_values(conf, &shown);
	}
	str_free(&shown);
	conf_free(&conf);
	return rc;
}

/* ---- files and archives ---- */

#define BODY ((size_t)200 * 1024)

static void *
file_begin(const void *data)
{
	char *text = xmalloc(BODY + 1);

	(void)data;
	memset(text, 'x', BODY);
	text[BODY] = '\0';
	put_file("body", text);
	free(text);
	return NULL;
}

static int
file_run(void *context, struct err *err)
{
	struct str text = STR_INIT;
	int rc = fs_read(tmp_path(&tmp, "body"), BODY, &text, err);

	(void)context;
	if (rc == 0 && text.len != BODY)
		rc = err_set(err, OD_EDATA, "%zu bytes", text.len);
	if (rc == 0)
		rc = fs_write_atomic(
		    tmp_path(&tmp, "copy"), text.s, text.len, 0600, err);
	str_free(&text);
	return rc;
}

static int
archive_run(void *context, struct err *err)
{
	struct archive_secret secret = {0};
	struct archive_head head = {.schema = 3, .created_us = 1};
	struct archive_writer *w = NULL;
	struct archive_reader *r = NULL;
	char got[8] = "";
	int fd, rc;

	(void)context;
	fd = open(tmp_path(&tmp, "archive"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	memset(head.desk_id, 'a', ARCHIVE_ID);
	if ((rc = archive_secret_read(
		 NULL, tmp_path(&tmp, "key"), &secret, err)) == 0 &&
	    (rc = archive_begin(fd, &head, &secret, &w, err)) == 0 &&
	    (rc = archive_write(w, "escrito", 8, err)) == 0 &&
	    (rc = archive_end(w, err)) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
	    (rc = archive_open(fd, &secret, &head, &r, err)) == 0 &&
	    (rc = archive_read(r, got, 8, err)) == 0)
		rc = archive_finish(r, err);
	if (rc == 0 && strcmp(got, "escrito") != 0)
		rc = err_set(err, OD_EDATA, "not what was written");
	archive_writer_free(&w);
	archive_reader_free(&r);
	archive_secret_wipe(&secret);
	close(fd);
	return rc;
}

/*
 * libcrypto's own start has no answer to a want of memory; what comes after it
 * has.
 */
static void *
digests_begin(const void *data)
{
	uint8_t sum[SHA256_SIZE];

	hmac_sha256("", 0, "", 0, sum);
	return (void *)(uintptr_t)data;
}

static void *
archive_begin_round(const void *data)
{
	digests_begin(data);
	put_file("key", "000102030405060708090a0b0c0d0e0f"
			"101112131415161718191a1b1c1d1e1f\n");
	return NULL;
}

/* ---- passwords, seals, digests, zones, the text gate ---- */

static int
password_run(void *context, struct err *err)
{
	const char *password = "cuatro palabras al azar";
	char hash[PASSWORD_HASH_SIZE];
	bool matches = false;
	int rc;

	(void)context;
	if ((rc = password_check(password, "ana", err)) == 0 &&
	    (rc = password_hash(password, hash, err)) == 0 &&
	    (rc = password_verify(hash, password, &matches, err)) == 0 &&
	    !matches)
		rc = err_set(err, OD_EDATA, "the right one is wrong");
	return rc;
}

static int
seal_run(void *context, struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE], mac[SHA256_SIZE];
	struct str closed = STR_INIT;
	struct digest *digest;
	char open[5] = "";
	int rc;

	(void)context;
	rc = seal_key(tmp_path(&tmp, "seal.key"), true, key, err);
	if (rc == 0) {
		seal(key, "row 1", "abcd", 5, &closed);
		if (!unseal(key, "row 1", closed.s, open, 5))
			rc = err_set(err, OD_EDATA, "it does not open");
	}
	hmac_sha256(key, sizeof(key), "x", 1, mac);
	digest = digest_start();
	digest_add(digest, mac, sizeof(mac));
	digest_finish(&digest, mac);
	str_free(&closed);
	return rc;
}

static int
text_run(void *context, struct err *err)
{
	static const char outside[] = "Lu\xcc\x81"
				      "cia \x1b[31m\xff\u202e\n";
	const struct zone *zone = NULL;
	char *safe = text_safe_dup(outside, TEXT_BLOCK);

	(void)context;
	free(safe);
	return zone_get("Europe/Madrid", &zone, err);
}

/* ---- what a provider posts ---- */

static void *
post_begin(const void *data)
{
	struct str *body = xcalloc(1, sizeof(*body));
	struct str path = STR_INIT;
	struct err err = ERR_INIT;

	str_init(body);
	str_addf(
	    &path, "tests/fuzz/corpus/whatsapp/%s.json", (const char *)data);
	if (fs_read(path.s, 1 << 20, body, &err) != 0)
		fail_msg("%s", err.text);
	str_free(&path);
	return body;
}

static int
post_run(void *context, struct err *err)
{
	const struct str *body = context;
	struct wa_post post;
	int rc = wa_parse(body->s, body->len, &post, err);

	if (rc == 0)
		wa_post_clear(&post);
	return rc;
}

static void
post_after(void *context, int rc)
{
	(void)rc;
	str_free(context);
	free(context);
}

/* ---- a request to nobody ---- */

static bool is_answered;
static uv_loop_t loop;

static void
on_done(const struct http_response *r, void *data)
{
	(void)data;
	is_answered = r->outcome != HTTP_ANSWERED && r->error[0] != '\0';
}

static void *
request_begin(const void *data)
{
	struct err err = ERR_INIT;

	if (http_client_global_init(&err) != 0)
		fail_msg("%s", err.text);
	loop_global_init();
	if (uv_loop_init(&loop) != 0)
		fail_msg("no loop");
	return (void *)(uintptr_t)data;
}

/* Port 1 of this machine, where nobody listens. */
static int
request_run(void *context, struct err *err)
{
	struct http_request r = {.method = "POST",
	    .url = "http://127.0.0.1:1/x",
	    .body = "{}",
	    .body_len = 2,
	    .bearer = "secret",
	    .loopback_only = true,
	    .connect_ms = 50,
	    .first_byte_ms = 50,
	    .done = on_done};
	struct http_client *client = NULL;
	int rc;

	(void)context;
	is_answered = false;
	if ((rc = http_client_new(&loop, &client, err)) == 0 &&
	    (rc = http_client_send(client, &r, NULL, err)) == 0)
		while (!is_answered && uv_run(&loop, UV_RUN_ONCE) != 0)
			;
	if (rc == 0 && !is_answered)
		rc = err_set(err, OD_EDATA, "it was never answered");
	http_client_free(&client);
	uv_run(&loop, UV_RUN_DEFAULT);
	return rc;
}

static void
request_after(void *context, int rc)
{
	(void)context;
	(void)rc;
	assert_int_equal(uv_loop_close(&loop), 0);
}

/* ---- */

static void
outside__no_memory__is_refused_or_ends(void **state)
{
	const struct memory_case cases[] = {
	    {.name = "json", .run = json_run},
	    {.name = "conf", .begin = conf_begin, .run = conf_run},
	    {.name = "file", .begin = file_begin, .run = file_run},
	    {.name = "archive",
		.begin = archive_begin_round,
		.run = archive_run},
	    {.name = "password", .run = password_run},
	    {.name = "seal", .begin = digests_begin, .run = seal_run},
	    {.name = "text", .run = text_run},
	    {.name = "request",
		.begin = request_begin,
		.run = request_run,
		.after = request_after},
	};

	(void)state;
	memory_rounds(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
post__no_memory__is_refused_or_ends(void **state)
{
	static const char *const posts[] = {
	    "text", "many", "button_reply", "status_failed"};
	struct memory_case cases[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		cases[i] = (struct memory_case){.name = posts[i],
		    .begin = post_begin,
		    .run = post_run,
		    .after = post_after,
		    .data = posts[i]};
	memory_rounds(cases, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		outside__no_memory__is_refused_or_ends, setup, teardown),
	    cmocka_unit_test(post__no_memory__is_refused_or_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
