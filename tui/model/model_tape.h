/*
 * model_tape - the rows and files of what the console records, and what the
 * desk says of recording.
 *
 * Nothing here knows the recorder: tui/tape does.  Each fn is called on the
 * loop, also when the console ends meanwhile.
 */
#ifndef TUI_MODEL_MODEL_TAPE_H
#define TUI_MODEL_MODEL_TAPE_H

#include "db/records/call_settings.h"
#include "db/records/recordings.h"
#include "tui/model/model.h"

struct tape_look {
	enum call_record mode; /* the tenant's; CALL_RECORD_UNSET */
	bool has_call;         /* the operator is at one */
	int64_t call_id;
	enum call_state state;
	enum call_consent consent;
	int64_t free_bytes; /* where recordings are; -1: not known */
};
typedef void tape_look_fn(
    void *data, const struct tape_look *look, const struct model_answer *a);
void model_tape_look(struct model *m, tape_look_fn *fn, void *data);

struct tape_begin {
	int64_t call_id;
	/* What the customer said now, which is kept first; or not asked. */
	enum call_consent consent;
	int rate, channels;
	char device[129];
	/* Filled in: the row, in state running, and where the sound goes. */
	int64_t id;
	char name[33];
	int file; /* fn's to close; -1 after an error */
};
typedef void tape_begin_fn(
    void *data, const struct tape_begin *b, const struct model_answer *a);
void model_tape_begin(
    struct model *m, const struct tape_begin *b, tape_begin_fn *fn, void *data);

/* Refused ones are told by a toast. */
void model_tape_mark(struct model *m, int64_t id, enum recording_mark_kind kind,
    int64_t at_us, int64_t until_us);

struct tape_files { /* to convert one that has ended */
	char name[33];
	char suffix[8]; /* ".flac" */
	int from, to;   /* filled in; fn's to close; -1 after an error */
};
typedef void tape_files_fn(
    void *data, const struct tape_files *f, const struct model_answer *a);
void model_tape_files(
    struct model *m, const struct tape_files *f, tape_files_fn *fn, void *data);

struct tape_end {
	int64_t id;
	char name[33];
	int64_t duration_us; /* -1: its recorder was killed */
	int rate, channels, peak;
	bool silent, failed; /* failed: there is nothing to keep */
	bool is_again;       /* it was tried before */
	enum recording_format format;
	char device[129], reason[201];
	/* Filled in. */
	struct recording row;
};
typedef void tape_end_fn(
    void *data, const struct tape_end *e, const struct model_answer *a);
void model_tape_end(
    struct model *m, const struct tape_end *e, tape_end_fn *fn, void *data);

#endif
