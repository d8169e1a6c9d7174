/* demo_data - see demo_data.h. */
#include "tui/cli/demo_data.h"

/* clang-format off */
const char *const demo_teams[] = {"Soporte", "Ventas", "Facturación", "Campo", NULL};

const struct demo_operator demo_operators[] = {
	{"marta",   "Marta Ruiz",      "Soporte",     "es", ROLE_SUPERVISOR},
	{"diego",   "Diego Salas",     "Soporte",     "es", ROLE_OPERATOR},
	{"ana",     "Ana Belmonte",    "Soporte",     "es", ROLE_OPERATOR},
	{"james",   "James Whitlock",  "Soporte",     "en", ROLE_OPERATOR},
	{"sofia",   "Sofía Carranza",  "Ventas",      "es", ROLE_SUPERVISOR},
	{"pablo",   "Pablo Iriarte",   "Ventas",      "es", ROLE_OPERATOR},
	{"nuria",   "Nuria Camps",     "Facturación", "es", ROLE_OPERATOR},
	{"teo",     "Teo Landa",       "Campo",       "es", ROLE_TECHNICIAN},
	{"irene",   "Irene Molina",    NULL,          "es", ROLE_ADMIN},
	{"ruth",    "Ruth Keller",     NULL,          "en", ROLE_AUDITOR},
	{"asistente", "Asistente",     NULL,          "es", ROLE_BOT},
};
const size_t demo_operator_count = sizeof(demo_operators) / sizeof(demo_operators[0]);

const struct demo_contact demo_contacts[] = {
	{"Clínica San Telmo", "Recepción",   "Beatriz Olmedo",  "34600200101", "beatriz@santelmo.example", "es"},
	{"Clínica San Telmo", "Recepción",   "Julián Prats",    "34600200102", "julian@santelmo.example", "es"},
	{"Clínica San Telmo", "Laboratorio", "Dra. Carmen Vidal", "34600200103", "cvidal@santelmo.example", "es"},
	{"Transportes Arlanza", "Oficina",   "Rubén Arlanza",   "34600200110", "ruben@arlanza.example", "es"},
	{"Transportes Arlanza", "Almacén",   "Samira Haddad",   "34600200111", "almacen@arlanza.example", "es"},
	{"Northgate Lettings", "Front desk", "Emily Carter",    "447700900121", "emily@northgate.example", "en"},
	{"Northgate Lettings", "Accounts",   "Oliver Shaw",     "447700900122", "accounts@northgate.example", "en"},
	{"Café Mirador", "Local",            "Tomás Aguirre",   "34600200130", "tomas@cafemirador.example", "es"},
	{"Estudio Lumbre", "Diseño",         "Valeria Quintana", "5215500200140", "valeria@lumbre.example", "es"},
	{"Estudio Lumbre", "Administración", "Héctor Nájera",   "5215500200141", "hector@lumbre.example", "es"},
	{"Colegio Los Álamos", "Secretaría", "Pilar Ortuño",    "34600200150", "secretaria@losalamos.example", "es"},
	{"Colegio Los Álamos", "Informática", "Gonzalo Rey",    "34600200151", "informatica@losalamos.example", "es"},
};
const size_t demo_contact_count = sizeof(demo_contacts) / sizeof(demo_contacts[0]);

static const struct demo_line wifi[] = {
	{190, true,  "Buenos días, desde esta mañana el wifi de recepción no carga nada"},
	{186, false, "Buenos días, Beatriz. ¿Qué luces tiene encendidas el router?"},
	{171, true,  "La verde de arriba fija y una roja que parpadea abajo"},
	{168, false, "Gracias. La roja es la línea: lo estoy mirando con la central."},
	{12,  true,  "¿Se sabe algo? Tenemos la sala de espera llena 😅"},
};
static const struct demo_line printer[] = {
	{55, true, "Hola, la impresora de etiquetas del almacén saca las hojas en blanco"},
	{54, true, "Ya cambiamos el rollo y sigue igual"},
};
static const struct demo_line invoice[] = {
	{1500, true,  "Hello, we still haven't received the October invoice"},
	{1480, false, "Good morning, Oliver. I am sending a copy to accounts@northgate.example now."},
	{1470, true,  "Got it, thank you!"},
};
static const struct demo_line charge[] = {
	{34, true, "Me han cobrado dos veces la cuota de este mes, ¿me lo pueden revisar?"},
};
static const struct demo_line vpn[] = {
	{2890, true,  "No puedo entrar a la VPN desde casa, me da error 809"},
	{2880, false, "Hola, Héctor. ¿Está conectado por cable o por el wifi de casa?"},
	{2875, true,  "Por wifi"},
};
static const struct demo_line school[] = {
	{420, true,  "Buenas, ¿nos pueden dar presupuesto para fibra en el edificio nuevo?"},
	{400, false, "Claro que sí, Pilar. ¿Cuántas aulas tiene?"},
	{95,  true,  "Son 14 aulas y la sala de profesores"},
};
static const struct demo_line unknown[] = {
	{6, true, "hola buenas, atienden los sabados?"},
};
static const struct demo_line outage[] = {
	{22, true, "Hi, the phones at the front desk show 'not registered' since the storm"},
	{20, true, "Nobody can call us. Could somebody have a look please?"},
};

#define LINES(l) l, sizeof(l) / sizeof(l[0])
const struct demo_talk demo_talks[] = {
	{"34600200101", "Beatriz",  "marta", "La línea tiene una incidencia de zona; la central da las 14:00.", false, true, LINES(wifi)},
	{"34600200111", "Samira H.", NULL,   NULL, false, false, LINES(printer)},
	{"447700900122", "Oliver Shaw", "nuria", NULL, true, false, LINES(invoice)},
	{"34600200130", "Tomás 🌵", NULL,    NULL, false, false, LINES(charge)},
	{"5215500200141", "Héctor N.", "diego", "Pide que se le escriba después de las 18:00 de México.", false, true, LINES(vpn)},
	{"34600200150", "Pilar",    "pablo", NULL, false, false, LINES(school)},
	{"34600999887", "✨Loli✨",  NULL,   NULL, false, false, LINES(unknown)},
	{"447700900121", "Emily C", "marta", NULL, false, false, LINES(outage)},
};
const size_t demo_talk_count = sizeof(demo_talks) / sizeof(demo_talks[0]);

const struct demo_ticket demo_tickets[] = {
	{"El lector de códigos no responde en la mesa 3", "Enciende, pero no lee. Cable cambiado.", "equipos", "lector", "34600200111", "teo", "Campo", TICKET_OPEN, SOURCE_CALL, 3, 2, 30, "Llevar el de repuesto el jueves.", NULL},
	{"Alta de correo para dos médicos nuevos", "Dr. Salinas y Dra. Pozo, empiezan el lunes.", "accesos", "alta", "34600200102", "ana", "Soporte", TICKET_NEW, SOURCE_MAIL, 2, 2, 5, NULL, NULL},
	{"Cortes de voz por la tarde", "Entre las 17:00 y las 19:00 las llamadas se entrecortan.", "telefonia", "voz,qos", "34600200110", "diego", "Soporte", TICKET_WAITING, SOURCE_CALL, 3, 4, 50, "El cliente manda los horarios exactos.", "Horarios de tres días"},
	{"Licences for the new office", "Six seats, from the first of next month.", "licencias", "venta", "447700900121", "pablo", "Ventas", TICKET_OPEN, SOURCE_MAIL, 2, 3, 28, NULL, NULL},
	{"No llegan los correos de la aseguradora", "Solo los de ese dominio; al resto, bien.", "correo", "filtro", "34600200103", "ana", "Soporte", TICKET_OPEN, SOURCE_WEB, 4, 3, 9, "El dominio está en una lista gris.", NULL},
	{"Copia de la factura de septiembre", "A nombre de la sociedad, no del local.", "facturacion", "", "34600200130", "nuria", "Facturación", TICKET_SOLVED, SOURCE_DESK, 1, 1, 76, NULL, NULL},
	{"Pantalla azul al abrir el programa de rutas", "Dos equipos del almacén, desde la actualización.", "equipos", "urgente", "34600200110", NULL, "Soporte", TICKET_NEW, SOURCE_DESK, 5, 4, 2, NULL, NULL},
	{"Shared folder is read-only for accounts", "Since the server was moved.", "accesos", "", "447700900122", "james", "Soporte", TICKET_CLOSED, SOURCE_MAIL, 3, 2, 190, "Group was missing on the new server.", NULL},
	{"Cambio de titular de la línea móvil", "Adjunta escritura; falta el DNI.", "altas", "", "5215500200140", "nuria", "Facturación", TICKET_WAITING, SOURCE_WEB, 2, 1, 100, NULL, "Copia del documento"},
	{"Proyector del aula 7 sin señal", "El cable nuevo tampoco funciona.", "aulas", "proyector", "34600200151", "teo", "Campo", TICKET_OPEN, SOURCE_AGENT, 3, 3, 20, NULL, NULL},
	{"Presupuesto de centralita para 25 extensiones", "Comparar con lo que tienen hoy.", "ventas", "oferta", "34600200150", "pablo", "Ventas", TICKET_OPEN, SOURCE_DESK, 2, 4, 60, NULL, NULL},
};
const size_t demo_ticket_count = sizeof(demo_tickets) / sizeof(demo_tickets[0]);
/* clang-format on */
