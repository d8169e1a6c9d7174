/*
 * conf_table - every key of opdesk.conf.  One row is one key: its type,
 * default, check and the sentence of opdesk.conf(5).
 */
#include "common/conf.h"
#include "common/i18n.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

static const char *const langs[] = {"auto", "es", "en", NULL};
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const anonymous[] = {"off", "review", "accept", NULL};
static const char *const channels[] = {
    "whatsapp", "twilio", "telegram", "mail", "web", NULL};
static const char *const telegram_modes[] = {"poll", "webhook", NULL};
static const char *const models[] = {"none", "ollama", "openai", NULL};
static const char *const erps[] = {"erpnext", NULL};
static const char *const record_modes[] = {
    "never", "ondemand", "all", "forced", NULL};
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
	{ROW(CONF_DAEMON, "log_level", CONF_ENUM, "info"), .values = levels,
	    .help = N_("How much is logged.")},
	{ROW(CONF_DAEMON, "ballast_mib", CONF_INT, "96"), .max = 65536,
	    .help = N_("A file of so many MiB is kept beside the desk, to be "
		"given up when the disk is full; 0 for none.")},
	{ROW(CONF_DAEMON, "webhook_max_bytes", CONF_INT, "4194304"),
	    .min = 65536, .max = 67108864,
	    .help = N_("The largest webhook that is taken, in bytes.")},

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
	{ROW(CONF_LLM, "timeout", CONF_INT, "30"), .min = 1, .max = 600,
	    .help = N_("How long an answer may take, in seconds.")},

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
