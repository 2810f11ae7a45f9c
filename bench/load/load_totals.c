#include "bench/load/load_totals.h"

const char *const load_totals_latency_names[LATENCIES] = {"connect", "response", "close", "total",
	"handshake", "start", "total_uncorrected", "total_corrected"};

int load_totals_init(struct load_totals *totals)
{
	*totals = (struct load_totals){0};
	for (int i = 0; i < LATENCIES; i++) {
		totals->latencies[i] = histogram_create();
		if (!totals->latencies[i]) {
			load_totals_finish(totals);
			return -1;
		}
	}
	return 0;
}

void load_totals_place(struct load_totals *totals, void *histograms)
{
	*totals = (struct load_totals){0};
	for (size_t i = 0; i < LATENCIES; i++)
		totals->latencies[i] = (void *)((char *)histograms + i * histogram_size());
}

void load_totals_finish(struct load_totals *totals)
{
	for (int i = 0; i < LATENCIES; i++) {
		histogram_destroy(totals->latencies[i]);
		totals->latencies[i] = NULL;
	}
}

void load_totals_count(struct load_totals *totals, enum outcome outcome, uint64_t now_ns)
{
	if (totals->outcomes[outcome]++ == 0)
		totals->first_ns[outcome] = now_ns;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return !a || (b && b < a) ? b : a;
}

uint64_t load_totals_intended(const struct load_totals *totals)
{
	return totals->attempted + totals->asked_again + totals->missed;
}

void load_totals_add_bytes(uint64_t *sum, uint64_t bytes)
{
	*sum = bytes < INT64_MAX - *sum ? *sum + bytes : INT64_MAX;
}

uint64_t load_totals_truncated(const struct load_totals *totals)
{
	uint64_t sum = 0;
	for (int i = 0; i < RESPONSE_FRAMINGS; i++)
		sum += totals->truncated[i];
	return sum;
}

void load_totals_add_surplus(struct load_totals *sum, const struct load_totals *part)
{
	sum->surplus_responses += part->surplus_responses;
	load_totals_add_bytes(&sum->surplus_bytes, part->surplus_bytes);
	sum->surplus_ns = earlier(sum->surplus_ns, part->surplus_ns);
}

void load_totals_add_closed_late(struct load_totals *sum, const struct load_totals *part)
{
	if (part->closed_late_most_ns > sum->closed_late_most_ns)
		sum->closed_late_most_ns = part->closed_late_most_ns;
	sum->closed_late_ns = earlier(sum->closed_late_ns, part->closed_late_ns);
	sum->closed_late += part->closed_late;
}

void load_totals_add_unanswered(struct load_totals *sum, const struct load_totals *part)
{
	if (part->kept_unanswered == 0)
		return;
	if (sum->kept_unanswered == 0 || part->kept_idle_least_ns < sum->kept_idle_least_ns)
		sum->kept_idle_least_ns = part->kept_idle_least_ns;
	if (part->kept_idle_most_ns > sum->kept_idle_most_ns)
		sum->kept_idle_most_ns = part->kept_idle_most_ns;
	sum->kept_unanswered_ns = earlier(sum->kept_unanswered_ns, part->kept_unanswered_ns);
	sum->kept_unanswered += part->kept_unanswered;
	sum->kept_connections += part->kept_connections;
	sum->kept_announced += part->kept_announced;
}

void load_unanswered_add(struct load_unanswered *sum, const struct load_unanswered *part)
{
	if (part->connections == 0)
		return;
	if (sum->connections == 0 || part->least_ns < sum->least_ns)
		sum->least_ns = part->least_ns;
	if (part->most_ns > sum->most_ns)
		sum->most_ns = part->most_ns;
	if (part->last_ns > sum->last_ns)
		sum->last_ns = part->last_ns;
	sum->first_ns = earlier(sum->first_ns, part->first_ns);
	sum->first_requests += part->first_requests;
	sum->announced += part->announced;
	sum->connections += part->connections;
}

static void bytes_add(struct load_totals *sum, const struct load_totals *part)
{
	load_totals_add_bytes(&sum->sent_bytes, part->sent_bytes);
	load_totals_add_bytes(&sum->bytes_promised, part->bytes_promised);
	load_totals_add_bytes(&sum->bytes_received, part->bytes_received);
}

void load_totals_add(struct load_totals *sum, const struct load_totals *part)
{
	sum->attempted += part->attempted;
	for (int i = 0; i < OUTCOMES; i++) {
		sum->outcomes[i] += part->outcomes[i];
		sum->first_ns[i] = earlier(sum->first_ns[i], part->first_ns[i]);
	}
	for (int i = 0; i < LOAD_TOTALS_ERRNO_MAX; i++)
		sum->connect_errors[i] += part->connect_errors[i];
	sum->no_port_ns = earlier(sum->no_port_ns, part->no_port_ns);
	sum->established += part->established;
	sum->exchanges += part->exchanges;
	bytes_add(sum, part);
	for (int i = 0; i < RESPONSE_FRAMINGS; i++)
		sum->truncated[i] += part->truncated[i];
	sum->truncated_by_reset += part->truncated_by_reset;
	sum->truncated_ns = earlier(sum->truncated_ns, part->truncated_ns);
	sum->unconnected += part->unconnected;
	sum->part_answered += part->part_answered;
	sum->unclosed += part->unclosed;
	sum->unclosed_ns = earlier(sum->unclosed_ns, part->unclosed_ns);
	load_totals_add_surplus(sum, part);
	load_totals_add_closed_late(sum, part);
	load_totals_add_unanswered(sum, part);
	load_unanswered_add(&sum->unanswered_by_fin, &part->unanswered_by_fin);
	load_unanswered_add(&sum->unanswered_by_deadline, &part->unanswered_by_deadline);
	sum->corrupt += part->corrupt;
	sum->refused += part->refused;
	for (int i = 0; i < RESPONSE_STATUS_MAX; i++)
		sum->refused_by[i] += part->refused_by[i];
	sum->not_http += part->not_http;
	sum->not_http_behind += part->not_http_behind;
	sum->resets_seen += part->resets_seen;
	sum->window_completed += part->window_completed;
	sum->window_exchanges += part->window_exchanges;
	sum->connections_peak += part->connections_peak;
	sum->asked_again += part->asked_again;
	sum->late += part->late;
	sum->starved += part->starved;
	sum->missed += part->missed;
	sum->missed_starved += part->missed_starved;
	for (int i = 0; i < LATENCIES; i++)
		sum->unfinished[i] += part->unfinished[i];
	sum->cpu_ns += part->cpu_ns;
	load_tls_add(&sum->tls, &part->tls);
	for (size_t i = 0; i < EVENTS_MAX; i++)
		event_count_add(&sum->events[i], &part->events[i]);
	ramp_count_add(&sum->ramp, &part->ramp);
	for (int i = 0; i < LATENCIES; i++)
		histogram_add(sum->latencies[i], part->latencies[i]);
}

bool load_totals_balances(const struct load_totals *totals)
{
	uint64_t sum = 0;
	for (int i = 0; i < OUTCOMES; i++)
		sum += totals->outcomes[i];
	return sum == totals->attempted;
}
