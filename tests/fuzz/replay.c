/* Where there is no libFuzzer: gives each file, and each file of a folder, to the fuzz target once.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* No input of ours is larger. */
#define INPUT_MAX 65536

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

int main(int argc, char **argv)
{
	unsigned replayed = 0;
	for (int i = 1; i < argc; i++) {
		struct stat status;
		bool folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);
		replayed += folder ? replay_folder(argv[i]) : replay(argv[i]);
	}
	printf("%u inputs\n", replayed);
	return replayed > 0 ? 0 : 1;
}
