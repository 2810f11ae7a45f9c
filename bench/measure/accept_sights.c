#include "bench/measure/accept_watch.h"

static struct accept_sight *sight_find(
	struct accept_sights *sights, const struct accept_queue *queue)
{
	for (size_t i = 0; i < sights->count; i++)
		if (sights->list[i].queue.inode == queue->inode)
			return &sights->list[i];
	return NULL;
}

/* What waits when the queue has become shorter, or was empty, waits from then on at least. */
static void sight_update(
	struct accept_sight *sight, const struct accept_queue *queue, uint64_t at_ns)
{
	if (sight->queue.waiting == 0 || queue->waiting < sight->queue.waiting)
		sight->since_ns = at_ns;
	sight->queue = *queue;
}

static void queue_see(
	struct accept_sights *sights, const struct accept_queue *queue, uint64_t at_ns)
{
	struct accept_sight *sight = sight_find(sights, queue);
	if (!sight && sights->count == ACCEPT_QUEUES_MAX)
		return;
	if (!sight) {
		sight = &sights->list[sights->count++];
		*sight = (struct accept_sight){.queue = {.inode = queue->inode}};
	}
	sight_update(sight, queue, at_ns);
	sight->look = sights->report.looks;
}

static uint32_t same_address(const struct accept_queues *queues, const struct address *address)
{
	uint32_t count = 0;
	for (size_t i = 0; i < queues->count; i++)
		count += address_equals(&queues->list[i].address, address);
	return count;
}

static uint32_t ever_at(const struct accept_sights *sights, const struct address *address)
{
	uint32_t count = 0;
	for (size_t i = 0; i < sights->count; i++)
		count += address_equals(&sights->list[i].queue.address, address);
	return count;
}

static void counts_take(struct accept_sights *sights, const struct accept_queues *queues)
{
	struct accept_watch_report *report = &sights->report;
	report->waiting = 0;
	report->longest = (struct accept_queue){.inode = 0};
	for (size_t i = 0; i < queues->count; i++) {
		const struct accept_queue *queue = &queues->list[i];
		uint32_t at_once = same_address(queues, &queue->address);
		uint32_t ever = ever_at(sights, &queue->address);
		report->at_once = at_once > report->at_once ? at_once : report->at_once;
		report->ever = ever > report->ever ? ever : report->ever;
		report->waiting += queue->waiting;
		if (report->longest.inode == 0 || queue->waiting > report->longest.waiting)
			report->longest = *queue;
	}
	if (report->waiting > report->waiting_peak)
		report->waiting_peak = report->waiting;
	if (report->looks > 1 && report->load_over_ns == 0) {
		report->load_looks++;
		report->load_waiting += report->waiting;
	}
}

static void gone_count(struct accept_sights *sights)
{
	struct accept_watch_report *report = &sights->report;
	uint32_t gone = 0;
	for (size_t i = 0; i < sights->count; i++)
		gone += sights->list[i].look != report->looks;
	if (gone > report->gone)
		report->gone = gone;
}

static void longest_tell(struct accept_sights *sights, const struct accept_queues *queues)
{
	struct accept_watch_report *report = &sights->report;
	const struct accept_sight *sight = sight_find(sights, &report->longest);
	report->beside = report->beside_waiting = 0;
	for (size_t i = 0; i < queues->count; i++) {
		const struct accept_queue *queue = &queues->list[i];
		if (!address_equals(&queue->address, &report->longest.address))
			continue;
		report->beside++;
		report->beside_waiting += queue->waiting > 0;
	}
	report->untouched_since_ns = sight && report->longest.waiting > 0 ? sight->since_ns : 0;
}

static void all_wait_see(struct accept_sights *sights, uint64_t at_ns)
{
	struct accept_watch_report *report = &sights->report;
	bool all_wait = report->looks > 1 && report->load_over_ns == 0 && report->beside > 0 &&
			report->beside == report->at_once &&
			report->beside_waiting == report->beside;
	if (!all_wait || sights->all_wait_ns == 0)
		sights->all_wait_ns = all_wait ? at_ns : 0;
	if (!all_wait ||
		at_ns - sights->all_wait_ns < report->all_wait_until_ns - report->all_wait_since_ns)
		return;
	report->all_wait_since_ns = sights->all_wait_ns;
	report->all_wait_until_ns = at_ns;
}

void accept_sights_see(
	struct accept_sights *sights, const struct accept_queues *queues, uint64_t at_ns)
{
	sights->report.looks++;
	for (size_t i = 0; i < queues->count; i++)
		queue_see(sights, &queues->list[i], at_ns);
	counts_take(sights, queues);
	gone_count(sights);
	longest_tell(sights, queues);
	all_wait_see(sights, at_ns);
}

void accept_sights_load_is_over(struct accept_sights *sights, uint64_t at_ns)
{
	sights->report.load_over_ns = at_ns;
	for (size_t i = 0; i < sights->count; i++)
		sights->list[i].since_ns = at_ns;
}
