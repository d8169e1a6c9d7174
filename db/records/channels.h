/*
 * channels - what the desk knows of the channels in the configuration: their
 * state, and the templates that the provider lists.
 */
#ifndef DB_RECORDS_CHANNELS_H
#define DB_RECORDS_CHANNELS_H

#include "common/json.h"
#include "db/core/desk.h"

enum channel_state { /* stored */
	CHANNEL_OK = 0,
	CHANNEL_PAUSED = 1,  /* until paused_until_us: a limit was met */
	CHANNEL_STOPPED = 2, /* until somebody lets it go on: token, account */
};
extern const char *const channel_state_names[];

struct channel_status {
	char channel[65];
	enum channel_state state;
	char reason[513], test_result[513];
	int64_t paused_until_us, last_in_us, last_out_us, tested_us, updated_at;
};
int channel_status_get(struct desk *d, const char *channel,
    struct channel_status *out, struct err *err); /* CHANNEL_OK when new */
int channel_status_list(struct desk *d, struct channel_status **rows,
    size_t *count, struct err *err);
void channel_status_json(const struct channel_status *c,
    struct json_out *out);

/* Facts of the daemon (OP_CHANNEL_FACT); texts are cleaned. */
int channel_set_state(struct desk *d, const char *channel,
    enum channel_state state, const char *reason, int64_t paused_until_us,
    struct err *err);
int channel_tested(struct desk *d, const char *channel, const char *result,
    struct err *err);
/* By people. */
int channel_resume(struct desk *d, const char *channel, struct err *err);
/* Queue a live test (OP_CHANNEL_TEST, JOB_CHANNEL_TEST) or a fetch of the
 * templates (JOB_TEMPLATES); the daemon's answer is in channel_status. */
int channel_ask_test(struct desk *d, const char *channel, struct err *err);
int channel_ask_templates(struct desk *d, const char *channel,
    struct err *err);

struct message_template {
	char name[513], lang[16], category[33], status[33];
	int parameters; /* values that the body takes */
	char *body;	  /* owned; "Hola {{1}}, ..." */
	char *components; /* owned; JSON as fetched */
	int64_t fetched_us;
};
/* Replace all of a channel's (system actor, OP_CHANNEL_FACT). */
int template_replace_all(struct desk *d, const char *channel,
    const struct message_template *rows, size_t count, struct err *err);
/* approved_only: those that can be sent. */
int template_list(struct desk *d, const char *channel, bool approved_only,
    struct message_template **rows, size_t *count, struct err *err);
int template_get(struct desk *d, const char *channel, const char *name,
    const char *lang, struct message_template *out, struct err *err);
void template_clear(struct message_template *t);
void template_list_free(struct message_template **rows, size_t count);
void template_json(const struct message_template *t, struct json_out *out);
/*
 * The body with its values filled in, for the thread: {{2}} takes the second
 * value, named placeholders take them in the order in which they first come.
 */
void template_fill(const struct message_template *t,
    const char *const *values, struct str *out);
/*
 * The names of named placeholders as a JSON array, in the order of the values;
 * nothing is appended when the template numbers them.
 */
void template_names(const struct message_template *t, struct str *json);

/* The daemon's own row. */
struct daemon_row {
	char name[65], listen[129], program_version[33];
	int64_t started_us, stopped_us;
};
int daemon_started(struct desk *d, const char *name, const char *listen,
    const char *version, struct err *err);
int daemon_stopped(struct desk *d, const char *name, struct err *err);
/* Whether the daemon that was started last, if any, was stopped in order. */
int daemon_ended(struct desk *d, bool *ended, struct err *err);
int daemon_list(struct desk *d, struct daemon_row **rows, size_t *count,
    struct err *err);

#endif
