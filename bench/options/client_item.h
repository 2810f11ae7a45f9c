/* One item of --clients or --beside: NAME, NAME=VALUE, NAME:N=VALUE. */
#ifndef BENCH_OPTIONS_CLIENT_ITEM_H
#define BENCH_OPTIONS_CLIENT_ITEM_H

#include "bench/load/clients/client_share.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

struct client_item {
	char *name, *parameter, *value; /* NULL: not given */
};

struct client_items {
	const char *option; /* "--clients" */
	bool have_shares;   /* a value may be a share of the connections: 5% */
	struct client_share *shares;
	size_t count;
};

/* Cuts `text` up in its place. */
struct client_item client_item_cut(char *text);

/* Adds one of the item's behaviour, which is not among the items yet. Returns it, with `parameter`
 * set, or NULL with `error`. */
struct client_share *client_item_add(
	struct client_items *items, const struct client_item *item, struct error *error);

#endif
