/*
 * What a model server sends: the first byte says which kind it is and where
 * its bytes are cut.  Wherever that is, the text is the same, and safe.
 */
#include "common/llm_read.h"
#include "common/llm_text.h"
#include "common/text.h"
#include "common/utf8.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	enum llm_kind kind;
	struct llm_text words;
	struct str records, text;
};

static int
on_record(const char *s, size_t n, void *data)
{
	struct reading *r = data;
	struct llm_record record;

	BUG_ON(n == 0);
	str_addn(&r->records, s, n);
	str_addc(&r->records, '\n');
	if (llm_record_read(r->kind, s, n, &record, NULL) == 0) {
		BUG_ON(!utf8_valid(record.text.s, record.text.len));
		BUG_ON(!utf8_valid(record.error, strlen(record.error)));
		llm_text_feed(
		    &r->words, record.text.s, record.text.len, &r->text);
	}
	llm_record_clear(&record);
	return 0;
}

static int
read_all(struct reading *r, const char *s, size_t n, size_t step)
{
	struct llm_frames f;
	int rc = 0;

	llm_text_init(&r->words);
	str_init(&r->records);
	str_init(&r->text);
	llm_frames_init(&f, r->kind, 4096);
	for (size_t i = 0; i < n && rc == 0; i += step)
		rc = llm_frames_feed(
		    &f, s + i, n - i < step ? n - i : step, on_record, r);
	if (rc == 0)
		rc = llm_frames_end(&f, on_record, r);
	llm_text_end(&r->words, &r->text);
	llm_frames_clear(&f);
	llm_text_clear(&r->words);
	BUG_ON(!utf8_valid(r->text.s, r->text.len));
	BUG_ON(memchr(r->text.s, 0x1b, r->text.len) != NULL);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading a = {.kind = LLM_OLLAMA}, b;
	struct llm_model *models;
	size_t count;
	char line[100];
	int rc;

	if (size == 0)
		return 0;
	if (data[0] & 1)
		a.kind = LLM_OPENAI;
	b = a;
	rc = read_all(&a, (const char *)data + 1, size - 1, size);
	BUG_ON(rc != read_all(&b, (const char *)data + 1, size - 1,
			 (size_t)(data[0] >> 1) + 1));
	BUG_ON(rc == 0 && strcmp(a.records.s, b.records.s) != 0);
	BUG_ON(rc == 0 && strcmp(a.text.s, b.text.s) != 0);
	str_free(&a.records);
	str_free(&a.text);
	str_free(&b.records);
	str_free(&b.text);
	llm_error_text((const char *)data + 1, size - 1, line, sizeof(line));
	BUG_ON(!utf8_valid(line, strlen(line)));
	if (llm_models_read(
		(const char *)data + 1, size - 1, &models, &count, NULL) == 0)
		free(models);
	return 0;
}
