/* http_client_lib - see http_client_lib.h. */
#include "common/http_client_lib.h"
#include "common/library.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY "libcurl.so.4"

struct http_lib http__lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

/* clang-format off */
static const struct library_function functions[] = {
	{"curl_easy_cleanup", offsetof(struct http_lib, easy_cleanup)},
	{"curl_easy_getinfo", offsetof(struct http_lib, easy_getinfo)},
	{"curl_easy_init", offsetof(struct http_lib, easy_init)},
	{"curl_easy_recv", offsetof(struct http_lib, easy_recv)},
	{"curl_easy_send", offsetof(struct http_lib, easy_send)},
	{"curl_easy_setopt", offsetof(struct http_lib, easy_setopt)},
	{"curl_easy_strerror", offsetof(struct http_lib, easy_strerror)},
	{"curl_free", offsetof(struct http_lib, free)},
	{"curl_getdate", offsetof(struct http_lib, getdate)},
	{"curl_global_init", offsetof(struct http_lib, global_init)},
	{"curl_multi_add_handle", offsetof(struct http_lib, multi_add_handle)},
	{"curl_multi_assign", offsetof(struct http_lib, multi_assign)},
	{"curl_multi_cleanup", offsetof(struct http_lib, multi_cleanup)},
	{"curl_multi_info_read", offsetof(struct http_lib, multi_info_read)},
	{"curl_multi_init", offsetof(struct http_lib, multi_init)},
	{"curl_multi_remove_handle",
	    offsetof(struct http_lib, multi_remove_handle)},
	{"curl_multi_setopt", offsetof(struct http_lib, multi_setopt)},
	{"curl_multi_socket_action",
	    offsetof(struct http_lib, multi_socket_action)},
	{"curl_slist_append", offsetof(struct http_lib, slist_append)},
	{"curl_slist_free_all", offsetof(struct http_lib, slist_free_all)},
	{"curl_url", offsetof(struct http_lib, url)},
	{"curl_url_cleanup", offsetof(struct http_lib, url_cleanup)},
	{"curl_url_get", offsetof(struct http_lib, url_get)},
	{"curl_url_set", offsetof(struct http_lib, url_set)},
};
/* clang-format on */

static void
load(void)
{
	is_loaded = library_load(LIBRARY, functions,
	    sizeof(functions) / sizeof(functions[0]), &http__lib);
}

int
http__load(struct err *err)
{
	pthread_once(&once, load);
	if (!is_loaded)
		return err_set(err, OD_EUNAVAIL,
		    "No request can be sent without %s; install it (on "
		    "Debian the package libcurl4)",
		    LIBRARY);
	return 0;
}
