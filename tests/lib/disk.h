/*
 * disk - a small disk of a test's own, to fill up and to write-protect.
 *
 * A tmpfs in a mount namespace that only this process and its children see;
 * it is gone when they are.  One thread, and before any other starts.
 */
#ifndef TESTS_LIB_DISK_H
#define TESTS_LIB_DISK_H

#include <stdbool.h>
#include <stddef.h>

struct disk {
	char dir[64];
};

/*
 * Make one of that size.  False when this process may not mount anything:
 * *why says so (a literal).
 */
bool disk_open(struct disk *d, size_t bytes, const char **why);
/* Fill it until only so many bytes are free; again with any other room. */
void disk_fill(struct disk *d, size_t room);
/* Remove what disk_fill wrote. */
void disk_empty(struct disk *d);
/* False while somebody has a file open for writing. */
bool disk_protect(struct disk *d, bool is_readonly);
void disk_close(struct disk *d);

#endif
