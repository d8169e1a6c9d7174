/*
 * The page for phones in a real Chromium: signed in by a link's code at three
 * widths, nothing wider than the screen, all of it from the daemon; figures
 * that change while one looks; keys alone; what is too dark to read; signed
 * out, and ended when the operator is disabled.  MOBILE_PICTURES=DIR keeps
 * pictures.
 *
 * Turned red by: a policy without connect-src, a code that is good twice, a
 * table that is wider than its box, an event that is told once only.
 */
#include "common/clock.h"
#include "tests/lib/phone.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static struct browser browser;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	/* Those of the demo desk were long ago. */
	stage_exec(&stage, "UPDATE calls SET started_us = 1");
	stage_start_daemon(&stage);
	if (browser_is_there())
		browser_open(&browser);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (browser_is_there())
		browser_close(&browser);
	stage_close(&stage);
	return 0;
}

/* ---- what is asked ---- */

static bool
is(const char *expression)
{
	struct str out = STR_INIT;
	bool yes;

	browser_eval(&browser, expression, &out);
	yes = str_equal(out.s, "true");
	str_free(&out);
	return yes;
}

static void
not_so(const char *expression)
{
	struct str page = STR_INIT;

	browser_eval(&browser,
	    "location.href + ' ' + innerWidth + ' ' +"
	    " document.documentElement.scrollWidth + ' ' +"
	    " [...document.querySelectorAll('button')].map(b =>"
	    " b.getBoundingClientRect().height) + ' ' + "
	    "[...document.querySelectorAll('body *')]"
	    ".filter(e => e.getBoundingClientRect().right > innerWidth)"
	    ".map(e => e.outerHTML.slice(0, 80)).join(' ') +"
	    " document.documentElement.outerHTML",
	    &page);
	fail_msg("not so: %s\n%s", expression, page.s);
}

#define assert_is(expression)                                                  \
	do {                                                                   \
		if (!is(expression))                                           \
			not_so(expression);                                    \
	} while (0)
#define assert_soon(expression)                                                \
	do {                                                                   \
		if (!browser_wait(&browser, expression))                       \
			not_so(expression);                                    \
	} while (0)

static void
picture(const char *name, int width)
{
	const char *dir = getenv("MOBILE_PICTURES");
	char path[256];

	if (dir == NULL)
		return;
	str_format(path, sizeof(path), "%s/%s-%d.png", dir, name, width);
	browser_picture(&browser, path);
}

static void
sign_in(const char *login)
{
	char code[16], wanted[80];

	phone_code(&stage, login, code);
	phone_open(&stage, &browser, code);
	str_format(wanted, sizeof(wanted),
	    "document.getElementById('code')?.value === '%s'", code);
	assert_soon(wanted);
	browser_key(&browser, "Tab");
	assert_is("document.activeElement.tagName === 'BUTTON'");
	browser_eval(
	    &browser, "document.activeElement.click()", &(struct str)STR_INIT);
	assert_soon(
	    "document.body?.dataset.heard?.includes('recordings_update')"
	    " === true");
}

/*
 * Of an operator: a sale or none.  It began and ended just now, so that it is
 * one of today also soon after midnight.
 */
static void
add_call(const char *login, bool sale, int seconds)
{
	long long now = (long long)clock_wall_us();
	char sql[1024];

	str_format(sql, sizeof(sql),
	    "INSERT INTO calls(tenant_id, name, direction, provider, number,"
	    " number_folded, operator_id, state, started_us, answered_us,"
	    " ended_us, wrapped_us, talk_us, disposition_id, created_at,"
	    " updated_at) SELECT o.tenant_id, 'c%d-' || (SELECT count(*) FROM"
	    " calls), 1, 'manual', '34600111222', '34600111222', o.id, 4,"
	    " %lld, %lld, %lld, %lld, %lld, (SELECT id FROM dispositions"
	    " WHERE tenant_id = o.tenant_id AND is_sale = %d ORDER BY id"
	    " LIMIT 1), %lld, %lld FROM operators o WHERE o.login = '%s'",
	    seconds, now, now, now, now, (long long)seconds * US_PER_SECOND,
	    sale, now, now, login);
	stage_exec(&stage, sql);
}

/* Began just now. */
static void
add_recording(const char *login, const char *contact, int n)
{
	char sql[1024];
	long long now = (long long)clock_wall_us() + n;

	str_format(sql, sizeof(sql),
	    "INSERT INTO recordings(tenant_id, name, operator_id,"
	    " contact_name, state, consent, started_us, ended_us,"
	    " duration_us, rate, channels, bytes, created_at, updated_at)"
	    " SELECT o.tenant_id, 'abcdef000000000000000000000000%02d', o.id,"
	    " '%s', 2, 1, %lld, %lld, 75500000, 16000, 1, 2416044, %lld,"
	    " %lld FROM operators o WHERE o.login = '%s'",
	    n, contact, now, now, now, now, login);
	stage_exec(&stage, sql);
}

/* ---- the page ---- */

/* Nothing sticks out to the right, and what is touched is large enough. */
static const char fits[] =
    "document.documentElement.scrollWidth <= innerWidth &&"
    " [...document.querySelectorAll('button')].every(b =>"
    " b.getBoundingClientRect().height >= 40)";

/* Nor has a table to be pushed sideways to be read. */
static const char tables_fit[] =
    "[...document.querySelectorAll('.rows')].every(e =>"
    " e.scrollWidth <= e.clientWidth)";

/* Everything came, from here, and the policy had nothing to refuse. */
static const char all_ours[] =
    "performance.getEntriesByType('resource').every(r =>"
    " r.name.startsWith(location.origin) && r.responseStatus === 200) &&"
    " document.styleSheets.length === 2";

/*
 * Each text against the nearest background behind it: at least 4.5 to 1.
 */
static const char readable[] =
    "(() => { const lum = c => { const v = c.map(x => { x /= 255; return x <="
    " 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; }); return 0.2126 *"
    " v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };"
    " const cv = document.createElement('canvas').getContext('2d',"
    " {willReadFrequently: true}); const rgb = s => { cv.clearRect(0, 0, 1, 1);"
    " cv.fillStyle = s; cv.fillRect(0, 0, 1, 1); return"
    " [...cv.getImageData(0, 0, 1, 1).data]; };"
    " const bad = []; for (const e of document.querySelectorAll('body *')) {"
    " if (e.childElementCount > 0 || !e.textContent.trim() ||"
    " !e.checkVisibility()) continue; let b = e, bg; do { bg ="
    " rgb(getComputedStyle(b).backgroundColor); b = b.parentElement; } while"
    " (bg[3] === 0 && b); const x = lum(rgb(getComputedStyle(e).color)), y ="
    " lum(bg); if ((Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) < 4.5)"
    " bad.push(e.outerHTML); } return bad.join(' '); })() === ''";

static const char labelled[] =
    "[...document.querySelectorAll('button, input, canvas, table')].every(e =>"
    " e.textContent.trim() || e.getAttribute('aria-label') ||"
    " e.labels?.length) && document.documentElement.lang === 'es'";

static void
mobile__page__fits_reads_and_is_ours_at_each_width(void **state)
{
	static const int widths[] = {320, 768, 1280};

	(void)state;
	if (!browser_is_there())
		skip();
	add_call("marta", true, 130);
	add_call("marta", false, 40);
	add_call("ana", false, 300);
	add_recording("marta", "María de los Ángeles Fernández", 0);
	add_recording("marta", "Luis", 1);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		browser_size(&browser, widths[i], widths[i] < 700 ? 640 : 900);
		phone_open(&stage, &browser, "");
		assert_soon("document.getElementById('code') !== null &&"
			    " document.readyState === 'complete'");
		assert_soon(fits);
		assert_is(readable);
		assert_is(labelled);
		picture("sign-in", widths[i]);
		sign_in("irene");
		assert_soon(fits);
		assert_is(readable);
		assert_is(labelled);
		assert_is(all_ours);
		assert_is("calls.textContent === '3' && sales.textContent ==="
			  " '1' && rate.textContent.startsWith('33')");
		assert_soon("document.getElementById('state').textContent !=="
			    " ''");
		picture("dashboard", widths[i]);
		/* By keys: the next tab has the focus and is shown. */
		browser_eval(&browser,
		    "document.getElementById('tab-dashboard').focus()",
		    &(struct str)STR_INIT);
		browser_key(&browser, "ArrowRight");
		assert_is("document.activeElement.id === 'tab-team' &&"
			  " !team.hidden && dashboard.hidden");
		assert_is("document.querySelectorAll('#team-rows tr').length"
			  " >= 2");
		assert_soon(fits);
		assert_soon(tables_fit);
		assert_is(readable);
		picture("team", widths[i]);
		browser_key(&browser, "End");
		assert_is("!recordings.hidden && team.hidden");
		assert_is("document.querySelectorAll('#recordings-rows tr')"
			  ".length === 2");
		assert_soon(fits);
		assert_soon(tables_fit);
		assert_is(readable);
		picture("recordings", widths[i]);
		browser_eval(&browser,
		    "document.querySelector('header button').click()",
		    &(struct str)STR_INIT);
		assert_soon("document.getElementById('code') !== null");
	}
}

static void
mobile__figures__change_while_one_looks_and_are_ones_own(void **state)
{
	(void)state;
	if (!browser_is_there())
		skip();
	browser_size(&browser, 390, 800);
	sign_in("ana");
	assert_is("calls.textContent === '1'");
	add_call("ana", true, 60);
	assert_soon("calls.textContent === '2' && sales.textContent === '1'");
	add_call("marta", true, 60);
	add_call("ana", false, 60);
	assert_soon("calls.textContent === '3'");
	assert_is("document.querySelectorAll('#team-rows tr').length === 1");
	/* The newest ten of what was recorded, as text; none of others. */
	add_recording("marta", "Ajena", 2);
	for (int i = 11; i <= 21; i++)
		add_recording("ana", i == 21 ? "<b>Rosa</b>" : "Luis", i);
	assert_soon("document.querySelector('#recordings-rows tr')"
		    "?.textContent.startsWith('<b>Rosa</b>') === true &&"
		    " document.querySelector('#recordings-rows tr')"
		    ".textContent.includes('1:15')");
	assert_is("document.querySelectorAll('#recordings-rows tr').length"
		  " === 10");
	assert_is("!document.getElementById('recordings-rows').textContent"
		  ".includes('Ajena')");
	/* A colleague is told, and who is disabled is shown nothing more. */
	stage_exec(
	    &stage, "UPDATE operators SET enabled = 0 WHERE login = 'ana'");
	assert_soon("document.getElementById('code') !== null");
	stage_exec(
	    &stage, "UPDATE operators SET enabled = 1 WHERE login = 'ana'");
}

/* ---- who may ---- */

static int
ask(const char *method, const char *path, const char *headers, const char *body)
{
	struct str answer = STR_INIT;
	int status = wire_call(stage.daemon_port, method, path, headers, body,
	    strlen(body), &answer);

	str_free(&answer);
	return status;
}

static void
mobile__a_code__is_good_once_and_from_this_site(void **state)
{
	char code[16], body[64];

	(void)state;
	phone_code(&stage, "ana", code);
	str_format(body, sizeof(body), "code=%s", code);
	assert_int_equal(ask("POST", "/mobile/sign-in",
			     "Origin: http://evil.example\r\n", body),
	    403);
	assert_int_equal(ask("POST", "/mobile/sign-in",
			     "X-Forwarded-For: 203.0.113.9\r\n", body),
	    403);
	assert_int_equal(ask("POST", "/mobile/sign-in", "", body), 303);
	assert_int_equal(ask("POST", "/mobile/sign-in", "", body), 403);
	assert_int_equal(
	    ask("POST", "/mobile/sign-in", "", "code=AAAAA-AAAAA"), 403);
	assert_int_equal(ask("POST", "/mobile/sign-in", "", "x=%zz"), 403);
	assert_int_equal(ask("GET", "/events", "", ""), 401);
	assert_int_equal(
	    ask("GET", "/events", "Cookie: opdesk=0123\r\n", ""), 401);
	assert_int_equal(ask("POST", "/mobile/sign-out", "", ""), 303);
	/* Neither code nor session is a token of the API. */
	phone_code(&stage, "ana", code);
	str_format(body, sizeof(body), "Authorization: Bearer %s\r\n", code);
	assert_int_equal(ask("GET", "/api/tickets", body, ""), 403);
	/* A code that nobody used in time. */
	stage_exec(&stage, "UPDATE tokens SET expires_us = 1 WHERE scopes ="
			   " '-mobile-code'");
	str_format(body, sizeof(body), "code=%s", code);
	assert_int_equal(ask("POST", "/mobile/sign-in", "", body), 403);
}

/* Turned red by one count for everybody. */
static void
mobile__who_guesses__waits_alone(void **state)
{
	static const char from[] = "X-Forwarded-For: 203.0.113.%d\r\n"
				   "X-Forwarded-Proto: https\r\n";
	char headers[96];
	int status = 0;

	(void)state;
	str_format(headers, sizeof(headers), from, 9);
	/* Twice what is let through: a minute may end in between. */
	for (int i = 0; i < 24 && status != 429; i++) {
		status =
		    ask("POST", "/mobile/sign-in", headers, "code=AAAAA-AAAAA");
		assert_true(status == 403 || status == 429);
	}
	assert_int_equal(status, 429);
	str_format(headers, sizeof(headers), from, 10);
	assert_int_equal(
	    ask("POST", "/mobile/sign-in", headers, "code=AAAAA-AAAAA"), 403);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mobile__a_code__is_good_once_and_from_this_site),
	    cmocka_unit_test(mobile__who_guesses__waits_alone),
	    cmocka_unit_test(
		mobile__page__fits_reads_and_is_ours_at_each_width),
	    cmocka_unit_test(
		mobile__figures__change_while_one_looks_and_are_ones_own),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
