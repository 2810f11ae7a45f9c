/* The whole server but its threads: one worker, and the input is what happens to it. The worker
 * runs its own loop (worker_run); where it would wait for events, the input's next operations are
 * done. An input begins with two bytes, strategy and options; then come operations, each a byte
 * (low four bits: which; next two: of which client; the highest: another one before the worker's
 * turn) and its arguments. From TLS_FROM on the first byte means a server that speaks TLS, whose
 * clients shake hands as they read and ask. */
#include "tests/fuzz/client.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/world.h"

#include "common/clock.h"
#include "server/options.h"
#include "server/worker.h"
#include "strategies/core/registry.h"
#include "tls/context.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS 4
#define AGAIN 0x80
#define KEEP_ALIVE_NS (50 * NS_PER_MS)
/* Turns without a byte after which nothing more is waited for; and those in which a server that was
 * told to end has ended, since its drain is 5 s. */
#define FADE_TURNS 4
#define END_TURNS 20
#define END_STEP_NS (500 * NS_PER_MS)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int __real_event_base_loop(struct event_base *base, int flags);
int __wrap_event_base_loop(struct event_base *base, int flags);

static struct scene {
	struct input input;
	struct server_options options;
	struct role role;
	struct worker_shared shared;
	struct worker *worker;
	struct sockaddr_un address;
	socklen_t address_length;
	struct client clients[CLIENTS];
	unsigned quiet_turns;
	uint64_t passed_ns;
	bool patient; /* hardly any time passed, and the server was not told to end before the
			 clients had all */
} scene;

/* What speaks TLS: from this first byte on; of two clients the second speaks 1.2. */
#define TLS_FROM 224
#define VERSIONS 2
static struct tls_context *server_context, *client_contexts[VERSIONS];

/* Orders only follow each other in the order in which the supervisor gives them. */
static void order_give(enum worker_order order)
{
	if (scene.worker->order < order)
		worker_order_give(scene.worker, order);
}

static void op_open(struct client *c)
{
	size_t number = (size_t)(c - scene.clients);
	client_open(c, &scene.address, scene.address_length,
		scene.role.tls ? client_contexts[number % VERSIONS] : NULL);
}

static void op_send(struct client *c)
{
	size_t length = input_byte(&scene.input);
	const char *run = input_run(&scene.input, &length);
	client_send(c, run, length);
}

/* One byte, up to 32,640 times; over TLS it is no record. */
static void op_repeat(struct client *c)
{
	static char run[255 * 128];
	unsigned byte = input_byte(&scene.input);
	size_t length = input_byte(&scene.input) * (size_t)128;
	memset(run, (int)byte, length);
	client_send_raw(c, run, length);
}

static void op_ask(struct client *c)
{
	client_ask(c, input_byte(&scene.input));
}

static void op_read(struct client *c)
{
	unsigned length = input_byte(&scene.input);
	client_read(c, length == 0 ? 65536 : length);
}

static void op_advance(struct client *c)
{
	static const uint64_t steps_ms[] = {1, 4, 10, 100, 999, 1000, 5000, 10000, 30000, 60000};
	unsigned step = input_byte(&scene.input) % (sizeof(steps_ms) / sizeof(steps_ms[0]));
	world_advance(steps_ms[step] * NS_PER_MS);
	scene.passed_ns += steps_ms[step] * NS_PER_MS;
	scene.patient &= scene.passed_ns < KEEP_ALIVE_NS;
}

static void op_limit_recv(struct client *c)
{
	world_limit(WORLD_RECV, input_byte(&scene.input));
}

static void op_limit_send(struct client *c)
{
	unsigned limit = input_byte(&scene.input);
	world_limit(WORLD_SEND, limit < 128 ? limit : (limit - 127) * (size_t)1000);
}

static void op_fail(struct client *c)
{
	unsigned call = input_byte(&scene.input), how = input_byte(&scene.input);
	world_fail(call % WORLD_CALLS, how & 7, 1 + (how >> 3 & 3), how >> 5);
}

static void op_buffer(struct client *c)
{
	world_send_buffer((int)input_byte(&scene.input) * 256);
}

static void op_drain(struct client *c)
{
	scene.patient = false;
	order_give(WORKER_DRAIN);
}

static void op_leave(struct client *c)
{
	scene.patient = false;
	order_give(WORKER_LEAVE);
}

static void op_end(struct client *c)
{
	scene.patient = false;
	order_give(WORKER_END);
}

static void op_notify(struct client *c)
{
	client_notify(c);
}

static void (*const ops[16])(struct client *c) = {op_notify, op_open, op_send, op_ask, op_read,
	client_shut, client_close, op_advance, op_limit_recv, op_limit_send, op_fail, op_buffer,
	op_drain, op_end, op_repeat, op_leave};

/* Nothing more is done to the server: its clients read what it still sends, then it is told to
 * end. */
static void scene_fade(void)
{
	world_limit(WORLD_RECV, 0);
	world_limit(WORLD_SEND, 0);
	scene.quiet_turns++;
	for (size_t i = 0; i < CLIENTS; i++)
		while (client_read(&scene.clients[i], 65536) > 0)
			scene.quiet_turns = 0;
	if (scene.quiet_turns < FADE_TURNS)
		return;
	order_give(WORKER_DRAIN);
	world_advance(END_STEP_NS);
	REQUIRE(scene.quiet_turns < END_TURNS);
}

static void scene_play(void)
{
	unsigned op = AGAIN;
	while (op & AGAIN && scene.input.left > 0) {
		op = input_byte(&scene.input);
		ops[op & 15](&scene.clients[op >> 4 & 3]);
	}
}

static void list_inspect(const struct connection_queue *list, uint64_t counts[])
{
	for (const struct connection *c = list->first; c; c = c->next) {
		REQUIRE(c->teardown.state == c->counted);
		/* Every state has a deadline. */
		REQUIRE(c->teardown.timer.link);
		counts[c->teardown.state]++;
	}
}

/* What holds whenever the worker waits. */
static void worker_inspect(const struct worker *w)
{
	uint64_t counts[EXECUTOR_ENDED + 1] = {0};
	const struct metrics_counts *said = &w->metrics.counts;
	list_inspect(&w->connections.open, counts);
	list_inspect(&w->connections.lingering, counts);
	REQUIRE(w->connections.count - w->connections.lingering_count == counts[EXECUTOR_OPEN]);
	REQUIRE(w->connections.count <= w->connections.most);
	for (int state = EXECUTOR_OPEN; state < EXECUTOR_ENDED; state++)
		REQUIRE(counts[state] == said->states[state]);
	REQUIRE(said->opened == counts[EXECUTOR_OPEN] + counts[EXECUTOR_WAITING] +
					counts[EXECUTOR_HALF_CLOSED] +
					said->states[EXECUTOR_ENDED]);
	REQUIRE(w->output.length == 0 && w->sealed.output.length == 0);
	REQUIRE(w->ticking == (w->wheel.armed > 0) || world_is_hostile());
}

/* The worker waits for events: here is what happens. */
int __wrap_event_base_loop(struct event_base *base, int flags)
{
	worker_inspect(scene.worker);
	if (scene.input.left > 0)
		scene_play();
	else
		scene_fade();
	return __real_event_base_loop(base, EVLOOP_NONBLOCK);
}

/* Descriptors that are closed, events added twice: libevent warns of our mistakes alone. */
static void on_warning(int severity, const char *text)
{
	fprintf(stderr, "%s\n", text);
	REQUIRE(severity < EVENT_LOG_WARN);
}

static int listener_make(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	scene.address = (struct sockaddr_un){.sun_family = AF_UNIX};
	scene.address_length = sizeof(scene.address);
	/* An address without a name: the kernel chooses one (unix(7), Autobind). */
	REQUIRE(bind(fd, (struct sockaddr *)&scene.address, sizeof(sa_family_t)) == 0);
	REQUIRE(getsockname(fd, (struct sockaddr *)&scene.address, &scene.address_length) == 0);
	REQUIRE(listen(fd, 8) == 0);
	return fd;
}

/* /metrics of the one worker. */
static size_t metrics_write(void *owner, char *text, size_t size)
{
	struct metrics sum = {0};
	const struct metrics_gauges gauges = {0};
	metrics_sum(&scene.worker->metrics, &sum);
	return metrics_render(&sum, &gauges, scene.role.strategy->name, text, size);
}

static void worker_make(void)
{
	char *arguments[] = {"fuzz", NULL};
	struct error error = {0};
	struct server_options *options = &scene.options;
	unsigned way = input_byte(&scene.input);
	scene.role = (struct role){options, registry_strategies[way % registry_count],
		.metrics = true, .tls = way >= TLS_FROM ? server_context : NULL};
	REQUIRE(server_options_read(1, arguments, options, &error) == OPTIONS_PARSED);
	unsigned choice = input_byte(&scene.input);
	options->requests_per_connection = choice & 7;
	options->response_bytes = choice & 8 ? 100000 : 10;
	options->keep_alive_ns = choice & 16 ? KEEP_ALIVE_NS : 60 * NS_PER_S;
	options->max_connections = choice & 32 ? 2 : 100;
	options->max_lingering = choice & 64 ? 1 : 100;
	options->tls_handshakes = choice & 64 ? 1 : 100;
	/* A client that may be evicted, or may have to wait for room, is promised nothing. */
	scene.patient = (choice & (32 | 64)) == 0;
	scene.shared.ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	scene.shared.metrics = metrics_write;
	scene.worker = worker_create(&scene.shared, &scene.role, 0, listener_make(), &error);
	REQUIRE(scene.worker);
}

static void scene_end(void)
{
	struct worker *w = scene.worker;
	REQUIRE(w->status == 0 && w->connections.count == 0 && w->wheel.armed == 0);
	REQUIRE(!w->connections.ended && !w->connections.looks);
	REQUIRE(w->metrics.counts.opened == w->metrics.counts.states[EXECUTOR_ENDED]);
	REQUIRE(w->metrics.counts.opened == w->executor.counts.closed + w->executor.counts.reset);
	for (size_t i = 0; i < CLIENTS; i++) {
		struct client *c = &scene.clients[i];
		bool calm = scene.patient && c->fd != -1 && !world_is_hostile();
		while (client_read(c, 65536) > 0)
			continue;
		if (calm)
			client_judge(c);
		client_close(c);
	}
}

/* Once: a certificate takes a millisecond. Where the program was built without TLS, there is none.
 */
static void contexts_make(void)
{
	static const enum tls_version versions[VERSIONS] = {TLS_VERSION_1_3, TLS_VERSION_1_2};
	struct error error = {0};
	if (server_context || !tls_is_available())
		return;
	server_context = tls_context_create_server(&(struct tls_settings){.tickets = 2}, &error);
	REQUIRE(server_context);
	for (size_t i = 0; i < VERSIONS; i++) {
		client_contexts[i] = tls_context_create_client(
			&(struct tls_settings){.version_max = versions[i]}, &error);
		REQUIRE(client_contexts[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	contexts_make();
	unsigned descriptors = world_descriptors();
	scene = (struct scene){.input = {bytes, length}, .patient = true};
	for (size_t i = 0; i < CLIENTS; i++)
		scene.clients[i].fd = -1;
	event_set_log_callback(on_warning);
	world_begin();
	worker_make();
	worker_run(scene.worker);
	scene_end();
	worker_destroy(scene.worker);
	close(scene.shared.ended_fd);
	world_end();
	REQUIRE(world_descriptors() == descriptors);
	return 0;
}
