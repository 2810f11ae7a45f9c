#include "tests/unit/strategies/core/fake_kernel.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cmocka.h>

struct kernel kernel;
uint64_t random_seed = 1;

void kernel_reset(const uint64_t *clock_ns)
{
	kernel = (struct kernel){.open = true, .clock_ns = clock_ns, .read_at_ns = *clock_ns};
}

uint64_t random_below(uint64_t bound)
{
	random_seed ^= random_seed << 13;
	random_seed ^= random_seed >> 7;
	random_seed ^= random_seed << 17;
	return (random_seed >> 11) % bound;
}

bool one_in(uint64_t n)
{
	return random_below(n) == 0;
}

uint64_t random_bytes(void)
{
	static const uint64_t spans[] = {1, 1000, 1 << 20, 64 << 20};
	return 1 + random_below(spans[random_below(4)]);
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_shutdown(int fd, int how);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size);
int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *size);
int __wrap_ioctl(int fd, unsigned long request, int *bytes);
ssize_t __wrap_recv(int fd, void *buffer, size_t size, int flags);

static int refuse(int error)
{
	errno = error;
	return -1;
}

static void assert_open(int fd)
{
	assert_int_equal(fd, FAKE_FD);
	assert_true(kernel.open);
}

int __wrap_close(int fd)
{
	if (fd < FAKE_FD)
		return __real_close(fd);
	kernel.closes++;
	assert_open(fd);
	kernel.open = false;
	return refuse(EIO); /* Closed all the same. */
}

int __wrap_shutdown(int fd, int how)
{
	assert_open(fd);
	assert_int_equal(how, SHUT_WR);
	if (kernel.refuses)
		return refuse(ENOTCONN);
	kernel.shutdowns++;
	kernel.shut = true;
	return 0;
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	assert_open(fd);
	if (kernel.refuses)
		return refuse(EINVAL);
	if (level == SOL_SOCKET && option == SO_LINGER) {
		const struct linger *linger = value;
		assert_int_equal(size, sizeof(*linger));
		kernel.aborts = linger->l_onoff && linger->l_linger == 0;
	}
	return 0;
}

int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	assert_open(fd);
	memset(value, 0, *size);
	if (level == IPPROTO_TCP && option == TCP_INFO) {
		assert_int_equal(*size, sizeof(struct tcp_info));
		*(struct tcp_info *)value = (struct tcp_info){.tcpi_min_rtt = kernel.round_trip_us,
			.tcpi_notsent_bytes = kernel.unsent_bytes};
	}
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, int *bytes)
{
	assert_open(fd);
	assert_true(request == SIOCINQ || request == SIOCOUTQ);
	*bytes = (int)(request == SIOCINQ ? kernel.input_bytes : kernel.unacked_bytes);
	return 0;
}

ssize_t __wrap_recv(int fd, void *buffer, size_t size, int flags)
{
	assert_open(fd);
	assert_int_equal(flags, MSG_TRUNC | MSG_DONTWAIT);
	assert_false(kernel.peer_fin_read); /* A level-triggered loop would spin. */
	if (one_in(16))
		return refuse(EINTR);
	if (kernel.input_bytes > 0) {
		uint64_t most = kernel.input_bytes < size ? kernel.input_bytes : size;
		uint64_t n = one_in(2) ? most : 1 + random_below(most);
		kernel.input_bytes -= n;
		kernel.drained_bytes += n;
		kernel.read_at_ns = *kernel.clock_ns;
		return (ssize_t)n;
	}
	if (kernel.error)
		return refuse(kernel.error);
	if (!kernel.peer_fin)
		return refuse(EAGAIN);
	kernel.peer_fin_read = true;
	kernel.read_at_ns = *kernel.clock_ns;
	return 0;
}
