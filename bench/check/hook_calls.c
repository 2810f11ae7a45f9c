#include "bench/check/hook_calls.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* Hooks are given no argument of ours to find these by. */
static struct hook_calls *record_of_all;
static const struct td_strategy *own;

static struct hook_call_record *note(int end, enum hook hook)
{
	struct hook_call_record *record = &record_of_all->hooks[end][hook];
	record->calls++;
	record->peers |= 1u << record_of_all->peer;
	return record;
}

static enum td_verdict judge(struct hook_call_record *record, enum td_verdict verdict)
{
	if ((unsigned)verdict > TD_RESET)
		record->nonsense = (int32_t)verdict;
	return verdict;
}

static int configured(struct hook_call_record *record, int result)
{
	if (result != 0)
		record->set_errno = errno ? errno : EINVAL;
	return result;
}

#define END_HOOKS(end, END)                                                                        \
	static int end##_configure_listener(int fd)                                                \
	{                                                                                          \
		return configured(                                                                 \
			note(END, HOOK_CONFIGURE_LISTENER), own->end.configure_listener(fd));      \
	}                                                                                          \
	static int end##_configure(int fd)                                                         \
	{                                                                                          \
		return configured(note(END, HOOK_CONFIGURE), own->end.configure(fd));              \
	}                                                                                          \
	static enum td_verdict end##_request_sent(const struct td_view *view)                      \
	{                                                                                          \
		return judge(note(END, HOOK_REQUEST_SENT), own->end.request_sent(view));           \
	}                                                                                          \
	static enum td_verdict end##_exchange_done(const struct td_view *view)                     \
	{                                                                                          \
		return judge(note(END, HOOK_EXCHANGE_DONE), own->end.exchange_done(view));         \
	}                                                                                          \
	static enum td_verdict end##_acked(const struct td_view *view)                             \
	{                                                                                          \
		return judge(note(END, HOOK_ACKED), own->end.acked(view));                         \
	}                                                                                          \
	static enum td_verdict end##_peer_fin(const struct td_view *view)                          \
	{                                                                                          \
		return judge(note(END, HOOK_PEER_FIN), own->end.peer_fin(view));                   \
	}                                                                                          \
	static enum td_verdict end##_timeout(const struct td_view *view)                           \
	{                                                                                          \
		return judge(note(END, HOOK_TIMEOUT), own->end.timeout(view));                     \
	}                                                                                          \
	static enum td_verdict end##_error(const struct td_view *view, int error)                  \
	{                                                                                          \
		return judge(note(END, HOOK_ERROR), own->end.error(view, error));                  \
	}                                                                                          \
	static void end##_wrap(struct td_end *e)                                                   \
	{                                                                                          \
		e->configure_listener = e->configure_listener ? end##_configure_listener : NULL;   \
		e->configure = e->configure ? end##_configure : NULL;                              \
		e->request_sent = e->request_sent ? end##_request_sent : NULL;                     \
		e->exchange_done = end##_exchange_done;                                            \
		e->acked = e->acked ? end##_acked : NULL;                                          \
		e->peer_fin = e->peer_fin ? end##_peer_fin : NULL;                                 \
		e->timeout = e->timeout ? end##_timeout : NULL;                                    \
		e->error = e->error ? end##_error : NULL;                                          \
	}

END_HOOKS(server, END_SERVER)
END_HOOKS(client, END_CLIENT)

bool hook_calls_has(const struct td_strategy *strategy, int end, enum hook hook)
{
	const struct td_end *e = end == END_SERVER ? &strategy->server : &strategy->client;
	const bool has[HOOKS] = {e->configure_listener != NULL, e->configure != NULL,
		e->request_sent != NULL, e->exchange_done != NULL, e->acked != NULL,
		e->peer_fin != NULL, e->timeout != NULL, e->error != NULL};
	return has[hook];
}

struct td_strategy hook_calls_wrap(struct hook_calls *calls, const struct td_strategy *strategy)
{
	struct td_strategy copy = *strategy;
	record_of_all = calls;
	own = strategy;
	server_wrap(&copy.server);
	client_wrap(&copy.client);
	return copy;
}
