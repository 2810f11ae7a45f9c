/* teardown-server: the reference server. */
#include "common/error.h"
#include "server/server.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* Opens the standard streams that the program was started without. Otherwise a socket could get the
 * number of stderr, and the log would go to a client. */
static bool streams_open(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	return streams_open() ? server_main(argc, argv) : STATUS_FAILED;
}
