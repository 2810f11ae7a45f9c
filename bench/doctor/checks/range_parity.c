/* range-parity: connect(2) tries the ports of one parity first, so it is slow once these are held.
 * Reserved ports, or a range of odd length, can leave few of them. Kernel: __inet_hash_connect
 * (net/ipv4/inet_hashtables.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

/* Of the ports that there are. */
#define SHARE_LEAST 0.4

/* Of a single port none is left out. */
static bool is_odd(const struct port_range *ports)
{
	return ports->high > ports->low && (ports->high - ports->low) % 2 == 0;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	const struct port_range *ports = &space->settings.ports;
	uint32_t count = port_range_count(ports), first = ports->available[0];
	struct word few, all;
	(void)host;
	if (count == 0 || (first >= SHARE_LEAST * count && !is_odd(ports)))
		return;
	if (first < SHARE_LEAST * count) {
		diagnosis_add(diagnosis, LEVEL_NOTICE, 1 - (double)first / count,
			"connect() is slow early: few ports of the first parity");
		diagnosis_line(diagnosis,
			"%s of the %s ports are those that connect() tries first: once they are "
			"held, each connect() tries them in vain",
			word_count(&few, first), word_count(&all, count));
		diagnosis_cure(diagnosis, "reserve as many ports of either parity "
					  "(ip_local_reserved_ports)");
	} else {
		diagnosis_add(
			diagnosis, LEVEL_NOTICE, 0, "the last port of the range is never used");
		diagnosis_line(diagnosis,
			"ip_local_port_range = %u %u has an odd number of ports: connect() leaves "
			"out "
			"%u",
			ports->low, ports->high, ports->high);
		diagnosis_cure(diagnosis, "let the range end at another parity than it begins");
	}
	diagnosis_number(diagnosis, "first_parity_ports", first);
	diagnosis_number(diagnosis, "available", count);
}

extern const struct doctor_check doctor_check_range_parity;
const struct doctor_check doctor_check_range_parity = {
	.id = "range-parity",
	.means =
		"connect() tries the ports of the parity of the range's low end first, and the "
		"others "
		"once these are held. Where ip_local_reserved_ports leaves few of the first, each "
		"connect() takes milliseconds long before the ports run out. A range of odd length "
		"loses its last port.",
	.source = "ip_local_port_range and ip_local_reserved_ports.",
	.cure = "A range of even length, and reserved ports of both parities.",
	.fine = "the port range",
	.can_judge = doctor_check_has_settings,
	.check = check,
};
