/*
 * tape - a recording of all that this program does to the files below one
 * directory, for the simulator of power losses (tests/lib/power.h).
 *
 * tape.o is linked into a test program by name.  It defines the system calls
 * that change files (open, write, pwrite, ftruncate, fsync, fdatasync, rename,
 * unlink, mkdir), so what libraries do is recorded as well, SQLite's engine
 * among them.  Memory that is mapped is not: SQLite's -shm does not outlive
 * the machine.  Thread-safe; one tape at a time.
 */
#ifndef TESTS_SHIM_TAPE_H
#define TESTS_SHIM_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum tape_kind {
	TAPE_MAKE,   /* a file or directory gets its first name */
	TAPE_WRITE,  /* bytes at a place */
	TAPE_RESIZE, /* to size at */
	TAPE_SYNC,   /* of a file's content, or of a directory's names */
	TAPE_RENAME,
	TAPE_UNLINK,
	TAPE_MARK, /* what the program promised: number at */
};

struct tape_event {
	enum tape_kind kind;
	int object;      /* which file or directory */
	int dir;         /* of names: the directory that they are in */
	char *name, *to; /* owned; to: of a rename */
	off_t at;        /* place, size or number */
	size_t n;
	unsigned char *data; /* owned; n bytes written */
};

struct tape {
	struct tape_event *events; /* owned */
	size_t count, room;
	size_t start; /* before it stands what was there already, synced */
	int objects;  /* 0 is the directory itself */
	bool *is_dir; /* owned; by object */
};

/* From now on; no desk below dir is open. */
void tape_begin(const char *dir);
/* All that was promised up to number is to outlive every later cut. */
void tape_mark(int64_t number);
void tape_end(struct tape *out);
void tape_free(struct tape *t);

/*
 * Instead of recording: this process is killed when it is about to make the
 * n-th change below dir (1 is the first); half of a write may be done then.
 */
void tape_kill_at(const char *dir, int64_t n);
/*
 * Of writes that follow each other only the first one and one of stride count
 * as changes; 1 at first.
 */
void tape_kill_stride(int stride);
/* Changes since tape_kill_at, for a look at how many there are. */
int64_t tape_changes(void);
/*
 * The same for what is sent to a server: this process is killed when it is
 * about to send for the n-th time; and how often it sent since then.
 */
void tape_kill_at_send(int64_t n);
int64_t tape_sends(void);

#endif
