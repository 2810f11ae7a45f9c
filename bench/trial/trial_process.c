#include "bench/trial/trial_process.h"

#include "bench/process/child.h"
#include "bench/trial/parcel.h"
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TURN_NS (20 * NS_PER_MS)
/* Beside the window and --timeout: to set up a trial and to end it, a hang included. Only what
 * holds up the trial's own thread takes longer. */
#define GRANTED_NS (120 * NS_PER_S)

/* In memory that both processes share. */
struct shared {
	volatile bool interrupted;
	struct hook_mark marks[]; /* one a thread of the loader */
};

struct player {
	const struct trial_spec *spec;
	struct shared *shared;
	size_t size;
	int fds[2]; /* the record: read here, written by the child */
	struct child child;
};

static void on_signal(int signal_number)
{
}

/* The parent says when to end: a signal of the terminal's reaches both. A handler, other than
 * SIG_IGN, is not inherited by the programs that the child starts. */
static void player_work(void *argument)
{
	struct player *player = argument;
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct trial_spec spec = *player->spec;
	struct error error = {.text = ""};
	struct trial trial;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	close(player->fds[0]);
	spec.interrupted = &player->shared->interrupted;
	int result = trial_perform(&spec, player->shared->marks, &trial, &error);
	parcel_send(player->fds[1], result, &trial, &error);
	if (result == 0)
		trial_finish(&trial);
}

static int player_start(struct player *player, struct error *error)
{
	size_t threads = player->spec->options->threads;
	player->size = sizeof(*player->shared) + threads * sizeof(player->shared->marks[0]);
	player->shared =
		mmap(NULL, player->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (player->shared == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory for a trial");
	if (pipe2(player->fds, O_CLOEXEC) == -1) {
		error_set_errno(error, STATUS_FAILED, "pipe2");
		munmap(player->shared, player->size);
		return -1;
	}
	fcntl(player->fds[0], F_SETFL, O_NONBLOCK);
	int result = child_start(&player->child, player_work, player, error);
	close(player->fds[1]);
	if (result == -1) {
		close(player->fds[0]);
		munmap(player->shared, player->size);
	}
	return result;
}

/* Takes the record as it comes: a pipe holds little. Turns are counted, not time: the bench may
 * have been stopped, and the child with it. Returns false when the child did not end in its time.
 */
static bool player_await(struct player *player, struct parcel *parcel)
{
	const struct run_options *options = player->spec->options;
	uint64_t granted = options->warmup_ns + options->duration_ns + options->timeout_ns;
	int fd = player->fds[0];
	for (uint64_t turns = 0; turns < (granted + GRANTED_NS) / TURN_NS;) {
		struct pollfd watched = {.fd = fd, .events = POLLIN};
		int ready = poll(&watched, 1, (int)(TURN_NS / NS_PER_MS));
		turns += ready == 0;
		if (ready == 1 && parcel_take(parcel, fd) != 1)
			fd = -1;
		player->shared->interrupted = *player->spec->interrupted;
		if (player->spec->tick)
			player->spec->tick(player->spec->tick_argument);
		if (child_await(&player->child, 0)) {
			if (fd != -1)
				parcel_take(parcel, fd);
			return true;
		}
	}
	child_kill(&player->child);
	return false;
}

/* Which hook was being called is what is known; that it is the cause is not. */
static int refuse_silent(const struct player *player, bool ended, struct error *error)
{
	char hooks[200], end[80] = "";
	bool is_called = hook_marks_describe(player->shared->marks, player->spec->options->threads,
		"client", hooks, sizeof(hooks));
	if (ended)
		child_describe_end(&player->child, end, sizeof(end));
	return error_set(error, STATUS_FAILED, "strategy %s: the trial's process %s%s%s%s%s%s",
		player->spec->strategy->name, ended ? "ended" : "did not end in its time",
		is_called ? " while " : "", is_called ? hooks : "", is_called ? " was called" : "",
		ended ? ": " : "", end);
}

int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	struct player player = {.spec = spec};
	struct parcel parcel = {0};
	int result;
	if (player_start(&player, error) == -1)
		return -1;
	bool ended = player_await(&player, &parcel);
	if (parcel_open(&parcel, &result, trial, error) == -1) {
		result = refuse_silent(&player, ended, error);
	} else if (player.child.wait_status != 0) {
		/* A sanitizer's finding, say. */
		if (result == 0)
			trial_finish(trial);
		result = refuse_silent(&player, ended, error);
	}
	parcel_finish(&parcel);
	close(player.fds[0]);
	munmap(player.shared, player.size);
	return result;
}
