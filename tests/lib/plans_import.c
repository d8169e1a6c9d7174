/* plans_import - see plans_import.h. */
#include "tests/lib/plans_import.h"
#include "common/xalloc.h"
#include "db/records/employees.h"
#include "db/records/imports.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

void
plans_import(struct desk *d)
{
	static const char *const texts[] = {
	    "id,subject,name,email,phone,employee,company,reference,comment\n"
	    "900001,x,Ana,a@c.example,600999888,1,Sol,R,y\n"
	    "900002,x,Luis,,,,Sol,,\n1,x,Luis,,,,,,\n",
	    "id,subject,name,email,phone,employee,company,reference,comment\n"
	    "900001,z,Ana,a@c.example,600999888,1,Sol,R,y\n"
	    "900002,x,Luis,,,,Sol,,\n1,x,Luis,,,,,,\n"};
	struct import_result *r = xcalloc(1, sizeof(*r));
	struct import_options o = {.kind = IMPORT_TICKETS, .source = "old"};
	struct import_undone undone;
	struct err err = ERR_INIT;
	struct employee *rows, one;
	struct page page = {0};
	struct tmp tmp;
	size_t n;

	tmp_make(&tmp);
	o.path = tmp_path(&tmp, "old.csv");
	for (int i = 0; i < 3; i++) {
		FILE *out = fopen(o.path, "w");

		assert_non_null(out);
		fputs(texts[i > 0], out);
		fclose(out);
		assert_ok(import_run(d, &o, r, &err));
		import_result_clear(r);
		o.source = i == 1 ? "renamed" : o.source;
	}
	o.kind = IMPORT_CONTACTS;
	assert_ok(import_run(d, &o, r, &err));
	import_result_clear(r);
	o.kind = IMPORT_EMPLOYEES;
	assert_ok(import_run(d, &o, r, &err));
	import_result_clear(r);
	/* import_sources counts all of them, once and for a person. */
	for (int i = 0; i < 2; i++) {
		assert_ok(employee_list(
		    d, i == 0 ? "" : "l", &page, &rows, &n, &err));
		assert_true(n > 0);
		page.after_id = rows[0].id;
		employee_list_free(&rows, n);
	}
	assert_ok(employee_get(d, page.after_id, &one, &err));
	employee_clear(&one);
	(void)employee_by_code(d, "1", &one, &err);
	employee_clear(&one);
	assert_ok(import_undo(d, "old", &undone, &err));
	tmp_remove(&tmp);
	free(r);
}
