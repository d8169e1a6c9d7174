/* guide_data - guides in the desk of a test, written past the use cases. */
#ifndef TESTS_LIB_GUIDE_DATA_H
#define TESTS_LIB_GUIDE_DATA_H

#include "tests/lib/desk_fixture.h"

/*
 * A published guide of the acting tenant; the next version of it when that
 * topic is there already.
 */
void guide_data_make(struct desk_fixture *f, const char *topic,
    const char *body, int64_t *knowledge_id, int64_t *version_id);
/* The same of every guide in a file. */
void guide_data_file(struct desk_fixture *f, const char *path);
/* And what is learned from that file and the phrases of nothing. */
void guide_data_train(struct desk_fixture *f, const char *path);

#endif
