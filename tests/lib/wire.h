/*
 * wire - plain HTTP/1.1 to a port of this machine, byte by byte.
 *
 * Blocking, with a limit on every wait; thread-safe.  Nothing here checks what
 * is sent, so that tests may send what is wrong.
 */
#ifndef TESTS_LIB_WIRE_H
#define TESTS_LIB_WIRE_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

#define WIRE_WAIT_S 60 /* the longest a read waits */

/* A connected socket, -1: nobody listens. */
int wire_dial(int port);
/* False when the other side is gone. */
bool wire_send(int fd, const void *p, size_t n);
/*
 * Read one answer whose body is empty or told by Content-Length.  Its body is
 * appended to *body (may be NULL).  Returns the status; 0: cut, or silence.
 */
int wire_answer(int fd, struct str *body);
/* The same; its status line and headers are appended to *head, too. */
int wire_answer_whole(int fd, struct str *head, struct str *body);
/*
 * One request on a connection of its own.  headers are whole lines with
 * "\r\n", or ""; Host and Content-Length are added.  Returns the status, 0:
 * none came.
 */
int wire_call(int port, const char *method, const char *path,
    const char *headers, const void *body, size_t n, struct str *answer);

#endif
