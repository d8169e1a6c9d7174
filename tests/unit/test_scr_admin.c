/* Setup: labels, categories, fields, calendars, promises, settings by key. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "db/records/calendars.h"
#include "db/records/checklists.h"
#include "db/records/tenant_settings.h"
#include "db/records/ticket_form.h"
#include "tests/lib/console_test.h"

static void
as(struct console_fixture *f, const char *login)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
}

/* What a tenant has declared one day. */
static void
declare(struct console_fixture *f)
{
	struct ticket_field_new in = {.name = "Color",
	    .choices = "rojo\nazul",
	    .help = "El de la carcasa",
	    .type = TICKET_FIELD_CHOICE,
	    .required = true};
	const struct calendar_in office = {.name = "Oficina",
	    .week = "lun-vie 9-14 15-18",
	    .make_default = true};
	struct promise promise = {
	    .priority = 5, .first_us = 30 * US_PER_MINUTE};
	const struct checklist_new list = {.name = "Alta de puesto",
	    .category = "aparatos",
	    .items = "! Etiqueta puesta\nCargador\n! Firma del usuario"};
	struct err err = ERR_INIT;
	int64_t category, id;

	as(f, "admin");
	assert_int_equal(ticket_status_new(f->desk.d, "En el taller",
			     TICKET_WAITING, 0, &id, &err),
	    0);
	assert_int_equal(ticket_category_new(
			     f->desk.d, NULL, "Aparatos", 0, &category, &err),
	    0);
	assert_int_equal(
	    ticket_category_new(f->desk.d, NULL, "Redes", 0, &id, &err), 0);
	in.category_id = category;
	assert_int_equal(ticket_field_new(f->desk.d, &in, &id, &err), 0);
	in = (struct ticket_field_new){.name = "Planta"};
	assert_int_equal(ticket_field_new(f->desk.d, &in, &id, &err), 0);
	assert_int_equal(calendar_new(f->desk.d, &office, &id, &err), 0);
	assert_int_equal(
	    calendar_day_set(f->desk.d, id, "12-25", "", "Navidad", &id, &err),
	    0);
	assert_int_equal(promise_set(f->desk.d, &promise, &id, &err), 0);
	assert_int_equal(checklist_new(f->desk.d, &list, &id, &err), 0);
}

/* Keys, and the proof that it is really him, when that is asked for. */
static void
press(struct console_fixture *f, const char *keys)
{
	console_fixture_keys(f, keys);
	if (!console_fixture_shows(f, "to confirm:"))
		return;
	console_fixture_type(f, "admin");
	console_fixture_keys(f, "Enter");
}

/* In both languages; keys bring sentences there that are made by then. */
static void
check(struct console_fixture *f, const char *name, const char *keys)
{
	static const enum lang langs[] = {LANG_EN, LANG_ES};

	for (size_t i = 0; i < 2; i++) {
		i18n_set_process(langs[i]);
		ui_notify(f->ui, NOTICE_LANG, 0);
		console_fixture_keys(f, keys);
		golden_check(f->ui, "admin", name, langs[i], 80, 24, 0);
		golden_check(f->ui, "admin", name, langs[i], 40, 10, 0);
	}
	i18n_set_process(LANG_EN);
}

static void
admin__every_list__in_every_size(void **state)
{
	static const char *const names[] = {"labels", "categories", "fields",
	    "calendars", "promises", "checklists", "settings"};
	struct console_fixture *f = *state;
	char key[2] = "1";

	declare(f);
	console_fixture_start(f, "admin", &scr_admin, 0);
	for (size_t i = 0; i < 7; i++) {
		key[0] = (char)('1' + i);
		check(f, names[i], key);
	}
	console_fixture_keys(f, "5");
	i18n_set_process(LANG_ES);
	golden_check(f->ui, "admin", "promises", LANG_ES, 80, 24, GOLDEN_MONO);
}

static bool
has_category(struct console_fixture *f, const char *name)
{
	struct ticket_category *rows;
	struct err err = ERR_INIT;
	bool found = false;
	size_t n;

	as(f, "admin");
	assert_int_equal(ticket_category_list(f->desk.d, &rows, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		found = found || strcmp(rows[i].name, name) == 0;
	free(rows);
	return found;
}

static void
admin__category__is_made_renamed_moved_deleted_and_taken_back(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_category *rows;
	struct err err = ERR_INIT;
	size_t n;

	declare(f);
	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "2 n");
	console_fixture_type(f, "redes");
	press(f, "C-s");
	assert_true(
	    console_fixture_shows(f, "There is a category \"Redes\" already"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "Impresoras");
	press(f, "C-s");
	assert_true(has_category(f, "Impresoras"));
	console_fixture_keys(f, "u");
	assert_false(has_category(f, "Impresoras"));
	console_fixture_keys(f, "C-r");
	assert_true(has_category(f, "Impresoras"));
	/* The last one, up to the top. */
	press(f, "G K");
	console_fixture_keys(f, "K");
	assert_int_equal(ticket_category_list(f->desk.d, &rows, &n, &err), 0);
	assert_string_equal(rows[0].name, "Impresoras");
	free(rows);
	console_fixture_keys(f, "gg e");
	console_fixture_type(f, " láser");
	press(f, "C-s");
	assert_true(has_category(f, "Impresoras láser"));
	console_fixture_keys(f, "x");
	check(f, "delete", "Esc x");
	press(f, "y");
	assert_false(has_category(f, "Impresoras láser"));
	assert_true(console_fixture_shows(f, "u takes it back"));
	/* In the trash only taking back goes. */
	console_fixture_keys(f, "t");
	assert_true(console_fixture_shows(f, "Impresoras láser"));
	console_fixture_keys(f, "x");
	assert_true(console_fixture_shows(f, "This is the trash"));
	check(f, "trash", "x");
	press(f, "o");
	assert_true(has_category(f, "Impresoras láser"));
	console_fixture_keys(f, "t o");
	assert_true(console_fixture_shows(f, "Only what is in the trash"));
}

static void
admin__field__is_made_of_its_parts(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_field field = {0};
	struct err err = ERR_INIT;

	declare(f);
	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "3 n");
	console_fixture_type(f, "Garantía");
	/* Its category, its type: a choice without choices first. */
	console_fixture_keys(f, "Tab Right Tab Right Right Right");
	i18n_set_process(LANG_EN);
	press(f, "C-s");
	assert_true(console_fixture_shows(f, "needs its choices"));
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "uno");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "dos");
	check(f, "field-form", "");
	console_fixture_keys(f, "Tab Right");
	press(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_admin);
	as(f, "admin");
	assert_int_equal(
	    ticket_field_find(f->desk.d, "garantia", &field, &err), 0);
	assert_string_equal(field.category, "aparatos");
	assert_string_equal(field.choices, "uno\ndos");
	assert_true(field.required);
	assert_int_equal(field.type, TICKET_FIELD_CHOICE);
	ticket_field_clear(&field);
}

/* Two administrators at once: both sides are shown. */
static void
admin__changed_meanwhile__is_chosen(void **state)
{
	struct change theirs[] = {
	    {"help", b_text("La de ellos")}, {"required", b_int(1)}};
	struct console_fixture *f = *state;
	struct ticket_field field = {0};
	struct err err = ERR_INIT;

	declare(f);
	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "3");
	console_fixture_keys(f, "gg e");
	/* Name, category, type, choices, required, help. */
	console_fixture_keys(f, "Tab Tab Tab Tab Tab");
	console_fixture_type(f, "La mía");
	as(f, "admin");
	assert_int_equal(
	    ticket_field_find(f->desk.d, "planta", &field, &err), 0);
	assert_int_equal(
	    ticket_field_edit(f->desk.d, field.id, 0, theirs, 2, &err), 0);
	ticket_field_clear(&field);
	press(f, "C-s");
	assert_true(console_fixture_shows(f, "La de ellos"));
	console_fixture_keys(f, "Enter");
	assert_int_equal(
	    ticket_field_find(f->desk.d, "planta", &field, &err), 0);
	assert_string_equal(field.help, "La mía");
	assert_true(field.required);
	ticket_field_clear(&field);
}

static void
admin__label_in_use__stays_with_its_reason(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_status label;
	struct err err = ERR_INIT;
	int64_t id;

	declare(f);
	id = console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	as(f, "operator");
	assert_int_equal(
	    ticket_status_by_name(f->desk.d, "En el taller", &label, &err), 0);
	assert_int_equal(
	    ticket_set_status(f->desk.d, id, 0, label.id, "", 0, &err), 0);
	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "1 G x");
	press(f, "y");
	assert_true(console_fixture_shows(
	    f, "There are tickets with the status label"));
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Con el fabricante");
	console_fixture_keys(f, "Tab Right Right");
	press(f, "C-s");
	as(f, "operator");
	assert_int_equal(
	    ticket_status_by_name(f->desk.d, "Con el fabricante", &label, &err),
	    0);
	assert_int_equal(label.state, TICKET_WAITING);
}

static void
admin__calendar__has_its_week_and_its_holidays(void **state)
{
	struct console_fixture *f = *state;
	struct calendar_row row;
	struct err err = ERR_INIT;

	declare(f);
	console_fixture_start(f, "supervisor", &scr_admin, 0);
	console_fixture_keys(f, "4 e");
	check(f, "calendar-form", "");
	/* Name, zone, six days, Sunday. */
	console_fixture_keys(f, "Tab Tab Tab Tab Tab Tab Tab");
	console_fixture_type(f, "10-13");
	press(f, "C-s");
	as(f, "supervisor");
	assert_int_equal(calendar_find(f->desk.d, "Oficina", &row, &err), 0);
	assert_string_equal(row.days[5], "10:00-13:00");
	assert_string_equal(row.days[0], "09:00-14:00 15:00-18:00");
	assert_string_equal(row.days[6], "");
	assert_true(row.is_default);
	assert_int_equal(row.dates, 1);
	console_fixture_keys(f, "d");
	console_fixture_type(f, "mañana");
	press(f, "C-s");
	check(f, "date-wrong", "C-s");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "2026-12-24");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "9-13");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "Nochebuena");
	press(f, "C-s");
	assert_true(console_fixture_shows(f, "Nochebuena"));
	console_fixture_keys(f, "r");
	console_fixture_type(f, "2026-12-24");
	press(f, "C-s");
	assert_false(console_fixture_shows(f, "Nochebuena"));
	/* The default one stays. */
	console_fixture_keys(f, "x");
	assert_true(console_fixture_shows(f, "cannot be taken back"));
	press(f, "y");
	as(f, "supervisor");
	assert_int_equal(calendar_find(f->desk.d, "Oficina", &row, &err), 0);
}

static void
admin__promise__is_written_as_people_say_it(void **state)
{
	struct console_fixture *f = *state;
	struct promise *rows;
	struct err err = ERR_INIT;
	size_t n;

	declare(f);
	console_fixture_start(f, "supervisor", &scr_admin, 0);
	console_fixture_keys(f, "5 n");
	console_fixture_type(f, "Para todos");
	/* The new tenant has one for each priority; this is for any. */
	console_fixture_keys(f, "Tab Tab Tab");
	console_fixture_type(f, "pronto");
	press(f, "C-s");
	check(f, "promise-wrong", "C-s");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "4h");
	console_fixture_keys(f, "Tab Tab");
	console_fixture_type(f, "1h30");
	press(f, "C-s");
	as(f, "supervisor");
	assert_int_equal(promise_list(f->desk.d, &rows, &n, &err), 0);
	assert_int_equal(n, 6);
	for (size_t i = 0; i < n; i++)
		if (rows[i].priority == 0) {
			assert_int_equal(rows[i].first_us, 240 * US_PER_MINUTE);
			assert_int_equal(
			    rows[i].resolution_us, 90 * US_PER_MINUTE);
		}
	free(rows);
	console_fixture_keys(f, "u");
	assert_int_equal(promise_list(f->desk.d, &rows, &n, &err), 0);
	assert_int_equal(n, 5);
	free(rows);
	/* As it stands in the form it is read again. */
	console_fixture_keys(f, "e");
	press(f, "C-s");
	assert_int_equal(promise_list(f->desk.d, &rows, &n, &err), 0);
	assert_int_equal(rows[0].first_us, 30 * US_PER_MINUTE);
	assert_int_equal(rows[0].priority, 5);
	free(rows);
}

static size_t
checklists(struct console_fixture *f, struct checklist *first)
{
	struct checklist *rows;
	struct err err = ERR_INIT;
	size_t n;

	as(f, "admin");
	assert_int_equal(checklist_list(f->desk.d, false, &rows, &n, &err), 0);
	if (n > 0)
		assert_int_equal(
		    checklist_get(f->desk.d, rows[0].id, first, &err), 0);
	checklist_list_free(&rows, n);
	return n;
}

/* By a supervisor, who may; without a proof of who it is. */
static void
admin__checklist__is_made_changed_moved_deleted_and_taken_back(void **state)
{
	struct console_fixture *f = *state;
	struct checklist l = {0};

	console_fixture_start(f, "supervisor", &scr_admin, 0);
	console_fixture_keys(f, "6 n");
	console_fixture_type(f, "Baja");
	console_fixture_keys(f, "Tab Tab");
	console_fixture_type(f, "- [ ] ! Portátil");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Tarjeta");
	check(f, "checklist-form", "");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "Saved"));
	assert_int_equal(checklists(f, &l), 1);
	assert_string_equal(l.name, "Baja");
	assert_string_equal(l.items, "! Portátil\nTarjeta");
	checklist_clear(&l);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Alta");
	console_fixture_keys(f, "Tab Tab");
	console_fixture_type(f, "Mesa");
	console_fixture_keys(f, "C-s");
	console_fixture_keys(f, "gg e");
	console_fixture_type(f, " de puesto");
	console_fixture_keys(f, "C-s");
	assert_int_equal(checklists(f, &l), 2);
	assert_string_equal(l.name, "Alta de puesto");
	checklist_clear(&l);
	console_fixture_keys(f, "J");
	assert_int_equal(checklists(f, &l), 2);
	assert_string_equal(l.name, "Baja");
	checklist_clear(&l);
	console_fixture_keys(f, "gg x y");
	assert_true(console_fixture_shows(f, "u takes it back"));
	assert_int_equal(checklists(f, &l), 1);
	checklist_clear(&l);
	console_fixture_keys(f, "t");
	assert_true(console_fixture_shows(f, "Baja"));
	console_fixture_keys(f, "o t");
	assert_int_equal(checklists(f, &l), 2);
	checklist_clear(&l);
	/* A category that is none is told beside it. */
	console_fixture_keys(f, "gg e Tab");
	console_fixture_type(f, "nada");
	console_fixture_keys(f, "C-s");
	assert_int_equal(checklists(f, &l), 2);
	checklist_clear(&l);
	console_fixture_keys(f, "Esc Esc");
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_admin, 0);
	console_fixture_keys(f, "6 n");
	assert_true(console_fixture_shows(f, "a supervisor or"));
}

static int64_t
setting_of(struct console_fixture *f, enum tenant_setting which)
{
	struct err err = ERR_INIT;
	int64_t value;

	as(f, "admin");
	assert_int_equal(
	    tenant_setting(f->desk.d, which, &value, NULL, &err), 0);
	return value;
}

/* Its value is checked, kept, taken away and taken back. */
static void
admin__setting__is_set_and_taken_back(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "7 j j e");
	check(f, "setting-form", "");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "none");
	press(f, "C-s");
	assert_true(console_fixture_shows(f, "number of days"));
	check(f, "setting-wrong", "");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "30");
	press(f, "C-s");
	assert_int_equal(setting_of(f, SETTING_GUIDE_IDLE_DAYS), 30);
	check(f, "setting-set", "");
	press(f, "x");
	assert_int_equal(setting_of(f, SETTING_GUIDE_IDLE_DAYS), 14);
	console_fixture_keys(f, "u");
	assert_int_equal(setting_of(f, SETTING_GUIDE_IDLE_DAYS), 30);
	console_fixture_keys(f, "n");
	assert_true(console_fixture_shows(f, "e changes one"));
}

static void
admin__without_the_right__says_who_does_it(void **state)
{
	struct console_fixture *f = *state;

	declare(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	console_fixture_keys(f, "A");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_admin);
	for (const char *const *key =
		 (const char *const[]){"n", "e", "Enter", "x", "K", "J", NULL};
	     *key != NULL; key++) {
		console_fixture_keys(f, *key);
		assert_ptr_equal(ui_top(f->ui)->ops, &scr_admin);
		assert_true(
		    console_fixture_shows(f, "an administrator changes them"));
	}
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "4 d");
	golden_check(f->ui, "admin", "refused", LANG_ES, 80, 24, 0);
	console_fixture_end(f);
	/* Supervisors decide on hours, and not on fields. */
	i18n_set_process(LANG_EN);
	console_fixture_start(f, "supervisor", &scr_admin, 0);
	console_fixture_keys(f, "3 n");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_admin);
	console_fixture_keys(f, "5 n");
	assert_ptr_not_equal(ui_top(f->ui)->ops, &scr_admin);
	console_fixture_end(f);
	f->readonly = true;
	console_fixture_start(f, "admin", &scr_admin, 0);
	console_fixture_keys(f, "2 n x e");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_admin);
}

static void
admin__late_answers__break_nothing(void **state)
{
	struct console_fixture *f = *state;

	declare(f);
	console_fixture_start(f, "admin", &scr_desk, 0);
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "A n e x t o 3 n t");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "t 2 e");
	console_fixture_settle(f);
	model_delay_answers(f->app.model, 0);
	console_fixture_keys(f, "Esc t 2");
	assert_true(console_fixture_shows(f, "Aparatos"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(admin__every_list__in_every_size),
	    SCREEN_TEST(
		admin__category__is_made_renamed_moved_deleted_and_taken_back),
	    SCREEN_TEST(admin__field__is_made_of_its_parts),
	    SCREEN_TEST(admin__changed_meanwhile__is_chosen),
	    SCREEN_TEST(admin__label_in_use__stays_with_its_reason),
	    SCREEN_TEST(admin__calendar__has_its_week_and_its_holidays),
	    SCREEN_TEST(admin__promise__is_written_as_people_say_it),
	    SCREEN_TEST(
		admin__checklist__is_made_changed_moved_deleted_and_taken_back),
	    SCREEN_TEST(admin__setting__is_set_and_taken_back),
	    SCREEN_TEST(admin__without_the_right__says_who_does_it),
	    SCREEN_TEST(admin__late_answers__break_nothing),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
