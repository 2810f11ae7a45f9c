/* The fuzzer's bytes, taken one decision at a time; zeros once they have run out. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *bytes;
	size_t left;
};

static inline unsigned input_byte(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->bytes++;
}

/* Takes up to `length` bytes as they stand. */
static inline const char *input_run(struct input *input, size_t *length)
{
	const char *run = (const char *)input->bytes;
	if (*length > input->left)
		*length = input->left;
	input->bytes += *length;
	input->left -= *length;
	return run;
}

#endif
