#include "bench/trace/tcp_ending.h"

#include <stddef.h>

const char *tcp_ending_word_text(enum tcp_ending_word word)
{
	static const char *const texts[ENDING_WORDS] = {
		[ENDING_OPEN] = "open",
		[ENDING_HALF_CLOSED] = "half-closed",
		[ENDING_CLOSED] = "closed",
		[ENDING_CLOSED_CROSSED] = "closed-crossed",
		[ENDING_HALF_CLOSED_THEN_RESET] = "half-closed-then-reset",
		[ENDING_CLOSED_THEN_RESET] = "closed-then-reset",
		[ENDING_RESET] = "reset",
		[ENDING_REFUSED] = "refused",
		[ENDING_UNANSWERED] = "unanswered",
		[ENDING_NOT_A_CONNECTION] = "not-a-connection",
	};
	return texts[word];
}

const char *tcp_ending_cause_text(enum tcp_ending_cause cause)
{
	static const char *const texts[ENDING_CAUSES] = {
		[CAUSE_NO_LISTENER] = "no-listener",
		[CAUSE_LISTENER_QUEUE] = "listener-queue",
		[CAUSE_OLD_CONNECTION] = "old-connection",
		[CAUSE_UNWANTED_SYN_ACK] = "unwanted-syn-ack",
		[CAUSE_KEEP_ALIVE_RACE] = "keep-alive-race",
		[CAUSE_DATA_AFTER_FIN] = "data-after-fin",
		[CAUSE_NO_SOCKET] = "no-socket",
		[CAUSE_LINGER] = "linger",
		[CAUSE_UNREAD_INPUT_OR_LINGER] = "unread-input-or-linger",
		[CAUSE_KEEP_ALIVE_TIMEOUT] = "keep-alive-timeout",
		[CAUSE_MPTCP_FASTCLOSE] = "mptcp-fastclose",
	};
	return texts[cause];
}

const char *tcp_ending_cause_sentence(enum tcp_ending_cause cause)
{
	static const char *const sentences[ENDING_CAUSES] = {
		[CAUSE_UNKNOWN] = "the segments do not tell why",
		[CAUSE_NO_LISTENER] = "nothing listens on that port, or a firewall refuses it",
		[CAUSE_LISTENER_QUEUE] =
			"the handshake was complete: a full queue, or a listener that closed",
		[CAUSE_OLD_CONNECTION] =
			"the SYN met an older connection of the same ports, which its sender reset",
		[CAUSE_UNWANTED_SYN_ACK] =
			"the SYN-ACK was answered with RST: a scan, or the SYN was another's",
		[CAUSE_KEEP_ALIVE_RACE] =
			"data and the other end's FIN crossed: the data met a closed socket",
		[CAUSE_DATA_AFTER_FIN] =
			"data was sent to an end that had closed, and its FIN had arrived",
		[CAUSE_NO_SOCKET] =
			"the end had lost the connection: a restart, or it gave up in silence",
		[CAUSE_LINGER] =
			"closed with SO_LINGER of 0: nothing had arrived that could be unread",
		[CAUSE_UNREAD_INPUT_OR_LINGER] =
			"closed with input unread, or with SO_LINGER of 0: both send this segment",
		[CAUSE_KEEP_ALIVE_TIMEOUT] =
			"its keep-alive probes were not answered: it gave the connection up",
		[CAUSE_MPTCP_FASTCLOSE] =
			"all of an MPTCP connection was closed at once (MP_FASTCLOSE)",
	};
	return sentences[cause];
}
