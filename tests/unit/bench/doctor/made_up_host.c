#include "tests/unit/bench/doctor/made_up_host.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void made_up_host_init(struct made_up_host *made)
{
	memset(made, 0, sizeof(*made));
	memset(&made->space.settings, 0xff, sizeof(made->space.settings));
	port_range_read(&made->space.settings.ports, "40000 41999", "");
	made->space.settings.tw_reuse = 2;
	made->space.settings.tw_reuse_delay_ms = 1000;
	made->space.settings.timestamps = 1;
	made->space.settings.fin_timeout = 60;
	made->space.settings.rfc1337 = 0;
	made->space.settings.max_tw_buckets = 131072;
	made->space.settings.somaxconn = 4096;
	made->space.settings.max_orphans = 131072;
	snprintf(made->space.name, sizeof(made->space.name), "host");
	made->pair.port = 80;
	inet_pton(AF_INET, "10.0.0.1", made->pair.source.words);
	inet_pton(AF_INET, "10.0.0.2", made->pair.destination.words);
	made->pair.ending = made->ending;
	made->space.pairs = &made->pair;
	made->space.pair_count = 1;
	made->space.was_walked = true;
	made->space.listeners = made->listeners;
	made->space.groups = made->groups;
	made->host.namespaces = &made->space;
	made->host.namespace_count = made->host.walked_count = 1;
	made->host.old_s = 60;
	made->host.life = time_wait_life_of(250);
}

void made_up_host_closes(struct made_up_host *made, double per_s, double for_s)
{
	struct doctor_pair *pair = &made->pair;
	for (double left = round(per_s * for_s) - 1; left >= 0; left--) {
		double age_s = (left + 0.5) / per_s;
		unsigned parity = pair->held[0] >= made->space.settings.ports.available[0];
		uint32_t age_ms = (uint32_t)(age_s * 1000);
		if (age_s > 60 || pair->held[1] >= made->space.settings.ports.available[1])
			continue;
		pair->time_wait++;
		pair->held[parity]++;
		pair->held_young[parity] += age_s < 1;
		for (size_t i = 0; i < DOCTOR_WINDOWS; i++)
			pair->made[i] += age_s < doctor_windows_s[i];
		pair->oldest_ms[parity] =
			age_ms > pair->oldest_ms[parity] ? age_ms : pair->oldest_ms[parity];
		made->ending[(size_t)(61 - age_s)][parity]++;
	}
}

struct doctor_listener *made_up_host_listens(
	struct made_up_host *made, uint32_t waiting, uint32_t backlog, uint64_t drops)
{
	struct doctor_listener *listener = &made->listeners[made->space.listener_count++];
	*listener =
		(struct doctor_listener){.waiting = waiting, .backlog = backlog, .drops = drops};
	address_parse("0.0.0.0:8080", &listener->address);
	return listener;
}

struct doctor_group *made_up_host_groups(
	struct made_up_host *made, unsigned state, uint32_t count, double oldest_s)
{
	struct doctor_group *group = &made->groups[made->space.group_count++];
	*group = (struct doctor_group){.state = state,
		.count = count,
		.place.port = 9200,
		.oldest_ms = (uint64_t)(oldest_s * 1000)};
	inet_pton(AF_INET, "10.9.3.8", group->place.address);
	return group;
}
