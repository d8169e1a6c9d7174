/*
 * bytes - files that go out of the API as they are: whole or a range.
 *
 * What a customer sent is never shown by a browser as a page of ours: it is
 * an attachment, of the type that its content has, and sniffed by nobody.
 */
#ifndef SYNCD_API_BYTES_H
#define SYNCD_API_BYTES_H

#include "syncd/api/call.h"

/*
 * Which bytes of size a Range header asks for: 206, 416, or 200 (all) where
 * there is none, it is no single range of bytes, or of another unit.
 */
int bytes_range(const char *header, int64_t size, int64_t *from, int64_t *n);
/* "attachment; filename=..." for a title, whatever is in it. */
#define BYTES_DISPOSITION_SIZE 900
void bytes_disposition(const char *title, char dst[BYTES_DISPOSITION_SIZE]);

/*
 * On the reader: those of a file that were asked for, into c->out, with its
 * name and type in c->file.  416 when there are none.  OD_ELIMIT: there is no
 * memory for them; else as file_open.
 */
int bytes_read(struct api_call *c, struct desk *d, const struct file_row *f,
    struct err *err);
/* On the loop: the answer of a call with c->file. */
void bytes_answer(struct api_call *c);

#endif
