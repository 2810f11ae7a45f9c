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
#define GRACE_NS (120 * NS_PER_S)
/* The same once the trial is to end: no setting up, no window. */
#define INTERRUPTED_GRACE_NS (30 * NS_PER_S)
/* How long a trial may be stopped while the bench is not. */
/* And one that has become another program (execve(2)). */
#define STOPPED_NS (5 * NS_PER_S)
#define STOPPED_INTERRUPTED_NS NS_PER_S

struct player {
	const struct trial_spec *spec;
	volatile bool *interrupted; /* in memory that both processes share, as what is kept */
	struct kept kept;
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
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGQUIT, SIG_DFL);
	close(player->fds[0]);
	spec.interrupted = player->interrupted;
	int result = trial_perform(&spec, &player->kept, &error);
	parcel_send(player->fds[1], result, player->kept.trial, &error);
	if (result == 0)
		trial_finish(player->kept.trial);
}

static int player_start(struct player *player, struct error *error)
{
	player->interrupted = mmap(NULL, sizeof(*player->interrupted), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (player->interrupted == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory for a trial");
	if (kept_init(&player->kept, (uint32_t)player->spec->options->threads, error) == -1)
		goto unmap;
	if (pipe2(player->fds, O_CLOEXEC) == -1) {
		error_set_errno(error, STATUS_FAILED, "pipe2");
		goto forget;
	}
	fcntl(player->fds[0], F_SETFL, O_NONBLOCK);
	int result = child_start(&player->child, player_work, player, error);
	close(player->fds[1]);
	if (result == 0)
		return 0;
	close(player->fds[0]);
forget:
	kept_finish(&player->kept);
unmap:
	munmap((void *)player->interrupted, sizeof(*player->interrupted));
	return -1;
}

static void player_finish(struct player *player)
{
	close(player->fds[0]);
	kept_finish(&player->kept);
	munmap((void *)player->interrupted, sizeof(*player->interrupted));
}

/* How the child came to its end: by itself, or killed since it was stopped, could not answer any
 * more, or was late. */
enum player_end { PLAYER_ENDED, PLAYER_STOPPED, PLAYER_MUTE, PLAYER_LATE };

/* Turns of player_await: not time, since the bench may have been stopped, and the child with it. */
struct patience {
	bool interrupted;
	uint64_t left;    /* until the child is late */
	uint64_t stopped; /* that the child has been stopped, alone */
	uint64_t mute;    /* since the child has closed its end of the pipe */
};

static uint64_t grace_of(const struct trial_spec *spec, uint64_t most_ns)
{
	return spec->grace_ns && spec->grace_ns < most_ns ? spec->grace_ns : most_ns;
}

static struct patience patience_of(const struct trial_spec *spec)
{
	const struct run_options *options = spec->options;
	uint64_t window = options->warmup_ns + options->duration_ns + options->timeout_ns;
	return (struct patience){.left = (window + grace_of(spec, GRACE_NS)) / TURN_NS};
}

static void patience_interrupt(struct patience *patience, const struct trial_spec *spec)
{
	uint64_t left =
		(spec->options->timeout_ns + grace_of(spec, INTERRUPTED_GRACE_NS)) / TURN_NS;
	patience->interrupted = true;
	if (patience->left > left)
		patience->left = left;
}

/* One turn has passed. Returns PLAYER_ENDED while the child may go on. */
static enum player_end patience_spend(struct patience *patience, const struct player *player)
{
	if (*player->interrupted && !patience->interrupted)
		patience_interrupt(patience, player->spec);
	patience->stopped = player->child.is_stopped ? patience->stopped + 1 : 0;
	uint64_t most = patience->interrupted ? STOPPED_INTERRUPTED_NS : STOPPED_NS;
	if (patience->stopped * TURN_NS >= most)
		return PLAYER_STOPPED;
	if (patience->mute * TURN_NS >= most)
		return PLAYER_MUTE;
	return patience->left-- == 0 ? PLAYER_LATE : PLAYER_ENDED;
}

/* Takes the record as it comes: a pipe holds little. */
static enum player_end player_await(struct player *player, struct parcel *parcel)
{
	struct patience patience = patience_of(player->spec);
	int fd = player->fds[0];
	for (;;) {
		struct pollfd watched = {.fd = fd, .events = POLLIN};
		int ready = poll(&watched, 1, (int)(TURN_NS / NS_PER_MS));
		if (ready == 1 && parcel_take(parcel, fd) != 1)
			fd = -1;
		*player->interrupted = *player->spec->interrupted;
		if (player->spec->tick)
			player->spec->tick(player->spec->tick_argument);
		if (child_await(&player->child, 0)) {
			if (fd != -1)
				parcel_take(parcel, fd);
			return PLAYER_ENDED;
		}
		patience.mute += ready == 0 && fd == -1 && !player->child.is_ending;
		enum player_end end = ready == 0 ? patience_spend(&patience, player) : PLAYER_ENDED;
		if (end != PLAYER_ENDED) {
			child_kill(&player->child);
			return end;
		}
	}
}

/* Which hook was being called is what is known; that it is the cause is not. */
static void end_describe(const struct player *player, enum player_end end, char *text, size_t size)
{
	static const char *const words[] = {
		[PLAYER_ENDED] = "ended",
		[PLAYER_STOPPED] = "was stopped by a signal, and killed,",
		[PLAYER_MUTE] = "closed all that it had open, and was killed,",
		[PLAYER_LATE] = "did not end in its time, and was killed,",
	};
	char hooks[200], how[80] = "";
	bool is_called = hook_marks_describe(
		player->kept.marks, player->spec->options->threads, "client", hooks, sizeof(hooks));
	if (end == PLAYER_ENDED)
		child_describe_end(&player->child, how, sizeof(how));
	int length = (int)strlen(words[end]);
	/* Without a hook behind it, no comma. */
	length -= !is_called && words[end][length - 1] == ',';
	snprintf(text, size, "strategy %s: the trial's process %.*s%s%s%s%s%s",
		player->spec->strategy->name, length, words[end], is_called ? " while " : "",
		is_called ? hooks : "", is_called ? " was called" : "", how[0] ? ": " : "", how);
}

/* What was measured until then is kept; that its process did not end by itself is why it is no
 * result. Before the load began there is nothing to keep. */
static int player_recover(const struct player *player, enum player_end end, bool is_whole,
	struct trial *trial, struct error *error)
{
	char why[sizeof(trial->failure)];
	end_describe(player, end, why, sizeof(why));
	if (!is_whole && kept_recover(&player->kept, trial) == -1)
		return error_set(error, STATUS_FAILED, "%s", why);
	memcpy(trial->failure, why, sizeof(why));
	trial->interrupted = *player->interrupted;
	return 0;
}

int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	struct player player = {.spec = spec};
	struct parcel parcel = {0};
	int result;
	if (player_start(&player, error) == -1)
		return -1;
	enum player_end end = player_await(&player, &parcel);
	bool is_whole = parcel_open(&parcel, &result, trial, error) == 0;
	/* With a whole parcel: a sanitizer's finding, say. */
	if (!is_whole || end != PLAYER_ENDED || player.child.wait_status != 0)
		result = player_recover(&player, end, is_whole && result == 0, trial, error);
	parcel_finish(&parcel);
	player_finish(&player);
	return result;
}
