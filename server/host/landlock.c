#include "server/host/landlock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The header linux/landlock.h of Debian 12 knows version 1 only, so later constants stand here. */
#define CREATE_RULESET_VERSION 1u
#define NET_BIND_AND_CONNECT_TCP UINT64_C(3)
#define SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS UINT64_C(3)

struct ruleset {
	uint64_t files, net, scopes;
};

/* The number of rights to files that each version knows, from version 1. */
static const uint8_t file_rights[] = {13, 14, 15, 15, 16};
#define FILE_VERSIONS (sizeof(file_rights) / sizeof(file_rights[0]))

static size_t ruleset_fill(struct ruleset *rules, unsigned version)
{
	unsigned known = version < FILE_VERSIONS ? version : FILE_VERSIONS;
	*rules = (struct ruleset){.files = (UINT64_C(1) << file_rights[known - 1]) - 1};
	if (version >= 4)
		rules->net = NET_BIND_AND_CONNECT_TCP;
	if (version >= 6)
		rules->scopes = SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS;
	return version >= 6 ? sizeof(*rules) : (version >= 4 ? 2 : 1) * sizeof(uint64_t);
}

int landlock_enter(void)
{
	struct ruleset rules;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	if (version < 1)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
	size_t size = ruleset_fill(&rules, (unsigned)version);
	/* A right that the ruleset handles and that no rule grants is denied. The ruleset has no
	 * rules. */
	int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
	if (fd == -1)
		return -1;
	int status = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	int saved = errno;
	close(fd);
	errno = saved;
	return status == -1 ? -1 : 1;
}
