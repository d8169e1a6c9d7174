/*
 * empty - a program of the console's libraries, or the daemon's, that does
 * nothing, or with the argument "echo" the least that a key and its answer can
 * take: it says that it is there and writes back what it reads.
 */
#include <string.h>
#include <termios.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct termios t;
	char piece[64];
	ssize_t n;

	if (argc < 2 || strcmp(argv[1], "echo") != 0) {
		pause();
		return 0;
	}
	tcgetattr(STDIN_FILENO, &t);
	cfmakeraw(&t);
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
	n = write(STDOUT_FILENO, "ready", 5);
	while (n > 0 && (n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
		n = write(STDOUT_FILENO, piece, (size_t)n);
	return 0;
}
