#include "bench/load/tally.h"

const char *const tally_latency_names[LATENCIES] = {
	"connect", "response", "close", "total", "start", "total_uncorrected", "total_corrected"};

int tally_init(struct tally *tally)
{
	*tally = (struct tally){0};
	for (int i = 0; i < LATENCIES; i++) {
		tally->latencies[i] = histogram_create();
		if (!tally->latencies[i]) {
			tally_finish(tally);
			return -1;
		}
	}
	return 0;
}

void tally_finish(struct tally *tally)
{
	for (int i = 0; i < LATENCIES; i++) {
		histogram_destroy(tally->latencies[i]);
		tally->latencies[i] = NULL;
	}
}

void tally_count(struct tally *tally, enum outcome outcome, uint64_t now_ns)
{
	if (tally->outcomes[outcome]++ == 0)
		tally->first_ns[outcome] = now_ns;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return !a || (b && b < a) ? b : a;
}

void tally_add(struct tally *sum, const struct tally *part)
{
	sum->attempted += part->attempted;
	for (int i = 0; i < OUTCOMES; i++) {
		sum->outcomes[i] += part->outcomes[i];
		sum->first_ns[i] = earlier(sum->first_ns[i], part->first_ns[i]);
	}
	for (int i = 0; i < TALLY_ERRNO_MAX; i++)
		sum->connect_errors[i] += part->connect_errors[i];
	sum->established += part->established;
	sum->exchanges += part->exchanges;
	sum->bytes_promised += part->bytes_promised;
	sum->bytes_received += part->bytes_received;
	sum->corrupt += part->corrupt;
	sum->refused += part->refused;
	sum->resets_seen += part->resets_seen;
	sum->window_completed += part->window_completed;
	sum->window_exchanges += part->window_exchanges;
	sum->connections_peak += part->connections_peak;
	sum->late += part->late;
	sum->starved += part->starved;
	sum->missed += part->missed;
	sum->cpu_ns += part->cpu_ns;
	for (int i = 0; i < LATENCIES; i++)
		histogram_add(sum->latencies[i], part->latencies[i]);
}

bool tally_balances(const struct tally *tally)
{
	uint64_t sum = 0;
	for (int i = 0; i < OUTCOMES; i++)
		sum += tally->outcomes[i];
	return sum == tally->attempted;
}
