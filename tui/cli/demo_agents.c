/* demo_agents - see demo_agents.h. */
#include "tui/cli/demo_agents.h"
#include "common/clock.h"
#include "db/records/agents.h"
#include <string.h>

/* clang-format off */
static const struct demo_agent {
	int64_t minutes_ago;
	const char *device_id, *program, *version, *tag;
	bool accepted;
	const char *report;
} agents[] = {
	{9 * 1440, "almacen-2026-03-02-08-11-40", "FusionInventory-Agent", "2.6-3", "almacen", true, "{\"deviceid\":\"almacen-2026-03-02-08-11-40\",\"content\":{\"versionclient\":\"FusionInventory-Agent_v2.6-3\"}}"},
	{22 * 60,  "recepcion-2026-05-14-09-30-02", "GLPI-Agent", "1.11", "oficina", true, "{\"deviceid\":\"recepcion-2026-05-14-09-30-02\",\"content\":{\"versionclient\":\"GLPI-Agent_v1.11\"}}"},
	{14,       "portatil-ana-2026-06-01-10-02-17", "GLPI-Agent", "1.11", "oficina", true, "{\"deviceid\":\"portatil-ana-2026-06-01-10-02-17\",\"content\":{\"versionclient\":\"GLPI-Agent_v1.11\"}}"},
	{6,        "visita-2026-11-20-17-45-00", "GLPI-Agent", "1.7.3", NULL, false, NULL},
};
/* clang-format on */

int
demo_agents(struct desk *d, int64_t now_us, struct err *err)
{
	int rc = 0;

	desk_act_as_system(d, d->actor.tenant_id);
	for (size_t i = 0; rc == 0 && i < sizeof(agents) / sizeof(agents[0]);
	     i++) {
		const struct demo_agent *a = &agents[i];
		const struct agent_word w = {.device_id = a->device_id,
		    .program = a->program,
		    .program_version = a->version,
		    .tag = a->tag,
		    .accepts = a->accepted,
		    .report = a->report,
		    .report_size = a->report != NULL ? strlen(a->report) : 0};
		int64_t id;

		clock_fake_wall(now_us - a->minutes_ago * US_PER_MINUTE);
		rc = agent_heard(d, &w, &id, err);
	}
	return rc;
}
