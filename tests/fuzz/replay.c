/* Where there is no libFuzzer: gives each file, and each file of a folder, to the fuzz target once;
 * and, with --random=N, N inputs of random bytes, which are the same each time. */
#include "common/random.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* No input of ours is larger. */
#define INPUT_MAX 65536
#define RANDOM_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static unsigned replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	/* Allocated, so that a sanitizer sees a read past the end. */
	uint8_t *bytes = malloc(INPUT_MAX);
	if (!file || !bytes) {
		perror(path);
		exit(1);
	}
	size_t length = fread(bytes, 1, INPUT_MAX, file);
	fclose(file);
	uint8_t *input = realloc(bytes, length > 0 ? length : 1);
	LLVMFuzzerTestOneInput(input ? input : bytes, length);
	free(input ? input : bytes);
	return 1;
}

static unsigned replay_folder(const char *folder)
{
	struct dirent **entries;
	unsigned replayed = 0;
	int count = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			replayed += replay(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return replayed;
}

/* SplitMix64 (common/random.h), so that a failure can be met again. */
static unsigned replay_random(unsigned long count)
{
	uint64_t state = 1;
	for (unsigned long i = 0; i < count; i++) {
		size_t length = 1 + random_below(&state, RANDOM_MAX);
		uint8_t *input = malloc(length);
		if (!input)
			exit(1);
		for (size_t at = 0; at < length; at++)
			input[at] = (uint8_t)random_below(&state, 256);
		LLVMFuzzerTestOneInput(input, length);
		free(input);
	}
	return (unsigned)count;
}

int main(int argc, char **argv)
{
	unsigned replayed = 0;
	for (int i = 1; i < argc; i++) {
		struct stat status;
		if (strncmp(argv[i], "--random=", 9) == 0) {
			replayed += replay_random(strtoul(argv[i] + 9, NULL, 10));
			continue;
		}
		bool folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);
		replayed += folder ? replay_folder(argv[i]) : replay(argv[i]);
	}
	printf("%u inputs\n", replayed);
	return replayed > 0 ? 0 : 1;
}
