/* Landlock (landlock(7)): no file and no new TCP connection from here on. */
#ifndef SERVER_HOST_LANDLOCK_H
#define SERVER_HOST_LANDLOCK_H

/* Confines the calling thread, and those that it starts from here. Returns 1; 0 where the kernel
 * has no Landlock or has it switched off; -1 with errno. */
int landlock_enter(void);

#endif
