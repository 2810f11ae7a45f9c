/* A kernel of one socket, for tests of what closes it: close, shutdown, setsockopt, getsockopt,
 * ioctl and recv are wrapped by the linker (see meson.build) and assert what holds for every
 * caller. */
#ifndef TESTS_UNIT_STRATEGIES_CORE_FAKE_KERNEL_H
#define TESTS_UNIT_STRATEGIES_CORE_FAKE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#define FAKE_FD 1000000

/* One socket, as much of it as the executor can see. */
struct kernel {
	bool open, shut, aborts; /* our end: shutdown(2) and SO_LINGER{1,0} were called */
	unsigned closes, shutdowns;
	bool refuses; /* every option, and shutdown(2) */
	uint64_t input_bytes, unacked_bytes;
	bool peer_fin, peer_fin_read; /* after the input */
	int error;                    /* after the input */
	uint32_t round_trip_us;       /* tcpi_min_rtt */
	uint32_t unsent_bytes;        /* tcpi_notsent_bytes */
	/* What the executor read, and when it last did. */
	uint64_t drained_bytes, read_at_ns;
	const uint64_t *clock_ns;
};

extern struct kernel kernel;

/* A new socket, FAKE_FD. */
void kernel_reset(const uint64_t *clock_ns);

/* The state of random_below: printed, and set to repeat a failure. Never 0. */
extern uint64_t random_seed;

uint64_t random_below(uint64_t bound);
bool one_in(uint64_t n);

/* From a byte to 64 MiB, each order of magnitude as likely. */
uint64_t random_bytes(void);

#endif
