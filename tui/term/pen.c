/* pen - see pen.h. */
#include "tui/term/pen.h"

bool
pen_same_style(const struct theme_style *a, const struct theme_style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

void
pen_move(struct pen *pen, int x, int y, struct str *out)
{
	if (pen->x == x && pen->y == y)
		return;
	if (pen->y == y && pen->x >= 0 && x == pen->x + 1)
		str_add(out, "\033[C");
	else if (pen->y == y && pen->x >= 0 && x > pen->x)
		str_addf(out, "\033[%dC", x - pen->x);
	else if (pen->y >= 0 && x == 0 && pen->y == y)
		str_add(out, "\r");
	else if (pen->y >= 0 && x == 0 && pen->y + 1 == y)
		str_add(out, "\r\n");
	else if (x == 0)
		str_addf(out, "\033[%dH", y + 1);
	else
		str_addf(out, "\033[%d;%dH", y + 1, x + 1);
	pen->x = x;
	pen->y = y;
}

static void
add_colour(struct str *s, int colour, bool is_bg)
{
	int base = is_bg ? 40 : 30;

	if (colour < 0)
		str_addf(s, ";%d", base + 9);
	else if (colour < 8)
		str_addf(s, ";%d", base + colour);
	else
		str_addf(s, ";%d;5;%d", base + 8, colour);
}

static void
add_attrs(struct str *s, unsigned attrs)
{
	str_add(s, (attrs & ATTR_BOLD) != 0 ? ";1" : "");
	str_add(s, (attrs & ATTR_DIM) != 0 ? ";2" : "");
	str_add(s, (attrs & ATTR_UNDERLINE) != 0 ? ";4" : "");
	str_add(s, (attrs & ATTR_REVERSE) != 0 ? ";7" : "");
}

/* From the style at hand, or from the usual one: what is shorter. */
void
pen_style(struct pen *pen, const struct theme_style *s, struct str *out)
{
	struct str whole = STR_INIT, more = STR_INIT, *best = &whole;
	const struct theme_style *now = &pen->style;

	if (pen->is_styled && pen_same_style(now, s))
		return;
	add_attrs(&whole, s->attrs);
	if (s->fg >= 0)
		add_colour(&whole, s->fg, false);
	if (s->bg >= 0)
		add_colour(&whole, s->bg, true);
	if (whole.len > 0) {
		str_addf(&more, ";0%s", whole.s);
		str_clear(&whole);
		str_addn(&whole, more.s, more.len);
		str_clear(&more);
	}
	if (pen->is_styled && (now->attrs & ~s->attrs) == 0) {
		add_attrs(&more, s->attrs & (unsigned)~now->attrs);
		if (s->fg != now->fg)
			add_colour(&more, s->fg, false);
		if (s->bg != now->bg)
			add_colour(&more, s->bg, true);
		if (more.len <= whole.len)
			best = &more;
	}
	str_addf(out, "\033[%sm", best->len > 0 ? best->s + 1 : "");
	pen->style = *s;
	pen->is_styled = true;
	str_free(&whole);
	str_free(&more);
}
