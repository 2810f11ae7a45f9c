#include "bench/lab/service.h"

#include "bench/lab/lesson.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

static void close_in_steps(struct pair *pair, unsigned steps)
{
	if (steps & STEP_WAIT)
		lab_flush(pair, SERVER);
	if (steps & STEP_SHUT)
		lab_shut(pair, SERVER);
	if (steps & STEP_LINGER2)
		lab_option(pair, SERVER, IPPROTO_TCP, TCP_LINGER2, -1);
	if (steps & STEP_RESET)
		lab_linger(pair, SERVER, 0);
	if (!(steps & STEP_DRAIN))
		lab_close(pair, SERVER);
}

struct reading lab_serve(
	struct pair *pair, unsigned read_bytes, unsigned response_bytes, unsigned steps)
{
	unsigned early_bytes = steps & STEP_WAIT ? response_bytes : 0;
	lab_send(pair, CLIENT, LAB_REQUEST_BYTES);
	lab_read(pair, SERVER, read_bytes);
	lab_send(pair, SERVER, response_bytes);
	lab_read(pair, CLIENT, early_bytes);
	close_in_steps(pair, steps);
	/* A RST, if there is one, has arrived when nothing is on its way any more. */
	lab_state(pair, CLIENT);
	struct reading reading = lab_drain(pair, CLIENT);
	if (steps & STEP_DRAIN)
		lab_drain(pair, SERVER);
	reading.bytes += early_bytes;
	return reading;
}

struct pair *lab_connect_and_request(struct lab *lab)
{
	lab_accept(lab, false);
	struct pair *pair = lab_connect(lab);
	lab_send(pair, CLIENT, LAB_REQUEST_BYTES);
	lab_accept(lab, true);
	lab_finish_connect(pair);
	return pair;
}
