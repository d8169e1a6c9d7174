/* ticket_field_input - see ticket_field_input.h. */
#include "tui/screens/ticket_field_input.h"

#include "common/i18n.h"
#include "common/xalloc.h"

static const char *const yes_no_words[] = {"--", N_("yes"), N_("no"), NULL};
static const char *const yes_no_stored[] = {"", "yes", "no", NULL};

static size_t
choice_count(const char *choices)
{
	size_t n = choices[0] != '\0';

	for (; *choices != '\0'; choices++)
		n += *choices == '\n';
	return n;
}

const char **
ticket_field_choices(struct ticket_value *v)
{
	size_t n = choice_count(v->field.choices), at = 0;
	char *s = v->field.choices;
	const char **list;

	if (v->field.type != TICKET_FIELD_CHOICE)
		return NULL;
	list = xcalloc(n + 3, sizeof(list[0]));
	list[at++] = "--";
	while (*s != '\0') {
		list[at++] = s;
		while (*s != '\0' && *s != '\n')
			s++;
		if (*s == '\n')
			*s++ = '\0';
	}
	/* One that is none of them any more can be kept. */
	if (v->misfit)
		list[at++] = v->value;
	return list;
}

static int
place_in(const char *const *list, const char *value)
{
	for (int i = 1; list[i] != NULL; i++)
		if (str_equal(list[i], value))
			return i;
	return 0;
}

int
ticket_field_place(const struct ticket_value *v, const char *const *choices,
    const char *stored)
{
	return place_in(choices != NULL && v->field.type == TICKET_FIELD_CHOICE
			    ? choices
			    : yes_no_stored,
	    stored);
}

const char *
ticket_field_stored(
    const struct ticket_value *v, const char *const *choices, int place)
{
	if (v->field.type == TICKET_FIELD_YES_NO)
		return yes_no_stored[place];
	return place == 0 ? "" : choices[place];
}

bool
ticket_field_is_choice(const struct ticket_value *v)
{
	return v->field.type == TICKET_FIELD_CHOICE ||
	       (v->field.type == TICKET_FIELD_YES_NO && !v->misfit);
}

void
ticket_field_declare(
    const struct ticket_value *v, const char *name, struct w_field *w)
{
	*w = (struct w_field){.name = name,
	    .label = v->field.name,
	    .label_outside = true,
	    .kind = ticket_field_is_choice(v) ? W_FIELD_CHOICE : W_FIELD_LINE,
	    .max_bytes = TICKET_VALUE_MAX};
	if (w->kind == W_FIELD_CHOICE)
		w->choices = yes_no_words;
}

void
ticket_field_tell_misfit(
    const struct ticket_value *v, struct w_form *f, const char *name)
{
	struct str text = STR_INIT;

	str_addf(&text,
	    _("\"%s\" does not fit any more; kept until you write another"),
	    v->value);
	w_form_set_error(f, name, text.s);
	str_free(&text);
}
