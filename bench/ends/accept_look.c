#include "bench/ends/accept_look.h"

#include "common/clock.h"

/* Looking at descriptors takes one part in this many of one processor's time. */
#define SHARE 300

int accept_look_begin(struct accept_look *look, const struct network *network,
	const struct address *address, struct process *server, struct error *error)
{
	struct accept_queues queues;
	look->watch = accept_watch_create(network, address, error);
	if (!look->watch || accept_watch_look(look->watch, &queues, error) == -1)
		return -1;
	accept_start_take(&look->start, &queues, server);
	return 0;
}

static void gap_see(struct accept_look *look)
{
	struct listener_gap *gap = accept_watch_new_gap(look->watch);
	if (gap)
		gap->holder = accept_start_holder(&look->start, gap->inode);
}

int accept_look_turn(struct accept_look *look, struct process *server, struct error *error)
{
	if (accept_watch_look_if_due(look->watch, error) == -1)
		return -1;
	gap_see(look);
	struct accept_queue longest = accept_watch_report(look->watch).longest;
	if (longest.waiting == 0 || clock_now_ns() < look->limit_due_ns)
		return 0;
	uint64_t began_ns = clock_thread_cpu_ns(), now_ns = clock_now_ns();
	struct accept_holder holder = accept_holder_find(longest.inode, server, &look->start);
	/* What was taken meanwhile has taken that descriptor. */
	if (holder.descriptor_limit > 0 && accept_watch_look(look->watch, NULL, error) == -1)
		return -1;
	if (accept_watch_report(look->watch).longest.waiting > 0)
		accept_limit_see(&look->limit, &holder, now_ns);
	look->limit_due_ns = now_ns + SHARE * (clock_thread_cpu_ns() - began_ns);
	return 0;
}

int accept_look_load_is_over(struct accept_look *look, uint64_t at_ns, struct error *error)
{
	int result = accept_watch_look(look->watch, NULL, error);
	gap_see(look);
	accept_watch_load_is_over(look->watch, at_ns);
	return result;
}

int64_t accept_look_waiting(struct accept_look *look, struct error *error)
{
	if (accept_watch_look(look->watch, NULL, error) == -1)
		return -1;
	return (int64_t)accept_watch_report(look->watch).waiting;
}

void accept_look_finish(const struct accept_look *look, struct process *server,
	struct accept_watch_report *report, struct accept_holder *holder)
{
	*report = accept_watch_report(look->watch);
	*holder = (struct accept_holder){.left_pid = 0};
	if (report->longest.waiting > 0)
		*holder = accept_holder_find(report->longest.inode, server, &look->start);
}

void accept_look_clear(struct accept_look *look)
{
	accept_watch_destroy(look->watch);
	look->watch = NULL;
}
