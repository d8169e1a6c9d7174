/* cli_find - records by the names that people have for them; see cli.h. */
#include "common/i18n.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/staff.h"
#include "tui/cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* A phone number has more digits than an id that people type. */
#define ID_MAX 99999999

int
cli_nothing(struct err *err)
{
	return err_set(
	    err, OD_EUSAGE, "Nothing to change was named; see --help");
}

int
cli_find_operator(
    struct cli *c, const char *login, int64_t *id, struct err *err)
{
	struct operator o;
	int rc;

	*id = 0;
	if (login == NULL || login[0] == '\0')
		return 0;
	if ((rc = operator_by_login(c->desk, login, &o, err)) == 0)
		*id = o.id;
	return rc;
}

int
cli_find_team(struct cli *c, const char *name, int64_t *id, struct err *err)
{
	struct team t;
	int rc;

	*id = 0;
	if (name == NULL || name[0] == '\0')
		return 0;
	if ((rc = team_by_name(c->desk, name, &t, err)) == 0)
		*id = t.id;
	return rc;
}

int
cli_find_contact(struct cli *c, const char *word, int64_t *id, struct err *err)
{
	const struct page page = {.limit = 2};
	struct contact *rows = NULL;
	size_t count = 0;
	int rc;

	*id = 0;
	if (word == NULL || word[0] == '\0' ||
	    str_to_int64(word, 1, ID_MAX, id))
		return 0;
	rc = contact_list(c->desk, word, 0, &page, &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "There is no contact \"%s\"", word);
	else if (rc == 0 && count > 1)
		rc = err_set(err, OD_ECONFLICT,
		    "Several contacts are found for \"%s\"; name one by its"
		    " id (%lld is \"%s\")",
		    word, (long long)rows[0].id, rows[0].full_name);
	else if (rc == 0)
		*id = rows[0].id;
	contact_list_free(&rows, count);
	return rc;
}

int
cli_find_company(struct cli *c, const char *word, int64_t *id, struct err *err)
{
	const struct page page = {.limit = 1000};
	struct company *rows = NULL;
	size_t count = 0;
	int rc;

	*id = 0;
	if (word == NULL || word[0] == '\0' ||
	    str_to_int64(word, 1, ID_MAX, id))
		return 0;
	/* Names that begin with it: the whole name wins, else one alone. */
	if ((rc = company_list(c->desk, word, &page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		if (count == 1 || strcmp(rows[i].name, word) == 0)
			*id = rows[i].id;
	if (count == 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "There is no company \"%s\"", word);
	else if (*id == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Several companies begin with \"%s\"; write the whole name"
		    " or the id",
		    word);
	company_list_free(&rows, count);
	return rc;
}

static int
division_of(struct cli *c, int64_t company_id, const char *name, int64_t *id,
    struct err *err)
{
	struct division *rows = NULL;
	size_t count = 0;
	int rc;

	rc = division_list(c->desk, company_id, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			*id = rows[i].id;
	free(rows);
	if (rc == 0 && *id == 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no division \"%s\" in this company", name);
	return rc;
}

int
cli_find_division(struct cli *c, const char *word, int64_t *id, struct err *err)
{
	char company[202];
	const char *slash;
	int64_t company_id;
	int rc;

	*id = 0;
	if (word == NULL || word[0] == '\0' ||
	    str_to_int64(word, 1, ID_MAX, id))
		return 0;
	if ((slash = strchr(word, '/')) == NULL)
		return err_set(err, OD_EUSAGE,
		    "A division is named by its id or as COMPANY/DIVISION");
	str_format(company, sizeof(company), "%.*s", (int)(slash - word), word);
	if ((rc = cli_find_company(c, company, &company_id, err)) != 0)
		return rc;
	return division_of(c, company_id, slash + 1, id, err);
}

int
cli_find_conversation(
    struct cli *c, const char *word, int64_t *id, struct err *err)
{
	const struct page page = {.limit = 2};
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc;

	if (str_to_int64(word, 1, ID_MAX, id))
		return 0;
	rc = conversation_list(
	    c->desk, VIEW_ALL, word, &page, &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "No conversation is found for \"%s\"", word);
	else if (rc == 0 && count > 1)
		rc = err_set(err, OD_ECONFLICT,
		    "Several conversations are found for \"%s\"; name one by"
		    " its id (%lld is with \"%s\")",
		    word, (long long)rows[0].id, rows[0].contact_name);
	else if (rc == 0)
		*id = rows[0].id;
	free(rows);
	return rc;
}
