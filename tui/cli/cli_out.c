/* cli_out - what a verb prints: JSON, a table, or lines; see cli.h. */
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/cli/cli_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MAX 16

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
cli_say(const struct cli *c, const char *fmt, ...)
{
	struct str line = STR_INIT;
	va_list ap;

	if (c->in->json || c->in->jsonl)
		return;
	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	puts(line.s);
	str_free(&line);
}

void
cli_progress(const struct cli *c, const char *what, int64_t done, int64_t all)
{
	static int64_t shown = -1;
	int64_t percent = all > 0 ? done * 100 / all : 100;
	char bar[31];

	if (c->in->no_input || !isatty(STDERR_FILENO) || percent == shown)
		return;
	shown = percent;
	for (int i = 0; i < 30; i++)
		bar[i] = i < percent * 30 / 100 ? '#' : '.';
	bar[30] = '\0';
	fprintf(stderr, "\r%s [%s] %3d %%", what, bar, (int)percent);
	if (done >= all)
		fputc('\n', stderr);
}

/* A JSON value as one safe cell. */
static char *
cell_text(const struct json *v)
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
	if ((s = json_as_string(v)) != NULL)
		return text_safe_dup(s, TEXT_LINE);
	json_print(v, &raw);
	safe = text_safe_dup(raw.s, TEXT_LINE);
	str_free(&raw);
	return safe;
}

static void
add_padded(struct str *out, const char *s, int width, bool last)
{
	int cells;
	size_t n = utf8_fit(s, strlen(s), width, &cells);

	str_addn(out, s, n);
	for (int i = cells; !last && i < width + 2; i++)
		str_addc(out, ' ');
}

static int
column_width(const struct cli_column *col, char *const *cells, size_t rows,
    size_t stride)
{
	const char *title = _(col->title);
	int width = utf8_width(title, strlen(title));

	for (size_t r = 0; r < rows; r++) {
		const char *s = cells[r * stride];
		int w = utf8_width(s, strlen(s));

		if (w > width)
			width = w;
	}
	return col->width > 0 && width > col->width ? col->width : width;
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
			cells[at++] =
			    cell_text(json_get(row, c->columns[i].key));
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

static void
print_members(const struct json *v)
{
	for (const struct json *m = json_first(v); m != NULL;
	     m = json_next(m)) {
		char *text = cell_text(m);

		printf("%s: %s\n", json_name(m), text);
		free(text);
	}
}

int
cli__print(struct cli *c, struct err *err)
{
	struct json *doc = NULL;
	int rc;

	if (c->columns != NULL && !c->in->jsonl)
		json_out_end(&c->json, ']');
	if (c->out.len > 0 && (c->in->json || c->in->jsonl)) {
		puts(c->out.s);
	} else if (c->out.len > 0) {
		if ((rc = json_parse(
			 c->out.s, c->out.len, &print_limits, &doc, err)) != 0)
			return rc;
		if (c->columns != NULL)
			print_table(c, doc);
		else
			print_members(doc);
		json_free(&doc);
	}
	if (fflush(stdout) != 0)
		return err_set(
		    err, OD_EIO, "Standard output cannot be written");
	return 0;
}
