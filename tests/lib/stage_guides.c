/* stage_guides - see stage_guides.h. */
#include "tests/lib/stage_guides.h"
#include "db/records/knowledge.h"
#include "kb/guides.h"
#include "kb/matcher.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
must_be(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%s", err->text);
}

void
stage_guides_bring(struct stage *s, const char *login, const char *path)
{
	const char *const paths[] = {path};
	struct desk *d = stage_desk(s, login);
	struct kb_guides guides;
	struct str text = STR_INIT, model = STR_INIT;
	char digest[SHA256_HEX_SIZE];
	struct err err = ERR_INIT;
	int64_t id;

	must_be(kb_guides_read(paths, 1, &guides, &err), &err);
	for (int i = 0; i < guides.files[0]->count; i++) {
		const struct guide *g = &guides.files[0]->guides[i];
		enum knowledge_put put;
		struct knowledge_new in = {.topic = g->topic,
		    .category = g->category,
		    .title = g->words[g->lang].title};

		str_clear(&text);
		guide_print(g, &text);
		in.body = text.s;
		must_be(knowledge_import(d, &in, false, &put, &id, &err), &err);
	}
	must_be(matcher_train(&guides, NULL, &model, &err), &err);
	must_be(knowledge_digest(d, digest, &err), &err);
	must_be(
	    knowledge_model_save(d, digest, model.s, model.len, &err), &err);
	kb_guides_free(&guides);
	str_free(&text);
	str_free(&model);
	desk_close(&d);
}
