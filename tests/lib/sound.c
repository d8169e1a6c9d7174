/* sound - see sound.h. */
#include "tests/lib/sound.h"
#include "common/str.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "tests/lib/tmp.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define SERVER_SECONDS 60

static const char *const sink_names[] = {"vmic", "vmic2"};

/*
 * What it says goes to the file "log" of dir, or, from 0 on, to descriptor out;
 * a descriptor 0 that ends.
 */
static pid_t
start(const char *dir, const char *input, int out, const char *const *argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	{
		char path[160];
		int in = open(input, O_RDONLY), log;

		str_format(path, sizeof(path), "%s/log", dir);
		log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(in, 0);
		dup2(out >= 0 ? out : log, 1);
		dup2(log, 2);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
}

static int
reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int
sound_run(const char *const *argv)
{
	return reap(start("/tmp", "/dev/null", -1, argv));
}

void
sound_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	reap(pid);
}

static bool
is_installed(const char *program)
{
	char path[64];

	str_format(path, sizeof(path), "/usr/bin/%s", program);
	return access(path, X_OK) == 0;
}

static void
write_conf(const struct sound *s)
{
	char path[160];
	FILE *f;

	str_format(path, sizeof(path), "%s/asound.conf", s->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < s->sinks; i++)
		fprintf(f,
		    "pcm.%s { type pulse device \"%s.monitor\" "
		    "hint { show on description \"virtual %d\" } }\n",
		    sink_names[i], sink_names[i], i);
	fputs("pcm.!default { type pulse }\nctl.!default { type pulse }\n", f);
	fclose(f);
	setenv("ALSA_CONFIG_PATH", path, 1);
}

static void
pause_20_ms(void)
{
	struct timespec t = {0, 20000000};

	nanosleep(&t, NULL);
}

/* The server listens, before long. */
static void
wait_for_socket(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	time_t until = time(NULL) + SERVER_SECONDS;
	int rc;

	str_copy(a.sun_path, sizeof(a.sun_path), path);
	do {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		pause_20_ms();
		rc = connect(fd, (struct sockaddr *)&a, sizeof(a));
		close(fd);
	} while (rc != 0 && time(NULL) < until);
	assert_int_equal(rc, 0);
}

static pid_t
start_server(struct sound *s, const char *socket_path, int rate)
{
	char native[200], sink[2][160];
	const char *argv[16] = {"pulseaudio", "-n", "--daemonize=no",
	    "--exit-idle-time=-1", "--use-pid-file=no", "--high-priority=no",
	    "--realtime=no", "-L", native};
	int n = 9;

	str_format(native, sizeof(native),
	    "module-native-protocol-unix auth-anonymous=1 socket=%s",
	    socket_path);
	for (int i = 0; i < s->sinks; i++) {
		str_format(sink[i], sizeof(sink[i]),
		    "module-null-sink sink_name=%s rate=%d channels=2 "
		    "channel_map=front-left,front-right",
		    sink_names[i], rate);
		argv[n++] = "-L";
		argv[n++] = sink[i];
	}
	return start(s->dir, "/dev/null", -1, argv);
}

/* A player of silence, until it has begun to play. */
static pid_t
keep_alive(const struct sound *s, const char *sink, int rate)
{
	char device[32], hertz[24], path[160];
	const char *argv[] = {"pacat", device, hertz, "--channels=2",
	    "--format=s16le", "--latency-msec=50", "-v", NULL};
	time_t until = time(NULL) + SERVER_SECONDS;
	struct stat st;
	pid_t pid;

	str_format(device, sizeof(device), "--device=%s", sink);
	str_format(hertz, sizeof(hertz), "--rate=%d", rate);
	str_format(path, sizeof(path), "%s/%s", s->dir, sink);
	mkdir(path, 0700);
	pid = start(path, "/dev/zero", -1, argv);
	/* What it says about its latency, it says while it plays. */
	str_format(path, sizeof(path), "%s/%s/log", s->dir, sink);
	while ((stat(path, &st) != 0 || st.st_size < 400) && time(NULL) < until)
		pause_20_ms();
	return pid;
}

static void
begin(struct sound *s)
{
	char path[160];

	str_format(path, sizeof(path), "%s/pa.sock", s->dir);
	s->server = start_server(s, path, s->rate);
	wait_for_socket(path);
	for (int i = 0; i < s->sinks; i++)
		s->keep[i] = keep_alive(s, sink_names[i], s->rate);
}

bool
sound_open(struct sound *s, int sinks, int rate)
{
	char path[160];

	memset(s, 0, sizeof(*s));
	if (!is_installed("pulseaudio") || !is_installed("pacat") ||
	    !is_installed("espeak-ng")) {
		puts("skipped: pulseaudio, pulseaudio-utils or espeak-ng is "
		     "not installed");
		return false;
	}
	tmp_new("sound", s->dir, sizeof(s->dir));
	s->sinks = sinks;
	s->rate = rate;
	setenv("HOME", s->dir, 1);
	setenv("XDG_RUNTIME_DIR", s->dir, 1);
	setenv("JACK_NO_START_SERVER", "1", 1);
	str_format(path, sizeof(path), "unix:%s/pa.sock", s->dir);
	setenv("PULSE_SERVER", path, 1);
	write_conf(s);
	begin(s);
	return true;
}

static void
end_keeps(struct sound *s)
{
	for (int i = 0; i < s->sinks; i++)
		sound_stop(s->keep[i]);
}

void
sound_start_server(struct sound *s)
{
	end_keeps(s);
	begin(s);
}

void
sound_kill_server(struct sound *s)
{
	if (s->server > 0) {
		kill(s->server, SIGKILL);
		reap(s->server);
	}
	s->server = 0;
}

void
sound_close(struct sound *s)
{
	const char *argv[] = {"rm", "-rf", s->dir, NULL};

	end_keeps(s);
	sound_kill_server(s);
	if (s->dir[0] != '\0')
		sound_run(argv);
}

pid_t
sound_play(struct sound *s, const char *sink, const char *path)
{
	char device[32];
	const char *argv[] = {"paplay", device, path, NULL};

	str_format(device, sizeof(device), "--device=%s", sink);
	return start(s->dir, "/dev/null", -1, argv);
}

pid_t
sound_start(const struct sound *s, int out, const char *const *argv)
{
	return start(s->dir, "/dev/null", out, argv);
}

void
sound_say(const char *voice, const char *text, const char *path)
{
	const char *argv[] = {"espeak-ng", "-v", voice, "-w", path, text, NULL};

	assert_int_equal(sound_run(argv), 0);
}
