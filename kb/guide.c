/*
 * guide - names, findings and words of guides that were read.
 */
#include "kb/guide_int.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

/* 256 KiB of text a guide, and as many values as phrases need. */
const struct json_limits guide__json_limits = {
    GUIDE_MAX_BYTES, 12, 400000, 64 * 1024};

/* clang-format off */
static const char *const rule_names[GUIDE_RULE_COUNT] = {
	[GUIDE_RULE_JSON] = "json",
	[GUIDE_RULE_TOPIC] = "topic",
	[GUIDE_RULE_UNKNOWN] = "unknown-field",
	[GUIDE_RULE_TYPE] = "type",
	[GUIDE_RULE_MISSING] = "missing",
	[GUIDE_RULE_LIMIT] = "limit",
	[GUIDE_RULE_EMPTY] = "empty",
	[GUIDE_RULE_NUMBER] = "number",
	[GUIDE_RULE_BRANCH] = "branch",
	[GUIDE_RULE_UNREACHABLE] = "unreachable",
	[GUIDE_RULE_DEAD_END] = "dead-end",
	[GUIDE_RULE_LOOP] = "loop",
	[GUIDE_RULE_LANGUAGE] = "language",
	[GUIDE_RULE_TRANSLATION] = "translation",
	[GUIDE_RULE_VARIABLE] = "variable",
	[GUIDE_RULE_WIDTH] = "width",
	[GUIDE_RULE_PHRASES] = "phrases",
	[GUIDE_RULE_DUPLICATE] = "duplicate",
	[GUIDE_RULE_URL] = "url",
};
static const char *const type_names[GUIDE_TYPE_COUNT] = {
	[GUIDE_TEXT] = "text",
	[GUIDE_NUMBER] = "number",
	[GUIDE_DATE] = "date",
	[GUIDE_EMAIL] = "email",
	[GUIDE_PHONE] = "phone",
	[GUIDE_CHOICE] = "choice",
	[GUIDE_YES_NO] = "yes_no",
};
static const char *const source_names[GUIDE_SOURCE_COUNT] = {
	[GUIDE_FROM_NOBODY] = "",
	[GUIDE_FROM_CONTACT_NAME] = "contact.full_name",
	[GUIDE_FROM_CONTACT_EMAIL] = "contact.email",
	[GUIDE_FROM_CONTACT_PHONE] = "contact.phone_number",
	[GUIDE_FROM_COMPANY] = "company.name",
	[GUIDE_FROM_TICKET_NUMBER] = "ticket.number",
	[GUIDE_FROM_TICKET_SUBJECT] = "ticket.subject",
	[GUIDE_FROM_EQUIPMENT_NAME] = "equipment.name",
	[GUIDE_FROM_EQUIPMENT_SERIAL] = "equipment.serial",
	[GUIDE_FROM_OPERATOR] = "operator.full_name",
};
static const char *const goto_names[GUIDE_TO_COUNT] = {
	[GUIDE_TO_NEXT] = "next",
	[GUIDE_TO_STEP] = "",
	[GUIDE_TO_RESOLVED] = "resolved",
	[GUIDE_TO_ESCALATE] = "escalate",
};
/* clang-format on */

const char *
guide_rule_name(enum guide_rule rule)
{
	return rule_names[rule];
}

const char *
guide_type_name(enum guide_variable_type type)
{
	return type_names[type];
}

const char *
guide_source_name(enum guide_source source)
{
	return source_names[source];
}

const char *
guide_goto_name(enum guide_goto to)
{
	return goto_names[to];
}

void
guide_findings_free(struct guide_findings *f)
{
	free(f->items);
	*f = (struct guide_findings)GUIDE_FINDINGS_INIT;
}

static int
by_line(const void *a, const void *b)
{
	const struct guide_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

void
guide_findings_sort(struct guide_findings *f)
{
	if (f->count > 1)
		qsort(f->items, (size_t)f->count, sizeof(*f->items), by_line);
}

void
guide__vfound(struct guide_findings *f, enum guide_rule rule, bool is_error,
    int line, const char *topic, const char *fmt, va_list ap)
{
	struct str text = STR_INIT;
	struct guide_finding *item;

	if (!f)
		return;
	f->errors += is_error;
	if (f->count == GUIDE_MAX_FINDINGS) {
		f->more++;
		return;
	}
	/* By doubling: full whenever count is a power of two. */
	if ((f->count & (f->count - 1)) == 0)
		f->items = xreallocarray(f->items,
		    f->count ? (size_t)f->count * 2 : 1, sizeof(*f->items));
	item = &f->items[f->count++];
	item->rule = rule;
	item->is_error = is_error;
	item->line = line;
	text_safe_buf(item->topic, sizeof(item->topic), topic ? topic : "");
	str_vaddf(&text, fmt, ap);
	text_safe_buf(item->text, sizeof(item->text), text.s);
	str_free(&text);
}

void
guide__found(struct guide_findings *f, enum guide_rule rule, bool is_error,
    int line, const char *topic, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	guide__vfound(f, rule, is_error, line, topic, fmt, ap);
	va_end(ap);
}

bool
guide__has_words(const char *s)
{
	return s != NULL && s[strspn(s, " \t\r\n")] != '\0';
}

bool
guide_topic_valid(const char *topic)
{
	size_t n = strlen(topic);

	return n > 0 && n <= GUIDE_MAX_TOPIC && topic[0] >= 'a' &&
	       topic[0] <= 'z' &&
	       strspn(topic, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

const struct guide *
guide_file_find(const struct guide_file *f, const char *topic)
{
	for (int i = 0; i < f->count; i++)
		if (strcmp(f->guides[i].topic, topic) == 0)
			return &f->guides[i];
	return NULL;
}

int
guide_file_line(const struct guide_file *f, const char *text)
{
	int low = 0, high = f->own->lines - 1;
	size_t at;

	if (!text)
		return 1;
	at = json_where(f->own->doc, text);
	while (low < high) { /* the last line that begins at or before it */
		int mid = (low + high + 1) / 2;

		if (f->own->line_starts[mid] <= at)
			low = mid;
		else
			high = mid - 1;
	}
	return low + 1;
}

bool
guide_speaks(const struct guide *g, enum lang lang)
{
	return g->words[lang].at != NULL;
}

/* What lang says, else what the guide's own language does, else "". */
static const char *
said(const char *first, const char *own)
{
	if (guide__has_words(first))
		return first;
	return own ? own : "";
}

static struct guide_list
said_list(struct guide_list first, struct guide_list own)
{
	return first.count > 0 ? first : own;
}

void
guide_words(const struct guide *g, enum lang lang, struct guide_words *out)
{
	const struct guide_words *own = &g->words[g->lang];

	*out = g->words[lang];
	out->title = said(out->title, own->title);
	out->description = said(out->description, own->description);
	out->estimated_time = said(out->estimated_time, own->estimated_time);
	out->difficulty = said(out->difficulty, own->difficulty);
	out->common_issues = said_list(out->common_issues, own->common_issues);
	out->escalation_criteria =
	    said_list(out->escalation_criteria, own->escalation_criteria);
}

void
guide_step_words(const struct guide *g, const struct guide_step *step,
    enum lang lang, struct guide_step_words *out)
{
	const struct guide_step_words *own = &step->words[g->lang];

	*out = step->words[lang];
	out->title = said(out->title, own->title);
	out->description = said(out->description, own->description);
	out->expected_result = said(out->expected_result, own->expected_result);
	out->question = said(out->question, own->question);
	if (!guide__has_words(out->question))
		out->question = tr(lang, N_("Did it work?"));
	out->instructions = said_list(out->instructions, own->instructions);
	out->warnings = said_list(out->warnings, own->warnings);
	if (out->n_resources == 0) {
		out->resources = own->resources;
		out->n_resources = own->n_resources;
	}
}

void
guide_variable_words(const struct guide *g, const struct guide_variable *v,
    enum lang lang, struct guide_variable_words *out)
{
	const struct guide_variable_words *own = &v->words[g->lang];

	*out = v->words[lang];
	out->description = said(out->description, own->description);
	/* A choice is known by its place, so both have as many. */
	if (out->choices.count != own->choices.count)
		out->choices = own->choices;
}

const struct guide_step *
guide_step(const struct guide *g, int number)
{
	for (int i = 0; i < g->n_steps; i++)
		if (g->steps[i].number == number)
			return &g->steps[i];
	return NULL;
}

const struct guide_variable *
guide_variable(const struct guide *g, const char *name, size_t n)
{
	for (int i = 0; i < g->n_variables; i++)
		if (strlen(g->variables[i].name) == n &&
		    memcmp(g->variables[i].name, name, n) == 0)
			return &g->variables[i];
	return NULL;
}

bool
guide_next_variable(const char *text, size_t *at, size_t *begin,
    const char **name, size_t *name_len)
{
	const char *open = strstr(text + *at, "{{"), *close;
	size_t n;

	if (!open || !(close = strstr(open + 2, "}}")))
		return false;
	*begin = (size_t)(open - text);
	*at = (size_t)(close + 2 - text);
	open += 2;
	open += strspn(open, " ");
	n = open < close ? (size_t)(close - open) : 0;
	while (n > 0 && open[n - 1] == ' ')
		n--;
	*name = open;
	*name_len = n;
	return true;
}
