/* What the kernel says of a connection, and what the scene waits for. */
#include "bench/lab/kernel_look.h"
#include "bench/lab/pair.h"
#include "common/clock.h"

#include <stdlib.h>

static struct address local_of(const struct pair *pair, enum lab_end end)
{
	return end == SERVER ? pair_server_address(pair->lab) : pair->client;
}

static void sight_keep(struct pair *pair, const struct state_sight *sight)
{
	if (pair->sight_count == pair->sight_room) {
		size_t room = pair->sight_room ? 2 * pair->sight_room : 32;
		struct state_sight *sights = realloc(pair->sights, room * sizeof(*sights));
		if (!sights) {
			lab_fail(pair->lab, "no memory");
			return;
		}
		pair->sights = sights;
		pair->sight_room = room;
	}
	pair->sights[pair->sight_count++] = *sight;
}

/* Once nothing is on its way, before the look and behind it. Returns false where that does not come
 * about. */
static bool look_at_rest(struct pair *pair, enum lab_end end, struct lab_kernel_view *view,
	uint64_t *mark, struct error *error)
{
	struct lab *lab = pair->lab;
	const struct address local = local_of(pair, end), remote = local_of(pair, !end);
	uint64_t deadline_ns = lab_deadline_ns(), before;
	while (!lab_is_over(lab) && clock_now_ns() < deadline_ns) {
		if (rest_reached(lab->rests, lab->wire, &before)) {
			if (kernel_look_at(lab->looks[end], &local, &remote, view, error) == -1)
				return false;
			if (rest_reached(lab->rests, lab->wire, mark) && *mark == before)
				return true;
		}
		lab_wait_a_moment(lab);
	}
	error_set(error, STATUS_FAILED, "segments were on their way for %d s", LAB_DEADLINE_S);
	return false;
}

struct lab_kernel_view lab_look(struct pair *pair, enum lab_end end)
{
	struct lab_kernel_view view = {.state = STATE_UNKNOWN};
	struct state_sight sight = {.end = end};
	struct error error = {0};
	if (!pair || lab_is_over(pair->lab))
		return view;
	if (look_at_rest(pair, end, &view, &sight.mark, &error)) {
		sight.state = view.state;
		sight_keep(pair, &sight);
	} else {
		view = (struct lab_kernel_view){.state = STATE_UNKNOWN};
		lab_fail(pair->lab, "%s", error.text);
	}
	return view;
}

enum tcp_state lab_state(struct pair *pair, enum lab_end end)
{
	return lab_look(pair, end).state;
}

bool lab_reaches(struct pair *pair, enum lab_end end, enum tcp_state state)
{
	uint64_t deadline_ns = lab_deadline_ns();
	while (pair && !lab_is_over(pair->lab)) {
		if (lab_state(pair, end) == state)
			return true;
		if (clock_now_ns() > deadline_ns)
			return false;
		lab_wait_a_moment(pair->lab);
	}
	return false;
}

void lab_expect(struct pair *pair, enum lab_end end, enum tcp_state state)
{
	if (!pair || lab_is_over(pair->lab) || lab_reaches(pair, end, state))
		return;
	lab_fail(pair->lab, "the %s is in %s after %d s, not in %s",
		end == SERVER ? "server" : "client", tcp_state_text(lab_state(pair, end)),
		LAB_DEADLINE_S, tcp_state_text(state));
}

static const char *timer_text(enum lab_timer timer)
{
	static const char *const texts[] = {
		[TIMER_NONE] = "none",
		[TIMER_RETRANSMIT] = "retransmit",
		[TIMER_KEEP_ALIVE] = "keep-alive",
		[TIMER_TIME_WAIT] = "TIME-WAIT",
		[TIMER_PROBE] = "window probe",
	};
	return timer < sizeof(texts) / sizeof(texts[0]) ? texts[timer] : "unknown";
}

void lab_expect_timer(struct pair *pair, enum lab_end end, enum lab_timer timer)
{
	uint64_t deadline_ns = lab_deadline_ns();
	enum lab_timer seen;
	while (pair && !lab_is_over(pair->lab) && (seen = lab_look(pair, end).timer) != timer) {
		if (clock_now_ns() > deadline_ns)
			lab_fail(pair->lab,
				"the %s's kernel has the timer \"%s\" after %d s, not \"%s\"",
				end == SERVER ? "server" : "client", timer_text(seen),
				LAB_DEADLINE_S, timer_text(timer));
		lab_wait_a_moment(pair->lab);
	}
}

void lab_flush(struct pair *pair, enum lab_end end)
{
	uint64_t deadline_ns = lab_deadline_ns();
	while (lab_look(pair, end).unacked > 0 && !lab_is_over(pair->lab)) {
		if (clock_now_ns() > deadline_ns)
			lab_fail(pair->lab, "the %s has unacknowledged bytes after %d s",
				end == SERVER ? "server" : "client", LAB_DEADLINE_S);
		lab_wait_a_moment(pair->lab);
	}
}

void lab_unlike_segments(struct pair *pair)
{
	if (pair && pair->like_count == SIZE_MAX)
		pair->like_count = pair->sight_count;
}

void lab_ignore_resets(struct pair *pair)
{
	if (pair)
		pair->ignores_resets = true;
	lab_unlike_segments(pair);
}
