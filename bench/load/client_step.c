#include "bench/load/client_step.h"

const struct client_step *client_step_of(enum client_verb verb)
{
	static const struct client_step *const steps[CLIENT_VERBS] = {
		[CLIENT_SEND] = &client_step_send,
		[CLIENT_SEND_SLOWLY] = &client_step_send_slowly,
		[CLIENT_SEND_SURPLUS] = &client_step_send_surplus,
		[CLIENT_SHUT] = &client_step_shut,
		[CLIENT_READ] = &client_step_read,
		[CLIENT_READ_BEGIN] = &client_step_read_begin,
		[CLIENT_READ_SLOWLY] = &client_step_read_slowly,
		[CLIENT_THINK] = &client_step_think,
		[CLIENT_AGAIN] = &client_step_again,
		[CLIENT_AWAIT_FIN] = &client_step_await_fin,
		[CLIENT_HOLD] = &client_step_hold,
		[CLIENT_FOLLOW] = &client_step_follow,
		[CLIENT_CLOSE] = &client_step_close,
		[CLIENT_RESET] = &client_step_reset,
		[CLIENT_VANISH] = &client_step_vanish,
	};
	return steps[verb];
}
