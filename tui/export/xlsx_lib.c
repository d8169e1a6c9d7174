/* xlsx_lib - see xlsx_lib.h. */
#include "tui/export/xlsx_lib.h"
#include "common/library.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY "libxlsxwriter.so.4"

struct xlsx_lib xlsx__lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

/* clang-format off */
static const struct library_function functions[] = {
	{"format_set_bold", offsetof(struct xlsx_lib, format_set_bold)},
	{"format_set_num_format", offsetof(struct xlsx_lib, format_set_num_format)},
	{"format_set_text_wrap", offsetof(struct xlsx_lib, format_set_text_wrap)},
	{"lxw_strerror", offsetof(struct xlsx_lib, strerror)},
	{"workbook_add_format", offsetof(struct xlsx_lib, workbook_add_format)},
	{"workbook_add_worksheet", offsetof(struct xlsx_lib, workbook_add_worksheet)},
	{"workbook_close", offsetof(struct xlsx_lib, workbook_close)},
	{"workbook_new_opt", offsetof(struct xlsx_lib, workbook_new_opt)},
	{"worksheet_autofilter", offsetof(struct xlsx_lib, worksheet_autofilter)},
	{"worksheet_freeze_panes", offsetof(struct xlsx_lib, worksheet_freeze_panes)},
	{"worksheet_set_column", offsetof(struct xlsx_lib, worksheet_set_column)},
	{"worksheet_write_number", offsetof(struct xlsx_lib, worksheet_write_number)},
	{"worksheet_write_string", offsetof(struct xlsx_lib, worksheet_write_string)},
};
/* clang-format on */

static void
load(void)
{
	is_loaded = library_load(LIBRARY, functions,
	    sizeof(functions) / sizeof(functions[0]), &xlsx__lib);
}

int
xlsx__load(struct err *err)
{
	pthread_once(&once, load);
	if (!is_loaded)
		return err_set(err, OD_EUNAVAIL,
		    "No workbook can be written without %s; install it (on"
		    " Debian the package libxlsxwriter4), or take CSV",
		    LIBRARY);
	return 0;
}
