/* The whole server, from its start to its end. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

/* The program. Returns its exit status. */
int server_main(int argc, char **argv);

#endif
