/* sqlite_cache - what db_set_small_cache sets, for sqlite_open.c. */
#ifndef DB_ENGINE_SQLITE_CACHE_H
#define DB_ENGINE_SQLITE_CACHE_H

void sqlite__set_small_cache(void);

#endif
