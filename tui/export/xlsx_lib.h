/*
 * xlsx_lib - libxlsxwriter's functions, found when the first workbook is made.
 *
 * It brings its own libraries along, and most who start the console export
 * nothing.
 */
#ifndef TUI_EXPORT_XLSX_LIB_H
#define TUI_EXPORT_XLSX_LIB_H

#include "common/err.h"
#include <xlsxwriter.h>

/* As in xlsxwriter.h. */
struct xlsx_lib {
	__typeof__(format_set_bold) *format_set_bold;
	__typeof__(format_set_num_format) *format_set_num_format;
	__typeof__(format_set_text_wrap) *format_set_text_wrap;
	__typeof__(lxw_strerror) *strerror;
	__typeof__(workbook_add_format) *workbook_add_format;
	__typeof__(workbook_add_worksheet) *workbook_add_worksheet;
	__typeof__(workbook_close) *workbook_close;
	__typeof__(workbook_new_opt) *workbook_new_opt;
	__typeof__(worksheet_autofilter) *worksheet_autofilter;
	__typeof__(worksheet_freeze_panes) *worksheet_freeze_panes;
	__typeof__(worksheet_set_column) *worksheet_set_column;
	__typeof__(worksheet_write_number) *worksheet_write_number;
	__typeof__(worksheet_write_string) *worksheet_write_string;
};

/* Filled by xlsx__load; before that no field may be used. */
extern struct xlsx_lib xlsx__lib;

/*
 * Load the library, once for the process; any thread.  OD_EUNAVAIL when it is
 * not installed.
 */
int xlsx__load(struct err *err);

#endif
