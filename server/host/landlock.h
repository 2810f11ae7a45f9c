/* Landlock (landlock(7)): takes away every file and every new TCP connection. */
#ifndef SERVER_HOST_LANDLOCK_H
#define SERVER_HOST_LANDLOCK_H

/* Confines the calling thread, and the threads that it starts from here. Returns 1; 0 where the
 * kernel has no Landlock, or has it switched off; -1 with errno. */
int landlock_enter(void);

#endif
