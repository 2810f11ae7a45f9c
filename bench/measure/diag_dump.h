/* Lists TCP sockets of a namespace by sock_diag: one message of the kernel a socket. */
#ifndef BENCH_MEASURE_DIAG_DUMP_H
#define BENCH_MEASURE_DIAG_DUMP_H

#include "common/address.h"
#include "common/error.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <stdbool.h>
#include <stdint.h>

/* The kernel fills up to 32 KiB a read when it is offered as much. */
#define DIAG_DUMP_BYTES 32768

struct diag_dump {
	struct mnl_socket *socket;
	unsigned sequence;
	char buffer[DIAG_DUMP_BYTES] __attribute__((aligned(8)));
};

/* What is done with a socket's message, which holds a struct inet_diag_msg. Returns 0, or -1 with
 * errno, which ends the listing. */
typedef int diag_dump_visit(const struct nlmsghdr *message, void *argument);

/* Opens a sock_diag socket of the calling thread's namespace. Returns 0, or -1 with nothing open.
 */
int diag_dump_open(struct diag_dump *dump, struct error *error);
void diag_dump_close(struct diag_dump *dump);

/* Visits the sockets in these states (bits by number), IPv4 and IPv6, with these extensions (bits,
 * as in inet_diag_req). `interrupted` is set when the kernel says that its table changed under the
 * listing. Returns 0, or -1 with errno. */
int diag_dump(struct diag_dump *dump, uint32_t states, uint8_t extensions, diag_dump_visit *visit,
	void *argument, bool *interrupted);

/* Copies the extension of that number, or as much of it as there is room for; what the kernel does
 * not tell stays as it was. */
void diag_dump_extension(
	const struct nlmsghdr *message, uint16_t extension, void *value, size_t size);

/* The socket's own address and port. */
struct address diag_dump_address(const struct inet_diag_msg *found);

#endif
