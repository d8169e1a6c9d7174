/*
 * conf_table - every key of opdesk.conf.  One row is one key: its type,
 * default, check and the sentence of opdesk.conf(5).
 */
#include "common/conf.h"
#include "common/dialler.h"
#include "common/i18n.h"
#include "common/mail_write.h"
#include "common/smtp.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

static const char *const langs[] = {"auto", "es", "en", NULL};
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const anonymous[] = {"off", "review", "accept", NULL};
static const char *const channels[] = {
    "whatsapp", "twilio", "telegram", "mail", "web", NULL};
static const char *const telegram_modes[] = {"poll", "webhook", NULL};
static const char *const mail_tls[] = {"required", "wanted", "none", NULL};
static const char *const models[] = {"none", "ollama", "openai", NULL};
static const char *const erps[] = {"erpnext", NULL};
static const char *const record_modes[] = {
    "never", "ondemand", "all", "forced", NULL};
static const char *const call_makers[] = {"manual", "command", NULL};
static const char *const sound_formats[] = {"wav", "flac", "opus", NULL};

static const char *
check_chars(const char *s, const char *also, size_t max, const char *allowed)
{
	size_t n = 0;

	for (; s[n]; n++)
		if (!isalnum((unsigned char)s[n]) && !strchr(also, s[n]))
			return allowed;
	return n <= max ? NULL : allowed;
}

static const char *
check_slug(const char *s)
{
	return check_chars(
	    s, "_-", 64, N_("a short name of letters, digits, '-' and '_'"));
}

static const char *
check_zone(const char *s)
{
	if (s[0] == '/' || strstr(s, ".."))
		return N_("a zone such as Europe/Madrid");
	return check_chars(s, "_+-/", 64, N_("a zone such as Europe/Madrid"));
}

static const char *
check_colours(const char *s)
{
	for (int i = 0; i < 5; i++) {
		if (s[0] != '#' ||
		    strspn(s + 1, "0123456789abcdefABCDEF") != 6 ||
		    s[7] != (i < 4 ? ' ' : '\0'))
			return N_("five colours such as #11161c, with a blank "
				  "between them");
		s += 8;
	}
	return NULL;
}

static const char *
check_digits(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0' && strlen(s) <= 32
	           ? NULL
	           : N_("digits only");
}

static const char *
check_version(const char *s)
{
	return check_chars(s, ".", 16, N_("a version such as v23.0"));
}

static const char *
check_mail_server(const char *s)
{
	return s[0] == '\0' || smtp_check_url(s, NULL) == 0
	           ? NULL
	           : N_("an address such as smtp://mail.example.com:587");
}

static const char *
check_address(const char *s)
{
	return s[0] == '\0' || mail_address_ok(s)
	           ? NULL
	           : N_("an address such as desk@example.com");
}

static const char *
check_database(const char *s)
{
	const char *host = strstr(s, "://");
	const char *at, *query;

	if (!host)
		return NULL;
	if (strncmp(s, "postgresql://", 13) != 0 &&
	    strncmp(s, "postgres://", 11) != 0)
		return N_("a file or a postgresql:// URI");
	host += 3;
	at = strchr(host, '@');
	query = strchr(host, '?');
	if ((at && memchr(host, ':', (size_t)(at - host))) ||
	    (query && strstr(query, "password=")))
		return N_("a URI without a password, which belongs into "
			  "password_file");
	return NULL;
}

static const char *
check_network(const char *s)
{
	static const char allowed[] =
	    N_("addresses or networks such as 10.0.0.1 or 10.1.0.0/16");
	unsigned char bin[16];
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(s, '/');
	size_t n = slash ? (size_t)(slash - s) : strlen(s);
	int64_t bits;

	if (n >= sizeof(address))
		return allowed;
	memcpy(address, s, n);
	address[n] = '\0';
	if (inet_pton(AF_INET, address, bin) == 1)
		bits = 32;
	else if (inet_pton(AF_INET6, address, bin) == 1)
		bits = 128;
	else
		return allowed;
	return slash && !str_to_int64(slash + 1, 0, bits, &bits) ? allowed
	                                                         : NULL;
}

/* Rows of one type; fields that a type does not have stay zero. */
#define ROW(sec, key, ty, def)                                                 \
	.section = sec, .name = key, .type = ty, .fallback = def

/* clang-format off */
static const struct conf_key table[] = {
	{ROW(CONF_DESK, "database", CONF_PATH, ""), .check = check_database,
	    .env = "DATABASE_URL",
	    .help = N_("The desk: a file, or a postgresql:// URI without a "
		"password. Without it the desk is desk.db in the user's data "
		"directory, or in /var/lib/opdesk with a configuration in "
		"/etc/opdesk.")},
	{ROW(CONF_DESK, "password", CONF_SECRET, ""),
	    .help = N_("The password of the PostgreSQL database.")},
	{ROW(CONF_DESK, "tenant", CONF_STRING, ""), .check = check_slug,
	    .help = N_("The tenant that is meant when none is named.")},
	{ROW(CONF_DESK, "files", CONF_PATH, ""),
	    .help = N_("The directory of attachments and recordings. Without it "
		"they are kept beside the desk.")},
	{ROW(CONF_DESK, "lang", CONF_ENUM, "auto"), .values = langs,
	    .help = N_("The language of the console; auto follows the operator's "
		"choice, then the environment.")},
	{ROW(CONF_DESK, "lock_minutes", CONF_INT, "15"), .max = 1440,
	    .help = N_("The console is locked when nothing was typed for so many "
		"minutes, where the operator has a password to open it again; 0 "
		"for never.")},
	{ROW(CONF_DESK, "idle_minutes", CONF_INT, "5"), .max = 1440,
	    .help = N_("A clock of time worked that runs is asked about when "
		"nothing was typed for so many minutes; 0 for never.")},
	{ROW(CONF_DESK, "guide_threshold", CONF_INT, "50"), .max = 100,
	    .help = N_("How sure, in percent, it must be that a text is about a "
		"guide rather than about nothing, for \"opdesk guide match\" to "
		"name any where there is no desk; in a desk its tenant's "
		"guide.threshold says so.")},
	{ROW(CONF_DESK, "hint_threshold", CONF_INT, "35"), .max = 100,
	    .help = N_("How sure, in percent, it must be that a text is an "
		"objection rather than nothing, for any card to be named.")},
	{ROW(CONF_DESK, "seal_key", CONF_PATH, ""),
	    .help = N_("The file of the key that seals the secrets of code "
		"generators. Without it one is made beside the desk. Consoles on "
		"several machines need the same one.")},
	{ROW(CONF_DESK, "zone", CONF_STRING, ""), .check = check_zone,
	    .help = N_("The time zone of a tenant that has none of its own, as an "
		"IANA name. Without it UTC is used.")},

	{ROW(CONF_DAEMON, "listen", CONF_ADDRESS, "127.0.0.1:8480"),
	    .help = N_("Where the daemon listens. Port 0 takes a free one.")},
	{ROW(CONF_DAEMON, "public_url", CONF_URL, ""),
	    .help = N_("The address by which providers reach the daemon. Twilio "
		"signs over it.")},
	{ROW(CONF_DAEMON, "trusted_proxies", CONF_LIST, ""),
	    .check = check_network,
	    .help = N_("Proxies whose X-Forwarded-For and X-Forwarded-Proto are "
		"believed, as addresses or networks.")},
	{ROW(CONF_DAEMON, "tls_certificate", CONF_PATH, ""),
	    .help = N_("A PEM chain, when the daemon speaks TLS itself.")},
	{ROW(CONF_DAEMON, "tls_key", CONF_PATH, ""),
	    .help = N_("The key of tls_certificate, readable for the daemon alone.")},
	{ROW(CONF_DAEMON, "mobile_colours", CONF_STRING,
	    "#11161c #1b232c #e9eef4 #5db2ff #5fd08f"),
	    .check = check_colours,
	    .help = N_("Colours of the page for phones: background, surfaces, "
		"text, what stands out, what is good.")},
	{ROW(CONF_DAEMON, "log_level", CONF_ENUM, "info"), .values = levels,
	    .help = N_("How much is logged.")},
	{ROW(CONF_DAEMON, "ballast_mib", CONF_INT, "96"), .max = 65536,
	    .help = N_("A file of so many MiB is kept beside the desk, to be "
		"given up when the disk is full; 0 for none.")},
	{ROW(CONF_DAEMON, "token_rate", CONF_INT, "200"), .max = 1000000,
	    .help = N_("The most requests a second that one token may make, on "
		"the long run; twice as many at once. 0 for no limit.")},
	{ROW(CONF_DAEMON, "webhook_max_bytes", CONF_INT, "4194304"),
	    .min = 65536, .max = 67108864,
	    .help = N_("The largest webhook that is taken, in bytes.")},

	{ROW(CONF_DAEMON, "slack_webhook_url", CONF_SECRET, ""),
	    .env = "SLACK_WEBHOOK_URL",
	    .help = N_("The address of a webhook of Slack.  The daemon makes the "
		"webhook \"slack\" with it, told of session.escalated, and "
		"opdesk webhook edit chooses other events.")},
	{ROW(CONF_DAEMON, "kestra_webhook_url", CONF_SECRET, ""),
	    .env = "KESTRA_WEBHOOK_URL",
	    .help = N_("The address of a webhook of Kestra.  The daemon makes the "
		"webhook \"kestra\" with it, told of session.*, and opdesk "
		"webhook edit chooses other events.")},

	{ROW(CONF_INVENTORY, "anonymous", CONF_ENUM, "review"),
	    .values = anonymous,
	    .help = N_("What happens to a report without a token: it is refused, "
		"kept until somebody has looked at it, or accepted.")},

	{ROW(CONF_CHANNEL, "kind", CONF_ENUM, NULL), .values = channels,
	    .help = N_("What the channel speaks.")},
	{ROW(CONF_CHANNEL, "tenant", CONF_STRING, ""), .check = check_slug,
	    .help = N_("The tenant that it belongs to; without it that of "
		"[desk].")},
	{ROW(CONF_CHANNEL, "phone_number_id", CONF_STRING, NULL),
	    .kinds = "whatsapp", .check = check_digits,
	    .help = N_("Meta's id of the telephone number.")},
	{ROW(CONF_CHANNEL, "business_account_id", CONF_STRING, ""),
	    .kinds = "whatsapp", .check = check_digits,
	    .help = N_("Meta's id of the WhatsApp business account. Templates are "
		"fetched with it.")},
	{ROW(CONF_CHANNEL, "verify_token", CONF_SECRET, ""),
	    .kinds = "whatsapp", .env = "WHATSAPP_ACCESS_TOKEN",
	    .help = N_("The text that Meta shows when it checks the webhook's "
		"address.")},
	{ROW(CONF_CHANNEL, "app_secret", CONF_SECRET, ""),
	    .kinds = "whatsapp",
	    .help = N_("The app's secret, which signs webhooks. Two are valid "
		"while it is being rotated. Without it every webhook is "
		"refused.")},
	{ROW(CONF_CHANNEL, "access_token", CONF_SECRET, ""),
	    .kinds = "whatsapp", .env = "META_WA_TOKEN",
	    .help = N_("The token with which messages are sent.")},
	{ROW(CONF_CHANNEL, "account_sid", CONF_STRING, NULL),
	    .kinds = "twilio", .check = check_slug,
	    .help = N_("Twilio's id of the account.")},
	{ROW(CONF_CHANNEL, "auth_token", CONF_SECRET, ""), .kinds = "twilio",
	    .help = N_("Twilio's token, which signs webhooks and sends messages. "
		"Two are valid while it is being rotated; the first one "
		"sends.")},
	{ROW(CONF_CHANNEL, "from", CONF_STRING, NULL), .kinds = "twilio",
	    .help = N_("The sender, such as whatsapp:+15550783881.")},
	{ROW(CONF_CHANNEL, "smtp_url", CONF_STRING, ""), .kinds = "mail",
	    .check = check_mail_server,
	    .help = N_("The server that takes mail: smtp://HOST:PORT, usually with "
		"port 587, or smtps://HOST:PORT with 465. Without it no mail is "
		"sent. The first channel of a tenant that has one sends its "
		"mail.")},
	{ROW(CONF_CHANNEL, "smtp_user", CONF_STRING, ""), .kinds = "mail",
	    .help = N_("The name at the mail server, when it wants one.")},
	{ROW(CONF_CHANNEL, "smtp_password", CONF_SECRET, ""), .kinds = "mail",
	    .help = N_("The password that goes with smtp_user.")},
	{ROW(CONF_CHANNEL, "tls", CONF_ENUM, "required"), .kinds = "mail",
	    .values = mail_tls,
	    .help = N_("Encryption on smtp://: nothing is sent without it, it is "
		"used where the server offers it, or it is left alone. A server "
		"on this machine needs none.")},
	{ROW(CONF_CHANNEL, "ca_file", CONF_PATH, ""), .kinds = "mail",
	    .help = N_("Certificates in PEM that the mail server's is checked "
		"with, instead of those of the system.")},
	{ROW(CONF_CHANNEL, "from", CONF_STRING, ""), .kinds = "mail",
	    .check = check_address,
	    .help = N_("The address that mail comes from, and that answers go to; "
		"an alias of the mail system hands those to \"opdesk message "
		"receive --mail\".")},
	{ROW(CONF_CHANNEL, "from_name", CONF_STRING, ""), .kinds = "mail",
	    .help = N_("The name beside that address.")},
	{ROW(CONF_CHANNEL, "messages_per_second", CONF_INT, "5"),
	    .kinds = "mail", .min = 1, .max = 10000,
	    .help = N_("The most that is sent in a second, by all daemons together.")},
	{ROW(CONF_CHANNEL, "bot_token", CONF_SECRET, ""),
	    .kinds = "telegram",
	    .help = N_("The bot's token.")},
	{ROW(CONF_CHANNEL, "mode", CONF_ENUM, "poll"), .kinds = "telegram",
	    .values = telegram_modes,
	    .help = N_("How updates come in: the daemon asks for them, or Telegram "
		"calls public_url.")},
	{ROW(CONF_CHANNEL, "secret_token", CONF_SECRET, ""),
	    .kinds = "telegram",
	    .help = N_("The text that Telegram sends with every webhook.")},
	{ROW(CONF_CHANNEL, "api_base", CONF_URL, "https://graph.facebook.com"),
	    .kinds = "whatsapp",
	    .help = N_("The provider's address, so that a rehearsal can stand in.")},
	{ROW(CONF_CHANNEL, "api_base", CONF_URL, "https://api.twilio.com"),
	    .kinds = "twilio",
	    .help = N_("The provider's address, so that a rehearsal can stand in.")},
	{ROW(CONF_CHANNEL, "api_base", CONF_URL, "https://api.telegram.org"),
	    .kinds = "telegram",
	    .help = N_("The provider's address, so that a rehearsal can stand in.")},
	{ROW(CONF_CHANNEL, "api_version", CONF_STRING, "v23.0"),
	    .kinds = "whatsapp", .check = check_version,
	    .help = N_("The version of the provider's interface.")},
	{ROW(CONF_CHANNEL, "messages_per_second", CONF_INT, "80"),
	    .kinds = "whatsapp twilio", .min = 1, .max = 10000,
	    .help = N_("The most that is sent in a second, by all daemons together.")},
	{ROW(CONF_CHANNEL, "messages_per_second", CONF_INT, "30"),
	    .kinds = "telegram", .min = 1, .max = 10000,
	    .help = N_("The most that is sent in a second, by all daemons together.")},
	{ROW(CONF_CHANNEL, "media_max_bytes", CONF_INT, "104857600"),
	    .kinds = "whatsapp twilio telegram", .min = 0, .max = 2147483647,
	    .help = N_("The largest attachment that is fetched, in bytes; 0 fetches "
		"none.")},

	{ROW(CONF_LLM, "kind", CONF_ENUM, "none"), .values = models,
	    .help = N_("The model server. With none the assistant works on rules.")},
	{ROW(CONF_LLM, "url", CONF_URL, "http://127.0.0.1:11434"),
	    .help = N_("The address of the model server.")},
	{ROW(CONF_LLM, "model", CONF_STRING, ""),
	    .help = N_("The model that answers.")},
	{ROW(CONF_LLM, "embed_model", CONF_STRING, ""),
	    .help = N_("The model for similarity. Without it matching is done on "
		"words.")},
	{ROW(CONF_LLM, "api_key", CONF_SECRET, ""), .env = "OPENAI_API_KEY",
	    .help = N_("The key of the model server, when it wants one.")},
	{ROW(CONF_LLM, "socket", CONF_PATH, ""),
	    .help = N_("The unix socket of the model server, instead of an "
		"address.")},
	{ROW(CONF_LLM, "daemon_socket", CONF_PATH, ""),
	    .help = N_("On a shared host: the unix socket where the daemon "
		"takes the consoles' questions. It alone then needs the key, "
		"keeps to what follows, and notes tokens and times.")},
	{ROW(CONF_LLM, "operator_questions", CONF_INT, "120"), .min = 0,
	    .max = 1000000,
	    .help = N_("How many questions an operator may ask in an hour "
		"through daemon_socket; 0: any.")},
	{ROW(CONF_LLM, "operator_tokens", CONF_INT, "0"), .min = 0,
	    .max = 1000000000,
	    .help = N_("The same in tokens, of questions and answers.")},
	{ROW(CONF_LLM, "tenant_questions", CONF_INT, "0"), .min = 0,
	    .max = 1000000,
	    .help = N_("How many questions all operators of a tenant may ask "
		"in a day through daemon_socket; 0: any.")},
	{ROW(CONF_LLM, "tenant_tokens", CONF_INT, "0"), .min = 0,
	    .max = 1000000000,
	    .help = N_("The same in tokens, of questions and answers.")},
	{ROW(CONF_LLM, "timeout", CONF_INT, "30"), .min = 1, .max = 600,
	    .help = N_("How long an answer may take, in seconds from its first "
		"word.")},
	{ROW(CONF_LLM, "connect_timeout", CONF_INT, "3"), .min = 1, .max = 60,
	    .help = N_("How long the model server may take to be reached, in "
		"seconds.")},
	{ROW(CONF_LLM, "first_timeout", CONF_INT, "120"), .min = 1, .max = 900,
	    .help = N_("How long the first word may take while the model may "
		"still be loading, in seconds.")},
	{ROW(CONF_LLM, "warm_timeout", CONF_INT, "15"), .min = 1, .max = 900,
	    .help = N_("The same, of a model that is known to be loaded.")},
	{ROW(CONF_LLM, "idle_timeout", CONF_INT, "15"), .min = 1, .max = 600,
	    .help = N_("How long the model may pause between words, in "
		"seconds.")},
	{ROW(CONF_LLM, "keep_minutes", CONF_INT, "30"), .min = 1, .max = 1440,
	    .help = N_("How long Ollama keeps the model loaded when nothing is "
		"asked, in minutes.")},
	{ROW(CONF_LLM, "context_tokens", CONF_INT, "8192"), .min = 1024,
	    .max = 1048576,
	    .help = N_("How much Ollama makes room for, in tokens of question "
		"and answer together.")},
	{ROW(CONF_LLM, "max_tokens", CONF_INT, "400"), .min = 16, .max = 100000,
	    .help = N_("The longest answer, in tokens.")},
	{ROW(CONF_LLM, "max_text_bytes", CONF_INT, "65536"), .min = 1024,
	    .max = 1048576,
	    .help = N_("The longest answer that is taken, in bytes of its "
		"text.")},
	{ROW(CONF_LLM, "max_bytes", CONF_INT, "1048576"), .min = 65536,
	    .max = 67108864,
	    .help = N_("The most that is taken over the wire for one answer, in "
		"bytes.")},

	{ROW(CONF_ERP, "kind", CONF_ENUM, NULL), .values = erps,
	    .help = N_("What the ERP is.")},
	{ROW(CONF_ERP, "tenant", CONF_STRING, ""), .check = check_slug,
	    .help = N_("The tenant that it belongs to; without it that of "
		"[desk].")},
	{ROW(CONF_ERP, "url", CONF_URL, NULL),
	    .help = N_("The address of the ERP.")},
	{ROW(CONF_ERP, "api_key", CONF_SECRET, ""),
	    .help = N_("The key of the ERP's user.")},
	{ROW(CONF_ERP, "api_secret", CONF_SECRET, ""),
	    .help = N_("The secret that goes with api_key.")},

	{ROW(CONF_RECORDER, "mode", CONF_ENUM, "ondemand"),
	    .values = record_modes,
	    .help = N_("Which calls are recorded: none, those where the operator "
		"asks for it, all unless he stops it, or all.")},
	{ROW(CONF_RECORDER, "rate", CONF_INT, "16000"), .min = 8000,
	    .max = 192000,
	    .help = N_("Samples a second.")},
	{ROW(CONF_RECORDER, "channels", CONF_INT, "1"), .min = 1, .max = 2,
	    .help = N_("Channels: 1 or 2.")},
	{ROW(CONF_RECORDER, "keep_as", CONF_ENUM, "flac"),
	    .values = sound_formats,
	    .help = N_("The format of a finished recording.")},
	{ROW(CONF_RECORDER, "device", CONF_STRING, ""),
	    .help = N_("The microphone: its name or a part of it; empty is the "
		"usual one.")},
	{ROW(CONF_RECORDER, "second_device", CONF_STRING, ""),
	    .help = N_("The device of the customer's side, which becomes the "
		"right channel.")},
	{ROW(CONF_RECORDER, "silence_db", CONF_INT, "-50"), .min = -96, .max = 0,
	    .help = N_("A recording that is nowhere louder is marked as silent, "
		"in decibels below full scale.")},
	{ROW(CONF_RECORDER, "watch", CONF_PATH, ""),
	    .help = N_("A directory where a telephone system leaves its "
		"recordings, each named as it names the call; the daemon takes "
		"them in.")},
	{ROW(CONF_RECORDER, "min_seconds", CONF_INT, "1"), .min = 0, .max = 60,
	    .help = N_("A recording that is shorter is not kept.")},

	{ROW(CONF_CALL, "provider", CONF_ENUM, "manual"), .values = call_makers,
	    .help = N_("Who dials a call that is started here: a person, or the "
		"program that dialler names, on a personal desk only.")},
	{ROW(CONF_CALL, "dialler", CONF_PATH, ""),
	    .help = N_("The program that makes the telephone ring. No shell is "
		"between; this file and the desk are to be the user's alone.")},
	{ROW(CONF_CALL, "dialler_arguments", CONF_STRING, "{number}"),
	    .check = dialler_check_arguments,
	    .help = N_("What the program is given, divided at blanks; {number} "
		"becomes what is dialled: digits, at most with a plus before "
		"them.")},
};
/* clang-format on */

const struct conf_key *
conf_table(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

const char *
conf_section_name(enum conf_section_kind kind)
{
	switch (kind) {
	case CONF_DESK:
		return "desk";
	case CONF_DAEMON:
		return "daemon";
	case CONF_INVENTORY:
		return "inventory";
	case CONF_CHANNEL:
		return "channel";
	case CONF_LLM:
		return "llm";
	case CONF_ERP:
		return "erp";
	case CONF_RECORDER:
		return "recorder";
	case CONF_CALL:
		return "call";
	case CONF_SECTION_COUNT:
		break;
	}
	return "";
}

bool
conf_section_has_name(enum conf_section_kind kind)
{
	return kind == CONF_CHANNEL || kind == CONF_ERP;
}
