/*
 * memory - how the allocator keeps what was freed, in a program that stays.
 *
 * Where the system's library is not glibc these do nothing.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

/*
 * Few threads that allocate little at a time: they share one heap, so that
 * what one of them freed is another's, and nothing large stays in it.  Before
 * there are threads.
 */
void memory_share_heap(void);
/* Freed pages, to the system; others wait for a moment.  Any thread. */
void memory_give_back(void);

#endif
