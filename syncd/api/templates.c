/* templates - texts with variables that steps of guides are made from. */
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/guide_templates.h"
#include "kb/guide_template.h"
#include "syncd/api/call.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PATH     "/api/support/troubleshooting/templates"

static void
sample(struct json_out *out)
{
	const struct guide_template t = {.id = 0};

	guide_template_json(&t, out);
}

static const struct api_shape one_shape = {
    "GuideTemplate", NULL, sample, API_PAGE_NONE};
static const struct api_shape list_shape = {
    "GuideTemplate", "templates", sample, API_PAGE_NONE};

/* clang-format off */
static const struct api_field new_body[] = {
    {"template_id", API_TEXT, API_REQUIRED, 1, 64, NULL, "What it is called: a-z, digits, _ and -."},
    {"name", API_TEXT, API_REQUIRED, 1, 200, NULL, "Its title."},
    {"description", API_TEXT, 0, 0, 4096, NULL, "What it is for."},
    {"category", API_TEXT, 0, 0, 64, NULL, "A word."},
    {"variables", API_ITEMS, 0, 0, 30, NULL, "Objects of name, description, type, required, choices."},
    {"steps_template", API_ITEMS, API_REQUIRED, 1, 50, NULL, "Steps, or texts, with {{variables}}."},
};
/* clang-format on */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct guide_template *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = guide_template_list(d, &rows, &count, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "templates");
	for (size_t i = 0; i < count; i++)
		guide_template_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	guide_template_list_free(&rows, count);
	return 0;
}

static void
print_items(const struct api_value *v, struct str *out)
{
	if (v->is_there)
		json_print(v->map, out);
	else
		str_add(out, "[]");
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct str variables = STR_INIT, steps = STR_INIT;
	struct guide_template_new in = {
	    .name = api_text(api_body(c, "template_id"), ""),
	    .title = api_text(api_body(c, "name"), ""),
	    .description = api_text(api_body(c, "description"), NULL),
	    .category = api_text(api_body(c, "category"), NULL)};
	struct guide_template t;
	struct json_out w;
	int64_t id;
	int rc;

	c->tried = OP_TEMPLATE_NEW;
	print_items(api_body(c, "variables"), &variables);
	print_items(api_body(c, "steps_template"), &steps);
	in.variables = variables.s;
	in.steps = steps.s;
	if ((rc = template_check(variables.s, steps.s, err)) == 0 &&
	    (rc = guide_template_new(d, &in, &id, err)) == 0 &&
	    (rc = guide_template_get(d, in.name, &t, err)) == 0) {
		json_out_init(&w, &c->out);
		guide_template_json(&t, &w);
		guide_template_clear(&t);
	}
	str_free(&variables);
	str_free(&steps);
	return rc;
}

static const struct api_route routes[] = {
    {.route = {"GET", PATH, 0, ROUTE_SCOPE, "template.read", api_handle,
	 N_("List templates of guides")},
	.shape = &list_shape,
	.status = 200,
	.run = list_run},
    {.route = {"POST", PATH, 262144, ROUTE_SCOPE, "template.new", api_handle,
	 N_("Make a template of guides")},
	.flags = API_WRITES | API_KEY,
	.body = new_body,
	.body_count = COUNT(new_body),
	.shape = &one_shape,
	.status = 201,
	.run = new_run,
	.also = "template.read"},
};

void
templates_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
