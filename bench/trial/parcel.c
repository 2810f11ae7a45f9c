#include "bench/trial/parcel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_LEAST (1u << 20)

/* A trial follows, where the result is 0. */
struct head {
	int result;
	struct error error;
};

/* The histograms follow, then the samples, the command of a third-party loader, and the trial of
 * the hop behind a proxy. */
struct trial_head {
	size_t command_size; /* with its end; 0: there is none */
	struct trial trial;
};

static int bytes_write(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;
	while (size > 0) {
		ssize_t n = write(fd, from, size);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			from += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

static int trial_send(int fd, const struct trial *trial)
{
	struct trial_head *head = calloc(1, sizeof(*head));
	if (!head)
		return -1;
	const char *command = trial->third_party.command;
	size_t command_size = command ? strlen(command) + 1 : 0;
	head->command_size = command_size;
	head->trial = *trial;
	int sent = bytes_write(fd, head, sizeof(*head));
	free(head);
	for (int i = 0; i < LATENCIES && sent == 0; i++)
		sent = bytes_write(fd, trial->totals.latencies[i], histogram_size());
	if (sent == 0)
		sent = bytes_write(
			fd, trial->samples, trial->sample_count * sizeof(*trial->samples));
	return sent == 0 ? bytes_write(fd, command, command_size) : -1;
}

int parcel_send(int fd, int result, const struct trial *trial, const struct error *error)
{
	struct head head;
	memset(&head, 0, sizeof(head));
	head.result = result;
	head.error = *error;
	int sent = bytes_write(fd, &head, sizeof(head));
	for (; trial && sent == 0 && result == 0; trial = trial->upstream)
		sent = trial_send(fd, trial);
	return sent;
}

static int parcel_grow(struct parcel *parcel)
{
	size_t room = parcel->room ? 2 * parcel->room : ROOM_LEAST;
	char *bytes = realloc(parcel->bytes, room);
	if (!bytes)
		return -1;
	parcel->bytes = bytes;
	parcel->room = room;
	return 0;
}

int parcel_take(struct parcel *parcel, int fd)
{
	for (;;) {
		if (parcel->size == parcel->room && parcel_grow(parcel) == -1)
			return -1;
		ssize_t n = read(fd, parcel->bytes + parcel->size, parcel->room - parcel->size);
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return 1;
		if (n > 0)
			parcel->size += (size_t)n;
	}
}

/* Takes bytes from the front of what is left; NULL when there are fewer, or no memory. */
static void *bytes_take(const char **from, size_t *left, size_t size)
{
	void *bytes = *left < size ? NULL : malloc(size + 1);
	if (!bytes)
		return NULL;
	memcpy(bytes, *from, size);
	*from += size;
	*left -= size;
	return bytes;
}

static int trial_open(const char **from, size_t *left, struct trial *trial)
{
	struct trial_head *head = bytes_take(from, left, sizeof(*head));
	if (!head)
		return -1;
	size_t command_size = head->command_size;
	*trial = head->trial;
	free(head);
	bool is_whole = trial->sample_count <= *left / sizeof(*trial->samples);
	bool has_more = trial->upstream;
	trial->samples = NULL;
	trial->third_party.command = NULL;
	trial->upstream = NULL;
	for (int i = 0; i < LATENCIES; i++) {
		trial->totals.latencies[i] = bytes_take(from, left, histogram_size());
		is_whole = is_whole && trial->totals.latencies[i];
	}
	if (!is_whole)
		return -1;
	trial->samples = bytes_take(from, left, trial->sample_count * sizeof(*trial->samples));
	if (command_size > 0)
		trial->third_party.command = bytes_take(from, left, command_size);
	if (!trial->samples || (command_size > 0 && !trial->third_party.command))
		return -1;
	if (!has_more)
		return 0;
	trial->upstream = calloc(1, sizeof(*trial->upstream));
	return trial->upstream ? trial_open(from, left, trial->upstream) : -1;
}

int parcel_open(const struct parcel *parcel, int *result, struct trial *trial, struct error *error)
{
	struct head head;
	if (parcel->size < sizeof(head))
		return -1;
	memcpy(&head, parcel->bytes, sizeof(head));
	*result = head.result;
	*error = head.error;
	if (head.result == -1)
		return 0;
	const char *from = parcel->bytes + sizeof(head);
	size_t left = parcel->size - sizeof(head);
	*trial = (struct trial){0};
	if (trial_open(&from, &left, trial) == 0 && left == 0)
		return 0;
	trial_finish(trial);
	return -1;
}

void parcel_finish(struct parcel *parcel)
{
	free(parcel->bytes);
	*parcel = (struct parcel){0};
}
