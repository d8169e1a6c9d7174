/*
 * setting - named values of an operator or, with operator 0, of the tenant:
 * read, written, and those of the tenant taken back.
 */
#ifndef DB_CORE_SETTING_H
#define DB_CORE_SETTING_H

#include "db/core/op.h"

/* *value: the caller frees; "" where there is none. */
int setting_read(struct desk *d, int64_t operator_id, const char *name,
    char **value, struct err *err);
/*
 * Inside an open op; "" or NULL takes it away.  The tenant's is a change of
 * the record "setting" by the tenant's id, its name being the field;
 * OD_ECONFLICT: that is its value already.
 */
int setting_write(struct desk *d, struct op *op, int64_t operator_id,
    const char *name, const char *value, struct err *err);
/*
 * The same, for undo: only where stands is its value (NULL: it has none).
 * OD_ECONFLICT, without a sentence: it is another one.
 */
int setting_put_back(struct desk *d, struct op *op, const char *name,
    const char *stands, const char *value, struct err *err);

#endif
