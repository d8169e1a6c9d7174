/* xml_pick - see xml_pick.h. */
#include "common/xml_pick.h"
#include "common/str.h"
#include <expat.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX      64
#define PATH_MAX_BYTES 256

struct pick {
	XML_Parser parser;
	struct xml_want *wants;
	size_t count;
	struct xml_want *reading; /* whose text comes; NULL: nobody's */
	char path[PATH_MAX_BYTES];
	size_t ends[DEPTH_MAX]; /* of the path, by depth */
	int depth;
	int rc; /* why we stopped it; 0: we did not */
	struct err *err;
};

static void
stop(struct pick *p, int rc)
{
	p->rc = rc;
	p->reading = NULL;
	(void)XML_StopParser(p->parser, XML_FALSE);
}

static void
go_in(struct pick *p, const char *name)
{
	size_t len = p->depth > 0 ? p->ends[p->depth - 1] : 0;
	size_t n = strlen(name);

	if (len + n + 2 <= sizeof(p->path)) {
		if (len > 0)
			p->path[len++] = '/';
		memcpy(p->path + len, name, n + 1);
		len += n;
	} else { /* nobody wants it */
		len = sizeof(p->path) - 1;
		memset(p->path, '/', len);
		p->path[len] = '\0';
	}
	p->ends[p->depth++] = len;
}

static struct xml_want *
wanted(const struct pick *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (!p->wants[i].is_there &&
		    strcasecmp(p->wants[i].path, p->path) == 0)
			return &p->wants[i];
	return NULL;
}

static void
on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct pick *p = data;

	(void)attributes;
	if (p->rc != 0)
		return;
	if (p->depth >= DEPTH_MAX) {
		stop(
		    p, err_set(p->err, OD_EDATA, "The XML is nested too deep"));
		return;
	}
	go_in(p, name);
	if ((p->reading = wanted(p)) != NULL)
		p->reading->is_there = true;
}

static void
on_end(void *data, const XML_Char *name)
{
	struct pick *p = data;

	(void)name;
	if (p->rc != 0)
		return;
	p->depth--;
	p->path[p->depth > 0 ? p->ends[p->depth - 1] : 0] = '\0';
	p->reading = NULL;
}

/* A text may come in pieces. */
static void
on_text(void *data, const XML_Char *s, int n)
{
	struct pick *p = data;
	struct xml_want *w = p->reading;
	size_t have;

	if (w == NULL)
		return;
	have = strlen(w->out);
	if (have + (size_t)n >= w->size) {
		stop(p, err_set(p->err, OD_EDATA, "The text of %s is too long",
			    w->path));
		return;
	}
	memcpy(w->out + have, s, (size_t)n);
	w->out[have + (size_t)n] = '\0';
}

static void
on_doctype(void *data, const XML_Char *name, const XML_Char *system,
    const XML_Char *public, int has_subset)
{
	struct pick *p = data;

	(void)name, (void)system, (void)public, (void)has_subset;
	stop(p,
	    err_set(p->err, OD_EDATA, "XML with a document type is not taken"));
}

int
xml_pick(const char *s, size_t n, struct xml_want *wants, size_t count,
    struct err *err)
{
	struct pick p = {.wants = wants, .count = count, .err = err};
	enum XML_Status status;

	for (size_t i = 0; i < count; i++) {
		wants[i].out[0] = '\0';
		wants[i].is_there = false;
	}
	if (n > INT_MAX)
		return err_set(err, OD_ELIMIT, "It is too large");
	p.parser = XML_ParserCreate("UTF-8"); /* whatever it declares */
	if (p.parser == NULL)
		return err_set(err, OD_ELIMIT, "There is no memory for it");
	XML_SetUserData(p.parser, &p);
	XML_SetElementHandler(p.parser, on_start, on_end);
	XML_SetCharacterDataHandler(p.parser, on_text);
	XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
	status = XML_Parse(p.parser, s, (int)n, XML_TRUE);
	if (p.rc == 0 && status != XML_STATUS_OK)
		p.rc =
		    XML_GetErrorCode(p.parser) == XML_ERROR_NO_MEMORY
			? err_set(err, OD_ELIMIT, "There is no memory for it")
			: err_set(err, OD_EDATA, "It is not well-formed XML");
	XML_ParserFree(p.parser);
	return p.rc;
}
