/*
 * http_client_lib - libcurl's functions, found when the first client is made.
 *
 * With everything that it brings along, loading libcurl takes longer than the
 * console needs from its start to its first frame, and most consoles never
 * send a request.
 */
#ifndef COMMON_HTTP_CLIENT_LIB_H
#define COMMON_HTTP_CLIENT_LIB_H

#include "common/err.h"
#include <curl/curl.h>

/* As in curl/curl.h, without "curl_". */
struct http_lib {
	void (*easy_cleanup)(CURL *easy);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	CURL *(*easy_init)(void);
	CURLcode (*easy_recv)(CURL *easy, void *p, size_t n, size_t *got);
	CURLcode (*easy_send)(
	    CURL *easy, const void *p, size_t n, size_t *sent);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	const char *(*easy_strerror)(CURLcode code);
	void (*free)(void *p);
	time_t (*getdate)(const char *text, const time_t *unused);
	CURLcode (*global_init)(long flags);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t fd, void *data);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
	CURLMcode (*multi_socket_action)(
	    CURLM *multi, curl_socket_t fd, int flags, int *running);
	struct curl_slist *(*slist_append)(
	    struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
	CURLU *(*url)(void);
	void (*url_cleanup)(CURLU *url);
	CURLUcode (*url_get)(
	    const CURLU *url, CURLUPart part, char **out, unsigned flags);
	CURLUcode (*url_set)(
	    CURLU *url, CURLUPart part, const char *text, unsigned flags);
};

/* Filled by http__load; before that no field may be used. */
extern struct http_lib http__lib;

/*
 * Load libcurl, once for the process; any thread.  OD_EUNAVAIL when it is not
 * installed.
 */
int http__load(struct err *err);

#endif
