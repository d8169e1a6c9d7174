/*
 * bell - hears commits of other processes, on the uv loop.
 *
 * Watches the doorbell file (NAME.bell) through its directory; falls back to
 * a 2 s poll when the file system gives no notice.  Fires once for any number
 * of rings in a turn, and also every 2 s so that a lost ring is harmless;
 * whoever listens compares db_change_token before reading again.
 *
 * db/ has no loop: this is a thin layer that the programs' loops drive.
 * bell_path gives the file to watch ("" when the engine has none).
 */
#ifndef DB_CORE_BELL_H
#define DB_CORE_BELL_H

#include "common/str.h"

#define BELL_SUFFIX ".bell"

void bell_path(const char *uri, struct str *path);

#endif
