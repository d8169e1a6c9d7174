/* recording_files - paths, digests and sidecars; see recordings.h. */
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "db/records/files.h"
#include "db/records/recordings_int.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void
recording__path(
    const struct desk *d, const char *name, const char *suffix, struct str *out)
{
	BUG_ON(!file_is_name(name));
	str_addf(out, "%s/%.2s/%s%s", d->files_dir, name, name, suffix);
}

void
recording_part_path(
    const struct desk *d, const char *name, const char *suffix, struct str *out)
{
	recording__path(d, name, ".part", out);
	str_add(out, suffix);
}

int
recording_open_part(struct desk *d, const char *name, int *fd, struct err *err)
{
	struct str path = STR_INIT;
	int rc = file_make_dir(d->files_dir, name, err);

	*fd = -1;
	if (rc == 0) {
		recording__path(d, name, ".part", &path);
		*fd = open(path.s, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (*fd < 0)
			rc = err_set(err, err_errno_code(errno),
			    "The recording cannot be begun: %m");
		else
			file_share_mode(d->files_dir, *fd);
		/* Held by whoever has this descriptor, its recorder too. */
		if (*fd >= 0)
			(void)flock(*fd, LOCK_EX | LOCK_NB);
	}
	str_free(&path);
	return rc;
}

int
recording__digest(
    const char *path, char hex[65], int64_t *bytes, struct err *err)
{
	char block[65536];
	struct digest *digest;
	uint8_t sum[SHA256_SIZE];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	*bytes = 0;
	if (fd < 0)
		return err_set(err, err_errno_code(errno),
		    "The recording's file cannot be read: %m");
	digest = digest_start();
	while ((n = read(fd, block, sizeof(block))) > 0) {
		digest_add(digest, block, (size_t)n);
		*bytes += n;
	}
	digest_finish(&digest, sum);
	hex_encode(hex, sum, sizeof(sum));
	close(fd);
	return n == 0 ? 0
	              : err_set(err, OD_EIO,
			    "The recording's file cannot be read: %m");
}

/* The older system's names, and what we add to them. */
static void
add_members(const struct recording *r, const char *path, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "contact_name", r->contact_name);
	json_out_string(out, "contact_phone", r->contact_phone);
	json_out_int(out, "user_id", r->operator_id);
	json_out_string(out, "user_name", r->operator_name);
	json_out_int(out, "call_id", r->call_id);
	json_out_time(out, "start_time", r->started_us);
	json_out_double(
	    out, "duration_seconds", recording_seconds(r->duration_us));
	json_out_int(out, "file_size_bytes", r->bytes);
	json_out_string(out, "file_path", path);
	json_out_int(out, "sample_rate", r->rate);
	json_out_int(out, "channels", r->channels);
	json_out_string(out, "name", r->name);
	json_out_string(out, "state", recording_state_names[r->state]);
	json_out_string(out, "format", recording_format_names[r->format]);
	json_out_string(out, "consent", call_consent_names[r->consent]);
	json_out_string(out, "device", r->device);
	json_out_time(out, "end_time", r->ended_us);
	json_out_string(out, "sha256", r->sha256);
	json_out_string(out, "previous_hash", r->previous_hash);
	json_out_string(out, "hash", r->hash);
	json_out_end(out, '}');
}

void
recording__sidecar(struct desk *d, const struct recording *r)
{
	struct str path = STR_INIT, file = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;
	struct json_out out;

	recording__path(d, r->name, "", &file);
	if (r->state == RECORDING_RUNNING || r->state == RECORDING_FINISHING)
		str_add(&file, ".part");
	recording__path(d, r->name, ".json", &path);
	json_out_init(&out, &text);
	add_members(r, file.s, &out);
	str_addc(&text, '\n');
	if (fs_write_atomic(path.s, text.s, text.len, 0600, &err) != 0)
		log_warn("recording", "the sidecar of %s was not written: %s",
		    r->name, err_plain(&err));
	str_free(&path);
	str_free(&file);
	str_free(&text);
}
