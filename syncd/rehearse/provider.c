/*
 * provider - routes and life of the rehearsal provider.
 */
#include "syncd/rehearse/provider.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/xalloc.h"
#include "syncd/http/form.h"
#include "syncd/rehearse/provider_int.h"
#include <stdio.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SEND_BODY_MAX ((size_t)256 * 1024)

void
provider_defaults(struct provider_options *options)
{
	memset(options, 0, sizeof(*options));
	options->listen = "127.0.0.1:0";
	options->sent_ms = 40;
	options->delivered_ms = 300;
	options->read_ms = 1500;
	options->slow_ms = 3000;
}

bool
provider_is_loopback(const char *address)
{
	const char *host = address;
	unsigned part[3];
	int n = 0;

	if (str_starts(host, "http://"))
		host += 7;
	if (strchr(host, '@') != NULL) /* what stands before it is no host */
		return false;
	if (str_starts(host, "localhost:") || str_starts(host, "[::1]:"))
		return true;
	/* NOLINTNEXTLINE(cert-err34-c): three digits fit */
	return sscanf(host, "127.%3u.%3u.%3u%n", &part[0], &part[1], &part[2],
		   &n) == 3 &&
	       part[0] < 256 && part[1] < 256 && part[2] < 256 &&
	       host[n] == ':';
}

static void
missing(struct http_req *req)
{
	provider__error(req, 400, 100,
	    "Unsupported get request. Object does not exist", "");
}

static void
print_number(const struct channel *c, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "id", c->number_id);
	json_out_string(&w, "display_phone_number", "+1 555-078-3881");
	json_out_string(&w, "verified_name", "Empresa de ensayo");
	json_out_string(&w, "quality_rating", "GREEN");
	json_out_end(&w, '}');
}

static void
print_media(const struct channel *c, const struct rehearsal_media *media,
    const struct str *bytes, struct str *out)
{
	char hex[SHA256_HEX_SIZE];
	struct str url = STR_INIT;
	struct json_out w;

	sha256_hex(bytes->s, bytes->len, hex);
	str_addf(&url, "%s/rehearsal/media/%s", c->api_base, media->id);
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "url", url.s);
	json_out_string(&w, "mime_type", media->mime);
	json_out_string(&w, "sha256", hex);
	json_out_int(&w, "file_size", (int64_t)bytes->len);
	json_out_string(&w, "id", media->id);
	json_out_string(&w, "messaging_product", "whatsapp");
	json_out_end(&w, '}');
	str_free(&url);
}

/* GET /vNN.0/{id}: a number, or an attachment. */
static void
handle_object(struct http_req *req, void *data)
{
	struct provider *p = data;
	const struct channel *c = provider__authorize(p, req);
	const char *id = http_req_param(req, "id");
	const struct rehearsal_media *media;
	struct str bytes = STR_INIT, out = STR_INIT;

	if (c == NULL)
		return;
	media = rehearsal_media(id, &bytes);
	if (strcmp(c->number_id, id) == 0)
		print_number(c, &out);
	else if (media != NULL)
		print_media(c, media, &bytes, &out);
	if (out.len > 0)
		http_reply_json(req, 200, &out);
	else
		missing(req);
	str_free(&bytes);
	str_free(&out);
}

static void
handle_media(struct http_req *req, void *data)
{
	struct provider *p = data;
	const struct rehearsal_media *media;
	struct str bytes = STR_INIT;

	if (provider__authorize(p, req) == NULL)
		return;
	media = rehearsal_media(http_req_param(req, "id"), &bytes);
	if (media == NULL)
		http_reply_problem(req, 404, "not-found", NULL);
	else
		http_reply_take(req, 200, media->mime, &bytes);
	str_free(&bytes);
}

/* One page: from the cursor on, limit of them. */
static void
print_templates(const struct form *query, struct str *out)
{
	const char *after = form_get(query, "after");
	const char *limit = form_get(query, "limit");
	int64_t first = 0, max = 25, at = 0;
	const struct json *v;
	struct json *all = NULL;
	struct json_out w;
	char cursor[24];
	struct str text = STR_INIT;

	if (json_parse(provider__templates, strlen(provider__templates),
		&json_limits_api, &all, NULL) != 0)
		BUG("the templates are no JSON");
	if (after != NULL)
		str_to_int64(after, 0, 1000, &first);
	if (limit != NULL)
		str_to_int64(limit, 1, 1000, &max);
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_array(&w, "data");
	for (v = json_first(all); v != NULL; v = json_next(v), at++) {
		if (at < first || at >= first + max)
			continue;
		str_clear(&text);
		json_print(v, &text);
		json_out_raw(&w, NULL, text.s);
	}
	json_out_end(&w, ']');
	str_format(cursor, sizeof(cursor), "%" PRId64, first + max);
	json_out_object(&w, "paging");
	json_out_object(&w, "cursors");
	json_out_string(&w, "after", cursor);
	json_out_end(&w, '}');
	if (first + max < (int64_t)json_size(all))
		json_out_string(&w, "next", "https://graph.facebook.com/");
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	str_free(&text);
	json_free(&all);
}

static void
handle_templates(struct http_req *req, void *data)
{
	struct provider *p = data;
	const struct channel *c = provider__authorize(p, req);
	const char *query = http_req_query(req);
	struct form form = FORM_INIT;
	struct str out = STR_INIT;

	if (c == NULL)
		return;
	if (strcmp(c->account_id, http_req_param(req, "id")) != 0 ||
	    form_parse(query, strlen(query), &form, NULL) != 0) {
		missing(req);
		return;
	}
	print_templates(&form, &out);
	form_clear(&form);
	http_reply_json(req, 200, &out);
}

static void
handle_sent(struct http_req *req, void *data)
{
	struct provider *p = data;
	struct str out = STR_INIT;
	struct json_out w;

	json_out_init(&w, &out);
	json_out_object(&w, NULL);
	json_out_int(&w, "count", (int64_t)p->sent_count);
	json_out_array(&w, "sent");
	for (size_t i = 0; i < p->sent_count; i++) {
		json_out_object(&w, NULL);
		json_out_string(&w, "id", p->sent[i].id);
		json_out_string(&w, "phone_number_id", p->sent[i].number_id);
		json_out_time(&w, "at", p->sent[i].at_us);
		json_out_raw(&w, "request", p->sent[i].request);
		json_out_end(&w, '}');
	}
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	http_reply_json(req, 200, &out);
}

static void
forget_sent(struct provider *p)
{
	while (p->sent_count > 0)
		free(p->sent[--p->sent_count].request);
	p->order_count = 0;
}

static void
handle_forget(struct http_req *req, void *data)
{
	forget_sent(data);
	http_reply_const(req, 204, NULL, "", 0);
}

bool
provider_order(struct provider *p, const char *text, int count)
{
	struct order order;

	if (!provider__order_parse(text, &order) || count < 1 ||
	    (size_t)count > ORDERS_MAX - p->order_count)
		return false;
	while (count-- > 0)
		p->orders[p->order_count++] = order;
	return true;
}

static void
handle_order(struct http_req *req, void *data)
{
	struct json *doc = NULL;
	const char *text;
	int64_t count = 1;
	const void *body;
	bool ok = false;
	size_t n;

	body = http_req_body(req, &n);
	if (json_parse(body, n, &json_limits_api, &doc, NULL) == 0) {
		text = json_string(doc, "order");
		json_int64(doc, "count", &count);
		ok = text != NULL && count >= 1 && count <= ORDERS_MAX &&
		     provider_order(data, text, (int)count);
		json_free(&doc);
	}
	if (ok)
		http_reply_const(req, 204, NULL, "", 0);
	else
		http_reply_problem(req, 422, "bad-data", "No such order.");
}

static const struct route routes[] = {
    {"POST", "/{version}/{id}/messages", SEND_BODY_MAX, ROUTE_OPEN, NULL,
	provider__handle_send, "Send a message"},
    {"GET", "/{version}/{id}", 0, ROUTE_OPEN, NULL, handle_object,
	"Look up a number or an attachment"},
    {"GET", "/{version}/{id}/message_templates", 0, ROUTE_OPEN, NULL,
	handle_templates, "List templates"},
    {"GET", "/rehearsal/media/{id}", 0, ROUTE_OPEN, NULL, handle_media,
	"Fetch an attachment"},
    {"GET", "/rehearsal/sent", 0, ROUTE_OPEN, NULL, handle_sent,
	"What was sent"},
    {"DELETE", "/rehearsal/sent", 0, ROUTE_OPEN, NULL, handle_forget,
	"Forget what was sent and all orders"},
    {"POST", "/rehearsal/orders", 4096, ROUTE_OPEN, NULL, handle_order,
	"Make the next sends go wrong"},
};

static int
check_options(const struct provider_options *o, struct err *err)
{
	if (!provider_is_loopback(o->listen))
		return err_set(err, OD_EDATA,
		    "The rehearsal provider listens on this machine only, "
		    "such as 127.0.0.1:8490.");
	if (o->desk_url != NULL && !provider_is_loopback(o->desk_url))
		return err_set(err, OD_EDATA,
		    "The rehearsal provider posts to a desk on this machine "
		    "only, such as http://127.0.0.1:8480.");
	for (size_t i = 0; i < o->channels->count; i++)
		if (o->channels->channels[i].kind == CHANNEL_WHATSAPP &&
		    provider_is_loopback(o->channels->channels[i].api_base))
			return 0;
	return err_set(err, OD_EDATA,
	    "No WhatsApp channel has an api_base on this machine, such as "
	    "http://127.0.0.1:8490; there is nothing to rehearse.");
}

static void
provider_free(struct provider *p)
{
	forget_sent(p);
	router_free(&p->router);
	free(p->desk_url);
	free(p->sent);
	free(p);
}

int
provider_start(uv_loop_t *loop, const struct provider_options *options,
    struct provider **provider, struct err *err)
{
	struct http_config config = {.listen = options->listen};
	struct provider *p;
	int rc;

	*provider = NULL;
	if ((rc = check_options(options, err)) != 0)
		return rc;
	p = xcalloc(1, sizeof(*p));
	p->loop = loop;
	p->options = *options;
	p->sent = xcalloc(SENT_MAX, sizeof(*p->sent));
	TAILQ_INIT(&p->notices);
	TAILQ_INIT(&p->held);
	if (options->desk_url != NULL)
		p->desk_url = xasprintf("%s/whatsapp", options->desk_url);
	p->router = router_new();
	router_add(p->router, routes, sizeof(routes) / sizeof(routes[0]), p);
	config.app = router_app(p->router);
	rc = http_client_new(loop, &p->client, err);
	if (rc == 0)
		rc = http_server_start(loop, &config, &p->server, err);
	if (rc != 0) {
		http_client_free(&p->client);
		provider_free(p);
		return rc;
	}
	*provider = p;
	return 0;
}

int
provider_port(const struct provider *p)
{
	return http_server_port(p->server);
}

size_t
provider_sent_count(const struct provider *p)
{
	return p->sent_count;
}

void
provider__end_if_idle(struct provider *p)
{
	if (!p->is_server_gone || !TAILQ_EMPTY(&p->notices))
		return;
	p->stopped(p->stopped_data);
	provider_free(p);
}

static void
on_server_stopped(void *data)
{
	struct provider *p = data;

	p->is_server_gone = true;
	provider__end_if_idle(p);
}

void
provider_stop(struct provider *p, void (*stopped)(void *data), void *data)
{
	p->is_stopping = true;
	p->stopped = stopped;
	p->stopped_data = data;
	provider__drop_notices(p);
	http_client_free(&p->client);
	provider__drop_held(p);
	http_server_stop(p->server, on_server_stopped, p);
}
