/* page - where a list goes on: keyset paging by (key, id). */
#ifndef DB_RECORDS_PAGE_H
#define DB_RECORDS_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct page {
	int64_t after_key; /* sort key and id of the row before the page */
	int64_t after_id;  /* 0: from the start */
	bool backwards;	   /* the rows before that one instead, same order */
	int limit;	   /* 1..1000; 0 means 50 */
};

#endif
