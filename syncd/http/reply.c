/*
 * reply - answers in the forms that handlers need.
 */
#include "syncd/http/server_int.h"
#include "common/json.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PROBLEM_BASE "https://opdesk.invalid/problems/"

void
http_reply_header(struct http_req *req, const char *name, const char *value)
{
	BUG_ON(req->is_replied || req->field_count == REPLY_FIELDS_MAX);
	for (const char *p = value; *p != '\0'; p++)
		BUG_ON((unsigned char)*p < 0x20 || *p == 0x7f);
	str_addn(&req->field_text, name, strlen(name) + 1);
	str_addn(&req->field_text, value, strlen(value) + 1);
	req->field_count++;
}

void
http_reply_close(struct http_req *req)
{
	req->is_closing = true;
}

void
http_reply_cut(struct http_req *req)
{
	if (req->conn != NULL)
		shutdown(req->conn->fd, SHUT_RDWR);
	http_reply_close(req);
	http_reply_const(req, 500, NULL, "", 0);
}

void
http_reply(struct http_req *req, int status, const char *type, const void *body,
    size_t len)
{
	http__answer(req, status, type,
	    http__response(len == 0 ? NULL : xmemdup(body, len), len, true));
}

void
http_reply_take(
    struct http_req *req, int status, const char *type, struct str *body)
{
	size_t len = body->len;

	if (len == 0) {
		str_free(body);
		http_reply_const(req, status, type, "", 0);
		return;
	}
	http__answer(
	    req, status, type, http__response(str_take(body), len, true));
}

void
http_reply_const(struct http_req *req, int status, const char *type,
    const void *body, size_t len)
{
	struct MHD_Response *response = NULL;

	/* With headers of its own it is not the same answer every time. */
	if (req->field_count == 0 && !req->is_closing && req->mhd != NULL)
		response = http__response_const(req->server, type, body, len);
	if (response != NULL)
		http__answer_const(req, status, response);
	else
		http__answer(
		    req, status, type, http__response(body, len, false));
}

void
http_reply_json(struct http_req *req, int status, struct str *json)
{
	http_reply_take(req, status, "application/json", json);
}

/* The phrases of RFC 9110 for what we answer, as a problem's title. */
static const char *
title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
	    {400, "Bad Request"},
	    {401, "Unauthorized"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {406, "Not Acceptable"},
	    {408, "Request Timeout"},
	    {409, "Conflict"},
	    {410, "Gone"},
	    {411, "Length Required"},
	    {412, "Precondition Failed"},
	    {413, "Content Too Large"},
	    {414, "URI Too Long"},
	    {415, "Unsupported Media Type"},
	    {422, "Unprocessable Content"},
	    {428, "Precondition Required"},
	    {429, "Too Many Requests"},
	    {431, "Request Header Fields Too Large"},
	    {501, "Not Implemented"},
	    {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"},
	    {507, "Insufficient Storage"},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Internal Server Error";
}

void
http_reply_problem_with(struct http_req *req, int status, const char *name,
    const char *detail, const char *more, const char *json)
{
	struct str text, type;
	struct json_out w;

	str_init(&text);
	str_init(&type);
	str_add(&type, PROBLEM_BASE);
	for (; *name != '\0'; name++)
		str_addc(&type, (char)(*name == ' ' ? '-' : *name));
	json_out_init(&w, &text);
	json_out_object(&w, NULL);
	json_out_string(&w, "type", type.s);
	json_out_string(&w, "title", title_of(status));
	json_out_int(&w, "status", status);
	if (detail != NULL)
		json_out_string(&w, "detail", detail);
	if (more != NULL)
		json_out_raw(&w, more, json);
	json_out_end(&w, '}');
	str_free(&type);
	http_reply_take(req, status, "application/problem+json", &text);
}

void
http_reply_problem(
    struct http_req *req, int status, const char *name, const char *detail)
{
	http_reply_problem_with(req, status, name, detail, NULL, NULL);
}

void
http_reply_err(struct http_req *req, const struct err *err)
{
	http_reply_problem(
	    req, err_http_status(err->code), err_name(err->code), err->text);
}
