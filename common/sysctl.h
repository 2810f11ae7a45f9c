/* Sysctls, as the calling thread's namespaces have them: names with dots, as in
 * "net.ipv4.tcp_timestamps"; read and written through /proc/sys. Nothing is ever cut: a name or a
 * value that is too long is refused. */
#ifndef COMMON_SYSCTL_H
#define COMMON_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

/* The room that holds every name, and the value of every setting that this project knows, each
 * with its '\0'. */
#define SYSCTL_NAME_MAX 96
#define SYSCTL_VALUE_MAX 128

/* Whether the text can be the name of a sysctl: no empty part, no slash, not too long. */
bool sysctl_is_name(const char *name);

/* Whether the name begins with "net.": a network namespace has others of its own nowhere else. */
bool sysctl_is_of_network(const char *name);

/* Whether the setting is one for the whole host, whatever namespace it is written in. */
bool sysctl_is_host_wide(const char *name);

/* The setting of the same folder whose name is nearest to `name`, of those that the calling
 * thread's namespaces have. Returns false where none is near. */
bool sysctl_nearest(const char *name, char *near, size_t size);

/* White space at both ends goes, runs of it become one space: /proc/sys answers with tabs to what
 * was written with spaces. */
void sysctl_normalise(char *value);

/* Reads a value and normalises it. Returns 0, or -1 with errno: EINVAL for what is no name,
 * EMSGSIZE for a value that `size` has no room for. */
int sysctl_read(const char *name, char *value, size_t size);

/* A folder of /proc/sys, held open: settings of one folder in a row need one way there, which is
 * long where there are many network namespaces: the kernel has the folders of all of them under one
 * name (proc_sys_compare, fs/proc/proc_sysctl.c). Begins as {.fd = -1}. */
struct sysctl_folder {
	int fd;
	char path[sizeof("/proc/sys/") + SYSCTL_NAME_MAX];
};

/* As sysctl_read, of the namespaces that the calling thread is in since the folder began. */
int sysctl_folder_read(struct sysctl_folder *folder, const char *name, char *value, size_t size);
void sysctl_folder_close(struct sysctl_folder *folder);

/* Returns 0 when the kernel took the whole value, or -1 with errno. */
int sysctl_write(const char *name, const char *value);

#endif
