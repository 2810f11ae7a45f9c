/* The contract of a strategy: one way of tearing down a TCP connection, at both ends.
 *
 * A strategy is a constant table. Its hooks are pure functions: they read a view and return a
 * verdict, and the executor (strategies/core/executor.c) carries the verdict out. No hook calls
 * shutdown(2) or close(2), keeps state, or blocks.
 *
 * strategies/skeleton.c is the manual for writing one. */
#ifndef TEARDOWN_STRATEGY_H
#define TEARDOWN_STRATEGY_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One end of a connection, both, or neither. */
enum td_who {
	TD_NONE,
	TD_SERVER,
	TD_CLIENT,
	TD_BOTH,
};

/* A hook's verdict. */
enum td_verdict {
	TD_KEEP,       /* Go on: the next exchange may follow on this connection. */
	TD_WAIT,       /* Keep the connection and send nothing more; input is read and discarded. */
	TD_HALF_CLOSE, /* shutdown(SHUT_WR), which sends our FIN; input is read and discarded. */
	TD_CLOSE,      /* close(2). */
	TD_RESET, /* SO_LINGER{1,0}, then close(2): sends RST, unless both FINs were exchanged. */
};

/* The phase of a connection when a hook is called. */
enum td_phase {
	TD_PHASE_EXCHANGE,    /* Requests and responses are still flowing. */
	TD_PHASE_WAITING,     /* The last verdict was TD_WAIT. */
	TD_PHASE_HALF_CLOSED, /* The last verdict was TD_HALF_CLOSE: our FIN was sent. */
};

/* The guarantees of TCP that a strategy gives up; flags. */
enum td_loss {
	TD_GIVES_UP_NOTHING = 0,
	TD_GIVES_UP_TAIL = 1,         /* The end of a response may be lost. */
	TD_GIVES_UP_OLD_SEGMENTS = 2, /* Protection from segments of an earlier connection. */
};

/* The source of the client's source port. */
enum td_source_port {
	TD_PORT_KERNEL, /* connect(2) chooses. */
	TD_PORT_RANGE,  /* connect(2) chooses within IP_LOCAL_PORT_RANGE (Linux 6.3). */
	TD_PORT_BIND,   /* bind(2) to an explicit port with SO_REUSEADDR. */
};

/* What an end does about close_notify, the alert that ends one direction of a connection over TLS
 * (RFC 8446, 6.1). A plain connection has none. Before TD_RESET none is sent in any case, and none
 * behind a response that was cut short. */
enum td_notify {
	TD_NOTIFY_SEND,     /* Sent with the last bytes, before TD_HALF_CLOSE and TD_CLOSE. */
	TD_NOTIFY_NONE,     /* Not sent: to the peer the end looks like a truncation. */
	TD_NOTIFY_EXCHANGE, /* Sent, and the verdict is carried out once the peer's was read. */
};

/* What a hook may look at. Counts are of this connection, from its start. */
struct td_view {
	enum td_phase phase;
	/* Exchanges completed: the response handed to the kernel (server) or read (client). */
	uint32_t exchanges;
	/* True when no further exchange will follow: an end announced it, or the limit is reached.
	 */
	bool last;
	/* True when the last exchange ended before its input did: a request was refused, or bytes
	 * follow it that are not parsed. The peer may still be sending. */
	bool more_expected;
	/* True once the peer's end of stream was read; all its bytes were read before. */
	bool peer_fin;
	/* Over TLS: true once the peer's close_notify was read. A FIN without one is a truncation.
	 * Behind our own FIN what is discarded is decrypted with TD_NOTIFY_EXCHANGE only, so a
	 * close_notify that comes later is not seen otherwise. False on a plain connection. */
	bool peer_notified;
	/* Bytes read, discarded ones included. Over TLS, here and below: bytes on the wire. */
	uint64_t received_bytes;
	/* Bytes handed to the kernel. */
	uint64_t sent_bytes;
	/* Bytes read and discarded since the last exchange. */
	uint64_t drained_bytes;
	/* Bytes that have arrived and were not read (SIOCINQ). 0 unless wants_unread. */
	uint64_t unread_bytes;
	/* Bytes sent and not acknowledged by the peer's kernel (SIOCOUTQ). 0 unless wants_acked. */
	uint64_t unacked_bytes;
	/* Nanoseconds since the peer's last byte or end of stream, our last event while exchanges
	 * went on, or the first TD_WAIT or TD_HALF_CLOSE, whichever came last. */
	uint64_t idle_ns;
	/* Nanoseconds since the first TD_WAIT or TD_HALF_CLOSE. 0 before. */
	uint64_t waited_ns;
};

typedef enum td_verdict td_hook(const struct td_view *view);

/* One end of the strategy, in the order of a connection's life. */
struct td_end {
	/* Sets options on the listening socket that accepted sockets inherit, at no system call a
	 * connection (SO_LINGER and TCP_LINGER2 are inherited). Returns 0, or -1 with errno. Server
	 * only.
	 * Optional: default no option. */
	int (*configure_listener)(int fd);
	/* Sets options on a socket after accept or before connect. Returns 0, or -1 with errno.
	 * Optional: default no option. */
	int (*configure)(int fd);
	/* The last byte of a request was handed to the kernel. Client only. After TD_HALF_CLOSE the
	 * response is still read, and exchange_done follows; TD_WAIT is taken as TD_KEEP.
	 * Optional: default TD_KEEP. */
	td_hook *request_sent;
	/* The last byte of a response was handed to the kernel (server) or read (client).
	 * Required. */
	td_hook *exchange_done;
	/* The peer's kernel has acknowledged every byte that we sent. Called after a TD_WAIT, and
	 * only with wants_acked. Optional: default TD_WAIT. */
	td_hook *acked;
	/* All input was read, then end of stream. Optional: default TD_CLOSE. */
	td_hook *peer_fin;
	/* The deadline of the last TD_WAIT or TD_HALF_CLOSE passed, or drain_bytes were discarded.
	 * TD_KEEP, TD_WAIT and TD_HALF_CLOSE are taken as TD_RESET here: a deadline ends a
	 * connection. Optional: default TD_RESET. */
	td_hook *timeout;
	/* The socket failed with this errno. Anything but TD_RESET is taken as TD_CLOSE.
	 * Optional: default TD_CLOSE. */
	enum td_verdict (*error)(const struct td_view *view, int error);
	/* Fill view.unread_bytes before each hook, at the cost of an ioctl(2).
	 * Optional: default false. */
	bool wants_unread;
	/* Call acked, and fill view.unacked_bytes, at the cost of an ioctl(2) a look.
	 * Optional: default false. */
	bool wants_acked;
	/* Carry a TD_CLOSE of exchange_done out half a round trip later (half of tcpi_min_rtt),
	 * when what was sent last arrives: a peer that then closes does so at the same instant.
	 * While bytes are held back by a window (tcpi_notsent_bytes), whole round trips later.
	 * Until then the connection waits as after TD_WAIT. Less than 50 us is not waited for.
	 * Server only. Optional: default false. */
	bool closes_at_arrival;
	/* What to do about close_notify over TLS. Optional: default TD_NOTIFY_SEND. */
	enum td_notify notify;
};

/* A sysctl that must have a value on one end's host. */
struct td_requirement {
	enum td_who end;    /* TD_SERVER or TD_CLIENT. Required. */
	const char *sysctl; /* With dots: "net.ipv4.tcp_timestamps". Required. */
	const char *value;  /* As /proc/sys shows it. Required. */
	const char *why;    /* Half a sentence, after "because". Required. */
};

#define TD_STRATEGY_MAGIC 0x74644331u /* "tdC1" */
#define TD_STRATEGY_ABI 1u
#define TD_REQUIREMENTS_MAX 4

struct td_strategy {
	/* TD_STRATEGY_HEADER fills these three. Required. */
	uint32_t magic;
	uint32_t abi;
	uint32_t size;
	/* In kebab-case, at most 31 characters. Required. */
	const char *name;
	/* One sentence. Required. */
	const char *summary;
	/* Flags of enum td_loss. Optional: default TD_GIVES_UP_NOTHING. */
	uint32_t gives_up;
	/* Claims, checked in every trial: the end that sends the first FIN (or RST), and the end
	 * that is left with TIME_WAIT. Required: first_closer is not TD_NONE. */
	enum td_who first_closer;
	enum td_who holder;
	/* Which end closes first is a race: a trial says how often the claim came true, and is
	 * valid in any case. Optional: default false. */
	bool claim_is_race;
	/* Why the strategy should hardly be used; keeps it out of `--strategies all`.
	 * Optional: default NULL. */
	const char *warning;
	/* The server sends "Connection: close" with the last response. Optional: default false. */
	bool announces_close;
	/* The last bytes are sent with MSG_MORE, so that the FIN goes in their segment.
	 * Optional: default false. */
	bool fin_on_data;
	/* The source of the client's source ports. Optional: default TD_PORT_KERNEL. */
	enum td_source_port source_port;
	/* The number of exchanges on one connection. Optional: default 1. */
	uint32_t exchanges;
	/* The longest time that TD_WAIT and TD_HALF_CLOSE last in all. Optional: default 30 s. */
	uint64_t grace_ns;
	/* The longest time that TD_WAIT and TD_HALF_CLOSE last without a byte from the peer.
	 * Optional: default 5 s. */
	uint64_t idle_ns;
	/* The most bytes that TD_WAIT and TD_HALF_CLOSE discard before timeout is called.
	 * Optional: default 256 MiB. */
	uint64_t drain_bytes;
	/* The sysctls that must hold on the hosts. The list ends at the first entry without a
	 * sysctl. Optional: default none. */
	struct td_requirement requirements[TD_REQUIREMENTS_MAX];
	/* Required, both: exchange_done. */
	struct td_end server;
	struct td_end client;
};

/* What a plug-in exports, and all that it exports: one table of this name, as C linkage has it.
 *
 *	const struct td_strategy td_strategy = {
 *		TD_STRATEGY_HEADER,
 *		.name = "mine",
 *		…
 *	};
 *
 * This declaration keeps it visible where the rest is hidden (-fvisibility=hidden). The table and
 * all that it points to belong to the plug-in, which stays loaded until the program ends. Its hooks
 * are called from several threads at once. docs/plugin.md is the manual. */
extern const struct td_strategy td_strategy __attribute__((visibility("default")));

/* First in every table. */
#define TD_STRATEGY_HEADER                                                                         \
	.magic = TD_STRATEGY_MAGIC, .abi = TD_STRATEGY_ABI, .size = sizeof(struct td_strategy)

#define TD_MILLISECONDS(n) ((n)*UINT64_C(1000000))
#define TD_SECONDS(n) ((n)*UINT64_C(1000000000))

#ifdef __cplusplus
}
#endif

#endif
