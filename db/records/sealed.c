/* sealed - see sealed.h. */
#include "db/records/sealed.h"
#include "common/seal.h"
#include "common/totp.h"
#include "db/records/login_int.h"
#include "db/records/webhook_int.h"
#include <string.h>

static const char codes_sql[] =
    "SELECT o.id, o.totp_sealed FROM operators o WHERE o.tenant_id = $1"
    " AND o.totp_sealed <> '' AND o.deleted_at IS NULL ORDER BY o.id";
static const char webhooks_sql[] =
    "SELECT w.id, w.url FROM webhooks w WHERE w.tenant_id = $1"
    " AND w.deleted_at IS NULL ORDER BY w.id";

typedef bool opens_fn(struct desk *d, int64_t id, const char *sealed,
    const uint8_t key[SEAL_KEY_SIZE]);

static bool
code_opens(struct desk *d, int64_t id, const char *sealed,
    const uint8_t key[SEAL_KEY_SIZE])
{
	uint8_t secret[TOTP_SECRET_SIZE];
	char belongs[64];
	bool opens;

	login__belongs(d, id, belongs);
	opens = unseal(key, belongs, sealed, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	return opens;
}

static bool
webhook_opens(struct desk *d, int64_t id, const char *sealed,
    const uint8_t key[SEAL_KEY_SIZE])
{
	char url[WEBHOOK_URL_MAX + 1];
	int rc;

	(void)key; /* it reads the same */
	rc = webhook__open(d, d->actor.tenant_id, id, WEBHOOK_SEALED_URL,
	    sealed, url, sizeof(url), NULL);
	explicit_bzero(url, sizeof(url));
	return rc == 0;
}

static int
check(struct desk *d, const char *sql, opens_fn *opens,
    struct sealed_figures *out, struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE] = {0};
	struct stmt *st = NULL;
	int rc, key_rc = 0;
	bool has_key = false;

	rc = db_query(d->db, &st, sql, BINDS(b_int(d->actor.tenant_id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		rc = 0;
		out->secrets++;
		if (!has_key && key_rc == 0) {
			key_rc = seal_key(d->seal_path, false, key, err);
			has_key = key_rc == 0;
		}
		if (has_key)
			out->closed +=
			    !opens(d, stmt_int(st, 0), stmt_text(st, 1), key);
	}
	stmt_close(&st);
	explicit_bzero(key, sizeof(key));
	return rc != 0 ? rc : key_rc;
}

int
sealed_check(struct desk *d, struct sealed_figures *out, struct err *err)
{
	int codes = check(d, codes_sql, code_opens, out, err);
	int webhooks = check(d, webhooks_sql, webhook_opens, out, err);

	return codes != 0 ? codes : webhooks;
}
