#include "common/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>

unsigned terminal_columns(int fd)
{
	struct winsize window;
	const char *columns = getenv("COLUMNS");
	if (ioctl(fd, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
		return window.ws_col;
	return columns && atoi(columns) > 0 ? (unsigned)atoi(columns) : 0;
}
