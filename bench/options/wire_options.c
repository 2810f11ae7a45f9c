#include "bench/options/wire_options.h"

#include "common/clock.h"
#include "common/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Below it a round trip takes longer than what is waited for a connection to be made. */
#define RTT_MAX_NS (2 * NS_PER_S)
#define RATE_MIN 10000

static int duration_parse(const char *name, const char *text, uint64_t *ns, struct error *error)
{
	if (!text || (options_parse_duration(text, ns) == 0 && *ns <= RTT_MAX_NS))
		return 0;
	return error_set(
		error, STATUS_USAGE, "--%s %s: must be a time such as 20ms, up to 2s", name, text);
}

/* "0.1%" or "0.001". */
static int share_parse(const char *name, const char *text, double *share, struct error *error)
{
	char *end;
	if (!text)
		return 0;
	*share = strtod(text, &end);
	bool good = end != text;
	if (good && *end == '%') {
		*share /= 100;
		end++;
	}
	if (good && *end == '\0' && *share >= 0 && *share <= 1)
		return 0;
	return error_set(error, STATUS_USAGE,
		"--%s %s: must be a share of the frames such as 0.1%%, up to 100%%", name, text);
}

/* "100mbit" and "1gbit", as tc(8) writes them, or "100M". Returns 0 or -1. */
static int bits_parse(const char *text, uint64_t *bits_per_s)
{
	char number[32];
	size_t length = strlen(text);
	if (length > 3 && strcasecmp(text + length - 3, "bit") == 0)
		length -= 3;
	if (length == 0 || length >= sizeof(number))
		return -1;
	memcpy(number, text, length);
	number[length] = '\0';
	if (strchr("mg", number[length - 1]))
		number[length - 1] = (char)toupper(number[length - 1]);
	return options_parse_count(number, bits_per_s);
}

static int rate_parse(const char *text, uint64_t *bits_per_s, struct error *error)
{
	if (!text || (bits_parse(text, bits_per_s) == 0 && *bits_per_s >= RATE_MIN))
		return 0;
	return error_set(error, STATUS_USAGE,
		"--link-rate %s: must be bits a second such as 100Mbit, at least 10kbit", text);
}

static int impairment_parse(struct run_options *options, struct error *error)
{
	struct impairment *impairment = &options->impairment;
	uint64_t rtt_ns = 0;
	if (duration_parse("rtt", options->rtt, &rtt_ns, error) == -1 ||
		duration_parse("jitter", options->jitter, &impairment->jitter_ns, error) == -1 ||
		share_parse("loss", options->loss, &impairment->loss, error) == -1 ||
		share_parse("duplicate", options->duplicate, &impairment->duplicate, error) == -1 ||
		share_parse("reorder", options->reorder, &impairment->reorder, error) == -1 ||
		rate_parse(options->link_rate, &impairment->rate_bits_per_s, error) == -1)
		return -1;
	impairment->delay_ns = rtt_ns / 2;
	if (impairment->jitter_ns > impairment->delay_ns)
		return error_set(error, STATUS_USAGE,
			"--jitter %s: a way takes half of --rtt, more or less by the jitter, which "
			"is at most that half",
			options->jitter);
	if (impairment->reorder > 0 && impairment->delay_ns == 0)
		return error_set(error, STATUS_USAGE,
			"--reorder %s: such frames overtake those that wait for their delay: give "
			"--rtt, too",
			options->reorder);
	return 0;
}

int wire_options_parse(struct run_options *options, bool network_given, struct error *error)
{
	const char *const asked[] = {options->rtt, options->jitter, options->loss,
		options->duplicate, options->reorder, options->link_rate};
	const char *const names[] = {"rtt", "jitter", "loss", "duplicate", "reorder", "link-rate"};
	bool is_wire = strcmp(options->network, "wire") == 0;
	if (!is_wire && strcmp(options->network, "veth") != 0 &&
		strcmp(options->network, "shared") != 0 &&
		strcmp(options->network, "isolated") != 0)
		return error_set(error, STATUS_USAGE,
			"--network %s: must be veth, wire, shared or isolated", options->network);
	for (size_t i = 0; !is_wire && i < sizeof(asked) / sizeof(asked[0]); i++) {
		if (!asked[i])
			continue;
		if (network_given)
			return error_set(error, STATUS_USAGE,
				"--%s is an option of the wire: --network wire", names[i]);
		options->network = "wire";
	}
	options->has_wire = strcmp(options->network, "wire") == 0;
	return impairment_parse(options, error);
}
