/* mail_lib - see mail_lib.h. */
#include "common/mail_lib.h"
#include "common/library.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY "libgmime-3.0.so.0"

struct mail_lib mail__lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

/* clang-format off */
static const struct library_function functions[] = {
	{"g_mime_content_type_get_media_subtype", offsetof(struct mail_lib, content_type_get_media_subtype)},
	{"g_mime_content_type_get_media_type", offsetof(struct mail_lib, content_type_get_media_type)},
	{"g_mime_content_type_get_parameter", offsetof(struct mail_lib, content_type_get_parameter)},
	{"g_mime_data_wrapper_write_to_stream", offsetof(struct mail_lib, data_wrapper_write_to_stream)},
	{"g_mime_init", offsetof(struct mail_lib, init)},
	{"g_mime_message_get_mime_part", offsetof(struct mail_lib, message_get_mime_part)},
	{"g_mime_message_get_type", offsetof(struct mail_lib, message_get_type)},
	{"g_mime_message_part_get_message", offsetof(struct mail_lib, message_part_get_message)},
	{"g_mime_message_part_get_type", offsetof(struct mail_lib, message_part_get_type)},
	{"g_mime_multipart_get_count", offsetof(struct mail_lib, multipart_get_count)},
	{"g_mime_multipart_get_part", offsetof(struct mail_lib, multipart_get_part)},
	{"g_mime_multipart_get_type", offsetof(struct mail_lib, multipart_get_type)},
	{"g_mime_object_get_content_type", offsetof(struct mail_lib, object_get_content_type)},
	{"g_mime_object_get_disposition", offsetof(struct mail_lib, object_get_disposition)},
	{"g_mime_object_get_header", offsetof(struct mail_lib, object_get_header)},
	{"g_mime_object_write_to_stream", offsetof(struct mail_lib, object_write_to_stream)},
	{"g_mime_parser_construct_message", offsetof(struct mail_lib, parser_construct_message)},
	{"g_mime_parser_new_with_stream", offsetof(struct mail_lib, parser_new_with_stream)},
	{"g_mime_part_get_content", offsetof(struct mail_lib, part_get_content)},
	{"g_mime_part_get_filename", offsetof(struct mail_lib, part_get_filename)},
	{"g_mime_part_get_type", offsetof(struct mail_lib, part_get_type)},
	{"g_mime_stream_mem_get_byte_array", offsetof(struct mail_lib, stream_mem_get_byte_array)},
	{"g_mime_stream_mem_new", offsetof(struct mail_lib, stream_mem_new)},
	{"g_mime_stream_mem_new_with_buffer", offsetof(struct mail_lib, stream_mem_new_with_buffer)},
	{"g_object_unref", offsetof(struct mail_lib, object_unref)},
	{"g_type_check_instance_is_a", offsetof(struct mail_lib, type_check_instance_is_a)},
	{"internet_address_get_name", offsetof(struct mail_lib, address_get_name)},
	{"internet_address_list_get_address", offsetof(struct mail_lib, list_get_address)},
	{"internet_address_list_length", offsetof(struct mail_lib, list_length)},
	{"internet_address_list_parse", offsetof(struct mail_lib, list_parse)},
	{"internet_address_mailbox_get_addr", offsetof(struct mail_lib, mailbox_get_addr)},
	{"internet_address_mailbox_get_type", offsetof(struct mail_lib, mailbox_get_type)},
};
/* clang-format on */

static void
load(void)
{
	is_loaded = library_load(LIBRARY, functions,
	    sizeof(functions) / sizeof(functions[0]), &mail__lib);
	if (is_loaded)
		mail__lib.init();
}

int
mail__load(struct err *err)
{
	pthread_once(&once, load);
	if (!is_loaded)
		return err_set(err, OD_EUNAVAIL,
		    "No mail can be read without %s; install it (on Debian"
		    " the package libgmime-3.0-0)",
		    LIBRARY);
	return 0;
}
