#include "server/host/user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct identity {
	uid_t uid;
	gid_t gid;
};

static int number_parse(const char *text, uid_t *uid)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	/* To setresuid(2) the largest number means "leave unchanged". */
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value >= UINT32_MAX)
		return -1;
	*uid = (uid_t)value;
	return 0;
}

static int identity_find(const char *user, struct identity *who, struct error *error)
{
	bool number = number_parse(user, &who->uid) == 0;
	const struct passwd *entry = number ? getpwuid(who->uid) : getpwnam(user);
	if (!entry && !number)
		return error_set(error, STATUS_USAGE, "--user %s: there is no such user", user);
	if (entry)
		*who = (struct identity){entry->pw_uid, entry->pw_gid};
	else
		who->gid = (gid_t)who->uid;
	if (who->uid == 0)
		return error_set(error, STATUS_USAGE, "--user %s: is the superuser", user);
	return 0;
}

/* Whether the process is in no group but this one. */
static bool groups_are_few(gid_t gid)
{
	gid_t groups[2];
	int count = getgroups(2, groups);
	return count == 0 || (count == 1 && groups[0] == gid);
}

static bool identity_holds(const struct identity *who)
{
	uid_t uids[3];
	gid_t gids[3];
	if (getresuid(&uids[0], &uids[1], &uids[2]) == -1 ||
		getresgid(&gids[0], &gids[1], &gids[2]) == -1)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (uids[i] != who->uid || gids[i] != who->gid)
			return false;
	return groups_are_few(who->gid);
}

int user_become(const char *user, struct error *error)
{
	struct identity who = {0};
	if (identity_find(user, &who, error) == -1)
		return -1;
	/* A process that a reload started is that user already, and has no right to call
	 * setgroups(2). */
	if (!identity_holds(&who) &&
		(setgroups(0, NULL) == -1 || setresgid(who.gid, who.gid, who.gid) == -1 ||
			setresuid(who.uid, who.uid, who.uid) == -1))
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "--user %s: cannot become this user", user);
	if (!identity_holds(&who) || setuid(0) == 0)
		return error_set(error, STATUS_HOST_CANNOT,
			"--user %s: the process could become the superuser again", user);
	return 0;
}

bool user_is_root(void)
{
	char map[64];
	unsigned inside, outside, count;
	int fd = geteuid() == 0 ? open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC) : -1;
	if (fd == -1)
		return false;
	ssize_t n = read(fd, map, sizeof(map) - 1);
	close(fd);
	map[n > 0 ? n : 0] = '\0';
	/* Only the first user namespace maps every user to the same number (user_namespaces(7)). */
	return sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 &&
	       outside == 0 && count == UINT32_MAX;
}
