/* Rows of a trial: what the kernel counted at both ends, and what a connection cost. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define OF_END(member) .source = FIELD_FROM(FIELD_OF_END, struct end_figures, member)
#define OF_FIGURES(member) .source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, member)

static const char *known_by_word(size_t i)
{
	return time_wait_known_by_words[i];
}

static bool has_destinations(const struct trial *trial)
{
	return trial->server_addresses > 1;
}

static const struct field fields[] = {
	{"trials[].time_wait", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "TIME_WAIT at both ends."},
	{"trials[].time_wait.{end}", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "TIME_WAIT at the {end}."},
	{"trials[].time_wait.{end}.peak", FIELD_COUNT, .better = FIELD_LESS, OF_END(tw_peak),
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most TIME_WAITs at the {end} at one instant: from a census; or from "
			    "sockstat, where that is more, less the orphans in FIN_WAIT_2 that it "
			    "counts as well, and at most as many as were made."},
	{"trials[].time_wait.{end}.end", FIELD_COUNT, .better = FIELD_LESS, OF_END(tw_end),
		.merge = FIELD_SUM,
		.sentence = "TIME_WAITs at the {end} after the trial had settled, from sock_diag."},
	{"trials[].time_wait.{end}.created", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		OF_END(tw_created), .merge = FIELD_SUM,
		.sentence = "TIME_WAITs that came to be at the {end}, without orphans in "
			    "FIN_WAIT_2 that never got the other end's FIN; null where only "
			    "packets could tell and none were seen. A peak says less, since the "
			    "next SYN of a four-tuple reopens one and no counter moves."},
	{"trials[].time_wait.{end}.created_by", FIELD_TEXT, FIELD_OPTIONAL, .word = known_by_word,
		OF_END(tw_created_by), .merge = FIELD_ALIKE,
		.sentence = "How that is known: from the kernel's counters (TW and TWKilled, where "
			    "no reset and nothing still open leaves a doubt), from the packets of "
			    "every connection, as an estimate from those of a share, or not."},
	{"trials[].time_wait.{end}.created_least", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		OF_END(tw_created_least), .merge = FIELD_SUM,
		.sentence = "The least that the kernel's counters allow."},
	{"trials[].time_wait.{end}.created_most", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		OF_END(tw_created_most), .merge = FIELD_SUM,
		.sentence = "The most that the kernel's counters allow: TW and TWKilled, less the "
			    "orphans that still wait in FIN_WAIT_2."},
	{"trials[].time_wait.{end}.per_connection", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		FIELD_HUNDREDTHS, .metric = "{end}_time_wait_per_connection",
		OF_END(tw_per_connection), .merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "TIME_WAITs at the {end} that came to be for each connection opened."},
	{"trials[].time_wait.{end}.disagreement", FIELD_COUNT, .better = FIELD_LESS,
		OF_END(tw_disagreement), .merge = FIELD_MOST,
		.sentence =
			"Most by which sock_diag and sockstat differed at the {end}, on TIME_WAITs "
			"and the orphans in FIN_WAIT_2 that the kernel keeps as such."},
	{"trials[].fin_wait2", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "FIN_WAIT_2 at both ends."},
	{"trials[].fin_wait2.{end}", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "FIN_WAIT_2 at the {end}."},
	{"trials[].fin_wait2.{end}.peak", FIELD_COUNT, .better = FIELD_LESS, OF_END(fin_wait2_peak),
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most FIN_WAIT_2 at the {end} that a census by sock_diag found at one "
			    "instant."},
	{"trials[].fin_wait2.{end}.end", FIELD_COUNT, .better = FIELD_LESS, OF_END(fin_wait2_end),
		.merge = FIELD_SUM,
		.sentence = "FIN_WAIT_2 at the {end} after the trial had settled."},
	{"trials[].fin_wait2.{end}.unfinished", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		OF_END(fin_wait2_unfinished), .merge = FIELD_SUM,
		.sentence = "Orphans in FIN_WAIT_2 at the {end} that are gone and never were a "
			    "TIME_WAIT; null where it is not known how many."},
	{"trials[].fin_wait2.{end}.expired", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		OF_END(fin_wait2_expired), .merge = FIELD_SUM,
		.sentence = "Of these, those whose time (tcp_fin_timeout, TCP_LINGER2) was over "
			    "before the other end's FIN came."},
	{"trials[].fin_wait2.{end}.killed", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		OF_END(fin_wait2_killed), .merge = FIELD_SUM,
		.sentence = "Of these, those that data or a RST of the other end killed."},
	{"trials[].states", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "Sockets of connections that are not over, by state, from sock_diag: "
			    "_owned are held by a process, _orphaned by the kernel alone, "
			    "_unaccepted were never accepted; orphaned are those in FIN_WAIT_1, "
			    "FIN_WAIT_2, CLOSING and LAST_ACK that no process holds."},
	{"trials[].states.{end}", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "Sockets of the {end}."},
	{"trials[].states.{end}.peak", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "Most sockets of the {end} in one state that a census found at one "
			    "instant; a state that none was in is left out."},
	{"trials[].states.{end}.peak.{state}", FIELD_COUNT, FIELD_OPTIONAL, .better = FIELD_LESS,
		.absent_is_zero = true, .merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most of the {end}'s sockets in {state} at one instant."},
	{"trials[].states.{end}.end", FIELD_OBJECT, FIELD_OPTIONAL, .known = trial_is_ended,
		.merge = FIELD_PARTS,
		.sentence = "Sockets of the {end} in each state after the trial had settled; a "
			    "state that none was in is left out."},
	{"trials[].states.{end}.end.{state}", FIELD_COUNT, FIELD_OPTIONAL, .better = FIELD_LESS,
		.absent_is_zero = true, .merge = FIELD_SUM,
		.sentence = "The {end}'s sockets in {state} after the trial had settled."},
	{"trials[].still_open", FIELD_OBJECT, FIELD_OPTIONAL, .known = trial_is_ended,
		.merge = FIELD_PARTS,
		.sentence = "What of the load was not over after the trial had settled."},
	{"trials[].still_open.connections", FIELD_COUNT, .better = FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, still_open.connections),
		.merge = FIELD_SUM,
		.sentence = "Connections of which an end has a socket in another state than "
			    "TIME_WAIT; both ends count once."},
	{"trials[].still_open.server_close_wait_ms", FIELD_COUNT, .better = FIELD_LESS,
		.unit = "ms",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, still_open.server_close_wait_ms),
		.merge = FIELD_MOST,
		.sentence = "How long the oldest socket of the server in CLOSE_WAIT has had the "
			    "client's FIN; 0 where none waits."},
	{"trials[].still_open.client_close_wait_ms", FIELD_COUNT, .better = FIELD_LESS,
		.unit = "ms",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, still_open.client_close_wait_ms),
		.merge = FIELD_MOST,
		.sentence = "How long the oldest socket of the client in CLOSE_WAIT has had the "
			    "server's FIN; 0 where none waits."},
	{"trials[].close_watch", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "Threads of the server that were seen asleep in close(2), as /proc "
			    "tells; a look is at 64 of them at most, and at other ones in turn."},
	{"trials[].close_watch.looks", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.close_watch.looks),
		.merge = FIELD_SUM,
		.sentence = "How often they were looked at; 0 where /proc does not tell."},
	{"trials[].close_watch.threads", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.close_watch.threads),
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most threads that the server's processes had at one look."},
	{"trials[].close_watch.blocked", FIELD_COUNT, .better = FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.close_watch.blocked),
		.merge = FIELD_SUM,
		.sentence = "Calls of close(2) that two looks, 10 ms or more apart, found a thread "
			    "asleep in that had not run in between: at least as many blocked."},
	{"trials[].close_watch.at_once", FIELD_COUNT, .better = FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.close_watch.at_once),
		.merge = FIELD_SUM_OF_PEAKS, .sentence = "Most of them at one look."},
	{"trials[].close_watch.longest_ms", FIELD_COUNT, .better = FIELD_LESS, .unit = "ms",
		.source =
			FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.close_watch.longest_ms),
		.merge = FIELD_MOST,
		.sentence = "Longest time from the first look at one of them to the last: it took "
			    "at least as long."},
	{"trials[].accept_queue", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "The accept queues of the listeners that the load reaches, by "
			    "sock_diag; what ended while it waited is in them, too."},
	{"trials[].accept_queue.looks", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.accept_watch.looks),
		.merge = FIELD_SUM, .sentence = "How often they were looked at."},
	{"trials[].accept_queue.listeners", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.accept_watch.ever),
		.merge = FIELD_SUM,
		.sentence = "Sockets that listened at one address and port, one behind the other "
			    "or at once (SO_REUSEPORT): as many as a look found."},
	{"trials[].accept_queue.listeners_at_once", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.accept_watch.at_once),
		.merge = FIELD_SUM_OF_PEAKS, .sentence = "Most of them at one look."},
	{"trials[].accept_queue.peak", FIELD_COUNT, .better = FIELD_LESS,
		.source = FIELD_FROM(
			FIELD_OF_TRIAL, struct trial, server_end.accept_watch.waiting_peak),
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most connections that waited at one look, in all queues."},
	{"trials[].accept_queue.wait_ms", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS, .unit = "ms",
		OF_FIGURES(accept_wait_ms), .merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "Mean time that a connection waited there: the mean number that "
			    "waited, times the load's length, divided by the connections opened "
			    "(Little's law); left out where few looks were taken."},
	{"trials[].accept_queue.end", FIELD_COUNT, FIELD_OPTIONAL, .better = FIELD_LESS,
		.known = trial_is_ended,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.accept_watch.waiting),
		.merge = FIELD_SUM,
		.sentence = "Connections that waited after the trial had settled."},
	{"trials[].ports", FIELD_OBJECT, .merge = FIELD_PARTS, .sentence = "The client's ports."},
	{"trials[].ports.available", FIELD_COUNT, .unit = "ports", OF_FIGURES(ports_available),
		.merge = FIELD_SUM,
		.sentence = "Ports of the range that was in force, times source addresses, times "
			    "`destinations`."},
	{"trials[].ports.destinations", FIELD_COUNT, FIELD_OPTIONAL, .known = has_destinations,
		OF_FIGURES(ports_destinations), .merge = FIELD_ALIKE,
		.sentence = "Behind a proxy, of an upstream that has several addresses "
			    "(--upstreams): to how many of them connections went."},
	{"trials[].ports.own", FIELD_COUNT, FIELD_OPTIONAL, .unit = "ports", OF_FIGURES(ports_own),
		.merge = FIELD_SUM,
		.sentence = "Ports that a third-party loader takes in turn of its own choice, by "
			    "bind(2), as its SYNs show; 0: connect(2) chooses."},
	{"trials[].ports.peak_in_use", FIELD_COUNT, .better = FIELD_LESS, .unit = "ports",
		.metric = "ports_peak_in_use", OF_FIGURES(ports_peak), .merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most distinct client ports in any state, TIME_WAIT included, that a "
			    "census by sock_diag found."},
	{"trials[].ports.held_share", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS, FIELD_PERCENT,
		.unit = "share", .heading = "ports|held", OF_FIGURES(ports_held_share),
		.merge = FIELD_MEAN, .weight = "ports.available",
		.sentence = "ports.peak_in_use / ports.available."},
	{"trials[].ports.in_use_at_end", FIELD_COUNT, .better = FIELD_LESS, .unit = "ports",
		OF_FIGURES(ports_end), .merge = FIELD_SUM,
		.sentence = "Distinct client ports in any state after the trial had settled."},
	{"trials[].runway", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "How long the client's ports last, where its connections leave "
			    "TIME_WAITs there that hold them; of all that a longer trial at the "
			    "same rate would show."},
	{"trials[].runway.ports", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "ports",
		OF_FIGURES(runway.ports), .merge = FIELD_SUM,
		.sentence = "Ports that there are: ports.available."},
	{"trials[].runway.rate_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "1/s",
		OF_FIGURES(runway.rate_per_s), .merge = FIELD_SUM,
		.sentence = "Connections a second of the trial; where connect(2) found no port, "
			    "those until then."},
	{"trials[].runway.held_after_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s",
		OF_FIGURES(runway.held_after_s), .merge = FIELD_LEAST,
		.sentence = "When all ports are held at that rate; left out where the first "
			    "TIME_WAITs are gone by then."},
	{"trials[].runway.lasts_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "1/s",
		OF_FIGURES(runway.lasts_per_s), .merge = FIELD_LEAST_SHARE,
		.weight = "runway.rate_per_s",
		.sentence = "Connections a second that the ports are enough for: ports / the time "
			    "for which a connection holds its port, which is the longest life of a "
			    "TIME_WAIT, or the delay of its reuse, and how long it was open."},
	{"trials[].runway.slow_from_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "1/s",
		OF_FIGURES(runway.slow_from_per_s), .merge = FIELD_LEAST_SHARE,
		.weight = "runway.rate_per_s",
		.sentence = "From which rate on connect(2) slows down (port-parity-cliff); left "
			    "out where it does not choose the port by parity."},
	{"trials[].segments_per_connection", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS, FIELD_TENTHS,
		.metric = "segments_per_connection", .heading = "seg-|ments|/conn",
		OF_FIGURES(segments_per_connection), .merge = FIELD_MEAN,
		.weight = "connections.opened",
		.sentence = "TCP segments that both ends sent for each connection, those sent "
			    "again included, from OutSegs and RetransSegs."},
	{"trials[].resets_per_connection", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		FIELD_HUNDREDTHS, .metric = "resets_per_connection", .heading = "RST|sent|/conn",
		OF_FIGURES(resets_per_connection), .merge = FIELD_MEAN,
		.weight = "connections.opened",
		.sentence = "Resets that both ends sent for each connection, from OutRsts."},
	{"trials[].cpu_us_per_connection", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "Processor time a connection. Over veth a segment is received in the "
			    "sender's context, so the ends are not wholly apart."},
	{"trials[].cpu_us_per_connection.server", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		FIELD_TENTHS, .unit = "us", .metric = "server_cpu_us_per_connection",
		OF_FIGURES(server_cpu_us), .merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "Processor time of the server's process, and of its children, for each "
			    "connection."},
	{"trials[].cpu_us_per_connection.client", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		FIELD_TENTHS, .unit = "us", .metric = "client_cpu_us_per_connection",
		OF_FIGURES(client_cpu_us), .merge = FIELD_MEAN, .weight = "connections.attempted",
		.sentence = "Processor time of the loader's threads, or of a third-party loader's "
			    "processes, for each connection attempted."},
	{"trials[].server_memory", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "The server's resident memory."},
	{"trials[].server_memory.rss_bytes", FIELD_COUNT, .better = FIELD_LESS, .unit = "bytes",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server_end.rss_peak),
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most resident memory that the server had."},
	{"trials[].server_memory.bytes_per_connection", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		.unit = "bytes", OF_FIGURES(server_bytes_per_connection), .merge = FIELD_LEFT_OUT,
		.sentence = "Resident memory that the server gained during the trial, for each "
			    "connection that was open at once."},
	{"trials[].counters", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "What the kernel counted during the trial, by nstat(8)'s names."},
	{"trials[].counters.{end}", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "Counters of the {end}'s namespace."},
	{"trials[].counters.{end}.{counter}", FIELD_COUNT, .merge = FIELD_SUM,
		.sentence = "How much {counter} rose at the {end}."},
	{"trials[].sysctls", FIELD_OBJECT, .merge = FIELD_SAME,
		.sentence = "Settings as they were read back."},
	{"trials[].sysctls.{end}", FIELD_OBJECT, .merge = FIELD_SAME,
		.sentence = "Settings of the {end}'s namespace."},
	{"trials[].sysctls.{end}.{setting}", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_SAME,
		.sentence = "The value of the sysctl that the key names."},
	{"trials[].sysctls.nat", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_SAME,
		.sentence = "Settings of the namespace of the NAT between the ends."},
	{"trials[].sysctls.nat.{setting}", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_SAME,
		.sentence = "The value of the sysctl that the key names."},
	{"trials[].samples_missed", FIELD_COUNT, .better = FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, samples_missed),
		.merge = FIELD_SUM, .sentence = "Samples that were due and not taken in time."},
	{"trials[].sampler_cost_ms", FIELD_NUMBER, .better = FIELD_LESS, .unit = "ms",
		.merge = FIELD_SUM, .sentence = "Processor time of the sampler itself."},
};

const struct field_group field_group_kernel = {
	"What the kernel counted", fields, sizeof(fields) / sizeof(fields[0])};
