/* What connect() costs the thread that calls it. */
#include "bench/lab/lesson.h"
#include "bench/statistics/histogram.h"
#include "common/clock.h"

#include <unistd.h>

#define CONNECTS 100
#define LEAST_DISTURBED 0.1

/* Of this thread alone. The port is free again behind it. */
static uint64_t connect_ns(struct lab *lab, uint16_t port)
{
	int fd = lab_new_socket(lab, CLIENT);
	if (fd == -1)
		return 0;
	uint64_t from_ns = clock_thread_cpu_ns();
	lab_connect_socket(lab, fd, port);
	uint64_t took_ns = clock_thread_cpu_ns() - from_ns;
	close(fd);
	return took_ns;
}

static double least_disturbed_us(const struct histogram *times_ns)
{
	return (double)histogram_quantile(times_ns, LEAST_DISTURBED) / 1e3;
}

struct lab_connect_cost lab_connect_cost(struct lab *lab, uint16_t other_port)
{
	struct histogram *usual = histogram_create(), *other = histogram_create();
	struct lab_connect_cost cost = {0};
	int lost = lab_drop(lab, CLIENT, 0);
	if (!usual || !other) {
		lab_fail(lab, "no memory for the times");
	} else {
		for (int i = 0; i < CONNECTS; i++) {
			histogram_record(usual, connect_ns(lab, 0));
			histogram_record(other, connect_ns(lab, other_port));
		}
		cost = (struct lab_connect_cost){
			least_disturbed_us(usual), least_disturbed_us(other)};
	}
	lab_await_acted(lab, lost, 2 * CONNECTS);
	lab_open(lab, lost);
	histogram_destroy(usual);
	histogram_destroy(other);
	return cost;
}
