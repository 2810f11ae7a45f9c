#include "bench/options/fleet_share.h"

#include "bench/options/options.h"

#include <inttypes.h>
#include <stddef.h>

/* The first ones do one more where it does not divide. */
static int share(uint64_t *of, const char *option, struct fleet_share fleet, struct error *error)
{
	if (*of > 0 && *of < fleet.hosts)
		return error_set(error, STATUS_USAGE,
			"--%s %" PRIu64 ": each of %" PRIu32 " hosts has to have a share of it",
			option, *of, fleet.hosts);
	*of = *of / fleet.hosts + (fleet.rank < *of % fleet.hosts);
	return 0;
}

static int refuse(const struct run_options *options, struct error *error)
{
	const struct {
		const char *option;
		bool given;
	} alone[] = {
		{"twins", options->twins},
		{"ladders", options->ladders},
		{"ramp", options->ramp},
		{"sweep", options->sweep},
		{"hgrm", options->hgrm},
	};
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (alone[i].given)
			return error_set(error, STATUS_USAGE,
				"--%s: a fleet cannot do that; teardown run can", alone[i].option);
	return 0;
}

int fleet_share_take(
	struct run_options *options, uint32_t rank, uint32_t hosts, struct error *error)
{
	options->fleet = (struct fleet_share){rank, hosts};
	if (refuse(options, error) == -1 ||
		share(&options->rate, "rate", options->fleet, error) == -1 ||
		share(&options->request_rate, "request-rate", options->fleet, error) == -1)
		return -1;
	return share(&options->total, "total", options->fleet, error);
}
