/*
 * model_recordings - the sound of calls: which there are, the one to be
 * played, and what is done to one.
 */
#ifndef TUI_MODEL_MODEL_RECORDINGS_H
#define TUI_MODEL_MODEL_RECORDINGS_H

#include "db/records/login.h"
#include "db/records/recordings.h"
#include "tui/model/model.h"

#define RECORDINGS_LOOK_AT 1000 /* of a list, the newest */

enum recordings_view {
	RECORDINGS_ALL,
	RECORDINGS_MINE,
	RECORDINGS_OF_TODAY,
	RECORDINGS_TRASH,
	RECORDINGS_VIEWS
};

struct recordings {
	uint64_t turn;
	struct recording *rows; /* owned; the newest first */
	size_t count;
	struct recording_stats stats; /* of all of them */
	char wrong[ERR_TEXT_SIZE];    /* what is not understood; "" */
};
void recordings_clear(struct recordings *r);

/* r may be taken: copy it out and zero it. */
typedef void recordings_fn(
    struct screen *s, struct recordings *r, const struct model_answer *answer);
/* call_id 0: of any call.  text as recording_where takes it; copied. */
void model_recordings(struct model *m, struct screen *s, uint64_t turn,
    enum recordings_view view, int64_t call_id, const char *text,
    recordings_fn *fn);

struct recording_sound {
	struct recording recording;
	struct recording_mark *marks; /* owned */
	size_t mark_count;
	int fd; /* owned; -1 */
};
void recording_sound_clear(struct recording_sound *sound);
/* May be taken as well. */
typedef void recording_sound_fn(struct screen *s, struct recording_sound *sound,
    const struct model_answer *answer);
/* To be heard: the audit trail has it. */
void model_recording_open(
    struct model *m, struct screen *s, int64_t id, recording_sound_fn *fn);

enum recording_do {
	RECORDING_DO_EXPORT,
	RECORDING_DO_DELETE,
	RECORDING_DO_RESTORE,
};
#define RECORDING_PATH_MAX 1024
struct recording_action {
	enum recording_do what;
	int64_t id;
	char reason[201];
	char path[RECORDING_PATH_MAX]; /* of an export: a new file */
	/* Who does it has to show that it is him, and can be asked again. */
	bool wants_proof;
	enum login_proof proof;
	char login[64]; /* what is typed with PROOF_TYPED */
	int rc;
	const char *sentence; /* borrowed; of what went wrong, else "" */
};
typedef void recording_action_fn(
    struct ui *ui, struct screen *s, const struct recording_action *a);
/* a is copied.  given: "" or what was asked for; wiped afterwards. */
void model_recording_do(struct model *m, struct screen *s,
    const struct recording_action *a, const char *given,
    recording_action_fn *fn);

typedef void recording_verdict_fn(struct screen *s,
    const struct recording_verdict *v, const struct model_answer *answer);
/* The rows of all and the file of each. */
void model_recordings_verify(
    struct model *m, struct screen *s, recording_verdict_fn *fn);

#endif
