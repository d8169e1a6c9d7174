/* empty - what a program of these libraries holds before it does anything. */
#include <unistd.h>

int
main(void)
{
	pause();
	return 0;
}
