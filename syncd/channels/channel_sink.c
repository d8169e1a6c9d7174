/*
 * channel_sink - facts of the channels, written by the desk's use cases.
 */
#include "db/core/op.h"
#include "db/records/jobs.h"
#include "syncd/channels/channel.h"

static int
sink_message(void *data, const struct inbound_message *in, struct err *err)
{
	struct inbound_result result;

	return message_receive(data, in, &result, err);
}

static int
sink_status(void *data, const struct inbound_status *in, struct err *err)
{
	bool duplicate;

	return message_status(data, in, &duplicate, err);
}

static int
sink_edit(void *data, const char *channel, const char *original_id,
    enum inbound_edit what, const char *body, int64_t at_us, struct err *err)
{
	return message_edit_inbound(
	    data, channel, original_id, what, body, at_us, err);
}

static int
sink_peer_changed(void *data, const char *channel, const char *old_number,
    const char *new_number, const char *old_user_id, const char *new_user_id,
    struct err *err)
{
	return message_peer_changed(data, channel, old_number, new_number,
	    old_user_id, new_user_id, err);
}

/* A mere notice leaves a stopped or paused channel as it is. */
static int
sink_alert(void *data, const char *channel, enum channel_state state,
    const char *text, struct err *err)
{
	struct channel_status now;
	int rc;

	if ((rc = channel_status_get(data, channel, &now, err)) != 0)
		return rc;
	if (state == CHANNEL_OK)
		state = now.state;
	return channel_set_state(
	    data, channel, state, text, now.paused_until_us, err);
}

static int
sink_templates_changed(void *data, const char *channel, struct err *err)
{
	struct str args = STR_INIT;
	struct json_out w;
	struct op op;
	int rc;

	if ((rc = op_begin(data, &op, OP_JOB_NEW, 0, err)) != 0)
		return rc;
	json_out_init(&w, &args);
	json_out_object(&w, NULL);
	json_out_string(&w, "channel", channel);
	json_out_end(&w, '}');
	rc = job_queue(data, &op, JOB_TEMPLATES, 0, args.s, NULL, err);
	str_free(&args);
	return op_end(data, &op, rc, err);
}

const struct channel_sink channel_sink_desk = {
    .message = sink_message,
    .status = sink_status,
    .edit = sink_edit,
    .peer_changed = sink_peer_changed,
    .alert = sink_alert,
    .templates_changed = sink_templates_changed,
};
