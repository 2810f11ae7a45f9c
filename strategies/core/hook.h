/* The hooks of a strategy's end, by name and in the order of struct td_end, and a mark of the one
 * that is being called: another thread, or another process, sees from the mark where a hook stays.
 */
#ifndef STRATEGIES_CORE_HOOK_H
#define STRATEGIES_CORE_HOOK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hook {
	HOOK_CONFIGURE_LISTENER,
	HOOK_CONFIGURE,
	HOOK_REQUEST_SENT,
	HOOK_EXCHANGE_DONE,
	HOOK_ACKED,
	HOOK_PEER_FIN,
	HOOK_TIMEOUT,
	HOOK_ERROR,
	HOOKS, /* also: none is being called */
};

extern const char *const hook_names[HOOKS];

/* Written by the caller of the hooks alone. May lie in memory that processes share. */
struct hook_mark {
	_Atomic uint32_t hook;  /* 1 + the hook that is being called; 0: none */
	_Atomic uint32_t calls; /* so far; wraps around */
};

/* Marks that a program shares with one that it starts, which finds them by its environment. */
struct hook_marks {
	struct hook_mark *items; /* NULL: none */
	size_t count;
};

/* In the parent: makes them, and names them in the environment of what is started next. Returns the
 * descriptor to close after that, or -1: without memory there are none. */
int hook_marks_hand_on(struct hook_marks *marks, size_t count);
/* Once it was started, or could not be. */
void hook_marks_keep(int fd);
/* In what was started: those of its parent, or none. */
void hook_marks_inherit(struct hook_marks *marks);
void hook_marks_finish(struct hook_marks *marks);

/* Writes "hook client.peer_fin", of which end the caller says; several where several are being
 * called. Returns whether any is. */
bool hook_marks_describe(
	const struct hook_mark *marks, size_t count, const char *end, char *text, size_t size);

static inline void hook_mark_set(struct hook_mark *mark, enum hook hook)
{
	uint32_t calls = atomic_load_explicit(&mark->calls, memory_order_relaxed);
	atomic_store_explicit(&mark->calls, calls + 1, memory_order_relaxed);
	atomic_store_explicit(&mark->hook, hook + 1u, memory_order_relaxed);
}

static inline void hook_mark_clear(struct hook_mark *mark)
{
	atomic_store_explicit(&mark->hook, 0, memory_order_relaxed);
}

/* The hook that is being called, or HOOKS. */
static inline enum hook hook_mark_read(const struct hook_mark *mark)
{
	uint32_t hook = atomic_load_explicit(&mark->hook, memory_order_relaxed);
	return hook == 0 || hook > HOOKS ? HOOKS : (enum hook)(hook - 1);
}

#endif
