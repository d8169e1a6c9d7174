/* cli_contact - the noun "contact". */
#include "common/i18n.h"
#include "db/records/people.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column list_columns[] = {
    {"id", N_("Id"), 0},
    {"full_name", N_("Name"), 28},
    {"company_name", N_("Company"), 24},
    {"division_name", N_("Division"), 18},
    {"phone_number", N_("Phone"), 16},
    {"email", N_("Email"), 30},
};

static const struct cli_option list_options[] = {
    {"--match", "WORDS", N_("only what is found with these words")},
    {"--division", "DIVISION",
	N_("only of this division: an id or COMPANY/DIVISION")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct contact *rows = NULL;
	struct page page = {0};
	int64_t division_id;
	size_t count = 0;
	int rc;

	if ((rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = cli_find_division(
		 c, cli_option(c, "--division"), &division_id, err)) != 0)
		return rc;
	if ((rc = contact_list(c->desk, cli_option_or(c, "--match", ""),
		 division_id, &page, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		contact_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	contact_list_free(&rows, count);
	return 0;
}

/* ---- show ---- */

static const char *
point_word(enum contact_point_kind kind)
{
	switch (kind) {
	case POINT_PHONE:
		return "phone";
	case POINT_WHATSAPP_USER:
		return "whatsapp_user";
	case POINT_TELEGRAM:
		return "telegram";
	case POINT_MAIL:
		return "mail";
	case POINT_WEB:
		return "web";
	}
	return "";
}

static int
add_points(struct cli *c, int64_t id, struct json_out *out, struct err *err)
{
	struct contact_point *rows = NULL;
	size_t count = 0;
	int rc = contact_points(c->desk, id, &rows, &count, err);

	json_out_array(out, "addresses");
	for (size_t i = 0; rc == 0 && i < count; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "kind", point_word(rows[i].kind));
		json_out_string(out, "value", rows[i].value);
		json_out_string(out, "username", rows[i].username);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	free(rows);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct contact contact = {0};
	struct str json = STR_INIT;
	struct json_out one, *out;
	int64_t id;
	int rc;

	if ((rc = cli_find_contact(c, c->args[0], &id, err)) != 0 ||
	    (rc = contact_get(c->desk, id, &contact, err)) != 0)
		return rc;
	json_out_init(&one, &json);
	contact_json(&contact, &one);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_raw(out, "contact", json.s);
	rc = add_points(c, id, out, err);
	json_out_end(out, '}');
	str_free(&json);
	contact_clear(&contact);
	return rc;
}

static int
show_contact(struct cli *c, int64_t id, struct err *err)
{
	struct contact contact = {0};
	int rc = contact_get(c->desk, id, &contact, err);

	if (rc == 0)
		contact_json(&contact, cli_value(c));
	contact_clear(&contact);
	return rc;
}

/* ---- new, edit, delete ---- */

static const struct cli_option new_options[] = {
    {"--division", "DIVISION",
	N_("an id or COMPANY/DIVISION; else unclassified")},
    {"--phone", "NUMBER", N_("telephone with the country's code")},
    {"--email", "ADDRESS", N_("mail address")},
    {"--language", "es|en", N_("the language to write in")},
    {"--crm-id", "ID", N_("its id in the CRM")},
    {"--notes", "TEXT", N_("what to know; - is standard input")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	struct str notes = STR_INIT;
	struct contact_new in = {.full_name = c->args[0],
	    .email = cli_option(c, "--email"),
	    .phone_number = cli_option(c, "--phone"),
	    .lang = cli_option(c, "--language"),
	    .crm_id = cli_option(c, "--crm-id")};
	int64_t id;
	int rc;

	if ((rc = cli_option_text(c, "--notes", &notes, err)) == 0 &&
	    (rc = cli_find_division(
		 c, cli_option(c, "--division"), &in.division_id, err)) == 0) {
		in.notes = notes.s;
		rc = contact_new(c->desk, &in, &id, err);
	}
	str_free(&notes);
	return rc != 0 ? rc : show_contact(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "NAME", N_("full name")},
    {"--division", "DIVISION", N_("an id or COMPANY/DIVISION")},
    {"--phone", "NUMBER", N_("telephone with the country's code")},
    {"--email", "ADDRESS", N_("mail address")},
    {"--language", "es|en", N_("the language to write in")},
    {"--crm-id", "ID", N_("its id in the CRM")},
    {"--notes", "TEXT", N_("what to know; - is standard input")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
collect(struct cli *c, const struct str *notes, struct change *changes,
    size_t *count, struct err *err)
{
	static const char *const texts[][2] = {{"--name", "full_name"},
	    {"--phone", "phone_number"}, {"--email", "email"},
	    {"--language", "lang"}, {"--crm-id", "crm_contact_id"}};
	int64_t id;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[(*count)++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if (cli_flag(c, "--notes"))
		changes[(*count)++] =
		    (struct change){"notes", b_text(notes->s)};
	if (cli_flag(c, "--division")) {
		rc =
		    cli_find_division(c, cli_option(c, "--division"), &id, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"division_id", b_ref(id)};
	}
	return *count > 0 ? 0 : cli_nothing(err);
}

static int
run_edit(struct cli *c, struct err *err)
{
	struct str notes = STR_INIT;
	struct contact now = {0};
	struct change changes[7];
	size_t count = 0;
	int64_t id, seen;
	int rc;

	if ((rc = cli_option_text(c, "--notes", &notes, err)) == 0 &&
	    (rc = collect(c, &notes, changes, &count, err)) == 0 &&
	    (rc = cli_find_contact(c, c->args[0], &id, err)) == 0 &&
	    (rc = contact_get(c->desk, id, &now, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) == 0 &&
	    (rc = contact_edit(c->desk, id, seen, changes, count, err)) == 0)
		rc = show_contact(c, id, err);
	contact_clear(&now);
	str_free(&notes);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct contact now = {0};
	int64_t id;
	int rc;

	if ((rc = cli_find_contact(c, c->args[0], &id, err)) == 0 &&
	    (rc = contact_get(c->desk, id, &now, err)) == 0 &&
	    (rc = contact_delete(c->desk, id, now.version, err)) == 0)
		contact_json(&now, cli_value(c));
	contact_clear(&now);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"contact", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List contacts by name, or those that are found.")},
	{"contact", "show", "CONTACT", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a contact with its addresses.")},
	{"contact", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a contact.")},
	{"contact", "edit", "CONTACT", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a contact.")},
	{"contact", "delete", "CONTACT", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete a contact.")},
};
/* clang-format on */

const struct cli_table cli_contact_table = {rows, COUNT(rows)};
