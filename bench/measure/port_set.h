/* Counts distinct (address, port) pairs: a bitmap of ports for each address. */
#ifndef BENCH_MEASURE_PORT_SET_H
#define BENCH_MEASURE_PORT_SET_H

#include <stdbool.h>
#include <stdint.h>

struct port_set;

/* Returns NULL when there is no memory. */
struct port_set *port_set_create(void);
void port_set_destroy(struct port_set *set);

/* Forgets the pairs; keeps the memory. */
void port_set_clear(struct port_set *set);

/* The address as in6_addr's words. Returns 0, or -1 when there is no memory. */
int port_set_add(struct port_set *set, const uint32_t address[4], uint16_t port);

bool port_set_has(const struct port_set *set, const uint32_t address[4], uint16_t port);

uint64_t port_set_count(const struct port_set *set);

#endif
