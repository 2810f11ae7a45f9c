#include "bench/trial/trial_process.h"

#include "bench/trial/player.h"
#include "common/clock.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PLAYERS_MAX RUN_STRATEGIES_MAX

static void players_tell(const struct player *players, size_t count)
{
	struct trial_live lives[PLAYERS_MAX];
	for (size_t i = 0; i < count; i++)
		lives[i] = trial_live_read(&players[i].told->live);
	if (players[0].spec->tick)
		players[0].spec->tick(players[0].spec->tick_argument, lives, count);
}

static void players_await(struct player *players, size_t count)
{
	for (size_t over = 0; over < count;) {
		struct pollfd watched[PLAYERS_MAX];
		for (size_t i = 0; i < count; i++) {
			bool is_watched = !players[i].is_over && !players[i].is_read;
			watched[i] = (struct pollfd){
				.fd = is_watched ? players[i].fds[0] : -1, .events = POLLIN};
		}
		int ready = poll(watched, count, (int)(PLAYER_TURN_NS / NS_PER_MS));
		players_tell(players, count);
		over = 0;
		for (size_t i = 0; i < count; i++) {
			if (!players[i].is_over)
				player_look(
					&players[i], ready > 0 && watched[i].revents, ready == 0);
			over += players[i].is_over;
		}
	}
}

int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	struct player player = player_of(spec, -1, -1);
	if (player_start(&player, error) == -1)
		return -1;
	players_await(&player, 1);
	return player_finish(&player, trial, error);
}

void trial_run_all(const struct trial_spec *specs, struct trial_outcome *outcomes, size_t count)
{
	struct player players[PLAYERS_MAX];
	struct trial_outcome *of[PLAYERS_MAX];
	size_t started = 0;
	for (size_t i = 0; i < count; i++) {
		players[started] = player_of(&specs[i], -1, -1);
		outcomes[i].result = player_start(&players[started], &outcomes[i].error);
		if (outcomes[i].result == 0)
			of[started++] = &outcomes[i];
	}
	players_await(players, started);
	for (size_t i = 0; i < started; i++)
		of[i]->result = player_finish(&players[i], &of[i]->trial, &of[i]->error);
}

static void twins_refuse(struct trial_outcome outcomes[2], const struct error *error)
{
	for (size_t i = 0; i < 2; i++) {
		outcomes[i].result = -1;
		outcomes[i].error = *error;
	}
}

void trial_run_twins(const struct trial_spec specs[2], struct trial_outcome outcomes[2])
{
	struct player players[2];
	struct error error;
	int fds[2];
	size_t started = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1) {
		error_set_errno(&error, STATUS_FAILED, "socketpair");
		twins_refuse(outcomes, &error);
		return;
	}
	for (; started < 2; started++) {
		players[started] = player_of(&specs[started], fds[started], fds[1 - started]);
		if (player_start(&players[started], &error) == -1)
			break;
	}
	close(fds[0]);
	close(fds[1]);
	if (started == 1) {
		/* Alone it is no twin. */
		players[0].told->interrupted = true;
		players_await(players, 1);
		if (player_finish(&players[0], &outcomes[0].trial, &outcomes[0].error) == 0)
			trial_finish(&outcomes[0].trial);
	}
	if (started < 2) {
		twins_refuse(outcomes, &error);
		return;
	}
	players_await(players, 2);
	for (size_t i = 0; i < 2; i++)
		outcomes[i].result =
			player_finish(&players[i], &outcomes[i].trial, &outcomes[i].error);
}
