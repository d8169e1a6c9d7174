/* cli_hint - what to answer to what a customer objects. */
#include "tui/cli/cli_hint.h"
#include "common/i18n.h"
#include "kb/hint.h"
#include "kb/matcher.h"
#include "tui/cli/cli_guide.h"
#include "tui/cli/cli_match.h"
#include "tui/cli/cli_tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column list_columns[] = {
    {"id", N_("Card"), 0},
    {"title", N_("What is objected"), 0},
    {"category", N_("Category"), 0},
};

static const struct cli_column match_columns[CLI_MATCH_COLUMNS] = {
    {"topic", N_("Card"), 0},
    {"score", N_("How sure"), 0},
    {"why", N_("Why"), 0},
};

static const struct cli_column check_columns[] = {
    {"file", N_("File"), 0},
    {"text", N_("What is wrong"), 0},
};

static const struct cli_option match_options[] = {
    {"--threshold", "NUMBER",
	N_("how sure it must be, from 0 to 1, for any card to be named")},
    {NULL, NULL, NULL},
};

double
cli_hint_usual(const struct cli *c)
{
	return (double)conf_int(
		   conf_section(c->conf, CONF_DESK), "hint_threshold") /
	       100;
}

/* The tenant's cards when there is a desk, else those that come with opdesk. */
static int
load_cards(struct cli *c, struct kb_objections *cards, struct err *err)
{
	bool is_there;
	int rc = cli_try_desk(c, &is_there, err);

	if (rc != 0)
		return rc;
	return is_there ? kb_cards_of_desk(c->desk, cards, err)
	                : kb_objections_shipped(cards, err);
}

static int
load_model(
    struct cli *c, double *threshold, struct match_model **m, struct err *err)
{
	bool is_there;
	int rc = cli_try_desk(c, &is_there, err);

	if (rc != 0)
		return rc;
	if (!is_there)
		return matcher_shipped_objections(m, err);
	if (cli_option(c, "--threshold") == NULL)
		*threshold = hint_threshold(c->desk, *threshold);
	return matcher_cards_of_desk(c->desk, m, err);
}

static int
run_match(struct cli *c, struct err *err)
{
	struct cli_match match = {
	    .columns = match_columns, .nothing = N_("No card is about that")};
	struct match_model *m = NULL;
	int rc;

	if (c->nargs == 0 && !c->in->jsonl)
		return err_set(err, OD_EUSAGE,
		    "Say what the customer says: opdesk hint match TEXT; or "
		    "give --jsonl and texts on standard input");
	if ((rc = cli_match_threshold(
		 c, cli_hint_usual(c), &match.threshold, err)) != 0 ||
	    (rc = load_model(c, &match.threshold, &m, err)) != 0)
		return rc;
	match.model = m;
	rc = cli_match_answer(c, &match, err);
	match_model_free(&m);
	return rc;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct kb_objections cards;
	int rc;

	if ((rc = load_cards(c, &cards, err)) != 0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (int i = 0; i < cards.count; i++) {
		const struct objection *o = cards.items[i];
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "id", o->id);
		json_out_string(out, "title", o->words[i18n_lang()].title);
		json_out_string(out, "category", o->category);
		json_out_end(out, '}');
	}
	kb_objections_free(&cards);
	return 0;
}

static void
put_texts(
    struct json_out *out, const char *name, const struct guide_list *texts)
{
	json_out_array(out, name);
	for (int i = 0; i < texts->count; i++)
		json_out_string(out, NULL, texts->items[i]);
	json_out_end(out, ']');
}

static void
put_filled(struct json_out *out, const char *name, const char *text,
    const struct card_values *values)
{
	struct str line = STR_INIT;

	if (values != NULL)
		(void)card_fill(text, values, i18n_lang(), &line);
	json_out_string(
	    out, name, values != NULL && line.len > 0 ? line.s : text);
	str_free(&line);
}

void
cli_hint_put_card(struct json_out *out, const struct objection *o,
    const struct card_values *values)
{
	const struct objection_words *w = &o->words[i18n_lang()];

	json_out_object(out, NULL);
	json_out_string(out, "id", o->id);
	json_out_string(out, "category", o->category);
	json_out_string(out, "title", w->title);
	json_out_string(out, "description", w->description);
	json_out_array(out, "rebuttals");
	for (int i = 0; i < w->n_rebuttals; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "title", w->rebuttals[i].title);
		put_filled(out, "text", w->rebuttals[i].text, values);
		put_filled(out, "question", w->rebuttals[i].question, values);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	put_texts(out, "avoid", &w->avoid);
	put_texts(out, "listen_for", &w->listen_for);
	json_out_end(out, '}');
}

static void
print_texts(const struct json *texts, const char *title, struct str *out)
{
	str_addf(out, "\n%s\n", title);
	for (const struct json *t = json_first(texts); t; t = json_next(t)) {
		str_add(out, "  - ");
		str_add(out, json_as_string(t));
		str_addc(out, '\n');
	}
}

void
cli_hint_print_card(
    const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *r = json_first(json_get(doc, "rebuttals"));
	struct str line = STR_INIT;

	cli_add_member(c, doc, "title", out);
	str_addc(out, '\n');
	cli_add_block(out, 2, json_string(doc, "description"));
	for (int n = 1; r != NULL; n++, r = json_next(r)) {
		str_addf(out, "\n%d. %s\n", n, json_string(r, "title"));
		str_clear(&line);
		(void)card_fill(
		    json_string(r, "text"), NULL, i18n_lang(), &line);
		cli_add_block(out, 3, line.s);
		str_add(out, "   > ");
		(void)card_fill(
		    json_string(r, "question"), NULL, i18n_lang(), out);
		str_addc(out, '\n');
	}
	print_texts(json_get(doc, "avoid"), _("What not to say"), out);
	print_texts(json_get(doc, "listen_for"), _("Listen for"), out);
	str_free(&line);
}

static int
run_show(struct cli *c, struct err *err)
{
	struct kb_objections cards;
	const struct objection *o;
	int rc;

	if ((rc = load_cards(c, &cards, err)) != 0)
		return rc;
	if ((o = kb_objections_find(&cards, c->args[0])) != NULL) {
		cli_hint_put_card(cli_value(c), o, NULL);
		cli_people(c, cli_hint_print_card);
	} else {
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no card \"%s\"; opdesk hint list names them",
		    c->args[0]);
	}
	kb_objections_free(&cards);
	return rc;
}

static int
run_check(struct cli *c, struct err *err)
{
	int bad = 0;

	cli_list(c, check_columns, COUNT(check_columns));
	cli_keep_rows(c);
	for (int i = 0; i < c->nargs; i++) {
		struct err why = ERR_INIT;
		struct kb_objections cards;
		struct json_out *out;

		if (kb_objections_read(&c->args[i], 1, &cards, &why) == 0) {
			kb_objections_free(&cards);
			continue;
		}
		bad++;
		out = cli_row(c);
		json_out_object(out, NULL);
		json_out_string(out, "file", c->args[i]);
		json_out_string(out, "text", why.text);
		json_out_end(out, '}');
	}
	if (bad > 0)
		return err_set(err, OD_EDATA,
		    "%d cards cannot be used; mend what is said of each", bad);
	cli_say(c, _("%d files: no errors"), c->nargs);
	return 0;
}

#define OF_PROMPT                                                              \
	{                                                                      \
		"--prompt", NULL, N_("a prompt of the model, not a card")      \
	}

static const struct cli_option import_options[] = {
    OF_PROMPT,
    {"--take-back", NULL, N_("also those that were deleted here")},
    {NULL, NULL, NULL},
};
static const struct cli_option kept_options[] = {
    OF_PROMPT,
    {"--trash", NULL, N_("those in the trash instead")},
    {"--all", NULL, N_("also what is no card: concepts, phrases of nothing")},
    {NULL, NULL, NULL},
};
static const struct cli_option export_options[] = {
    OF_PROMPT,
    {"--draft", NULL, N_("the draft")},
    {"--version", "N", N_("an older version")},
    {"--dir", "DIRECTORY", N_("a file for each that is published")},
    {NULL, NULL, NULL},
};
static const struct cli_option edit_options[] = {
    OF_PROMPT,
    {"--file", "FILE", N_("the draft's text")},
    {"--discard", NULL, N_("throw the draft away")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};
static const struct cli_option publish_options[] = {
    OF_PROMPT,
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};
static const struct cli_option diff_options[] = {
    OF_PROMPT,
    {"--from", "N", N_("a version [the one before]")},
    {"--to", "N", N_("a version [the draft, else the published one]")},
    {NULL, NULL, NULL},
};
static const struct cli_option kind_options[] = {
    OF_PROMPT,
    {NULL, NULL, NULL},
};

/* clang-format off */
static const struct cli_verb rows[] = {
	{"hint", "ask", "TEXT", 1, 1, cli_hint_ask_options, CLI_OPERATOR, false, cli_hint_ask,
	    N_("Show the cards for what the customer says, then what the model would answer, as it comes.")},
	{"hint", "list", "", 0, 0, NULL, CLI_NOBODY, true, run_list,
	    N_("List the cards of objections: the desk's, or those that come with opdesk.")},
	{"hint", "show", "ID", 1, 1, NULL, CLI_NOBODY, true, run_show,
	    N_("Show a card: what to answer, what to ask next, and what not to say.")},
	{"hint", "match", "[TEXT]", 0, 1, match_options, CLI_NOBODY, true, run_match,
	    N_("Say which objection a text is, and why; with --jsonl and without TEXT, of each line on standard input.")},
	{"hint", "check", "FILE...", 1, 1000, NULL, CLI_NOBODY, true, run_check,
	    N_("Say what is wrong with files of cards.")},
	{"hint", "import", "[FILE...]", 0, 1000, import_options, CLI_OPERATOR, false, cli_guide_import,
	    N_("Publish cards or prompts of files as new versions, where they differ; without FILE, those that come with opdesk.")},
	{"hint", "kept", "", 0, 0, kept_options, CLI_OPERATOR, true, cli_guide_list,
	    N_("List the cards or prompts that the desk keeps, with their versions and drafts.")},
	{"hint", "export", "[ID]", 0, 1, export_options, CLI_OPERATOR, true, cli_guide_export,
	    N_("Print a card or prompt as its file, or write all of them into a directory.")},
	{"hint", "edit", "ID", 1, 1, edit_options, CLI_OPERATOR, false, cli_guide_edit,
	    N_("Give a card or prompt a draft, or begin one; say what is wrong with it.")},
	{"hint", "publish", "ID", 1, 1, publish_options, CLI_OPERATOR, false, cli_guide_publish,
	    N_("Publish the draft of a card or prompt as its next version.")},
	{"hint", "versions", "ID", 1, 1, kind_options, CLI_OPERATOR, true, cli_guide_versions,
	    N_("List the versions of a card or prompt, newest first.")},
	{"hint", "diff", "ID", 1, 1, diff_options, CLI_OPERATOR, true, cli_guide_diff,
	    N_("Show what differs between two versions, or the draft and what is published.")},
	{"hint", "delete", "ID", 1, 1, kind_options, CLI_OPERATOR, false, cli_guide_delete,
	    N_("Move a card or prompt to the trash.")},
	{"hint", "restore", "ID", 1, 1, kind_options, CLI_OPERATOR, false, cli_guide_restore,
	    N_("Take a card or prompt out of the trash.")},
	{"hint", "models", "", 0, 0, NULL, CLI_NOBODY, true, cli_hint_models,
	    N_("List the models that the model server has.")},
	{"hint", "status", "", 0, 0, NULL, CLI_NOBODY, true, cli_hint_status,
	    N_("Say whether the model server is reached, has the model, and has it loaded.")},
	{"hint", "use", "MODEL", 1, 1, NULL, CLI_OPERATOR, false, cli_hint_use,
	    N_("Ask another model from now on; \"\" for that of the configuration.")},
	{"hint", "history", "", 0, 0, cli_hint_history_options, CLI_OPERATOR, true, cli_hint_history,
	    N_("Show what the model was asked lately and is reminded of, or all that is in the log.")},
	{"hint", "clear", "", 0, 0, NULL, CLI_OPERATOR, false, cli_hint_clear,
	    N_("Remind the model of nothing that was asked before.")},
	{"hint", "rate", "good|bad|none", 1, 1, cli_hint_rate_options, CLI_OPERATOR, false, cli_hint_rate,
	    N_("Rate the last answer of the model, or another one.")},
};
/* clang-format on */

const struct cli_table cli_hint_table = {rows, COUNT(rows)};
