/* syncd_round - see syncd_round.h. */
#include "tests/lib/syncd_round.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/rehearsal.h"
#include "db/core/desk_files.h"
#include "db/records/messages.h"
#include "tests/lib/put_back.h"
#include "tests/lib/wire.h"
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define START_MS  60000
#define STOP_MS   60000
#define SETTLE_MS 3000 /* the next daemon does the rest */
#define LOOK_MS   20
#define CUSTOMER  "34600111222"

static struct stage *stage;
static int number; /* of the round */
static int status; /* of its end; -1: it does not end */
static int64_t conversation;

const char *
syncd_round_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", stage->dir, name);
	return path;
}

static void
copy(const char *from, const char *to)
{
	char source[512];

	snprintf(source, sizeof(source), "%s", syncd_round_path(from));
	put_back(source, syncd_round_path(to));
}

void
syncd_round_keep(struct stage *s)
{
	stage = s;
	conversation = stage_int(s, "SELECT id FROM conversations"
				    " WHERE state <> 2"
				    " ORDER BY last_inbound_us DESC LIMIT 1");
	if (engine_is_postgres())
		return;
	copy("desk.db", "pristine.db");
	copy("desk.db.audit", "pristine.audit");
	copy("desk.db.audit-key", "pristine.audit-key");
}

static void
forget_sent(void)
{
	if (stage->provider != 0 &&
	    wire_call(stage->provider_port, "DELETE", "/rehearsal/sent", "", "",
		0, NULL) != 204)
		fail_msg("the provider forgets nothing");
}

void
syncd_round_prepare(void)
{
	number++;
	forget_sent();
	if (engine_is_postgres())
		return;
	copy("pristine.db", "desk.db");
	copy("pristine.audit", "desk.db.audit");
	copy("pristine.audit-key", "desk.db.audit-key");
	unlink(syncd_round_path("desk.db.ballast"));
	remove_tree(syncd_round_path("desk.db.spool"));
	remove_tree(syncd_round_path("files"));
}

static bool
has_ended(pid_t pid, int64_t within_ms)
{
	int64_t until = clock_mono_us() + within_ms * US_PER_MS;
	int s = 0;

	while (waitpid(pid, &s, WNOHANG) == 0) {
		if (clock_mono_us() >= until)
			return false;
		poll(NULL, 0, 5);
	}
	status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
	return true;
}

static pid_t
start(int *out)
{
	const char *program = stage_program("opdesk-syncd");
	int fds[2], errors;
	pid_t pid;

	unlink(syncd_round_path("faulty.err"));
	errors = open(syncd_round_path("faulty.err"),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (errors < 0 || pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execl(program, program, "--config", stage->conf, (char *)NULL);
		_exit(127);
	}
	close(errors);
	close(fds[1]);
	*out = fds[0];
	return pid;
}

/* False: it ended before it could be asked for anything. */
static bool
is_listening(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	char line[256];

	return poll(&p, 1, START_MS) == 1 && read(fd, line, sizeof(line)) > 0;
}

int
syncd_round_run(void (*work)(void))
{
	int fd;
	pid_t pid = start(&fd);

	if (is_listening(fd))
		work();
	if (!has_ended(pid, 0)) {
		kill(pid, SIGTERM);
		if (!has_ended(pid, STOP_MS)) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			status = -1;
		}
	}
	close(fd);
	return status;
}

const char *
syncd_round_complain(const char *what)
{
	struct str log = STR_INIT;
	static char text[1600];

	stage_read(stage, "faulty.err", &log);
	snprintf(text, sizeof(text), "%s (exit %d): %s", what, status,
	    log.len > 1400 ? log.s + log.len - 1400 : log.s);
	str_free(&log);
	return text;
}

bool
syncd_round_has_logged(const char *text)
{
	struct str log = STR_INIT;
	bool has;

	stage_read(stage, "faulty.err", &log);
	has = strstr(log.s, text) != NULL;
	str_free(&log);
	return has;
}

const char *
syncd_round_check_end(void)
{
	if (status == -1)
		return syncd_round_complain("it does not end");
	/* Asked to end while it was ending by itself, it ends at once. */
	if (status == 128 + SIGTERM)
		status = 1;
	if (status > 1 && status != 78)
		return syncd_round_complain("a crash");
	if (status != 0 &&
	    (!syncd_round_has_logged("\n") || syncd_round_has_logged("BUG at")))
		return syncd_round_complain("no sentence");
	return NULL;
}

static void
part_prepare(const void *data)
{
	const struct syncd_part *part = data;

	syncd_round_prepare();
	if (part->prepare != NULL)
		part->prepare();
}

static void
do_nothing(void)
{
}

static void
part_run(const void *data)
{
	const struct syncd_part *part = data;

	syncd_round_run(part->work != NULL ? part->work : do_nothing);
}

static const char *
part_check(const void *data, bool is_lost)
{
	const struct syncd_part *part = data;
	const char *wrong = syncd_round_check_end();

	(void)is_lost;
	return wrong != NULL || part->check == NULL ? wrong : part->check();
}

struct fault_case
syncd_round_case(const struct syncd_part *part)
{
	return (struct fault_case){.name = part->name,
	    .prepare = part_prepare,
	    .run = part_run,
	    .check = part_check,
	    .data = part,
	    .rounds = part->rounds,
	    .only_new = part->only_new,
	    .is_known = part->is_known,
	    .calls = part->calls};
}

void
syncd_round_start_next(void)
{
	/* Of a row under way it is the end of its lease. */
	stage_exec(stage, "UPDATE outbox SET next_try_us = 1 WHERE state < 2");
	stage_exec(stage, "UPDATE jobs SET next_try_us = 1 WHERE state < 2");
	stage_start_daemon(stage);
}

const char *
syncd_round_stop_next(const char *wrong)
{
	if (stage_stop_daemon(stage) != 0 && wrong == NULL)
		wrong = syncd_round_complain("the next one does not stop");
	stage_check_whole(stage);
	return wrong;
}

/* ---- what may be done with it meanwhile ---- */

static int
count(const char *what, int i)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM messages WHERE body = '%s %d.%d'", what,
	    number, i);
	return (int)stage_int(stage, sql);
}

int
syncd_round_post(int i)
{
	char text[48];

	snprintf(text, sizeof(text), "Aviso %d.%d", number, i);
	return stage_says(stage, CUSTOMER, "Lucía", text, NULL);
}

const char *
syncd_round_check_posts(const bool *taken, int posts)
{
	char sql[128];

	for (int i = 0; i < posts; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Aviso %d.%d'",
		    number, i);
		if (taken[i] && !stage_wait_int(stage, sql, 1))
			return syncd_round_complain(
			    "what was acknowledged is not there");
		if (stage_int(stage, sql) > 1)
			return syncd_round_complain(
			    "what was posted once is there twice");
	}
	return NULL;
}

#define UNREAD "SELECT count(*) FROM raw_events WHERE state = 0"
#define UNSENT "SELECT count(*) FROM outbox WHERE state < 2"
#define UNDONE "SELECT count(*) FROM jobs WHERE state < 2"

void
syncd_round_settle(void)
{
	int64_t until = clock_mono_us() + SETTLE_MS * US_PER_MS;

	while (stage_int(stage, "SELECT (" UNREAD ") + (" UNSENT ")"
				" + (" UNDONE ")") > 0 &&
	       clock_mono_us() < until)
		poll(NULL, 0, LOOK_MS); /* each look is a connection */
}

void
syncd_round_send(int i)
{
	struct desk *d = stage_desk(stage, "marta");
	char text[48];
	struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = text};

	snprintf(text, sizeof(text), "Envio %d.%d", number, i);
	(void)stage_send(d, &in);
	desk_close(&d);
}

/* How often the provider took it. */
static int
provider_has(const char *text)
{
	struct str sent = STR_INIT;
	int n = 0;

	if (wire_call(stage->provider_port, "GET", "/rehearsal/sent", "", "", 0,
		&sent) != 200)
		fail_msg("the provider says nothing");
	for (const char *at = sent.s; (at = strstr(at, text)) != NULL; at++)
		n++;
	str_free(&sent);
	return n;
}

static const char *
check_sent(int i)
{
	char sql[160], text[48];
	int64_t state;
	int n;

	snprintf(text, sizeof(text), "Envio %d.%d", number, i);
	snprintf(sql, sizeof(sql),
	    "SELECT o.state FROM outbox o JOIN messages m ON m.id = o.record_id"
	    " WHERE m.body = '%s'",
	    text);
	state = stage_int(stage, sql);
	n = provider_has(text);
	if (n > 1)
		return syncd_round_complain("sent twice");
	if (state == 2 && n != 1)
		return syncd_round_complain("it counts as sent, and is not");
	if (state != -1 && state != 2 && state != 3)
		return syncd_round_complain("given up, or never settled");
	return NULL;
}

const char *
syncd_round_check_sends(int sends)
{
	const char *wrong = NULL;

	if (!stage_wait_int(stage, UNSENT, 0))
		return syncd_round_complain("something stays unsent");
	for (int i = 0; i < sends && wrong == NULL; i++)
		wrong = check_sent(i);
	return wrong;
}

bool
syncd_round_post_image(void)
{
	char text[48], id[REHEARSAL_ID_SIZE];
	struct rehearsal_message m = {.type = REHEARSAL_IMAGE,
	    .number_id = STAGE_NUMBER_ID,
	    .from = CUSTOMER,
	    .name = "Lucía",
	    .text = text};
	struct str body = STR_INIT;
	int answer;

	snprintf(text, sizeof(text), "Foto %d.0", number);
	rehearsal_message(&m, &body, id);
	answer = stage_hook(stage, body.s, body.len);
	str_free(&body);
	return answer == 200;
}

/* A column of the picture's file; owned. */
static char *
file_column(const char *name)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT f.%s FROM files f JOIN messages m ON m.file_id = f.id"
	    " WHERE m.body = 'Foto %d.0'",
	    name, number);
	return stage_text(stage, sql);
}

static const char *
check_file(void)
{
	char *name = file_column("name"), *digest = file_column("digest");
	char dir[320], path[400], hex[SHA256_HEX_SIZE] = "";
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;
	const char *wrong = NULL;

	if (desk_files_dir(stage->desk, stage->files, dir, sizeof(dir), &err) !=
	    0)
		fail_msg("%s", err.text);
	snprintf(path, sizeof(path), "%s/%.2s/%.64s", dir, name, name);
	if (name[0] == '\0')
		wrong = "the attachment was given up";
	else if (fs_read(path, 1 << 20, &bytes, &err) != 0)
		wrong = err.text;
	else
		sha256_hex(bytes.s, bytes.len, hex);
	if (wrong == NULL && strcmp(hex, digest) != 0)
		wrong = "the file is not what its row tells";
	if (wrong != NULL)
		wrong = syncd_round_complain(wrong);
	str_free(&bytes);
	free(name);
	free(digest);
	return wrong;
}

const char *
syncd_round_check_image(void)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	/* The spool may have it. */
	while (count("Foto", 0) == 0 && clock_mono_us() < until)
		poll(NULL, 0, 5);
	if (count("Foto", 0) != 1)
		return syncd_round_complain("a picture is lost, or doubled");
	if (!stage_wait_int(stage, UNDONE, 0))
		return syncd_round_complain("something stays undone");
	return check_file();
}
