/*
 * calls - system calls of a program that fail where a test says.
 *
 * calls.so goes before the C library (LD_PRELOAD) of the real programs.  A
 * site is a kind of call and the way through the code to it, as a hash of the
 * return addresses: these are the same in every process when addresses are not
 * randomized (personality).  Test and program share a board, the file named
 * by OPDESK_CALLS.
 */
#ifndef TESTS_SHIM_CALLS_H
#define TESTS_SHIM_CALLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum call_kind {
	CALL_OPEN,
	CALL_READ,
	CALL_WRITE,
	CALL_SYNC,
	CALL_RENAME,
	CALL_TRUNCATE,
	CALL_MAP,
	CALL_SOCKET,
	CALL_CONNECT,
	CALL_ACCEPT,
	CALL_WAIT, /* epoll and poll */
	CALL_LOCK, /* flock and fcntl's */
	CALL_MKDIR,
	CALL_UNLINK,
	CALL_LIST, /* a directory's entries */
	CALL_FORK,
	CALL_RECV, /* a socket's, by whatever call */
	CALL_SEND,
	CALL_TAKE, /* of pipes and events */
	CALL_GIVE,
	CALL_KEYS, /* of a terminal */
	CALL_PAINT,
	CALL_KINDS
};

#define CALL_SHORT (-1) /* instead of an errno: half of it is done */
#define CALL_SITES 8192
#define CALL_PATH  256
#define CALL_NAME  32

struct call_site {
	uint64_t way;
	int kind;
};

struct calls_board {
	atomic_bool is_tracing;
	atomic_bool is_held; /* no call is looked at */
	/* The way whose call fails, 0: none; with this errno. */
	_Atomic uint64_t target;
	int error;
	bool for_good; /* not only the first time */
	atomic_int hits;
	/* No room for files whose path ends so, besides; "": there is. */
	char full[CALL_NAME];
	atomic_bool is_full;
	atomic_int failed_syncs; /* of files and directories */
	/* After an fsync that was made to fail: the same file synced again. */
	atomic_int synced_again;
	_Atomic uint64_t unsynced; /* its inode */
	char path[CALL_PATH];      /* its name then */
	atomic_int count;
	struct call_site sites[CALL_SITES];
};

#endif
