/*
 * channel_http - between an adapter's plain structs and the HTTP client.
 */
#include "syncd/channels/channel.h"

void
channel_request_http(const struct channel_request *r, struct http_request *out)
{
	static const char *const json[] = {
	    "Content-Type: application/json", "User-Agent: opdesk", NULL};

	out->method = r->method;
	out->url = r->url.s;
	out->headers = r->body.len > 0 ? json : json + 1;
	out->bearer = r->bearer;
	out->body = r->body.len > 0 ? r->body.s : NULL;
	out->body_len = r->body.len;
	out->max_body = r->max_body;
	out->loopback_only = r->loopback_only;
}

void
channel_answer_from(const struct http_response *r, struct channel_answer *out)
{
	out->outcome = r->outcome;
	out->status = r->status;
	out->body = r->body != NULL ? r->body : "";
	out->body_len = r->body != NULL ? r->body_len : 0;
	out->retry_after_s = r->retry_after_s;
	out->app_usage = http_response_header(r, "X-App-Usage");
	out->business_usage =
	    http_response_header(r, "X-Business-Use-Case-Usage");
	out->error = r->error != NULL ? r->error : "";
}
