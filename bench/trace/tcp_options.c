#include "bench/trace/tcp_options.h"

#include <netinet/tcp.h>

/* RFC 8684, 3: the option, its subtype, and that one's length. */
#define TCPOPT_MPTCP 30
#define SUBTYPE_FASTCLOSE 7
#define FASTCLOSE_BYTES 12
#define SUBTYPE_AT 2

struct options {
	const uint8_t *bytes;
	uint32_t at, length, captured;
	bool is_cut; /* one more follows that was not captured */
};

struct option {
	const uint8_t *bytes;
	uint8_t kind, size;
	uint32_t captured; /* of its bytes, two at least */
};

/* Returns false behind the last one, and where a length cannot be. */
static bool option_next(struct options *options, struct option *option)
{
	while (options->at < options->length) {
		const uint8_t *bytes = options->bytes + options->at;
		uint32_t left = options->length - options->at;
		uint32_t there =
			options->captured > options->at ? options->captured - options->at : 0;
		options->is_cut = there < 1 || (there < 2 && bytes[0] > TCPOPT_NOP && left > 1);
		if (options->is_cut || bytes[0] == TCPOPT_EOL)
			return false;
		if (bytes[0] == TCPOPT_NOP) {
			options->at++;
			continue;
		}
		if (left < 2 || bytes[1] < 2 || bytes[1] > left)
			return false;
		*option = (struct option){bytes, bytes[0], bytes[1], there};
		options->at += bytes[1];
		return true;
	}
	return false;
}

static uint8_t scale_of(struct options *options)
{
	struct option option;
	while (option_next(options, &option)) {
		if (option.kind != TCPOPT_WINDOW || option.size != TCPOLEN_WINDOW)
			continue;
		if (option.captured < TCPOLEN_WINDOW)
			return SCALE_UNKNOWN;
		uint8_t shift = option.bytes[2];
		return shift < SCALE_MOST ? shift + 1 : SCALE_MOST;
	}
	return options->is_cut ? SCALE_UNKNOWN : SCALE_NONE;
}

static enum tcp_mptcp mptcp_of(struct options *options)
{
	struct option option;
	enum tcp_mptcp met = MPTCP_NONE;
	while (option_next(options, &option)) {
		if (option.kind != TCPOPT_MPTCP)
			continue;
		met = MPTCP_OTHER;
		if (option.size == FASTCLOSE_BYTES && option.captured > SUBTYPE_AT &&
			option.bytes[SUBTYPE_AT] >> 4 == SUBTYPE_FASTCLOSE)
			return MPTCP_FASTCLOSE;
	}
	return options->is_cut ? MPTCP_OTHER : met;
}

void tcp_options_read(
	const uint8_t *bytes, uint32_t length, uint32_t captured, struct tcp_header *header)
{
	struct options options = {.bytes = bytes, .length = length, .captured = captured};
	if (tcp_header_has(header, TCP_SYN))
		header->scale = scale_of(&options);
	else if (header->payload == 0 || tcp_header_has(header, TCP_RST))
		header->mptcp = mptcp_of(&options);
}
