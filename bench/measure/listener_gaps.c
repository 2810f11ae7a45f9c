#include "bench/measure/listener_gaps.h"

static bool is_among(uint32_t inode, const struct accept_queues *queues)
{
	for (size_t i = 0; i < queues->count; i++)
		if (queues->list[i].inode == inode)
			return true;
	return false;
}

static bool one_stayed(const struct listener_gaps *gaps, const struct accept_queues *now)
{
	for (size_t i = 0; i < gaps->latest_count; i++)
		if (is_among(gaps->latest[i], now))
			return true;
	return false;
}

static void latest_keep(
	struct listener_gaps *gaps, const struct accept_queues *queues, uint64_t at_ns)
{
	gaps->latest_ns = at_ns;
	gaps->latest_count = queues->count;
	for (size_t i = 0; i < queues->count; i++)
		gaps->latest[i] = queues->list[i].inode;
}

/* The gap that no look has ended yet. */
static struct listener_gap *gap_open(struct listener_gaps *gaps)
{
	struct listener_gap *last = gaps->count > 0 ? &gaps->list[gaps->count - 1] : NULL;
	return last && last->until_ns == 0 ? last : NULL;
}

static struct listener_gap *gap_begin(struct listener_gaps *gaps)
{
	if (gaps->count == LISTENER_GAPS_MAX)
		return NULL;
	struct listener_gap *gap = &gaps->list[gaps->count++];
	*gap = (struct listener_gap){.from_ns = gaps->latest_ns, .inode = gaps->latest[0]};
	return gap;
}

static bool none_see(struct listener_gaps *gaps, uint64_t at_ns)
{
	struct listener_gap *gap = gap_open(gaps);
	bool begins = !gap;
	if (!gap && !(gap = gap_begin(gaps)))
		return false;
	gap->gone_ns = gap->gone_ns == 0 ? at_ns : gap->gone_ns;
	gap->last_ns = at_ns;
	return begins;
}

bool listener_gaps_see(struct listener_gaps *gaps, const struct accept_queues *queues,
	uint64_t began_ns, uint64_t ended_ns)
{
	if (gaps->is_over || (gaps->latest_count == 0 && queues->count == 0))
		return false;
	if (queues->count == 0)
		return none_see(gaps, began_ns);
	struct listener_gap *gap = gap_open(gaps);
	bool begins = !gap && gaps->latest_count > 0 && !one_stayed(gaps, queues);
	if (begins)
		gap = gap_begin(gaps);
	if (gap)
		gap->until_ns = ended_ns;
	latest_keep(gaps, queues, began_ns);
	return begins && gap;
}

void listener_gaps_load_is_over(struct listener_gaps *gaps)
{
	gaps->is_over = true;
}

uint64_t listener_gap_end_ns(const struct listener_gap *gap, uint64_t load_over_ns)
{
	return gap->until_ns > 0 ? gap->until_ns : load_over_ns;
}
