/* cli_out - what a verb prints: JSON, a table, or lines; see cli.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/calendars.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "tui/cli/cli_int.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_MAX 16
#define BAR_MAX     30 /* columns of a progress bar */

static const struct json_limits print_limits = {
    .max_bytes = (size_t)1 << 30,
    .max_depth = 32,
    .max_nodes = 50000000,
    .max_string = (size_t)16 << 20,
};

void
cli_list(struct cli *c, const struct cli_column *columns, size_t count)
{
	BUG_ON(count > COLUMNS_MAX);
	c->columns = columns;
	c->column_count = count;
	json_out_init(&c->json, &c->out);
	if (!c->in->jsonl)
		json_out_array(&c->json, NULL);
}

struct json_out *
cli_row(struct cli *c)
{
	if (c->in->jsonl) {
		if (c->rows > 0)
			str_addc(&c->out, '\n');
		json_out_init(&c->json, &c->out);
	}
	c->rows++;
	return &c->json;
}

struct json_out *
cli_value(struct cli *c)
{
	json_out_init(&c->json, &c->out);
	c->rows = 1;
	return &c->json;
}

void
cli_handed_on(struct json_out *out, const char *name, int64_t id)
{
	json_out_object(out, NULL);
	json_out_int(out, name, id);
	json_out_bool(out, "handed_on", true);
	json_out_end(out, '}');
}

/* Through the gate to standard output. */
static void
put_safe(const struct str *text)
{
	struct str safe = STR_INIT;

	text_safe(&safe, text->s, text->len, TEXT_BLOCK);
	fwrite(safe.s, 1, safe.len, stdout);
	str_free(&safe);
}

void
cli_say(const struct cli *c, const char *fmt, ...)
{
	struct str line = STR_INIT;
	va_list ap;

	if (c->in->json || c->in->jsonl)
		return;
	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	put_safe(&line);
	putchar('\n');
	str_free(&line);
}

void
cli_people(struct cli *c,
    void (*fn)(const struct cli *c, const struct json *doc, struct str *out))
{
	c->people = fn;
}

void
cli_keep_rows(struct cli *c)
{
	c->keep_rows = true;
}

void
cli_more(const struct cli *c, const char *cursor)
{
	if (!c->in->json && !c->in->jsonl)
		fprintf(stderr, _("There is more: --cursor %s\n"), cursor);
}

void
cli_more_id(const struct cli *c, int64_t id)
{
	char cursor[24];

	str_format(cursor, sizeof(cursor), "%lld", (long long)id);
	cli_more(c, cursor);
}

void
cli_more_at(const struct cli *c, int64_t us, int64_t number)
{
	char time[RFC3339_SIZE], cursor[64];

	clock_format_rfc3339(time, us);
	str_format(
	    cursor, sizeof(cursor), "%s/%lld", time, (long long)number);
	cli_more(c, cursor);
}

/* What is left of the terminal's line: a line that breaks cannot be redrawn. */
static int
bar_width(const char *what)
{
	const int beside = utf8_width(what, strlen(what)) +
	                   (int)strlen(" [] 100 %");
	struct winsize ws = {0};
	int left = BAR_MAX;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		left = ws.ws_col - 1 - beside;
	return left < 0 ? 0 : left < BAR_MAX ? left : BAR_MAX;
}

void
cli_progress(const struct cli *c, const char *what, int64_t done, int64_t all)
{
	static int64_t shown = -1;
	int64_t percent = all > 0 ? done * 100 / all : 100;
	char bar[BAR_MAX + 1];
	int width;

	if (c->in->no_input || !isatty(STDERR_FILENO) || percent == shown)
		return;
	shown = percent;
	width = bar_width(what);
	for (int i = 0; i < width; i++)
		bar[i] = i < percent * width / 100 ? '#' : '.';
	bar[width] = '\0';
	fprintf(stderr, "\r%s [%s] %3d %%", what, bar, (int)percent);
	if (done >= all)
		fputc('\n', stderr);
}

/* ---- times, in the operator's zone, else the tenant's ---- */

const struct zone *
cli__zone(const struct cli *c)
{
	const struct zone *zone = zone_utc();
	struct operator o;
	struct tenant t;

	if (c->desk == NULL || c->desk->actor.tenant_id == 0)
		return zone;
	if (c->desk->actor.kind == ACTOR_OPERATOR &&
	    operator_get(c->desk, c->desk->actor.id, &o, NULL) == 0 &&
	    o.zone[0] != '\0' && zone_get(o.zone, &zone, NULL) == 0)
		return zone;
	if (tenant_get(c->desk, c->desk->actor.tenant_id, &t, NULL) == 0)
		(void)zone_get(t.zone, &zone, NULL);
	return zone;
}

/* "2026-11-21 10:57" for a time as JSON has it, else the text itself. */
static void
add_time(const struct cli *c, const char *rfc3339, struct str *out)
{
	struct civil at;
	int64_t us;

	if (clock_parse_rfc3339(rfc3339, &us) != 0) {
		str_add(out, rfc3339);
		return;
	}
	zone_civil(c->zone, us, &at);
	str_addf(out, "%04d-%02d-%02d %02d:%02d", at.year, at.month, at.day,
	    at.hour, at.minute);
}

/* A span of time in JSON is a number of seconds, and its name says so. */
static bool
is_span(const char *name, const struct json *v)
{
	size_t n = name != NULL ? strlen(name) : 0;

	return n > 2 && strcmp(name + n - 2, "_s") == 0 &&
	       json_type(v) == JSON_NUMBER;
}

static void
add_span(const struct json *v, struct str *out)
{
	char text[32];
	int64_t seconds = 0;

	(void)json_as_int64(v, &seconds);
	promise_format_span(seconds * US_PER_SECOND, text);
	str_add(out, text);
}

/* The words of a list, as people write them. */
static void
add_list(const struct json *v, struct str *out)
{
	for (const struct json *m = json_first(v); m != NULL;
	     m = json_next(m)) {
		const char *s = json_as_string(m);

		if (m != json_first(v))
			str_add(out, ", ");
		if (s != NULL)
			str_add(out, s);
		else
			json_print(m, out);
	}
}

/* A JSON value, the member of that name, as one safe cell. */
static char *
cell_text(
    const struct cli *c, const char *name, const struct json *v, int width)
{
	struct str raw = STR_INIT;
	const char *s;
	char *safe;

	if (v == NULL || json_type(v) == JSON_NULL)
		return xstrdup("");
	if (json_type(v) == JSON_BOOL) {
		json_print(v, &raw);
		safe = xstrdup(strcmp(raw.s, "true") == 0 ? _("yes") : _("no"));
		str_free(&raw);
		return safe;
	}
	if (is_span(name, v))
		add_span(v, &raw);
	else if (json_type(v) == JSON_ARRAY)
		add_list(v, &raw);
	else if ((s = json_as_string(v)) == NULL)
		json_print(v, &raw);
	else if (width == CLI_TIME)
		add_time(c, s, &raw);
	else
		str_add(&raw, cli__word(c->verb->noun, name, s));
	safe = text_safe_dup(raw.s, TEXT_LINE);
	str_free(&raw);
	return safe;
}

void
cli_add_time(const struct cli *c, const struct json *doc, const char *name,
    struct str *out)
{
	const char *s = json_string(doc, name);

	if (s != NULL)
		add_time(c, s, out);
}

void
cli_add_member(const struct cli *c, const struct json *doc, const char *name,
    struct str *out)
{
	char *text = cell_text(c, name, json_get(doc, name), 0);

	str_add(out, text);
	free(text);
}

void
cli_add_block(struct str *out, int indent, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		str_addf(out, "%*s", indent, "");
		str_addn(out, text, n);
		str_addc(out, '\n');
		text += text[n] == '\n' ? n + 1 : n;
	}
}

/* ---- tables and lines ---- */

/* What is cut says so. */
static void
add_padded(struct str *out, const char *s, int width, bool last)
{
	int cells;
	size_t all = strlen(s), n = utf8_fit(s, all, width, &cells);

	if (n < all)
		n = utf8_fit(s, all, width - 1, &cells);
	str_addn(out, s, n);
	if (n < all) {
		str_add(out, "…");
		cells++;
	}
	for (int i = cells; !last && i < width + 2; i++)
		str_addc(out, ' ');
}

static int
column_width(const struct cli_column *col, char *const *cells, size_t rows,
    size_t stride)
{
	const char *title = _(col->title);
	int head = utf8_width(title, strlen(title)), width = head;
	int most = col->width > head ? col->width : head;

	for (size_t r = 0; r < rows; r++) {
		const char *s = cells[r * stride];
		int w = utf8_width(s, strlen(s));

		if (w > width)
			width = w;
	}
	return col->width > 0 && width > most ? most : width;
}

static void
print_table(const struct cli *c, const struct json *rows)
{
	size_t n = json_size(rows), k = c->column_count, at = 0;
	char **cells = xcalloc(n * k + 1, sizeof(*cells));
	int widths[COLUMNS_MAX];
	struct str out = STR_INIT;

	for (const struct json *row = json_first(rows); row != NULL;
	     row = json_next(row))
		for (size_t i = 0; i < k; i++)
			cells[at++] = cell_text(c, c->columns[i].key,
			    json_get(row, c->columns[i].key),
			    c->columns[i].width);
	for (size_t i = 0; i < k; i++) {
		widths[i] = column_width(&c->columns[i], cells + i, n, k);
		add_padded(&out, _(c->columns[i].title), widths[i], i == k - 1);
	}
	str_addc(&out, '\n');
	for (at = 0; at < n * k; at++) {
		add_padded(&out, cells[at], widths[at % k], at % k == k - 1);
		if (at % k == k - 1)
			str_addc(&out, '\n');
		free(cells[at]);
	}
	fputs(out.s, stdout);
	str_free(&out);
	free(cells);
}

static bool
is_time(const char *name)
{
	static const char *const ends[] = {"_at", "_since", "_until"};
	size_t n = name != NULL ? strlen(name) : 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t k = strlen(ends[i]);

		if (n > k && strcmp(name + n - k, ends[i]) == 0)
			return true;
	}
	return str_equal(name, "at");
}

/*
 * "key: value" lines for what has a value; what is inside one follows it,
 * moved in, as deep as the JSON that we wrote.
 */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
add_lines(
    const struct cli *c, const struct json *v, int indent, struct str *out)
{
	for (const struct json *m = json_first(v); m != NULL;
	     m = json_next(m)) {
		enum json_type type = json_type(m);
		char *text;

		if (type == JSON_OBJECT || type == JSON_ARRAY) {
			if (json_size(m) == 0)
				continue;
			str_addf(out, "%*s%s%s\n", indent, "",
			    json_name(m) != NULL ? cli__label(json_name(m))
						 : "-",
			    json_name(m) != NULL ? ":" : "");
			add_lines(c, m, indent + 2, out);
			continue;
		}
		text = cell_text(
		    c, json_name(m), m, is_time(json_name(m)) ? CLI_TIME : 0);
		if (json_name(m) == NULL)
			str_addf(out, "%*s%s\n", indent, "", text);
		else if (text[0] != '\0')
			str_addf(out, "%*s%s: %s\n", indent, "",
			    cli__label(json_name(m)), text);
		free(text);
	}
}

static void
print_json(const struct str *json)
{
	struct str out = STR_INIT;

	json_tame(&out, json->s, json->len);
	fwrite(out.s, 1, out.len, stdout);
	putchar('\n');
	str_free(&out);
}

static void
print_for_people(struct cli *c, const struct json *doc)
{
	struct str out = STR_INIT;

	if (c->people != NULL)
		c->people(c, doc, &out);
	else
		add_lines(c, doc, 0, &out);
	put_safe(&out);
	str_free(&out);
}

int
cli_flush(struct err *err)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_set(
		    err, OD_EIO, "Standard output cannot be written");
	return 0;
}

int
cli__print(struct cli *c, struct err *err)
{
	struct json *doc = NULL;
	int rc;

	/* Whoever reads and has had enough ends this program quietly. */
	signal(SIGPIPE, SIG_DFL);
	c->zone = cli__zone(c);
	if (c->columns != NULL && !c->in->jsonl)
		json_out_end(&c->json, ']');
	if (c->out.len > 0 && (c->in->json || c->in->jsonl)) {
		print_json(&c->out);
	} else if (c->out.len > 0) {
		if ((rc = json_parse(
			 c->out.s, c->out.len, &print_limits, &doc, err)) != 0)
			return rc;
		if (c->columns != NULL)
			print_table(c, doc);
		else
			print_for_people(c, doc);
		json_free(&doc);
	}
	return cli_flush(err);
}
