/* Private network namespaces, with or without root. A namespace is held by descriptor only, so the
 * kernel removes it when the process ends, however that comes about. */
#ifndef BENCH_NETWORK_NETNS_H
#define BENCH_NETWORK_NETNS_H

#include "common/error.h"

/* The namespace that the process is in, in place of a descriptor: of an end on a host of its own.
 */
#define NETNS_OWN (-2)

/* Gets the right to make namespaces: as root nothing is to do, else the process moves into a user
 * namespace of its own, which needs that no thread was started yet. Remembers the host's network
 * namespace, so that netns_prove_private can compare. Returns 0, or -1 (STATUS_HOST_CANNOT) with
 * the sysctl that forbids it. */
int netns_prepare(struct error *error);

/* Returns a descriptor of a new network namespace, or -1. The caller's own namespace stays. */
int netns_create(struct error *error);

/* Runs `work(argument)` on a thread inside the namespace and waits for it. Returns its value, or
 * -1. Sockets that it makes stay in the namespace. No place to fork: a parent-death signal comes
 * when the thread ends, not the process (prctl(2)). */
int netns_run(int netns_fd, int (*work)(void *argument, struct error *error), void *argument,
	struct error *error);

/* Moves the calling thread into the namespace. Returns 0 or -1. */
int netns_enter(int netns_fd, struct error *error);

/* Proves that the calling thread is not in the host's network namespace. Returns 0 or -1. Called
 * before the first write of every setting. */
int netns_prove_private(struct error *error);

#endif
