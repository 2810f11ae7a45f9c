/* listen-overflow: a listener's queue of connections that wait for accept(2) is full, so the kernel
 * drops what comes. Kernel: sk_acceptq_is_full (include/net/sock.h), tcp_conn_request
 * (net/ipv4/tcp_input.c) and tcp_v4_syn_recv_sock (net/ipv4/tcp_ipv4.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <math.h>

/* What one socket that listens has lost, in connections. */
struct loss {
	uint64_t all, of_late; /* since it listens; between the looks */
	bool is_full;
};

/* Sockets that listen at one address: several with SO_REUSEPORT. */
struct queue {
	const struct doctor_listener *worst;
	uint32_t sockets, full;
	uint64_t drops, new_drops;
};

/* With TCP_DEFER_ACCEPT the last ACK of a handshake is dropped until data comes, and the socket
 * counts it as well (tcp_check_req() in net/ipv4/tcp_minisocks.c). Which listener's those were is
 * not known: one that is not full is told of what is left without all of them. */
static uint64_t lost_of(uint64_t drops, bool is_full, const struct counters *counters)
{
	uint64_t deferred = is_full ? 0 : counters->deferred_drop;
	uint64_t lost = drops > deferred ? drops - deferred : 0;
	return lost < counters->listen_drops ? lost : counters->listen_drops;
}

static struct loss loss_of(
	const struct doctor_namespace *space, const struct doctor_listener *listener)
{
	bool is_full = listener->waiting > listener->backlog;
	return (struct loss){
		.all = lost_of(listener->drops, is_full, &space->counters),
		.of_late = lost_of(listener->new_drops, is_full, &space->added),
		.is_full = is_full,
	};
}

static bool is_ill(const struct loss *loss)
{
	return loss->is_full || loss->all > 0;
}

static bool is_worse(const struct loss *one, const struct loss *other)
{
	if (one->of_late != other->of_late)
		return one->of_late > other->of_late;
	if (one->is_full != other->is_full)
		return one->is_full;
	return one->all > other->all;
}

/* `worst` stays NULL where no socket of that address is ill, or the address was seen before. */
static struct queue queue_of(const struct doctor_namespace *space, size_t first)
{
	const struct doctor_listener *listeners = space->listeners;
	struct queue queue = {.sockets = 0};
	struct loss loss = loss_of(space, &listeners[first]), worst = {.all = 0};
	if (!is_ill(&loss))
		return queue;
	for (size_t i = 0; i < space->listener_count; i++) {
		const struct doctor_listener *listener = &listeners[i];
		if (!address_equals(&listener->address, &listeners[first].address))
			continue;
		loss = loss_of(space, listener);
		if (i < first && is_ill(&loss))
			return (struct queue){.sockets = 0};
		queue.sockets++;
		queue.full += loss.is_full;
		queue.drops += loss.all;
		queue.new_drops += loss.of_late;
		if (!queue.worst || is_worse(&loss, &worst)) {
			queue.worst = listener;
			worst = loss;
		}
	}
	return queue;
}

static double drops_per_s(const struct queue *queue, const struct doctor_namespace *space)
{
	return space->seconds > 0 ? (double)queue->new_drops / space->seconds : NAN;
}

static void headline_add(struct diagnosis *diagnosis, const struct queue *queue,
	const struct doctor_namespace *space)
{
	struct word rate, drops;
	double per_s = drops_per_s(queue, space);
	if (queue->new_drops > 0)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, 1e5 + per_s,
			"listen queue overflows: %s/s dropped", word_rate(&rate, per_s));
	else if (queue->full > 0 && queue->drops > 0)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, 1e5, "listen queue is full");
	else if (queue->full > 0)
		diagnosis_add(diagnosis, LEVEL_WARNING, 1,
			"listen queue is full, nothing was dropped yet");
	else
		diagnosis_add(diagnosis, LEVEL_NOTICE, 0,
			"a listener has dropped %s connections, none now",
			word_count(&drops, (double)queue->drops));
}

static void queue_tell(struct diagnosis *diagnosis, const struct queue *queue)
{
	const struct doctor_listener *worst = queue->worst;
	char address[ADDRESS_TEXT_SIZE];
	struct word who, waiting, backlog, drops, full, sockets;
	diagnosis_line(diagnosis,
		"%s, %s: %s wait for accept(), backlog %s; %s dropped since it listens",
		address_text(&worst->address, address), word_holder(&who, &worst->process),
		word_count(&waiting, worst->waiting), word_count(&backlog, worst->backlog),
		word_count(&drops, (double)queue->drops));
	if (queue->sockets > 1)
		diagnosis_line(diagnosis,
			"%s of %s sockets of this address are full (SO_REUSEPORT): the worst is "
			"shown",
			word_count(&full, queue->full), word_count(&sockets, queue->sockets));
}

/* What a client notices. */
static void drops_tell(struct diagnosis *diagnosis, const struct doctor_namespace *space)
{
	if (space->settings.abort_on_overflow == 1)
		diagnosis_line(diagnosis,
			"tcp_abort_on_overflow=1: clients that are dropped at their last ACK are "
			"reset");
	else
		diagnosis_line(diagnosis,
			"clients hear nothing, and send their SYN again after a second, and again");
}

/* Whether the queue of accept(2) has ever overflowed here: else the drops have another reason. */
static bool has_overflowed(const struct queue *queue, const struct doctor_namespace *space)
{
	return queue->full > 0 || space->counters.listen_overflows > 0;
}

static void cure_tell(struct diagnosis *diagnosis, const struct queue *queue,
	const struct doctor_namespace *space)
{
	int64_t most = space->settings.somaxconn;
	uint32_t backlog = queue->worst->backlog;
	struct word has, allowed;
	word_count(&has, backlog);
	word_count(&allowed, (double)most);
	if (!has_overflowed(queue, space))
		diagnosis_cure(diagnosis,
			"not the queue of accept(): ListenOverflows is 0 here, TCPReqQFullDrop "
			"%s%s",
			word_count(&has, (double)space->counters.syn_queue_drop),
			space->counters.syn_queue_drop > 0 ? " (tcp_syncookies=1 helps)" : "");
	else if (most > backlog)
		diagnosis_cure(diagnosis,
			"accept faster; or listen() with a greater backlog: somaxconn allows %s, "
			"the program asked for %s",
			allowed.text, has.text);
	else if (most > 0)
		diagnosis_cure(diagnosis,
			"accept faster; or raise net.core.somaxconn (%s), then start the program "
			"anew",
			allowed.text);
	else
		diagnosis_cure(diagnosis, "accept faster; or listen() with a greater backlog");
}

static void numbers_tell(struct diagnosis *diagnosis, const struct queue *queue,
	const struct doctor_namespace *space)
{
	diagnosis_number(diagnosis, "port", address_port(&queue->worst->address));
	diagnosis_number(diagnosis, "waiting", queue->worst->waiting);
	diagnosis_number(diagnosis, "backlog", queue->worst->backlog);
	diagnosis_number(diagnosis, "dropped", (double)queue->drops);
	diagnosis_number(diagnosis, "dropped_per_s", drops_per_s(queue, space));
	diagnosis_number(diagnosis, "sockets", queue->sockets);
	diagnosis_number(diagnosis, "sockets_full", queue->full);
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	(void)host;
	for (size_t i = 0; i < space->listener_count; i++) {
		struct queue queue = queue_of(space, i);
		if (!queue.worst)
			continue;
		headline_add(diagnosis, &queue, space);
		queue_tell(diagnosis, &queue);
		if (queue.full > 0 || queue.new_drops > 0)
			drops_tell(diagnosis, space);
		cure_tell(diagnosis, &queue, space);
		numbers_tell(diagnosis, &queue, space);
	}
}

extern const struct doctor_check doctor_check_listen_overflow;
const struct doctor_check doctor_check_listen_overflow = {
	.id = "listen-overflow",
	.means =
		"A connection waits in its listener's queue until the program calls accept(). Once "
		"more wait than the backlog says, the kernel drops each new SYN, and the last ACK "
		"of a handshake: clients wait for a second or more, or believe that they are "
		"connected. Nothing is logged.",
	.source = "sock_diag: of each listener the connections that wait, the backlog that holds "
		  "(the lesser of listen()'s and somaxconn) and what it has dropped (its sk_drops, "
		  "less TCPDeferAcceptDrop, at most ListenDrops); full when more wait than the "
		  "backlog. The rate is between the two looks.",
	.cure = "Accept faster: more workers, nothing slow between two accept(). A greater backlog "
		"only bridges bursts: listen()'s own, and net.core.somaxconn if that is less.",
	.fine = "listen queues",
	.check = check,
};
