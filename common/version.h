/* version - of the programs; they are released together. */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#define OPDESK_VERSION "0.1.0"

#endif
