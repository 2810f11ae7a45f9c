#include "bench/lab/rest.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINKS_TEXT 4096

int rest_open(struct rest_source *source, struct error *error)
{
	source->links = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	if (source->links == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "/proc/net/dev");
	if (counters_open(&source->counters, error) == 0)
		return 0;
	close(source->links);
	source->links = -1;
	return -1;
}

void rest_close(struct rest_source *source)
{
	if (source->links == -1)
		return;
	close(source->links);
	counters_close(&source->counters);
	source->links = -1;
}

/* Frames that an end's link has sent, and that its loopback has brought back. */
static bool frames_count(const struct rest_source *source, uint64_t *sent, uint64_t *looped)
{
	char text[LINKS_TEXT];
	ssize_t size = pread(source->links, text, sizeof(text) - 1, 0);
	*sent = *looped = 0;
	if (size <= 0)
		return false;
	text[size] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		char name[32];
		uint64_t in, out;
		line += *line == '\n';
		if (sscanf(line, " %31[^:]: %*u %" SCNu64 " %*u %*u %*u %*u %*u %*u %*u %" SCNu64,
			    name, &in, &out) != 3)
			continue;
		if (strcmp(name, "lo") == 0)
			*looped += in;
		else
			*sent += out;
	}
	return true;
}

/* What the wire has done, of each direction. */
struct doings {
	uint64_t seen[RELAY_ENDS], sent[RELAY_ENDS], waiting, mark;
};

static bool doings_take(struct relay *relay, void *argument)
{
	struct doings *doings = argument;
	relay_count(relay);
	*doings = (struct doings){.mark = relay->record.count};
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		doings->seen[end] = relay->counts[end].arrived;
		doings->sent[end] = relay->counts[end].sent;
		doings->waiting += relay->counts[end].waiting;
	}
	return true;
}

/* InSegs is counted as the kernel begins with a segment; it ends with it before that processor does
 * anything else. */
bool rest_reached(const struct rest_source sources[RELAY_ENDS], struct wire *wire, uint64_t *mark)
{
	struct doings doings;
	wire_call(wire, doings_take, &doings, UINT64_MAX);
	*mark = doings.mark;
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		struct counters counters;
		uint64_t sent, looped;
		if (!frames_count(&sources[end], &sent, &looped) || sent != doings.seen[end] ||
			counters_read(&sources[end].counters, &counters, NULL) == -1 ||
			counters.in_segs != doings.sent[!end] + looped)
			return false;
	}
	return doings.waiting == 0;
}
