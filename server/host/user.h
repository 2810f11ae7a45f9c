/* The user that the program runs as. */
#ifndef SERVER_HOST_USER_H
#define SERVER_HOST_USER_H

#include "common/error.h"

#include <stdbool.h>

/* Becomes a user for good, by name or by number, with the user's first group and no other. A number
 * that no user has is taken as the group's number, too. Reads the new identity back. Returns 0 or
 * -1. */
int user_become(const char *user, struct error *error);

/* Whether the program runs as the host's root, and not as root of a user namespace. */
bool user_is_root(void);

#endif
