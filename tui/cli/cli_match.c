/* cli_match - what a text is about; see cli_match.h. */
#include "tui/cli/cli_match.h"
#include "common/i18n.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES ((size_t)1 << 20)

static const struct json_limits limits = {
    .max_bytes = LINE_MAX_BYTES,
    .max_depth = 8,
    .max_nodes = 1000,
    .max_string = LINE_MAX_BYTES,
};

int
cli_match_threshold(
    const struct cli *c, double usual, double *out, struct err *err)
{
	const char *s = cli_option(c, "--threshold");
	char *end;

	*out = usual;
	if (s == NULL)
		return 0;
	*out = strtod(s, &end);
	if (end == s || *end != '\0' || !(*out >= 0 && *out <= 1))
		return err_set(err, OD_EUSAGE,
		    "--threshold is a number from 0 to 1, as 0.8");
	return 0;
}

static void
print_match(struct json_out *out, const struct match *m)
{
	json_out_object(out, NULL);
	json_out_string(out, "topic", m->topic);
	json_out_double(out, "score", round(m->score * 10000) / 10000);
	json_out_array(out, "why");
	for (size_t i = 0; i < m->why_count; i++)
		json_out_string(out, NULL, m->why[i]);
	json_out_end(out, ']');
	json_out_end(out, '}');
}

/* A line without its end: false when there is none; *too_long. */
static bool
read_line(FILE *in, struct str *line, bool *too_long)
{
	int ch;

	str_clear(line);
	*too_long = false;
	while ((ch = getc_unlocked(in)) != EOF && ch != '\n') {
		if (line->len < LINE_MAX_BYTES)
			str_addc(line, (char)ch);
		else
			*too_long = true;
	}
	return ch != EOF || line->len > 0;
}

static int
answer(const struct match_model *m, const struct json *doc, double threshold,
    struct str *out, struct err *err)
{
	const char *id = json_string(doc, "id");
	const char *text = json_string(doc, "text");
	const char *code = json_string(doc, "lang");
	enum lang lang = i18n_lang();
	struct match_result r;
	struct json_out w;

	if (id == NULL || text == NULL ||
	    (code != NULL && !lang_parse(code, &lang)))
		return err_set(err, OD_EDATA,
		    "Each line is an object with \"id\", \"text\" and \"lang\""
		    " (es or en)");
	match_find(m, text, strlen(text), lang, threshold, &r);
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "id", id);
	json_out_array(&w, "matches");
	for (size_t i = 0; i < r.count; i++)
		print_match(&w, &r.matches[i]);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	str_addc(out, '\n');
	return 0;
}

static int
match_lines(const struct match_model *m, double threshold, struct err *err)
{
	struct str line = STR_INIT, out = STR_INIT;
	long long n = 0, bad = 0;
	bool too_long;

	while (read_line(stdin, &line, &too_long)) {
		struct json *doc = NULL;
		struct err why = ERR_INIT;
		int rc;

		n++;
		if (line.len == 0)
			continue;
		rc = too_long
		         ? err_set(&why, OD_ELIMIT, "The line is too long")
		         : json_parse(line.s, line.len, &limits, &doc, &why);
		if (rc == 0)
			rc = answer(m, doc, threshold, &out, &why);
		json_free(&doc);
		if (rc != 0) {
			bad++;
			fprintf(stderr, "opdesk: %lld: %s\n", n, why.text);
			continue;
		}
		fwrite(out.s, 1, out.len, stdout);
		str_clear(&out);
		if (fflush(stdout) != 0)
			break; /* cli_flush says why */
	}
	str_free(&line);
	str_free(&out);
	if (ferror(stdin))
		return err_set(
		    err, OD_EIO, "Standard input cannot be read: %m");
	if (bad > 0)
		return err_set(err, OD_EDATA,
		    "%lld lines could not be read; the others were answered",
		    bad);
	return 0;
}

static void
match_text(struct cli *c, const struct cli_match *match)
{
	const char *text = c->args[0];
	struct match_result r;

	match_find(match->model, text, strlen(text), i18n_lang(),
	    match->threshold, &r);
	cli_list(c, match->columns, CLI_MATCH_COLUMNS);
	for (size_t i = 0; i < r.count; i++)
		print_match(cli_row(c), &r.matches[i]);
	if (r.count == 0)
		cli_say(c, "%s", _(match->nothing));
}

int
cli_match_answer(struct cli *c, const struct cli_match *match, struct err *err)
{
	if (c->nargs == 0)
		return match_lines(match->model, match->threshold, err);
	match_text(c, match);
	return 0;
}
