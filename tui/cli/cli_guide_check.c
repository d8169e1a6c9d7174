/* cli_guide_check - the linter of guides. */
#include "common/i18n.h"
#include "kb/guide_check.h"
#include "kb/guides.h"
#include "tui/cli/cli_guide.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"file", N_("File"), 0},
    {"line", N_("Line"), 0},
    {"rule", N_("Rule"), 0},
    {"text", N_("What is wrong"), 0},
};

const struct cli_option cli_guide_check_options[] = {
    {"--strict", NULL, N_("warnings count as errors")},
    {NULL, NULL, NULL},
};

static void
print_finding(
    struct json_out *out, const char *file, const struct guide_finding *f)
{
	json_out_object(out, NULL);
	json_out_string(out, "file", file);
	json_out_int(out, "line", f->line);
	json_out_string(out, "topic", f->topic);
	json_out_string(out, "level", f->is_error ? "error" : "warning");
	json_out_string(out, "rule", guide_rule_name(f->rule));
	json_out_string(out, "text", f->text);
	json_out_end(out, '}');
}

int
cli_guide_check(struct cli *c, struct err *err)
{
	struct kb_guides g;
	int rc, errors = 0, all = 0, guides = 0;

	rc = c->nargs > 0 ? kb_guides_read(c->args, c->nargs, &g, err)
	                  : kb_guides_shipped(&g, err);
	if (rc != 0)
		return rc;
	for (int i = 0; i < g.count; i++) {
		if (g.files[i]) {
			guide_check(g.files[i], &g.found[i]);
			guides += g.files[i]->count;
		}
	}
	guide_check_phrases(g.files, g.count, g.found);
	cli_list(c, columns, COUNT(columns));
	cli_keep_rows(c);
	for (int i = 0; i < g.count; i++) {
		struct guide_findings *f = &g.found[i];

		guide_findings_sort(f);
		for (int k = 0; k < f->count; k++)
			print_finding(cli_row(c), g.names[i], &f->items[k]);
		errors += f->errors;
		all += f->count + f->more;
	}
	if (cli_flag(c, "--strict"))
		errors = all;
	if (errors > 0)
		rc = err_set(err, OD_EDATA,
		    "%d things are wrong; a guide with an error cannot be used",
		    errors);
	else
		cli_say(c, _("%d files with %d guides: no errors"), g.count,
		    guides);
	kb_guides_free(&g);
	return rc;
}
