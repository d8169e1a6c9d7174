/* backup_wrap - see backup_wrap.h. */
#include "tests/lib/backup_wrap.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
must(int rc)
{
	if (rc != 0)
		BUG("a backup cannot be made: %d", rc);
}

static void
put_member(struct archive_writer *w, char kind, const char *name,
    const struct str *bytes)
{
	uint8_t head[1 + 8 + 64] = {(uint8_t)kind}, sum[SHA256_SIZE];
	struct err err = ERR_INIT;

	for (int i = 0; i < 8; i++)
		head[1 + i] = (uint8_t)((uint64_t)bytes->len >> (8 * i));
	memcpy(head + 9, name, strlen(name));
	sha256(bytes->s, bytes->len, sum);
	must(archive_write(w, head, sizeof(head), &err));
	must(archive_write(w, bytes->s, bytes->len, &err));
	must(archive_write(w, sum, sizeof(sum), &err));
}

void
backup_wrap(
    const struct archive_head *head, const struct str *desk, struct str *out)
{
	static const struct archive_secret plain;
	struct str text = STR_INIT;
	struct archive_writer *w = NULL;
	struct err err = ERR_INIT;
	char path[] = "/tmp/opdesk-wrap-XXXXXX";
	int fd = mkstemp(path);

	must(fd >= 0 ? 0 : OD_EIO);
	str_add(&text, "{}");
	must(archive_begin(fd, head, &plain, &w, &err));
	put_member(w, 'A', "", &text);
	put_member(w, 'D', "desk.db", desk);
	put_member(w, 'E', "", &text);
	must(archive_end(w, &err));
	archive_writer_free(&w);
	close(fd);
	str_clear(out);
	must(fs_read(path, 64 << 20, out, &err));
	unlink(path);
	str_free(&text);
}
