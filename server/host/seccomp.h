/* The system calls of a server at work, and no other (seccomp(2)). */
#ifndef SERVER_HOST_SECCOMP_H
#define SERVER_HOST_SECCOMP_H

/* Confines the calling thread, and those that it starts from here. Returns 1; 0 where the kernel
 * has no seccomp filters; -1 with errno. */
int seccomp_enter(void);

#endif
