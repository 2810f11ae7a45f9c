/* The signals as whoever started the program has left them: fork(2) and execve(2) keep which are
 * blocked and which are ignored. */
#ifndef COMMON_INHERITED_SIGNALS_H
#define COMMON_INHERITED_SIGNALS_H

/* Before the program starts a process or a thread. Unblocks all signals, has the ends of children
 * reported, and makes a write to a file that may not grow (RLIMIT_FSIZE) fail with EFBIG. */
void inherited_signals_settle(void);

#endif
