#include "bench/trial/player.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Beside the window and --timeout: to set up a trial and to end it, a hang included. Only what
 * holds up the trial's own thread takes longer. */
#define GRACE_NS (120 * NS_PER_S)
/* The same once the trial is to end: no setting up, no window. */
#define INTERRUPTED_GRACE_NS (30 * NS_PER_S)
/* How long a trial may be stopped while the bench is not, and how long one may sleep that has
 * become another program (execve(2)). One that only waits for a processor is about to end by
 * itself. */
#define STOPPED_NS (5 * NS_PER_S)
#define STOPPED_INTERRUPTED_NS NS_PER_S

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
	if (player->twin_fds[0] != -1) {
		spec.twin_fd = player->twin_fds[0];
		/* So that each sees when the other one is gone. */
		close(player->twin_fds[1]);
	}
	spec.interrupted = &player->told->interrupted;
	spec.live = &player->told->live;
	int result = trial_perform(&spec, &player->kept, &error);
	parcel_send(player->fds[1], result, player->kept.trial, &error);
	if (result == 0)
		trial_finish(player->kept.trial);
}

int player_start(struct player *player, struct error *error)
{
	player->told = mmap(NULL, sizeof(*player->told), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (player->told == MAP_FAILED)
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
	munmap(player->told, sizeof(*player->told));
	return -1;
}

static uint64_t grace_of(const struct trial_spec *spec, uint64_t most_ns)
{
	return spec->grace_ns && spec->grace_ns < most_ns ? spec->grace_ns : most_ns;
}

static struct patience patience_of(const struct trial_spec *spec)
{
	const struct run_options *options = spec->options;
	uint64_t window = options->warmup_ns + options->duration_ns + options->timeout_ns;
	return (struct patience){.left = (window + grace_of(spec, GRACE_NS)) / PLAYER_TURN_NS};
}

static void patience_interrupt(struct patience *patience, const struct trial_spec *spec)
{
	uint64_t left =
		(spec->options->timeout_ns + grace_of(spec, INTERRUPTED_GRACE_NS)) / PLAYER_TURN_NS;
	patience->interrupted = true;
	if (patience->left > left)
		patience->left = left;
}

/* One turn has passed. Returns PLAYER_ENDED while the child may go on. */
static enum player_end patience_spend(struct patience *patience, const struct player *player)
{
	if (player->told->interrupted && !patience->interrupted)
		patience_interrupt(patience, player->spec);
	patience->stopped = player->child.is_stopped ? patience->stopped + 1 : 0;
	uint64_t most = patience->interrupted ? STOPPED_INTERRUPTED_NS : STOPPED_NS;
	if (patience->stopped * PLAYER_TURN_NS >= most)
		return PLAYER_STOPPED;
	if (patience->mute * PLAYER_TURN_NS >= most)
		return PLAYER_MUTE;
	return patience->left-- == 0 ? PLAYER_LATE : PLAYER_ENDED;
}

/* A pipe holds little. */
void player_look(struct player *player, bool is_readable, bool was_quiet)
{
	if (is_readable)
		player->is_read = parcel_take(&player->parcel, player->fds[0]) != 1;
	player->told->interrupted |= *player->spec->interrupted;
	if (child_await(&player->child, 0)) {
		if (!player->is_read)
			parcel_take(&player->parcel, player->fds[0]);
		player->is_over = true;
		return;
	}
	player->patience.mute += was_quiet && player->is_read && !player->child.is_ending &&
				 child_is_asleep(&player->child);
	if (was_quiet)
		player->end = patience_spend(&player->patience, player);
	if (player->end != PLAYER_ENDED) {
		child_kill(&player->child);
		player->is_over = true;
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
	trial->interrupted = player->told->interrupted;
	return 0;
}

int player_finish(struct player *player, struct trial *trial, struct error *error)
{
	int result;
	bool is_whole = parcel_open(&player->parcel, &result, trial, error) == 0;
	/* With a whole parcel: a sanitizer's finding, say. */
	if (!is_whole || player->end != PLAYER_ENDED || player->child.wait_status != 0)
		result = player_recover(player, player->end, is_whole && result == 0, trial, error);
	parcel_finish(&player->parcel);
	close(player->fds[0]);
	kept_finish(&player->kept);
	munmap(player->told, sizeof(*player->told));
	return result;
}

/* `own` and `other`: the ends of a pair of sockets, between twins; -1: it has no twin. */
struct player player_of(const struct trial_spec *spec, int own, int other)
{
	return (struct player){
		.spec = spec, .twin_fds = {own, other}, .patience = patience_of(spec)};
}
