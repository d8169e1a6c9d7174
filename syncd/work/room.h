/*
 * room - how much room the desk's disk has, and the ballast.
 *
 * On a full disk not even a checkpoint works, so a file of [daemon]
 * ballast_mib lies beside the desk (DESK.ballast) while there is plenty of
 * room.  When nothing fits any more it is given up, the log can be brought
 * into the desk, and it is made again once there is plenty.  Loop thread; the
 * reader looks at the disk.
 *
 * Of a desk on a server it is the disk of its files: attachments wait while
 * that is full, and everything else goes on.
 */
#ifndef SYNCD_WORK_ROOM_H
#define SYNCD_WORK_ROOM_H

#include "common/fsutil.h"

struct daemon;
struct room;

struct room *room_new(struct daemon *d);
/* Look again when it is time, or at once when the store cannot write. */
void room_wake(struct room *r);
/* As last seen; FS_ROOM_PLENTY at first. */
enum fs_room room_state(const struct room *r);
/* Whether events can be taken in. */
bool room_takes_in(const struct room *r);
int64_t room_left(const struct room *r); /* bytes; -1: unknown */
bool room_has_ballast(const struct room *r);
/* No look begins after this; the struct lives until the store stopped. */
void room_stop(struct room *r);
void room_free(struct room **r);

#endif
