/* audit_anchor - see audit_anchor.h. */
#include "db/records/audit_anchor.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 << 20)
#define KEY_SIZE 32

struct key {
	bool has;
	uint8_t bytes[KEY_SIZE];
};

/*
 * Only who may read it can compare; that it is gone is another thing
 * (OD_ENOTFOUND), as is one that cannot be read just now.
 */
static int
read_key(const char *uri, struct key *key, struct err *err)
{
	struct str path = STR_INIT, text = STR_INIT;
	int rc;

	memset(key, 0, sizeof(*key));
	desk_beside(uri, ".audit-key", &path);
	if ((rc = fs_read_secret(path.s, &text, err)) == 0) {
		key->has = hex_decode(key->bytes, KEY_SIZE, text.s, text.len);
		explicit_bzero(text.s, text.len);
	}
	str_free(&text);
	str_free(&path);
	return rc;
}

static int
make_key(const char *uri, struct key *key, struct err *err)
{
	struct str path = STR_INIT;
	char hex[2 * KEY_SIZE + 1];
	int rc;

	desk_beside(uri, ".audit-key", &path);
	random_bytes(key->bytes, KEY_SIZE);
	hex_encode(hex, key->bytes, KEY_SIZE);
	rc = fs_write_atomic(path.s, hex, 2 * KEY_SIZE, 0600, err);
	key->has = rc == 0;
	explicit_bzero(hex, sizeof(hex));
	str_free(&path);
	return rc;
}

/* The MAC of a line, out of the one before. */
static void
sign(const struct key *key, const char *before, const char *line, size_t n,
    char mac[SHA256_HEX_SIZE])
{
	struct str text = STR_INIT;
	uint8_t sum[SHA256_SIZE];

	str_add(&text, before);
	str_addn(&text, line, n);
	hmac_sha256(key->bytes, KEY_SIZE, text.s, text.len, sum);
	hex_encode(mac, sum, sizeof(sum));
	str_free(&text);
}

/* A number and the blank behind it; NULL when there is none. */
static const char *
take_number(const char *s, int64_t *out)
{
	char word[24];
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n >= sizeof(word) || s[n] != ' ')
		return NULL;
	memcpy(word, s, n);
	word[n] = '\0';
	return str_to_int64(word, 0, INT64_MAX, out) ? s + n + 1 : NULL;
}

static bool
parse_line(
    const char *line, size_t n, const struct key *key, struct audit_anchors *a)
{
	const size_t hex = SHA256_HEX_SIZE - 1;
	struct audit_anchor row;
	char mac[SHA256_HEX_SIZE];
	const char *s = line;

	if ((s = take_number(s, &row.at_us)) == NULL ||
	    (s = take_number(s, &row.tenant_id)) == NULL ||
	    (s = take_number(s, &row.seq)) == NULL ||
	    (size_t)(line + n - s) != 2 * hex + 1 || s[hex] != ' ')
		return false;
	memcpy(row.hash, s, hex);
	row.hash[hex] = '\0';
	s += hex + 1;
	if (key->has) {
		sign(key, a->mac, line, (size_t)(s - line), mac);
		if (!equal_constant_time(mac, s, hex))
			return false;
	}
	memcpy(a->mac, s, hex);
	a->mac[hex] = '\0';
	a->rows = records__grow(a->rows, a->count, sizeof(*a->rows));
	a->rows[a->count++] = row;
	return true;
}

static void
parse(const struct str *text, const struct key *key, struct audit_anchors *a)
{
	const char *line = text->s, *end;
	int64_t number = 0;

	a->has_key = key->has;
	while ((end = strchr(line, '\n')) != NULL) {
		number++;
		if (!parse_line(line, (size_t)(end - line), key, a)) {
			a->bad_line = number;
			return;
		}
		line = end + 1;
		a->bytes = (size_t)(line - text->s);
	}
}

static int
read_file(const char *uri, const struct key *key, struct audit_anchors *out,
    struct err *err)
{
	struct str path = STR_INIT, text = STR_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	desk_beside(uri, ".audit", &path);
	rc = fs_read(path.s, FILE_MAX, &text, err);
	if (rc == 0)
		parse(&text, key, out);
	str_free(&text);
	str_free(&path);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
audit_anchor_read(const char *uri, struct audit_anchors *out, struct err *err)
{
	struct key key;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = read_key(uri, &key, err);
	if (rc == 0 || rc == OD_ENOTFOUND || rc == OD_EDENIED)
		rc = read_file(uri, &key, out, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

void
audit_anchor_free(struct audit_anchors *a)
{
	free(a->rows);
	memset(a, 0, sizeof(*a));
}

int
audit_anchor_sign(const char *uri, const char *text, bool make,
    char mac[SHA256_HEX_SIZE], struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	struct key key;
	int rc;

	mac[0] = '\0';
	rc = read_key(uri, &key, err);
	if (rc == OD_ENOTFOUND)
		rc = make ? make_key(uri, &key, err) : 0;
	if (rc == 0 && key.has) {
		hmac_sha256(key.bytes, KEY_SIZE, text, strlen(text), sum);
		hex_encode(mac, sum, sizeof(sum));
	}
	explicit_bzero(&key, sizeof(key));
	return rc == OD_EDENIED ? 0 : rc;
}

/* ---- writing ---- */

static int64_t
last_seq(const struct audit_anchors *a, int64_t tenant_id)
{
	for (size_t i = a->count; i > 0; i--)
		if (a->rows[i - 1].tenant_id == tenant_id)
			return a->rows[i - 1].seq;
	return 0;
}

/* The lines of what went on since the file's last ones. */
static int
collect(struct desk *d, const struct key *key, struct audit_anchors *a,
    struct str *lines, int *written, struct err *err)
{
	int64_t now_us = clock_wall_us();
	struct stmt *st = NULL;
	char mac[SHA256_HEX_SIZE];
	int rc;

	desk_see_all(d);
	/* CROSS JOIN keeps SQLite from beginning with the whole trail. */
	rc = db_query(d->db, &st,
	    "SELECT a.tenant_id, a.seq, a.hash FROM counters c"
	    " CROSS JOIN audit a WHERE c.name = 'audit'"
	    " AND a.tenant_id = c.tenant_id AND a.seq = c.value"
	    " ORDER BY c.tenant_id",
	    NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		size_t at = lines->len;

		rc = 0;
		if (stmt_int(st, 1) <= last_seq(a, stmt_int(st, 0)))
			continue;
		str_addf(lines, "%" PRId64 " %" PRId64 " %" PRId64 " %s ",
		    now_us, stmt_int(st, 0), stmt_int(st, 1), stmt_text(st, 2));
		sign(key, a->mac, lines->s + at, lines->len - at, mac);
		memcpy(a->mac, mac, sizeof(mac));
		str_addf(lines, "%s\n", mac);
		(*written)++;
		/* The log may be kept where nobody here can change it. */
		log_info("audit", "tenant %lld: row %lld, %s",
		    (long long)stmt_int(st, 0), (long long)stmt_int(st, 1),
		    stmt_text(st, 2));
	}
	stmt_close(&st);
	desk_see_own(d);
	return rc;
}

static int
append(int fd, const struct audit_anchors *a, const struct str *lines,
    struct err *err)
{
	int rc;

	/* What a power loss left unfinished goes. */
	if (ftruncate(fd, (off_t)a->bytes) != 0 || lseek(fd, 0, SEEK_END) < 0)
		return err_set(err, err_errno_code(errno),
		    "The audit trail's checkpoint cannot be written: %m.");
	if ((rc = fs_put(fd, lines->s, lines->len, err)) != 0)
		return rc;
	if (fsync(fd) == 0)
		return 0;
	rc = err_set(
	    err, OD_EIO, "The audit trail's checkpoint cannot be written: %m.");
	/*
	 * Another fsync would say that the lines are durable, and they may not
	 * be: they go, and are written anew the next time.
	 */
	if (ftruncate(fd, (off_t)a->bytes) != 0)
		log_error("audit", "lines that are not durable stay");
	return rc;
}

static int
write_locked(
    struct desk *d, const char *uri, int fd, int *written, struct err *err)
{
	struct str lines = STR_INIT;
	struct audit_anchors a = {.count = 0};
	struct key key;
	bool is_new;
	int rc;

	rc = read_key(uri, &key, err);
	is_new = rc == OD_ENOTFOUND;
	if (rc == 0 || is_new)
		rc = read_file(uri, &key, &a, err);
	if (rc != 0)
		goto out;
	if (a.bad_line != 0 || (!key.has && (a.count > 0 || !is_new)))
		rc = err_set(err, OD_EDATA,
		    "The audit trail's checkpoint was changed, at line %lld;"
		    " \"opdesk audit verify\" says more",
		    (long long)a.bad_line);
	if (rc == 0 && is_new)
		rc = make_key(uri, &key, err);
	if (rc == 0)
		rc = collect(d, &key, &a, &lines, written, err);
	if (rc == 0 && lines.len > 0)
		rc = append(fd, &a, &lines, err);
out:
	explicit_bzero(&key, sizeof(key));
	str_free(&lines);
	audit_anchor_free(&a);
	return rc;
}

/* Who shares the desk may compare, and only the daemon writes. */
static int
share(int fd, const char *desk)
{
	struct stat st;

	if (desk[0] == '\0' || stat(desk, &st) != 0 || (st.st_mode & 040) == 0)
		return 0;
	return fchmod(fd, 0640);
}

int
audit_anchor_write(struct desk *d, int *written, struct err *err)
{
	struct str path = STR_INIT;
	int fd, rc;

	*written = 0;
	desk_beside(db_uri(d->db), ".audit", &path);
	fd = open(path.s, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	str_free(&path);
	if (fd < 0 || share(fd, db_path(d->db)) != 0 || flock(fd, LOCK_EX) != 0)
		rc = err_set(err, err_errno_code(errno),
		    "The audit trail's checkpoint cannot be written: %m.");
	else
		rc = write_locked(d, db_uri(d->db), fd, written, err);
	if (fd >= 0)
		close(fd);
	return rc;
}
