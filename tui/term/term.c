/*
 * term - curses for keys, modes and strange terminals; paint for the rest.
 */
#include "tui/term/term.h"

#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/term/caps.h"
#include "tui/term/sequence.h"

#include <errno.h>
#include <langinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <ncurses.h>
/* curses has a struct term of its own. */
#define term curses_term
#include <term.h>
#undef term

#define ESC_DELAY_MS    25
#define KEY_PASTE_BEGIN 0x7f01
#define KEY_PASTE_END   0x7f02
#define PASTE_TURN      4096 /* characters of it without a frame */

struct term {
	SCREEN *screen;
	struct termios found; /* settings to be given back */
	enum theme_depth depth;
	bool plain, mouse_on, has_osc;
	bool pasting;
	struct str paste;
	bool paste_cut, paste_cr;
	bool in_sequence; /* what comes is no key until it ends */
	struct sequence sequence;
	struct paint *paint; /* owned; NULL: curses draws */
	struct str frame;    /* what paint sends */
	WINDOW *keys;        /* read from: curses never draws it */
	cchar_t *row;        /* owned, for draw_by_curses */
	int row_size;
};

/* The one terminal, for the BUG handler. */
static struct term *the_term;

/* Fixed sequences of ours only; the terminal may be gone, so no check. */
static int
send_textn(const char *s, size_t n)
{
	while (n > 0) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k < 0 && errno != EINTR)
			return OD_EIO;
		if (k > 0) {
			s += k;
			n -= (size_t)k;
		}
	}
	return 0;
}

static void
send_text(const char *s)
{
	(void)send_textn(s, strlen(s));
}

/* Usual letters and a cursor, before somebody else writes. */
static void
end_paint(struct term *t)
{
	if (t->paint == NULL)
		return;
	str_clear(&t->frame);
	paint_end(t->paint, &t->frame);
	(void)send_textn(t->frame.s, t->frame.len);
}

static bool
knows_osc(const char *name)
{
	static const char *const known[] = {"xterm", "rxvt", "screen", "tmux",
	    "foot", "alacritty", "kitty", "wezterm", "konsole", "vte", "gnome"};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strncmp(name, known[i], strlen(known[i])) == 0)
			return true;
	}
	return false;
}

static void
modes_on(const struct term *t)
{
	if (!t->has_osc)
		return;
	send_text("\033[?2004h"); /* bracketed paste */
	/* Keep the title that was there, then ours. */
	send_text("\033[22;2t\033]2;opdesk\007");
}

static void
modes_off(const struct term *t)
{
	if (!t->has_osc)
		return;
	send_text("\033[?2004l\033[23;2t");
}

static void
set_mouse(bool on)
{
	mousemask(on ? BUTTON1_PRESSED | BUTTON2_PRESSED | BUTTON3_PRESSED |
			   BUTTON4_PRESSED | BUTTON5_PRESSED
		     : 0,
	    NULL);
}

static void
on_bug(void)
{
	if (the_term == NULL)
		return;
	end_paint(the_term);
	modes_off(the_term);
	endwin();
	tcsetattr(STDIN_FILENO, TCSANOW, &the_term->found);
	the_term = NULL;
}

static bool
has_capability(const char *name)
{
	const char *s = tigetstr(name);

	return s != NULL && s != (const char *)-1 && s[0] != '\0';
}

static int
check_terminal(const char *name, struct err *err)
{
	int found = 0;
	bool usable;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, OD_EUSAGE,
		    "The console needs a terminal; for scripts there are "
		    "commands: see opdesk --help");
	if (name == NULL || setupterm(name, STDOUT_FILENO, &found) == ERR)
		return err_set(err, OD_EUNAVAIL,
		    "This kind of terminal is not known here; set TERM, for "
		    "example to xterm-256color");
	usable = has_capability("cup") && has_capability("el");
	del_curterm(cur_term);
	if (!usable)
		return err_set(err, OD_EUNAVAIL,
		    "This terminal cannot place a cursor; set TERM to what it "
		    "really is, for example xterm-256color");
	return 0;
}

static enum theme_depth
find_depth(const struct term_options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->no_color || (no_color != NULL && no_color[0] != '\0') ||
	    !has_colors() || start_color() == ERR || COLORS < 8)
		return THEME_MONO;
	use_default_colors();
	return COLORS >= 256 ? THEME_256 : THEME_8;
}

static void
make_pairs(enum theme_depth depth)
{
	for (int i = 0; i < ROLE_COUNT && depth != THEME_MONO; i++) {
		const struct theme_style *s = theme_style(depth, (enum role)i);

		init_pair((short)(i + 1), s->fg, s->bg);
	}
}

/* Pastes, and arrows of terminals that ignore the keypad mode. */
static void
define_keys(void)
{
	static const struct {
		const char *sequence;
		int code;
	} keys[] = {
	    {"\033[200~", KEY_PASTE_BEGIN},
	    {"\033[201~", KEY_PASTE_END},
	    {"\033[A", KEY_UP},
	    {"\033[B", KEY_DOWN},
	    {"\033[C", KEY_RIGHT},
	    {"\033[D", KEY_LEFT},
	    {"\033[H", KEY_HOME},
	    {"\033[F", KEY_END},
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		define_key(keys[i].sequence, keys[i].code);
}

int
term_start(
    const struct term_options *options, struct term **term, struct err *err)
{
	const char *name = getenv("TERM");
	struct paint_options paint;
	struct term *t;
	int rc;

	if ((rc = check_terminal(name, err)) != 0)
		return rc;
	t = xcalloc(1, sizeof *t);
	str_init(&t->paste);
	str_init(&t->frame);
	tcgetattr(STDIN_FILENO, &t->found);
	set_escdelay(ESC_DELAY_MS);
	if ((t->screen = newterm(NULL, stdout, stdin)) == NULL) {
		free(t);
		return err_set(err, OD_EUNAVAIL,
		    "The terminal could not be set up; check TERM");
	}
	raw();
	noecho();
	nonl();
	/* Reading from stdscr would draw it. */
	if ((t->keys = newpad(1, 1)) == NULL)
		BUG("out of memory");
	keypad(t->keys, TRUE);
	meta(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	intrflush(t->keys, FALSE);
	mouseinterval(0);
	define_keys();
	t->depth = find_depth(options);
	make_pairs(t->depth);
	if (caps_for_paint(t->depth, &paint))
		t->paint = paint_new(&paint);
	t->plain = options->plain;
	t->has_osc = knows_osc(name);
	the_term = t;
	bug_set_handler(on_bug);
	refresh();
	modes_on(t);
	term_mouse(t, options->mouse);
	*term = t;
	return 0;
}

void
term_stop(struct term **term)
{
	struct term *t = *term;

	if (t == NULL)
		return;
	term_mouse(t, false);
	end_paint(t);
	modes_off(t);
	curs_set(1);
	endwin();
	delwin(t->keys);
	delscreen(t->screen);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->found);
	the_term = NULL;
	paint_free(&t->paint);
	str_free(&t->paste);
	str_free(&t->frame);
	free(t->row);
	FREE(term);
}

int
term_fd(const struct term *term)
{
	(void)term;
	return STDIN_FILENO;
}

enum theme_depth
term_depth(const struct term *term)
{
	return term->depth;
}

unsigned
term_canvas_flags(const struct term *term)
{
	unsigned flags = term->plain ? CANVAS_PLAIN : 0;

	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		flags |= CANVAS_ASCII;
	return flags;
}

/* Names of extended keys, "kLFT5": what, and a digit for the modifiers. */
static const struct {
	const char *name;
	enum key_code code;
} extended[] = {
    {"kUP", KC_UP},
    {"kDN", KC_DOWN},
    {"kLFT", KC_LEFT},
    {"kRIT", KC_RIGHT},
    {"kHOM", KC_HOME},
    {"kEND", KC_END},
    {"kPRV", KC_PAGE_UP},
    {"kNXT", KC_PAGE_DOWN},
    {"kDC", KC_DELETE},
    {"kIC", KC_INSERT},
};

static const struct {
	int curses;
	enum key_code code;
	unsigned mods;
} plain_keys[] = {
    {KEY_UP, KC_UP, 0},
    {KEY_DOWN, KC_DOWN, 0},
    {KEY_LEFT, KC_LEFT, 0},
    {KEY_RIGHT, KC_RIGHT, 0},
    {KEY_HOME, KC_HOME, 0},
    {KEY_END, KC_END, 0},
    {KEY_PPAGE, KC_PAGE_UP, 0},
    {KEY_NPAGE, KC_PAGE_DOWN, 0},
    {KEY_BACKSPACE, KC_BACKSPACE, 0},
    {KEY_DC, KC_DELETE, 0},
    {KEY_IC, KC_INSERT, 0},
    {KEY_ENTER, KC_ENTER, 0},
    {KEY_BTAB, KC_TAB, KM_SHIFT},
    {KEY_SR, KC_UP, KM_SHIFT},
    {KEY_SF, KC_DOWN, KM_SHIFT},
    {KEY_SLEFT, KC_LEFT, KM_SHIFT},
    {KEY_SRIGHT, KC_RIGHT, KM_SHIFT},
    {KEY_SHOME, KC_HOME, KM_SHIFT},
    {KEY_SEND, KC_END, KM_SHIFT},
    {KEY_SDC, KC_DELETE, KM_SHIFT},
};

static bool
extended_key(int code, struct key *out)
{
	const char *name = keyname(code);

	for (size_t i = 0;
	     name != NULL && i < sizeof extended / sizeof extended[0]; i++) {
		size_t n = strlen(extended[i].name);
		int digit;

		if (strncmp(name, extended[i].name, n) != 0)
			continue;
		digit = name[n] == '\0' ? 2 : name[n] - '0';
		if (digit < 2 || digit > 8)
			return false;
		/* xterm's numbering: 1 plus shift 1, alt 2, ctrl 4. */
		digit--;
		*out = key_named(
		    extended[i].code, ((digit & 1) != 0 ? KM_SHIFT : 0u) |
					  ((digit & 2) != 0 ? KM_META : 0u) |
					  ((digit & 4) != 0 ? KM_CTRL : 0u));
		return true;
	}
	return false;
}

static bool
code_key(int code, struct key *out)
{
	if (code >= KEY_F(1) && code <= KEY_F(12)) {
		*out = key_named((enum key_code)(KC_F1 + code - KEY_F(1)), 0);
		return true;
	}
	for (size_t i = 0; i < sizeof plain_keys / sizeof plain_keys[0]; i++) {
		if (plain_keys[i].curses != code)
			continue;
		*out = key_named(plain_keys[i].code, plain_keys[i].mods);
		return true;
	}
	return extended_key(code, out);
}

static struct key
char_key(wint_t c)
{
	struct key k;

	switch (c) {
	case '\r':
		return key_named(KC_ENTER, 0);
	case '\t':
		return key_named(KC_TAB, 0);
	case 27:
		return key_named(KC_ESC, 0);
	case 127:
		return key_named(KC_BACKSPACE, 0);
	default:
		break;
	}
	if (c >= ' ')
		return key_char((uint32_t)c);
	k = key_char(c == 0 ? ' ' : c < 27 ? c + 'a' - 1 : c + '@');
	k.mods = KM_CTRL;
	return k;
}

static bool
read_mouse(struct term_event *ev)
{
	static const struct {
		mmask_t mask;
		enum term_button button;
	} pressed[] = {
	    {BUTTON1_PRESSED, BUTTON_LEFT},
	    {BUTTON2_PRESSED, BUTTON_MIDDLE},
	    {BUTTON3_PRESSED, BUTTON_RIGHT},
	    {BUTTON4_PRESSED, BUTTON_WHEEL_UP},
	    {BUTTON5_PRESSED, BUTTON_WHEEL_DOWN},
	};
	MEVENT m;

	if (getmouse(&m) == ERR)
		return false;
	for (size_t i = 0; i < sizeof pressed / sizeof pressed[0]; i++) {
		if ((m.bstate & pressed[i].mask) == 0)
			continue;
		ev->kind = TERM_MOUSE;
		ev->button = pressed[i].button;
		ev->x = m.x;
		ev->y = m.y;
		return true;
	}
	return false;
}

static void
paste_add(struct term *t, wint_t c)
{
	char utf8[4];

	if (t->paste.len + sizeof utf8 > TERM_PASTE_MAX) {
		t->paste_cut = true;
		return;
	}
	/* CR, LF and CRLF are all one line end. */
	if (c == '\n' && t->paste_cr) {
		t->paste_cr = false;
		return;
	}
	t->paste_cr = c == '\r';
	if (c == '\r')
		c = '\n';
	str_addn(&t->paste, utf8, utf8_encode((uint32_t)c, utf8));
}

/*
 * An Esc with a key right behind it is how terminals send Alt; with more than
 * one it is a sequence without a name, and no key: false.
 */
static bool
escape_key(struct term *t, struct key *k)
{
	wint_t c, more;
	int r = wget_wch(t->keys, &c);

	*k = key_named(KC_ESC, 0);
	if (r == KEY_CODE_YES && code_key((int)c, k)) {
		k->mods |= KM_META;
	} else if (r == OK && c != 27) {
		*k = char_key(c);
		k->mods |= KM_META;
		t->in_sequence =
		    sequence_begins(&t->sequence, (uint32_t)c) &&
		    wget_wch(t->keys, &more) == OK;
		if (t->in_sequence) {
			unget_wch((wchar_t)more);
			return false;
		}
	} else if (r == OK) {
		unget_wch(27);
	}
	return true;
}

static bool
is_gone(void)
{
	struct pollfd p = {STDIN_FILENO, POLLIN, 0};

	return poll(&p, 1, 0) > 0 &&
	       (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* A key code of curses; true when it made an event. */
static bool
take_code(struct term *t, int code, struct term_event *ev)
{
	if (code == KEY_PASTE_BEGIN) {
		t->pasting = true;
		t->paste_cut = false;
		t->paste_cr = false;
		str_clear(&t->paste);
		return false;
	}
	if (code == KEY_PASTE_END && t->pasting) {
		t->pasting = false;
		ev->kind = TERM_PASTE;
		ev->text = t->paste.s;
		ev->text_len = t->paste.len;
		ev->text_cut = t->paste_cut;
		return true;
	}
	if (t->pasting)
		return false;
	if (code == KEY_MOUSE && !t->mouse_on) {
		/* Nobody asked for it, and curses leaves the rest of it. */
		t->in_sequence = sequence_begins(&t->sequence, '[');
		return false;
	}
	if (code == KEY_MOUSE)
		return read_mouse(ev);
	ev->kind = TERM_KEY;
	return code_key(code, &ev->key);
}

/*
 * A paste that comes as fast as it is read: frames and answers have a turn in
 * between.  What is there still wakes the loop again.
 */
static bool
has_turn(const struct term *t, int *read)
{
	struct pollfd p = {STDIN_FILENO, POLLIN, 0};

	if (!t->pasting || ++*read < PASTE_TURN)
		return false;
	*read = 0;
	return poll(&p, 1, 0) > 0 && (p.revents & POLLIN) != 0;
}

static int
read_event(struct term *term, struct term_event *ev)
{
	wint_t c;
	int r, in_turn = 0;

	while ((r = wget_wch(term->keys, &c)) != ERR) {
		memset(ev, 0, sizeof *ev);
		if (r == KEY_CODE_YES) {
			term->in_sequence = false;
			if (take_code(term, (int)c, ev))
				return 1;
			continue;
		}
		if (term->pasting) {
			paste_add(term, c);
			if (has_turn(term, &in_turn))
				return 0;
			continue;
		}
		if (term->in_sequence) {
			term->in_sequence =
			    !sequence_ends(&term->sequence, (uint32_t)c);
			continue;
		}
		ev->kind = TERM_KEY;
		if (c != 27)
			ev->key = char_key(c);
		else if (!escape_key(term, &ev->key))
			continue;
		return 1;
	}
	return is_gone() ? OD_EIO : 0;
}

/*
 * What was typed while the terminal was the shell's can be announced and still
 * not be had: a read would wait for the next key, and everything with it.
 * Output shares the descriptor and must not lose a part, so it waits again.
 */
int
term_read(struct term *term, struct term_event *ev)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL), rc;

	fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
	rc = read_event(term, ev);
	fcntl(STDIN_FILENO, F_SETFL, flags);
	return rc;
}

void
term_resize(struct term *term, int *w, int *h)
{
	struct winsize ws;
	wint_t c;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	    ws.ws_col > 0 && (ws.ws_row != LINES || ws.ws_col != COLS)) {
		resizeterm(ws.ws_row, ws.ws_col);
		/* It queues a KEY_RESIZE that nobody asked for. */
		if (wget_wch(term->keys, &c) == OK)
			unget_wch((wchar_t)c);
	}
	*w = COLS;
	*h = LINES;
}

static bool
is_blank(const struct canvas_cell *cell)
{
	return cell->cp[0] == 0 || (cell->cp[0] == ' ' && cell->cp[1] == 0);
}

/*
 * A blank shows only its background, so it may keep the style of the cell
 * before it: two changes of style less for each gap between columns.
 */
static bool
may_keep(const struct theme_style *before, const struct theme_style *s)
{
	const unsigned seen = ATTR_UNDERLINE | ATTR_REVERSE;

	return before->bg == s->bg && (before->attrs & seen) == 0 &&
	       (s->attrs & seen) == 0;
}

static void
fill_cell(const struct term *t, const struct canvas_cell *cell, int role,
    cchar_t *out)
{
	wchar_t text[CELL_CP_MAX + 1];
	const struct theme_style *s = theme_style(t->depth, (enum role)role);
	attr_t attrs = 0;
	int n = 0;

	attrs |= (s->attrs & ATTR_BOLD) != 0 ? A_BOLD : 0;
	attrs |= (s->attrs & ATTR_DIM) != 0 ? A_DIM : 0;
	attrs |= (s->attrs & ATTR_UNDERLINE) != 0 ? A_UNDERLINE : 0;
	attrs |= (s->attrs & ATTR_REVERSE) != 0 ? A_REVERSE : 0;
	while (n < CELL_CP_MAX && cell->cp[n] != 0) {
		text[n] = (wchar_t)cell->cp[n];
		n++;
	}
	if (n == 0)
		text[n++] = L' ';
	text[n] = L'\0';
	setcchar(out, text, attrs,
	    (short)(t->depth == THEME_MONO ? 0 : role + 1), NULL);
}

/* One row into term->row; returns its cells. */
static int
fill_row(struct term *t, const struct canvas_grid *grid, int y, int w)
{
	int n = 0, role = -1;

	for (int x = 0; x < w; x++) {
		const struct canvas_cell *cell = canvas_grid_cell(grid, x, y);

		if (cell->cells == 0)
			continue;
		if (role < 0 || !is_blank(cell) ||
		    !may_keep(theme_style(t->depth, (enum role)role),
			theme_style(t->depth, (enum role)cell->role)))
			role = cell->role;
		fill_cell(t, cell, role, &t->row[n++]);
	}
	return n;
}

static void
draw_by_curses(struct term *term, const struct canvas_grid *grid, int w, int h)
{
	int x, y;

	if (term->row_size < w) {
		term->row =
		    xreallocarray(term->row, (size_t)w, sizeof term->row[0]);
		term->row_size = w;
	}
	erase();
	for (y = 0; y < h; y++) {
		int n = fill_row(term, grid, y, w);

		mvadd_wchnstr(y, 0, term->row, n);
	}
	if (canvas_grid_cursor(grid, &x, &y) && x < w && y < h) {
		move(y, x);
		curs_set(1);
	} else {
		curs_set(0);
	}
	refresh();
}

int
term_flush(struct term *term, const struct canvas_grid *grid)
{
	struct termios now;
	int w, h;

	if (tcgetattr(STDIN_FILENO, &now) != 0)
		return OD_EIO;
	canvas_grid_size(grid, &w, &h);
	w = w < COLS ? w : COLS;
	h = h < LINES ? h : LINES;
	if (term->paint == NULL) {
		draw_by_curses(term, grid, w, h);
		return 0;
	}
	str_clear(&term->frame);
	paint_frame(term->paint, grid, w, h, &term->frame);
	return send_textn(term->frame.s, term->frame.len);
}

void
term_redraw_all(struct term *term)
{
	if (term->paint != NULL)
		paint_forget(term->paint);
	else
		clearok(curscr, TRUE);
}

void
term_bell(struct term *term)
{
	(void)term;
	beep();
}

void
term_notify(struct term *term, enum term_notice notice)
{
	static const char *const texts[TERM_NOTICE_COUNT] = {
	    [TERM_NOTICE_MESSAGE] = N_("A new message is waiting"),
	    [TERM_NOTICE_TICKET] = N_("A ticket needs you"),
	    [TERM_NOTICE_CALL] = N_("A call is waiting"),
	    [TERM_NOTICE_ALARM] = N_("opdesk needs your attention"),
	};
	char line[256];

	if (!term->has_osc)
		return;
	str_format(line, sizeof line,
	    "\033]9;%s\007\033]777;notify;opdesk;%s\007", _(texts[notice]),
	    _(texts[notice]));
	send_text(line);
}

void
term_mouse(struct term *term, bool on)
{
	if (on == term->mouse_on)
		return;
	term->mouse_on = on;
	set_mouse(on);
}

bool
term_mouse_on(const struct term *term)
{
	return term->mouse_on;
}

void
term_suspend(struct term *term)
{
	struct termios now;

	tcgetattr(STDIN_FILENO, &now);
	if (term->mouse_on)
		set_mouse(false);
	end_paint(term);
	modes_off(term);
	curs_set(1);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term->found);
	raise(SIGSTOP);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
	clearok(curscr, TRUE);
	refresh();
	modes_on(term);
	if (term->mouse_on)
		set_mouse(true);
}
