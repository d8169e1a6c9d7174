/* pg_password - what db_set_password sets, for pg_connect.c. */
#ifndef DB_ENGINE_PG_PASSWORD_H
#define DB_ENGINE_PG_PASSWORD_H

void pg__set_password(const char *password);

#endif
