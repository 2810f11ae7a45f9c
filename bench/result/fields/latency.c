/* Rows of a trial: its latencies. */
#include "bench/result/fields/field.h"

static const struct field fields[] = {
	{"trials[].latency_us", FIELD_OBJECT, .merge = FIELD_MADE,
		.sentence = "Latencies by kind, of the exchanges that were due inside the window, "
			    "however late they ended; a kind that was never measured is left out."},
	{"trials[].latency_us.connect", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "From connect(2) to the handshake's end."},
	{"trials[].latency_us.handshake", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Over TLS, with the builtin loader: from the first byte of the TLS "
			    "handshake to its end at the client."},
	{"trials[].latency_us.response", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "From the first byte of a request to the last byte of its response."},
	{"trials[].latency_us.close", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "From the last byte of the last response to end of stream or reset."},
	{"trials[].latency_us.total", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "One exchange; a connection's first counts from connect(2), in an open "
			    "loop from the instant at which the connection was to begin."},
	{"trials[].latency_us.start", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Of an open loop: from that instant to connect(2)."},
	{"trials[].latency_us.total_uncorrected", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Of an open loop: total, but from connect(2)."},
	{"trials[].latency_us.total_corrected", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Of a closed loop: total as clients would meet it that come at the "
			    "same rate throughout; an estimate."},
	{"trials[].latency_us.{latency}.count", FIELD_COUNT, .merge = FIELD_MADE,
		.sentence = "How many latencies of kind {latency} were measured."},
	{"trials[].latency_us.{latency}.unfinished", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.merge = FIELD_MADE,
		.sentence = "Of these, those that had no end when the client gave up: they count "
			    "as what they had taken by then, so that quantiles are lower bounds."},
	{"trials[].latency_us.{latency}.curve", FIELD_LIST, FIELD_OPTIONAL, .unit = "us",
		.merge = FIELD_MADE,
		.sentence = "The latencies of kind {latency} at the quantiles of curve_quantiles."},
	{"trials[].latency_us.{latency}.curve[]", FIELD_NUMBER, .unit = "us", .merge = FIELD_MADE,
		.sentence = "A latency of kind {latency}."},
	{"trials[].latency_us.{latency}.histogram", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "The latencies of kind {latency} in bins, in nanoseconds, as "
			    "HdrHistogram encodes them (V2, compressed, base64): its libraries "
			    "read it, and teardown merge adds it up."},
	{"trials[].latency_us.connect.p50", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_MS,
		.unit = "us", .metric = "connect_us_p50", .merge = FIELD_MADE,
		.sentence = "Median time to connect."},
	{"trials[].latency_us.response.p50", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_MS,
		.unit = "us", .metric = "response_us_p50", .merge = FIELD_MADE,
		.sentence = "Median time from request to whole response."},
	{"trials[].latency_us.close.p50", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_MS,
		.unit = "us", .metric = "close_us_p50", .merge = FIELD_MADE,
		.sentence = "Median time from the last byte to end of stream or reset."},
	{"trials[].latency_us.total.p50", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_MS,
		.unit = "us", .metric = "total_us_p50", .heading = "p50|ms", .merge = FIELD_MADE,
		.sentence = "Median time of an exchange, a first one's handshake included."},
	{"trials[].latency_us.total.p99", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_MS,
		.unit = "us", .metric = "total_us_p99", .heading = "p99|ms", .merge = FIELD_MADE,
		.sentence =
			"99 of 100 exchanges took at most this, a first one's handshake included."},
	{"trials[].latency_us.{latency}.{quantile}", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS,
		FIELD_MS, .unit = "us", .merge = FIELD_MADE,
		.sentence = "{quantile} of the latencies of kind {latency}."},
};

const struct field_group field_group_latency = {
	"A trial's latencies", fields, sizeof(fields) / sizeof(fields[0])};
