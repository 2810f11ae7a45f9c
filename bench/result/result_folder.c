#include "bench/result/result_folder.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

int result_folder_prepare(const char *option, const char *folder, struct error *error)
{
	struct stat found;
	if (mkdir(folder, 0777) == -1 && errno != EEXIST)
		return error_set_errno(error, STATUS_USAGE, "--%s %s", option, folder);
	if (stat(folder, &found) == -1)
		return error_set_errno(error, STATUS_USAGE, "--%s %s", option, folder);
	if (!S_ISDIR(found.st_mode))
		return error_set(error, STATUS_USAGE, "--%s %s: is no folder", option, folder);
	if (access(folder, W_OK | X_OK) == -1)
		return error_set_errno(error, STATUS_USAGE, "--%s %s", option, folder);
	return 0;
}
