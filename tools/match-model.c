/*
 * match-model - trains the matcher's model from files of guides, or of cards
 * of objections.
 * usage: match-model guides|objections OUT FILE...
 */
#include "kb/matcher.h"
#include "common/fsutil.h"
#include <stdio.h>
#include <string.h>

static int
of_guides(const char *const *paths, int count, struct str *out, struct err *err)
{
	struct kb_guides guides;
	int rc = kb_guides_read(paths, count, &guides, err);

	if (rc == 0) {
		rc = matcher_train(&guides, NULL, out, err);
		kb_guides_free(&guides);
	}
	return rc;
}

static int
of_objections(
    const char *const *paths, int count, struct str *out, struct err *err)
{
	struct kb_objections cards;
	int rc = kb_objections_read(paths, count, &cards, err);

	if (rc == 0) {
		rc = matcher_train_objections(&cards, out, err);
		kb_objections_free(&cards);
	}
	return rc;
}

int
main(int argc, char **argv)
{
	const char *const *paths = (const char *const *)argv + 3;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	int rc;

	if (argc < 4 || (strcmp(argv[1], "guides") != 0 &&
			    strcmp(argv[1], "objections") != 0)) {
		fprintf(stderr,
		    "usage: match-model guides|objections OUT FILE...\n");
		return 2;
	}
	if (strcmp(argv[1], "guides") == 0)
		rc = of_guides(paths, argc - 3, &out, &err);
	else
		rc = of_objections(paths, argc - 3, &out, &err);
	if (rc == 0)
		rc = fs_write_atomic(argv[2], out.s, out.len, 0644, &err);
	if (rc != 0)
		fprintf(stderr, "match-model: %s\n", err.text);
	str_free(&out);
	return err_exit_status(rc);
}
