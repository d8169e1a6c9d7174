/*
 * mail_lib - libgmime's functions, found when the first mail is read; no other
 * program of the desk needs it.
 */
#ifndef COMMON_MAIL_LIB_H
#define COMMON_MAIL_LIB_H

#include "common/err.h"
#include <gmime/gmime.h>

/* As in gmime/gmime.h, without "g_mime_". */
struct mail_lib {
	__typeof__(g_mime_content_type_get_media_subtype)
	    *content_type_get_media_subtype;
	__typeof__(g_mime_content_type_get_media_type)
	    *content_type_get_media_type;
	__typeof__(g_mime_content_type_get_parameter)
	    *content_type_get_parameter;
	__typeof__(g_mime_data_wrapper_write_to_stream)
	    *data_wrapper_write_to_stream;
	__typeof__(g_mime_init) *init;
	__typeof__(g_mime_message_get_mime_part) *message_get_mime_part;
	__typeof__(g_mime_message_get_type) *message_get_type;
	__typeof__(g_mime_message_part_get_message) *message_part_get_message;
	__typeof__(g_mime_message_part_get_type) *message_part_get_type;
	__typeof__(g_mime_multipart_get_count) *multipart_get_count;
	__typeof__(g_mime_multipart_get_part) *multipart_get_part;
	__typeof__(g_mime_multipart_get_type) *multipart_get_type;
	__typeof__(g_mime_object_get_content_type) *object_get_content_type;
	__typeof__(g_mime_object_get_disposition) *object_get_disposition;
	__typeof__(g_mime_object_get_header) *object_get_header;
	__typeof__(g_mime_object_write_to_stream) *object_write_to_stream;
	__typeof__(g_mime_parser_construct_message) *parser_construct_message;
	__typeof__(g_mime_parser_new_with_stream) *parser_new_with_stream;
	__typeof__(g_mime_part_get_content) *part_get_content;
	__typeof__(g_mime_part_get_filename) *part_get_filename;
	__typeof__(g_mime_part_get_type) *part_get_type;
	__typeof__(g_mime_stream_mem_get_byte_array) *stream_mem_get_byte_array;
	__typeof__(g_mime_stream_mem_new) *stream_mem_new;
	__typeof__(g_mime_stream_mem_new_with_buffer)
	    *stream_mem_new_with_buffer;
	__typeof__(g_object_unref) *object_unref;
	__typeof__(g_type_check_instance_is_a) *type_check_instance_is_a;
	__typeof__(internet_address_get_name) *address_get_name;
	__typeof__(internet_address_list_get_address) *list_get_address;
	__typeof__(internet_address_list_length) *list_length;
	__typeof__(internet_address_list_parse) *list_parse;
	__typeof__(internet_address_mailbox_get_addr) *mailbox_get_addr;
	__typeof__(internet_address_mailbox_get_type) *mailbox_get_type;
};

/* Filled by mail__load; before that no field may be used. */
extern struct mail_lib mail__lib;

/*
 * Load libgmime, once for the process; any thread.  OD_EUNAVAIL when it is not
 * installed.
 */
int mail__load(struct err *err);

#endif
