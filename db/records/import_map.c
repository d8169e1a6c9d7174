/* import_map - see import_map.h. */
#include "db/records/import_map.h"
#include "common/str.h"
#include "common/utf8.h"
#include "db/records/tickets.h"
#include <ctype.h>
#include <string.h>

#define T (1U << IMPORT_TICKETS)
#define C (1U << IMPORT_CONTACTS)
#define E (1U << IMPORT_EMPLOYEES)

const char *const import_kind_names[] = {
    "tickets", "contacts", "employees", NULL};

static const char *const names[IN_FIELD_COUNT] = {
    [IN_ID] = "id",
    [IN_NUMBER] = "number",
    [IN_REFERENCE] = "reference",
    [IN_SUBJECT] = "subject",
    [IN_DESCRIPTION] = "description",
    [IN_STATE] = "state",
    [IN_PRIORITY] = "priority",
    [IN_URGENCY] = "urgency",
    [IN_IMPACT] = "impact",
    [IN_CATEGORY] = "category",
    [IN_TAGS] = "tags",
    [IN_SOURCE] = "source",
    [IN_CREATED] = "created",
    [IN_UPDATED] = "updated",
    [IN_SOLVED] = "solved",
    [IN_CLOSED] = "closed",
    [IN_OPERATOR] = "operator",
    [IN_TEAM] = "team",
    [IN_COMMENT] = "comment",
    [IN_NAME] = "name",
    [IN_LAST_NAME] = "last_name",
    [IN_EMAIL] = "email",
    [IN_PHONE] = "phone",
    [IN_COMPANY] = "company",
    [IN_CRM] = "crm_id",
    [IN_EMPLOYEE] = "employee",
    [IN_LANG] = "lang",
    [IN_CODE] = "code",
    [IN_DEPARTMENT] = "department",
    [IN_JOB] = "job",
    [IN_MANAGER] = "manager",
    [IN_NOTES] = "notes",
};

/* What the older systems, others and people call them; between spaces. */
/* clang-format off */
static const struct {
	unsigned kinds;
	enum import_field field;
	const char *headings;
} headings[] = {
	{T, IN_ID, " id ticket_id id_ticket "},
	{C, IN_ID, " id contact_id contacto_id id_contacto cliente_id "},
	{T, IN_NUMBER, " number ticket_number ticket ticket_no no n num numero numero_ticket numero_de_ticket no_de_ticket num_ticket folio caso case case_number numero_de_caso "},
	{T, IN_REFERENCE, " reference external_id ref referencia codigo code uuid id_externo external_reference "},
	{T, IN_SUBJECT, " subject title titulo asunto summary resumen tema "},
	{T, IN_DESCRIPTION, " description descripcion body cuerpo detalle detalles details problema problem mensaje message contenido content texto text "},
	{T, IN_STATE, " status state estado estatus situacion "},
	{T, IN_PRIORITY, " priority prioridad severity severidad gravedad "},
	{T, IN_URGENCY, " urgency urgencia "},
	{T, IN_IMPACT, " impact impacto "},
	{T, IN_CATEGORY, " category categoria type tipo clasificacion "},
	{T, IN_TAGS, " tags etiquetas labels tag etiqueta palabras_clave "},
	{T, IN_SOURCE, " source origen canal channel medio "},
	{T, IN_CREATED, " created created_at created_on creado creado_en creado_el fecha fecha_creacion fecha_de_creacion date opened opened_at fecha_apertura fecha_de_apertura fecha_alta abierto_el creation_date date_created "},
	{T, IN_UPDATED, " updated updated_at updated_on modified modified_at modificado actualizado actualizado_en actualizado_el fecha_actualizacion fecha_de_actualizacion fecha_modificacion fecha_de_modificacion last_update last_updated ultima_actualizacion "},
	{T, IN_SOLVED, " solved solved_at resolved resolved_at fecha_resolucion fecha_de_resolucion resuelto_en resuelto_el fecha_solucion "},
	{T, IN_CLOSED, " closed closed_at fecha_cierre fecha_de_cierre cerrado_en cerrado_el fecha_cerrado "},
	{T, IN_OPERATOR, " operator operator_login assigned_to assignee operador asignado asignado_a responsable agente agent tecnico owner encargado atendido_por "},
	{T, IN_TEAM, " team team_name grupo group cola queue grupo_asignado assigned_group "},
	{T, IN_COMMENT, " comment comments comentario comentarios notes notas note nota observaciones seguimiento solucion resolution "},
	{T, IN_NAME, " requester requester_name contact contact_name contact_full_name contacto cliente customer customer_name solicitante usuario user name nombre nombre_cliente reported_by reportado_por created_by creado_por nombre_solicitante requester_full_name "},
	{C | E, IN_NAME, " name full_name nombre nombre_completo nombres first_name contacto contact empleado employee nombre_y_apellidos nombre_empleado "},
	{C | E, IN_LAST_NAME, " last_name surname apellido apellidos "},
	{T | C | E, IN_EMAIL, " email e_mail mail correo correo_electronico requester_email contact_email customer_email email_address correo_cliente correo_solicitante email_corporativo "},
	{T | C | E, IN_PHONE, " phone phone_number telefono tel movil celular mobile whatsapp requester_phone contact_phone customer_phone numero_de_telefono telefono_movil telefono_cliente extension "},
	{T | C, IN_COMPANY, " company company_name empresa compania organization organisation organizacion razon_social requester_company contact_company "},
	{T | C, IN_CRM, " crm_id crm_contact_id id_crm contact_crm_id "},
	{T, IN_EMPLOYEE, " employee employee_id employee_code empleado empleado_id id_empleado numero_empleado numero_de_empleado num_empleado "},
	{C, IN_LANG, " lang language idioma lengua "},
	{E, IN_CODE, " code codigo id number numero employee_id employee_code employee_number empleado_id id_empleado numero_empleado numero_de_empleado num_empleado no_empleado legajo nomina ficha "},
	{E, IN_DEPARTMENT, " department departamento area dept division seccion unidad "},
	{E, IN_JOB, " job job_title puesto cargo title position titulo rol role "},
	{E, IN_MANAGER, " manager jefe jefe_directo supervisor responsable boss reports_to reporta_a "},
	{C | E, IN_NOTES, " notes notas note nota observaciones comments comentarios "},
};
/* clang-format on */

const char *
import_field_name(enum import_field field)
{
	return names[field];
}

const char *
import_headings(enum import_kind kind, enum import_field field)
{
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (headings[i].field == field &&
		    (headings[i].kinds & 1U << kind) != 0)
			return headings[i].headings;
	return NULL;
}

enum import_field
import_field_by_name(enum import_kind kind, const char *name)
{
	for (int i = 0; i < IN_FIELD_COUNT; i++)
		if (strcmp(names[i], name) == 0 &&
		    import_headings(kind, (enum import_field)i) != NULL)
			return (enum import_field)i;
	return IN_FIELD_COUNT;
}

void
import_fold(char *out, size_t size, const char *text)
{
	struct str folded = STR_INIT;
	size_t n = 0;

	utf8_fold(&folded, text, strlen(text));
	for (size_t i = 0; i < folded.len && n + 1 < size; i++) {
		unsigned char c = (unsigned char)folded.s[i];

		if (c >= 0x80 || isalnum(c))
			out[n++] = (char)c;
		else if (n > 0 && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n > 0 && out[n - 1] == '_')
		n--;
	out[n] = '\0';
	str_free(&folded);
}

/* Whether a folded word stands among those of a list between spaces. */
static bool
among(const char *list, const char *word)
{
	size_t n = strlen(word);

	if (n == 0)
		return false;
	for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
		if (p[-1] == ' ' && p[n] == ' ')
			return true;
	return false;
}

enum import_field
import_heading(enum import_kind kind, const char *heading)
{
	char folded[80];

	import_fold(folded, sizeof(folded), heading);
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if ((headings[i].kinds & 1U << kind) != 0 &&
		    among(headings[i].headings, folded))
			return headings[i].field;
	return IN_FIELD_COUNT;
}

/* ---- words ---- */

struct word {
	const char *words; /* between spaces */
	int value;
};

static bool
find(const struct word *list, size_t count, const char *word, int *value)
{
	char folded[80];

	import_fold(folded, sizeof(folded), word);
	for (size_t i = 0; i < count; i++)
		if (among(list[i].words, folded)) {
			*value = list[i].value;
			return true;
		}
	return false;
}
#define FIND(list, word, value)                                                \
	find(list, sizeof(list) / sizeof(list[0]), word, value)

bool
import_state(const char *word, int *state)
{
	/* clang-format off */
	static const struct word list[] = {
		{" new nuevo nueva sin_asignar unassigned registrado ", TICKET_NEW},
		{" open abierto abierta opened in_progress en_progreso en_proceso en_curso asignado assigned active activo reabierto reopened working atendiendo ", TICKET_OPEN},
		{" waiting en_espera espera pending pendiente on_hold hold pausado en_pausa paused waiting_for_customer esperando ", TICKET_WAITING},
		{" solved resolved resuelto resuelta solucionado solucionada done hecho terminado finalizado completado completed ", TICKET_SOLVED},
		{" closed cerrado cerrada cancelled canceled cancelado rejected rechazado merged fusionado archived archivado ", TICKET_CLOSED},
	};
	/* clang-format on */

	return FIND(list, word, state);
}

bool
import_level(const char *word, int *level)
{
	static const struct word list[] = {
	    {" 1 very_low muy_baja muy_bajo lowest minima planning ", 1},
	    {" 2 low baja bajo minor menor ", 2},
	    {" 3 medium media medio normal moderate moderada default ", 3},
	    {" 4 high alta alto major mayor ", 4},
	    {" 5 urgent urgente critical critica critico very_high muy_alta"
	     " highest inmediata emergency emergencia ",
		5},
	};

	return FIND(list, word, level);
}

bool
import_source(const char *word, int *source)
{
	static const struct word list[] = {
	    {" desk mesa mesa_de_ayuda mesa_ayuda console consola manual"
	     " ventanilla ",
		SOURCE_DESK},
	    {" whatsapp wa ", SOURCE_WHATSAPP},
	    {" telegram ", SOURCE_TELEGRAM},
	    {" web portal chat formulario form website ", SOURCE_WEB},
	    {" mail email e_mail correo correo_electronico ", SOURCE_MAIL},
	    {" call phone telefono llamada telefonica ", SOURCE_CALL},
	    {" api ", SOURCE_API},
	    {" agent agente bot asistente ai ia ", SOURCE_AGENT},
	};

	return FIND(list, word, source);
}

bool
import_lang(const char *word, const char **lang)
{
	static const struct word list[] = {
	    {" es spa es_es es_mx es_ar es_co spanish espanol castellano ", 0},
	    {" en eng en_us en_gb english ingles ", 1},
	};
	static const char *const langs[] = {"es", "en"};
	int i;

	if (!FIND(list, word, &i))
		return false;
	*lang = langs[i];
	return true;
}
