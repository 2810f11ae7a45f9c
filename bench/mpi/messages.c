#include "bench/mpi/messages.h"

#include "common/clock.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#define PINGS 20
/* A wait that has lasted for so long is looked at from time to time only: MPI takes a processor
 * while it is asked. */
#define SPIN_NS NS_PER_MS
#define NAP_NS (200 * NS_PER_US)
#define TELL_WITHIN_NS (10 * NS_PER_S)

enum tag { TAG_SPEECH, TAG_PING, TAG_PONG, TAG_START };

static void nap_after(uint64_t since_ns)
{
	if (clock_now_ns() - since_ns > SPIN_NS)
		clock_pause(NAP_NS);
}

static int request_await(MPI_Request *request, uint64_t within_ns, struct error *error)
{
	uint64_t began_ns = clock_now_ns();
	int done = 0;
	for (;;) {
		MPI_Test(request, &done, MPI_STATUS_IGNORE);
		if (done)
			return 0;
		if (clock_now_ns() - began_ns >= within_ns)
			break;
		nap_after(began_ns);
	}
	return error_set(error, STATUS_FAILED, "rank 0 does not answer");
}

static int bytes_send(int to, enum tag tag, const void *bytes, size_t size, uint64_t within_ns,
	struct error *error)
{
	MPI_Request request;
	/* MPI_Test waits. NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker) */
	MPI_Isend(bytes, (int)size, MPI_BYTE, to, (int)tag, MPI_COMM_WORLD, &request);
	/* NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker) */
	return request_await(&request, within_ns, error);
}

static int bytes_take(
	enum tag tag, void *bytes, size_t size, uint64_t within_ns, struct error *error)
{
	MPI_Request request;
	MPI_Irecv(bytes, (int)size, MPI_BYTE, 0, (int)tag, MPI_COMM_WORLD, &request);
	/* MPI_Test waits. NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker) */
	return request_await(&request, within_ns, error);
}

static char *unsent;

int speech_send(const struct speech *speech, const struct fleet_message *message,
	uint64_t within_ns, struct error *error)
{
	size_t size = sizeof(*speech) + message->size;
	char *bytes = malloc(size);
	if (!bytes)
		return error_set(error, STATUS_FAILED, "no memory for a message");
	memcpy(bytes, speech, sizeof(*speech));
	if (message->size > 0)
		memcpy(bytes + sizeof(*speech), message->text, message->size);
	if (bytes_send(0, TAG_SPEECH, bytes, size, within_ns, error) == -1) {
		/* MPI may still read it. */
		unsent = bytes;
		return -1;
	}
	free(bytes);
	return 0;
}

int clock_compare(struct agent_clock *clock, uint64_t within_ns, struct error *error)
{
	*clock = (struct agent_clock){.pings = 0};
	for (int i = 0; i < PINGS; i++) {
		uint64_t at_ns, asked_ns = clock_now_ns();
		if (bytes_send(0, TAG_PING, NULL, 0, within_ns, error) == -1 ||
			bytes_take(TAG_PONG, &at_ns, sizeof(at_ns), within_ns, error) == -1)
			return -1;
		agent_clock_ping(clock, asked_ns, at_ns, clock_now_ns());
	}
	return 0;
}

int start_take(struct agreed_start *start, uint64_t within_ns, struct error *error)
{
	return bytes_take(TAG_START, start, sizeof(*start), within_ns, error);
}

static bool probe(int rank, enum tag tag, MPI_Status *status)
{
	int is_there;
	MPI_Iprobe(rank, (int)tag, MPI_COMM_WORLD, &is_there, status);
	return is_there;
}

static void speech_take(struct heard *heard, const MPI_Status *status)
{
	int size;
	MPI_Get_count(status, MPI_BYTE, &size);
	char *bytes = calloc(1, (size_t)size + 1);
	if (!bytes || (size_t)size < sizeof(heard->speech))
		abort();
	MPI_Recv(bytes, size, MPI_BYTE, status->MPI_SOURCE, TAG_SPEECH, MPI_COMM_WORLD,
		MPI_STATUS_IGNORE);
	memcpy(&heard->speech, bytes, sizeof(heard->speech));
	memmove(bytes, bytes + sizeof(heard->speech), (size_t)size + 1 - sizeof(heard->speech));
	heard->text = bytes;
	heard->is_there = true;
}

static void ping_answer(int rank)
{
	MPI_Recv(NULL, 0, MPI_BYTE, rank, TAG_PING, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	uint64_t now_ns = clock_now_ns();
	/* So little is copied at once: the send is over when the call is. */
	MPI_Send(&now_ns, sizeof(now_ns), MPI_BYTE, rank, TAG_PONG, MPI_COMM_WORLD);
}

static int count_there(const struct heard *heard, int hosts)
{
	int there = 0;
	for (int i = 0; i < hosts; i++)
		there += heard[i].is_there;
	return there;
}

/* Takes what is there. A host that is ahead of others says what comes after: that stays for the
 * next time. Returns whether there was any. */
static bool some_hear(struct heard *heard, int hosts)
{
	MPI_Status status;
	bool some = false;
	for (int rank = 1; rank < hosts; rank++) {
		while (probe(MPI_ANY_SOURCE, TAG_PING, &status)) {
			ping_answer(status.MPI_SOURCE);
			some = true;
		}
		if (!heard[rank].is_there && probe(rank, TAG_SPEECH, &status)) {
			speech_take(&heard[rank], &status);
			some = true;
		}
	}
	return some;
}

void hosts_hear(struct heard *heard, int hosts, uint64_t due_ns, const volatile bool *interrupted)
{
	uint64_t heard_ns = clock_now_ns();
	while (count_there(heard, hosts) < hosts && !*interrupted && clock_now_ns() < due_ns) {
		if (some_hear(heard, hosts))
			heard_ns = clock_now_ns();
		else
			nap_after(heard_ns);
	}
}

int start_tell(const struct agreed_start *start, int hosts, struct error *error)
{
	for (int rank = 1; rank < hosts; rank++)
		if (bytes_send(rank, TAG_START, start, sizeof(*start), TELL_WITHIN_NS, error) == -1)
			return error_set(
				error, STATUS_FAILED, "rank %d cannot be told of the start", rank);
	return 0;
}
