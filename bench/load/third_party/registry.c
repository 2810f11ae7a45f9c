#include "bench/load/third_party/loader_kind.h"

#include <math.h>

/* Each file of this folder holds one table. */
#define LOADER_KINDS(X)                                                                            \
	X(wrk)                                                                                     \
	X(ab)                                                                                      \
	X(h2load)                                                                                  \
	X(hey)                                                                                     \
	X(siege)                                                                                   \
	X(k6)                                                                                      \
	X(h1load)

#define DECLARE(name) extern const struct loader_kind loader_kind_##name;
LOADER_KINDS(DECLARE)

#define ADDRESS(name) &loader_kind_##name,
const struct loader_kind *const loader_kinds[] = {LOADER_KINDS(ADDRESS)};
const size_t loader_kind_count = sizeof(loader_kinds) / sizeof(loader_kinds[0]);

const char *const loader_error_names[LOADER_ERRORS] = {
	"connect", "read", "write", "timeout", "other"};
const char *const loader_latency_names[LOADER_LATENCIES] = {
	"mean", "stdev", "max", "p50", "p75", "p90", "p95", "p99"};

static struct loader_said nothing_said(void)
{
	struct loader_said said = {
		.requests = NAN, .requests_per_s = NAN, .non_success = NAN, .promised_bytes = NAN};
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		said.errors[i] = NAN;
	for (size_t i = 0; i < LOADER_LATENCIES; i++)
		said.latency_us[i] = NAN;
	return said;
}

/* Up to here every integer has a double of its own. */
#define COUNT_MAX 9007199254740991.0

static bool is_count(double count)
{
	return isnan(count) || (count >= 0 && count <= COUNT_MAX);
}

/* A number that no loader can have counted makes the whole text one that no loader printed. What is
 * unknown is NAN, and so is a number that was printed as such. */
static bool can_be(const struct loader_said *said)
{
	bool can = is_count(said->requests) && is_count(said->requests_per_s) &&
		   is_count(said->non_success) && is_count(said->promised_bytes);
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		can &= is_count(said->errors[i]);
	for (size_t i = 0; i < LOADER_LATENCIES; i++)
		can &= is_count(said->latency_us[i]);
	return can;
}

/* Of no answer there is no latency, whatever zeros a loader prints. */
static void latencies_check(struct loader_said *said)
{
	for (size_t i = 0; i < LOADER_LATENCIES && said->requests == 0; i++)
		said->latency_us[i] = NAN;
}

const struct loader_kind *loader_kind_read(const char *output, struct loader_said *said)
{
	for (size_t i = 0; i < loader_kind_count; i++) {
		*said = nothing_said();
		if (loader_kinds[i]->read(output, said) != 0 || !can_be(said))
			continue;
		latencies_check(said);
		return loader_kinds[i];
	}
	*said = nothing_said();
	return NULL;
}

double loader_said_errors(const struct loader_said *said)
{
	double sum = 0;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		sum += isnan(said->errors[i]) ? 0 : said->errors[i];
	return sum;
}
