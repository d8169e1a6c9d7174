/*
 * utf16 - a file in UTF-16, read as if it were in UTF-8.
 */
#ifndef COMMON_UTF16_H
#define COMMON_UTF16_H

#include <stdio.h>

/*
 * A file that gives what in holds as UTF-8: by its byte order mark, without
 * one with the low byte first.  Half a pair comes as the byte 0xff, which no
 * UTF-8 has, so that whoever reads says where it is.  in is borrowed until
 * fclose.  NULL when memory is gone.
 */
FILE *utf16_open(FILE *in);

#endif
