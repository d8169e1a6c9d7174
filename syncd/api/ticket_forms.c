/*
 * ticket_forms - the older help desk's forms, as plain pages that work without
 * scripts and post to its routes; the same as JSON, for who asks for that.
 *
 * A form that another site makes a browser send is refused where it arrives:
 * see is_from_elsewhere in call.c.
 */
#include "common/i18n.h"
#include "db/records/ticket_form.h"
#include "syncd/api/page.h"
#include "syncd/api/tickets.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- parts of a form ---- */

static void
add_input(struct str *out, const char *name, const char *label,
    const char *value, int max, bool required)
{
	str_addf(out,
	    "<p><label>%s<br><input name=\"%s\" size=\"60\""
	    " maxlength=\"%d\"%s value=\"",
	    label, name, max, required ? " required" : "");
	page_value(out, value);
	str_add(out, "\"></label></p>\n");
}

static void
add_area(
    struct str *out, const char *name, const char *label, const char *value)
{
	/* A browser leaves the first line end out. */
	str_addf(out,
	    "<p><label>%s<br><textarea name=\"%s\" rows=\"10\" cols=\"60\">\n",
	    label, name);
	page_value(out, value);
	str_add(out, "</textarea></label></p>\n");
}

static void
add_option(struct str *out, const char *value, const char *text, bool is_it)
{
	str_add(out, "<option value=\"");
	page_value(out, value);
	str_addf(out, "\"%s>", is_it ? " selected" : "");
	page_text(out, text);
	str_add(out, "</option>");
}

/* 1 to 5. */
static void
add_level(struct str *out, const char *name, const char *label, int level)
{
	str_addf(out, "<p><label>%s <select name=\"%s\">", label, name);
	for (int i = 1; i <= 5; i++) {
		char digit[2] = {(char)('0' + i), '\0'};

		add_option(out, digit, digit, i == level);
	}
	str_add(out, "</select></label></p>\n");
}

/* Those that the tenant has, once there are any; a word before. */
static int
add_category(
    struct str *out, struct desk *d, const char *category, struct err *err)
{
	struct ticket_category *rows = NULL;
	bool known = category[0] == '\0';
	size_t count = 0;
	int rc = ticket_category_list(d, &rows, &count, err);

	/* Who only makes tickets writes a word. */
	if (rc != 0 && rc != OD_EDENIED)
		return rc;
	if (count == 0) {
		add_input(out, "category", _("Category"), category, 64, false);
		return 0;
	}
	str_addf(out, "<p><label>%s <select name=\"category\">", _("Category"));
	add_option(out, "", "-", known);
	for (size_t i = 0; i < count; i++) {
		bool is_it = strcmp(rows[i].key, category) == 0;

		add_option(out, rows[i].key, rows[i].name, is_it);
		known = known || is_it;
	}
	/* One that was taken away stays what it was. */
	if (!known)
		add_option(out, category, category, true);
	str_add(out, "</select></label></p>\n");
	free(rows);
	return 0;
}

static void
add_state(struct str *out)
{
	str_addf(out, "<p><label>%s <select name=\"state\">", _("Status"));
	add_option(out, "", _("as it is"), true);
	for (int i = TICKET_OPEN; i < TICKET_MERGED; i++)
		add_option(out, ticket_state_names[i], _(ticket_state_names[i]),
		    false);
	str_add(out, "</select></label></p>\n");
}

static void
begin_form(struct str *out, const char *title, const char *action)
{
	page_begin(out, title);
	str_addf(out,
	    "<form method=\"post\" action=\"%s\" accept-charset=\"utf-8\">\n",
	    action);
}

static void
end_form(struct str *out, const char *button)
{
	str_addf(out,
	    "<p><button>%s</button> <a href=\"/mesa_ayuda\">%s</a></p>\n"
	    "</form>\n",
	    button, _("Back"));
	page_end(out);
}

/* ---- the forms ---- */

static int
add_fields(
    struct str *out, struct desk *d, const struct ticket *t, struct err *err)
{
	int rc;

	add_input(out, "subject", _("Subject"), t->subject, 200, true);
	add_area(out, "description", _("Description"),
	    t->description != NULL ? t->description : "");
	if ((rc = add_category(out, d, t->category, err)) != 0)
		return rc;
	add_input(out, "tags", _("Tags"), t->tags, 200, false);
	add_level(out, "urgency", _("Urgency"), t->urgency);
	add_level(out, "impact", _("Impact"), t->impact);
	return 0;
}

/* What is sent says which version was seen. */
static void
add_version(struct str *out, const struct ticket *t)
{
	str_addf(out,
	    "<input type=\"hidden\" name=\"version\" value=\"%lld\">\n",
	    (long long)t->version);
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct ticket t = {.urgency = 3, .impact = 3};
	struct json_out w;
	int rc;

	if (!c->wants_html) {
		json_out_init(&w, &c->out);
		ticket_sample(&w);
		return 0;
	}
	begin_form(&c->out, _("Make a ticket"), "/ticket/new");
	rc = add_fields(&c->out, d, &t, err);
	end_form(&c->out, _("Save"));
	return rc;
}

/* The one of the path; as JSON it is printed. */
static int
read_ticket(
    struct api_call *c, struct desk *d, struct ticket *t, struct err *err)
{
	int rc = ticket_by_number(d, c->record, t, err);

	return rc != 0 || c->wants_html ? rc : ticket_answer(c, d, t, err);
}

static int
edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	char title[64], action[64];
	struct ticket t = {0};
	int rc = read_ticket(c, d, &t, err);

	if (rc == 0 && c->wants_html) {
		str_format(title, sizeof(title), _("Ticket %lld"),
		    (long long)t.number);
		str_format(action, sizeof(action), "/ticket/%lld/edit",
		    (long long)t.number);
		begin_form(&c->out, title, action);
		add_version(&c->out, &t);
		rc = add_fields(&c->out, d, &t, err);
		add_state(&c->out);
		end_form(&c->out, _("Save"));
	}
	ticket_clear(&t);
	return rc;
}

static int
delete_run(struct api_call *c, struct desk *d, struct err *err)
{
	char title[64], action[64];
	struct ticket t = {0};
	int rc = read_ticket(c, d, &t, err);

	if (rc == 0 && c->wants_html) {
		str_format(title, sizeof(title), _("Ticket %lld"),
		    (long long)t.number);
		str_format(action, sizeof(action), "/ticket/%lld/delete",
		    (long long)t.number);
		begin_form(&c->out, title, action);
		add_version(&c->out, &t);
		str_add(&c->out, "<p>");
		page_text(&c->out, t.subject);
		str_add(&c->out, "</p>\n");
		end_form(&c->out, _("Move a ticket to the trash"));
	}
	ticket_clear(&t);
	return rc;
}

#define ROUTE(path, scope, summary)                                            \
	.route = {"GET", path, 0, ROUTE_SCOPE, scope, api_handle, summary},    \
	.flags = API_HTML, .shape = &api_ticket, .status = 200

static const struct api_route routes[] = {
    {ROUTE("/ticket/new", "ticket.new", N_("The form of a new ticket")),
	.run = new_run},
    {ROUTE("/ticket/{number}/edit", "ticket.read",
	 N_("The form that changes a ticket")),
	.run = edit_run},
    {ROUTE("/ticket/{number}/delete", "ticket.read",
	 N_("The form that moves a ticket to the trash")),
	.run = delete_run},
};

void
ticket_forms_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
