#include "bench/trial/fleet_meet.h"

#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The process that speaks for this host names the host that is missing before that. */
#define WITHIN_NS (600 * NS_PER_S)
#define NAME_MAX_SIZE 200

static int start_ask(
	const struct trial_spec *spec, struct agreed_start *agreed, struct error *error)
{
	char name[NAME_MAX_SIZE];
	struct fleet_message message = {.text = NULL};
	snprintf(name, sizeof(name), "%s, trial %u", spec->row, spec->repeat);
	int result = fleet_link_send(spec->fleet_fd, FLEET_READY, name, strlen(name), error);
	if (result == 0)
		result = fleet_link_take(spec->fleet_fd, clock_now_ns() + WITHIN_NS,
			spec->interrupted, &message, error);
	if (result == 0 && (message.word != FLEET_START || message.size != sizeof(*agreed)))
		result = error_set(error, STATUS_FAILED, "the fleet does not begin this trial");
	if (result == 0)
		memcpy(agreed, message.text, sizeof(*agreed));
	free(message.text);
	return result;
}

int fleet_meet(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	if (spec->fleet_fd == 0)
		return 0;
	if (start_ask(spec, &trial->agreed, error) == -1)
		return -1;
	struct timespec at = {.tv_sec = (time_t)(trial->agreed.at_ns / NS_PER_S),
		.tv_nsec = (long)(trial->agreed.at_ns % NS_PER_S)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0 &&
		!*spec->interrupted)
		;
	return 0;
}
