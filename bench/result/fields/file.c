/* Rows of the file itself: what was asked for, where it was measured, and the summary. */
#include "bench/result/fields/field.h"

static const char *const schema_words[] = {"teardown-run/1", NULL};

static const char *const who_words[] = {"none", "server", "client", "both", NULL};
static const char *const end_words[] = {"server", "client", NULL};
static const char *const loss_words[] = {"tail", "old-segments", NULL};
static const char *const source_words[] = {"kernel", "range", "bind", NULL};

static const struct field fields[] = {
	{"schema", FIELD_TEXT, .words = schema_words,
		.sentence = "Name and version of this format; another number is another format."},
	{"version", FIELD_TEXT, .sentence = "Version of the teardown that wrote the file."},
	{"started", FIELD_TEXT, FIELD_OPTIONAL,
		.sentence = "When the run began, in UTC: 2026-11-26T23:07:16Z."},
	{"host", FIELD_OBJECT, .sentence = "The machine that it was measured on."},
	{"host.name", FIELD_TEXT, FIELD_OPTIONAL,
		.sentence = "The host's name, as gethostname(2) says it."},
	{"host.kernel", FIELD_TEXT, .sentence = "The kernel's release, as uname -r says it."},
	{"host.cpu_model", FIELD_TEXT,
		.sentence = "Model of the first processor, from /proc/cpuinfo."},
	{"host.cpus", FIELD_ORDINAL, .sentence = "Processors online."},
	{"host.memory_bytes", FIELD_COUNT, .unit = "bytes",
		.sentence = "The machine's memory, from sysinfo(2)."},
	{"host.rlimit_nofile", FIELD_INTEGER,
		.sentence = "Hard limit of open descriptors; -1 where there is none."},
	{"host.root", FIELD_FLAG, .sentence = "Whether the run was started as root."},
	{"host.time_wait_life", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "How long a TIME_WAIT of this kernel lives; files of before 0.1.0 have "
			    "none."},
	{"host.time_wait_life.hz", FIELD_ORDINAL, FIELD_NULLABLE, .unit = "1/s",
		.sentence = "The kernel's HZ, which decides the tick; null where it is not known, "
			    "and the rest is that of HZ 100."},
	{"host.time_wait_life.least_s", FIELD_NUMBER, .unit = "s",
		.sentence = "The least that one lives."},
	{"host.time_wait_life.mean_s", FIELD_NUMBER, .unit = "s",
		.sentence = "What one lives in the mean: what a gauge is expected to hold is the "
			    "rate times this."},
	{"host.time_wait_life.most_s", FIELD_NUMBER, .unit = "s",
		.sentence =
			"The most that one lives: the rate that lasts is ports divided by this."},
	{"host.time_wait_life.source", FIELD_TEXT, .sentence = "Where these come from."},
	{"network", FIELD_OBJECT, .sentence = "The private network of each trial."},
	{"network.kind", FIELD_TEXT,
		.sentence = "How the two namespaces are joined: by a pair of links (veth-pair), "
			    "by a wire that relays each frame (wire), or by a host that translates "
			    "addresses (nat)."},
	{"network.wire", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "What that wire does to the frames of each direction; left out where "
			    "there is none."},
	{"network.wire.delay_ms", FIELD_NUMBER, .unit = "ms",
		.sentence = "How long each frame waits: half of --rtt."},
	{"network.wire.jitter_ms", FIELD_NUMBER, .unit = "ms",
		.sentence = "By how much that varies, up and down."},
	{"network.wire.loss", FIELD_NUMBER, .sentence = "The share of frames that are lost."},
	{"network.wire.duplicate", FIELD_NUMBER,
		.sentence = "The share of frames that are sent twice."},
	{"network.wire.reorder", FIELD_NUMBER, .sentence = "The share of frames that do not wait."},
	{"network.wire.rate_bits_per_s", FIELD_COUNT, .unit = "bit/s",
		.sentence = "What the wire carries at most; 0: what the machine can."},
	{"network.wire.capacity_bits_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "bit/s",
		.sentence = "What one connection carried over such a wire without delay and loss, "
			    "tried on this machine before the first trial."},
	{"network.wire.capacity_frames_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "1/s",
		.sentence = "The frames of both directions that this was."},
	{"network.nat", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "The NAT between the ends; left out where there is none."},
	{"network.nat.address", FIELD_TEXT,
		.sentence = "The address that the server sees instead of the client's."},
	{"network.nat.port_range", FIELD_LIST,
		.sentence = "The ports that it gives to connections: lowest, highest."},
	{"network.nat.port_range[]", FIELD_ORDINAL, .sentence = "A port."},
	{"network.client_addresses", FIELD_ORDINAL,
		.sentence = "Source addresses that the client had."},
	{"network.port_range", FIELD_LIST,
		.sentence = "The client's ephemeral ports that were asked for: lowest, highest."},
	{"network.port_range[]", FIELD_ORDINAL, .sentence = "A port."},
	{"network.sysctls", FIELD_OBJECT,
		.sentence = "Settings that all trials share, as they were read back."},
	{"network.sysctls.{end}", FIELD_OBJECT, .sentence = "Settings of the {end}'s namespace."},
	{"network.sysctls.{end}.{setting}", FIELD_TEXT, FIELD_OPTIONAL,
		.sentence = "The value of the sysctl that the key names."},
	{"network.sysctls.nat", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "Settings of the namespace of the NAT between the ends."},
	{"network.sysctls.nat.{setting}", FIELD_TEXT, FIELD_OPTIONAL,
		.sentence = "The value of the sysctl that the key names."},
	{"options", FIELD_OBJECT,
		.sentence = "The effective options by their long names, defaults included."},
	{"options.{option}", FIELD_VALUE, FIELD_OPTIONAL,
		.sentence = "The value of the option that the key names; an option that can be "
			    "given again and again is a list."},
	{"command_line", FIELD_TEXT, .sentence = "The effective options as one command line."},
	{"strategies", FIELD_LIST,
		.sentence = "What was compared, a row each, in the order asked for."},
	{"strategies[]", FIELD_TEXT, .sentence = "A strategy, or the name of a server command."},
	{"factor", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "The option that took several values (--matrix, --sweep): strategies[] "
			    "then has a row for each strategy at each level, STRATEGY:LEVEL; left "
			    "out where each option had one."},
	{"factor.option", FIELD_TEXT, .sentence = "Its long name."},
	{"factor.strategies", FIELD_LIST, .sentence = "The strategies, in the order asked for."},
	{"factor.strategies[]", FIELD_TEXT,
		.sentence = "A strategy, or the name of a server command."},
	{"factor.levels", FIELD_LIST, .sentence = "Its levels, in their order."},
	{"factor.levels[]", FIELD_TEXT,
		.sentence = "A client behaviour, OPTION@VALUE, or IPv4 and IPv6."},
	{"declared", FIELD_LIST, FIELD_OPTIONAL,
		.sentence = "What the strategy of each row says of itself; empty of a third-party "
			    "server."},
	{"declared[]", FIELD_OBJECT, .sentence = "One row."},
	{"declared[].strategy", FIELD_TEXT,
		.sentence =
			"The row, as trials[].strategy has it: a strategy, with its level where "
			"the run has a factor."},
	{"declared[].summary", FIELD_TEXT, .sentence = "How it closes, in a sentence."},
	{"declared[].first_closer", FIELD_TEXT, .words = who_words,
		.sentence = "Its claim: the end that sends the first FIN, or RST."},
	{"declared[].holder", FIELD_TEXT, .words = who_words,
		.sentence = "Its claim: the end that is left with TIME_WAIT."},
	{"declared[].is_race", FIELD_FLAG,
		.sentence = "Whether a race decides how often the claims hold."},
	{"declared[].gives_up", FIELD_LIST, .sentence = "What TCP guarantees and it does not."},
	{"declared[].gives_up[]", FIELD_TEXT, .words = loss_words,
		.sentence = "The tail of a response, or protection from segments of an earlier "
			    "connection."},
	{"declared[].source_port", FIELD_TEXT, .words = source_words,
		.sentence = "What chooses the client's ports: connect(2), IP_LOCAL_PORT_RANGE or "
			    "bind(2)."},
	{"declared[].exchanges", FIELD_ORDINAL,
		.sentence = "Exchanges on one connection, unless the options say otherwise."},
	{"declared[].requirements", FIELD_LIST, .sentence = "Settings that must hold."},
	{"declared[].requirements[]", FIELD_OBJECT, .sentence = "One setting of one end."},
	{"declared[].requirements[].end", FIELD_TEXT, .words = end_words,
		.sentence = "The end whose host must have it."},
	{"declared[].requirements[].sysctl", FIELD_TEXT, .sentence = "Its name."},
	{"declared[].requirements[].value", FIELD_TEXT, .sentence = "The value it must have."},
	{"declared[].requirements[].because", FIELD_TEXT, .sentence = "What it is needed for."},
	{"curve_quantiles", FIELD_LIST, FIELD_OPTIONAL,
		.sentence = "The quantiles of each latency's curve."},
	{"curve_quantiles[]", FIELD_NUMBER, .sentence = "A quantile, from 0 to 1."},
	{"not_run", FIELD_LIST,
		.sentence = "Strategies whose network or server could not be set up."},
	{"not_run[]", FIELD_OBJECT, .sentence = "One of them."},
	{"not_run[].strategy", FIELD_TEXT, .sentence = "Its name."},
	{"not_run[].because", FIELD_TEXT, .sentence = "What was missing."},
	{"summary", FIELD_LIST, .sentence = "One item a strategy, over its valid trials."},
	{"summary[]", FIELD_OBJECT, .sentence = "Medians of one strategy's valid trials."},
	{"summary[].strategy", FIELD_TEXT, .sentence = "The strategy."},
	{"summary[].trials", FIELD_COUNT, .sentence = "How many trials it has."},
	{"summary[].valid_trials", FIELD_COUNT, .sentence = "How many of them are valid."},
	{"summary[].{metric}", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "The metric that the key names, where a valid trial has it."},
	{"summary[].{metric}.median", FIELD_NUMBER, .sentence = "The median over valid trials."},
	{"summary[].{metric}.low", FIELD_NUMBER,
		.sentence = "Lower end of the median's 95 % bootstrap interval."},
	{"summary[].{metric}.high", FIELD_NUMBER,
		.sentence = "Upper end of the median's 95 % bootstrap interval."},
	{"summary[].{metric}.detectable", FIELD_NUMBER, FIELD_OPTIONAL,
		.sentence = "How much another set of as many trials, of the same spread, has to "
			    "differ for about four of five comparisons to tell it: Welch's t at 2 "
			    "%, shared out among all metrics. Not there below five trials."},
	{"trials", FIELD_LIST, .sentence = "The trials, in the order in which they ran."},
};

const struct field_group field_group_file = {
	"The file", fields, sizeof(fields) / sizeof(fields[0])};
