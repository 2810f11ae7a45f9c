#include "bench/trial/kept.h"

#include "bench/load/builtin_loader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef ADDRESS_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

#define CACHE_LINE 64

static size_t rounded(size_t size)
{
	return (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* LeakSanitizer looks for pointers in no shared memory of its own accord: what a thread that hangs
 * still uses, and only the loader's memory points to, would be a leak to it. */
static void pointers_lie_here(const struct kept *kept, bool is_so)
{
#ifdef ADDRESS_SANITIZED
	if (is_so)
		__lsan_register_root_region(kept->trial, kept->size);
	else
		__lsan_unregister_root_region(kept->trial, kept->size);
#endif
}

int kept_init(struct kept *kept, uint32_t threads, struct error *error)
{
	size_t trial_size = rounded(sizeof(*kept->trial));
	size_t marks_size = rounded(threads * sizeof(*kept->marks));
	*kept = (struct kept){.threads = threads,
		.size = trial_size + marks_size + builtin_loader_memory_size(threads)};
	char *memory =
		mmap(NULL, kept->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory for a trial");
	kept->samples_fd = memfd_create("samples", MFD_CLOEXEC);
	if (kept->samples_fd == -1) {
		error_set_errno(error, STATUS_FAILED, "no memory for samples");
		munmap(memory, kept->size);
		return -1;
	}
	kept->trial = (void *)memory;
	kept->marks = (void *)(memory + trial_size);
	kept->loader = memory + trial_size + marks_size;
	pointers_lie_here(kept, true);
	return 0;
}

void kept_finish(struct kept *kept)
{
	pointers_lie_here(kept, false);
	munmap(kept->trial, kept->size);
	close(kept->samples_fd);
	*kept = (struct kept){.samples_fd = -1};
}

static int bytes_read(int fd, void *bytes, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t n = pread(fd, (char *)bytes + done, size - done, (off_t)done);
		if (n == 0 || (n == -1 && errno != EINTR))
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* The file has the first ones where it could not grow (sampler.c). */
static int samples_recover(const struct kept *kept, struct trial *trial)
{
	struct stat file;
	if (fstat(kept->samples_fd, &file) == -1)
		return -1;
	size_t most = (size_t)file.st_size / sizeof(*trial->samples);
	if (trial->sample_count > most)
		trial->sample_count = most;
	size_t size = trial->sample_count * sizeof(*trial->samples);
	trial->samples = malloc(size + 1);
	return trial->samples && bytes_read(kept->samples_fd, trial->samples, size) == 0 ? 0 : -1;
}

/* The trial had no end: the last sample stands for what was read there. */
static void end_set(struct trial *trial)
{
	uint64_t server_cpu_ns = trial->before.progress.server_cpu_ns;
	trial->after =
		trial->sample_count ? trial->samples[trial->sample_count - 1] : trial->before;
	const struct sample_progress *last = &trial->after.progress;
	if (last->server_cpu_ns > server_cpu_ns)
		trial->server_end.cpu_ns = last->server_cpu_ns - server_cpu_ns;
	trial_progress_end(trial);
}

int kept_recover(const struct kept *kept, struct trial *trial)
{
	if (kept->trial->started_ns == 0)
		return -1;
	*trial = *kept->trial;
	trial->is_cut_off = true;
	/* What the other process had in its own memory is gone. */
	trial->samples = NULL;
	trial->third_party.command = NULL;
	trial->upstream = NULL;
	trial->totals = (struct load_totals){0};
	uint32_t threads = trial->load.is_third_party ? 0 : kept->threads;
	if (builtin_loader_recover(kept->loader, threads, &trial->totals) == -1 ||
		samples_recover(kept, trial) == -1) {
		trial_finish(trial);
		return -1;
	}
	end_set(trial);
	return 0;
}
