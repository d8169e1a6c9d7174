/*
 * http_address - which addresses a request may connect to.
 */
#ifndef COMMON_HTTP_ADDRESS_H
#define COMMON_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* 127.0.0.0/8, ::1, the same mapped into IPv6. */
bool http__is_loopback(const struct sockaddr *a);
/*
 * Routed on the internet: none of loopback, private, link-local (with the
 * metadata services), carrier's, documentation, multicast and reserved
 * networks, also when mapped or translated into IPv6, and not one of this
 * machine's own addresses.
 */
bool http__is_public(const struct sockaddr *a);
/* The same for an address as text; false when it is none. */
bool http__text_is_loopback(const char *address);
bool http__text_is_public(const char *address);

#endif
