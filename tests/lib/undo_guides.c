/* undo_guides - see undo_guides.h. */
#include "tests/lib/undo_guides.h"
#include "db/records/knowledge.h"
#include "db/records/tenant_settings.h"
#include "tests/lib/desk_test.h"

#define BODY(topic) "{\"" topic "\": {}}"

int
undo_run_guide_import(struct desk *d, const struct given *g, struct err *err)
{
	const struct knowledge_new in = {
	    "vpn", "access", "The VPN", BODY("vpn") "\n"};
	enum knowledge_put put;
	int64_t id;

	(void)g;
	return knowledge_import(d, &in, false, &put, &id, err);
}

int
undo_run_guide_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return knowledge_new_draft(d, "modem", BODY("modem"), &id, err);
}

int
undo_run_guide_edit(struct desk *d, const struct given *g, struct err *err)
{
	return knowledge_save_draft(d, g->guide, 0, "", NULL, err);
}

int
undo_run_guide_publish(struct desk *d, const struct given *g, struct err *err)
{
	const struct knowledge_new in = {
	    "vpn", "network", "Another title", BODY("vpn") " "};
	int64_t number;

	return knowledge_publish(d, g->guide, 0, &in, &number, err);
}

int
undo_run_guide_delete(struct desk *d, const struct given *g, struct err *err)
{
	return knowledge_delete(d, g->guide, 0, err);
}

int
undo_run_guide_restore(struct desk *d, const struct given *g, struct err *err)
{
	return knowledge_restore(d, g->guide_gone, err);
}

int
undo_run_setting(struct desk *d, const struct given *g, struct err *err)
{
	(void)g;
	return tenant_setting_set(d, SETTING_GUIDE_IDLE_DAYS, "30", err);
}

void
undo_prepare_guides(struct desk_fixture *f, struct given *g)
{
	const struct knowledge_new in = {
	    "vpn", "access", "The VPN", BODY("vpn")};
	struct err err = ERR_INIT;
	enum knowledge_put put;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(knowledge_import(f->d, &in, false, &put, &g->guide, &err));
	assert_ok(knowledge_save_draft(
	    f->d, g->guide, 0, BODY("vpn") "?", NULL, &err));
	assert_ok(knowledge_new_draft(
	    f->d, "gone", BODY("gone"), &g->guide_gone, &err));
	assert_ok(knowledge_delete(f->d, g->guide_gone, 0, &err));
}
