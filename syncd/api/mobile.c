/*
 * mobile - the page for phones, and the events that keep it up to date.
 *
 * It is signed in to with a code from the console, over https or on this
 * machine; the session is in a cookie that no script reads and no other site
 * makes a browser send.  Everything on the page comes from here.
 */
#include "syncd/mobile/mobile.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/mobile.h"
#include "syncd/api/page.h"
#include "syncd/daemon.h"
#include "syncd/http/form.h"
#include "syncd/work/live.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BODY_MAX     4096
#define WRONG_MAX    10  /* codes in a minute, from one address */
#define WRONG_PEERS  256 /* addresses in a minute; the others share one count */
#define COOKIE       "opdesk"
#define COOKIE_HTTPS "__Host-opdesk"
#define CHART        "/usr/share/javascript/chart.js/chart.min.js"

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'";

/* ---- the session ---- */

/* The value of our cookie; false: there is none that could be one. */
static bool
read_session(struct http_req *req, char session[MOBILE_SESSION_SIZE])
{
	const char *name = http_req_is_https(req) ? COOKIE_HTTPS : COOKIE;
	const char *at = http_req_header(req, "Cookie");
	size_t n = strlen(name);

	while (at != NULL && *at != '\0') {
		at += strspn(at, "; ");
		if (strncmp(at, name, n) == 0 && at[n] == '=') {
			size_t len = strspn(at + n + 1, "0123456789abcdef");

			if (len != MOBILE_SESSION_SIZE - 1)
				return false;
			memcpy(session, at + n + 1, len);
			session[len] = '\0';
			return true;
		}
		at += strcspn(at, ";");
	}
	return false;
}

static void
set_cookie(struct http_req *req, const char *session)
{
	bool https = http_req_is_https(req);
	char value[200];

	str_format(value, sizeof(value),
	    "%s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%d",
	    https ? COOKIE_HTTPS : COOKIE, session, https ? "; Secure" : "",
	    session[0] != '\0' ? MOBILE_SESSION_HOURS * 3600 : 0);
	http_reply_header(req, "Set-Cookie", value);
}

/* A form that another site made the browser send. */
static bool
is_from_elsewhere(struct http_req *req)
{
	const char *site = http_req_header(req, "Sec-Fetch-Site");
	const char *origin = http_req_header(req, "Origin");
	const char *host = http_req_header(req, "Host");
	const char *rest;

	if (site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return true;
	if (origin == NULL)
		return false;
	rest = strstr(origin, "://");
	return rest == NULL || host == NULL || strcasecmp(rest + 3, host) != 0;
}

/* ---- pages ---- */

static void
use_language(struct http_req *req)
{
	const char *wants = http_req_header(req, "Accept-Language");

	i18n_set_thread(wants != NULL && strncasecmp(wants, "en", 2) == 0
			    ? LANG_EN
			    : LANG_ES);
}

static void
guard(struct http_req *req)
{
	http_reply_header(req, "Content-Security-Policy", policy);
	http_reply_header(req, "Referrer-Policy", "same-origin");
	http_reply_header(req, "Cache-Control", "no-store");
}

static void
add_head(struct str *out)
{
	str_addf(out,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,"
	    " initial-scale=1\">\n<title>opdesk</title>\n"
	    "<link rel=\"icon\" href=\"/mobile/icon.svg\">\n"
	    "<link rel=\"stylesheet\" href=\"/mobile/colours.css\">\n"
	    "<link rel=\"stylesheet\" href=\"/mobile/mobile.css\">\n"
	    "<script src=\"/mobile/chart.js\" defer></script>\n"
	    "<script src=\"/mobile/mobile.js\" defer></script>\n</head>\n",
	    lang_code(i18n_lang()));
}

static void
send_page(struct http_req *req, int status, struct str *out)
{
	guard(req);
	http_reply_take(req, status, "text/html; charset=utf-8", out);
	i18n_clear_thread();
}

static void
sign_in_page(struct http_req *req, int status, const char *problem)
{
	struct str out = STR_INIT;

	add_head(&out);
	str_addf(&out,
	    "<body>\n<main>\n<form class=\"sign-in\" method=\"post\""
	    " action=\"/mobile/sign-in\">\n<h1>opdesk</h1>\n<p>%s</p>\n",
	    _("Take a code in the console: opdesk operator phone"));
	if (problem != NULL) {
		str_add(&out, "<p class=\"problem\" role=\"alert\">");
		page_text(&out, problem);
		str_add(&out, "</p>\n");
	}
	str_addf(&out,
	    "<label for=\"code\">%s</label>\n<input id=\"code\" name=\"code\""
	    " autocomplete=\"one-time-code\" autocapitalize=\"characters\""
	    " spellcheck=\"false\" maxlength=\"24\" required>\n"
	    "<button>%s</button>\n</form>\n</main>\n</body>\n</html>\n",
	    _("Code"), _("Sign in"));
	send_page(req, status, &out);
}

static void
add_tab(struct str *out, const char *name, const char *label, bool chosen)
{
	str_addf(out,
	    "<button role=\"tab\" id=\"tab-%s\" aria-controls=\"%s\""
	    " aria-selected=\"%s\">%s</button>\n",
	    name, name, chosen ? "true" : "false", label);
}

static void
add_panel(struct str *out, const char *name, bool shown)
{
	str_addf(out,
	    "<section role=\"tabpanel\" id=\"%s\" aria-labelledby=\"tab-%s\""
	    " tabindex=\"0\"%s>\n",
	    name, name, shown ? "" : " hidden");
}

static void
add_card(struct str *out, const char *id, const char *label)
{
	str_addf(out, "<div><dt>%s</dt><dd id=\"%s\">\xe2\x80\x93</dd></div>\n",
	    label, id);
}

static void
add_chart(struct str *out, const char *id, const char *label)
{
	str_addf(out,
	    "<figure><figcaption>%s</figcaption><div class=\"chart\">"
	    "<canvas id=\"%s\" role=\"img\" aria-label=\"%s\"></canvas></div>"
	    "</figure>\n",
	    label, id, label);
}

static void
add_table(
    struct str *out, const char *id, const char *const *heads, const char *none)
{
	str_addf(out,
	    "<div class=\"rows\">\n<p class=\"none\" id=\"%s-none\">%s</p>\n"
	    "<table id=\"%s-table\" hidden>\n<thead><tr>",
	    id, none, id);
	for (; *heads != NULL; heads++)
		str_addf(out, "<th scope=\"col\">%s</th>", *heads);
	str_addf(out,
	    "</tr></thead>\n<tbody id=\"%s-rows\"></tbody>\n</table>\n"
	    "</div>\n</section>\n",
	    id);
}

static void
dashboard_page(struct http_req *req, const char *name)
{
	const char *const team[] = {
	    _("Operator"), _("Calls"), _("Sales"), _("Success"), NULL};
	const char *const recordings[] = {
	    _("Contact"), _("Began"), _("Length"), _("Size"), NULL};
	struct str out = STR_INIT;

	add_head(&out);
	str_addf(&out,
	    "<body data-live=\"%s\" data-lost=\"%s\" data-calls=\"%s\""
	    " data-sales=\"%s\" data-unknown=\"%s\">\n<header>\n"
	    "<h1>opdesk</h1>\n<p id=\"who\">",
	    _("Live"), _("No connection; trying again"), _("Calls"), _("Sales"),
	    _("Unknown"));
	page_text(&out, name);
	str_addf(&out,
	    "</p>\n<p id=\"state\" role=\"status\"></p>\n"
	    "<form method=\"post\" action=\"/mobile/sign-out\">"
	    "<button>%s</button></form>\n</header>\n"
	    "<nav role=\"tablist\" aria-label=\"%s\">\n",
	    _("Sign out"), _("Views"));
	add_tab(&out, "dashboard", _("Dashboard"), true);
	add_tab(&out, "team", _("Team"), false);
	add_tab(&out, "recordings", _("Recordings"), false);
	str_add(&out, "</nav>\n<main>\n");
	add_panel(&out, "dashboard", true);
	str_add(&out, "<dl class=\"cards\">\n");
	add_card(&out, "calls", _("Calls"));
	add_card(&out, "sales", _("Sales"));
	add_card(&out, "rate", _("Success"));
	add_card(&out, "time", _("Talked"));
	str_add(&out, "</dl>\n");
	add_chart(&out, "hours-chart", _("Today, by hour"));
	str_add(&out, "</section>\n");
	add_panel(&out, "team", false);
	add_chart(&out, "team-chart", _("Today, by operator"));
	add_table(&out, "team", team, _("Nobody has had a call today."));
	add_panel(&out, "recordings", false);
	add_table(
	    &out, "recordings", recordings, _("There are no recordings."));
	str_add(&out, "</main>\n</body>\n</html>\n");
	send_page(req, 200, &out);
}

/* ---- what is asked of the desk ---- */

struct visit {
	struct work_job job;
	struct daemon *daemon;
	struct http_req *req;
	char session[MOBILE_SESSION_SIZE], code[32], name[128];
};

static struct visit *
new_visit(struct daemon *d, struct http_req *req)
{
	struct visit *v = xcalloc(1, sizeof(*v));

	v->daemon = d;
	v->req = req;
	return v;
}

static void
free_visit(struct visit *v)
{
	explicit_bzero(v, sizeof(*v));
	free(v);
}

static int
who_run(struct work_job *job, void *context, struct err *err)
{
	struct visit *v = job->data;
	struct desk *d = store_desk(context);
	int64_t expires_us;
	int rc;

	if (d == NULL)
		return OD_EUNAVAIL;
	if ((rc = desk_act_as_session(d, v->session, &expires_us, err)) == 0)
		str_copy(v->name, sizeof(v->name), d->actor.name);
	return rc;
}

static void
who_done(struct work_job *job, int rc, const struct err *err)
{
	struct visit *v = job->data;

	use_language(v->req);
	if (rc == 0)
		dashboard_page(v->req, v->name);
	else if (rc == OD_EDENIED)
		sign_in_page(v->req, 200, NULL);
	else
		http_reply_err(v->req, err);
	i18n_clear_thread();
	free_visit(v);
}

static void
page_get(struct http_req *req, void *data)
{
	char session[MOBILE_SESSION_SIZE];
	struct visit *v;

	if (!read_session(req, session)) {
		use_language(req);
		sign_in_page(req, 200, NULL);
		return;
	}
	v = new_visit(data, req);
	memcpy(v->session, session, sizeof(session));
	v->job = (struct work_job){.run = who_run, .done = who_done, .data = v};
	store_read(v->daemon->store, &v->job);
}

/* ---- signing in and out ---- */

static void
go_to_page(struct http_req *req)
{
	http_reply_header(req, "Location", "/mobile");
	guard(req);
	http_reply_const(req, 303, NULL, "", 0);
}

/*
 * Codes that this address tried in this minute.  One that guesses waits, and
 * keeps nobody else waiting.
 */
static int *
tries_of(const struct http_req *req)
{
	static struct {
		char peer[64];
		int count;
	} seen[WRONG_PEERS + 1];
	static int64_t minute;
	static size_t n;
	int64_t now = clock_mono_us() / US_PER_MINUTE;

	if (now != minute) {
		memset(seen, 0, sizeof(seen));
		minute = now;
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (str_equal(seen[i].peer, http_req_peer(req)))
			return &seen[i].count;
	if (n == WRONG_PEERS)
		return &seen[n].count;
	str_copy(seen[n].peer, sizeof(seen[n].peer), http_req_peer(req));
	return &seen[n++].count;
}

static int
sign_in_run(struct work_job *job, void *context, struct err *err)
{
	struct visit *v = job->data;

	return mobile_sign_in(store_desk(context), v->code, v->session, err);
}

static void
sign_in_done(struct work_job *job, int rc, const struct err *err)
{
	struct visit *v = job->data;

	if (rc == 0) {
		*tries_of(v->req) = 0;
		set_cookie(v->req, v->session);
		go_to_page(v->req);
	} else {
		use_language(v->req);
		sign_in_page(v->req, err_http_status(rc),
		    rc == OD_EDENIED
			? _("That code is wrong, used or too old; take a new"
			    " one from the console")
			: err->text);
	}
	free_visit(v);
}

static bool
take_code(struct http_req *req, char *code, size_t size)
{
	struct form form = FORM_INIT;
	size_t n;
	const char *body = http_req_body(req, &n), *value = NULL;
	bool is_there = false;

	if (form_parse(body, n, &form, NULL) == 0 &&
	    (value = form_get(&form, "code")) != NULL)
		is_there = str_copy(code, size, value);
	form_clear(&form);
	return is_there;
}

static void
sign_in_post(struct http_req *req, void *data)
{
	struct visit *v;
	char code[32];

	use_language(req);
	if (is_from_elsewhere(req)) {
		sign_in_page(req, 403,
		    _("This form was sent from a page of another site; open it"
		      " here and send it again"));
	} else if (!http_req_is_https(req) && !http_req_is_loopback(req)) {
		sign_in_page(req, 403,
		    _("Open this page by https: from another machine nobody"
		      " signs in without"));
	} else if ((*tries_of(req))++ >= WRONG_MAX) {
		sign_in_page(
		    req, 429, _("Too many wrong codes; try again in a minute"));
	} else if (!take_code(req, code, sizeof(code))) {
		sign_in_page(req, 403,
		    _("That code is wrong, used or too old; take a new"
		      " one from the console"));
	} else {
		i18n_clear_thread();
		v = new_visit(data, req);
		memcpy(v->code, code, sizeof(code));
		v->job = (struct work_job){
		    .run = sign_in_run, .done = sign_in_done, .data = v};
		store_write(v->daemon->store, &v->job);
	}
	i18n_clear_thread();
}

static int
sign_out_run(struct work_job *job, void *context, struct err *err)
{
	struct visit *v = job->data;

	return mobile_sign_out(store_desk(context), v->session, err);
}

static void
sign_out_done(struct work_job *job, int rc, const struct err *err)
{
	struct visit *v = job->data;

	if (rc != 0) {
		http_reply_err(v->req, err);
	} else {
		live_end(v->daemon->live, v->session);
		set_cookie(v->req, "");
		go_to_page(v->req);
	}
	free_visit(v);
}

static void
sign_out_post(struct http_req *req, void *data)
{
	struct visit *v;

	if (is_from_elsewhere(req)) {
		http_reply_problem(req, 403, "not-allowed",
		    _("This form was sent from a page of another site; open it"
		      " here and send it again"));
		return;
	}
	v = new_visit(data, req);
	if (!read_session(req, v->session)) {
		free_visit(v);
		go_to_page(req);
		return;
	}
	v->job = (struct work_job){
	    .run = sign_out_run, .done = sign_out_done, .data = v};
	store_write(v->daemon->store, &v->job);
}

/* ---- events ---- */

static void
events_get(struct http_req *req, void *data)
{
	char session[MOBILE_SESSION_SIZE] = "";
	struct daemon *d = data;

	(void)read_session(req, session);
	live_open(d->live, req, session);
}

/* ---- files ---- */

static void
send_file(struct http_req *req, const char *type, const char *text, size_t n)
{
	http_reply_header(req, "Cache-Control", "no-cache");
	http_reply_const(req, 200, type, text, n);
}

static void
css_get(struct http_req *req, void *data)
{
	(void)data;
	send_file(
	    req, "text/css; charset=utf-8", mobile_css, strlen(mobile_css));
}

static void
js_get(struct http_req *req, void *data)
{
	(void)data;
	send_file(req, "text/javascript; charset=utf-8", mobile_js,
	    strlen(mobile_js));
}

static void
icon_get(struct http_req *req, void *data)
{
	static const char icon[] =
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">"
	    "<rect width=\"16\" height=\"16\" rx=\"3\" fill=\"#11161c\"/>"
	    "<path d=\"M4 5l3 3-3 3M8 11h4\" stroke=\"#5db2ff\" fill=\"none\""
	    " stroke-width=\"1.6\"/></svg>";

	(void)data;
	send_file(req, "image/svg+xml", icon, sizeof(icon) - 1);
}

static void
colours_get(struct http_req *req, void *data)
{
	static const char *const names[] = {
	    "background", "surface", "text", "accent", "good"};
	struct daemon *d = data;
	const char *colours =
	    conf_string(conf_section(d->conf, CONF_DAEMON), "mobile_colours");
	struct str out = STR_INIT;

	str_add(&out, ":root {\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		str_addf(&out, "\t--%s: %.7s;\n", names[i], colours + 8 * i);
	str_add(&out, "}\n");
	http_reply_header(req, "Cache-Control", "no-cache");
	http_reply_take(req, 200, "text/css; charset=utf-8", &out);
}

/* The distribution's, in memory as the disk's cache has it; or nothing. */
static const char *
chart_library(size_t *n)
{
	static const char *text = "";
	static size_t size;
	static bool is_tried;
	struct stat st;
	int fd;
	void *p;

	if (!is_tried && (fd = open(CHART, O_RDONLY | O_CLOEXEC)) >= 0) {
		if (fstat(fd, &st) == 0 && st.st_size > 0 &&
		    (p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			 fd, 0)) != MAP_FAILED) {
			text = p;
			size = (size_t)st.st_size;
		}
		close(fd);
	}
	is_tried = true;
	*n = size;
	return text;
}

static void
chart_get(struct http_req *req, void *data)
{
	size_t n;
	const char *text = chart_library(&n);

	(void)data;
	send_file(req, "text/javascript; charset=utf-8", text, n);
}

/* No rows of the API: a browser asks for them. */
static const struct route routes[] = {
    {"GET", "/mobile", 0, ROUTE_OPEN, NULL, page_get, NULL},
    {"POST", "/mobile/sign-in", BODY_MAX, ROUTE_OPEN, NULL, sign_in_post, NULL},
    {"POST", "/mobile/sign-out", BODY_MAX, ROUTE_OPEN, NULL, sign_out_post,
	NULL},
    {"GET", "/mobile/mobile.css", 0, ROUTE_OPEN, NULL, css_get, NULL},
    {"GET", "/mobile/colours.css", 0, ROUTE_OPEN, NULL, colours_get, NULL},
    {"GET", "/mobile/mobile.js", 0, ROUTE_OPEN, NULL, js_get, NULL},
    {"GET", "/mobile/chart.js", 0, ROUTE_OPEN, NULL, chart_get, NULL},
    {"GET", "/mobile/icon.svg", 0, ROUTE_OPEN, NULL, icon_get, NULL},
    {"GET", "/events", 0, ROUTE_OPEN, NULL, events_get, NULL},
};

void
mobile_routes(struct daemon *d)
{
	router_add(d->router, routes, sizeof(routes) / sizeof(routes[0]), d);
}
