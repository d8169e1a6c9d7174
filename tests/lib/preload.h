/*
 * preload - a library of tests/shim goes before the C library of the programs
 * that a test starts.
 *
 * One at a time, and one thread; this process is not touched.
 */
#ifndef TESTS_LIB_PRELOAD_H
#define TESTS_LIB_PRELOAD_H

/*
 * "fault" for tests/shim/fault.so; what it has to know is the variable name.
 * From now on, for whatever is started with our environment.
 */
void preload_begin(const char *shim, const char *name, const char *value);
void preload_end(void);
/* The same for a program with another environment; kept until the end. */
const char *const *preload_env(void);

#endif
