/* dialler - see dialler.h. */
#include "common/dialler.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "{number}"

struct dialler {
	uv_loop_t *loop;
	void (*fn)(void *data, const struct err *err);
	void *data;
	struct run *runs;
};

struct run {
	uv_process_t process;
	struct dialler *owner; /* NULL: nobody asks any more */
	struct run *next;
};

bool
dialler_number(const char *number, char out[DIALLER_NUMBER_SIZE])
{
	size_t n = 0;

	for (const char *s = number; *s != '\0'; s++) {
		if ((*s >= '0' && *s <= '9') || (*s == '+' && n == 0)) {
			if (n == DIALLER_NUMBER_SIZE - 1)
				return false;
			out[n++] = *s;
		} else if (strchr(" -.()/", *s) == NULL) {
			return false;
		}
	}
	out[n] = '\0';
	return n > 0 && strcmp(out, "+") != 0;
}

/* ---- its arguments ---- */

/* Where the next word begins, of *n bytes; NULL after the last one. */
static const char *
next_word(const char *s, size_t *n)
{
	s += strspn(s, " \t");
	*n = strcspn(s, " \t");
	return *n > 0 ? s : NULL;
}

static const char *
find_place(const char *word, size_t n)
{
	const char *at = strstr(word, PLACE);

	return at != NULL && at + strlen(PLACE) <= word + n ? at : NULL;
}

const char *
dialler_check_arguments(const char *arguments)
{
	const char *word = arguments;
	int places = 0, words = 0;
	size_t n;

	for (; (word = next_word(word, &n)) != NULL; word += n) {
		words++;
		places += find_place(word, n) != NULL;
	}
	return places == 1 && words < DIALLER_WORDS_MAX - 1
	           ? NULL
	           : N_("words of which one has {number}, such as --dial "
			"{number}");
}

/* The words one after the other in text; argv points into it. */
static void
make_words(const struct dialler_settings *s, const char *number,
    struct str *text, char *argv[DIALLER_WORDS_MAX])
{
	size_t at[DIALLER_WORDS_MAX], count = 1, n;
	const char *word = s->arguments, *place;

	at[0] = 0;
	str_add(text, s->program);
	str_addc(text, '\0');
	for (; count < DIALLER_WORDS_MAX - 1 &&
	       (word = next_word(word, &n)) != NULL;
	     word += n) {
		at[count++] = text->len;
		place = find_place(word, n);
		if (place == NULL) {
			str_addn(text, word, n);
		} else {
			str_addn(text, word, (size_t)(place - word));
			str_add(text, number);
			place += strlen(PLACE);
			str_addn(text, place, (size_t)(word + n - place));
		}
		str_addc(text, '\0');
	}
	for (size_t i = 0; i < count; i++)
		argv[i] = text->s + at[i];
	argv[count] = NULL;
}

/* ---- whose this is ---- */

static bool
is_ours_alone(const char *path, mode_t others)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_uid == geteuid() &&
	       (st.st_mode & others) == 0;
}

int
dialler_personal(const char *conf, const char *desk, struct err *err)
{
	if (strstr(desk, "://") != NULL || !is_ours_alone(desk, 0077))
		return err_set(err, OD_EDENIED,
		    "A dialler is started on a personal desk only, a file that "
		    "nobody else can read; dial by hand");
	if (!is_ours_alone(conf, 0022))
		return err_set(err, OD_EDENIED,
		    "A dialler is started only when the configuration is your "
		    "own file and nobody else can write it; dial by hand, and "
		    "look at \"opdesk doctor\"");
	return 0;
}

/* ---- while it runs ---- */

struct dialler *
dialler_new(
    uv_loop_t *loop, void (*fn)(void *data, const struct err *err), void *data)
{
	struct dialler *d = xcalloc(1, sizeof(*d));

	d->loop = loop;
	d->fn = fn;
	d->data = data;
	return d;
}

size_t
dialler_running(const struct dialler *d)
{
	size_t n = 0;

	for (const struct run *r = d->runs; r != NULL; r = r->next)
		n++;
	return n;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
on_exit_of(uv_process_t *p, int64_t status, int signum)
{
	struct run *r = p->data, **at;
	struct dialler *d = r->owner;
	struct err err = ERR_INIT;

	uv_close((uv_handle_t *)p, on_closed);
	if (d == NULL)
		return;
	for (at = &d->runs; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	if (signum != 0)
		(void)err_set(&err, OD_EUNAVAIL,
		    "The dialler was ended by signal %d; dial by hand, the "
		    "call goes on",
		    signum);
	else if (status != 0)
		(void)err_set(&err, OD_EUNAVAIL,
		    "The dialler ended with status %d; dial by hand, the call "
		    "goes on",
		    (int)status);
	if (err.code != 0)
		d->fn(d->data, &err);
}

int
dialler_ring(struct dialler *d, const struct dialler_settings *settings,
    const char *number, struct err *err)
{
	uv_stdio_container_t io[3] = {
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
	char dialled[DIALLER_NUMBER_SIZE], *argv[DIALLER_WORDS_MAX];
	struct str text = STR_INIT;
	uv_process_options_t o = {.exit_cb = on_exit_of,
	    .file = settings->program,
	    .args = argv,
	    .flags = UV_PROCESS_DETACHED,
	    .stdio = io,
	    .stdio_count = 3};
	struct run *r;
	int rc;

	if (!dialler_number(number, dialled))
		return err_set(err, OD_EDATA,
		    "There is no number that a dialler could dial; the call "
		    "goes on");
	make_words(settings, dialled, &text, argv);
	r = xcalloc(1, sizeof(*r));
	r->process.data = r;
	rc = uv_spawn(d->loop, &r->process, &o);
	str_free(&text);
	if (rc != 0) {
		uv_close((uv_handle_t *)&r->process, on_closed);
		return err_set(err, OD_EUNAVAIL,
		    "The dialler %s cannot be started (%s); dial by hand, the "
		    "call goes on",
		    settings->program, uv_strerror(rc));
	}
	r->owner = d;
	r->next = d->runs;
	d->runs = r;
	uv_unref((uv_handle_t *)&r->process);
	return 0;
}

void
dialler_free(struct dialler **dialler)
{
	struct dialler *d = *dialler;

	*dialler = NULL;
	if (d == NULL)
		return;
	while (d->runs != NULL) {
		struct run *r = d->runs;

		d->runs = r->next;
		r->owner = NULL;
		uv_close((uv_handle_t *)&r->process, on_closed);
	}
	free(d);
}
