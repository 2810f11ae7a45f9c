#include "bench/nat/nat.h"

#include "bench/network/link.h"
#include "bench/network/netns.h"
#include "bench/process/process.h"
#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/printable.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NFT_WITHIN_NS (30 * NS_PER_S)
#define NFT_TURN_NS (NS_PER_MS / 2)
#define PATH_SIZE 512
#define RULES_SIZE 400

/* PATH, and where Debian has programs that a user's PATH often leaves out. Returns false where it
 * is nowhere. */
static bool nft_find(char path[PATH_SIZE])
{
	const char *own = getenv("PATH");
	char *folders = NULL, *rest = NULL;
	bool found = false;
	if (asprintf(&folders, "%s:/usr/sbin:/sbin", own ? own : "") == -1)
		return false;
	for (char *folder = strtok_r(folders, ":", &rest); folder && !found;
		folder = strtok_r(NULL, ":", &rest)) {
		int length = snprintf(path, PATH_SIZE, "%s/nft", folder);
		found = length < PATH_SIZE && access(path, X_OK) == 0;
	}
	free(folders);
	return found;
}

static int nft_await(struct process *nft, struct error *error)
{
	uint64_t give_up_ns = clock_now_ns() + NFT_WITHIN_NS;
	char end[300];
	while (process_poll(nft)) {
		if (clock_now_ns() > give_up_ns)
			return error_set(
				error, STATUS_HOST_CANNOT, "--nat: nft (of nftables) does not end");
		clock_pause(NFT_TURN_NS);
	}
	if (process_exit_status(nft) == 0)
		return 0;
	/* What is wrong stands on its first line; pictures of the rule follow. */
	bounded_text_write(end, sizeof(end), "%.*s", (int)strcspn(nft->output, "\n"), nft->output);
	printable_clean(end, PRINTABLE_ONE_LINE);
	return error_set(error, STATUS_HOST_CANNOT,
		"--nat: nft (of nftables) cannot set a rule of masquerade here: %s", end);
}

static int rules_set(int netns_fd, const struct nat_spec *spec, struct error *error)
{
	char path[PATH_SIZE], rules[RULES_SIZE];
	if (!nft_find(path))
		return error_set(error, STATUS_HOST_CANNOT,
			"--nat: there is no program \"nft\" in PATH, /usr/sbin or /sbin (package "
			"nftables)");
	snprintf(rules, sizeof(rules),
		"table ip teardown { chain out { type nat hook postrouting priority 100; "
		"oifname \"" LINK_TO_SERVER "\" meta l4proto tcp masquerade to :%u-%u; }; }",
		(unsigned)spec->port_low, (unsigned)spec->port_high);
	char *argv[] = {path, rules, NULL};
	struct process nft = {.output_fd = -1};
	const struct process_spec program = {.netns_fd = netns_fd, .argv = argv};
	int result = process_start(&nft, &program, error);
	if (result == 0)
		result = nft_await(&nft, error);
	process_stop(&nft, 0);
	return result;
}

int nat_try(struct error *error)
{
	const struct nat_spec any = {NAT_PORT_LOW, NAT_PORT_HIGH};
	int netns_fd = netns_create(error);
	if (netns_fd == -1)
		return -1;
	int result = rules_set(netns_fd, &any, error);
	close(netns_fd);
	return result;
}

int nat_open(const struct network *network, const struct nat_spec *spec, struct error *error)
{
	return rules_set(network->middle_netns, spec, error);
}
