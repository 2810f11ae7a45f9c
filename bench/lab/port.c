#include "bench/lab/port.h"

#include "bench/lab/lab.h"

#define TIME_WAIT_MS 60000
#define PAUSE_MS 5

int lab_connect_errno(struct lab *lab)
{
	int error;
	lab_reset_both(lab_try_connect(lab, 0, &error));
	return error;
}

struct pair *lab_reuse(struct pair *old, unsigned give_up_ms)
{
	struct pair *pair = NULL;
	int error;
	if (!old)
		return NULL;
	while (!(pair = lab_try_connect(old->lab, 0, &error)) && !lab_is_over(old->lab) &&
		lab_look(old, CLIENT).expires_ms > TIME_WAIT_MS - give_up_ms)
		lab_think(old->lab, PAUSE_MS);
	return pair;
}

double lab_reused_after_ms(struct pair *old, unsigned give_up_ms, const char *caption)
{
	struct pair *pair = lab_reuse(old, give_up_ms);
	if (!pair)
		return 0;
	lab_show(pair, caption);
	lab_exchange(pair);
	lab_close_both(pair, SERVER);
	return lab_sent_ms(pair, 1, CLIENT, .flags = TCP_SYN) -
	       lab_sent_ms(old, 1, SERVER, .flags = TCP_FIN);
}
