/* Whom the program runs as. */
#ifndef SERVER_HOST_USER_H
#define SERVER_HOST_USER_H

#include "common/error.h"

#include <stdbool.h>

/* Becomes a user for good, by name or by number, without any group but the user's first; a number
 * that no user has is a group's as well. What it became is verified. Returns 0 or -1. */
int user_become(const char *user, struct error *error);

/* Whether this is the host's root, and not one of a user namespace. */
bool user_is_root(void);

#endif
