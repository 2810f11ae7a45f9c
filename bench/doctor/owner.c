#include "bench/doctor/owner.h"

#include "common/bounded_text.h"
#include "common/printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CONTAINER_ID 64
#define CONTAINER_SHOWN 12
#define PART_MAX 256

/* The place of a container's whole identifier in a part of the path, or NULL. */
static const char *identifier_find(const char *part)
{
	for (; *part; part++) {
		size_t length = strspn(part, "0123456789abcdef");
		if (length == CONTAINER_ID)
			return part;
		if (length > 0)
			part += length - 1;
	}
	return NULL;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);
	return length > wanted && strcmp(text + length - wanted, end) == 0;
}

/* systemd writes the dashes of a pod's UID as underscores. */
static void pod_take(const char *part, char *pod, size_t size)
{
	const char *at = strstr(part, "pod");
	if (strncmp(part, "kubepods", 8) == 0)
		at = strstr(part, "-pod");
	if (!at)
		return;
	at += *at == '-' ? 4 : 3;
	size_t length = strspn(at, "0123456789abcdef_-");
	if (length < 32)
		return;
	bounded_text_write(pod, size, "%.*s", (int)length, at);
	for (char *c = pod; *c; c++)
		*c = (char)(*c == '_' ? '-' : *c);
}

struct owner {
	char unit[PART_MAX], container[CONTAINER_SHOWN + 1], pod[64];
};

/* What is deeper in the path is nearer to the process. */
static void path_read(char *path, struct owner *owner)
{
	for (char *part; (part = strsep(&path, "/"));) {
		const char *identifier = identifier_find(part);
		pod_take(part, owner->pod, sizeof(owner->pod));
		if (identifier)
			snprintf(owner->container, sizeof(owner->container), "%.*s",
				CONTAINER_SHOWN, identifier);
		else if (ends_in(part, ".service") || ends_in(part, ".scope"))
			bounded_text_write(owner->unit, sizeof(owner->unit), "%s", part);
	}
}

void owner_write(const char *cgroup, char *text, size_t size)
{
	char path[4096];
	struct owner owner = {.unit = ""};
	/* The line of cgroup v2 begins "0::"; of v1 any hierarchy has the path. */
	const char *line = strstr(cgroup, "0::");
	line = line ? line + 3 : cgroup;
	bounded_text_write(path, sizeof(path), "%.*s", (int)strcspn(line, "\n"), line);
	path_read(path, &owner);
	text[0] = '\0';
	if (owner.container[0] && owner.pod[0])
		bounded_text_write(text, size, "pod %s, container %s", owner.pod, owner.container);
	else if (owner.container[0])
		bounded_text_write(text, size, "container %s", owner.container);
	else if (owner.unit[0])
		bounded_text_write(text, size, "%s", owner.unit);
	printable_clean(text, PRINTABLE_ONE_LINE);
}
