/*
 * channel_adapters - the adapters by kind.
 */
#include "syncd/channels/whatsapp.h"

const struct channel_adapter whatsapp_adapter = {
    .kind = CHANNEL_WHATSAPP,
    .name = "whatsapp",
    .verify = whatsapp_verify,
    .route = whatsapp_route,
    .ingest = whatsapp_ingest,
    .build = whatsapp_build,
    .judge = whatsapp_judge,
};

static const struct channel_adapter *const adapters[] = {
    &whatsapp_adapter,
};

const struct channel_adapter *
channel_adapter(enum channel_kind kind)
{
	for (size_t i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++)
		if (adapters[i]->kind == kind)
			return adapters[i];
	return NULL;
}
