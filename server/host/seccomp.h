/* A seccomp filter (seccomp(2)): only the system calls that serving needs. */
#ifndef SERVER_HOST_SECCOMP_H
#define SERVER_HOST_SECCOMP_H

/* Confines the calling thread, and the threads that it starts from here. Returns 1; 0 where the
 * kernel has no seccomp filters; -1 with errno. */
int seccomp_enter(void);

#endif
