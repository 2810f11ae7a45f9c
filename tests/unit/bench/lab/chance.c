#include "tests/unit/bench/lab/chance.h"

#include "bench/lab/late_segment.h"
#include "bench/lab/ring_verbs.h"
#include "bench/lab/tls_verbs.h"
#include "common/bounded_text.h"
#include "common/sysctl.h"

#include <errno.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* A scene that asks more than this goes round in circles. */
#define ANSWERS_MAX 50000

/* A scene knows some answers of each kind, and gives one of them three times in four: so that
 * several answers that belong together come now and then. One scene in three knows only one, and
 * gives no other. */
#define KNOWN 3
/* connect() without waiting works so often. */
static const unsigned ports[] = {1000, 20, 1000000};

static struct {
	uint64_t random;
	unsigned answers, ports;
	bool is_steady;
	bool is_faithful; /* what was sent is what is read */
	double now_s;
	unsigned numbers[KNOWN], states[KNOWN], errors[KNOWN], times[KNOWN], ends[KNOWN],
		truths[KNOWN];
	unsigned sent_bytes;
	struct pair pair;
} scene;

static uint64_t draw(uint64_t below)
{
	/* Knuth's MMIX. */
	scene.random = scene.random * 6364136223846793005u + 1442695040888963407u;
	return (scene.random >> 33) % below;
}

static unsigned known_or_any(const unsigned known[KNOWN], unsigned count)
{
	if (++scene.answers == ANSWERS_MAX)
		lab_fail(scene.pair.lab, "the scene does not end");
	if (scene.is_steady)
		return known[0];
	return draw(4) > 0 ? known[draw(KNOWN)] : (unsigned)draw(count);
}

static void learn(unsigned known[KNOWN], unsigned count)
{
	for (unsigned i = 0; i < KNOWN; i++)
		known[i] = (unsigned)draw(count);
}

/* Those that lessons compare with, and others. */
static const unsigned numbers[] = {0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 19, 20, 22, 32, 40,
	42, 50, 100, 200, 500, 1000, 4368, 61000, 500000, 1048576};
static const int errors[] = {
	0, EADDRNOTAVAIL, EADDRINUSE, ETIMEDOUT, ECONNRESET, ECONNREFUSED, EPIPE};
static const double times_ms[] = {0, 3, 12, 45, 95, 120, 203, 900, 1500, 3200, 61000, 125000};

static unsigned number(void)
{
	unsigned index = known_or_any(scene.numbers, COUNT(numbers));
	return numbers[index];
}

static unsigned bytes_moved(void)
{
	unsigned bytes = number();
	return scene.is_faithful ? scene.sent_bytes : bytes;
}

static enum tcp_state state(void)
{
	return (enum tcp_state)(
		STATE_CLOSED + known_or_any(scene.states, TCP_STATES - STATE_CLOSED));
}

static int error(void)
{
	return errors[known_or_any(scene.errors, COUNT(errors))];
}

static double time_ms(void)
{
	double took_ms = times_ms[known_or_any(scene.times, COUNT(times_ms))];
	scene.now_s += took_ms / 1e3;
	return took_ms;
}

static bool yes(void)
{
	return known_or_any(scene.truths, 2);
}

static struct reading reading(void)
{
	return (struct reading){
		bytes_moved(), (enum reading_end)known_or_any(scene.ends, READ_OPEN + 1)};
}

static struct lab_tls_reading tls_reading(void)
{
	return (struct lab_tls_reading){
		bytes_moved(), (enum lab_tls_end)known_or_any(scene.ends, LAB_TLS_OPEN + 1)};
}

/* How a receive of a ring ends. */
static int received(void)
{
	return yes() ? -ECANCELED : (int)number();
}

static void learn_all(void)
{
	learn(scene.numbers, COUNT(numbers));
	learn(scene.states, TCP_STATES - STATE_CLOSED);
	learn(scene.errors, COUNT(errors));
	learn(scene.times, COUNT(times_ms));
	learn(scene.ends, READ_OPEN + 1);
	learn(scene.truths, 2);
}

bool chance_play(const struct lesson *lesson, unsigned number_of, struct lesson_outcome *outcome)
{
	const struct lab_options options = {.slow = number_of % 2};
	struct lab lab = {
		.lesson = lesson, .options = &options, .outcome = outcome, .listener = -1};
	scene.random = number_of * 2654435761u;
	scene.answers = scene.sent_bytes = 0;
	scene.now_s = 0;
	scene.pair = (struct pair){.lab = &lab, .fds = {-1, -1}};
	learn_all();
	scene.is_steady = draw(3) == 0;
	scene.is_faithful = draw(4) == 0;
	scene.ports = ports[draw(COUNT(ports))];
	outcome_init(outcome, lesson);
	lesson->play(&lab);
	bool is_whole = !lab_has_failed(&lab);
	lab_decide_rest(&lab);
	return is_whole;
}

/* Connections ------------------------------------------------------------------------------- */

/* NULL with an errno that is not 0. */
static struct pair *try_connect(int *failed)
{
	*failed = error();
	return *failed == 0 ? &scene.pair : NULL;
}

#define CONNECTS(name, ...)                                                                        \
	struct pair *name(__VA_ARGS__)                                                             \
	{                                                                                          \
		return &scene.pair;                                                                \
	}

CONNECTS(lab_connect, struct lab *lab)
CONNECTS(lab_connect_from, struct lab *lab, uint16_t port)
CONNECTS(lab_connect_again, const struct pair *old)
CONNECTS(lab_time_wait, struct lab *lab, enum lab_end first)
CONNECTS(lab_begin_connect, struct lab *lab)
CONNECTS(lab_begin_connect_from, struct lab *lab, uint16_t port)
CONNECTS(lab_tls_connect, struct lab *lab)
CONNECTS(lab_tls_connect_again, struct pair *old)

struct pair *lab_try_connect(struct lab *lab, uint16_t port, int *failed)
{
	return try_connect(failed);
}

struct pair *lab_begin_connect_try(struct lab *lab, int *failed)
{
	*failed = 0;
	if (scene.ports-- > 0)
		return &scene.pair;
	return try_connect(failed);
}

/* One that cannot send, or none. */
int lab_socket(const struct pair *pair, enum lab_end end)
{
	static int unconnected = -1;
	if (unconnected == -1)
		unconnected = lab_new_socket(pair->lab, end);
	return draw(2) == 0 ? unconnected : -1;
}

/* The lesson closes it. */
int lab_new_socket(struct lab *lab, enum lab_end end)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

struct lab_closing *lab_close_begin(struct pair *pair, enum lab_end end)
{
	return NULL;
}

struct lab_closed lab_close_end(struct lab_closing *closing)
{
	return (struct lab_closed){yes(), error(), time_ms()};
}

/* Answers ------------------------------------------------------------------------------------- */

#define ANSWERS(type, name, answer, ...)                                                           \
	type name(__VA_ARGS__)                                                                     \
	{                                                                                          \
		return answer;                                                                     \
	}

ANSWERS(enum tcp_state, lab_state, state(), struct pair *pair, enum lab_end end)
ANSWERS(bool, lab_reaches, yes(), struct pair *pair, enum lab_end end, enum tcp_state wanted)
ANSWERS(int, lab_error, error(), const struct pair *pair, enum lab_end end)
ANSWERS(int, lab_bind_listener, error(), struct lab *lab, int fd)
ANSWERS(int, lab_loopback_connect, error(), struct lab *lab)
ANSWERS(unsigned, lab_counter, number(), struct lab *lab, enum lab_end end, const char *name)
ANSWERS(unsigned, lab_kernel_bytes, number(), struct lab *lab, const char *name)
ANSWERS(unsigned, lab_send_some, bytes_moved(), struct pair *pair, enum lab_end end, unsigned bytes)
ANSWERS(unsigned, lab_count_segments, number(), struct pair *pair,
	const struct lab_segments *segments)
ANSWERS(double, lab_last_syn_ms, time_ms(), struct pair *pair)
ANSWERS(double, lab_now_s, scene.now_s += time_ms() / 1e4, const struct lab *lab)
ANSWERS(struct reading, lab_read_to_end, reading(), struct pair *pair, enum lab_end end)
ANSWERS(struct reading, lab_read_now, reading(), struct pair *pair, enum lab_end end)
ANSWERS(struct reading, lab_drain, reading(), struct pair *pair, enum lab_end end)
ANSWERS(struct lab_tls_reading, lab_tls_read_to_end, tls_reading(), struct pair *pair,
	enum lab_end end)
ANSWERS(bool, lab_tls_is_resumed, yes(), struct pair *pair)
ANSWERS(int, lab_ring_received, received(), struct lab *lab)
ANSWERS(int, lab_ring_cancel, received(), struct lab *lab)
ANSWERS(unsigned, lab_ring_workers, number(), struct lab *lab)
ANSWERS(int, lab_ring_shut, -error(), struct pair *pair, enum lab_end end)
ANSWERS(bool, lab_is_slow, lab->options->slow, const struct lab *lab)
ANSWERS(uint16_t, lab_client_port, 40000, const struct pair *pair)
ANSWERS(uint64_t, lab_mark, 0, struct lab *lab)
ANSWERS(int, lab_add_rule, 0, struct lab *lab, const struct rule *rule)
ANSWERS(int, lab_gate, 0, struct lab *lab, enum lab_end end)
ANSWERS(int, lab_drop, 0, struct lab *lab, enum lab_end end, uint32_t nth)

struct lab_sent_segment lab_find_segment(
	struct pair *pair, unsigned nth, const struct lab_segments *segments)
{
	/* How far a connection goes beyond another one's first number. */
	static const uint32_t beyond[] = {1, 100, 5000000};
	uint32_t at = segments->flags & TCP_SYN ? 0 : beyond[draw(COUNT(beyond))];
	return (struct lab_sent_segment){{.seq = at, .ack = at, .flags = TCP_ACK}, time_ms()};
}

struct lab_kernel_view lab_look(struct pair *pair, enum lab_end end)
{
	return (struct lab_kernel_view){state(), (enum lab_timer)draw(TIMER_PROBE + 1),
		(unsigned)time_ms(), number(), number(), yes()};
}

struct lab_connect_cost lab_connect_cost(struct lab *lab, uint16_t other_port)
{
	return (struct lab_connect_cost){time_ms(), time_ms()};
}

/* Of each setting that lessons ask for, by what is expected of it, or another. */
void lab_default(struct lab *lab, const char *name, char *value)
{
	static const char *const values[] = {"32768 60999", "32768 61000", "60", "131072"};
	bounded_text_write(value, SYSCTL_VALUE_MAX, "%s", values[draw(COUNT(values))]);
}

/* A setting may make a difference. */
void lab_set(struct lab *lab, enum lab_end end, const char *name, const char *value)
{
	if (draw(2) == 0)
		learn_all();
}

/* Some kernels have no such setting. */
void lab_need(struct lab *lab, enum lab_end end, const char *name, const char *value)
{
	if (draw(8) == 0)
		lab_skip(lab, "this kernel has no net.ipv4.%s", name);
}

/* What is sent is read, now and then. */
void lab_send(struct pair *pair, enum lab_end end, unsigned bytes)
{
	scene.sent_bytes = bytes;
}

void lab_tls_send(struct pair *pair, enum lab_end end, unsigned bytes)
{
	scene.sent_bytes = bytes;
}

void lab_tls_send_last(struct pair *pair, enum lab_end end, unsigned bytes)
{
	scene.sent_bytes = bytes;
}

void lab_think(struct lab *lab, unsigned milliseconds)
{
	scene.now_s += milliseconds / 1e3;
}

/* Rings --------------------------------------------------------------------------------------- */

void lab_ring(struct lab *lab, void (*play)(struct lab *lab))
{
	play(lab);
}

struct lab_ring_closed lab_ring_close(struct pair *pair, enum lab_end end, bool by_worker)
{
	return (struct lab_ring_closed){-error(), time_ms()};
}

struct lab_ring_sent lab_ring_send_close(
	struct pair *pair, enum lab_end end, unsigned bytes, bool waits_for_all)
{
	scene.sent_bytes = bytes;
	return (struct lab_ring_sent){(int)bytes_moved(), -error(), reading()};
}

/* Orders -------------------------------------------------------------------------------------- */

#define ORDER(name, ...)                                                                           \
	void name(__VA_ARGS__)                                                                     \
	{                                                                                          \
	}

ORDER(lab_tls, struct lab *lab, enum tls_version version, unsigned tickets)
ORDER(lab_ring_receive, struct pair *pair, enum lab_end end)
ORDER(lab_tls_notify, struct pair *pair, enum lab_end end)
ORDER(lab_tls_read, struct pair *pair, enum lab_end end, unsigned bytes)
ORDER(lab_tls_exchange, struct pair *pair)
ORDER(lab_queue_at, struct lab *lab, enum lab_end end)
ORDER(lab_retransmit_late, struct lab *lab)
ORDER(lab_client_option, struct lab *lab, int level, int name, int value)
ORDER(lab_first_number, struct lab *lab, uint32_t first)
ORDER(lab_finish_connect, struct pair *pair)
ORDER(lab_accept, struct lab *lab, bool accepts)
ORDER(lab_listen, struct lab *lab)
ORDER(lab_stop_listening, struct lab *lab)
ORDER(lab_expect, struct pair *pair, enum lab_end end, enum tcp_state wanted)
ORDER(lab_expect_timer, struct pair *pair, enum lab_end end, enum lab_timer timer)
ORDER(lab_flush, struct pair *pair, enum lab_end end)
ORDER(lab_unlike_segments, struct pair *pair)
ORDER(lab_ignore_resets, struct pair *pair)
ORDER(lab_show, struct pair *pair, const char *caption)
ORDER(lab_send_more, struct pair *pair, enum lab_end end, unsigned bytes)
ORDER(lab_read, struct pair *pair, enum lab_end end, unsigned bytes)
ORDER(lab_exchange, struct pair *pair)
ORDER(lab_echo, struct pair *pair, unsigned bytes)
ORDER(lab_shut, struct pair *pair, enum lab_end end)
ORDER(lab_shut_read, struct pair *pair, enum lab_end end)
ORDER(lab_close, struct pair *pair, enum lab_end end)
ORDER(lab_block, struct pair *pair, enum lab_end end)
ORDER(lab_linger, struct pair *pair, enum lab_end end, int seconds)
ORDER(lab_reset, struct pair *pair, enum lab_end end)
ORDER(lab_reset_both, struct pair *pair)
ORDER(lab_close_both, struct pair *pair, enum lab_end first)
ORDER(lab_keep_alive, struct pair *pair, enum lab_end end, int idle_s, int interval_s, int count)
ORDER(lab_option, struct pair *pair, enum lab_end end, int level, int name, int value)
ORDER(lab_listener_option, struct lab *lab, int level, int name, int value)
ORDER(lab_set_clock_back, struct lab *lab, enum lab_end end, int milliseconds)
ORDER(lab_await_held, struct lab *lab, int rule, unsigned count)
ORDER(lab_await_acted, struct lab *lab, int rule, unsigned count)
ORDER(lab_release, struct lab *lab, int rule, unsigned count)
ORDER(lab_open, struct lab *lab, int rule)
ORDER(lab_open_all, struct lab *lab)
ORDER(lab_inject, struct lab *lab, int rule, const struct tcp_header *header)
ORDER(lab_await_segments, struct pair *pair, unsigned count, const struct lab_segments *segments)
