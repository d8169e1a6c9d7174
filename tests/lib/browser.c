/* browser - see browser.h; the protocol's messages end with a zero byte. */
#include "tests/lib/browser.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/xalloc.h"
#include "tests/lib/tmp.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define PROGRAM "/usr/bin/chromium"
#define WAIT_US (60 * US_PER_SECOND)

static const struct json_limits limits = {.max_bytes = 64 << 20,
    .max_depth = 32,
    .max_nodes = 1000000,
    .max_string = 48 << 20};

bool
browser_is_there(void)
{
	return access(PROGRAM, X_OK) == 0;
}

/* 3 is what it reads, 4 what it writes. */
static void
become_browser(const char *dir, int in, int out)
{
	char profile[160];
	int a = fcntl(in, F_DUPFD, 10), b = fcntl(out, F_DUPFD, 10);
	int null = open("/dev/null", O_RDWR);

	dup2(a, 3);
	dup2(b, 4);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	setpgid(0, 0);
	str_format(profile, sizeof(profile), "--user-data-dir=%s", dir);
	setenv("HOME", dir, 1);
	execl(PROGRAM, PROGRAM, "--headless=new", "--no-sandbox",
	    "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
	    "--disable-background-networking", "--disable-extensions",
	    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
	    "--accept-lang=es-ES", "--remote-debugging-pipe", profile,
	    "about:blank", (char *)NULL);
	_exit(127);
}

static void
put(struct browser *b, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(b->to, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			fail_msg("the browser is gone: %s", strerror(errno));
		p += w;
		n -= (size_t)w;
	}
}

/* The next message, parsed; the caller frees. */
static struct json *
next_message(struct browser *b, int64_t until_us)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;
	size_t n;

	while ((n = strnlen(b->in.s, b->in.len)) == b->in.len) {
		struct pollfd p = {.fd = b->from, .events = POLLIN};
		int64_t left = until_us - clock_mono_us();
		char part[65536];
		ssize_t r;

		if (left <= 0 || poll(&p, 1, (int)(left / 1000 + 1)) == 0)
			fail_msg("the browser does not answer");
		if ((r = read(b->from, part, sizeof(part))) <= 0)
			fail_msg("the browser is gone");
		str_addn(&b->in, part, (size_t)r);
	}
	if (json_parse(b->in.s, n, &limits, &doc, &err) != 0)
		fail_msg("the browser: %s", err.text);
	str_remove(&b->in, 0, n + 1);
	return doc;
}

/* params is JSON; the answer is in *doc, which the caller frees. */
static void
ask(struct browser *b, const char *method, const char *params,
    struct json **doc)
{
	struct str out = STR_INIT;
	struct json_out w;
	int64_t id, until = clock_mono_us() + WAIT_US;

	json_out_init(&w, &out);
	json_out_object(&w, NULL);
	json_out_int(&w, "id", ++b->number);
	json_out_string(&w, "method", method);
	json_out_raw(&w, "params", params);
	if (b->session[0] != '\0')
		json_out_string(&w, "sessionId", b->session);
	json_out_end(&w, '}');
	put(b, out.s, out.len + 1);
	str_free(&out);
	for (;;) {
		*doc = next_message(b, until);
		if (json_int64(*doc, "id", &id) && id == b->number)
			break;
		json_free(doc);
	}
}

/* The same; the answer's result, where one without is a failure. */
static const struct json *
call(struct browser *b, const char *method, const char *params,
    struct json **doc)
{
	ask(b, method, params, doc);
	if (json_get(*doc, "error") != NULL)
		fail_msg("%s: %s", method,
		    json_string(json_get(*doc, "error"), "message"));
	return json_get(*doc, "result");
}

static void
do_call(struct browser *b, const char *method, const char *params)
{
	struct json *doc;

	(void)call(b, method, params, &doc);
	json_free(&doc);
}

void
browser_open(struct browser *b)
{
	struct json *doc;
	const struct json *r;
	char params[256];
	int in[2], out[2];

	memset(b, 0, sizeof(*b));
	str_init(&b->in);
	tmp_new("browser", b->dir, sizeof(b->dir));
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	signal(SIGPIPE, SIG_IGN);
	if ((b->pid = fork()) == 0)
		become_browser(b->dir, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	b->to = in[1];
	b->from = out[0];
	r = call(b, "Target.createTarget", "{\"url\":\"about:blank\"}", &doc);
	str_format(params, sizeof(params),
	    "{\"targetId\":\"%s\",\"flatten\":true}",
	    json_string(r, "targetId"));
	json_free(&doc);
	r = call(b, "Target.attachToTarget", params, &doc);
	str_copy(b->session, sizeof(b->session), json_string(r, "sessionId"));
	json_free(&doc);
	do_call(b, "Page.enable", "{}");
}

void
browser_close(struct browser *b)
{
	char command[256];

	kill(-b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	close(b->to);
	close(b->from);
	str_free(&b->in);
	str_format(command, sizeof(command), "rm -rf '%s'", b->dir);
	/* Its other processes end a moment later than it. */
	for (int i = 0; i < 100 && system(command) != 0; i++)
		continue;
}

void
browser_size(struct browser *b, int width, int height)
{
	char params[160];

	str_format(params, sizeof(params),
	    "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,"
	    "\"mobile\":%s}",
	    width, height, width < 700 ? "true" : "false");
	do_call(b, "Emulation.setDeviceMetricsOverride", params);
}

void
browser_go(struct browser *b, const char *url)
{
	char params[512];

	str_format(params, sizeof(params), "{\"url\":\"%s\"}", url);
	do_call(b, "Page.navigate", params);
}

/* What is said of a page that another was taking the place of. */
static bool
is_of_a_page_that_went(const struct json *error)
{
	static const char *const words[] = {"target navigated",
	    "default execution context", "context was destroyed"};
	const char *text = json_string(error, "message");

	for (size_t i = 0; text != NULL && i < sizeof(words) / sizeof(*words);
	     i++)
		if (strstr(text, words[i]) != NULL)
			return true;
	return false;
}

void
browser_eval(struct browser *b, const char *expression, struct str *out)
{
	struct str params = STR_INIT;
	struct json_out w;
	const struct json *r, *error;
	struct json *doc;

	json_out_init(&w, &params);
	json_out_object(&w, NULL);
	json_out_string(&w, "expression", expression);
	json_out_bool(&w, "returnByValue", true);
	json_out_end(&w, '}');
	ask(b, "Runtime.evaluate", params.s, &doc);
	r = json_get(doc, "result");
	error = json_get(doc, "error");
	if (error != NULL && !is_of_a_page_that_went(error))
		fail_msg("%s: %s", expression, json_string(error, "message"));
	if (json_get(r, "exceptionDetails") != NULL) {
		json_print(r, out);
		fail_msg("%s: %s", expression, out->s);
	}
	r = json_path(r, "result", "value", NULL);
	if (json_as_string(r) != NULL)
		str_add(out, json_as_string(r));
	else if (r != NULL)
		json_print(r, out);
	json_free(&doc);
	str_free(&params);
}

bool
browser_wait(struct browser *b, const char *expression)
{
	int64_t until = clock_mono_us() + WAIT_US;
	struct str out = STR_INIT;
	bool is = false;

	while (!is && clock_mono_us() < until) {
		struct pollfd none = {.fd = -1};

		str_clear(&out);
		browser_eval(b, expression, &out);
		if (!(is = str_equal(out.s, "true")))
			poll(&none, 1, 20);
	}
	str_free(&out);
	return is;
}

void
browser_key(struct browser *b, const char *key)
{
	static const char *const types[] = {"rawKeyDown", "keyUp"};
	char params[200];

	for (int i = 0; i < 2; i++) {
		str_format(params, sizeof(params),
		    "{\"type\":\"%s\",\"key\":\"%s\",\"code\":\"%s\","
		    "\"windowsVirtualKeyCode\":%d}",
		    types[i], key, key,
		    strcmp(key, "Tab") == 0     ? 9
		    : strcmp(key, "Enter") == 0 ? 13
						: 0);
		do_call(b, "Input.dispatchKeyEvent", params);
	}
}

void
browser_type(struct browser *b, const char *text)
{
	char params[200];

	str_format(params, sizeof(params), "{\"text\":\"%s\"}", text);
	do_call(b, "Input.insertText", params);
}

void
browser_picture(struct browser *b, const char *path)
{
	struct err err = ERR_INIT;
	const struct json *r;
	struct json *doc;
	const char *text;
	uint8_t *png;
	size_t n;

	r = call(b, "Page.captureScreenshot", "{\"format\":\"png\"}", &doc);
	text = json_string(r, "data");
	png = xmalloc(strlen(text));
	assert_true(base64_decode(png, strlen(text), &n, text));
	if (fs_write_atomic(path, png, n, 0600, &err) != 0)
		fail_msg("%s", err.text);
	free(png);
	json_free(&doc);
}
