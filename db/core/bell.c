/*
 * bell - where the doorbell of a desk is.
 */
#include "db/core/bell.h"
#include "db/engine/engine.h"

void
bell_path(const char *uri, struct str *path)
{
	const struct engine *engine;
	const char *location;

	str_clear(path);
	engine = engine_for(uri, &location, NULL);
	if (engine != NULL && engine->bell_path != NULL)
		engine->bell_path(location, path);
}
