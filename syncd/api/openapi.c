/*
 * openapi - /api/openapi.json, printed from the rows that the router serves
 * and that requests are checked against; see call.h.
 *
 * It is made for programs and the same in every language.
 */
#include "common/i18n.h"
#include "common/version.h"
#include "common/xalloc.h"
#include "syncd/api/call.h"
#include <stdlib.h>
#include <string.h>

struct row {
	const struct route *route;
};

struct rows {             /* of the router, in its order */
	struct row *list; /* owned */
	size_t count;
};

static void
take_row(const struct route *route, void *data)
{
	struct rows *r = data;

	if (route->summary == NULL)
		return;
	r->list = xreallocarray(r->list, r->count + 1, sizeof(*r->list));
	r->list[r->count++].route = route;
}

/* ---- schemas ---- */

static void
print_type(struct json_out *w, const char *type, bool or_null)
{
	if (!or_null) {
		json_out_string(w, "type", type);
		return;
	}
	json_out_array(w, "type");
	json_out_string(w, NULL, type);
	json_out_string(w, NULL, "null");
	json_out_end(w, ']');
}

static void
print_words(struct json_out *w, const char *const *words)
{
	json_out_array(w, "enum");
	for (; *words != NULL; words++)
		json_out_string(w, NULL, *words);
	json_out_end(w, ']');
}

static void
print_field(struct json_out *w, const char *name, const struct api_field *f)
{
	bool or_null = (f->flags & API_NULL) != 0;

	json_out_object(w, name);
	print_type(w,
	    f->type == API_NUMBER ? "integer"
	    : f->type == API_MAP  ? "object"
	    : f->type == API_LIST || f->type == API_ITEMS ? "array"
	    : f->type == API_FLAG                         ? "boolean"
							  : "string",
	    or_null);
	switch (f->type) {
	case API_TEXT:
		if (f->min > 0)
			json_out_int(w, "minLength", f->min);
		json_out_int(w, "maxLength", f->max);
		break;
	case API_NUMBER:
		json_out_string(w, "format", "int64");
		json_out_int(w, "minimum", f->min);
		if (f->max != INT64_MAX)
			json_out_int(w, "maximum", f->max);
		break;
	case API_TIME:
		json_out_string(w, "format", "date-time");
		break;
	case API_WORD:
		print_words(w, f->words);
		break;
	case API_LIST:
		json_out_int(w, "minItems", f->min);
		json_out_int(w, "maxItems", f->max);
		json_out_object(w, "items");
		json_out_string(w, "type", "integer");
		json_out_end(w, '}');
		break;
	case API_ITEMS:
		json_out_int(w, "minItems", f->min);
		json_out_int(w, "maxItems", f->max);
		break;
	case API_MAP:
	case API_FLAG:
		break;
	}
	json_out_string(w, "description", f->about);
	json_out_end(w, '}');
}

static void
print_fields(struct json_out *w, const struct api_field *fields, size_t count)
{
	bool any = false;

	json_out_string(w, "type", "object");
	json_out_bool(w, "additionalProperties", false);
	json_out_object(w, "properties");
	for (size_t i = 0; i < count; i++) {
		print_field(w, fields[i].name, &fields[i]);
		any = any || (fields[i].flags & API_REQUIRED) != 0;
	}
	json_out_end(w, '}');
	if (!any)
		return;
	json_out_array(w, "required");
	for (size_t i = 0; i < count; i++)
		if ((fields[i].flags & API_REQUIRED) != 0)
			json_out_string(w, NULL, fields[i].name);
	json_out_end(w, ']');
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && strcmp(s + n - m, with) == 0;
}

/*
 * One member of an empty record: what is null there has a value in others,
 * which its name tells.
 */
static void
print_member(struct json_out *w, const struct json *m)
{
	static const char *const types[] = {
	    [JSON_BOOL] = "boolean",
	    [JSON_NUMBER] = "integer",
	    [JSON_STRING] = "string",
	    [JSON_ARRAY] = "array",
	    [JSON_OBJECT] = "object",
	};
	const char *name = json_name(m);
	int64_t whole;
	bool is_time = ends(name, "_at") || ends(name, "_until") ||
	               ends(name, "_since") || strcmp(name, "at") == 0;

	json_out_object(w, name);
	if (is_time) {
		print_type(w, "string", true);
		json_out_string(w, "format", "date-time");
	} else if (json_type(m) == JSON_NUMBER && !json_as_int64(m, &whole)) {
		print_type(w, "number", false);
	} else if (json_type(m) != JSON_NULL) {
		print_type(w, types[json_type(m)], false);
	} else if (ends(name, "_id") || ends(name, "_into")) {
		print_type(w, "integer", true);
	}
	json_out_end(w, '}');
}

static void
print_shape(struct json_out *w, const struct api_shape *shape)
{
	struct str text = STR_INIT;
	struct json *doc = NULL;
	struct json_out sample;

	json_out_init(&sample, &text);
	shape->sample(&sample);
	json_out_object(w, shape->name);
	json_out_string(w, "type", "object");
	json_out_object(w, "properties");
	if (json_parse(text.s, text.len, &json_limits_webhook, &doc, NULL) == 0)
		for (const struct json *m = json_first(doc); m != NULL;
		     m = json_next(m))
			print_member(w, m);
	json_out_end(w, '}');
	json_out_end(w, '}');
	json_free(&doc);
	str_free(&text);
}

static void
print_shapes(struct json_out *w, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct api_route *r = api_route_of(rows->list[i].route);
		bool is_new = r != NULL && r->shape != NULL;

		for (size_t k = 0; is_new && k < i; k++) {
			const struct api_route *o =
			    api_route_of(rows->list[k].route);

			is_new = o == NULL || o->shape == NULL ||
			         strcmp(o->shape->name, r->shape->name) != 0;
		}
		if (is_new)
			print_shape(w, r->shape);
	}
}

static void
print_ref(struct json_out *w, const char *name)
{
	char ref[80];

	str_format(ref, sizeof(ref), "#/components/schemas/%s", name);
	json_out_string(w, "$ref", ref);
}

static void
print_problem(struct json_out *w)
{
	static const char *const texts[] = {"type", "title", "detail"};

	json_out_object(w, "Problem");
	json_out_string(w, "type", "object");
	json_out_object(w, "properties");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_out_object(w, texts[i]);
		json_out_string(w, "type", "string");
		json_out_end(w, '}');
	}
	json_out_object(w, "status");
	json_out_string(w, "type", "integer");
	json_out_end(w, '}');
	json_out_object(w, "errors");
	json_out_string(w, "type", "array");
	json_out_string(w, "description",
	    "Which fields: pointer (of the body) or parameter, and detail.");
	json_out_end(w, '}');
	json_out_object(w, "current");
	json_out_string(w, "type", "object");
	json_out_string(w, "description", "With 412: what it is now.");
	json_out_end(w, '}');
	json_out_end(w, '}');
	json_out_end(w, '}');
}

/* ---- parameters and body ---- */

static void
print_parameter(struct json_out *w, const char *in, const char *name,
    bool required, const char *about)
{
	json_out_object(w, NULL);
	json_out_string(w, "in", in);
	json_out_string(w, "name", name);
	json_out_bool(w, "required", required);
	if (about != NULL)
		json_out_string(w, "description", about);
}

static void
print_header(struct json_out *w, const char *name, const char *about)
{
	print_parameter(w, "header", name, false, about);
	json_out_object(w, "schema");
	json_out_string(w, "type", "string");
	json_out_int(w, "maxLength", 200);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

static void
print_path_parameters(struct json_out *w, const char *path)
{
	for (const char *p = path; (p = strchr(p, '{')) != NULL; p++) {
		size_t n = strcspn(p + 1, "}");
		bool is_number = strncmp(p, "{number}", 8) == 0 ||
		                 strncmp(p, "{id}", 4) == 0;
		char name[32];

		str_format(name, sizeof(name), "%.*s", (int)n, p + 1);
		print_parameter(w, "path", name, true, NULL);
		json_out_object(w, "schema");
		json_out_string(w, "type", is_number ? "integer" : "string");
		json_out_end(w, '}');
		json_out_end(w, '}');
	}
}

static void
print_parameters(
    struct json_out *w, const struct route *route, const struct api_route *r)
{
	json_out_array(w, "parameters");
	print_path_parameters(w, route->path);
	for (size_t i = 0; r != NULL && i < r->query_count; i++) {
		const struct api_field *f = &r->query[i];

		print_parameter(w, "query", f->name,
		    (f->flags & API_REQUIRED) != 0, f->about);
		print_field(w, "schema", f);
		json_out_end(w, '}');
	}
	if (r != NULL && (r->flags & API_IF_MATCH) != 0)
		print_header(w, "If-Match",
		    "The ETag that was seen: 412 with what it is now when it"
		    " was changed since.");
	if (r != NULL && (r->flags & API_KEY) != 0)
		print_header(w, "Idempotency-Key",
		    "The same request with the same key is done once and"
		    " answered the same each time.");
	json_out_end(w, ']');
}

static void
print_content(struct json_out *w, const char *type, const struct api_route *r)
{
	json_out_object(w, type);
	json_out_object(w, "schema");
	print_fields(w, r->body, r->body_count);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

static void
print_body(struct json_out *w, const struct api_route *r)
{
	bool needed = false;

	if (r != NULL && (r->flags & API_BYTES) != 0) {
		json_out_object(w, "requestBody");
		json_out_bool(w, "required", true);
		json_out_object(w, "content");
		json_out_object(w, "application/octet-stream");
		json_out_end(w, '}');
		json_out_end(w, '}');
		json_out_end(w, '}');
		return;
	}
	if (r == NULL || r->body_count == 0)
		return;
	for (size_t i = 0; i < r->body_count; i++)
		needed = needed || (r->body[i].flags & API_REQUIRED) != 0;
	json_out_object(w, "requestBody");
	json_out_bool(w, "required", needed);
	json_out_object(w, "content");
	print_content(w, "application/json", r);
	if ((r->flags & API_FORM) != 0)
		print_content(w, "application/x-www-form-urlencoded", r);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

/* ---- answers ---- */

void
api_statuses(const struct route *route, int out[API_STATUSES_MAX])
{
	const struct api_route *r = api_route_of(route);
	bool writes = r != NULL && (r->flags & API_WRITES) != 0;
	bool by_token = route->auth != ROUTE_OPEN;
	bool is_file = r != NULL && (r->flags & API_FILE) != 0;
	bool has_body = r != NULL && route->body_max > 0 &&
	                (r->flags & API_BYTES) == 0;
	const struct {
		bool is_there;
		int status;
	} all[] = {
	    {true, r != NULL ? r->status : 200},
	    {is_file, 206},
	    {writes && (r->flags & API_HTML) != 0, 303},
	    {r != NULL && !writes, 304},
	    {true, 400},
	    /* Those without a row check signatures themselves. */
	    {by_token || r == NULL, 401},
	    {by_token || r == NULL, 403},
	    {r == NULL || strchr(route->path, '{') != NULL, 404},
	    {writes, 409},
	    {r != NULL && (r->flags & API_IF_MATCH) != 0, 412},
	    {true, 413},
	    {has_body, 415},
	    {is_file, 416},
	    {writes, 422},
	    {true, 429},
	    {true, 500},
	    {true, 503},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].is_there)
			out[n++] = all[i].status;
	out[n] = 0;
}

static const char *
about_status(int status)
{
	static const struct {
		int status;
		const char *about;
	} all[] = {
	    {200, "Done, or read."},
	    {201, "Made."},
	    {206, "The bytes that Range asked for."},
	    {303, "Done; to the list, for who asks for text/html."},
	    {304, "Still what the ETag of If-None-Match says."},
	    {400, "The request cannot be read, or asks for what is not known"
		  " here."},
	    {401, "No valid token."},
	    {403, "The token lacks a scope."},
	    {404, "There is no such record."},
	    {409, "The record's state forbids it, or another one has that"
		  " name, or a request with this Idempotency-Key is under"
		  " way."},
	    {412, "It was changed since; current says what it is now."},
	    {413, "The body is too large."},
	    {415, "The body is of another type."},
	    {416, "Range asks for bytes that are not there."},
	    {422, "What it says cannot be accepted; errors says where. Also"
		  " when the Idempotency-Key was used with another request."},
	    {429, "Too many; try again after Retry-After."},
	    {500, "The daemon's own trouble."},
	    {503, "Busy or out of room; try again after Retry-After."},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].status == status)
			return all[i].about;
	return "";
}

static void
print_page_schema(struct json_out *w, const struct api_shape *shape)
{
	json_out_string(w, "type", "object");
	json_out_object(w, "properties");
	json_out_object(w, shape->list);
	json_out_string(w, "type", "array");
	json_out_object(w, "items");
	print_ref(w, shape->name);
	json_out_end(w, '}');
	json_out_end(w, '}');
	if (shape->page != API_PAGE_NONE) {
		json_out_object(w, "next_cursor");
		print_type(w, "string", true);
		json_out_end(w, '}');
	}
	if (shape->page == API_PAGE_SINCE) {
		json_out_object(w, "next_since");
		print_type(w, "string", true);
		json_out_string(w, "format", "date-time");
		json_out_end(w, '}');
	}
	json_out_end(w, '}');
}

static void
print_good(struct json_out *w, const struct api_route *r)
{
	if (r == NULL)
		return;
	json_out_object(w, "content");
	if ((r->flags & API_FILE) != 0) {
		json_out_object(w, "*/*");
		json_out_end(w, '}');
		json_out_end(w, '}');
		return;
	}
	json_out_object(w, "application/json");
	json_out_object(w, "schema");
	if (r->shape == NULL)
		json_out_string(w, "type", "object");
	else if (r->shape->list != NULL)
		print_page_schema(w, r->shape);
	else
		print_ref(w, r->shape->name);
	json_out_end(w, '}');
	json_out_end(w, '}');
	if ((r->flags & API_HTML) != 0) {
		json_out_object(w, "text/html");
		json_out_end(w, '}');
	}
	json_out_end(w, '}');
}

static void
print_bad(struct json_out *w)
{
	json_out_object(w, "content");
	json_out_object(w, "application/problem+json");
	json_out_object(w, "schema");
	print_ref(w, "Problem");
	json_out_end(w, '}');
	json_out_end(w, '}');
	json_out_end(w, '}');
}

static void
print_answers(
    struct json_out *w, const struct route *route, const struct api_route *r)
{
	int statuses[API_STATUSES_MAX];

	api_statuses(route, statuses);
	json_out_object(w, "responses");
	for (size_t i = 0; statuses[i] != 0; i++) {
		char status[8];

		str_format(status, sizeof(status), "%d", statuses[i]);
		json_out_object(w, status);
		json_out_string(w, "description", about_status(statuses[i]));
		if (statuses[i] < 300)
			print_good(w, r);
		else if (statuses[i] >= 400)
			print_bad(w);
		json_out_end(w, '}');
	}
	json_out_end(w, '}');
}

/* ---- the whole ---- */

static void
print_security(
    struct json_out *w, const struct route *route, const struct api_route *r)
{
	json_out_array(w, "security");
	if (route->auth != ROUTE_OPEN) {
		json_out_object(w, NULL);
		json_out_array(w, "bearer");
		json_out_string(w, NULL, route->scope);
		if (r != NULL && r->also != NULL)
			json_out_string(w, NULL, r->also);
		json_out_end(w, ']');
		json_out_end(w, '}');
	}
	if (route->auth == ROUTE_LOOPBACK) {
		json_out_object(w, NULL);
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
}

static void
print_row(struct json_out *w, const struct route *route)
{
	const struct api_route *r = api_route_of(route);
	char method[8] = "";

	for (size_t i = 0; route->method[i] != '\0' && i < 7; i++)
		method[i] = (char)(route->method[i] | 0x20);
	json_out_object(w, method);
	json_out_string(w, "summary", route->summary);
	print_security(w, route, r);
	print_parameters(w, route, r);
	print_body(w, r);
	print_answers(w, route, r);
	json_out_end(w, '}');
}

/* All methods of a path are under it. */
static void
print_paths(struct json_out *w, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const char *path = rows->list[i].route->path;
		bool was_there = false;

		for (size_t k = 0; k < i; k++)
			was_there =
			    was_there ||
			    strcmp(rows->list[k].route->path, path) == 0;
		if (was_there)
			continue;
		json_out_object(w, path);
		for (size_t k = i; k < rows->count; k++)
			if (strcmp(rows->list[k].route->path, path) == 0)
				print_row(w, rows->list[k].route);
		json_out_end(w, '}');
	}
}

void
openapi_print(const struct router *router, struct str *out)
{
	struct rows rows = {NULL, 0};
	struct json_out w;

	router_each(router, take_row, &rows);
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "openapi", "3.1.0");
	json_out_object(&w, "info");
	json_out_string(&w, "title", "opdesk");
	json_out_string(&w, "version", OPDESK_VERSION);
	json_out_end(&w, '}');
	json_out_object(&w, "paths");
	print_paths(&w, &rows);
	json_out_end(&w, '}');
	json_out_object(&w, "components");
	json_out_object(&w, "schemas");
	print_problem(&w);
	print_shapes(&w, &rows);
	json_out_end(&w, '}');
	json_out_object(&w, "securitySchemes");
	json_out_object(&w, "bearer");
	json_out_string(&w, "type", "http");
	json_out_string(&w, "scheme", "bearer");
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	free(rows.list);
}

static void
openapi_get(struct http_req *req, void *data)
{
	const struct daemon *d = data;
	struct str out = STR_INIT;

	openapi_print(d->router, &out);
	http_reply_json(req, 200, &out);
}

static const struct route routes[] = {
    {"GET", "/api/openapi.json", 0, ROUTE_OPEN, NULL, openapi_get,
	N_("This interface as an OpenAPI text")},
};

void
openapi_routes(struct daemon *d)
{
	router_add(d->router, routes, sizeof(routes) / sizeof(routes[0]), d);
}
