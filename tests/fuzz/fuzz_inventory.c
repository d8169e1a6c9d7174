/*
 * What an inventory agent posts: any bytes, packed or plain, and what must
 * hold of what is read.  The first byte chooses the content type.
 */
#include "common/utf8.h"
#include "syncd/api/inventory_read.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *s, size_t max)
{
	BUG_ON(strlen(s) >= max);
	BUG_ON(!utf8_valid(s, strlen(s)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {
	    NULL, "application/x-compress-zlib", "application/x-deflate"};
	struct inventory_said said;
	struct err err = ERR_INIT;
	enum inventory_fault fault;

	if (size < 1)
		return 0;
	fault = inventory_read(
	    data + 1, size - 1, types[data[0] % 3], &said, &err);
	BUG_ON((fault == INVENTORY_FINE) != (err.text[0] == '\0'));
	if (fault != INVENTORY_FINE)
		return 0;
	BUG_ON(said.device_id[0] == '\0');
	check_text(said.device_id, sizeof(said.device_id));
	check_text(said.action, sizeof(said.action));
	check_text(said.tag, sizeof(said.tag));
	return 0;
}
