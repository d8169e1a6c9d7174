/* demo_rules - see demo_rules.h. */
#include "tui/cli/demo_rules.h"
#include "db/records/calendars.h"
#include "db/records/checklists.h"
#include "db/records/macros.h"
#include "db/records/replies.h"
#include "db/records/ticket_form.h"
#include "db/records/views.h"

/* clang-format off */
static const struct {
	const char *date, *hours, *name;
} days[] = {
	{"01-01", "",     "Año Nuevo"},
	{"01-06", "",     "Reyes"},
	{"05-01", "",     "Fiesta del Trabajo"},
	{"12-24", "9-14", "Nochebuena"},
	{"12-25", "",     "Navidad"},
};

static const struct {
	const char *name;
	enum ticket_state state;
} labels[] = {
	{"en camino",           TICKET_OPEN},
	{"esperando al cliente", TICKET_WAITING},
	{"esperando material",   TICKET_WAITING},
};

static const struct {
	const char *key, *name;
} categories[] = {
	{"conexion",    "Conexión"},
	{"correo",      "Correo"},
	{"telefonia",   "Telefonía"},
	{"equipos",     "Equipos"},
	{"accesos",     "Accesos"},
	{"aulas",       "Aulas"},
	{"licencias",   "Licencias"},
	{"facturacion", "Facturación"},
	{"altas",       "Altas"},
	{"ventas",      "Ventas"},
};

static const struct {
	const char *category; /* a key; NULL: all */
	const char *name, *help, *choices;
	enum ticket_field_type type;
	bool required;
} fields[] = {
	{"conexion",  "Luz de línea", "La segunda del router, empezando por arriba", "verde fija\nverde intermitente\nroja\napagada", TICKET_FIELD_CHOICE, true},
	{"conexion",  "Conectado por", NULL, "cable\nwifi", TICKET_FIELD_CHOICE, false},
	{"telefonia", "Extensiones", "Cuántas están afectadas", NULL, TICKET_FIELD_NUMBER, false},
	{"telefonia", "Desde", "El primer día en que pasó", NULL, TICKET_FIELD_DATE, false},
	{"equipos",   "Número de inventario", "El de la etiqueta, como FN-0042", NULL, TICKET_FIELD_TEXT, true},
	{"equipos",   "En garantía", NULL, NULL, TICKET_FIELD_YES_NO, false},
	{"correo",    "Buzón", "La dirección entera", NULL, TICKET_FIELD_TEXT, false},
};

static const struct {
	const char *title, *shortcut, *lang, *body;
} replies[] = {
	{"Saludo", "hola", "es", "Hola, {{contact.name}}. Soy {{operator.name}}, de Fibra Norte: ¿en qué puedo ayudarle?"},
	{"Luces del router", "luces", "es", "¿Me puede decir qué luces tiene encendidas el router, y de qué color, empezando por arriba?"},
	{"Reiniciar el router", "reinicio", "es", "Por favor, desenchufe el router, espere treinta segundos y vuelva a enchufarlo. Tarda unos tres minutos en volver."},
	{"Número de ticket", "ticket", "es", "Lo hemos apuntado con el número {{ticket.number}}: «{{ticket.subject}}». Le avisamos en cuanto haya novedades."},
	{"Visita del técnico", "visita", "es", "El técnico pasará el {{dia}} entre las {{hora}}. ¿Habrá alguien para abrirle?"},
	{"Greeting", "hello", "en", "Hello {{contact.name}}, this is {{operator.name}} from Fibra Norte. How can I help?"},
	{"Ticket number", "number", "en", "We have noted this as number {{ticket.number}}, \"{{ticket.subject}}\", and will be in touch as soon as there is news."},
};

static const struct macro_new macros[] = {
	{.name = "Pedir la foto del router", .bound = "F7", .actions =
	    "[{\"do\":\"reply\",\"text\":\"Hola, {{contact.name}}. ¿Nos manda una foto del router con las luces encendidas? Es el ticket {{ticket.number}}.\"},"
	    "{\"do\":\"status\",\"status\":\"esperando al cliente\",\"reason\":\"la foto del router\"},"
	    "{\"do\":\"tag\",\"tag\":\"foto\"}]"},
	{.name = "Mandar a Campo", .actions =
	    "[{\"do\":\"note\",\"text\":\"Hay que ir: no se resuelve a distancia.\"},"
	    "{\"do\":\"assign_team\",\"team\":\"Campo\"},"
	    "{\"do\":\"status\",\"status\":\"en camino\"}]"},
};

static const struct view_new views[] = {
	{.name = "Corre prisa", .filter = "prioridad>=4 -estado:espera", .ordering = "due", .slot = 7},
	{.name = "Esperando",   .filter = "estado:espera", .ordering = "changed", .slot = 8},
};

static const struct checklist_new lists[] = {
	{.name = "Alta de un empleado", .category = "altas", .items = "! Cuenta de correo\n! Permisos de su departamento\nPortátil\nTarjeta de acceso\nLlamada de bienvenida"},
	{.name = "Visita", .items = "Material en la furgoneta\n! Firma del cliente\nFoto de la instalación"},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int
make_hours(struct desk *d, struct err *err)
{
	const struct calendar_in week = {.name = "Horario laboral",
	    .week = "lun-vie 8-14 15-21; sáb-dom 9-14 16-20",
	    .make_default = true};
	struct calendar_row now;
	int64_t id;
	int rc;

	if ((rc = calendar_find(d, "", &now, err)) != 0 ||
	    (rc = calendar_edit(d, now.id, &week, &id, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < COUNT(days); i++)
		rc = calendar_day_set(
		    d, id, days[i].date, days[i].hours, days[i].name, &id, err);
	return rc;
}

static int
make_form(struct desk *d, struct err *err)
{
	int64_t ids[COUNT(categories)], id;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(labels); i++)
		rc = ticket_status_new(
		    d, labels[i].name, labels[i].state, 0, &id, err);
	for (size_t i = 0; rc == 0 && i < COUNT(categories); i++)
		rc = ticket_category_new(d, categories[i].key,
		    categories[i].name, (int64_t)i + 1, &ids[i], err);
	for (size_t i = 0; rc == 0 && i < COUNT(fields); i++) {
		struct ticket_field_new in = {.name = fields[i].name,
		    .help = fields[i].help,
		    .choices = fields[i].choices,
		    .type = fields[i].type,
		    .required = fields[i].required,
		    .position = (int64_t)i + 1};

		for (size_t k = 0; k < COUNT(categories); k++)
			if (str_equal(categories[k].key, fields[i].category))
				in.category_id = ids[k];
		rc = ticket_field_new(d, &in, &id, err);
	}
	return rc;
}

static int
make_replies(struct desk *d, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(replies); i++) {
		struct reply_new in = {.title = replies[i].title,
		    .body = replies[i].body,
		    .shortcut = replies[i].shortcut,
		    .lang = replies[i].lang};
		int64_t id;

		rc = reply_new(d, &in, &id, err);
	}
	return rc;
}

static int
make_habits(struct desk *d, struct err *err)
{
	int64_t id;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(macros); i++)
		rc = macro_new(d, &macros[i], &id, err);
	for (size_t i = 0; rc == 0 && i < COUNT(views); i++)
		rc = view_new(d, &views[i], &id, err);
	for (size_t i = 0; rc == 0 && i < COUNT(lists); i++)
		rc = checklist_new(d, &lists[i], &id, err);
	return rc;
}

int
demo_rules(struct desk *d, struct err *err)
{
	int rc;

	if ((rc = make_hours(d, err)) != 0 || (rc = make_form(d, err)) != 0 ||
	    (rc = make_replies(d, err)) != 0)
		return rc;
	return make_habits(d, err);
}
