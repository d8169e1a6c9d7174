/* guide_data - see guide_data.h. */
#include "tests/lib/guide_data.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "db/records/knowledge.h"
#include "kb/guide.h"
#include "kb/matcher.h"
#include "tests/lib/desk_test.h"

void
guide_data_make(struct desk_fixture *f, const char *topic, const char *body,
    int64_t *knowledge_id, int64_t *version_id)
{
	struct bind tenant = b_int(f->d->actor.tenant_id);
	struct err err = ERR_INIT;
	char hex[SHA256_HEX_SIZE];
	int64_t number;

	sha256_hex(body, strlen(body), hex);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, knowledge_id,
	    "INSERT INTO knowledge(tenant_id, kind, topic, title, published,"
	    " created_at, updated_at) VALUES($1,1,$2,$2,1,1,1)"
	    " ON CONFLICT(tenant_id, kind, topic) DO UPDATE"
	    " SET published = knowledge.published + 1 RETURNING id",
	    BINDS(tenant, b_text(topic)), &err));
	assert_ok(db_int(f->d->db, &number,
	    "SELECT published FROM knowledge WHERE tenant_id = $1 AND id = $2",
	    BINDS(tenant, b_int(*knowledge_id)), &err));
	assert_ok(db_insert(f->d->db, version_id,
	    "INSERT INTO knowledge_versions(tenant_id, knowledge_id, number,"
	    " body, digest, created_at) VALUES($1,$2,$3,$4,$5,1) RETURNING id",
	    BINDS(tenant, b_int(*knowledge_id), b_int(number), b_text(body),
		b_text(hex)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
}

void
guide_data_file(struct desk_fixture *f, const char *path)
{
	struct str text = STR_INIT, body = STR_INIT;
	struct guide_file *file = NULL;
	struct err err = ERR_INIT;
	int64_t guide, version;

	assert_ok(fs_read(path, GUIDE_MAX_BYTES, &text, &err));
	assert_ok(guide_file_read(text.s, text.len, NULL, &file, &err));
	for (int i = 0; i < file->count; i++) {
		str_clear(&body);
		guide_print(&file->guides[i], &body);
		guide_data_make(
		    f, file->guides[i].topic, body.s, &guide, &version);
	}
	guide_file_free(&file);
	str_free(&text);
	str_free(&body);
}

void
guide_data_train(struct desk_fixture *f, const char *path)
{
	static const char *const more[] = {"kb/guides/_out_of_scope.json"};
	const char *const own[] = {path};
	struct kb_guides guides, companions;
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;

	assert_ok(kb_guides_read(own, 1, &guides, &err));
	assert_ok(kb_guides_read(more, 1, &companions, &err));
	assert_ok(matcher_train(&guides, &companions, &bytes, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(knowledge_model_save(f->d, path, bytes.s, bytes.len, &err));
	str_free(&bytes);
	kb_guides_free(&guides);
	kb_guides_free(&companions);
}
